"""Questions about the goods: attributes, care, colour, authenticity, recommending (B3-B6, B14)."""

import pytest

from actions.authenticity import ActionAskAuthenticity
from actions.product import ActionAskCare, ActionAskColorDifference, ActionAskProduct
from actions.recommendation import RecommendForm
from tests.small_shop import open_shop
from tests.talking import Talk


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


async def test_an_attribute_is_told_word_for_word_with_its_source(shop, ask):
    said = await ask(ActionAskProduct(), "鞋底是什么的", item="P1")
    assert said.scripts == ["product_attribute"]
    assert (said.facts["value"], said.sources["value"]) == ("橡胶底", "attribute:P1?name=sole")
    assert "鞋底" in said.text
    assert await ask.reread(said) == []


async def test_what_the_item_does_not_state_waits_for_a_person(shop, ask):
    said = await ask(ActionAskProduct(), "防水吗", item="P1")
    assert (said.scripts, said.hold) == (["product_unknown"], "attribute_missing")
    assert "防水" not in said.text


async def test_a_material_named_is_answered_from_what_the_item_is_made_of(shop, ask):
    said = await ask(ActionAskProduct(), "是莱卡吗", entities={"material": "莱卡"}, item="P4")
    assert [fact.value for fact in said.pinned if fact.name == "value"] == ["棉", "棉95% 氨纶5%"]


async def test_without_an_item_it_asks_which_one(shop, ask):
    assert (await ask(ActionAskProduct(), "防滑吗")).scripts == ["ask_which_item"]


async def test_care_is_the_items_own_instruction(shop, ask):
    said = await ask(ActionAskCare(), "怎么洗", item="P1")
    assert said.facts["value"] == "软刷轻刷,阴干"


@pytest.mark.parametrize(
    ("told", "script"),
    [
        ({"item": "P2"}, "care_leather"),
        ({"item": "P4"}, "care_cotton"),
        ({"entities": {"material": "麂皮"}}, "care_suede"),
        ({}, "ask_which_item"),
    ],
)
async def test_else_care_goes_by_material(shop, ask, told, script):
    said = await ask(ActionAskCare(), "怎么保养", **told)
    assert (said.scripts, said.hold) == ([script], None)


async def test_care_of_an_unknown_material_waits_for_a_person(shop, ask):
    said = await ask(ActionAskCare(), "怎么保养", item="P3")
    assert (said.scripts, said.hold) == (["care_unknown"], "care_unknown")


async def test_colour_differences_are_explained(shop, ask):
    assert (await ask(ActionAskColorDifference())).scripts == ["color_difference"]


async def test_b3_the_shop_vouches_with_the_policys_figure(shop, ask):
    said = await ask(ActionAskAuthenticity(), "正品吗")
    assert (said.scripts, said.facts["compensation_times"]) == (["authenticity"], 10)
    assert said.sources["compensation_times"] == "policy:authenticity"
    assert "10倍" in said.text
    assert "发票" not in said.text


@pytest.mark.parametrize(
    ("text", "item", "scripts"),
    [
        ("是真皮吗", "P2", ["product_attribute"]),
        ("是真皮正品吗", "P2", ["product_attribute", "authenticity"]),
        ("是真皮吗", None, ["ask_which_item"]),
        ("是真皮吗", "P4", ["product_attribute"]),
        ("是真皮吗", "P3", ["material_unknown"]),
    ],
)
async def test_a_question_for_leather_is_answered_from_the_item(shop, ask, text, item, scripts):
    assert (await ask(ActionAskAuthenticity(), text, item=item)).scripts == scripts


async def test_b14_the_need_is_learnt_first(shop, ask):
    said = await ask(RecommendForm(), "推荐一款", intent="ask_recommendation")
    assert (said.scripts, said.loops) == (["recommend_ask_need"], ["recommend_form"])


async def test_b14_a_need_in_other_words_and_a_limit_are_taken(shop, ask):
    talk = Talk(ask)
    await talk.say("想买鞋,有推荐吗", "ask_recommendation", entities={"product_kind": "鞋"})
    (said,) = await talk.say("每天慢跑用,200以内的", "unclear", 0.4)
    assert [one["item"] for one in said.facts["items"]] == ["晨风跑鞋"]
    assert said.sources["items"] == "recommendation:?below=200&kind=鞋&needs=慢跑"
    sized = (await talk.say("要39码的", "inform", entities={"size": "39"}))[-1]
    assert sized.sources["items"] == "recommendation:?below=200&kind=鞋&needs=慢跑&size=39"


async def test_items_that_answer_the_need_are_recommended_with_their_reason(shop, ask):
    said = await ask(RecommendForm(), "想要慢跑穿的")
    assert said.facts["items"] == [{"item": "晨风跑鞋", "price": "200.00", "reason": "慢跑、通勤"}]
    assert said.sources["items"] == "recommendation:?needs=慢跑"
    assert "¥200" in said.text


async def test_of_a_kind_the_popular_comes_first_and_only_what_is_there(shop, ask):
    said = await ask(RecommendForm(), entities={"product_kind": "跑鞋"})
    assert [one["item"] for one in said.facts["items"]] == ["流云跑鞋", "晨风跑鞋"]
    sized = await ask(RecommendForm(), entities={"product_kind": "跑鞋", "size": "40"})
    assert [one["item"] for one in sized.facts["items"]] == ["流云跑鞋"]


async def test_a_long_catalogue_is_looked_through_page_by_page(shop, ask, monkeypatch):
    monkeypatch.setattr("shop.product.PAGE", 1)
    said = await ask(RecommendForm(), entities={"product_kind": "跑鞋"})
    assert [one["item"] for one in said.facts["items"]] == ["流云跑鞋", "晨风跑鞋"]
    both = await ask(RecommendForm(), "慢跑通勤都能穿的")
    assert both.facts["items"][0]["item"] == "晨风跑鞋"


async def test_a_budget_bounds_what_is_recommended(shop, ask):
    said = await ask(RecommendForm(), "200以内", entities={"money": "200元"})
    assert [one["item"] for one in said.facts["items"]] == ["向阳卫衣", "晨风跑鞋"]


async def test_nothing_that_fits_waits_for_a_person(shop, ask):
    said = await ask(RecommendForm(), "防水的有吗", entities={"product_kind": "跑鞋"})
    assert (said.scripts, said.hold) == (["recommend_none"], "nothing_to_recommend")


async def test_b14_a_budget_in_words_is_a_limit(shop, ask):
    said = await ask(RecommendForm(), "两百左右的跑鞋", entities={"product_kind": "跑鞋"})
    assert said.sources["items"] == "recommendation:?below=200&kind=跑鞋"
    only = await ask(RecommendForm(), "预算只有300")
    assert only.sources["items"] == "recommendation:?below=300"


async def test_b14_which_colour_is_answered_with_those_in_stock(shop, ask):
    said = await ask(RecommendForm(), "哪个颜色好看", item="P1")
    assert (said.scripts, said.facts["open_colors"]) == (["recommend_color"], ["白色", "黑色"])


async def test_b14_from_an_items_page_its_like_is_recommended(shop, ask):
    said = await ask(RecommendForm(), "预算只有300", item="P1")
    assert said.sources["items"] == "recommendation:?below=300&kind=shoes"
    assert {one["item"] for one in said.facts["items"]} == {"流云跑鞋", "晨风跑鞋"}
