"""The supervisor's side: wall, approvals, roster; recalls and ratings."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from desk import duty, recalls, roster
from desk.errors import Conflict
from desk.models import Channel, Delivery, LiveEvent, Message
from desk.reviews import AutonomySignal
from desk.users import Role, User
from shop.db import transaction
from shop.work_models import Approval
from tests.edge import Edge, daytime, open_edge
from tests.integration.desk_bench import Bench
from tests.peers import answer, question, reading

DESK = "/api/v1/desk"
MORNING, EVENING = "2026-03-03T09:00:00+08:00", "2026-03-03T18:30:00+08:00"
WISH = answer(question(reading("request_human", 0.99, handoff="asked_for_person")))


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def test_the_wall_counts_what_waits_and_how_the_bot_does(edge: Edge) -> None:
    await edge.say("有货吗", buyer_id="b1", message_id="1")
    await edge.say("也许有货吗", buyer_id="b2", message_id="2")
    grave = await edge.say("我要投诉", buyer_id="b3", message_id="3")
    async with edge.signed_in("supervisor") as browser:
        before = (await browser.get(f"{DESK}/wall")).json()
        assert (before["waiting"], before["waiting_by_team"]) == (2, {"presales": 1, "supervisor": 1})
        assert (before["turns_today"], before["under_6s_share"], before["bot_share"]) == (1, 1.0, 1.0)
        assert (before["complaints_today"], before["breaches_today"]) == ({"major": 1}, 0)
        await browser.post(f"{DESK}/presence", json={"status": "online"})
        await browser.post(f"{DESK}/conversations/{grave['conversation_id']}/take-over")
        after = (await browser.get(f"{DESK}/wall")).json()
    assert (after["waiting"], round(after["bot_share"], 2)) == (1, 0.67)
    (boss,) = after["agents"]
    assert (boss["name"], boss["online"], boss["load"], boss["capacity"]) == ("supervisor", True, 1, 8)


async def test_of_an_empty_day_the_wall_says_nothing_it_does_not_know(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as browser:
        wall = (await browser.get(f"{DESK}/wall")).json()
    assert (wall["waiting"], wall["longest_wait_s"]) == (0, 0)
    assert (wall["under_6s_share"], wall["bot_share"], wall["satisfaction"]) == (None, None, None)


async def ask(edge: Edge, number: str, **wish: Any) -> dict[str, Any]:
    async with edge.signed_in("aftersales") as browser:
        body = {"matter": "remedy", "what": "开胶补偿", "amount": "60.00", **wish}
        asked = await browser.post(f"{DESK}/conversations/{number}/approvals", json=body)
        assert asked.status_code == 201, asked.text
        found: dict[str, Any] = asked.json()
        return found


async def test_a_supervisor_grants_with_one_click_and_the_asker_reads_it(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    asked = await ask(edge, number)
    assert (await ask(edge, number))["id"] == asked["id"]
    assert (asked["state"], asked["limit"], asked["amount"]) == ("asked", "50.00", "60.00")
    decide = f"{DESK}/approvals/{asked['id']}/decide"
    async with edge.signed_in("supervisor") as boss, edge.signed_in("aftersales") as agent:
        assert [one["id"] for one in (await boss.get(f"{DESK}/approvals")).json()] == [asked["id"]]
        assert (await agent.post(decide, json={"state": "granted"})).status_code == 403
        granted = (await boss.post(decide, json={"state": "granted", "answer": "可以"})).json()
        assert (granted["state"], granted["decided_by"]) == ("granted", "supervisor")
        assert (await boss.post(decide, json={"state": "granted"})).status_code == 200
        late = await boss.post(decide, json={"state": "declined"})
        assert (late.status_code, late.json()["error"]) == (409, "refused")
        assert (await boss.get(f"{DESK}/approvals")).json() == []
        (note,) = (await agent.get(f"{DESK}/conversations/{number}/notes")).json()
        assert (note["whisper_to"], note["text"]) == ("aftersales", "申请「开胶补偿」同意: 可以")
        assert (await boss.post(f"{DESK}/approvals/999/decide", json={"state": "granted"})).status_code == 404


async def test_of_two_who_decide_differently_at_once_one_counts(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    asked = await ask(edge, number)
    async with edge.signed_in("supervisor") as boss, edge.signed_in("admin") as admin:
        answered = await asyncio.gather(
            boss.post(f"{DESK}/approvals/{asked['id']}/decide", json={"state": "granted"}),
            admin.post(f"{DESK}/approvals/{asked['id']}/decide", json={"state": "declined"}),
        )
        assert sorted(one.status_code for one in answered) == [200, 409]
        notes = (await boss.get(f"{DESK}/conversations/{number}/notes")).json()
    assert len(notes) == 1


async def test_a_request_that_lapsed_is_not_granted_any_more(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    asked = await ask(edge, number)
    async with transaction(edge.desk.sessions) as session:
        found = await session.get_one(Approval, asked["id"])
        found.expires_at = edge.desk.clock() - timedelta(seconds=1)
    async with edge.signed_in("supervisor") as boss:
        assert (await boss.get(f"{DESK}/approvals")).json() == []
        late = await boss.post(f"{DESK}/approvals/{asked['id']}/decide", json={"state": "granted"})
        assert (late.status_code, late.json()["error"]) == (409, "refused")
        assert (await boss.get(f"{DESK}/conversations/{number}/notes")).json() == []


async def test_shifts_are_planned_once_and_dropped(edge: Edge) -> None:
    wish = dict(zip(("agent", "starts_at", "ends_at"), ("presales", MORNING, EVENING), strict=True))
    async with edge.signed_in("supervisor") as boss:
        made = await boss.post(f"{DESK}/roster", json=wish)
        assert (made.status_code, made.json()["planned_by"]) == (201, "supervisor")
        twice = await boss.post(f"{DESK}/roster", json={**wish, "ends_at": "2026-03-03T20:00:00+08:00"})
        assert (twice.status_code, twice.json()["error"]) == (409, "refused")
        backwards = await boss.post(f"{DESK}/roster", json={**wish, "ends_at": "2026-03-03T08:00:00+08:00"})
        assert backwards.status_code == 409
        nobody = await boss.post(f"{DESK}/roster", json={**wish, "agent": "nobody"})
        assert nobody.status_code == 404
        assert [one["agent"] for one in (await boss.get(f"{DESK}/roster")).json()] == ["presales"]
        assert (await boss.post(f"{DESK}/roster/{made.json()['id']}/delete")).status_code == 204
        assert (await boss.get(f"{DESK}/roster")).json() == []


async def plan(bench: Bench, begin: datetime, hours: float, role: Role = Role.PRESALES) -> None:
    async with bench.desk.transaction() as session:
        if await session.get(User, "lin") is None:
            session.add(
                User(
                    name="lin",
                    display_name="小林",
                    role=role,
                    password_hash="x",
                    skills=[],
                    created_at=bench.clock.now,
                )
            )
            await session.flush()
        await roster.plan(session, "lin", begin, begin + timedelta(hours=hours), "zhou")


async def test_the_call_back_time_is_the_next_shift_of_the_team(bench: Bench) -> None:
    await plan(bench, datetime(2026, 3, 2, 5, 0, tzinfo=UTC), 8)  # 13:00 to 21:00 in Shanghai
    bench.bot.answers["转人工"] = WISH
    outcome = await bench.ask("转人工")
    [told] = outcome.replies
    assert told["script"] == "handover_out_of_hours"
    assert told["facts"][0]["value"] == "2026-03-02T13:00:00+08:00"
    async with bench.desk.reads() as session:
        other = await duty.find_wait(session, bench.desk, "aftersales", 1, bench.clock.now)
        assert (other.seconds, other.call_back_at) == (None, None)
        bench.clock.advance(hours=4)
        within = await duty.find_wait(session, bench.desk, "presales", 1, bench.clock.now)
        assert (within.seconds, within.call_back_at) == (None, None)


async def recall(browser: httpx.AsyncClient, number: int) -> tuple[int, str]:
    answered = await browser.post(f"{DESK}/messages/{number}/recall")
    return answered.status_code, answered.json().get("error", "")


async def say_on_page(edge: Edge, browser: httpx.AsyncClient, text: str) -> list[dict[str, Any]]:
    """Write on the customer's page and wait for the answer."""
    await browser.post("/api/v1/chat/session", json={"buyer_id": "b001"})
    await browser.post("/api/v1/chat/messages", json={"message_id": text, "text": text})
    for _ in range(400):
        found: list[dict[str, Any]] = (await browser.get("/api/v1/chat/messages")).json()
        if found[-1]["author"] != "customer":
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("no answer")


