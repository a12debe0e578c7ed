"""The command line: what it prints, its exit codes, and one line that says what to do when it fails."""

import json
import socket
import subprocess
from pathlib import Path

import pytest

from desk.cli.client import find_channel_secret
from desk.settings import DeskSettings
from tests.fixtures import ROOT
from tests.services import free_port
from tests.shell import POLICY, Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, f"sqlite:///{tmp_path}/var/xiaoer.db", monkeypatch)


def test_users_are_added_listed_and_given_new_passwords(shell: Shell) -> None:
    shell.succeed("db", "upgrade")
    name, password = shell.succeed("user", "add", "Lin", "--role", "presales").split()
    assert (name, len(password)) == ("lin", 16)
    assert json.loads(shell.succeed("user", "list", "--json")) == [
        {"name": "lin", "display_name": "Lin", "role": "presales", "active": True}
    ]
    assert "presales" in shell.succeed("user", "list")
    assert shell.succeed("user", "reset", "lin").split()[1] != password
    assert shell.fail("user", "add", "lin", "--role", "admin").startswith(
        "xiaoer: there is a user 'lin' already"
    )
    assert shell.fail("user", "reset", "nobody").startswith("xiaoer: no user 'nobody'")
    assert "take one of presales" in shell.fail("user", "add", "x", "--role", "boss", code=2)


def test_channels_are_added_once_and_listed_without_secrets(shell: Shell) -> None:
    shell.succeed("db", "upgrade")
    name, secret = shell.succeed("channel", "add", "taobao", "--callback", "https://shop.example/in").split()
    assert (name, len(secret)) == ("taobao", 43)
    listed = shell.succeed("channel", "list", "--json")
    assert json.loads(listed) == [
        {"name": "taobao", "kind": "http", "callback_url": "https://shop.example/in"}
    ]
    assert "taobao" in shell.succeed("channel", "list")
    assert shell.fail("channel", "add", "taobao") == "xiaoer: there is a channel 'taobao' already"
    assert "letters, digits" in shell.fail("channel", "add", "tao bao", code=2)


