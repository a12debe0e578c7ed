"""Size questions on a real database (B2)."""

import pytest

from actions.sizing import ActionAskSize
from tests.small_shop import open_shop


@pytest.fixture
async def shop(sessions):
    await open_shop(sessions)


async def test_a_foot_length_gives_a_size_its_basis_and_its_stock(shop, ask):
    said = await ask(ActionAskSize(), entities={"foot_mm": 245}, item="P1")
    assert (said.scripts, said.facts["advised_size"]) == (["size_shoes"], "39")
    assert said.sources["advised_size"] == "size_advice:P1?foot_mm=245"
    assert said.facts["open_colors"] == ["白色", "黑色"]
    assert "脚长245毫米" in said.text
    assert await ask.reread(said) == []


async def test_a_high_instep_in_the_text_goes_up(shop, ask):
    said = await ask(ActionAskSize(), "脚长24.5 脚背高拍几码", entities={"foot_mm": 245}, item="P1")
    assert (said.facts["advised_size"], said.facts["foot"]) == ("40", "high")
    assert "脚背高" in said.text
    assert "40码暂时缺货" in said.text


async def test_the_usual_size_is_moved_by_the_items_fit(shop, ask):
    said = await ask(ActionAskSize(), entities={"size": "39"}, item="P3")
    assert said.facts["advised_size"] == "38"
    assert "平时穿39码" in said.text
    assert "偏大一码" in said.text


async def test_a_size_written_as_a_foot_length_is_one(shop, ask):
    said = await ask(ActionAskSize(), "245码的脚穿几码", entities={"size": "245"}, item="P1")
    assert (said.facts["advised_size"], said.facts["foot_mm"]) == ("39", 245)


async def test_without_data_shoes_are_asked_for_the_foot(shop, ask):
    said = await ask(ActionAskSize(), "偏大吗", item="P3")
    assert said.scripts == ["size_ask_foot"]
    assert "偏大一码" in said.text
    assert said.hold is None


async def test_clothes_are_asked_for_height_and_weight_with_what_the_size_fits(shop, ask):
    said = await ask(ActionAskSize(), entities={"size": "M", "height_cm": 170}, item="P4")
    assert said.scripts == ["size_ask_body"]
    assert "身高160到168厘米、体重50到58公斤" in said.text


async def test_clothes_without_data_are_asked_for_height_and_weight(shop, ask):
    said = await ask(ActionAskSize(), item="P4")
    assert (said.scripts, said.facts["sizes"]) == (["size_ask_body"], ["M", "L", "XL"])


async def test_height_and_weight_give_the_size_of_clothes(shop, ask):
    said = await ask(ActionAskSize(), entities={"height_cm": 170.0, "weight_kg": "62.5"}, item="P4")
    assert (said.facts["advised_size"], said.facts["weight_kg"]) == ("L", 62.5)
    assert "身高170厘米、体重62.5公斤" in said.text


async def test_a_girth_alone_reads_well(shop, ask):
    said = await ask(ActionAskSize(), entities={"bust_cm": 95}, item="P4")
    assert said.facts["advised_size"] == "L"
    assert "胸围95厘米" in said.text
    assert "、胸围" not in said.text


async def test_measures_that_conflict_are_named(shop, ask):
    said = await ask(ActionAskSize(), entities={"height_cm": 162, "weight_kg": 70}, item="P4")
    assert (said.facts["advised_size"], said.facts["conflict"]) == ("XL", True)
    assert "XL码暂时缺货" in said.text


async def test_outside_the_table_a_person_answers(shop, ask):
    said = await ask(ActionAskSize(), entities={"foot_mm": 300}, item="P1")
    assert (said.scripts, said.hold) == (["size_outside"], "outside_size_table")


async def test_an_item_without_a_table_is_left_to_a_person(shop, ask):
    said = await ask(ActionAskSize(), entities={"foot_mm": 245}, item="P5")
    assert (said.scripts, said.hold) == (["size_no_table"], "no_size_table")


async def test_without_an_item_it_asks_which_one(shop, ask):
    assert (await ask(ActionAskSize(), entities={"foot_mm": 245})).scripts == ["ask_which_item"]
