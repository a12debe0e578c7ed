"""Which items and orders a customer's message brings along, as the agents see it."""

from desk.messages import find_cards
from desk.models import Conversation
from desk.turns import is_card


def looking_at(item_id: str | None = None, order_no: str | None = None) -> Conversation:
    return Conversation(id="c1", item_id=item_id, order_no=order_no)


def test_what_comes_into_view_is_a_card() -> None:
    found = find_cards(looking_at(), {"item_id": "P1", "sku_id": "P1-黑色-39", "order_no": "O1"})
    assert found == [{"type": "item", "item_id": "P1"}, {"type": "order", "order_no": "O1"}]


def test_what_was_in_view_already_is_none() -> None:
    assert find_cards(looking_at("P1", "O1"), {"item_id": "P1", "order_no": "O1"}) == []
    assert find_cards(looking_at("P1"), {}) == []
    assert find_cards(looking_at("P1"), {"item_id": "P2"}) == [{"type": "item", "item_id": "P2"}]


def test_a_card_is_nothing_that_a_person_must_look_at() -> None:
    assert is_card({"type": "item", "item_id": "P1"})
    assert not is_card({"type": "image", "photo": "01J"})
    assert not is_card({"type": "file"})
