"""How far a sales talk has come, and what is due (A8)."""

import pytest

from shop.policy import SalesTalkSection
from shop.policy_file import load_policy
from shop.sales_talk import Step, find_due, is_for_sale, list_steps

ALL = SalesTalkSection(promotion=True, order=True, invite=True)
NONE = SalesTalkSection(promotion=False, order=False, invite=False)
MOMENTS = ("greet", "affirm", "thank", "goodbye")


@pytest.mark.parametrize(
    ("moment", "topics", "said", "due"),
    [
        ("greet", [], [], Step.PROMOTION),
        ("greet", ["ask_stock"], [], Step.PROMOTION),
        ("greet", [], ["promotion"], None),
        ("greet", ["ask_promotion"], [], None),
        ("greet", ["ask_payment"], [], None),
        ("affirm", [], [], None),
        ("affirm", ["ask_stock"], [], Step.ORDER),
        ("affirm", ["bargain"], ["promotion"], Step.ORDER),
        ("affirm", ["ask_stock", "ask_payment"], [], None),
        ("affirm", ["ask_stock"], ["order"], None),
        ("affirm", ["ask_stock"], ["confirmed"], None),
        ("thank", [], [], None),
        ("thank", ["ask_size"], [], Step.INVITED),
        ("goodbye", [], ["promotion"], Step.INVITED),
        ("goodbye", ["ask_size"], ["invited"], None),
        ("ask_stock", ["ask_size"], [], None),
    ],
)
def test_a8_each_piece_is_due_at_its_moment_and_once(moment, topics, said, due):
    assert find_due(moment, list_steps(topics, said), ALL) == due


@pytest.mark.parametrize("moment", MOMENTS)
def test_a8_a_shop_may_leave_each_piece_out(moment):
    assert find_due(moment, list_steps(["ask_stock"], []), NONE) is None


def test_a8_a_whole_talk_hears_every_piece_once_in_order():
    said, heard = [], []
    topics = []
    for moment, topic in [
        ("greet", None),
        ("greet", "ask_stock"),
        ("affirm", "bargain"),
        ("affirm", None),
        ("thank", None),
        ("goodbye", None),
    ]:
        due = find_due(moment, list_steps(topics, said), ALL)
        if due:
            said.append(due.value)
            heard.append(due)
        if topic:
            topics.append(topic)
    assert heard == [Step.PROMOTION, Step.ORDER, Step.INVITED]


@pytest.mark.parametrize(
    ("topics", "is_it"),
    [
        ([], True),
        (["ask_stock", "bargain", "ask_dispatch"], True),
        (["ask_stock", "track_order"], False),
        (["request_return"], False),
        (["complain", "ask_stock"], False),
    ],
)
def test_a8_what_goes_wrong_ends_the_sales_talk(policy_path, topics, is_it):
    assert is_for_sale(topics, load_policy(policy_path)) is is_it
