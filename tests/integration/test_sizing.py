"""Size questions on a real database, and the dialogue that asks for what an advice needs (B2)."""

from datetime import timedelta

import pytest

from actions.sizing import SizeForm
from tests.small_shop import open_shop
from tests.talking import Talk


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


async def test_a_foot_length_gives_a_size_its_basis_and_its_stock(shop, ask):
    said = await ask(SizeForm(), entities={"foot_mm": 245}, item="P1")
    assert (said.scripts, said.facts["advised_size"]) == (["size_shoes"], "39")
    assert said.sources["advised_size"] == "size_advice:P1?foot_mm=245"
    assert said.facts["open_colors"] == ["白色", "黑色"]
    assert "脚长245毫米" in said.text
    assert await ask.reread(said) == []


async def test_a_high_instep_in_the_text_goes_up(shop, ask):
    said = await ask(SizeForm(), "脚长24.5 脚背高拍几码", entities={"foot_mm": 245}, item="P1")
    assert (said.facts["advised_size"], said.facts["foot"]) == ("40", "high")
    assert "脚背高" in said.text
    assert "40码暂时缺货" in said.text


async def test_the_usual_size_is_moved_by_the_items_fit(shop, ask):
    said = await ask(SizeForm(), entities={"size": "39"}, item="P3")
    assert said.facts["advised_size"] == "38"
    assert "平时穿39码" in said.text
    assert "偏大一码" in said.text


async def test_a_size_written_as_a_foot_length_is_one(shop, ask):
    said = await ask(SizeForm(), "245码的脚穿几码", entities={"size": "245"}, item="P1")
    assert (said.facts["advised_size"], said.facts["foot_mm"]) == ("39", 245)


async def test_without_data_shoes_are_asked_for_the_foot(shop, ask):
    said = await ask(SizeForm(), "偏大吗", item="P3")
    assert said.scripts == ["size_ask_foot"]
    assert "偏大一码" in said.text
    assert said.hold is None


async def test_clothes_are_asked_for_height_and_weight_with_what_the_size_fits(shop, ask):
    said = await ask(SizeForm(), entities={"size": "M"}, item="P4")
    assert said.scripts == ["size_ask_body"]
    assert "身高160到168厘米、体重50到58公斤" in said.text


async def test_clothes_without_data_are_asked_for_height_and_weight(shop, ask):
    said = await ask(SizeForm(), item="P4")
    assert (said.scripts, said.facts["sizes"]) == (["size_ask_body"], ["M", "L", "XL"])


async def test_height_and_weight_give_the_size_of_clothes(shop, ask):
    said = await ask(SizeForm(), entities={"height_cm": 170.0, "weight_kg": "62.5"}, item="P4")
    assert (said.facts["advised_size"], said.facts["weight_kg"]) == ("L", 62.5)
    assert "身高170厘米、体重62.5公斤" in said.text


async def test_a_girth_alone_reads_well(shop, ask):
    said = await ask(SizeForm(), entities={"bust_cm": 95}, item="P4")
    assert said.facts["advised_size"] == "L"
    assert "胸围95厘米" in said.text
    assert "、胸围" not in said.text


async def test_measures_that_conflict_are_named(shop, ask):
    said = await ask(SizeForm(), entities={"height_cm": 162, "weight_kg": 70}, item="P4")
    assert (said.facts["advised_size"], said.facts["conflict"]) == ("XL", True)
    assert "XL码暂时缺货" in said.text


async def test_outside_the_table_a_person_answers(shop, ask):
    said = await ask(SizeForm(), entities={"foot_mm": 300}, item="P1")
    assert (said.scripts, said.hold) == (["size_outside"], "outside_size_table")


async def test_an_item_without_a_table_is_left_to_a_person(shop, ask):
    said = await ask(SizeForm(), entities={"foot_mm": 245}, item="P5")
    assert (said.scripts, said.hold) == (["size_no_table"], "no_size_table")


async def test_without_an_item_it_asks_which_one(shop, ask):
    assert (await ask(SizeForm(), entities={"foot_mm": 245})).scripts == ["ask_which_item"]


@pytest.fixture
def shoes(shop, ask):
    return Talk(ask, item="P1")


@pytest.fixture
def top(shop, ask):
    return Talk(ask, item="P4")


async def test_b2_a_foot_is_asked_for_and_a_correction_renews_the_advice(shoes):
    (asked,) = await shoes.say("穿多大", "ask_size")
    assert (asked.scripts, shoes.loop) == (["size_ask_foot"], "size_form")
    (said,) = await shoes.say("脚长250", entities={"foot_mm": 250})
    assert (said.scripts, said.reads_as, shoes.loop) == (["size_shoes"], "ask_size", None)
    assert said.facts["advised_size"] == "40"
    _, corrected = await shoes.say("脚长是245不是250", entities={"foot_mm": [245, 250]})
    assert (corrected.facts["advised_size"], corrected.facts["foot_mm"]) == ("39", 245)
    assert corrected.slots["foot_mm"] == "245"


