"""Starting one whole Xiaoer: what is checked first, which processes, and the secret they share."""

import socket
import stat
from pathlib import Path

import pytest

from desk.run import CODE, CannotStart, check_port, check_ports, make_environment, make_parts
from desk.secret import ensure_internal_secret, find_internal_secret, secrets_file
from desk.settings import DeskSettings
from tests.services import free_port


def make_settings(tmp_path: Path, **more: object) -> DeskSettings:
    given = {"home": tmp_path, "port": free_port(), "actions_port": free_port()}
    return DeskSettings(**{**given, "bot_url": f"http://127.0.0.1:{free_port()}", **more})


def test_three_processes_are_bound_by_one_secret(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, bot_workers=3)
    parts = make_parts(settings)
    assert [part.name for part in parts] == ["desk", "actions", "bot"]
    assert {part.cwd for part in parts} == {CODE}
    assert {part.env["XIAOER_INTERNAL_SECRET"] for part in parts} == {find_internal_secret(settings)}
    bot = parts[2].env
    assert bot["XIAOER_BOT_PORT"] == settings.bot_url.rpartition(":")[2]
    assert bot["XIAOER_BOT_WORKERS"] == "3"
    assert bot["XIAOER_ACTIONS_URL"] == f"http://127.0.0.1:{settings.actions_port}/webhook"
    assert parts[0].command[1:] == ("-m", "desk.app")


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    assert find_internal_secret(settings) is None
    secret = ensure_internal_secret(settings)
    assert len(secret) == 43
    assert ensure_internal_secret(settings) == secret
    assert stat.S_IMODE(secrets_file(settings).stat().st_mode) == 0o600


def test_a_secret_of_the_settings_wins_and_nothing_is_written(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, internal_secret="given")
    assert ensure_internal_secret(settings) == "given"
    assert not secrets_file(settings).exists()


def test_a_secrets_file_without_our_line_gets_it(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    secrets_file(settings).parent.mkdir()
    secrets_file(settings).write_text("OTHER=1\n")
    secret = ensure_internal_secret(settings)
    assert secrets_file(settings).read_text() == f"OTHER=1\nXIAOER_INTERNAL_SECRET={secret}\n"


def test_free_ports_pass(tmp_path: Path) -> None:
    check_ports(make_settings(tmp_path))


@pytest.mark.parametrize(
    ("name", "setting"),
    [("port", "XIAOER_PORT"), ("bot_url", "XIAOER_BOT_URL"), ("actions_port", "XIAOER_ACTIONS_PORT")],
)
def test_a_port_in_use_names_its_setting(tmp_path: Path, name: str, setting: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = make_settings(
            tmp_path, **{name: f"http://127.0.0.1:{port}" if name == "bot_url" else port}
        )
        with pytest.raises(CannotStart, match=f"^127.0.0.1:{port} cannot be used .*set {setting} to another"):
            check_ports(settings)


def test_an_address_of_another_machine_cannot_be_used() -> None:
    with pytest.raises(CannotStart, match="Cannot assign requested address"):
        check_port("192.0.2.1", free_port(), "XIAOER_HOST")


def test_the_parts_find_each_other_whatever_this_process_was_given(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, demo=True, database_url="sqlite:///var/x.db")
    env = make_environment(settings)
    assert env["XIAOER_DATABASE_URL"] == f"sqlite:///{tmp_path}/var/x.db"
    assert (env["XIAOER_HOME"], env["XIAOER_DEMO"]) == (str(tmp_path), "true")
    assert DeskSettings(**{"home": env["XIAOER_HOME"], "port": env["XIAOER_PORT"]}).port == settings.port
