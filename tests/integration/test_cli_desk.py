"""The commands that talk to a running desk, or start one: what they show, and what becomes of it."""

import asyncio
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import desk.run
from desk import drafts
from desk.settings import DeskSettings
from desk.supervisor import Part
from desk.wiring import open_desk
from shop.data_files.mapping import FOLDER
from tests.fixtures import ROOT
from tests.peers import BotPeer, answer, fact, greeting, question, reading, reply
from tests.services import free_port
from tests.shell import POLICY, Shell

STOCK = reply(
    "stock_in", *(fact(n, v) for n, v in {"item": "晨风跑鞋", "color": "黑色", "size": "39"}.items())
)
ANSWERS = {
    "39有吗": answer(question(reading("ask_stock", 0.97, STOCK), text="39有吗")),
    "也许吧": answer(question(reading("greet", 0.5, reply("greet")), text="也许吧")),
    "我要投诉": answer(greeting(), severity="major"),
}
LONGEST_S = 20.0


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    opened = Shell(tmp_path, f"sqlite:///{tmp_path}/var/xiaoer.db", monkeypatch)
    opened.succeed("db", "upgrade")
    opened.succeed("channel", "add", "cli")
    return opened


@pytest.fixture
def bot(shell: Shell) -> Iterator[BotPeer]:
    """The bot of a desk that runs."""
    peer = BotPeer(answers=ANSWERS)
    with shell.desk(peer, outbox_tries=1):
        yield peer


def wait_for(look: Callable[[], Any]) -> Any:
    """What it gives as soon as it gives something."""
    end = time.monotonic() + LONGEST_S
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)
    return found


def test_say_shows_the_outcome_and_opens_a_new_conversation_when_told(shell: Shell, bot: BotPeer) -> None:
    shown = shell.succeed("say", "--buyer", "b1", "--item", "P1", "--order", "NO1", "39有吗")
    assert " ".join(shown.split()).startswith("auto · ")
    assert "? 39有吗 → ask_stock 0.97" in shown
    assert "test:1 item=晨风跑鞋 color=黑色 size=39" in shown
    assert (bot.calls[0]["context"]["item_id"], bot.calls[0]["context"]["order_no"]) == ("P1", "NO1")
    again = json.loads(shell.succeed("say", "--buyer", "b1", "--json", "39有吗"))
    other = json.loads(shell.succeed("say", "--buyer", "b1", "--json", "--new", "39有吗"))
    assert (again["decision"], other["decision"]) == ("auto", "auto")
    assert [call["conversation"] for call in bot.calls] == [
        again["conversation_id"], again["conversation_id"], other["conversation_id"],
    ]  # fmt: skip
    assert again["conversation_id"] != other["conversation_id"]


def test_what_waits_for_people_is_listed_by_conversation_and_team(shell: Shell, bot: BotPeer) -> None:
    assert "waits for a person" in shell.succeed("say", "--buyer", "b1", "也许吧")
    shell.succeed("say", "--buyer", "b2", "我要投诉")
    [draft] = json.loads(shell.succeed("drafts", "--json"))
    assert (draft["intents"], draft["confidence"], draft["reasons"]) == (["greet"], 0.5, ["unsure"])
    shown = shell.succeed("drafts", "--conversation", draft["conversation_id"])
    assert f"{draft['id']} · greet 0.50 · unsure" in shown
    assert draft["replies"][0]["text"] in shown
    assert json.loads(shell.succeed("drafts", "--json", "--conversation", "none")) == []
    rows = json.loads(shell.succeed("queue", "--json"))
    assert [(row["buyer_id"], row["team"], row["priority"], row["severity"]) for row in rows] == [
        ("b2", "supervisor", 1, "major"), ("b1", "presales", 5, "none"),
    ]  # fmt: skip
    assert [
        row["buyer_id"] for row in json.loads(shell.succeed("queue", "--team", "presales", "--json"))
    ] == ["b1"]
    assert rows[0]["conversation_id"] in shell.succeed("queue")
    assert shell.fail("say", "--buyer", "b2", "--new", "39有吗").startswith("xiaoer: a supervisor has yet to")


def test_chat_goes_line_by_line_and_shows_each_answer_once(shell: Shell, bot: BotPeer) -> None:
    shown = shell.succeed("chat", "--buyer", "b1", stdin="39有吗\n\n39有吗\n/quit\n")
    said = [line for line in shown.replace("b1> ", "\n").splitlines() if line.startswith("店小二: ")]
    assert len(said) == 2
    assert all("39" in line for line in said)
    assert shell.run("chat", "--buyer", "b1", stdin="").returncode == 0  # Ctrl-D at once
    assert len(bot.calls) == 2


