"""Own password, second proof and sessions; accounts of others; the audit log; data in full on demand."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from desk import audit, users
from desk.audit import AuditEntry
from desk.permissions import ROUTES, Door, Permission, can
from desk.users import Role
from shop.db import transaction
from tests.edge import CSRF, PASSWORD, Edge, open_edge
from tests.fixtures import SetClock

AUTH, DESK = "/api/v1/auth", "/api/v1/desk"
OWN = "my-own-long-password"


@pytest.fixture
async def edge(database_url: str, tmp_path: Path, clock: SetClock) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, clock) as opened:
        yield opened


async def sign_in(edge: Edge, name: str, password: str, **more: str) -> tuple[int, str]:
    async with edge.browser() as browser:
        answered = await browser.post(f"{AUTH}/login", json={"name": name, "password": password, **more})
        return answered.status_code, answered.json().get("error", "")


async def list_audit(edge: Edge, **where: str) -> list[tuple[str, str, str]]:
    async with edge.desk.reads() as session:
        found = await audit.list_entries(session, **where)
        return [(entry.who, entry.what, entry.about) for entry in reversed(found)]


async def test_a_given_password_must_be_changed_before_anything_else(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as browser:
        made = await browser.post(f"{DESK}/users", json={"name": "Wang", "role": "aftersales"})
        assert made.status_code == 201
        assert (made.json()["name"], made.json()["must_change_password"]) == ("wang", True)
        given = made.json()["password"]
    async with edge.browser() as browser:
        me = await browser.post(f"{AUTH}/login", json={"name": "wang", "password": given})
        assert me.json()["must_change_password"] is True
        refused = await browser.get(f"{DESK}/conversations")
        assert (refused.status_code, refused.json()["error"]) == (403, "password_change_needed")
        same = await browser.post(f"{AUTH}/password", json={"current": given, "new": given})
        assert (same.status_code, same.json()["error"]) == (409, "refused")
        short = await browser.post(f"{AUTH}/password", json={"current": given, "new": "short"})
        assert (short.status_code, short.json()["error"]) == (409, "refused")
        wrong = await browser.post(f"{AUTH}/password", json={"current": "guess", "new": OWN})
        assert (wrong.status_code, wrong.json()["error"]) == (401, "sign_in_failed")
        changed = await browser.post(f"{AUTH}/password", json={"current": given, "new": OWN})
        assert changed.json()["must_change_password"] is False
        assert (await browser.get(f"{DESK}/conversations")).status_code == 200
    assert await sign_in(edge, "wang", given) == (401, "sign_in_failed")
    assert await sign_in(edge, "wang", OWN) == (200, "")


async def test_a_new_password_ends_the_other_browsers_and_keeps_this_one(edge: Edge) -> None:
    async with edge.signed_in("presales") as first, edge.signed_in("presales") as second:
        await first.post(f"{AUTH}/password", json={"current": PASSWORD, "new": OWN})
        assert (await first.get(f"{AUTH}/me")).status_code == 200
        assert (await second.get(f"{AUTH}/me")).status_code == 401


async def test_with_a_second_proof_the_password_alone_opens_nothing(edge: Edge, clock: SetClock) -> None:
    async with edge.signed_in("presales") as browser:
        uri = (await browser.post(f"{AUTH}/totp")).json()["uri"]
        codes = pyotp.parse_uri(uri)
        confirmed = await browser.post(f"{AUTH}/totp/confirm", json={"code": codes.at(clock())})
        assert confirmed.json()["second_proof"] is True
    assert await sign_in(edge, "presales", PASSWORD) == (401, "code_needed")
    assert await sign_in(edge, "presales", "wrong-password") == (401, "sign_in_failed")
    assert await sign_in(edge, "presales", PASSWORD, code=codes.at(clock())) == (401, "sign_in_failed")
    clock.advance(seconds=30)
    assert await sign_in(edge, "presales", PASSWORD, code=codes.at(clock())) == (200, "")
    assert await sign_in(edge, "presales", PASSWORD, code=codes.at(clock())) == (401, "sign_in_failed")
    clock.advance(seconds=30)
    async with edge.browser() as browser:
        body = {"name": "presales", "password": PASSWORD, "code": codes.at(clock())}
        assert (await browser.post(f"{AUTH}/login", json=body)).status_code == 200
        wrong = await browser.post(f"{AUTH}/totp/disable", json={"password": "guess"})
        assert wrong.status_code == 401
        assert (await browser.post(f"{AUTH}/totp/disable", json={"password": PASSWORD})).status_code == 200
    assert await sign_in(edge, "presales", PASSWORD) == (200, "")


async def test_one_code_used_by_two_at_once_opens_one_session(edge: Edge, clock: SetClock) -> None:
    async with edge.signed_in("presales") as browser:
        codes = pyotp.parse_uri((await browser.post(f"{AUTH}/totp")).json()["uri"])
        await browser.post(f"{AUTH}/totp/confirm", json={"code": codes.at(clock())})
    clock.advance(seconds=60)
    code = codes.at(clock())
    results = await asyncio.gather(*(sign_in(edge, "presales", PASSWORD, code=code) for _ in range(4)))
    assert sorted(status for status, _ in results) == [200, 401, 401, 401]


async def test_ones_sessions_are_listed_and_ended_nobody_elses(edge: Edge) -> None:
    async with edge.signed_in("presales") as here, edge.signed_in("presales") as there:
        listed = (await here.get(f"{AUTH}/sessions")).json()
        assert sorted(one["current"] for one in listed) == [False, True]
        (other,) = [one["id"] for one in listed if not one["current"]]
        async with edge.signed_in("aftersales") as stranger:
            assert (await stranger.post(f"{AUTH}/sessions/{other}/revoke")).status_code == 404
        assert (await here.post(f"{AUTH}/sessions/{other[:3]}/revoke")).status_code == 404
        assert (await here.post(f"{AUTH}/sessions/{other}/revoke")).status_code == 204
        assert (await there.get(f"{AUTH}/me")).status_code == 401
        assert (await here.get(f"{AUTH}/me")).status_code == 200


async def test_supervisors_manage_agents_and_only_administrators_those_above(edge: Edge) -> None:
    async with edge.signed_in("supervisor") as browser:
        changed = await browser.post(
            f"{DESK}/users/presales", json={"role": "aftersales", "skills": ["ask_size"], "capacity": 3}
        )
        body = changed.json()
        assert (body["role"], body["skills"], body["capacity"]) == ("aftersales", ["ask_size"], 3)
        for path, wish in (
            ("users/admin", {"active": False}),
            ("users/admin/reset", None),
            ("users/presales", {"role": "supervisor"}),
            ("users", {"name": "boss", "role": "admin"}),
        ):
            refused = await browser.post(f"{DESK}/{path}", json=wish)
            assert (refused.status_code, refused.json()["error"]) == (403, "not_allowed"), path
    async with edge.signed_in("admin") as browser:
        own = await browser.post(f"{DESK}/users/admin", json={"active": False})
        assert (own.status_code, own.json()["error"]) == (409, "refused")
        taken = await browser.post(f"{DESK}/users", json={"name": "presales", "role": "presales"})
        assert taken.status_code == 409
        assert (await browser.post(f"{DESK}/users/nobody", json={})).status_code == 404
    async with transaction(edge.desk.sessions) as session:
        assert (await users.get_user(session, "admin")).active


async def test_an_account_turned_off_is_out_at_once(edge: Edge) -> None:
    async with edge.signed_in("presales") as agent, edge.signed_in("admin") as browser:
        off = await browser.post(f"{DESK}/users/presales", json={"active": False})
        assert off.json()["active"] is False
        assert (await agent.get(f"{AUTH}/me")).status_code == 401
    assert await sign_in(edge, "presales", PASSWORD) == (401, "sign_in_failed")


async def test_a_reset_gives_a_password_once_and_lifts_the_second_proof(edge: Edge, clock: SetClock) -> None:
    async with edge.signed_in("presales") as agent, edge.signed_in("supervisor") as browser:
        codes = pyotp.parse_uri((await agent.post(f"{AUTH}/totp")).json()["uri"])
        await agent.post(f"{AUTH}/totp/confirm", json={"code": codes.at(clock())})
        fresh = (await browser.post(f"{DESK}/users/presales/reset")).json()
        assert (fresh["second_proof"], fresh["must_change_password"]) == (False, True)
        assert (await agent.get(f"{AUTH}/me")).status_code == 401
        assert fresh["password"] not in (await browser.get(f"{DESK}/users")).text
    assert await sign_in(edge, "presales", fresh["password"]) == (200, "")


async def test_sign_ins_and_changes_stand_in_the_audit_log_and_refusals_do_not(edge: Edge) -> None:
    said = await edge.post({"message_id": "m1", "buyer_id": "b1", "text": "有货吗"})
    number = said.json()["conversation_id"]
    await sign_in(edge, "presales", "wrong-password")
    async with edge.signed_in("presales") as browser:
        await browser.post(f"{DESK}/conversations/{number}/take-over")
        await browser.post(f"{DESK}/conversations/nowhere/take-over")
        await browser.post(f"{DESK}/presence", json={"status": "away"})
        await browser.get(f"{DESK}/conversations/{number}")
    assert await list_audit(edge) == [
        ("presales", "auth.failed", "user:presales"),
        ("presales", "auth.sign_in", "user:presales"),
        ("presales", "conversations.take_over", f"conversation:{number}"),
    ]


async def test_the_audit_log_is_read_by_person_kind_and_thing_in_pages(edge: Edge) -> None:
    async with edge.signed_in("admin") as browser:
        for capacity in (1, 2, 3):
            await browser.post(f"{DESK}/users/presales", json={"capacity": capacity})
        await browser.post(f"{DESK}/users/aftersales", json={"capacity": 1})
        found = (await browser.get(f"{DESK}/audit", params={"about": "name:presales", "limit": 2})).json()
        assert [(entry["who"], entry["what"]) for entry in found] == [("admin", "users.change")] * 2
        older = {"about": "name:presales", "before": found[-1]["id"]}
        rest = await browser.get(f"{DESK}/audit", params=older)
        assert len(rest.json()) == 1
        assert rest.json()[0]["origin"] == "127.0.0.1"
        assert (await browser.get(f"{DESK}/audit", params={"who": "nobody"})).json() == []


async def test_full_data_is_given_with_a_reason_and_every_look_is_written_down(edge: Edge) -> None:
    look = {"kind": "customer", "id": "b001", "reason": "回电确认地址"}
    async with edge.signed_in("presales") as browser:
        assert (await browser.post(f"{DESK}/unmask", json=look)).status_code == 403
    async with edge.signed_in("aftersales") as browser:
        assert (await browser.post(f"{DESK}/unmask", json={**look, "reason": ""})).status_code == 422
        assert (await browser.post(f"{DESK}/unmask", json={**look, "id": "nobody"})).status_code == 404
        seen = await browser.post(f"{DESK}/unmask", json=look)
        assert (seen.json()["name"], seen.json()["phone"]) == ("林小满", "13800000000")
    async with edge.desk.reads() as session:
        (entry,) = await audit.list_entries(session, what="customers.unmask")
    assert (entry.who, entry.about) == ("aftersales", "customer:b001")
    assert entry.detail == {"reason": "回电确认地址"}
    assert "13800000000" not in str(entry.detail)


async def test_the_trace_of_a_request_does_not_reach_what_happens_after_it(edge: Edge) -> None:
    async with edge.signed_in("presales") as browser:
        await browser.post(f"{DESK}/conversations/nowhere/take-over")
    async with edge.desk.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 1  # the sign-in


def make_path(row: str) -> tuple[str, str]:
    """Method and an address of the route that points to nothing."""
    method, _, path = row.partition(" ")
    known = {"{channel}": "shop", "{delivery_id}": "1", "{message_id}": "1", "{approval_id}": "1"}
    known |= {"{complaint_id}": "1", "{callback_id}": "1"}
    for name, value in {**known, "{": "", "}": ""}.items():
        path = path.replace(name, value)
    return method, path


@pytest.mark.parametrize("role", list(Role))
async def test_each_route_opens_to_the_roles_of_its_row_and_to_no_other(edge: Edge, role: Role) -> None:
    async with edge.signed_in(role) as browser:
        for row, needed in ROUTES.items():
            if not isinstance(needed, Permission) or row.endswith("/events"):
                continue  # streams have no end; their guard is the same dependency
            method, path = make_path(row)
            answered = await browser.request(method, path, json={})
            refused = answered.status_code == 403 and answered.json()["error"] == "not_allowed"
            assert refused is not can(role, needed), (row, answered.status_code, answered.text)


async def test_strangers_get_through_open_doors_only(edge: Edge) -> None:
    for row, needed in ROUTES.items():
        method, path = make_path(row)
        edge.client.cookies.clear()  # an open door may have made its visitor a guest
        answered = await edge.client.request(method, path, json={}, headers=CSRF)
        if needed is Door.CHANNEL:  # each channel has its own way to be vouched for
            assert answered.status_code >= 400, (row, answered.text)
        else:
            assert (answered.status_code == 401) is (needed is not Door.OPEN), (row, answered.text)