@pytest.mark.parametrize(
    ("text", "size"), [("245", "39"), ("24.5", "39"), ("25", "40"), ("平时40", "40"), ("39的样子吧", "39")]
)
async def test_b2_a_bare_figure_answers_the_question(shoes, text, size):
    await shoes.say("穿多大", "ask_size")
    (said,) = await shoes.say(text, "unclear", 0.4)
    assert (said.scripts, said.facts["advised_size"]) == (["size_shoes"], size)


async def test_b2_of_two_sizes_the_one_that_is_meant_counts_and_the_shape_of_the_foot_stays_known(shoes):
    (first,) = await shoes.say("脚瘦 平时41穿多大", "ask_size", entities={"size": "41"})
    assert (first.facts["advised_size"], first.facts["foot"]) == ("40", "narrow")
    (said,) = await shoes.say("不是41是40", "ask_size", entities={"size": ["41", "40"]})
    assert (said.facts["usual"], said.facts["advised_size"], said.facts["foot"]) == ("40", "39", "narrow")


async def test_b2_a_bare_figure_is_corrected_by_another(shoes, top):
    await shoes.say("脚长250穿几码", "ask_size", entities={"foot_mm": 250})
    (said,) = await shoes.say("不是250是245", "ask_size", 0.85)
    assert (said.facts["foot_mm"], said.facts["advised_size"]) == (245, "39")
    await top.say("165 130斤穿什么", "ask_size", entities={"height_cm": 165, "weight_kg": 65})
    (lighter,) = await top.say("不是130是110", "ask_size", 0.85)
    assert (lighter.facts["height_cm"], lighter.facts["weight_kg"]) == (165, 55)


async def test_b2_something_else_is_answered_in_between_and_the_question_comes_back(shoes):
    await shoes.say("穿多大", "ask_size")
    stock, again = await shoes.say("39有货吗", "ask_stock", entities={"size": "39"})
    assert (stock.scripts, again.scripts) == (["stock_colors_of_size"], ["size_ask_foot"])
    (said,) = await shoes.say("我脚长245", entities={"foot_mm": 245})
    assert said.facts["advised_size"] == "39"


async def test_b2_who_cannot_tell_learns_once_how_to_measure(shoes):
    await shoes.say("穿多大", "ask_size")
    (how,) = await shoes.say("不知道啊 没量过", "deny", 0.5)
    assert (how.scripts, shoes.loop) == (["size_how_foot"], "size_form")
    (again,) = await shoes.say("不知道", "deny", 0.5)
    assert again.scripts == ["dialogue_again", "size_ask_foot"]


async def test_b2_who_gives_up_is_left_in_peace(shoes):
    await shoes.say("穿多大", "ask_size")
    (said,) = await shoes.say("算了不用了", "deny")
    assert (said.scripts, shoes.loop) == (["dialogue_given_up"], None)


async def test_b2_an_answer_days_later_is_still_taken(shoes, clock):
    await shoes.say("穿多大", "ask_size")
    clock.now += timedelta(days=2)
    (said,) = await shoes.say("脚长245", entities={"foot_mm": 245})
    assert said.facts["advised_size"] == "39"


async def test_b2_only_what_is_missing_is_asked_for(top):
    (asked,) = await top.say("170穿多大", "ask_size", entities={"height_cm": 170})
    assert (asked.scripts, asked.facts["height_cm"]) == (["size_ask_weight"], 170)
    (said,) = await top.say("125", "unclear", 0.4)
    assert (said.facts["advised_size"], said.facts["weight_kg"]) == ("L", 62.5)


async def test_b2_height_and_weight_in_bare_figures_are_told_apart(top):
    await top.say("穿多大", "ask_size")
    (said,) = await top.say("165 110", "unclear", 0.4)
    assert (said.facts["height_cm"], said.facts["weight_kg"], said.facts["advised_size"]) == (165, 55, "M")
    (again,) = await top.say("不是110,是130斤", "ask_size", entities={"weight_kg": 65})
    assert (again.facts["height_cm"], again.facts["weight_kg"]) == (165, 65)


async def test_b2_of_several_items_of_a_kind_it_is_asked_which(shop, ask):
    talk = Talk(ask)
    await talk.say("穿多大", "ask_size")
    (kinds,) = await talk.say("跑鞋", entities={"product_kind": "跑鞋"})
    assert (kinds.scripts, talk.loop) == (["stock_kind"], "size_form")
    (asked,) = await talk.say("晨风", entities={"product": "晨风"})
    assert asked.scripts == ["size_ask_foot"]


async def test_b2_another_item_is_advised_from_what_is_known(shoes):
    await shoes.say("脚长245穿几码", "ask_size", entities={"foot_mm": 245})
    (said,) = await shoes.say("那短靴呢", "ask_size", entities={"product": "松间短靴"})
    assert (said.facts["item"], said.facts["advised_size"]) == ("松间短靴", "38")
