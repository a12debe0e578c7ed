"""Suggestions that get better: reviews are kept, faults take autonomy, past answers return."""

import asyncio

import pytest
from sqlalchemy import select

from desk import drafts, levels, reviews, sweeper
from desk.decision import Kind
from desk.levels import AutonomyChange
from desk.models import Draft, DraftState, Turn
from desk.past_answers import PastAnswer
from desk.reviews import AutonomySignal, DraftReview
from shop.errors import NotFound, Refused
from shop.facts import read
from shop.policy import Autonomy
from tests import small_shop
from tests.integration.desk_bench import Bench
from tests.peers import Json, answer, greeting, question, reading, reply

STOCK = "stock:P1-黑色-39"
OPEN = {"context": {"item_id": "P1"}}


async def read_facts(bench: Bench) -> list[Json]:
    async with bench.desk.reads() as session:
        found = await read(bench.desk.reading(session, "b001", bench.clock()), *STOCK.split(":"))
    return [found[name].to_json() for name in ("item", "color", "size")]


@pytest.fixture
async def shop(bench: Bench) -> Bench:
    """A bot that is unsure of stock, and the small shop."""
    async with bench.desk.transaction() as session:
        session.add_all(small_shop.list_records())
    facts = await read_facts(bench)
    unsure = answer(question(reading("ask_stock", 0.6, reply("stock_in", *facts))))
    other = answer(question(reading("greet", 0.5, reply("greet"))))
    bench.bot.answers |= {"39有货吗": unsure, "黑色39还有货吗": other}
    return bench


async def draft_of(bench: Bench, text: str, buyer: str = "b001") -> Draft:
    receipt = await bench.say(text, buyer=buyer, **OPEN)
    await bench.process(receipt)
    found: list[Draft] = await bench.rows(Draft, turn_id=receipt.turn_id)
    return found[0]


async def test_what_people_do_with_drafts_is_kept_with_distance_and_reason(shop: Bench) -> None:
    one, two, three = [await draft_of(shop, "39有货吗", buyer) for buyer in ("b1", "b2", "b3")]
    await drafts.mark_shown(shop.desk, one.id)
    await drafts.accept(shop.desk, one.id, "lin")
    await drafts.accept(shop.desk, two.id, "lin", text="有货的,39码,拍2双立减10元")
    await drafts.reject(shop.desk, three.id, "mei", "答非所问")
    kept = {review.draft_id: review for review in await shop.rows(DraftReview)}
    assert (kept[one.id].outcome, kept[one.id].distance) == ("accepted", 0.0)
    assert (kept[one.id].shown_at, kept[two.id].shown_at) == (shop.clock.now, None)
    assert (kept[two.id].outcome, kept[two.id].figures_changed, kept[two.id].distance > 0.3) == (
        "edited", True, True,
    )  # fmt: skip
    assert (kept[three.id].outcome, kept[three.id].reason) == ("rejected", "答非所问")
    assert kept[three.id].agent == "mei"
    async with shop.desk.reads() as session:
        evidence = (await reviews.read_evidence(session, shop.clock.now, 30))["ask_stock"]
    assert (evidence.accepted, evidence.edited, evidence.rejected, evidence.fact_edits) == (1, 1, 1, 1)
    with pytest.raises(NotFound):
        await drafts.mark_shown(shop.desk, "none")


async def test_a_draft_accepted_by_two_at_once_is_reviewed_once(shop: Bench) -> None:
    draft = await draft_of(shop, "39有货吗")
    await asyncio.gather(
        *(drafts.accept(shop.desk, draft.id, name) for name in ("lin", "mei")), return_exceptions=True
    )
    assert len(await shop.rows(DraftReview)) == 1


