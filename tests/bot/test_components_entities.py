"""Every kind of value, as customers write it."""

import pytest

from bot.components.entities.words import Catalogue, WordFinder
from bot.components.entity_recognizer import EntityRecognizer


@pytest.fixture(scope="module")
def recognizer():
    return EntityRecognizer(None, None, WordFinder.read())


TABLE = [
    ("这款39码还有货吗", {"size": "39"}),
    ("39还有吗", {"size": "39"}),
    ("３９码有吗", {"size": "39"}),
    ("三十八码有吗", {"size": "38"}),
    ("三八码有吗", {"size": "38"}),
    ("要24码半的", {"size": "24.5"}),
    ("38码半有没有", {"size": "38.5"}),
    ("38.5有没有", {"size": "38.5"}),
    ("245码是多少", {"size": "245"}),
    ("选M会不会长", {"size": "M"}),
    ("2xl还有吗", {"size": "XXL"}),
    ("xxxl码", {"size": "3XL"}),
    ("西装170/92A有吗", {"size": "170/92A", "product_kind": "西装"}),
    ("裤子29的有吗", {"size": "29", "product_kind": "裤子"}),
    ("均码的能穿吗", {"size": "均码"}),
    ("脚长24.5cm穿多大码", {"foot_mm": 245}),
    ("脚长24.5", {"foot_mm": 245}),
    ("脚长245", {"foot_mm": 245}),
    ("我脚长二十四公分", {"foot_mm": 240}),
    ("脚长二十四点五厘米", {"foot_mm": 245}),
    ("24cm的脚选几码", {"foot_mm": 240}),
    ("宝宝脚长15.5厘米", {"foot_mm": 155}),
    ("身高172体重188", {"height_cm": 172, "weight_kg": 94.0}),
    ("身高一米七五 体重65公斤", {"height_cm": 175, "weight_kg": 65.0}),
    ("我1米68 130斤", {"height_cm": 168, "weight_kg": 65.0}),
    ("1.75米 体重60", {"height_cm": 175, "weight_kg": 60.0}),
    ("175 140斤穿多大", {"height_cm": 175, "weight_kg": 70.0}),
    ("170/120穿什么码", {"height_cm": 170, "weight_kg": 60.0}),
    ("一百三十斤穿多大", {"weight_kg": 65.0}),
    ("黑色的有吗", {"color": "黑色"}),
    ("黑的38", {"color": "黑色", "size": "38"}),
    ("我想换成白的", {"color": "白色"}),
    ("军绿色跑鞋", {"color": "军绿", "product_kind": "跑鞋"}),
    ("打九折行吗", {"discount": "0.9"}),
    ("八五折呢", {"discount": "0.85"}),
    ("鞋跟折了", {}),
    ("腰围2尺1", {"waist_cm": 70}),
    ("三围90-65-92", {"bust_cm": 90, "waist_cm": 65, "hip_cm": 92}),
    ("下午三点到", {"time": "15:00"}),
    ("有一点大", {}),
    ("红包怎么领", {}),
    ("黑店", {}),
    ("白等了三天", {}),
    ("是头层牛皮的吗", {"material": "牛皮"}),
    ("这是PU的还是真皮", {"material": "人造革"}),
    ("订单号20261122000123", {"order_no": "20261122000123"}),
    ("订单 13812345678 查一下", {"order_no": "13812345678"}),
    ("快递单号SF1234567890123", {"tracking_no": "SF1234567890123"}),
    ("退货单号是 773412345678901", {"tracking_no": "773412345678901"}),
    ("电话13812345678", {"phone": "13812345678"}),
    ("138 1234 5678", {"phone": "13812345678"}),
    ("能发顺丰吗", {"courier": "顺丰"}),
    ("发SF", {"courier": "顺丰"}),
    ("到乌鲁木齐几天", {"region": "新疆"}),
    ("我在广东佛山", {"region": "广东"}),
    ("和田玉", {}),
    ("明天能到吗", {"date": "day:+1"}),
    ("大后天要用", {"date": "day:+3"}),
    ("下周一发货吗", {"date": "week:+1:1"}),
    ("周五前能到吗", {"date": "week:+0:5"}),
    ("周末送货吗", {"date": "week:+0:weekend"}),
    ("11月25号要穿", {"date": "date:11-25"}),
    ("25号能到吗", {"date": "date:25"}),
    ("三天内到吗", {"date": "day:+3"}),
    ("月底结婚", {"date": "month:+0:end"}),
    ("200块能卖吗", {"money": "200"}),
    ("便宜10块", {"money": "10"}),
    ("便宜20行不行", {"money": "20"}),
    ("三十五块", {"money": "35"}),
    ("10块5", {"money": "10.5"}),
    ("退我¥12.50", {"money": "12.5"}),
    ("买两双", {"quantity": 2}),
    ("要20件", {"quantity": 20}),
    ("买一双", {"quantity": 1}),
    ("换一双新的", {}),
    ("抬头开杭州示例贸易有限公司", {"invoice_title": "杭州示例贸易有限公司"}),
    ("抬头:个人", {"invoice_title": "个人"}),
    ("你们公司在哪", {}),
    ("税号91330100MA27XY112A", {"tax_no": "91330100MA27XY112A"}),
    ("发到 Li.Si@Example.com 谢谢", {"email": "li.si@example.com"}),
    ("收件人:李小青", {"name": "李小青"}),
    ("改到浙江省杭州市示例区青禾路1号3栋", {"address": "浙江省杭州市示例区青禾路1号3栋"}),
    ("", {}),
    ("😀😀", {}),
    ("<num>码有吗", {}),
    ("几十块的东西", {}),
    ("第二双就变原价了", {}),
    ("鞋盒压坏了", {}),
    ("鞋盒标签写的245/1.5", {}),
    ("靴子四百三 对我太贵", {"product_kind": "靴子"}),
    ("40块钱", {"money": "40"}),
    ("等了40分钟", {}),
    ("40号楼", {}),
]


@pytest.mark.parametrize(("said", "expected"), TABLE)
def test_values_are_found_and_normalised(recognizer, said, expected):
    found = recognizer.entities(said)
    values = {one["entity"]: one["value"] for one in reversed(found)}
    missing = {name: value for name, value in expected.items() if values.get(name) != value}
    assert not missing, found
    if not expected:
        assert values == {}
    else:
        assert set(values) - set(expected) <= {"region", "date", "product_kind"}, found


def test_raw_is_what_the_customer_wrote_at_that_place(recognizer):
    (found,) = recognizer.entities("　请问　３９码有吗")
    assert (found["raw"], found["start"], found["end"]) == ("３９码", 4, 7)
    assert "　请问　３９码有吗"[found["start"] : found["end"]] == found["raw"]


def test_goods_of_the_catalogue_are_found_without_training_and_longest_first(tmp_path):
    file = tmp_path / "terms.txt"
    catalogue = Catalogue(file)
    assert list(catalogue.find("青禾跑鞋pro好穿吗")) == []
    file.write_text("青禾跑鞋\n青禾跑鞋Pro\n", encoding="utf-8")
    assert [one.value for one in catalogue.find("青禾跑鞋pro好穿吗")] == ["青禾跑鞋Pro"]
    file.write_text("山行徒步鞋\n", encoding="utf-8")
    assert [one.value for one in catalogue.find("山行徒步鞋有货吗")] == ["山行徒步鞋"]
    assert list(catalogue.find("青禾跑鞋pro好穿吗")) == []
