"""What people see who need not know more."""

import pytest

from desk.masking import mask_address, mask_name, mask_phone, mask_phones


@pytest.mark.parametrize(
    ("name", "shown"),
    [("林晚晴", "林**"), ("欧阳某某某", "欧**"), ("林", "林*"), ("", ""), (None, None)],
)
def test_of_a_name_the_first_character_is_shown(name: str | None, shown: str | None) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(("phone", "shown"), [("13812345678", "138****5678"), ("12345", "*****"), ("", "")])
def test_of_a_phone_the_ends_are_shown_never_of_a_short_one(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_of_an_address_the_door_is_hidden() -> None:
    assert mask_address("杭州市示例区青禾路1号3单元502") == "杭州市示例区****"


def test_mobile_numbers_in_a_sentence_are_masked_and_other_digits_stay() -> None:
    text = "电话13812345678,订单2026030200000118812,价格238"
    assert mask_phones(text) == "电话138****5678,订单2026030200000118812,价格238"
