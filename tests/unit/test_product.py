"""Words of customers: attributes, feet, care, needs; when an attribute affirms a need."""

import pytest

from shop.models import Product
from shop.product import list_asked_attributes
from shop.recommendation import count_needs, find_reason, says
from shop.vocabulary import get_vocabulary


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("鞋底防滑吗", ["sole", "slip_resistant"]),
        ("是什么材质的", ["upper"]),
        ("下雨能穿吗", ["waterproof"]),
        ("产地是哪", ["origin"]),
        ("老板在吗", []),
    ],
)
def test_b4_a_question_names_the_attributes_that_the_item_states(text, names):
    stated = {"upper", "sole", "slip_resistant", "waterproof", "origin"}
    assert list_asked_attributes(text, stated) == names


def test_an_attribute_that_is_not_stated_is_never_named():
    assert list_asked_attributes("防水吗", {"upper"}) == []


@pytest.mark.parametrize(
    ("text", "foot"),
    [
        ("我脚背高", "high"),
        ("脚有点宽", "high"),
        ("脚背有点高要不要拍大一码", "high"),
        ("脚瘦", "narrow"),
        ("245", None),
    ],
)
def test_b2_the_shape_of_a_foot_is_heard(text, foot):
    assert get_vocabulary().foot_in(text) == foot


@pytest.mark.parametrize(
    ("material", "group"),
    [
        ("头层牛皮", "leather"),
        ("反绒牛皮", "suede"),
        ("工程提花网布", "knit"),
        ("桑蚕丝缎面", "satin"),
        ("棉95% 氨纶5%", "cotton"),
        ("帆布", "canvas"),
        ("玻璃", None),
    ],
)
def test_b6_materials_fall_into_care_groups(material, group):
    assert get_vocabulary().care_of(material) == group


@pytest.mark.parametrize(
    ("value", "need", "affirmed"),
    [
        ("鞋底防滑", "防滑", True),
        ("网面不防水,雨天不建议穿", "防水", False),
        ("超纤皮革,非真皮", "真皮", False),
        ("鞋面不防水,鞋底防水", "防水", True),
        ("慢跑", "通勤", False),
    ],
)
def test_an_attribute_that_denies_a_need_does_not_answer_it(value, need, affirmed):
    assert says(value, need) is affirmed


def test_the_reason_is_the_attribute_that_answers_most_needs():
    product = Product(attributes={"upper": "透气网布", "suited_for": "通勤、慢跑", "waterproof": "不防水"})
    assert find_reason(product, ["慢跑", "通勤", "透气"]) == "通勤、慢跑"
    assert find_reason(product, ["防水"]) is None
    assert find_reason(product, []) == "通勤、慢跑"
    assert count_needs(product, ["慢跑", "透气", "防水"]) == 2


def test_every_care_group_has_its_script():
    from shop.settings import PACKAGED_SCRIPTS
    from shop.wording import Scripts

    keys = Scripts(PACKAGED_SCRIPTS).keys
    assert {f"care_{group}" for group in get_vocabulary().care} <= keys
