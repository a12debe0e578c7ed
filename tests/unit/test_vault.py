"""Secrets are sealed under a key that can be changed, and never open with another."""

import pytest

from desk.vault import Vault, VaultClosed, is_sealed

OLD, NEW = "an-old-key-of-the-house", "a-new-key-of-the-house"


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    vault = Vault(lambda: OLD)
    sealed = vault.seal("JBSWY3DP")
    assert is_sealed(sealed)
    assert "JBSWY3DP" not in sealed
    assert vault.seal("JBSWY3DP") != sealed
    assert vault.open(sealed) == "JBSWY3DP"


def test_a_secret_from_before_there_were_seals_is_read_as_it_is() -> None:
    assert Vault(lambda: OLD).open("JBSWY3DP") == "JBSWY3DP"


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    sealed = Vault(lambda: OLD).seal("JBSWY3DP")
    both = Vault(lambda: f"{NEW}, {OLD}")
    assert both.open(sealed) == "JBSWY3DP"
    assert Vault(lambda: NEW).open(both.seal("again")) == "again"


def test_another_key_says_what_to_do() -> None:
    with pytest.raises(VaultClosed, match="XIAOER_DATA_KEY"):
        Vault(lambda: NEW).open(Vault(lambda: OLD).seal("JBSWY3DP"))
