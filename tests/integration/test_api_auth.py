"""Signing in at the desk: passwords, lock-out, sessions, roles, and the header that foreign pages lack."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desk import auth, users
from desk.auth import WebSession
from desk.permissions import PERMISSIONS, Permission, can
from desk.users import Role
from shop.db import transaction
from shop.errors import NotFound, Refused
from tests.edge import CSRF, INTERNAL, PASSWORD, Edge, open_edge
from tests.fixtures import SetClock


@pytest.fixture
async def edge(database_url: str, tmp_path: Path, clock: SetClock) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, clock) as opened:
        yield opened


async def sign_in(edge: Edge, name: str, password: str) -> int:
    async with edge.browser() as browser:
        answered = await browser.post("/api/v1/auth/login", json={"name": name, "password": password})
        return answered.status_code


async def test_a_right_password_opens_a_session_out_of_reach_of_scripts(edge: Edge) -> None:
    async with edge.browser() as browser:
        answered = await browser.post("/api/v1/auth/login", json={"name": " PreSales ", "password": PASSWORD})
        assert answered.json() == {
            "name": "presales",
            "display_name": "小presales",
            "role": "presales",
            "permissions": ["answer", "check_tone", "preview", "read_conversations", "run_commands"],
            "must_change_password": False,
            "second_proof": False,
            "time_zone": "Asia/Shanghai",
        }
        cookie = answered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await browser.get("/api/v1/auth/me")).json()["name"] == "presales"
        token = browser.cookies["xiaoer_agent"]
    async with edge.desk.reads() as session:
        (stored,) = await session.scalars(select(WebSession))
        assert token not in (stored.token_hash, stored.user_name)
        assert len(stored.token_hash) == 64


@pytest.mark.parametrize(("name", "password"), [("presales", "wrong-password"), ("nobody", PASSWORD)])
async def test_wrong_name_and_wrong_password_read_the_same(edge: Edge, name: str, password: str) -> None:
    async with edge.browser() as browser:
        answered = await browser.post("/api/v1/auth/login", json={"name": name, "password": password})
    assert answered.status_code == 401
    assert answered.json() == {"error": "sign_in_failed", "message": "name or password is wrong"}
    assert "set-cookie" not in answered.headers


async def test_an_inactive_account_cannot_sign_in_and_is_signed_out(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        async with transaction(edge.desk.sessions) as session:
            (await users.get_user(session, "presales")).active = False
        assert (await browser.get("/api/v1/auth/me")).status_code == 401
    assert await sign_in(edge, "presales", PASSWORD) == 401


async def test_five_failures_lock_the_name_for_five_minutes(edge: Edge, clock: SetClock) -> None:
    for _ in range(5):
        assert await sign_in(edge, "presales", "wrong-password") == 401
    assert await sign_in(edge, "presales", PASSWORD) == 429
    assert await sign_in(edge, "aftersales", PASSWORD) == 200
    clock.advance(minutes=4)
    assert await sign_in(edge, "presales", PASSWORD) == 429
    clock.advance(minutes=1)
    assert await sign_in(edge, "presales", PASSWORD) == 200


async def test_an_unknown_name_is_locked_in_the_same_way(edge: Edge) -> None:
    codes = [await sign_in(edge, "nobody", "wrong-password") for _ in range(6)]
    assert codes == [401, 401, 401, 401, 401, 429]


async def test_a_right_password_forgets_earlier_failures(edge: Edge) -> None:
    for _ in range(2):
        for _ in range(4):
            assert await sign_in(edge, "presales", "wrong-password") == 401
        assert await sign_in(edge, "presales", PASSWORD) == 200


async def test_guesses_at_once_do_not_slip_past_the_lock(edge: Edge) -> None:
    codes = await asyncio.gather(*(sign_in(edge, "presales", "wrong-password") for _ in range(12)))
    assert sorted(codes) == [401] * 5 + [429] * 7


async def test_signing_out_ends_the_session_on_the_server(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        token = browser.cookies["xiaoer_agent"]
        assert (await browser.post("/api/v1/auth/logout")).status_code == 204
        assert "xiaoer_agent" not in browser.cookies
    answered = await edge.client.get("/api/v1/auth/me", headers={"Cookie": f"xiaoer_agent={token}"})
    assert answered.status_code == 401
    assert answered.json()["error"] == "not_signed_in"


async def test_a_session_ends_after_twelve_hours(edge: Edge, clock: SetClock) -> None:
    async with edge.signed_in("presales") as browser:
        clock.advance(hours=11, minutes=59)
        assert (await browser.get("/api/v1/auth/me")).status_code == 200
        clock.advance(minutes=1)
        assert (await browser.get("/api/v1/auth/me")).status_code == 401


async def test_a_new_password_signs_out_everywhere(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        async with transaction(edge.desk.sessions) as session:
            await users.set_password(session, "presales", "another-long-one")
            await auth.close_sessions_of(session, "presales")
        assert (await browser.get("/api/v1/auth/me")).status_code == 401
    assert await sign_in(edge, "presales", PASSWORD) == 401
    assert await sign_in(edge, "presales", "another-long-one") == 200


async def test_a_change_needs_the_header_that_a_foreign_page_cannot_send(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        del browser.headers["X-Xiaoer-Csrf"]
        answered = await browser.post("/api/v1/auth/logout")
        assert answered.status_code == 403
        assert answered.json()["error"] == "csrf"
        assert (await browser.get("/api/v1/auth/me")).status_code == 200


async def test_a_buyers_session_does_not_open_the_desk(edge: Edge) -> None:
    async with edge.browser() as browser:
        await browser.post("/api/v1/chat/session", json={"buyer_id": "b001"})
        token = browser.cookies["xiaoer_buyer"]
        answered = await browser.get("/api/v1/auth/me", headers={"Cookie": f"xiaoer_agent={token}"})
    assert answered.status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/desk/conversations"),
        ("GET", "/api/v1/desk/conversations/x"),
        ("GET", "/api/v1/desk/conversations/x/messages"),
        ("POST", "/api/v1/desk/conversations/x/take-over"),
        ("POST", "/api/v1/desk/conversations/x/hand-back"),
        ("POST", "/api/v1/desk/conversations/x/close"),
        ("POST", "/api/v1/desk/drafts/x/accept"),
        ("POST", "/api/v1/desk/drafts/x/reject"),
        ("POST", "/api/v1/desk/handoffs/x/claim"),
        ("GET", "/api/v1/desk/outbox/dead"),
        ("POST", "/api/v1/desk/outbox/1/retry"),
        ("GET", "/api/v1/desk/events"),
    ],
)
async def test_the_desk_is_closed_to_strangers_and_to_the_warehouse(
    edge: Edge, method: str, path: str
) -> None:
    assert (await edge.client.request(method, path, headers=CSRF)).status_code == 401
    async with edge.signed_in("warehouse") as browser:
        answered = await browser.request(method, path)
        assert answered.status_code == 403
        assert answered.json()["error"] == "not_allowed"


async def test_dead_deliveries_are_for_supervisors(edge: Edge) -> None:
    async with edge.signed_in("aftersales") as browser:
        assert (await browser.get("/api/v1/desk/outbox/dead")).status_code == 403
    async with edge.signed_in("supervisor") as browser:
        assert (await browser.get("/api/v1/desk/outbox/dead")).json() == []


async def test_understanding_is_for_signed_in_people_and_our_own_processes(edge: Edge) -> None:
    ask = {"text": "39码还有货吗"}
    assert (await edge.client.post("/api/v1/understand", json=ask)).status_code == 401
    wrong = {"X-Xiaoer-Internal": "guess"}
    assert (await edge.client.post("/api/v1/understand", json=ask, headers=wrong)).status_code == 401
    ours = {"X-Xiaoer-Internal": INTERNAL}
    inside = await edge.client.post("/api/v1/understand", json=ask, headers=ours)
    async with edge.signed_in("presales") as browser:
        signed_in = await browser.post("/api/v1/understand", json=ask)
        assert signed_in.json() == inside.json()
    assert inside.json()["decision"] == "auto"
    assert inside.json()["questions"][0]["intent"] == "ask_stock"


async def test_every_role_is_in_the_table_and_only_the_highest_may_do_all(edge: Edge) -> None:
    assert set(PERMISSIONS) == set(Role)
    everything = {role for role in Role if all(can(role, permission) for permission in Permission)}
    assert everything == {Role.SUPERVISOR, Role.ADMIN}


async def test_accounts_refuse_doubles_short_passwords_and_unknown_names(edge: Edge) -> None:
    now = edge.desk.clock()
    async with transaction(edge.desk.sessions) as session:
        with pytest.raises(Refused, match="there is a user 'presales' already"):
            await users.add_user(session, name="PRESALES", role=Role.PRESALES, password=PASSWORD, now=now)
        with pytest.raises(Refused, match="at least 10 characters"):
            await users.add_user(session, name="new", role=Role.PRESALES, password="short", now=now)
        with pytest.raises(Refused, match="needs a name"):
            await users.add_user(session, name=" ", role=Role.PRESALES, password=PASSWORD, now=now)
        with pytest.raises(NotFound, match="no user 'new'"):
            await users.get_user(session, "new")
