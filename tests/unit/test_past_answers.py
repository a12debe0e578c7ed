"""Which facts of an answer may be offered to other customers."""

from datetime import UTC, datetime

import pytest

from desk.past_answers import is_common
from shop.facts import Fact


@pytest.mark.parametrize(
    ("source", "item_id", "common"),
    [
        ("policy:returns", None, True),
        ("stock:P1-黑色-39", "P1", True),
        ("stock:P1?size=39", "P1", True),
        ("product:P1", "P1", True),
        ("product:P1", "P2", False),
        ("product:P1", None, False),
        ("stock:P10-黑色-39", "P1", False),
        ("order:2026-1", "P1", False),
        ("change:2026-1?kind=address", None, False),
        ("coupons:mine", None, False),
        ("handoff:1", None, False),
    ],
)
def test_only_what_belongs_to_the_shop_or_the_item_under_view(
    source: str, item_id: str | None, common: bool
) -> None:
    fact = Fact("x", "1", source, datetime(2026, 3, 2, tzinfo=UTC))
    assert is_common(fact, item_id) is common