async def test_a_level_that_was_set_holds_for_the_next_turn_and_not_above_the_policy(bench: Bench) -> None:
    assert (await bench.ask("在吗")).decision == Kind.AUTO
    await levels.set_level(bench.desk, "greet", Autonomy.SUGGEST, "zhou", "先看看")
    assert (await bench.ask("在吗", buyer="b2")).decision == Kind.SUGGEST
    await levels.set_level(bench.desk, "greet", Autonomy.AUTO, "zhou", "可以了")
    assert (await bench.ask("在吗", buyer="b3")).decision == Kind.AUTO
    assert await levels.set_level(bench.desk, "greet", Autonomy.AUTO, "zhou", "") is None
    changes = await bench.rows(AutonomyChange)
    assert [(change.was, change.level, change.by) for change in changes] == [
        ("auto", "suggest", "zhou"), ("suggest", "auto", "zhou"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="the policy allows complain no more than off"):
        await levels.set_level(bench.desk, "complain", Autonomy.AUTO, "zhou", "")
    await levels.set_level(bench.desk, "ask_refund", Autonomy.SHADOW, "zhou", "")
    with pytest.raises(Refused, match="never promoted"):
        await levels.set_level(bench.desk, "ask_refund", Autonomy.SUGGEST, "zhou", "")
    with pytest.raises(NotFound):
        await levels.set_level(bench.desk, "no_such_intent", Autonomy.OFF, "zhou", "")


async def test_faults_take_auto_once_and_a_persons_word_stands_until_new_ones(bench: Bench) -> None:
    async def fail(*refs: str) -> None:
        bench.clock.advance(seconds=1)
        async with bench.desk.transaction() as session:
            for ref in refs:
                await reviews.signal(session, ["greet"], reviews.RECALL, ref, bench.clock.now)

    most = bench.desk.policy.current().autonomy.demote.recalls
    await fail("message:1", *(f"message:{number}" for number in range(1, most)))
    await sweeper.sweep(bench.desk)
    assert await bench.rows(AutonomyChange) == []
    await fail(f"message:{most}")
    await asyncio.gather(*(levels.demote_at_fault(bench.desk, bench.clock.now) for _ in range(2)))
    [change] = await bench.rows(AutonomyChange)
    assert (change.was, change.level, change.by, change.reason) == (
        "auto",
        "suggest",
        "evidence",
        f"{most} recalls",
    )
    assert (await bench.ask("在吗")).decision == Kind.SUGGEST
    bench.clock.advance(seconds=1)
    await levels.set_level(bench.desk, "greet", Autonomy.AUTO, "zhou", "已修正")
    await sweeper.sweep(bench.desk)
    assert len(await bench.rows(AutonomyChange)) == 2
    await fail(*(f"message:{most + number}" for number in range(1, most + 1)))
    await sweeper.sweep(bench.desk)
    assert [change.level for change in await bench.rows(AutonomyChange)] == ["suggest", "auto", "suggest"]


async def test_a_complaint_right_after_an_automatic_answer_speaks_against_it(bench: Bench) -> None:
    bench.bot.answers["什么态度"] = answer(greeting(), severity="general")
    bench.bot.answers["我要投诉"] = answer(greeting(), severity="major")
    await bench.ask("在吗")
    await bench.ask("我要投诉")
    [signal] = await bench.rows(AutonomySignal)
    first = (await bench.rows(Turn))[0]
    assert (signal.intent, signal.kind, signal.ref) == ("greet", "complaint", f"turn:{first.id}")
    await bench.ask("我要投诉", buyer="b2")
    assert len(await bench.rows(AutonomySignal)) == 1


async def test_what_a_colleague_sent_is_offered_for_the_like_with_figures_of_now(shop: Bench) -> None:
    await drafts.accept(shop.desk, (await draft_of(shop, "39有货吗", "b1")).id, "lin")
    [kept] = await shop.rows(PastAnswer)
    assert (kept.question, kept.item_id) == ("39有货吗", "P1")
    shop.clock.advance(minutes=5)
    first = await draft_of(shop, "黑色39还有货吗", "b2")
    one, two = await shop.rows(Draft, turn_id=first.turn_id)
    assert [one.intents, two.intents] == [["greet"], ["ask_stock"]]
    assert two.replies[0]["script"] == "stock_in"
    assert two.replies[0]["facts"][0]["read_at"] == shop.clock.now.isoformat()
    assert (two.rank, two.state, 0.5 < two.confidence <= 1) == (2, DraftState.OPEN, True)


async def test_an_answer_in_a_persons_own_words_is_not_kept_for_others(shop: Bench) -> None:
    edited = await draft_of(shop, "39有货吗", "b2")
    await drafts.accept(shop.desk, edited.id, "lin", text="林女士,您的地址已改好")
    assert await shop.rows(PastAnswer) == []


async def test_an_answer_about_another_item_or_one_that_is_gone_is_not_offered(shop: Bench) -> None:
    await drafts.accept(shop.desk, (await draft_of(shop, "39有货吗", "b1")).id, "lin")
    receipt = await shop.say("黑色39还有货吗", buyer="b2", context={"item_id": "P2"})
    await shop.process(receipt)
    assert len(await shop.rows(Draft, turn_id=receipt.turn_id)) == 1
    async with shop.desk.transaction() as session:
        [kept] = await session.scalars(select(PastAnswer))
        lost = [{**fact, "source": "stock:P1-没有-1"} for fact in kept.replies[0]["facts"]]
        kept.replies = [{"script": "stock_in", "facts": lost}]
    gone = await draft_of(shop, "黑色39还有货吗", "b3")
    assert len(await shop.rows(Draft, turn_id=gone.turn_id)) == 1