async def test_on_our_page_a_message_of_the_bot_is_taken_back_and_counts_against_it(edge: Edge) -> None:
    async with edge.browser() as page, edge.signed_in("presales") as agent:
        *_, said = await say_on_page(edge, page, "有货吗")
        assert [await recall(agent, said["id"]) for _ in range(2)] == [(200, ""), (200, "")]
        question, answer = (await page.get("/api/v1/chat/messages")).json()
        assert (answer["id"], answer["text"], answer["recalled"]) == (said["id"], "", True)
        assert question["recalled"] is False
        assert await recall(agent, question["id"]) == (404, "not_found")
    async with edge.desk.reads() as session:
        signals = list(await session.scalars(select(AutonomySignal)))
        assert len(signals) == 1
        stored = await session.get_one(Message, said["id"])
        assert (stored.recalled_by, stored.text != "") == ("presales", True)


async def test_a_channel_that_has_the_message_keeps_it_and_one_not_sent_yet_never_goes(bench: Bench) -> None:
    receipt = await bench.say("在吗")
    await bench.process(receipt)
    said = next(row for row in await bench.rows(Message) if row.author == "bot")
    with pytest.raises(Conflict, match="has this message already"):
        await recalls.recall(bench.desk, said.id, "lin")
    async with bench.desk.transaction() as session:
        channel = await session.get_one(Channel, "taobao")
        channel.callback_url = "http://127.0.0.1:9/"
    await bench.ask("在吗", buyer="b2")
    later = [row for row in await bench.rows(Message) if row.author == "bot"][-1]
    assert len(await bench.rows(Delivery)) == 1
    await recalls.recall(bench.desk, later.id, "lin")
    assert await bench.rows(Delivery) == []
    assert [event.data["id"] for event in await bench.rows(LiveEvent) if event.kind == "recall"] == [later.id]