def test_a_delivery_that_was_given_up_is_listed_and_tried_again(shell: Shell, bot: BotPeer) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/in"
    shell.succeed("channel", "add", "taobao", "--callback", nobody)
    conversation = json.loads(
        shell.succeed("say", "--buyer", "b1", "--channel", "taobao", "--json", "39有吗")
    )["conversation_id"]
    [dead] = wait_for(lambda: json.loads(shell.succeed("outbox", "dead", "--json")))
    assert (dead["channel"], dead["conversation_id"], dead["attempts"]) == ("taobao", conversation, 1)
    assert dead["last_error"]
    assert conversation in shell.succeed("outbox", "dead")
    assert shell.succeed("outbox", "retry", str(dead["id"])) == (
        f"delivery {dead['id']} waits to be tried again\n"
    )
    wait_for(lambda: json.loads(shell.succeed("outbox", "dead", "--json")))


def test_understand_keeps_the_order_and_sends_what_the_bot_refuses_to_people(
    shell: Shell, bot: BotPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("39有吗\n\n也许吧\n" + "在吗\n" * 9, encoding="utf-8")
    lines = [json.loads(line) for line in shell.succeed("understand", "--file", str(file)).splitlines()]
    assert [line["text"] for line in lines] == ["39有吗", "", "也许吧", *["在吗"] * 9]
    assert lines[0] == {
        "text": "39有吗",
        "questions": [{"text": "39有吗", "intent": "ask_stock", "confidence": 0.97, "entities": []}],
        "severity": "none",
        "decision": "auto",
    }
    assert lines[2]["decision"] == "suggest"
    assert json.loads(shell.succeed("queue", "--json")) == []
    command = importlib.import_module("desk.cli.understand")
    monkeypatch.setattr(command, "_is_running", _yes)
    bot.status, bot.body = 413, {"error": {"code": "too_long", "message": "too long"}}
    assert json.loads(shell.succeed("understand", "--file", "-", stdin="在吗\n")) == {
        "text": "在吗", "questions": [], "severity": "none", "decision": "handoff",
    }  # fmt: skip
    monkeypatch.setattr(command, "LOOK_EVERY_S", 0.0)
    bot.status, bot.body = 503, {"status": "loading"}
    assert shell.run("understand", "--file", "-", stdin="在吗\n").stderr.startswith(
        "xiaoer: the assistant is not there: "
    )


async def _yes(_settings: DeskSettings) -> bool:
    return True


def test_decisions_become_reviewed_training_lines(shell: Shell, bot: BotPeer, tmp_path: Path) -> None:
    shell.succeed("say", "--buyer", "b1", "也许吧")
    [draft] = json.loads(shell.succeed("drafts", "--json"))
    asyncio.run(_accept(shell, draft["id"]))
    file, data = tmp_path / "labels.tsv", tmp_path / "nlu"
    assert shell.succeed("labels", "export", str(file)).startswith(f"1 lines in {file}; ")
    assert shell.succeed("labels", "export", str(file), "--since", "2999-01-01").startswith("0 lines in ")
    shell.succeed("labels", "export", str(file), "--since", "2026-01-01")
    data.mkdir()
    before = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 您好\n'
    (data / "greet.yml").write_text(before, encoding="utf-8")
    head, row = file.read_text(encoding="utf-8").splitlines()
    place = head.split("\t").index("review")
    cells = row.split("\t")
    cells[place] = "yes"
    file.write_text("\n".join([head, "\t".join(cells), ""]), encoding="utf-8")
    told = shell.succeed("labels", "apply", str(file), "--data", str(data))
    assert told == "greet  +1\n1 new, 0 there before; `make train` learns them\n"
    assert "- 也许吧" in (data / "greet.yml").read_text(encoding="utf-8")
    assert shell.succeed("labels", "apply", str(file), "--data", str(data)).startswith(
        "0 new, 1 there before"
    )
    file.write_text("wrong\n", encoding="utf-8")
    assert shell.run("labels", "apply", str(file), "--data", str(data)).stderr.endswith(
        "xiaoer: nothing was written: mend these lines and apply the file again\n"
    )


async def _accept(shell: Shell, draft_id: str) -> None:
    settings = DeskSettings(home=shell.home, database_url=shell.env["XIAOER_DATABASE_URL"], policy=POLICY)
    async with open_desk(settings, run=False) as opened:
        await drafts.accept(opened, draft_id, "lin")


def test_a_policy_is_explained_put_in_force_and_its_versions_listed(shell: Shell, tmp_path: Path) -> None:
    mine, changed = tmp_path / "policy.yml", tmp_path / "new.yml"
    mine.write_text(POLICY.read_text(encoding="utf-8"), encoding="utf-8")
    shell.env["XIAOER_POLICY"] = str(mine)
    shown = shell.succeed("policy", "explain", "c1")
    assert shown.startswith(f"C1 in {mine}\n")
    assert "cutoff" in shown
    assert "shop/shipping" in shown
    assert shell.fail("policy", "explain", "Z9").startswith(
        "xiaoer: no figure and no module names the rule Z9"
    )
    changed.write_text(
        mine.read_text(encoding="utf-8").replace("low_below: 5", "low_below: 7"), encoding="utf-8"
    )
    told = shell.succeed("policy", "install", str(changed), "--by", "zhou", "--why", "less stock")
    assert f"{mine}: version " in told
    assert " by zhou; " in told
    assert json.loads(shell.succeed("policy", "show", "--json"))["stock"]["low_below"] == 7
    versions = json.loads(shell.succeed("policy", "history", "--json"))
    assert (versions[0]["author"], versions[0]["reason"]) == ("zhou", "less stock")
    assert versions[0]["version"] in told
    assert "less stock" in shell.succeed("policy", "history")
    changed.write_text("shop: {}\n", encoding="utf-8")
    assert shell.run("policy", "install", str(changed), "--by", "zhou").stderr.startswith(f"{changed}:1: ")
    assert json.loads(shell.succeed("policy", "show", "--json"))["stock"]["low_below"] == 7


def test_the_shops_data_goes_out_and_in_again(shell: Shell, tmp_path: Path) -> None:
    sizes, copy = ROOT / "examples/shop/size_charts.yml", tmp_path / "sizes.csv"
    told = shell.succeed("shop", "import", "sizes", str(sizes))
    count = told.split(": ")[1].split()[0]
    assert shell.succeed("shop", "export", "sizes", str(copy)) == f"{copy}: {count} records\n"
    assert (
        shell.succeed("shop", "import", "--check", "sizes", str(copy)) == f"{copy}: fine, {count} records\n"
    )
    assert shell.succeed("shop", "import", "sizes", str(copy)).endswith(f" 0 changed, {count} as before\n")
    gone = copy / "sizes.csv"
    assert str(copy) in shell.fail("shop", "export", "sizes", str(gone))
    names = [line.split()[0] for line in shell.succeed("shop", "mappings").splitlines()]
    assert names == sorted(path.stem for path in FOLDER.glob("*.yml"))


def test_a_channels_settings_come_from_a_file_or_its_fault_is_named(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "channel.yml"
    assert f"{file}: cannot be read" in shell.fail("channel", "add", "x", "--settings", str(file), code=2)
    file.write_text("- a\n", encoding="utf-8")
    assert "must be a mapping" in shell.fail("channel", "add", "x", "--settings", str(file), code=2)
    file.write_text("account: few\n", encoding="utf-8")
    shell.fail("channel", "add", "x", "--kind", "chatwoot", "--settings", str(file), code=2)
    assert shell.succeed("channel", "add", "own", XIAOER_CHANNEL_SECRET="given") == "own\n"
    assert [row["name"] for row in json.loads(shell.succeed("channel", "list", "--json"))] == ["cli", "own"]


def _with_scripted_bot(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same parts with the bot peer in place of the worker, which takes half a minute to load."""
    scripted = (sys.executable, "-m", "tests.bot_process")
    return tuple(replace(part, command=scripted) if part.name == "bot" else part for part in parts)


@pytest.fixture
def scripted_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `run` starts: the real desk and action server, and a bot in fixed words."""
    real = desk.run.make_parts
    monkeypatch.setattr(desk.run, "make_parts", lambda settings: _with_scripted_bot(real(settings)))
    monkeypatch.setattr(desk.run, "check_built", lambda: None)


def test_run_tells_how_far_it_is_answers_and_stops_on_a_signal(
    shell: Shell, scripted_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[int] = []

    def make_speaker(console: Any) -> Callable[[str, str], None]:
        speak = real(console)

        def say(name: str, line: str) -> None:
            speak(name, line)
            if "assistant ready" in line:
                threading.Thread(target=ask).start()

        return say

    def ask() -> None:
        answered.append(shell.say_in_a_process("在吗"))
        os.kill(os.getpid(), signal.SIGTERM)

    real = desk.run.make_speaker
    monkeypatch.setattr(desk.run, "make_speaker", make_speaker)
    shown = shell.succeed("run")
    assert answered == [0]
    assert "messages are accepted" in shown
    assert shown.index("messages are accepted") < shown.index("messages are answered")
    assert shown.rstrip().endswith("stopped")


def test_understand_starts_an_assistant_where_none_runs_and_ends_it(
    shell: Shell, scripted_parts: None
) -> None:
    done = shell.run("understand", "--file", "-", stdin="在吗\n")
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    assert json.loads(line)["questions"][0]["intent"] == "greet"
    assert done.stderr == "xiaoer: no assistant runs; starting one for this command\n"


def test_the_demo_shop_is_made_and_says_what_to_try(
    shell: Shell, scripted_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = desk.run.make_speaker

    def make_speaker(console: Any) -> Callable[[str, str], None]:
        speak = real(console)

        def say(name: str, line: str) -> None:
            speak(name, line)
            if "messages are answered" in line:
                os.kill(os.getpid(), signal.SIGTERM)

        return say

    monkeypatch.setattr(desk.run, "make_speaker", make_speaker)
    shown = shell.succeed("demo")
    assert shown.startswith("demo shop: ")
    assert " 40 buyers, " in shown
    assert f"http://127.0.0.1:{shell.port}/chat" in shown
    assert len([line for line in shown.splitlines() if line.split()[:1] == ["supervisor"]]) == 1
    hints = json.loads(shell.succeed("demo", "--list", "--json"))
    commands = shell.succeed("demo", "--list")
    assert all(hint["shows"] in commands for hint in hints)
    assert f"xiaoer say --buyer {hints[0]['buyer_id']} " in commands
