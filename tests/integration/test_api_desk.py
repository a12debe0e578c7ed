"""What agents do: find conversations, take, answer, accept drafts, give back, close; and see it live."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from desk.models import Channel, Delivery, DeliveryState
from shop.db import transaction
from shop.models import Sku
from tests.edge import SKU, Edge, daytime, open_edge

DESK = "/api/v1/desk"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def list_ids(browser: httpx.AsyncClient, view: str) -> list[str]:
    answered = await browser.get(f"{DESK}/conversations", params={"view": view})
    assert answered.status_code == 200, answered.text
    return [row["id"] for row in answered.json()]


async def test_views_show_whose_turn_it_is(edge: Edge) -> None:
    sure = await edge.say("有货吗", buyer_id="b1", message_id="1")
    doubtful = await edge.say("也许有货吗", buyer_id="b2", message_id="2")
    grave = await edge.say("我要投诉", buyer_id="b3", message_id="3")
    async with edge.signed_in("presales") as browser:
        assert await list_ids(browser, "bot") == [sure["conversation_id"]]
        assert await list_ids(browser, "queue") == [grave["conversation_id"], doubtful["conversation_id"]]
        assert await list_ids(browser, "mine") == []
        assert len(await list_ids(browser, "all")) == 3
        answered = await browser.get(f"{DESK}/conversations", params={"view": "every"})
        assert (answered.status_code, answered.json()["field"]) == (422, "view")


async def test_a_row_says_why_it_is_here(edge: Edge) -> None:
    outcome = await edge.say("也许有货吗", buyer_id="b001")
    async with edge.signed_in("presales") as browser:
        (row,) = (await browser.get(f"{DESK}/conversations", params={"view": "queue"})).json()
    assert row["buyer_name"] == "林**"
    assert (row["owner"], row["epoch"], row["open_drafts"]) == ("queue", 2, 1)
    assert (row["handoff"]["reason"], row["handoff"]["state"]) == ("doubtful", "waiting")
    assert (row["handoff"]["position"], row["handoff"]["eta_seconds"]) == (1, None)
    assert row["last_message"]["author"] in ("customer", "system")
    assert outcome["decision"] == "suggest"


async def test_a_conversation_shows_drafts_with_facts_and_the_customer_without_phone(edge: Edge) -> None:
    outcome = await edge.say("也许有货吗", buyer_id="b001")
    async with edge.signed_in("presales") as browser:
        answered = await browser.get(f"{DESK}/conversations/{outcome['conversation_id']}")
    detail = answered.json()
    assert detail["customer"] == {"id": "b001", "name": "林**", "tier": "new", "region": "浙江"}
    (draft,) = detail["drafts"]
    assert draft["intents"] == ["ask_stock"]
    assert draft["reasons"] == ["unsure"]
    assert draft["replies"][0]["facts"][0]["source"] == f"stock:{SKU}"
    assert "13800000000" not in answered.text


async def test_an_unknown_conversation_is_not_found(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        for path in ("nowhere", "nowhere/messages"):
            assert (await browser.get(f"{DESK}/conversations/{path}")).status_code == 404
        assert (await browser.get(f"{DESK}/conversations/a%00b")).status_code == 422


async def test_an_agent_takes_over_answers_and_gives_back(edge: Edge) -> None:
    outcome = await edge.say("有货吗")
    path = f"{DESK}/conversations/{outcome['conversation_id']}"
    async with edge.signed_in("presales") as browser:
        taken = (await browser.post(f"{path}/take-over")).json()
        assert (taken["owner"], taken["assignee"], taken["epoch"]) == ("agent", "presales", 2)
        assert await list_ids(browser, "mine") == [outcome["conversation_id"]]
        sent = await browser.post(f"{path}/messages", json={"epoch": 2, "text": "您好,我来处理"})
        assert (sent.json()["author"], sent.json()["agent"]) == ("agent", "presales")
        messages = (await browser.get(f"{path}/messages")).json()
        assert [message["author"] for message in messages] == ["customer", "bot", "agent"]
        back = (await browser.post(f"{path}/hand-back", json={"note": "已答应今天回复"})).json()
        assert (back["owner"], back["epoch"]) == ("bot", 3)
        assert (await browser.get(path)).json()["note"] == "已答应今天回复"


async def test_words_under_an_old_epoch_are_not_sent(edge: Edge) -> None:
    outcome = await edge.say("有货吗")
    path = f"{DESK}/conversations/{outcome['conversation_id']}"
    async with edge.signed_in("presales") as browser:
        await browser.post(f"{path}/take-over")
        answered = await browser.post(f"{path}/messages", json={"epoch": 1, "text": "您好"})
        assert (answered.status_code, answered.json()["error"]) == (409, "stale_epoch")
    assert len(await edge.read(outcome["conversation_id"])) == 2


async def test_a_colleague_needs_a_supervisors_right_to_take_a_conversation(edge: Edge) -> None:
    outcome = await edge.say("有货吗")
    path = f"{DESK}/conversations/{outcome['conversation_id']}"
    async with edge.signed_in("presales") as first, edge.signed_in("aftersales") as second:
        await first.post(f"{path}/take-over")
        answered = await second.post(f"{path}/take-over")
        assert (answered.status_code, answered.json()["error"]) == (409, "conflict")
        written = await second.post(f"{path}/messages", json={"epoch": 2, "text": "您好"})
        assert (written.status_code, written.json()["error"]) == (403, "not_yours")
    async with edge.signed_in("supervisor") as boss:
        assert (await boss.post(f"{path}/take-over")).json()["assignee"] == "supervisor"


async def test_of_two_who_claim_at_once_one_gets_it(edge: Edge) -> None:
    outcome = await edge.say("我要投诉")
    async with edge.signed_in("presales") as first, edge.signed_in("aftersales") as second:
        (row,) = (await first.get(f"{DESK}/conversations", params={"view": "queue"})).json()
        path = f"{DESK}/handoffs/{row['handoff']['id']}/claim"
        answers = await asyncio.gather(first.post(path), second.post(path))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        winner = next(answer.json() for answer in answers if answer.status_code == 200)
        detail = (await first.get(f"{DESK}/conversations/{outcome['conversation_id']}")).json()
    assert winner["assignee"] == detail["assignee"] == detail["handoff"]["claimed_by"]


async def find_draft(edge: Edge, browser: httpx.AsyncClient, text: str = "也许有货吗") -> tuple[str, str]:
    """A draft's path and its conversation."""
    outcome = await edge.say(text, buyer_id="b001")
    detail = (await browser.get(f"{DESK}/conversations/{outcome['conversation_id']}")).json()
    return f"{DESK}/drafts/{detail['drafts'][0]['id']}", outcome["conversation_id"]


