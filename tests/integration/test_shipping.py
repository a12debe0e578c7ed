"""Dispatch, arrival, fee and courier on a real database (B11, C1, C2, C3); it is Monday, 2 March, 10:00."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from actions.shipping import ActionAskCourier, ActionAskDeliveryTime, ActionAskDispatch, ActionAskShippingFee
from shop.db import transaction
from shop.models import Customer, Order, ParcelState, Promotion, Stage
from tests.small_orders import at, make_order, make_parcel
from tests.small_shop import _product, _skus, open_shop


def running(**more: object) -> Promotion:
    return Promotion(
        id="PR",
        title="活动",
        starts_at=at("2026-03-01 00:00"),
        ends_at=at("2026-03-09 00:00"),
        **more,
    )


def newcomer(buyer: str, region: str) -> Customer:
    return Customer(
        id=buyer,
        name="周小舟",
        phone="13900000000",
        region=region,
        address="",
        joined_at=at("2026-01-01 00:00"),
    )


async def test_a_paid_order_is_promised_its_day(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionAskDispatch(), "什么时候发货")
    assert said.scripts == ["dispatch_order"]
    assert (said.facts["ship_by"], said.facts["rule"]) == ("2026-03-02", "same_day")
    assert said.sources["ship_by"] == "dispatch:O1"
    assert "3月2日(周一)" in said.text
    assert (said.hold, said.handoff, said.proposals) == (None, None, [])
    assert said.slots["order_no"] == "O1"
    assert await ask.reread(said) == []


async def test_the_promise_changes_when_the_order_has_left(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionAskDispatch())
    async with sessions() as session, session.begin():
        order = await session.get_one(Order, "O1")
        order.stage = Stage.SHIPPED
    assert await ask.reread(said) == ["waiting"]


async def test_a_late_order_is_apologised_for_urged_and_held_for_a_person(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PRINTED, "2026-02-25 10:00"))
    said = await ask(ActionAskDispatch(), "怎么还没发货")
    assert said.scripts == ["dispatch_overdue"]
    assert said.text.startswith("非常抱歉")
    assert "2月25日(周三)" in said.text
    assert said.hold == "promise_overdue"
    assert said.proposals == [
        {"name": "add_order_note", "args": {"order_no": "O1", "kind": "urge", "wanted": "怎么还没发货"}}
    ]


async def test_without_an_order_the_answer_holds_if_paid_now(sessions, ask, clock):
    await open_shop(sessions)
    said = await ask(ActionAskDispatch(), item="P1")
    assert said.scripts == ["dispatch_if_paid"]
    assert (said.facts["ship_by"], said.sources["ship_by"]) == ("2026-03-02", "dispatch_now:P1?region=浙江")
    clock.now = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)  # 16:30 in Shanghai
    assert "ship_by" in await ask.reread(said)
    assert (await ask(ActionAskDispatch(), item="P1")).facts["ship_by"] == "2026-03-03"


@pytest.mark.parametrize(
    ("sku", "ship_by", "rule"),
    [
        ("P1-黑色-39", "2026-03-02", "same_day"),
        ("P1-白色-41", "2026-03-03", "no_stock"),
        ("P1-黑色-40", "2026-03-12", "no_stock"),  # back on 12 March
    ],
)
async def test_stock_decides_what_paying_now_means(sessions, ask, sku, ship_by, rule):
    await open_shop(sessions)
    said = await ask(ActionAskDispatch(), item="P1", sku=sku)
    assert (said.facts["ship_by"], said.facts["rule"]) == (ship_by, rule)


@pytest.mark.parametrize(
    ("promotion", "ship_by", "rule"),
    [
        ({"kind": "discount", "campaign": True}, "2026-03-05", "campaign"),
        ({"kind": "flash", "product_ids": ["P1"]}, "2026-03-09", "flash"),
        ({"kind": "flash", "product_ids": ["P2"]}, "2026-03-02", "same_day"),
        ({"kind": "discount"}, "2026-03-02", "same_day"),
    ],
)
async def test_a_running_promotion_decides_what_paying_now_means(sessions, ask, promotion, ship_by, rule):
    await open_shop(sessions, running(**promotion))
    said = await ask(ActionAskDispatch(), item="P1")
    assert (said.facts["ship_by"], said.facts["rule"]) == (ship_by, rule)


async def test_an_unpaid_order_is_promised_by_its_own_goods_as_if_paid_now(sessions, ask):
    made = _product("P9", "刻字短靴", "短靴", "300.00", made_to_order=True)
    stock = _skus("P9", "300.00", {("棕色", "38"): 5})
    order = make_order("O1", Stage.UNPAID, None, skus=("P9-棕色-38",), region="四川")
    await open_shop(sessions, made, *stock)
    async with transaction(sessions) as session:
        session.add(order)
    said = await ask(ActionAskDispatch(), order="O1")
    assert (said.scripts, said.facts["ship_by"]) == (["dispatch_if_paid"], "2026-03-04")
    assert (said.facts["rule"], said.sources["ship_by"]) == ("made_to_order", "dispatch:O1")
    arrival = await ask(ActionAskDeliveryTime(), order="O1")
    assert (arrival.scripts, arrival.facts["arrive_to"]) == (["arrival_if_paid"], "2026-03-09")


@pytest.mark.parametrize("action", [ActionAskDispatch, ActionAskDeliveryTime])
async def test_words_of_buying_now_are_not_about_an_order_of_before(sessions, ask, action):
    await open_shop(sessions, make_order("O1", Stage.SHIPPED), make_parcel("O1", ParcelState.IN_TRANSIT))
    assert (await ask(action(), "那我拍39,今天能发吗", item="P1")).scripts[0].endswith("_if_paid")
    assert (await ask(action(), "我拍的那双今天能发吗", item="P1")).scripts == ["track_stalled"]


async def test_the_fee_of_a_named_courier_is_its_difference(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskShippingFee(), "发顺丰要加多少钱", entities={"courier": "顺丰"})
    assert (said.scripts, said.facts["surcharge"]) == (["courier_surcharge"], "15.00")


async def test_an_item_not_ordered_is_asked_about_before_buying(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionAskDispatch(), item="P2")
    assert said.scripts == ["dispatch_if_paid"]


async def test_a_sent_order_is_tracked(sessions, ask):
    parcel = make_parcel("O1", ParcelState.IN_TRANSIT, ("2026-03-01 20:00", "杭州转运中心", "已发往绍兴"))
    await open_shop(sessions, make_order("O1", Stage.SHIPPED), parcel)
    assert (await ask(ActionAskDispatch())).scripts == ["track_moving"]
    assert (await ask(ActionAskDeliveryTime())).facts["expected_on"] == "2026-03-03"


@pytest.mark.parametrize("no", ["O2", "nothing"])
@pytest.mark.parametrize("action", [ActionAskDispatch(), ActionAskDeliveryTime(), ActionAskCourier()])
async def test_another_buyers_order_reads_like_a_missing_one(sessions, ask, action, no):
    await open_shop(sessions, make_order("O2", Stage.PAID, buyer="b002"))
    said = await ask(action, entities={"order_no": no})
    assert (said.scripts, said.facts, said.slots.get("order_no")) == (["order_not_found"], {}, None)


async def test_an_order_arrives_after_the_regions_transit_days(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID, "2026-03-02 17:00"))
    said = await ask(ActionAskDeliveryTime(), "几天能到")
    assert said.scripts == ["arrival_order"]
    assert (said.facts["ship_by"], said.facts["arrive_from"], said.facts["arrive_to"]) == (
        "2026-03-03",
        "2026-03-04",
        "2026-03-05",
    )
    assert said.facts["courier"] == "圆通"


async def test_a_late_order_is_never_given_an_arrival_day(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID, "2026-02-25 10:00"))
    said = await ask(ActionAskDeliveryTime())
    assert (said.scripts, said.hold) == (["dispatch_overdue"], "promise_overdue")


async def test_arrival_before_buying_uses_the_place_asked_about(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskDeliveryTime(), entities={"region": "武汉"}, item="P1")
    assert said.scripts == ["arrival_if_paid"]
    assert (said.facts["region"], said.facts["courier"]) == ("湖北", "中通")
    assert (said.facts["arrive_from"], said.facts["arrive_to"]) == ("2026-03-04", "2026-03-05")


async def test_without_any_place_the_arrival_asks_for_it(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskDeliveryTime(), buyer="guest", item="P1")
    assert said.scripts == ["arrival_region_missing"]
    assert said.facts["ship_by"] == "2026-03-02"


@pytest.mark.parametrize(
    ("item", "script", "price"),
    [(None, "fee_general", None), ("P1", "fee_free", "200.00"), ("CHEAP", "fee_below", "59.00")],
)
async def test_the_fee_follows_threshold_and_region(sessions, ask, item, script, price):
    cheap = _product("CHEAP", "棉袜", "袜子", "59.00"), *_skus("CHEAP", "59.00", {("白色", "均码"): 5})
    await open_shop(sessions, *cheap)
    said = await ask(ActionAskShippingFee(), "包邮吗", item=item)
    assert said.scripts == [script]
    assert (said.facts["fee"], said.facts["free_from"], said.facts["price_from"]) == ("6.00", "99.00", price)
    assert said.facts["region"] == "浙江"


async def test_the_fee_elsewhere_is_the_one_of_the_last_rule(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskShippingFee(), entities={"region": "新疆"})
    assert (said.facts["fee"], said.facts["courier"]) == ("18.00", "EMS")
    assert "¥18" in said.text


async def test_an_unknown_place_makes_the_fee_ask_rather_than_guess(sessions, ask):
    await open_shop(sessions)
    said = await ask(ActionAskShippingFee(), buyer="guest")
    assert said.scripts == ["fee_region_missing"]
    assert said.facts == {"free_from": "99.00"}


async def test_the_default_courier_goes_by_where_the_buyer_lives(sessions, ask):
    await open_shop(sessions, newcomer("b9", "四川"))
    said = await ask(ActionAskCourier(), "发什么快递", buyer="b9")
    assert (said.scripts, said.facts["courier"]) == (["courier_default"], "韵达")


@pytest.mark.parametrize(
    ("wished", "script", "surcharge"),
    [
        ("圆通", "courier_is_default", None),
        ("顺丰", "courier_surcharge", "15.00"),
        ("EMS", "courier_surcharge", "5.00"),
        ("德邦", "courier_wish", None),
    ],
)
async def test_a_named_courier_is_default_paid_for_or_only_a_wish(sessions, ask, wished, script, surcharge):
    await open_shop(sessions)
    said = await ask(ActionAskCourier(), entities={"courier": wished})
    assert (said.scripts, said.facts["surcharge"], said.proposals) == ([script], surcharge, [])


async def test_a_wish_for_a_courier_becomes_a_note_on_the_waiting_order(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    said = await ask(ActionAskCourier(), "可以发德邦吗", entities={"courier": "德邦"})
    assert said.proposals == [
        {"name": "add_order_note", "args": {"order_no": "O1", "kind": "note", "wanted": "可以发德邦吗"}}
    ]


async def test_the_courier_of_a_flash_sale_is_assigned(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID, sale="flash", total=Decimal("99.00")))
    said = await ask(ActionAskCourier(), entities={"courier": "顺丰"})
    assert said.scripts == ["courier_assigned"]
    assert said.text.startswith("非常抱歉")


async def test_without_any_place_the_courier_asks_for_it(sessions, ask):
    await open_shop(sessions)
    assert (await ask(ActionAskCourier(), buyer="guest")).scripts == ["courier_region_missing"]


async def test_c2_a_courier_that_is_wanted_is_noted_and_its_difference_followed(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    asked = await ask(ActionAskCourier(), "能发顺丰吗", entities={"courier": "顺丰"}, order="O1")
    assert (asked.scripts, asked.proposals) == (["courier_surcharge"], [])
    wanted = await ask(ActionAskCourier(), "给我发顺丰", entities={"courier": "顺丰"}, order="O1")
    assert [proposal["args"] for proposal in wanted.proposals] == [
        {"order_no": "O1", "kind": "note", "wanted": "给我发顺丰"},
        {"order_no": "O1", "amount": "15.00", "reason": "改发顺丰补差价"},
    ]


async def test_c2_after_sending_a_courier_is_chosen_no_more(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.SHIPPED))
    said = await ask(ActionAskCourier(), "给我发顺丰", entities={"courier": "顺丰"}, order="O1")
    assert said.proposals == []


async def test_d2_the_fee_asked_for_in_the_middle_of_a_return_is_that_of_sending_back(sessions, ask):
    await open_shop(
        sessions, make_order("O1", Stage.SIGNED, "2026-02-25 09:00", signed_at=at("2026-03-01 12:00"))
    )
    said = await ask(ActionAskShippingFee(), "那运费呢", slots={"last_intent": "request_exchange"})
    assert said.scripts[0].startswith("return_fee_")
    before = await ask(ActionAskShippingFee(), "那运费呢", slots={"last_intent": "ask_stock"})
    assert before.scripts[0].startswith("fee_")
