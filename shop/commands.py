"""Commands: what the desk executes inside a turn's transaction, by itself or when a person accepts it.

A command is `async def (session, args, *, by) -> dict`, registered under its name. It checks everything
again in the transaction it runs in: the proposal may be old, and others may have acted meanwhile.
`shop.readers` imports every module that registers one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import CommandError, Refused, ShopError
from shop.policy import Policy

Authority = Literal["auto", "agent", "supervisor"]
"""Who may let a command happen, from least to most."""

RANK: dict[Authority, int] = {"auto": 0, "agent": 1, "supervisor": 2}


class Args(BaseModel):
    """Base of a command's arguments: unknown names are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class CommandContext:
    """For whom and when a command runs, and on whose authority.

    `actor` signs what is written (C6: a note without a name is a fault).
    """

    buyer_id: str
    conversation_id: str
    channel: str
    now: datetime
    policy: Policy
    authority: Authority = "auto"
    actor: str = "xiaoer"


Run = Callable[..., Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Command:
    """A registered command with the least authority that may let it happen."""

    name: str
    args: type[BaseModel]
    needs: Authority
    run: Run


_commands: dict[str, Command] = {}


def command(name: str, *, needs: Authority) -> Callable[[Run], Run]:
    """Register a command. The type of its parameter `args` says what it takes."""

    def register(run: Run) -> Run:
        if name in _commands:
            raise ShopError(f"two commands are called {name!r}")
        _commands[name] = Command(name, get_type_hints(run)["args"], needs, run)
        return run

    return register


def list_commands() -> list[Command]:
    """Every registered command, by name."""
    return [_commands[name] for name in sorted(_commands)]


def get_command(name: str) -> Command:
    """The command of that name. Raises CommandError."""
    try:
        return _commands[name]
    except KeyError:
        raise CommandError(f"there is no command {name!r}") from None


async def execute(
    session: AsyncSession, name: str, args: dict[str, Any], context: CommandContext
) -> dict[str, Any]:
    """Run a command in the caller's transaction and give its result as JSON.

    Raises CommandError for an unknown name or wrong arguments, Refused when the authority is too low or
    the policy forbids it, NotFound for a record that is missing or another buyer's.
    """
    found = get_command(name)
    if RANK[context.authority] < RANK[found.needs]:
        raise Refused(
            f"command {name!r} needs {found.needs}, not {context.authority}", because="needs_authority"
        )
    try:
        checked = found.args.model_validate(args)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise CommandError(f"command {name!r}: {'; '.join(faults)}") from error
    return await found.run(session, checked, by=context)
