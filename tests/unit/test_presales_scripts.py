"""The wording of the pre-sales scripts: variants by tone, apology first (A3, A4)."""

import re
from pathlib import Path

import pytest
import yaml

FILES = ("stock", "sizing", "authenticity", "product", "pricing", "promotions", "payment", "inform")
FOLDER = Path("shop/scripts")


def _variants():
    for name in FILES:
        for key, body in yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8")).items():
            for tone, texts in (body if isinstance(body, dict) else {"plain": body}).items():
                yield key, tone, texts


VARIANTS = list(_variants())


@pytest.mark.parametrize(("key", "tone", "texts"), VARIANTS, ids=[f"{k}-{t}" for k, t, _ in VARIANTS])
def test_each_script_has_three_different_sentences_in_the_shops_voice(key, tone, texts):
    assert len(set(texts)) == len(texts) >= 3
    for text in texts:
        said = re.sub(r"{[{%].*?[%}]}", "", text, flags=re.S)
        assert ("亲" in said) == (tone == "warm"), text


REFUSALS = (
    *("stock_out", "stock_out_size", "stock_out_all", "stock_no_color", "stock_no_size", "stock_off_sale"),
    *("bargain_fixed", "bargain_supervisor", "coupon_none", "promotion_none", "gift_none"),
    *("protection_too_late", "protection_campaign", "payment_cod_no", "size_outside", "recommend_none"),
)


@pytest.mark.parametrize("key", REFUSALS)
def test_a4_a_wish_that_cannot_be_met_starts_with_an_apology(key):
    texts = [text for name, _, variants in VARIANTS if name == key for text in variants]
    assert all(text.startswith("非常抱歉") for text in texts)


def test_b1_no_sentence_names_the_number_of_pieces_in_stock():
    texts = [text for _, _, variants in VARIANTS for text in variants]
    assert not [text for text in texts if re.search(r"{{\s*stock\b", text)]
