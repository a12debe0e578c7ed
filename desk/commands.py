"""Commands of a turn: proposed, executed at most once inside the desk's transaction, rejected or failed."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from desk.bot_client import Proposal
from desk.models import CommandRun, CommandState, Json, new_id
from desk.ownership import Held
from shop import commands as shop_commands
from shop.commands import Authority
from shop.errors import CommandError, ShopError

BOT = "xiaoer"


def find_needs(name: str) -> str | None:
    """The least authority that may let a command happen; None when there is no such command."""
    try:
        return shop_commands.get_command(name).needs
    except CommandError:
        return None


def hash_args(args: Json) -> str:
    """Equal arguments, equal hash, whatever their order."""
    plain = json.dumps(args, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def describe(run: CommandRun) -> Json:
    """A command as outcomes and drafts show it."""
    return {"name": run.name, "args": run.args, "state": run.state.value}


async def propose(held: Held, turn_id: str, proposals: Iterable[Proposal]) -> list[CommandRun]:
    """The turn's commands for these proposals, made once each."""
    session, conversation = held.session, held.conversation
    runs = []
    for proposal in proposals:
        digest = hash_args(proposal.args)
        query = select(CommandRun).where(
            CommandRun.conversation_id == conversation.id,
            CommandRun.turn_id == turn_id,
            CommandRun.name == proposal.name,
            CommandRun.args_hash == digest,
        )
        run = (await session.scalars(query)).one_or_none()
        if run is None:
            run = CommandRun(
                id=new_id(),
                conversation_id=conversation.id,
                turn_id=turn_id,
                name=proposal.name,
                args=proposal.args,
                args_hash=digest,
                state=CommandState.PROPOSED,
                created_at=held.now,
            )
            session.add(run)
            await session.flush()
        runs.append(run)
    return runs


async def execute_all(
    held: Held, runs: Iterable[CommandRun], *, authority: Authority = "auto", actor: str = BOT
) -> None:
    """Execute commands that were not executed yet: all of them or, when one fails, none.

    Raises the ShopError of the one that failed; the caller's transaction goes on.
    """
    context = _make_context(held, authority, actor)
    pending = [run for run in runs if run.state is not CommandState.EXECUTED]
    results = {}
    async with held.session.begin_nested():
        for run in pending:
            try:
                results[run.id] = await shop_commands.execute(held.session, run.name, run.args, context)
            except ShopError as error:
                error.add_note(run.id)
                raise
    for run in pending:
        run.state, run.result = CommandState.EXECUTED, results[run.id]
        run.actor, run.error, run.settled_at = actor, None, held.now


async def execute_one(held: Held, name: str, args: Json, *, authority: Authority, actor: str) -> Json:
    """Execute a command that a person of the desk gives outside a turn. Raises ShopError."""
    context = _make_context(held, authority, actor)
    return await shop_commands.execute(held.session, name, args, context)


def _make_context(held: Held, authority: Authority, actor: str) -> shop_commands.CommandContext:
    return shop_commands.CommandContext(
        buyer_id=held.conversation.buyer_id,
        conversation_id=held.conversation.id,
        channel=held.conversation.channel,
        now=held.now,
        policy=held.desk.policy.current(),
        authority=authority,
        actor=actor,
    )


def mark_failed(runs: Iterable[CommandRun], error: ShopError, now: datetime) -> None:
    """Note why a command could not be executed, on the one that failed."""
    failed = getattr(error, "__notes__", [])
    for run in runs:
        if run.id in failed:
            ground = error.code if error.because is None else f"{error.code}/{error.because}"
            run.state, run.error, run.settled_at = CommandState.FAILED, f"{ground}: {error}"[:300], now


def reject(runs: Iterable[CommandRun], actor: str, now: datetime) -> None:
    """Mark commands that are still only proposed as rejected."""
    for run in runs:
        if run.state is CommandState.PROPOSED:
            run.state, run.actor, run.settled_at = CommandState.REJECTED, actor, now
