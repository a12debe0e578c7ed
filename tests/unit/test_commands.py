"""The registry of commands: what is refused before a command runs."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

import shop.readers  # noqa: F401 (registers all commands)
from shop import commands
from shop.commands import Args, CommandContext, execute
from shop.errors import CommandError, Refused, ShopError
from shop.policy_file import load_policy

POLICY = load_policy(Path("examples/shop/policy.yml"))


class Note(Args):
    text: str
    pieces: int


@pytest.fixture
def context(monkeypatch):
    monkeypatch.setattr(commands, "_commands", {})

    @commands.command("note", needs="agent")
    async def note(session: AsyncSession, args: Note, *, by: CommandContext) -> dict[str, Any]:
        return {"text": args.text, "pieces": args.pieces, "by": by.actor}

    def make(authority="agent"):
        return CommandContext(
            "b1", "c1", "web", datetime(2026, 11, 22, tzinfo=UTC), POLICY, authority, "小青"
        )

    return make


async def test_a_command_gets_its_checked_arguments_and_who_runs_it(context):
    result = await execute(None, "note", {"text": "送礼", "pieces": "2"}, context())
    assert result == {"text": "送礼", "pieces": 2, "by": "小青"}


async def test_an_unknown_command_is_named(context):
    with pytest.raises(CommandError, match="there is no command 'fly'"):
        await execute(None, "fly", {}, context())


async def test_wrong_arguments_name_the_field(context):
    with pytest.raises(CommandError, match="'note': pieces: Field required; color: Extra inputs"):
        await execute(None, "note", {"text": "a", "color": "黑"}, context())


async def test_less_authority_than_needed_is_refused(context):
    with pytest.raises(Refused, match="needs agent, not auto"):
        await execute(None, "note", {"text": "a", "pieces": 1}, context("auto"))


async def test_a_supervisor_may_do_what_an_agent_may(context):
    assert (await execute(None, "note", {"text": "a", "pieces": 1}, context("supervisor")))["pieces"] == 1


async def test_one_name_is_registered_once(context):
    with pytest.raises(ShopError, match="two commands are called 'note'"):
        commands.command("note", needs="auto")(lambda: None)


async def test_registered_commands_are_listed_with_their_need(context):
    assert [(found.name, found.needs) for found in commands.list_commands()] == [("note", "agent")]


def test_every_command_has_a_name_on_the_agents_page() -> None:
    names = Path("web/src/desk/words/names.ts").read_text(encoding="utf-8")
    shown = names.partition("export const COMMANDS")[2].partition("};")[0]
    named = re.findall(r"^  (\w+): \[", shown, re.MULTILINE)
    ours = [found.name for found in commands.list_commands() if not found.run.__module__.startswith("tests.")]
    assert named == ours
