from hypothesis import given
from hypothesis import strategies as st

from shop.keys import join_key, split_key


def test_a_key_reads_as_what_was_asked():
    assert join_key("P1001", size="39", color="黑") == "P1001?color=黑&size=39"


def test_what_was_not_asked_is_left_out():
    assert join_key("P1001", size=None) == "P1001"


@given(st.text("P1黑?&=%+ #:39", min_size=1), st.text("黑?&=%+ #:a", min_size=1))
def test_any_answer_comes_back_from_its_key(size, color):
    assert split_key(join_key("P1001", size=size, color=color)) == ("P1001", {"size": size, "color": color})
