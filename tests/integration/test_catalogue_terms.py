"""The names of the goods reach the bot: at start, with the demo shop and after an import of products."""

import asyncio
from pathlib import Path

import pytest
import typer
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.components.entities.words import CATALOGUE, Catalogue
from desk.cli import app
from desk.cli.database import prepare
from desk.cli.demo import prepare_demo
from desk.cli.run import prepare_run
from desk.cli.shared import open_sessions
from desk.models import Channel
from desk.phrases import list_phrases
from desk.run import make_parts
from desk.settings import DeskSettings
from desk.users import User
from shop import catalogue_terms
from shop.catalogue_terms import CATALOGUE_TERMS, write_catalogue_terms
from shop.clock import system_clock
from shop.data_files.importing import import_file
from shop.db import Sessions, transaction
from shop.demo.fill import DEMO_FOLDER
from shop.models import Customer, Order, Product, Stage
from tests.small_orders import make_order

GOODS = """- id: Q1
  title: 青禾 晨雾慢跑鞋 男款
  short_name: 晨雾慢跑鞋
  aliases: [晨雾, 晨雾 跑鞋]
  category: shoes
  kind: 跑鞋
  list_price: 199.00
"""
WARNING = "this database holds the demo shop's invented data"


@pytest.fixture
def terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bot's file, not that of the checkout under test."""
    path = tmp_path / "bot" / "catalogue_terms.txt"
    monkeypatch.setattr(catalogue_terms, "CATALOGUE_TERMS", path)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> DeskSettings:
    return DeskSettings(**{"home": tmp_path, "database_url": f"sqlite:///{tmp_path}/xiaoer.db"})


@pytest.fixture
def of_a_real_shop(settings: DeskSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a shop with a home of its own and empty tables."""
    monkeypatch.setenv("XIAOER_HOME", str(settings.home))
    monkeypatch.setenv("XIAOER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("XIAOER_POLICY", str(DEMO_FOLDER / "policy.yml"))
    asyncio.run(prepare(settings.database_url))


@pytest.fixture
def goods(tmp_path: Path) -> Path:
    """A file with one product of a real shop."""
    path = tmp_path / "goods.yml"
    path.write_text(GOODS, encoding="utf-8")
    return path


def test_the_file_written_is_the_one_the_bot_reads(settings: DeskSettings) -> None:
    (bot,) = [part for part in make_parts(settings) if part.name == "bot"]
    assert bot.cwd is not None
    assert bot.cwd / CATALOGUE == CATALOGUE_TERMS


async def test_every_name_stands_there_once_and_the_file_is_replaced(
    sessions: Sessions, tmp_path: Path
) -> None:
    async with transaction(sessions) as session:
        for number, name in (("Q1", "晨雾慢跑鞋"), ("Q2", "夜行 板鞋")):
            session.add(
                Product(
                    id=number,
                    title=name,
                    short_name=name,
                    aliases=["新款", f"{number}款"],
                    category="shoes",
                    kind="鞋",
                    list_price=1,
                )
            )
    path = tmp_path / "var" / "catalogue_terms.txt"
    assert await write_catalogue_terms(sessions, path) == 5
    assert path.read_text(encoding="utf-8") == "晨雾慢跑鞋\n新款\nQ1款\n夜行 板鞋\nQ2款\n"
    async with transaction(sessions) as session:
        (await session.get_one(Product, "Q1")).short_name = "疾羽跑鞋"
    await write_catalogue_terms(sessions, path)
    assert path.read_text(encoding="utf-8").startswith("疾羽跑鞋\n")
    assert [file.name for file in path.parent.iterdir()] == ["catalogue_terms.txt"]


@pytest.mark.usefixtures("of_a_real_shop")
def test_an_import_of_products_tells_the_bot(terms: Path, goods: Path) -> None:
    sizes = CliRunner().invoke(app, ["shop", "import", "sizes", str(DEMO_FOLDER / "size_charts.yml")])
    assert (sizes.exit_code, terms.exists()) == (0, False)
    done = CliRunner().invoke(app, ["shop", "import", "products", str(goods)])
    assert (done.exit_code, done.output) == (0, f"{goods}: 1 new, 0 changed, 0 as before\n")
    found = Catalogue(terms).find("晨雾慢跑鞋有货吗")
    assert [(entity.entity, entity.value) for entity in found] == [("product", "晨雾慢跑鞋")]


@pytest.mark.usefixtures("of_a_real_shop")
def test_an_import_that_cannot_tell_the_bot_stands_and_warns(terms: Path, goods: Path) -> None:
    terms.parent.touch()
    done = CliRunner().invoke(app, ["shop", "import", "products", str(goods)])
    assert done.exit_code == 0
    assert f"the bot does not learn the names of the goods: {terms}" in done.output
    assert done.output.endswith(": 1 new, 0 changed, 0 as before\n")


async def test_a_start_tells_the_bot_and_warns_only_of_demo_data(
    settings: DeskSettings, terms: Path, goods: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms.parent.mkdir()
    terms.write_text("轻羽\n", encoding="utf-8")
    await prepare_run(settings)
    assert terms.read_text(encoding="utf-8") == ""
    async with open_sessions(settings) as sessions:
        await import_file(sessions, "products", goods)
    await prepare_run(settings)
    assert terms.read_text(encoding="utf-8") == "晨雾慢跑鞋\n晨雾\n晨雾 跑鞋\n"
    assert WARNING not in capsys.readouterr().err


async def test_a_start_on_the_demo_shop_warns_in_one_line(
    settings: DeskSettings, terms: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await prepare_demo(settings)
    await prepare_demo(settings)  # a second start finds what is there
    async with open_sessions(settings) as sessions, sessions() as session:
        assert "hy" in [phrase.shortcut for phrase in await list_phrases(session, "lin")]
    assert "轻羽" in terms.read_text(encoding="utf-8").splitlines()
    assert capsys.readouterr().err == ""
    await prepare_run(settings)
    (line,) = capsys.readouterr().err.splitlines()
    assert WARNING in line
    assert "XIAOER_DATABASE_URL" in line


async def test_the_demo_refuses_a_real_shop_before_it_touches_anything(
    settings: DeskSettings, terms: Path, goods: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await prepare(settings.database_url)
    async with open_sessions(settings) as sessions:
        await import_file(sessions, "products", goods)
        async with transaction(sessions) as session:
            session.add(
                Customer(
                    id="r1",
                    name="柳如烟",
                    phone="13800000000",
                    region="浙江",
                    address="示例路1号",
                    joined_at=system_clock(),
                )
            )
            await session.flush()
            session.add(make_order("2026030200000001", Stage.SIGNED, buyer="r1", skus=()))
        with pytest.raises(typer.Exit):
            await prepare_demo(settings)
        async with sessions() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(m)) for m in (Channel, User, Order)
            ]
    assert counts == [0, 0, 1]
    assert not terms.exists()
    assert "such as Q1; use another database (XIAOER_DATABASE_URL)" in capsys.readouterr().err
