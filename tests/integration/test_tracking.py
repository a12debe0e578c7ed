"""Where is my parcel, on a real database (C4, C5). The clock: Monday, 2 March, 10:00."""

from datetime import UTC, date, datetime

import pytest

from actions.tracking import ActionReportDeliveryProblem, ActionTrackOrder
from shop.models import ParcelState, Stage
from tests.small_orders import make_order, make_parcel
from tests.small_shop import open_shop

LAST_SCAN = ("2026-03-01 20:00", "杭州转运中心", "已发往绍兴")


async def test_a_parcel_on_its_way_tells_courier_number_scan_and_day(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.SHIPPED),
        make_parcel("O1", ParcelState.IN_TRANSIT, ("2026-02-28 08:00", "杭州", "已揽收"), LAST_SCAN),
    )
    said = await ask(ActionTrackOrder(), "到哪了")
    assert said.scripts == ["track_moving"]
    assert said.sources["last_at"] == "parcel:O1?tracking=YT0001"
    assert said.facts["last_at"] == "2026-03-01T20:00:00+08:00"
    assert said.facts["expected_on"] == "2026-03-03"
    for part in ("圆通", "YT0001", "3月1日 20:00", "杭州转运中心", "3月3日(周二)"):
        assert part in said.text
    assert (said.handoff, said.hold, said.proposals) == (None, None, [])
    assert await ask.reread(said) == []


async def test_a_parcel_past_its_expected_day_is_apologised_for(sessions, ask):
    parcel = make_parcel("O1", ParcelState.IN_TRANSIT, LAST_SCAN, expected=date(2026, 3, 1))
    await open_shop(sessions, make_order("O1", Stage.SHIPPED), parcel)
    said = await ask(ActionTrackOrder())
    assert said.facts["late"] is True
    assert "非常抱歉" in said.text


async def test_silence_longer_than_the_policy_allows_is_a_stalled_parcel(sessions, ask, clock):
    await open_shop(
        sessions, make_order("O1", Stage.SHIPPED), make_parcel("O1", ParcelState.IN_TRANSIT, LAST_SCAN)
    )
    clock.now = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)  # 48 hours after the scan
    assert (await ask(ActionTrackOrder())).scripts == ["track_moving"]
    clock.advance(minutes=1)
    said = await ask(ActionTrackOrder(), "物流不动了")
    assert (said.scripts, said.handoff) == (["track_stalled"], "parcel_trouble")


@pytest.mark.parametrize("state", ["stalled", "exception", "returned", "refused"])
async def test_a_parcel_in_trouble_goes_to_after_sales_with_a_query(sessions, ask, state):
    await open_shop(
        sessions, make_order("O1", Stage.SHIPPED), make_parcel("O1", ParcelState(state), LAST_SCAN)
    )
    said = await ask(ActionTrackOrder(), "快递呢")
    assert said.scripts == [f"track_{state}"]
    assert said.text.startswith("非常抱歉")
    assert said.handoff == "parcel_trouble"
    assert said.proposals == [
        {
            "name": "open_courier_query",
            "args": {"order_no": "O1", "words": "快递呢", "kind": state, "tracking_no": "YT0001"},
        },
        {"name": "add_order_note", "args": {"order_no": "O1", "kind": "courier", "wanted": "快递呢"}},
    ]


async def test_an_order_not_sent_yet_tells_by_when(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PACKED))
    said = await ask(ActionTrackOrder())
    assert (said.scripts, said.facts["ship_by"]) == (["dispatch_order"], "2026-03-02")


async def test_a_signed_parcel_tells_when(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.SIGNED),
        make_parcel("O1", ParcelState.SIGNED, ("2026-03-01 12:00", "绍兴", "本人签收")),
    )
    said = await ask(ActionTrackOrder())
    assert said.scripts == ["track_signed"]
    assert "3月1日 12:00" in said.text


async def test_an_order_in_two_parcels_tells_both(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.SHIPPED),
        make_parcel("O1", ParcelState.SIGNED, LAST_SCAN),
        make_parcel("O1", ParcelState.IN_TRANSIT, LAST_SCAN, tracking="YT0002", shipped="2026-02-28 17:00"),
    )
    said = await ask(ActionTrackOrder())
    assert said.scripts == ["track_moving", "track_signed"]
    assert {fact.source for fact in said.pinned} == {"parcel:O1?tracking=YT0001", "parcel:O1?tracking=YT0002"}


@pytest.mark.parametrize(
    ("stage", "script", "hold"),
    [
        (Stage.UNPAID, "track_unpaid", None),
        (Stage.CLOSED, "track_closed", None),
        (Stage.SHIPPED, "track_no_scan", "no_scan"),  # marked as sent, no parcel recorded
    ],
)
async def test_an_order_without_a_parcel_says_how_it_stands(sessions, ask, stage, script, hold):
    await open_shop(sessions, make_order("O1", stage))
    said = await ask(ActionTrackOrder(), order="O1")
    assert (said.scripts, said.hold) == ([script], hold)


async def test_a_parcel_without_scans_still_tells_courier_and_number(sessions, ask):
    parcel = make_parcel("O1", ParcelState.COLLECTED, shipped="2026-03-01 17:00", expected=None)
    await open_shop(sessions, make_order("O1", Stage.SHIPPED), parcel)
    said = await ask(ActionTrackOrder())
    assert (said.scripts, said.facts["last_place"]) == (["track_moving"], None)
    assert "None" not in said.text


