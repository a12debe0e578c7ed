"""The shop's data over HTTP: who may, what goes in and out, faults by line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.api import shop_data
from shop.db import reading
from shop.models import Product, Sku
from tests.edge import Edge, daytime, open_edge

IMPORT, EXPORT = "/api/v1/shop/import", "/api/v1/shop/export"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Edge]:
    monkeypatch.setattr(shop_data, "CATALOGUE_TERMS", tmp_path / "terms.txt")
    async with open_edge(database_url, tmp_path, daytime(), max_body=2_000, max_import=20_000) as opened:
        yield opened


async def get_stock(edge: Edge) -> int:
    async with reading(edge.desk.sessions) as session:
        return (await session.get_one(Sku, "P1-黑色-39")).stock


async def test_an_export_goes_out_and_a_changed_file_comes_in(edge: Edge) -> None:
    async with edge.signed_in("admin") as browser:
        out = await browser.post(f"{EXPORT}/skus")
        assert out.status_code == 200
        assert out.headers["content-disposition"] == 'attachment; filename="skus.csv"'
        assert out.text.startswith("\ufeffid,product_id,color,size,price,stock,restock_on")
        checked = await browser.post(f"{IMPORT}/skus?check=true", content="id,stock\nP1-黑色-39,7\n".encode())
        sample = {"columns": ["id", "stock"], "rows": [["P1-黑色-39", "7"]]}
        told = {"created": 0, "updated": 0, "unchanged": 1, "checked_only": True, "sample": sample}
        assert checked.json() == told
        assert await get_stock(edge) == 12
        done = await browser.post(f"{IMPORT}/skus", content="id,stock\nP1-黑色-39,7\n".encode())
        told = {"created": 0, "updated": 1, "unchanged": 0, "checked_only": False, "sample": None}
        assert done.json() == told
        entries = (await browser.get("/api/v1/desk/audit")).json()
    assert await get_stock(edge) == 7
    told = [(entry["what"], entry["about"]) for entry in entries if "shop_data" in entry["what"]]
    assert told == [
        ("shop_data.import_data", "kind:skus"),
        ("shop_data.import_data", "kind:skus"),
        ("shop_data.export_data", "kind:skus"),
    ]


@pytest.mark.parametrize("name", ["presales", "aftersales", "warehouse"])
async def test_those_without_the_permission_change_and_see_nothing(edge: Edge, name: str) -> None:
    async with edge.signed_in(name) as browser:
        tried = await browser.post(f"{IMPORT}/skus", content="id,stock\nP1-黑色-39,7\n".encode())
        assert (tried.status_code, tried.json()["error"]) == (403, "not_allowed")
        assert (await browser.post(f"{EXPORT}/customers")).status_code == 403
    assert await get_stock(edge) == 12


async def test_faults_name_line_and_column_and_nothing_is_written(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as browser:
        answered = await browser.post(f"{IMPORT}/skus", content="id,stock\nP1-黑色-39,7\nP9,x\n".encode())
    assert answered.status_code == 422
    body = answered.json()
    assert (body["error"], body["faults"]) == ("import_broken", 1)
    assert body["rows"] == [{"line": 3, "column": "stock", "reason": "'x' is not a whole number from 0"}]
    assert body["message"] == "body.csv:3: stock: 'x' is not a whole number from 0"
    assert await get_stock(edge) == 12


async def test_a_mapping_is_known_by_its_name(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as browser:
        names = (await browser.get("/api/v1/shop/mappings")).json()
        assert {"taobao_orders", "erp_orders", "erp_stock"} <= set(names)
        stock = "商家编码,可销库存,仓位\nP1-黑色-39,5,左二\n".encode("gb18030")
        done = await browser.post(f"{IMPORT}/skus?mapping=erp_stock", content=stock)
        assert done.json()["updated"] == 1
        wrong = await browser.post(f"{IMPORT}/skus?mapping=../policy", content=stock)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "mapping")
    assert await get_stock(edge) == 5


async def test_new_goods_reach_the_bot(edge: Edge, tmp_path: Path) -> None:
    goods = "id,title,short_name,category,kind,list_price\nP77,测试,晨雾慢跑鞋,shoes,跑鞋,99\n"
    async with edge.signed_in("admin") as browser:
        assert (await browser.post(f"{IMPORT}/products", content=goods.encode())).json()["created"] == 1
    assert "晨雾慢跑鞋\n" in (tmp_path / "terms.txt").read_text(encoding="utf-8")
    async with reading(edge.desk.sessions) as session:
        assert (await session.get_one(Product, "P77")).short_name == "晨雾慢跑鞋"


async def test_a_file_may_be_larger_than_a_message_but_not_without_end(edge: Edge) -> None:
    async with edge.signed_in("admin") as browser:
        fits = await browser.post(f"{IMPORT}/skus", content=b"id,stock\n" + b"\n" * 5_000)
        assert fits.status_code == 200
        large = await browser.post(f"{IMPORT}/skus", content=b"id,stock\n" + b"\n" * 20_001)
    assert (large.status_code, large.json()["error"]) == (413, "too_large")