def test_a_channels_secret_is_read_without_the_desk_on_both_databases(
    tmp_path: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(tmp_path, empty_database_url, monkeypatch)
    shell.succeed("db", "upgrade")
    _, secret = shell.succeed("channel", "add", "cli").split()
    assert find_channel_secret(DeskSettings(database_url=empty_database_url), "cli") == secret


def test_empty_lists_are_no_failure(shell: Shell) -> None:
    shell.succeed("db", "upgrade")
    assert json.loads(shell.succeed("queue", "--json")) == []
    assert json.loads(shell.succeed("drafts", "--json")) == []
    assert json.loads(shell.succeed("outbox", "dead", "--json")) == []
    assert shell.fail("outbox", "retry", "7").startswith("xiaoer: no delivery 7")


@pytest.mark.parametrize(
    "command",
    [
        ("user", "list"),
        ("channel", "list"),
        ("queue",),
        ("drafts",),
        ("outbox", "dead"),
        ("say", "--buyer", "b1", "hi"),
    ],
)
def test_an_unprepared_database_says_what_to_run(shell: Shell, command: tuple[str, ...]) -> None:
    assert shell.fail(*command) == (
        "xiaoer: the database is not prepared: run `xiaoer db upgrade` (or `make demo` for a demo shop)"
    )


def test_a_database_that_is_not_there_is_named(shell: Shell) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    for command in (("user", "list"), ("db", "upgrade"), ("say", "--buyer", "b1", "hi")):
        line = shell.fail(*command, XIAOER_DATABASE_URL=url)
        assert line.startswith("xiaoer: the database cannot be")
        assert line.endswith("(XIAOER_DATABASE_URL)")


def test_saying_something_without_a_running_desk_says_how_to_start_it(shell: Shell) -> None:
    shell.succeed("db", "upgrade")
    assert shell.fail("say", "--buyer", "b1", "hi") == (
        "xiaoer: no channel 'cli': `xiaoer channel list` shows them, `xiaoer channel add cli` makes it"
    )
    shell.succeed("channel", "add", "cli")
    assert shell.fail("say", "--buyer", "b1", "hi") == (
        f"xiaoer: nobody answers at http://127.0.0.1:{shell.port}: "
        "start it with `xiaoer run` (or `make demo`)"
    )


def test_a_port_in_use_names_the_setting_before_anything_starts(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", shell.port))
        taken.listen()
        line = shell.fail("run")
    assert line == (
        f"xiaoer: 127.0.0.1:{shell.port} cannot be used (Address already in use): "
        "stop the program that has it, or set XIAOER_PORT to another one"
    )


def test_a_broken_policy_refuses_the_start_with_file_line_and_reason(shell: Shell, tmp_path: Path) -> None:
    broken = tmp_path / "policy.yml"
    broken.write_text(POLICY.read_text(encoding="utf-8").replace("low_below: 5", "low_below: few"))
    line_number = (
        broken.read_text(encoding="utf-8")
        .splitlines()
        .index(
            next(line for line in broken.read_text(encoding="utf-8").splitlines() if "low_below: few" in line)
        )
    )
    for command in (("run",), ("policy", "check", str(broken)), ("policy", "show")):
        line = shell.fail(*command, XIAOER_POLICY=str(broken))
        assert line.startswith(f"{broken}:{line_number + 1}: stock.low_below: ")


def test_the_policy_in_force_is_shown(shell: Shell) -> None:
    assert "fine (version" in shell.succeed("policy", "check", str(POLICY))
    shown = json.loads(shell.succeed("policy", "show", "--json"))
    assert shown["stock"]["low_below"] == 5
    table = shell.succeed("policy", "show")
    assert "ask_stock" in table
    assert "cutoff" in table


def test_a_shop_file_is_imported_or_its_faults_are_listed(shell: Shell, tmp_path: Path) -> None:
    shell.succeed("db", "upgrade")
    folder = ROOT / "examples/shop"
    sizes = str(folder / "size_charts.yml")
    first = shell.succeed("shop", "import", "sizes", sizes)
    assert first.endswith(" 0 changed, 0 as before\n")
    assert " 0 new, 0 changed, " in shell.succeed("shop", "import", "sizes", sizes)
    broken = tmp_path / "skus.csv"
    broken.write_text("id,product_id,color,size,price,stock\nS1,P1,黑,39,cheap,1\n", encoding="utf-8")
    line = shell.fail("shop", "import", "skus", str(broken))
    assert line.startswith(f"{broken}:2: price: ")
    assert "unknown kind 'things'" in shell.fail("shop", "import", "things", sizes)


def test_a_wrong_setting_is_named(shell: Shell) -> None:
    line = shell.fail("user", "list", XIAOER_PORT="high")
    assert line.startswith("xiaoer: the setting XIAOER_PORT is wrong: ")


def test_without_a_demo_shop_there_is_nothing_to_list(shell: Shell) -> None:
    shell.succeed("db", "upgrade")
    assert shell.fail("demo", "--list") == ("xiaoer: there is no demo shop in this database: run `make demo`")


@pytest.mark.parametrize("arguments", [("say",), ("say", "--buyer"), ("nothing",), ("outbox", "retry", "x")])
def test_misuse_ends_with_code_two_and_a_word_on_how(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert "Error: " in shell.fail(*arguments, code=2)


def test_a_file_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    assert shell.fail("understand", "--file", str(missing)) == (
        f"xiaoer: {missing}: No such file or directory"
    )


def test_the_installed_command_ends_in_the_same_way(shell: Shell) -> None:
    """The rest of these tests runs the commands in this process; this one as users do."""
    done = subprocess.run(
        [ROOT / ".venv/bin/xiaoer", "user", "list"],
        env=shell.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "xiaoer: the database is not prepared: run `xiaoer db upgrade` (or `make demo` for a demo shop)\n"
    )
