"""Complaints and their tickets on a real database (E1, E2, E4)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.complaints import (
    ActionAbuse,
    ActionComplain,
    ActionExpressSelfHarm,
    ActionReportSafetyIncident,
    ActionThreatenEscalation,
)
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import CommandError, NotFound
from shop.models import Complaint, Stage
from shop.policy_file import load_policy
from tests.small_orders import make_order
from tests.small_shop import open_shop


@pytest.fixture
def by(clock, policy_path):
    return CommandContext("b001", "c1", "web", clock(), load_policy(policy_path))


@pytest.mark.parametrize(
    ("action", "severity", "handoff", "scripts"),
    [
        (ActionComplain(), "general", "complaint", ["complaint_heard"]),
        (ActionAbuse(), "general", "abuse", ["complaint_heard"]),
        (ActionThreatenEscalation(), "major", "threat", []),
        (ActionReportSafetyIncident(), "crisis", "safety", []),
        (ActionExpressSelfHarm(), "crisis", "self_harm", []),
    ],
)
async def test_every_complaint_calls_people_and_asks_for_a_ticket(
    sessions, ask, action, severity, handoff, scripts
):
    await open_shop(sessions)
    said = await ask(action, "我的原话")
    ticket = {"severity": severity, "words": "我的原话", "order_no": None}
    assert (said.handoff, said.scripts) == (handoff, scripts)
    assert said.proposals == [{"name": "open_complaint", "args": ticket}]


async def test_a_complaint_knows_the_order_under_view_only_if_it_is_the_buyers(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID), make_order("O2", Stage.PAID, buyer="b002"))
    own = await ask(ActionComplain(), "太慢了", order="O1")
    assert own.proposals[0]["args"]["order_no"] == "O1"
    other = await ask(ActionComplain(), "太慢了", order="O2")
    assert other.proposals[0]["args"]["order_no"] is None


async def test_no_sentence_of_a_crisis_admits_denies_or_sells(ask):
    keys = ("handover_supervisor", "crisis_care", "self_harm_care", "complaint_heard")
    for key in keys:
        for text in ask.scripts.list_variants(key):
            banned = ("责任", "赔", "我们的错", "与我们无关", "优惠", "活动", "选购", "亲亲")
            assert not any(word in text for word in banned), text


@pytest.mark.parametrize(("severity", "hours"), [("general", 24), ("major", 4), ("crisis", 1)])
async def test_a_ticket_is_due_by_the_policys_hours(sessions, by, severity, hours):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    args = {"severity": severity, "words": "太慢了", "order_no": "O1", "demand": "道歉"}
    async with transaction(sessions) as session:
        result = await execute(session, "open_complaint", args, by)
    async with sessions() as session:
        ticket = (await session.scalars(select(Complaint))).one()
    assert result == {
        "complaint_id": ticket.id,
        "severity": severity,
        "due_at": ticket.due_at.isoformat(),
        "opened": True,
    }
    assert ticket.due_at == by.now + timedelta(hours=hours)
    assert (ticket.buyer_id, ticket.channel, ticket.conversation_id) == ("b001", "web", "c1")
    assert (ticket.order_no, ticket.words, ticket.demand) == ("O1", "太慢了", "道歉")
    assert (ticket.opened_at, ticket.outcome) == (by.now, None)


async def test_more_words_in_the_same_conversation_join_the_open_ticket(sessions, by):
    await open_shop(sessions)
    later = replace(by, now=by.now + timedelta(hours=1))
    async with transaction(sessions) as session:
        await execute(session, "open_complaint", {"severity": "general", "words": "太慢"}, by)
        await execute(session, "open_complaint", {"severity": "major", "words": "找平台"}, later)
        result = await execute(session, "open_complaint", {"severity": "general", "words": "算了"}, later)
    async with sessions() as session:
        ticket = (await session.scalars(select(Complaint))).one()
    assert result["opened"] is False
    assert (ticket.severity, ticket.words) == ("major", "太慢\n找平台\n算了")
    assert ticket.due_at == later.now + timedelta(hours=4)


async def test_a_settled_ticket_stays_settled(sessions, by):
    await open_shop(sessions)
    args = {"severity": "general", "words": "太慢"}
    async with transaction(sessions) as session:
        await execute(session, "open_complaint", args, by)
        (await session.scalars(select(Complaint))).one().state = "closed"
    async with transaction(sessions) as session:
        assert (await execute(session, "open_complaint", args, by))["opened"] is True
    async with sessions() as session:
        assert len((await session.scalars(select(Complaint))).all()) == 2


async def test_long_words_keep_their_end(sessions, by):
    await open_shop(sessions)
    async with transaction(sessions) as session:
        args = {"severity": "general", "words": "前" + "长" * 5000}
        await execute(session, "open_complaint", args, by)
        assert (await session.scalars(select(Complaint))).one().words == "长" * 5000


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"severity": "huge", "words": "太慢"}, CommandError),
        ({"severity": "major", "words": " "}, CommandError),
        ({"severity": "major", "words": "太慢", "order_no": "O2"}, NotFound),
    ],
)
async def test_a_wrong_ticket_is_refused(sessions, by, args, error):
    await open_shop(sessions, make_order("O2", Stage.PAID, buyer="b002"))
    with pytest.raises(error):
        async with transaction(sessions) as session:
            await execute(session, "open_complaint", args, by)
    async with sessions() as session:
        assert (await session.scalars(select(Complaint))).all() == []


async def test_e6_rude_words_meet_patience_and_a_person(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAbuse(), "废物")
    assert (said.scripts, said.handoff) == (["complaint_heard"], "abuse")
    assert [proposal["name"] for proposal in said.proposals] == ["open_complaint"]
