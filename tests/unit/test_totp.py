"""One-time codes: right, of now, and used once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from desk import totp
from desk.users import Role, User
from desk.vault import Vault
from shop.errors import Refused

VAULT = Vault(lambda: "k" * 40)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def make_user() -> User:
    return User(name="lin", display_name="小林", role=Role.PRESALES, totp_on=False, totp_step=0)


def code_at(user: User, moment: datetime) -> str:
    return pyotp.TOTP(VAULT.open(str(user.totp_secret))).at(moment)


def test_the_address_for_the_app_names_shop_person_and_secret() -> None:
    user = make_user()
    address = totp.enrol(user, VAULT)
    secret = VAULT.open(str(user.totp_secret))
    assert address == f"otpauth://totp/Xiaoer:lin?secret={secret}&issuer=Xiaoer"
    assert not user.totp_on


def test_a_code_is_asked_for_only_after_it_was_confirmed() -> None:
    user = make_user()
    with pytest.raises(Refused, match="enrol first"):
        totp.confirm(user, "123456", NOW, VAULT)
    totp.enrol(user, VAULT)
    with pytest.raises(Refused, match="wrong or was used"):
        totp.confirm(user, "000000" if code_at(user, NOW) != "000000" else "111111", NOW, VAULT)
    totp.confirm(user, code_at(user, NOW), NOW, VAULT)
    assert user.totp_on
    with pytest.raises(Refused, match="on already"):
        totp.enrol(user, VAULT)


@pytest.mark.parametrize(("off_s", "right"), [(-30, True), (0, True), (30, True), (-90, False), (90, False)])
def test_clocks_may_differ_by_one_step(off_s: int, right: bool) -> None:
    user = make_user()
    totp.enrol(user, VAULT)
    assert totp.use_code(user, code_at(user, NOW + timedelta(seconds=off_s)), NOW, VAULT) is right


def test_a_code_works_once_and_no_older_one_after_it() -> None:
    user = make_user()
    totp.enrol(user, VAULT)
    older = code_at(user, NOW - timedelta(seconds=30))
    assert totp.use_code(user, code_at(user, NOW), NOW, VAULT)
    assert not totp.use_code(user, code_at(user, NOW), NOW, VAULT)
    assert not totp.use_code(user, older, NOW, VAULT)
    assert totp.use_code(user, code_at(user, NOW + timedelta(seconds=30)), NOW + timedelta(seconds=30), VAULT)


def test_what_is_no_code_is_wrong_and_does_not_fail() -> None:
    user = make_user()
    assert not totp.use_code(user, "123456", NOW, VAULT)
    totp.enrol(user, VAULT)
    assert not totp.use_code(user, "一二三四五六", NOW, VAULT)
