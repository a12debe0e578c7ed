"""WeCom customer service: the address is proved, messages come by cursor, no person is talked over."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from httpx import ASGITransport

from desk import outbox, processing, wecom_inbox
from desk.app import create_app
from desk.carriers.wecom import WeComError
from desk.channel_models import ChannelCursor
from desk.models import Channel, Conversation, DeliveryState, Message, Owner, Turn
from tests.channel_sides import WECOM, WeComSide
from tests.integration.desk_bench import Bench
from tests.peers import running

CALLBACK = "/api/v1/channels/kefu/wecom"


@pytest.fixture
async def side(bench: Bench) -> AsyncIterator[WeComSide]:
    """WeCom with a service account that is our channel `kefu`."""
    peer = WeComSide()
    async with running(peer):
        async with bench.desk.transaction() as session:
            url = peer.server.url
            made = {"kind": "wecom", "secret": "-", "callback_url": url, "settings": WECOM}
            session.add(Channel(name="kefu", created_at=bench.clock.now, **made))
        yield peer


@pytest.fixture
async def client(bench: Bench) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(bench.desk.settings, bench.desk)
    async with httpx.AsyncClient(transport=ASGITransport(app), base_url="http://desk") as opened:
        yield opened


async def answer_all(bench: Bench) -> None:
    """Let the quiet gap pass, run the turns, deliver."""
    bench.clock.advance(seconds=2)
    for turn in await bench.rows(Turn):
        await processing.process_turn(bench.desk, turn.id)
    await outbox.deliver_due(bench.desk)


async def test_the_address_is_proved_by_what_only_we_can_decrypt(
    side: WeComSide, client: httpx.AsyncClient
) -> None:
    query, body = side.notice(xml="echo-4711")
    echo = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    proved = await client.get(CALLBACK, params={**query, "echostr": echo})
    assert (proved.status_code, proved.text) == (200, "echo-4711")
    forged = await client.get(CALLBACK, params={**query, "echostr": echo, "msg_signature": "0" * 40})
    assert (forged.status_code, forged.json()["error"]) == (401, "bad_signature")
    nowhere = await client.get("/api/v1/channels/taobao/wecom", params={**query, "echostr": echo})
    assert nowhere.status_code == 404


@pytest.mark.parametrize("body", ["", "no xml", "<xml></xml>", "<xml><Encrypt>AAAA</Encrypt></xml>"])
async def test_what_is_not_wecoms_is_refused(side: WeComSide, client: httpx.AsyncClient, body: str) -> None:
    query, _ = side.notice()
    refused = await client.post(CALLBACK, params=query, content=body)
    assert (refused.status_code, refused.json()["error"]) == (401, "bad_signature")


async def test_a_notice_brings_the_messages_in_once_and_the_answer_goes_back(
    bench: Bench, side: WeComSide, client: httpx.AsyncClient
) -> None:
    for text in ("在吗", "39有货吗", "什么时候发"):
        side.say("wm-1", text)
    query, body = side.notice()
    taken = await client.post(CALLBACK, params=query, content=body)
    assert (taken.status_code, taken.text) == (200, "success")
    while await bench.count(Message) < 3:
        await asyncio.sleep(0.01)
    assert await wecom_inbox.pull(bench.desk, "kefu") == 0
    await answer_all(bench)
    [conversation] = await bench.rows(Conversation)
    assert (conversation.channel, conversation.buyer_id) == ("kefu", "wm-1")
    [sent] = side.sent
    [*_, ours] = await bench.rows(Message)
    assert sent == {
        "touser": "wm-1",
        "open_kfid": "wk-1",
        "msgid": f"xiaoer{ours.id}",
        "msgtype": "text",
        "text": {"content": ours.text},
    }
    assert side.tokens_given == 1


async def test_a_lost_notice_is_made_good_and_an_ended_token_renewed(bench: Bench, side: WeComSide) -> None:
    side.say("wm-1", "在吗")
    await wecom_inbox.pull_all(bench.desk)
    side.token = "t2"
    side.say("wm-2", "", msgtype="image", image={"media_id": "md1"})
    assert await wecom_inbox.pull(bench.desk, "kefu") == 1
    assert side.tokens_given == 2
    assert (await bench.get(ChannelCursor, "kefu")).cursor == "2"
    [_, picture] = await bench.rows(Message)
    assert (picture.text, picture.attachments) == ("[图片]", [{"type": "image", "url": "wecom:media/md1"}])


async def test_messages_of_servicers_and_of_ours_are_not_taken_for_customers(
    bench: Bench, side: WeComSide
) -> None:
    side.say("wm-1", "我来处理", origin=5)
    assert await wecom_inbox.pull(bench.desk, "kefu") == 0
    assert await bench.count(Message) == 0


async def test_an_answer_is_withheld_while_a_person_has_the_session(bench: Bench, side: WeComSide) -> None:
    side.say("wm-1", "在吗")
    await wecom_inbox.pull(bench.desk, "kefu")
    side.with_person.add("wm-1")
    await answer_all(bench)
    assert side.sent == []
    [delivery] = await bench.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WITHHELD, 1)
    assert "95018" in delivery.last_error


async def test_who_takes_the_session_there_has_it_here_until_it_ends(bench: Bench, side: WeComSide) -> None:
    side.say("wm-1", "在吗")
    side.change_session("wm-1", 1, "wang")
    await wecom_inbox.pull(bench.desk, "kefu")
    [conversation] = await bench.rows(Conversation)
    assert (conversation.owner, conversation.assignee) == (Owner.AGENT, "wecom:wang")
    await answer_all(bench)
    assert side.sent == []  # a draft for the person, nothing said
    side.change_session("wm-1", 3)
    side.say("wm-1", "还在吗")
    await wecom_inbox.pull(bench.desk, "kefu")
    await answer_all(bench)
    assert (await bench.get(Conversation, conversation.id)).owner is Owner.BOT
    assert len(side.sent) == 1


async def test_a_wrong_secret_is_told_and_loses_nothing(bench: Bench, side: WeComSide) -> None:
    side.say("wm-1", "在吗")
    side.token = ""  # every token is refused
    with pytest.raises(WeComError, match="42001"):
        await wecom_inbox.pull(bench.desk, "kefu")
    side.token = "t3"
    assert await wecom_inbox.pull(bench.desk, "kefu") == 1
