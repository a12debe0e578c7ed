"""Stock questions on a real database (B1)."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from actions.stock import ActionAskStock
from shop.commands import CommandContext, execute
from shop.db import transaction
from shop.errors import NotFound
from shop.models import RestockNotice, Sku
from shop.policy_file import load_policy
from shop.stock import note_restocked
from shop.work_models import Notice
from tests.small_shop import open_shop


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


async def test_in_stock_is_said_without_the_number_which_stays_a_fact(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": "39", "color": "黑色"}, item="P1")
    assert said.scripts == ["stock_in"]
    assert (said.facts["stock"], said.facts["state"]) == (12, "in")
    assert said.sources["stock"] == "stock:P1-黑色-39"
    assert "晨风跑鞋黑色39码" in said.text
    assert "12" not in said.text
    assert said.slots == {"last_intent": "ask_stock"}
    assert await ask.reread(said) == []


async def test_a_size_without_colour_names_the_colours_that_have_it(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": "39"}, item="P1")
    assert said.scripts == ["stock_colors_of_size"]
    assert said.facts["open_colors"] == ["白色", "黑色"]
    pieces = {fact.source: fact.value for fact in said.pinned if fact.name == "stock"}
    assert pieces == {"stock:P1-黑色-39": 12, "stock:P1-白色-39": 3}


async def test_low_stock_reads_as_running_low(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": "39", "color": "白"}, item="P1")
    assert (said.scripts, said.facts["stock"]) == (["stock_low"], 3)
    assert "3码" not in said.text.replace("39码", "")


async def test_out_of_stock_tells_the_date_and_alternatives_and_proposes_a_notice(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": "40", "color": "黑色"}, item="P1")
    assert said.scripts == ["stock_out"]
    assert said.text.startswith("非常抱歉")
    assert "3月12日(周四)" in said.text
    assert said.facts["alternatives"] == ["流云跑鞋", "松间短靴"]
    assert said.proposals == [{"name": "reserve_restock_notice", "args": {"sku_id": "P1-黑色-40"}}]


async def test_a_restock_date_that_has_passed_is_not_told(shop, ask, clock):
    clock.now = datetime(2026, 3, 13, tzinfo=UTC)
    said = await ask(ActionAskStock(), entities={"size": "40", "color": "黑色"}, item="P1")
    assert said.facts["restock_on"] is None
    assert "3月12日" not in said.text


async def test_a_colour_that_is_out_names_the_colours_that_have_the_size(shop, ask, sessions):
    async with transaction(sessions) as session:
        await session.execute(update(Sku).where(Sku.id == "P1-黑色-39").values(stock=0))
    said = await ask(ActionAskStock(), entities={"size": "39", "color": "黑色"}, item="P1")
    assert said.scripts == ["stock_out_other_colors"]
    assert "白色" in said.text


@pytest.mark.parametrize(
    ("entities", "script", "fact", "value"),
    [
        ({}, "stock_sizes", "open_sizes", ["39"]),
        ({"color": "黑色"}, "stock_sizes_of_color", "open_sizes", ["39"]),
        ({"size": "46"}, "stock_no_size", "sizes", ["39", "40", "41"]),
        ({"color": "紫色"}, "stock_no_color", "colors", ["白色", "黑色"]),
        ({"color": "白色", "size": "40"}, "stock_out_size", "colors", ["白色", "黑色"]),
        ({"size": "41"}, "stock_out", "state", "out"),
    ],
)
async def test_what_is_missing_or_does_not_exist_is_told_from_the_range(
    shop, ask, entities, script, fact, value
):
    said = await ask(ActionAskStock(), entities=entities, item="P1")
    assert (said.scripts, said.facts[fact]) == ([script], value)


async def test_two_sizes_get_two_replies(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": ["39", "40"], "color": "黑色"}, item="P1")
    assert said.scripts == ["stock_in", "stock_out"]


async def test_a_size_written_as_a_foot_length_is_the_size_made_for_it(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": "245", "color": "黑色"}, item="P1")
    assert said.sources["stock"] == "stock:P1-黑色-39"


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("鞋子", ["流云跑鞋", "晨风跑鞋", "松间短靴"]),
        ("靴子", None),
        ("衣服", None),
        ("雨鞋", None),
    ],
)
async def test_general_words_for_goods_are_understood(shop, ask, kind, items):
    said = await ask(ActionAskStock(), entities={"product_kind": kind})
    assert said.facts.get("items") == items


async def test_a_kind_with_one_item_means_that_item(shop, ask):
    said = await ask(ActionAskStock(), entities={"product_kind": "靴子", "size": "40"})
    assert (said.scripts, said.facts["item"]) == (["stock_in"], "松间短靴")


async def test_without_an_item_it_asks_which_one(shop, ask):
    said = await ask(ActionAskStock(), entities={"size": "39"})
    assert (said.scripts, said.proposals) == (["ask_which_item"], [])


@pytest.mark.parametrize("named", ["P1", "晨风", "晨风跑鞋"])
async def test_an_item_named_in_the_text_goes_before_the_page(shop, ask, named):
    said = await ask(ActionAskStock(), entities={"product": named, "size": "39"}, item="P3")
    assert said.facts["item"] == "晨风跑鞋"


async def test_another_kind_named_on_an_items_page_is_what_is_meant(shop, ask):
    said = await ask(ActionAskStock(), entities={"product_kind": "跑鞋", "size": "40"}, item="P3")
    assert (said.scripts, said.facts["items"]) == (["stock_kind"], ["流云跑鞋"])


async def test_the_kind_of_the_page_itself_means_the_page(shop, ask):
    said = await ask(ActionAskStock(), entities={"product_kind": "跑鞋", "size": "39"}, item="P1")
    assert said.facts["item"] == "晨风跑鞋"


async def test_the_sku_of_the_card_is_what_is_asked(shop, ask):
    said = await ask(ActionAskStock(), sku="P1-白色-39")
    assert (said.scripts, said.sources["stock"]) == (["stock_low"], "stock:P1-白色-39")


@pytest.mark.parametrize("context", [{"sku": "gone"}, {"item": "gone"}])
async def test_a_page_the_shop_does_not_know_asks_which_item(shop, ask, context):
    assert (await ask(ActionAskStock(), entities={"size": "39"}, **context)).scripts == ["ask_which_item"]


async def test_an_item_off_sale_offers_others(shop, ask):
    said = await ask(ActionAskStock(), item="P5")
    assert (said.scripts, said.facts["alternatives"]) == (["stock_off_sale"], ["流云跑鞋", "晨风跑鞋"])


async def test_a_changed_stock_shows_when_a_draft_is_read_again(shop, ask, sessions):
    said = await ask(ActionAskStock(), entities={"size": "39", "color": "黑色"}, item="P1")
    async with transaction(sessions) as session:
        await session.execute(update(Sku).where(Sku.id == "P1-黑色-39").values(stock=0))
    assert await ask.reread(said) == ["stock", "state"]


def _context(clock, buyer="b001"):
    policy = load_policy(Path("examples/shop/policy.yml"))
    return CommandContext(buyer, "c1", "web", clock(), policy)


async def _reserve(sessions, clock, sku="P1-黑色-40"):
    async with transaction(sessions) as session:
        return await execute(session, "reserve_restock_notice", {"sku_id": sku}, _context(clock))


async def test_a_restock_notice_is_noted_once_even_when_asked_at_once(shop, sessions, clock):
    results = await asyncio.gather(*(_reserve(sessions, clock) for _ in range(5)))
    assert sorted(result["new"] for result in results) == [False, False, False, False, True]
    async with sessions() as session:
        notices = (await session.scalars(select(RestockNotice))).all()
    assert [(n.buyer_id, n.sku_id, n.asked_at) for n in notices] == [("b001", "P1-黑色-40", clock())]


async def test_a_buyer_who_was_told_waits_again(shop, sessions, clock):
    await _reserve(sessions, clock)
    async with transaction(sessions) as session:
        await session.execute(update(RestockNotice).values(told_at=clock()))
    clock.advance(days=3)
    assert await _reserve(sessions, clock) == {"sku_id": "P1-黑色-40", "new": False}
    async with sessions() as session:
        notice = (await session.scalars(select(RestockNotice))).one()
    assert (notice.asked_at, notice.told_at) == (clock(), None)


async def test_a_notice_for_no_sku_is_refused(shop, sessions, clock):
    with pytest.raises(NotFound, match="no SKU 'P9'"):
        await _reserve(sessions, clock, "P9")


async def test_b1_a_buyer_who_waits_is_told_once_when_the_sku_is_back(shop, sessions, clock):
    context = CommandContext("b001", "c1", "web", clock(), load_policy(Path("examples/shop/policy.yml")))
    async with transaction(sessions) as session:
        await execute(session, "reserve_restock_notice", {"sku_id": "P1-黑色-40"}, context)
    async with transaction(sessions) as session:
        assert await note_restocked(session, clock()) == 0  # still out
        (await session.get_one(Sku, "P1-黑色-40")).stock = 5
    async with transaction(sessions) as session:
        assert await note_restocked(session, clock()) == 1
    async with transaction(sessions) as session:
        assert await note_restocked(session, clock()) == 0
        (notice,) = (await session.scalars(select(Notice))).all()
    assert (notice.buyer_id, notice.script, notice.source) == ("b001", "restocked", "stock:P1-黑色-40")


async def test_b14_a_kind_with_a_limit_or_a_need_is_recommended_from(shop, ask):
    said = await ask(ActionAskStock(), "有没有跑鞋 250以内", entities={"product_kind": "跑鞋"})
    assert (said.scripts, [one["item"] for one in said.facts["items"]]) == (["recommend_items"], ["晨风跑鞋"])
    needed = await ask(ActionAskStock(), "有慢跑的鞋吗", entities={"product_kind": "跑鞋"})
    assert [one["item"] for one in needed.facts["items"]] == ["晨风跑鞋"]