async def test_an_accepted_draft_is_sent_once(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        path, conversation_id = await find_draft(edge, browser)
        (sent,) = (await browser.post(f"{path}/accept")).json()
        assert (sent["author"], sent["agent"], sent["script"]) == ("agent", "presales", "stock_in")
        assert "晨风跑鞋黑色39码" in sent["text"]
        again = await browser.post(f"{path}/accept")
        assert (again.status_code, again.json()["error"]) == (409, "conflict")
    authors = [message["author"] for message in await edge.read(conversation_id)]
    assert authors.count("agent") == 1


async def test_an_accepted_draft_may_be_sent_in_other_words(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        path, _ = await find_draft(edge, browser)
        (sent,) = (await browser.post(f"{path}/accept", json={"text": "有的,39码现货"})).json()
    assert sent["text"] == "有的,39码现货"
    assert {fact["name"] for fact in sent["facts"]} == {"item", "color", "size"}


async def test_a_changed_figure_stops_the_draft_until_it_is_accepted(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        path, conversation_id = await find_draft(edge, browser)
        async with transaction(edge.desk.sessions) as session:
            await session.execute(update(Sku).where(Sku.id == SKU).values(color="墨黑"))
        stopped = await browser.post(f"{path}/accept")
        assert stopped.status_code == 409
        assert stopped.json()["error"] == "facts_changed"
        assert stopped.json()["changes"] == [
            {"name": "color", "source": f"stock:{SKU}", "was": "黑色", "now": "墨黑"}
        ]
        assert "agent" not in [message["author"] for message in await edge.read(conversation_id)]
        (sent,) = (await browser.post(f"{path}/accept", json={"accept_changed": True})).json()
    assert "晨风跑鞋墨黑39码" in sent["text"]


async def test_a_rejected_draft_keeps_its_reason_and_is_not_sent(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        path, conversation_id = await find_draft(edge, browser)
        rejected = (await browser.post(f"{path}/reject", json={"reason": "答非所问"})).json()
        assert rejected["state"] == "rejected"
        assert (await browser.post(f"{path}/accept")).status_code == 409
        assert (await browser.get(f"{DESK}/conversations/{conversation_id}")).json()["drafts"] == []
        assert (await browser.post(f"{DESK}/drafts/none/reject")).status_code == 404


async def test_closing_stops_at_words_the_agent_has_not_seen(edge: Edge) -> None:
    outcome = await edge.say("有货吗")
    path = f"{DESK}/conversations/{outcome['conversation_id']}"
    async with edge.signed_in("presales") as browser:
        seen = (await browser.get(f"{path}/messages")).json()[-1]["id"]
        await browser.post(f"{path}/take-over")
        await edge.say("还在吗", message_id="m2")
        stopped = await browser.post(f"{path}/close", json={"seen": seen})
        assert (stopped.status_code, stopped.json()["error"]) == (409, "new_message")
        newest = (await browser.get(f"{path}/messages")).json()[-1]["id"]
        assert (await browser.post(f"{path}/close", json={"seen": newest})).json()["owner"] == "closed"


async def test_a_dead_delivery_is_seen_and_tried_again(edge: Edge) -> None:
    outcome = await edge.say("有货吗")
    message = (await edge.read(outcome["conversation_id"]))[-1]
    now = edge.desk.clock()
    async with transaction(edge.desk.sessions) as session:
        (await session.get_one(Channel, "shop")).callback_url = "http://127.0.0.1:9/callback"
        session.add(
            Delivery(
                conversation_id=outcome["conversation_id"],
                channel="shop",
                message_id=message["id"],
                state=DeliveryState.DEAD,
                attempts=12,
                next_try_at=now,
                last_error="503",
                created_at=now,
            )
        )
    async with edge.signed_in("supervisor") as browser:
        (dead,) = (await browser.get(f"{DESK}/outbox/dead")).json()
        assert (dead["channel"], dead["attempts"], dead["last_error"]) == ("shop", 12, "503")
        again = await browser.post(f"{DESK}/outbox/{dead['id']}/retry")
        assert again.json()["state"] == "pending"
        assert (await browser.get(f"{DESK}/outbox/dead")).json() == []
        assert (await browser.post(f"{DESK}/outbox/{dead['id']}/retry")).status_code == 409
        assert (await browser.post(f"{DESK}/outbox/999/retry")).status_code == 404


async def test_who_is_at_the_desk_shortens_the_waiting_time(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as browser:
        told = await browser.post(f"{DESK}/presence", json={"status": "online"})
        assert told.json() == {
            "agent": "supervisor",
            "status": "online",
            "teams": ["supervisor", "presales", "aftersales"],
        }
    outcome = await edge.say("我要投诉")
    assert outcome["handoff"]["eta_seconds"] == edge.desk.settings.handling_s


async def test_pages_of_a_list_go_back_in_time(edge: Edge) -> None:
    for number in range(3):
        await edge.say("有货吗", buyer_id=f"b{number}", message_id=f"m{number}")
    async with edge.signed_in("presales") as browser:
        params = {"view": "all", "limit": "2"}
        first = (await browser.get(f"{DESK}/conversations", params=params)).json()
        assert [row["buyer_id"] for row in first] == ["b2", "b1"]
        params["before"] = first[-1]["active_at"]
        second = (await browser.get(f"{DESK}/conversations", params=params)).json()
        assert [row["buyer_id"] for row in second] == ["b0"]
        params["before"] = (edge.desk.clock() + timedelta(days=1)).replace(tzinfo=None).isoformat()
        assert len((await browser.get(f"{DESK}/conversations", params=params)).json()) == 2


async def test_a6_a_text_is_checked_before_it_is_sent(edge: Edge) -> None:
    text = "亲,今天不能发,保证11月25日发出"
    async with edge.signed_in("presales") as browser:
        answered = await browser.post(f"{DESK}/tone", json={"text": text})
        assert answered.status_code == 200, answered.text
        assert [one["kind"] for one in answered.json()["findings"]] == ["apology", "refusal", "promise"]
        refusal = answered.json()["findings"][1]
        assert (refusal["text"], refusal["better"], refusal["rule"]) == ("不能", "无法", "A6")
        assert text[refusal["start"] : refusal["end"]] == "不能"
        assert answered.json()["better"] == "非常抱歉,亲,今天无法发,会尽力11月25日发出"
        facts = [{"name": "ship_by", "value": "2026-11-25"}]
        answered = await browser.post(f"{DESK}/tone", json={"text": text, "facts": facts})
        assert [one["kind"] for one in answered.json()["findings"]] == ["apology", "refusal"]


async def test_g1_the_warehouse_has_no_texts_to_check(edge: Edge) -> None:
    async with edge.signed_in("warehouse") as browser:
        answered = await browser.post(f"{DESK}/tone", json={"text": "不能"})
        assert (answered.status_code, answered.json()["error"]) == (403, "not_allowed")
