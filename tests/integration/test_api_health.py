"""Health, readiness part by part, figures, pages, and the description of the whole API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from desk import readiness
from shop.schema import upgrade
from tests.edge import Edge, daytime, open_edge


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime()) as opened:
        yield opened


async def set_revision(edge: Edge, revision: str) -> None:
    async with edge.desk.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        await connection.execute(
            text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision}
        )


async def test_a_living_process_says_so(edge: Edge) -> None:
    assert (await edge.client.get("/healthz")).json() == {"status": "ok"}


async def test_messages_are_accepted_while_bot_and_actions_are_missing(edge: Edge) -> None:
    await set_revision(edge, readiness.find_newest_revision())
    edge.bot.down = True
    answered = await edge.client.get("/readyz")
    assert answered.status_code == 200
    body = answered.json()
    assert body["status"] == "ready"
    assert body["detail"] == "ready for the desk, to follow: actions, bot"
    assert body["parts"]["bot"] == {"ready": False, "detail": "the model is being loaded"}
    assert body["parts"]["actions"]["ready"] is False
    assert {name for name, part in body["parts"].items() if part["ready"]} == {
        "database",
        "migrations",
        "policy",
        "outbox",
    }


async def test_an_old_database_is_not_ready_and_says_what_to_do(edge: Edge) -> None:
    await set_revision(edge, "0001")
    answered = await edge.client.get("/readyz")
    assert answered.status_code == 503
    part = answered.json()["parts"]["migrations"]
    newest = readiness.find_newest_revision()
    assert part == {
        "ready": False,
        "detail": f"revision 0001, {newest} is needed: run `xiaoer db upgrade`",
    }


async def test_a_migrated_database_is_ready(empty_database_url: str, tmp_path: Path) -> None:
    await upgrade(empty_database_url)
    async with open_edge(empty_database_url, tmp_path, daytime()) as edge:
        parts = (await edge.client.get("/readyz")).json()["parts"]
        assert parts["migrations"] == {
            "ready": True,
            "detail": f"revision {readiness.find_newest_revision()}",
        }


async def test_figures_tell_what_waits_and_what_was_answered(edge: Edge) -> None:
    await edge.say("有货吗", message_id="1")
    await edge.say("我要投诉", message_id="2", buyer_id="b2")
    figures = (await edge.client.get("/metrics")).text.splitlines()
    assert 'xiaoer_items{kind="conversations",state="bot"} 1.0' in figures
    assert 'xiaoer_items{kind="conversations",state="queue"} 1.0' in figures
    assert 'xiaoer_items{kind="handoffs",state="waiting"} 1.0' in figures
    assert 'xiaoer_counted{label="auto",name="turns"} 1.0' in figures
    path = "/api/v1/channels/{channel}/messages"
    assert f'xiaoer_http_requests_total{{method="POST",route="{path}",status="200"}} 2.0' in figures


async def test_pages_that_are_not_built_say_how_to_build_them(edge: Edge) -> None:
    for path in ("/", "/chat"):
        answered = await edge.client.get(path)
        assert answered.status_code == 200
        assert "make setup" in answered.text
    assert (await edge.client.get("/assets/x.js")).status_code == 404


async def test_built_pages_are_served_and_load_nothing_from_elsewhere(edge: Edge, tmp_path: Path) -> None:
    (tmp_path / "dist/assets").mkdir(parents=True)
    (tmp_path / "dist/index.html").write_text("the desk")
    (tmp_path / "dist/chat.html").write_text("the chat")
    (tmp_path / "dist/assets/x.js").write_text("1")
    assert (await edge.client.get("/")).text == "the desk"
    answered = await edge.client.get("/chat")
    assert answered.text == "the chat"
    assert answered.headers["content-security-policy"].startswith("default-src 'self'")
    assert (await edge.client.get("/assets/x.js")).text == "1"


async def test_an_unknown_address_and_method_answer_in_the_same_shape(edge: Edge) -> None:
    missing = await edge.client.get("/api/v1/nothing")
    assert (missing.status_code, missing.json()["error"]) == (404, "not_found")
    wrong = await edge.client.delete("/healthz")
    assert (wrong.status_code, wrong.json()["error"]) == (405, "method_not_allowed")


async def test_every_route_has_an_example_of_what_it_takes_and_gives(edge: Edge) -> None:
    schema = (await edge.client.get("/openapi.json")).json()
    models = schema["components"]["schemas"]

    def has_example(described: dict[str, object]) -> bool:
        name = str(described.get("$ref", "")).rpartition("/")[2]
        found = models.get(name, described)
        return "examples" in found or has_example(found["items"]) if "items" in found else "examples" in found

    lacking = []
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            options = [one for one in (body or {}).get("anyOf", [body]) if one != {"type": "null"}]
            if body and not has_example(options[0]):
                lacking.append(f"{method} {path} takes")
            for status, answer in route["responses"].items():
                content = answer.get("content", {}).get("application/json")
                if status.startswith("2") and content and not has_example(content["schema"]):
                    lacking.append(f"{method} {path} gives {status}")
    assert lacking == []