async def test_a_customer_rates_once_after_the_conversation_is_closed(edge: Edge) -> None:
    path = "/api/v1/chat/satisfaction"
    async with edge.browser() as page, edge.signed_in("presales") as agent:
        await say_on_page(edge, page, "有货吗")
        assert (await page.get(path)).json() == {"conversation_id": None}
        (row,) = (await agent.get(f"{DESK}/conversations", params={"view": "all"})).json()
        rating = {"conversation_id": row["id"], "score": 5, "words": "很快"}
        early = await page.post(path, json=rating)
        assert (early.status_code, early.json()["error"]) == (409, "refused")
        await agent.post(f"{DESK}/conversations/{row['id']}/take-over")
        await agent.post(f"{DESK}/conversations/{row['id']}/close")
        assert (await page.get(path)).json() == {"conversation_id": row["id"]}
        assert (await page.post(path, json={**rating, "score": 6})).status_code == 422
        assert [(await page.post(path, json=rating)).status_code for _ in range(2)] == [204, 204]
        other = await page.post(path, json={**rating, "score": 1})
        assert (other.status_code, other.json()["error"]) == (409, "conflict")
        assert (await page.post(path, json={**rating, "conversation_id": "nowhere"})).status_code == 404
        assert (await page.get(path)).json() == {"conversation_id": None}
    async with edge.signed_in("supervisor") as boss:
        assert (await boss.get(f"{DESK}/wall")).json()["satisfaction"] == 5.0
