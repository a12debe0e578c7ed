"""Which order a purpose means, and what may change at which stage (C6, C8)."""

import pytest

from shop.errors import Refused
from shop.models import ParcelState, Stage
from shop.notes import Flag, NoteKind, place_note
from shop.orders import Change, Purpose, Where, allowed_change, choose_candidates
from tests.small_orders import make_order, make_parcel

TABLE = {
    #                address        item            note           cancel
    Stage.UNPAID: ("buyer", "buyer", "buyer", "buyer"),
    Stage.PAID: ("back_office", "back_office", "back_office", "back_office"),
    Stage.PRINTED: ("slip", "slip", "slip", "slip"),
    Stage.PACKED: ("parcel", "parcel", "parcel", "parcel"),
    Stage.SHIPPED: ("courier", "exchange", "too_late", "courier"),
    Stage.SIGNED: ("too_late", "exchange", "too_late", "return"),
    Stage.CLOSED: ("over", "over", "over", "over"),
}
POINTLESS = {Where.BUYER, Where.TOO_LATE, Where.OVER}


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_rule_for_every_change(stage):
    rules = [allowed_change(stage, kind) for kind in Change]
    assert tuple(rule.where.value for rule in rules) == TABLE[stage]
    assert [rule.allowed for rule in rules] == [rule.where not in POINTLESS for rule in rules]


@pytest.mark.parametrize("kind", list(NoteKind))
@pytest.mark.parametrize("stage", list(Stage))
def test_a_note_is_placed_or_refused_at_every_stage(stage, kind):
    try:
        where, flag = place_note(stage, kind)
    except Refused:
        return
    assert where
    assert flag in (None, Flag.RED, Flag.BLUE)
    assert stage is not Stage.UNPAID


@pytest.mark.parametrize(
    ("stage", "kind", "where", "flag"),
    [
        (Stage.PAID, NoteKind.ADDRESS, "back_office", Flag.RED),
        (Stage.PACKED, NoteKind.CANCEL, "parcel", Flag.RED),
        (Stage.SHIPPED, NoteKind.ADDRESS, "courier", Flag.BLUE),
        (Stage.PRINTED, NoteKind.URGE, "warehouse", Flag.RED),
        (Stage.SIGNED, NoteKind.RETURN, "aftersales", Flag.BLUE),
        (Stage.SIGNED, NoteKind.INVOICE, "back_office", None),
        (Stage.SHIPPED, NoteKind.COURIER, "courier", None),
    ],
)
def test_a_note_goes_where_it_is_worked_on(stage, kind, where, flag):
    assert place_note(stage, kind) == (where, flag)


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        (Stage.SHIPPED, NoteKind.URGE),
        (Stage.SHIPPED, NoteKind.NOTE),
        (Stage.PAID, NoteKind.QUALITY),
        (Stage.CLOSED, NoteKind.ADDRESS),
        (Stage.UNPAID, NoteKind.CANCEL),
    ],
)
def test_a_note_out_of_its_time_is_refused(stage, kind):
    with pytest.raises(Refused):
        place_note(stage, kind)


def chosen(purpose, *orders):
    return [order.no for order in choose_candidates(orders, purpose)]


def test_tracking_takes_the_newest_parcel_on_its_way():
    orders = [
        make_order("4", Stage.SIGNED),
        make_order("3", Stage.PAID),
        make_order("2", Stage.SHIPPED),
        make_order("1", Stage.SHIPPED),
    ]
    assert chosen(Purpose.TRACK, *orders) == ["2"]
    assert chosen(Purpose.TRACK, *orders[:2]) == ["3"]
    assert chosen(Purpose.TRACK, orders[0]) == ["4"]


def test_dispatch_takes_the_newest_order_not_sent():
    orders = [make_order("3", Stage.SHIPPED), make_order("2", Stage.PRINTED), make_order("1", Stage.PAID)]
    assert chosen(Purpose.DISPATCH, *orders) == ["2"]
    assert chosen(Purpose.DISPATCH, make_order("9", Stage.SIGNED)) == []


def test_a_change_leaves_the_choice_among_several_to_the_buyer():
    orders = [make_order("3", Stage.SHIPPED), make_order("2", Stage.PRINTED), make_order("1", Stage.PAID)]
    assert chosen(Purpose.CHANGE, *orders) == ["2", "1"]
    assert chosen(Purpose.CHANGE, orders[0]) == ["3"]


def test_a_return_is_about_goods_that_are_out():
    orders = [make_order("3", Stage.PAID), make_order("2", Stage.SHIPPED), make_order("1", Stage.SIGNED)]
    assert chosen(Purpose.AFTER_SALES, *orders) == ["2", "1"]


def test_closed_orders_are_guessed_only_for_a_refund():
    guessed = [purpose for purpose in Purpose if chosen(purpose, make_order("1", Stage.CLOSED))]
    assert guessed == [Purpose.REFUND]


def test_a_refund_is_about_the_order_that_comes_back():
    back = make_order("1", Stage.CLOSED, shipments=[make_parcel("1", ParcelState.SIGNED, direction="return")])
    orders = [make_order("3", Stage.SIGNED), make_order("2", Stage.SHIPPED), back]
    assert chosen(Purpose.REFUND, *orders) == ["1"]
    assert chosen(Purpose.REFUND, *orders[:2]) == ["3"]
