"""Housekeeping on a real database: what is too old goes, what is needed or young stays."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from desk import audit, housekeeping, photos, totp
from desk.audit import AuditEntry
from desk.models import Photo
from desk.users import User
from tests.edge import CSRF, Edge, daytime, open_edge
from tests.integration.test_photos import JPEG, PNG

NOT_KEPT = timedelta(days=181)


@pytest.fixture
async def edge(database_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with open_edge(database_url, tmp_path, daytime(), tidy_every_s=3600) as opened:
        yield opened


async def keep_photo(edge: Edge, buyer_id: str, content: bytes, age: timedelta) -> Path:
    photo = await photos.store(edge.desk, "web", buyer_id, content)
    async with edge.desk.transaction() as session:
        (await session.get_one(Photo, photo.id)).created_at -= age
    return photos.path_of(edge.desk, photo)


async def test_old_photos_go_with_their_files_and_young_ones_stay(edge: Edge) -> None:
    old = await keep_photo(edge, "b001", PNG, NOT_KEPT)
    young = await keep_photo(edge, "b001", JPEG, timedelta(days=179))
    assert await housekeeping.drop_photos(edge.desk) == 1
    assert (old.exists(), young.exists()) == (False, True)
    assert await housekeeping.drop_photos(edge.desk) == 0


async def test_a_photo_whose_file_is_gone_already_is_dropped_too(edge: Edge) -> None:
    (await keep_photo(edge, "b001", PNG, NOT_KEPT)).unlink()
    assert await housekeeping.drop_photos(edge.desk) == 1


async def test_photos_of_a_buyer_with_an_open_conversation_stay(edge: Edge) -> None:
    kept = await keep_photo(edge, "b001", PNG, NOT_KEPT)
    await edge.say("39码有货吗", buyer_id="b001")
    assert await housekeeping.drop_photos(edge.desk) == 0
    assert kept.exists()


async def test_g3_old_audit_entries_go_and_the_log_says_so(edge: Edge) -> None:
    now = edge.desk.clock()
    async with edge.desk.transaction() as session:
        audit.add(session, now - timedelta(days=731), who="chen", what="auth.sign_in")
        audit.add(session, now - timedelta(days=729), who="chen", what="auth.sign_in")
    await housekeeping.tidy(edge.desk)
    async with edge.desk.reads() as session:
        entries = await audit.list_entries(session)
    assert [(entry.who, entry.what, entry.detail) for entry in entries] == [
        ("xiaoer", "audit.dropped", {"number": "1"}),
        ("chen", "auth.sign_in", {}),
    ]
    async with edge.desk.reads() as session:
        assert len(list(await session.scalars(select(AuditEntry.id)))) == 2


async def test_g3_a_secret_stored_in_plain_is_sealed_once(edge: Edge) -> None:
    async with edge.desk.transaction() as session:
        (await session.get_one(User, "presales")).totp_secret = "JBSWY3DPEHPK3PXP"
    assert [await totp.seal_plain(edge.desk) for _ in range(2)] == [1, 0]
    async with edge.desk.reads() as session:
        stored = (await session.get_one(User, "presales")).totp_secret or ""
    assert stored.startswith("fernet:")
    assert edge.desk.vault.open(stored) == "JBSWY3DPEHPK3PXP"


async def test_g3_who_need_not_see_full_data_reads_no_phone_number_in_a_message(edge: Edge) -> None:
    outcome = await edge.say("也许打我电话13812345678", buyer_id="b001")
    path = f"/api/v1/desk/conversations/{outcome['conversation_id']}/messages"
    read = {}
    for role in ("presales", "aftersales"):
        async with edge.signed_in(role) as browser:
            read[role] = (await browser.get(path, headers=CSRF)).json()[0]["text"]
    assert read == {"presales": "也许打我电话138****5678", "aftersales": "也许打我电话13812345678"}
