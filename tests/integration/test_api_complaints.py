"""Complaints, call-backs and promises over HTTP: who may work on what, what is refused, what others hear."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desk.audit import AuditEntry
from desk.models import LiveEvent
from desk.ownership import hold
from desk.promises import note_promises
from desk.ratings import Rating
from shop.db import transaction
from shop.models import Complaint, Order, Stage
from shop.work_models import ManualPayment, Remedy
from tests.edge import Edge, daytime, open_edge

DESK = "/api/v1/desk"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def open_ticket(edge: Edge, severity: str = "general") -> dict[str, Any]:
    """A ticket of b001 about a signed order of 200 yuan, noted by an agent."""
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    now = edge.desk.clock()
    async with transaction(edge.desk.sessions) as session:
        session.add(
            Order(
                no="2026-7001", buyer_id="b001", stage=Stage.SIGNED, created_at=now, paid_at=now,
                recipient="林小满", phone="13800000000", region="浙江", address="杭州市示例区青禾路1号",
                goods_total=200, total=200,
            )
        )  # fmt: skip
    body = {"severity": severity, "words": "鞋子开胶,要求退款", "order_no": "2026-7001"}
    async with edge.signed_in("aftersales") as agent:
        made = await agent.post(f"{DESK}/conversations/{number}/complaints", json=body)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found


async def test_a_ticket_is_worked_on_from_handler_to_outcome(edge: Edge) -> None:
    ticket = await open_ticket(edge)
    path = f"{DESK}/complaints/{ticket['id']}"
    assert (ticket["category"], ticket["demand"], ticket["state"]) == ("quality", "要求退款", "open")
    assert ticket["limits"] == {"gift": "20.00", "coupon": "20.00", "part_refund": "40.00"}
    async with edge.signed_in("aftersales") as agent:
        assert [one["id"] for one in (await agent.get(f"{DESK}/complaints")).json()] == [ticket["id"]]
        assert (await agent.post(f"{path}/assign", json={"handler": "nobody"})).status_code == 404
        assigned = (await agent.post(f"{path}/assign", json={"handler": "presales"})).json()
        early = await agent.post(f"{path}/close", json={"outcome": "满意"})
        assert (early.status_code, early.json()["error"]) == (409, "refused")
        await agent.post(f"{path}/measure", json={"measure": "补寄一双"})
        done = (await agent.post(f"{path}/close", json={"outcome": "已收到", "satisfaction": 4})).json()
        assert (await agent.get(f"{DESK}/complaints")).json() == []
        assert [one["id"] for one in (await agent.get(f"{DESK}/complaints?state=closed")).json()] == [
            ticket["id"]
        ]
        assert (await agent.get(f"{DESK}/complaints/999")).status_code == 404
    assert (assigned["handler"], assigned["state"]) == ("presales", "assigned")
    assert (done["state"], done["measure"], done["outcome"]) == ("closed", "补寄一双", "已收到")
    assert (done["satisfaction"], done["closed_by"]) == (4, "aftersales")
    async with edge.desk.reads() as session:
        events = list(await session.scalars(select(LiveEvent.data).where(LiveEvent.kind == "complaint")))
    assert len(events) == 4


async def test_what_holds_for_a_ticket_opened_now_is_told_by_class(edge: Edge) -> None:
    now = edge.desk.clock()
    async with edge.signed_in("aftersales") as agent:
        terms = (await agent.get(f"{DESK}/complaints/terms")).json()
    left = {name: datetime.fromisoformat(at) - now for name, at in terms["due_at"].items()}
    hours = {name: time / timedelta(hours=1) for name, time in left.items()}
    assert hours == pytest.approx(edge.desk.policy.current().complaints.due_hours, abs=0.05)
    assert terms["supervised"] == ["major", "crisis"]


async def test_a_ticket_opened_with_its_measure_stands_in_the_customers_panel(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    path = f"{DESK}/conversations/{number}"
    body = {"severity": "general", "words": "客服回得慢", "measure": "致歉并补券"}
    async with edge.signed_in("aftersales") as agent:
        made = (await agent.post(f"{path}/complaints", json=body)).json()
        (ticket,) = (await agent.get(f"{path}/panel")).json()["tickets"]
    assert (made["measure"], made["state"], made["handler"]) == ("致歉并补券", "measured", "aftersales")
    assert (ticket["id"], ticket["due_at"], ticket["measure"]) == (made["id"], made["due_at"], "致歉并补券")


async def test_a_supervisor_is_called_to_what_a_person_finds_grave(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    path = f"{DESK}/conversations/{number}"
    body = {"severity": "major", "words": "已经打了12315"}
    async with edge.signed_in("aftersales") as agent, edge.signed_in("supervisor") as boss:
        await agent.post(f"{path}/take-over")
        refused = await agent.post(f"{path}/complaints", json={**body, "measure": "我来处理"})
        assert (refused.status_code, refused.json()["error"]) == (409, "refused")
        assert (await boss.get(f"{DESK}/complaints")).json() == []
        assert (await boss.get(f"{DESK}/alarms")).json() == []
        for _ in range(2):
            assert (await agent.post(f"{path}/complaints", json=body)).status_code == 201
        (alarm,) = (await boss.get(f"{DESK}/alarms")).json()
        found = (await agent.get(path)).json()
    assert (alarm["conversation_id"], alarm["severity"]) == (number, "major")
    assert (found["owner"], found["assignee"], found["severity"]) == ("agent", "aftersales", "major")
    assert (found["handoff"]["team"], found["handoff"]["reason"]) == ("supervisor", "major_complaint")


async def test_a_grave_complaint_noted_while_the_bot_answers_brings_people(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    path = f"{DESK}/conversations/{number}"
    async with edge.signed_in("aftersales") as agent:
        await agent.post(f"{path}/complaints", json={"severity": "crisis", "words": "鞋底扎伤了脚"})
        found = (await agent.get(path)).json()
    assert (found["owner"], found["handoff"]["priority"], found["handoff"]["state"]) == (
        "queue",
        0,
        "waiting",
    )


async def test_a_grave_ticket_is_seen_by_agents_and_worked_on_by_supervisors(edge: Edge) -> None:
    ticket = await open_ticket(edge, "major")
    assert ticket["may_work"] is False
    path = f"{DESK}/complaints/{ticket['id']}"
    async with edge.signed_in("aftersales") as agent, edge.signed_in("supervisor") as boss:
        for route, body in (
            ("assign", {"handler": "aftersales"}),
            ("measure", {"measure": "致电"}),
            ("remedies", {"kind": "gift", "amount": "10.00"}),
        ):
            refused = await agent.post(f"{path}/{route}", json=body)
            assert (refused.status_code, refused.json()["error"]) == (409, "refused")
        assert (await agent.get(path)).json()["state"] == "open"
        assert (await boss.get(path)).json()["may_work"] is True
        assert (await boss.post(f"{path}/measure", json={"measure": "已致电"})).json()["state"] == "measured"


async def test_a_remedy_keeps_within_the_limits_and_counts_once(edge: Edge) -> None:
    ticket = await open_ticket(edge)
    path = f"{DESK}/complaints/{ticket['id']}/remedies"
    refund = {"kind": "part_refund", "amount": "40.00", "detail": "开胶补偿"}
    async with edge.signed_in("aftersales") as agent, edge.signed_in("supervisor") as boss:
        for _ in range(2):
            given = (await agent.post(path, json=refund)).json()
        assert [(one["kind"], one["amount"]) for one in given["remedies"]] == [("part_refund", "40.00")]
        above = await agent.post(path, json={"kind": "coupon", "amount": "20.01"})
        assert (above.status_code, above.json()["error"]) == (409, "refused")
        wrong = await agent.post(path, json={"kind": "coupon", "amount": "-1"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "amount")
        allowed = (await boss.post(path, json={"kind": "coupon", "amount": "20.01"})).json()
    assert len(allowed["remedies"]) == 2
    async with edge.desk.reads() as session:
        assert len((await session.scalars(select(ManualPayment))).all()) == 1
        assert len((await session.scalars(select(Remedy))).all()) == 2


async def test_late_tickets_are_told_apart(edge: Edge) -> None:
    ticket = await open_ticket(edge)
    async with edge.signed_in("aftersales") as agent:
        assert (await agent.get(f"{DESK}/complaints?state=late")).json() == []
        async with transaction(edge.desk.sessions) as session:
            found = await session.get_one(Complaint, ticket["id"])
            found.due_at = edge.desk.clock() - timedelta(minutes=1)
        assert [one["id"] for one in (await agent.get(f"{DESK}/complaints?state=late")).json()] == [
            ticket["id"]
        ]


async def test_a_call_is_booked_made_and_noted_and_its_number_is_seen_by_those_who_may(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    body = {"phone": "13800000000", "about": "开胶的处理结果"}
    async with edge.signed_in("presales") as agent, edge.signed_in("aftersales") as seer:
        made = await agent.post(f"{DESK}/conversations/{number}/callbacks", json=body)
        assert (made.status_code, made.json()["phone"]) == (201, "138****0000")
        path = f"{DESK}/callbacks/{made.json()['id']}"
        assert (await agent.post(f"{path}/phone")).status_code == 403
        assert (await seer.post(f"{path}/phone")).json() == {"phone": "13800000000"}
        (listed,) = (await agent.get(f"{DESK}/callbacks")).json()
        assert (listed["buyer_name"], listed["phone"]) == ("林**", "138****0000")
        (promise,) = (await agent.get(f"{DESK}/promises")).json()
        assert (promise["kind"], promise["owner"], promise["words"]) == (
            "call_back",
            "presales",
            "开胶的处理结果",
        )
        noted = {"state": "done", "result": "已说明"}
        assert (await agent.post(f"{path}/settle", json=noted)).json()["done_by"] == "presales"
        assert (await agent.post(f"{path}/settle", json=noted)).status_code == 200
        other = await seer.post(f"{path}/settle", json={"state": "unreached", "result": "无人接听"})
        assert (other.status_code, other.json()["error"]) == (409, "refused")
        assert (await agent.get(f"{DESK}/callbacks")).json() == []
        assert len((await agent.get(f"{DESK}/callbacks?state=done")).json()) == 1
    async with edge.desk.reads() as session:
        looks = await session.scalars(select(AuditEntry).where(AuditEntry.what == "calls.get_phone"))
        assert [(look.who, look.about) for look in looks] == [("aftersales", f"callback:{made.json()['id']}")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"phone": "12", "about": "回电"}, 422),
        ({"phone": "13800000000", "about": ""}, 422),
        ({"phone": "13800000000", "about": "回电", "at": "2026-02-01T10:00:00+08:00"}, 409),
    ],
)
async def test_a_call_that_cannot_be_made_is_not_booked(
    edge: Edge, body: dict[str, str], status: int
) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    async with edge.signed_in("aftersales") as agent:
        refused = await agent.post(f"{DESK}/conversations/{number}/callbacks", json=body)
        assert refused.status_code == status, refused.text
        assert (await agent.get(f"{DESK}/callbacks")).json() == []


async def test_a_ticket_shows_what_was_promised_in_its_conversation(edge: Edge) -> None:
    ticket = await open_ticket(edge)
    async with hold(edge.desk, ticket["conversation_id"]) as held:
        await note_promises(held, "今天给您补差价", "aftersales")
    async with edge.signed_in("aftersales") as agent:
        found = (await agent.get(f"{DESK}/complaints/{ticket['id']}")).json()
    assert [(one["kind"], one["state"]) for one in found["promises"]] == [("pay_difference", "open")]


async def test_satisfaction_is_told_by_day_and_by_who_answered(edge: Edge) -> None:
    now = edge.desk.clock()
    said = [(5, "lin", 0), (3, "lin", 1), (1, None, 1), (5, None, 40)]
    for index, (score, agent, days) in enumerate(said):
        number = (await edge.say("有货吗", buyer_id=f"b{index}", message_id=f"m{index}"))["conversation_id"]
        async with transaction(edge.desk.sessions) as session:
            at = now - timedelta(days=days)
            session.add(Rating(conversation_id=number, score=score, words="等太久", agent=agent, at=at))
    async with edge.signed_in("supervisor") as boss, edge.signed_in("presales") as agent_browser:
        assert (await agent_browser.get(f"{DESK}/satisfaction")).status_code == 403
        found = (await boss.get(f"{DESK}/satisfaction?days=7")).json()
        assert (await boss.get(f"{DESK}/satisfaction?days=0")).status_code == 422
    assert found["by_day"] == [
        {"day": "2026-03-01", "count": 2, "mean": 2.0},
        {"day": "2026-03-02", "count": 1, "mean": 5.0},
    ]
    assert [(one["agent"], one["count"], one["mean"]) for one in found["by_agent"]] == [
        (None, 1, 1.0),
        ("lin", 2, 4.0),
    ]
    assert [(one["score"], one["words"]) for one in found["unhappy"]] == [(1, "等太久")]


async def test_a_call_goes_to_the_number_the_shop_has_unless_another_is_given(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="b001"))["conversation_id"]
    path = f"{DESK}/conversations/{number}"
    async with edge.signed_in("aftersales") as agent:
        assert (await agent.get(f"{path}/panel")).json()["phone"] == "138****0000"
        made = await agent.post(f"{path}/callbacks", json={"about": "补发进度"})
        assert (made.status_code, made.json()["phone"]) == (201, "138****0000")
        (shown,) = (await agent.get(f"{path}/panel")).json()["callbacks"]
        assert (shown["id"], shown["about"], shown["state"]) == (made.json()["id"], "补发进度", "booked")


async def test_no_call_is_booked_for_a_guest_without_a_number(edge: Edge) -> None:
    number = (await edge.say("有货吗", buyer_id="guest:1"))["conversation_id"]
    path = f"{DESK}/conversations/{number}"
    async with edge.signed_in("aftersales") as agent:
        refused = await agent.post(f"{path}/callbacks", json={"about": "补发进度"})
        assert (refused.status_code, refused.json()["error"]) == (409, "refused")
        panel = (await agent.get(f"{path}/panel")).json()
    assert (panel["phone"], panel["callbacks"]) == (None, [])
