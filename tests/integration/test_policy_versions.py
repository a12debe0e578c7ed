"""Every version of the policy is kept with author and date; an answer records the one it was given under."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.models import PolicyVersion, Turn
from desk.policy_versions import install_policy, list_versions, record_version
from shop.errors import PolicyError
from shop.policy_file import PolicyFile
from tests.edge import Edge, daytime, open_edge

DEMO = Path("examples/shop/policy.yml")


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        own = tmp_path / "own" / "policy.yml"
        own.parent.mkdir()
        own.write_text(DEMO.read_text(encoding="utf-8"), encoding="utf-8")
        opened.desk.policy = PolicyFile(own)
        yield opened


def changed(edge: Edge, tmp_path: Path, old: str, new: str) -> Path:
    text = edge.desk.policy.path.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "changed.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


async def list_kept(edge: Edge) -> list[tuple[str, str, str]]:
    async with edge.desk.reads() as session:
        return [(row.version, row.author, row.reason) for row in await list_versions(session)]


async def test_the_policy_of_the_start_is_kept_once(edge: Edge) -> None:
    await record_version(edge.desk)
    await record_version(edge.desk)
    ((version, author, reason),) = await list_kept(edge)
    assert version == edge.desk.policy.current().version
    assert (author, reason) == (edge.desk.policy.path.owner(), "")
    async with edge.desk.reads() as session:
        kept = await session.get_one(PolicyVersion, version)
    assert kept.content == DEMO.read_text(encoding="utf-8")


async def test_an_installed_policy_is_in_force_without_a_restart_and_signed(
    edge: Edge, tmp_path: Path
) -> None:
    await record_version(edge.desk)
    before = edge.desk.policy.current()
    first = await edge.say("有货吗", message_id="1")
    file = changed(edge, tmp_path, "rounds: 3", "rounds: 2")
    kept = await install_policy(edge.desk, file, author="lin", reason="两轮就够")
    assert edge.desk.policy.current().bargaining.rounds == 2
    assert edge.desk.policy.current().version == kept.version != before.version
    second = await edge.say("有货吗", message_id="2")
    assert (first["policy_version"], second["policy_version"]) == (before.version, kept.version)
    assert (kept.version, "lin", "两轮就够") in await list_kept(edge)
    async with edge.desk.reads() as session:
        turns = (await session.scalars(select(Turn.policy_version).order_by(Turn.number))).all()
    assert turns == [before.version, kept.version]


async def test_a_broken_policy_is_neither_installed_nor_kept(edge: Edge, tmp_path: Path) -> None:
    file = changed(edge, tmp_path, "rounds: 3", "rounds: -3")
    with pytest.raises(PolicyError, match=r"bargaining\.rounds"):
        await install_policy(edge.desk, file, author="lin", reason="")
    assert edge.desk.policy.current().bargaining.rounds == 3
    assert [author for _, author, _ in await list_kept(edge)] != ["lin"]
    assert len(await list_kept(edge)) == 1


async def test_a_file_changed_by_hand_is_kept_by_the_sweeper(edge: Edge) -> None:
    from desk.sweeper import sweep

    path = edge.desk.policy.path
    path.write_text(path.read_text(encoding="utf-8").replace("rounds: 3", "rounds: 4 "), encoding="utf-8")
    await sweep(edge.desk)
    assert edge.desk.policy.current().version in {version for version, _, _ in await list_kept(edge)}
    assert len(await list_kept(edge)) == 2
    assert edge.desk.policy.current().bargaining.rounds == 4
