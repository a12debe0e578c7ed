"""The pieces of a sales talk on a real database (A8, A10). It is Monday, 2 March, 10:00."""

from datetime import timedelta

import pytest

from actions.sales_talk import ActionLeadTalk
from shop.models import Complaint, Promotion, Stage
from tests.small_orders import at, make_order
from tests.small_shop import open_shop

LEAD = ActionLeadTalk()


def make_promotion(promotion_id="PR1", **more):
    fields = {
        "title": "春季满199减20",
        "kind": "full_reduction",
        "rules": {"threshold": "199", "off": "20"},
        "starts_at": at("2026-03-01 00:00"),
        "ends_at": at("2026-03-08 00:00"),
    } | more
    return Promotion(id=promotion_id, **fields)


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions, make_promotion())


async def test_a8_a_greeting_is_followed_by_what_runs_now_and_only_once(shop, ask):
    said = await ask(LEAD, intent="greet", slots={"last_intent": None})
    assert (said.scripts, said.facts["off"]) == (["sales_promotion_full_reduction"], "20.00")
    assert said.slots == {"last_intent": None, "sales_talk": ["promotion"]}
    again = await ask(LEAD, intent="greet", slots=said.slots)
    assert (again.scripts, again.slots) == ([], {"last_intent": None})


async def test_a8_only_what_covers_the_item_in_view_is_told(sessions, ask):
    await open_shop(sessions, make_promotion(product_ids=["P2"]))
    assert (await ask(LEAD, intent="greet")).scripts == []
    assert (await ask(LEAD, intent="greet", item="P1")).scripts == []
    assert (await ask(LEAD, intent="greet", item="P2")).scripts == ["sales_promotion_full_reduction"]


@pytest.mark.parametrize("kind", ["discount", "gift", "flash"])
async def test_a8_every_kind_of_promotion_has_its_sentence(sessions, ask, kind):
    rules = {"discount": {"rate": "0.9"}, "gift": {"gift": "棉袜一双"}, "flash": {"price": {}}}[kind]
    await open_shop(sessions, make_promotion(kind=kind, rules=rules))
    said = await ask(LEAD, intent="greet")
    assert said.scripts == [f"sales_promotion_{kind}"]
    assert "春季" in said.text


@pytest.mark.parametrize("topics", [["track_order"], ["ask_stock", "report_quality_issue"], ["complain"]])
@pytest.mark.parametrize("moment", ["greet", "affirm", "thank", "goodbye"])
async def test_a8_after_the_sale_and_in_a_complaint_nothing_is_added(shop, ask, moment, topics):
    said = await ask(LEAD, intent=moment, slots={"topics": topics})
    assert (said.scripts, "sales_talk" in said.slots) == ([], False)


async def test_a8_who_waits_for_a_complaints_end_hears_no_promotion(sessions, ask, clock):
    now = clock()
    complaint = Complaint(
        buyer_id="b001",
        channel="web",
        conversation_id="c1",
        severity="general",
        words="太慢了",
        opened_at=now,
        due_at=now + timedelta(hours=4),
    )
    await open_shop(sessions, make_promotion(), complaint)
    assert (await ask(LEAD, intent="greet")).scripts == []
    assert (await ask(LEAD, intent="greet", buyer="b002")).scripts == ["sales_promotion_full_reduction"]


async def test_a8_who_looks_at_an_order_hears_no_promotion(sessions, ask):
    await open_shop(sessions, make_promotion(), make_order("O1", Stage.SIGNED))
    assert (await ask(LEAD, intent="greet", order="O1")).scripts == []


async def test_a8_an_open_dialogue_is_left_alone(shop, ask):
    said = await ask(LEAD, intent="affirm", slots={"topics": ["ask_stock"]}, loop="size_form")
    assert said.scripts == []


async def test_a8_a_yes_after_the_goods_is_told_how_to_order_and_thanks_are_invited(shop, ask):
    slots = {"topics": ["ask_stock", "bargain"]}
    order = await ask(LEAD, "好的", intent="affirm", slots=slots)
    assert (order.scripts, order.slots["sales_talk"]) == (["sales_order"], ["order"])
    invited = await ask(LEAD, "谢谢", intent="thank", slots=slots | order.slots)
    assert invited.scripts == ["sales_invite"]
    farewell = await ask(LEAD, "拜拜", intent="goodbye", slots=slots | invited.slots)
    assert farewell.scripts == []


async def test_a8_a10_an_order_that_was_placed_is_gone_through_with_its_address(sessions, ask):
    order = make_order("O1", Stage.UNPAID, None, created_at=at("2026-03-02 09:30"))
    await open_shop(sessions, make_promotion(), order)
    said = await ask(LEAD, "好的 拍下了", intent="affirm", slots={"topics": ["ask_stock"]})
    assert (said.scripts, said.slots["sales_talk"]) == (["order_placed"], ["confirmed"])
    assert (said.facts["order_no"], said.facts["address"]) == ("O1", "示例路1号")
    assert await ask.reread(said) == []
    again = await ask(LEAD, "嗯嗯拍下了", intent="affirm", slots={"topics": ["ask_stock"]} | said.slots)
    assert again.scripts == []


async def test_a8_a10_an_order_that_was_paid_is_confirmed(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(LEAD, "好 付款了", intent="affirm", slots={"topics": ["ask_size"]})
    assert (said.scripts, said.facts["recipient"]) == (["payment_confirmed"], "林小满")


async def test_a10_who_looks_at_one_item_is_not_confirmed_the_order_of_another(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    other = await ask(LEAD, "好 拍好了", intent="affirm", item="P2", slots={"topics": ["ask_stock"]})
    assert "payment_confirmed" not in other.scripts
    same = await ask(LEAD, "好 拍好了", intent="affirm", item="P1", slots={"topics": ["ask_stock"]})
    assert same.scripts == ["payment_confirmed"]


async def test_a10_the_province_is_said_once(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID, region="浙江", address="浙江省杭州市示例路1号"))
    said = await ask(LEAD, "好 付款了", intent="affirm")
    assert (said.facts["region"], said.facts["address"]) == ("", "浙江省杭州市示例路1号")
    assert "浙江浙江" not in said.text