async def test_the_order_under_view_goes_before_a_newer_one(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.PAID),
        make_order("O2", Stage.SHIPPED),
        make_parcel("O2", ParcelState.IN_TRANSIT, LAST_SCAN),
    )
    assert (await ask(ActionTrackOrder(), order="O1")).facts["order_no"] == "O1"
    assert (await ask(ActionTrackOrder())).facts["order_no"] == "O2"
    written = await ask(ActionTrackOrder(), entities={"order_no": "O2"}, order="O1")
    assert written.facts["order_no"] == "O2"


async def test_goods_named_by_their_kind_choose_the_order(sessions, ask):
    await open_shop(
        sessions,
        make_order("RUNNING", Stage.SHIPPED, "2026-02-20 10:00", skus=("P2-灰色-39",)),
        make_order("OTHER", Stage.SHIPPED, "2026-02-25 10:00", skus=("P4-米色-M",)),
        make_parcel("RUNNING", ParcelState.IN_TRANSIT),
        make_parcel("OTHER", ParcelState.IN_TRANSIT, tracking="YT0002"),
    )
    assert (await ask(ActionTrackOrder(), "我的快递到哪了")).slots["order_no"] == "OTHER"
    named = await ask(ActionTrackOrder(), "我的鞋怎么还没到", entities={"product_kind": "鞋"})
    assert named.slots["order_no"] == "RUNNING"


async def test_another_buyers_order_reads_like_a_missing_one(sessions, ask):
    await open_shop(
        sessions,
        make_order("O2", Stage.SHIPPED, buyer="b002"),
        make_parcel("O2", ParcelState.IN_TRANSIT, LAST_SCAN),
    )
    said = [await ask(ActionTrackOrder(), order=no) for no in ("O2", "O404")]
    assert said[0].texts == said[1].texts
    assert said[0].scripts == ["order_not_found"]
    assert said[0].facts == said[1].facts == {}


async def test_a_parcel_is_found_by_its_number_if_it_is_the_buyers(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.SHIPPED),
        make_order("O2", Stage.SHIPPED, "2026-03-02 09:30"),
        make_order("O3", Stage.SHIPPED, buyer="b002"),
        *(make_parcel(f"O{n}", ParcelState.IN_TRANSIT, LAST_SCAN, tracking=f"YT000{n}") for n in (1, 2, 3)),
    )
    assert (await ask(ActionTrackOrder(), entities={"tracking_no": "YT0001"})).facts["order_no"] == "O1"
    for number in ("YT0003", "YT0404"):
        said = await ask(ActionTrackOrder(), entities={"tracking_no": number})
        assert (said.scripts, said.facts) == (["order_not_found"], {})


async def test_a_buyer_without_orders_is_asked_for_a_number(sessions, ask):
    await open_shop(sessions)
    assert (await ask(ActionTrackOrder())).scripts == ["order_none"]


async def test_signed_but_not_received_is_verified_and_queried_at_once(sessions, ask):
    await open_shop(
        sessions,
        make_order("O1", Stage.SIGNED),
        make_parcel("O1", ParcelState.SIGNED, ("2026-03-01 12:00", "绍兴", "前台签收")),
    )
    said = await ask(ActionReportDeliveryProblem(), "显示签收我没收到")
    assert (said.scripts, said.handoff) == (["delivery_problem_signed"], "delivery_problem")
    assert said.text.startswith("非常抱歉")
    query, note = (proposal["args"] for proposal in said.proposals)
    assert query == {"order_no": "O1", "kind": "not_received", "words": "显示签收我没收到"}
    assert note == {"order_no": "O1", "kind": "courier", "wanted": "显示签收我没收到"}


async def test_any_other_trouble_with_the_delivery_is_noted_and_held(sessions, ask):
    await open_shop(
        sessions, make_order("O1", Stage.SHIPPED), make_parcel("O1", ParcelState.IN_TRANSIT, LAST_SCAN)
    )
    said = await ask(ActionReportDeliveryProblem(), "快递员态度差")
    assert (said.scripts, said.handoff) == (["delivery_problem"], "delivery_problem")


async def test_a_delivery_problem_before_sending_tells_by_when_it_ships(sessions, ask):
    await open_shop(sessions, make_order("O1", Stage.PAID))
    assert (await ask(ActionReportDeliveryProblem())).scripts == ["dispatch_order"]


async def test_c4_another_order_than_the_one_talked_about_is_told(sessions, ask):
    def on_way(no, number, paid):
        scan = ("2026-03-02 08:00", "杭州", "已发出")
        parcel = make_parcel(no, ParcelState.IN_TRANSIT, scan, tracking=number)
        return make_order(no, Stage.SHIPPED, paid, shipments=[parcel])

    new, old = on_way("O1", "YT1", "2026-03-01 09:00"), on_way("O2", "YT2", "2026-02-28 09:00")
    await open_shop(sessions, new, old)
    first = await ask(ActionTrackOrder(), "到哪了")
    assert first.facts["tracking_no"] == "YT1"
    other = await ask(ActionTrackOrder(), "另一个订单的呢", slots=first.slots)
    assert (other.facts["tracking_no"], other.slots["order_no"]) == ("YT2", "O2")
