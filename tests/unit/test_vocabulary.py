"""What customers' words tell the look-ups."""

import pytest

from shop.vocabulary import get_vocabulary


@pytest.mark.parametrize(
    ("text", "buying"),
    [
        ("好的,那我拍39,今天能发吗", True),
        ("有36吗,有的话今天发吗", True),
        ("现在下单什么时候发", True),
        ("今天买几天到", True),
        ("要是拍两双一起发吗", True),
        ("我拍了今天能发吗", False),
        ("我拍的那双什么时候发", False),
        ("今天拍的能今天发吗", False),
        ("我付款三天了还没发", False),
        ("什么时候发货", False),
    ],
)
def test_buying_now_is_told_from_having_bought(text, buying):
    assert get_vocabulary().means_to_buy(text) is buying
