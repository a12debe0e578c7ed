"""Versions of the policy: each one that was in force is kept, with who changed it and when.

An answer records the version it was given under (`turns.policy_version`), so that it can be told later by
which figures it was right.
"""

from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from desk.base import Desk
from desk.models import PolicyVersion
from shop.errors import PolicyError
from shop.policy_file import load_policy_text, parse_policy

log = structlog.get_logger(__name__)
UNKNOWN = "unknown"


async def record_version(desk: Desk) -> None:
    """Keep the policy in force, if this version is new. Its author is the file's owner."""
    version = desk.policy.current().version
    async with desk.reads() as session:
        if await session.get(PolicyVersion, version) is not None:
            return
    await _keep(desk, version, desk.policy.text, author=_owner(desk.policy.path), reason="")


async def install_policy(desk: Desk, file: Path, *, author: str, reason: str) -> PolicyVersion:
    """Put a checked file in the place of the policy in one step, and keep it with its author.

    Raises PolicyError when the file is not valid or cannot be put there; the old one stays in force then.
    """
    text = load_policy_text(file)
    policy = parse_policy(file, text)
    kept = await _keep(desk, policy.version, text, author=author, reason=reason)
    place = desk.policy.path
    beside = place.with_name(f".{place.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(place)
    except OSError as error:
        raise PolicyError(f"{place}:1: cannot be written: {error.strerror}") from error
    return kept


async def list_versions(session: AsyncSession) -> list[PolicyVersion]:
    """The versions that were in force, the newest first."""
    query = select(PolicyVersion).order_by(PolicyVersion.loaded_at.desc(), PolicyVersion.version)
    return list(await session.scalars(query))


async def _keep(desk: Desk, version: str, text: str, *, author: str, reason: str) -> PolicyVersion:
    """The row of a version; the first author of the same text is kept, unless only its owner was known."""
    async with desk.transaction() as session:
        found = await session.get(PolicyVersion, version)
        if found is None:
            found = PolicyVersion(
                version=version, content=text, author=author[:80], reason=reason[:300], loaded_at=desk.clock()
            )
            try:
                async with session.begin_nested():
                    session.add(found)
            except IntegrityError:  # another process was faster
                found = await session.get_one(PolicyVersion, version)
            else:
                log.info("policy.kept", version=version, author=author)
        elif reason:
            found.author, found.reason = author[:80], reason[:300]
        return found


def _owner(path: Path) -> str:
    """Whose file it is on this machine."""
    try:
        return path.owner()
    except (OSError, KeyError, NotImplementedError):
        return UNKNOWN
