"""The queue at work: entries are given or offered, handed on to teams and colleagues; alarms until heard."""

import asyncio

import pytest

from desk import alarms, assignment, conversations, duty, handoff, sweeper, transfer
from desk.alarms import Alarm
from desk.errors import Conflict, NotYours
from desk.models import Handoff, HandoffState, LiveEvent, Owner
from desk.notes import Note
from desk.users import Role, User
from shop.errors import NotFound, Refused
from tests.integration.desk_bench import Bench
from tests.peers import answer, greeting, question, reading

WISH = answer(question(reading("request_human", 0.99, handoff="asked_for_person")))
GRAVE = answer(greeting(), severity="major")


async def add_people(bench: Bench, *names: str, team: str = "presales") -> None:
    async with bench.desk.transaction() as session:
        for name in names:
            session.add(
                User(
                    name=name,
                    display_name=name,
                    role=Role.PRESALES,
                    password_hash="x",
                    skills=[],
                    created_at=bench.clock.now,
                )
            )
    for name in names:
        await duty.set_presence(bench.desk, name, teams=[team])


def set_way(bench: Bench, way: str, **more: object) -> None:
    policy = bench.desk.policy.current()
    desk = policy.desk.model_copy(update={"assign": way, **more})
    changed = policy.model_copy(update={"desk": desk})
    bench.desk.policy.current = lambda: changed  # type: ignore[method-assign]


async def wait_in_queue(bench: Bench, *buyers: str) -> list[Handoff]:
    bench.bot.answers |= {"转人工": WISH}
    for buyer in buyers:
        await bench.ask("转人工", buyer=buyer)
    return await bench.entries()


async def test_left_to_be_taken_nobody_is_given_anything(bench: Bench) -> None:
    await add_people(bench, "lin")
    await wait_in_queue(bench, "b1")
    await assignment.assign_waiting(bench.desk, bench.clock.now)
    [entry] = await bench.entries()
    assert (entry.state, entry.offered_to) == (HandoffState.WAITING, None)


async def test_given_entries_go_round_until_everybody_is_full(bench: Bench) -> None:
    set_way(bench, "auto", capacity=1)
    await add_people(bench, "lin", "mei")
    await wait_in_queue(bench, "b1", "b2", "b3")
    await asyncio.gather(*(assignment.assign_waiting(bench.desk, bench.clock.now) for _ in range(3)))
    entries = await bench.entries()
    assert sorted(entry.claimed_by or "" for entry in entries) == ["", "lin", "mei"]
    assert [entry.state for entry in entries][2] is HandoffState.WAITING


async def test_an_offer_runs_out_and_goes_to_the_next_and_anybody_may_take_it(bench: Bench) -> None:
    set_way(bench, "offer")
    await add_people(bench, "lin", "mei")
    await wait_in_queue(bench, "b1")
    await assignment.assign_waiting(bench.desk, bench.clock.now)
    await assignment.assign_waiting(bench.desk, bench.clock.now)
    [entry] = await bench.entries()
    assert (entry.state, entry.offered_to) == (HandoffState.WAITING, "lin")
    bench.clock.advance(seconds=30)
    await assignment.assign_waiting(bench.desk, bench.clock.now)
    [entry] = await bench.entries()
    assert entry.offered_to == "mei"
    offers = [event.data["agent"] for event in await bench.rows(LiveEvent) if event.kind == "offer"]
    assert offers == ["lin", "mei"]
    await handoff.claim(bench.desk, entry.id, "lin")
    [entry] = await bench.entries()
    assert (entry.claimed_by, entry.offered_to, entry.offered_until) == ("lin", None, None)


async def test_handed_to_a_team_it_waits_there_with_its_old_place_and_a_note(bench: Bench) -> None:
    [before] = await wait_in_queue(bench, "b1")
    number = before.conversation_id
    await handoff.claim(bench.desk, before.id, "lin")
    with pytest.raises(NotYours):
        await transfer.to_team(bench.desk, number, "mei", "aftersales", "")
    bench.clock.advance(seconds=20)
    moved = await transfer.to_team(bench.desk, number, "lin", "aftersales", "要退货,订单已核对")
    assert (moved.owner, moved.assignee, moved.note) == (Owner.QUEUE, None, "要退货,订单已核对")
    [entry] = await bench.entries()
    assert (entry.state, entry.team, entry.waiting_since) == (
        HandoffState.WAITING, "aftersales", before.waiting_since,
    )  # fmt: skip
    [note] = await bench.rows(Note)
    assert (note.author, note.text) == ("lin", "要退货,订单已核对")


async def test_handed_to_a_colleague_it_is_theirs_at_once_never_an_empty_chair(bench: Bench) -> None:
    await add_people(bench, "lin", "mei")
    [entry] = await wait_in_queue(bench, "b1")
    number = entry.conversation_id
    await handoff.claim(bench.desk, entry.id, "lin")
    await duty.set_presence(bench.desk, "mei", status="away")
    with pytest.raises(Refused, match="not at the desk"):
        await transfer.to_agent(bench.desk, number, "lin", "mei", "请跟进")
    assert await bench.rows(Note) == []
    await duty.set_presence(bench.desk, "mei")
    moved = await transfer.to_agent(bench.desk, number, "lin", "mei", "请跟进")
    assert (moved.owner, moved.assignee) == (Owner.AGENT, "mei")
    [entry] = await bench.entries()
    assert (entry.state, entry.claimed_by) == (HandoffState.CLAIMED, "mei")
    with pytest.raises(NotYours):
        await conversations.hand_back(bench.desk, number, "lin")
    with pytest.raises(NotFound):
        await transfer.to_agent(bench.desk, number, "mei", "nobody", "")
    await conversations.close(bench.desk, number, "mei")
    with pytest.raises(Conflict):
        await transfer.to_agent(bench.desk, number, "lin", "mei", "", force=True)


async def test_a_grave_turn_raises_one_alarm_that_grows_until_it_is_acknowledged(bench: Bench) -> None:
    bench.bot.answers["!"] = GRAVE
    await bench.ask("!")
    await bench.ask("!")
    [alarm] = await bench.rows(Alarm)
    assert (alarm.severity, alarm.level) == ("major", 1)
    for level in (2, 3, 3):
        bench.clock.advance(seconds=60)
        await alarms.escalate_due(bench.desk, bench.clock.now)
        await alarms.escalate_due(bench.desk, bench.clock.now)
        [alarm] = await bench.rows(Alarm)
        assert alarm.level == level
    results = await asyncio.gather(
        *(alarms.acknowledge(bench.desk, alarm.id, name) for name in ("zhou", "wu", "admin"))
    )
    assert len({result.acknowledged_by for result in results}) == 1
    bench.clock.advance(seconds=600)
    await sweeper.sweep(bench.desk)
    [alarm] = await bench.rows(Alarm)
    assert (alarm.level, alarm.acknowledged_at is not None) == (3, True)
    async with bench.desk.reads() as session:
        assert await alarms.list_open(session) == []
    told = [event.data["level"] for event in await bench.rows(LiveEvent) if event.kind == "alarm"]
    assert told == [1, 2, 3, 3, 3]
    with pytest.raises(NotFound):
        await alarms.acknowledge(bench.desk, "none", "zhou")


async def test_a_crisis_after_a_major_complaint_calls_again(bench: Bench) -> None:
    bench.bot.answers |= {"!": GRAVE, "!!": answer(greeting(), severity="crisis")}
    await bench.ask("!")
    await bench.ask("!!")
    assert [alarm.severity for alarm in await bench.rows(Alarm)] == ["major", "crisis"]
