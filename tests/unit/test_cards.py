"""Which cards stand beside a sentence: few, and one for an order however many facts it gave."""

import pytest

from shop.cards import list_cards


@pytest.mark.parametrize(
    ("sources", "cards"),
    [
        (["policy:returns", "dispatch:20260302"], []),
        (["order:A1", "parcel:A1"], ["parcel:A1"]),
        (["parcel:A1?tracking=YT1", "return_request:A1"], ["return_request:A1"]),
        (["order:A1", "order:A2", "order:A3", "order:A4"], ["order:A1", "order:A2", "order:A3"]),
        (["range:P1?size=39", "stock:P1-黑色-39"], ["range:P1?size=39"]),
        (["stock:P1-黑色-39", "order_goods:A1"], ["order_goods:A1", "stock:P1-黑色-39"]),
    ],
)
def test_the_most_telling_cards_are_chosen(sources: list[str], cards: list[str]) -> None:
    assert list_cards(sources) == cards
