"""WeCom customer service (微信客服): its API with an access token that is renewed, and sending through it.

The API takes a message only while no servicer has the session in WeCom itself; otherwise it answers
SESSION_WITH_PERSON and nothing is said (a person is never talked over).
"""

import asyncio
from datetime import timedelta

import httpx

from desk.base import Desk
from desk.carriers.parcel import DELIVERED, Json, Outcome, Parcel, failed
from desk.channel_settings import WeComSettings

TOKEN_ENDED = frozenset({40001, 40014, 42001})
SESSION_WITH_PERSON = 95018


class WeComError(Exception):
    """WeCom answered with an errcode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"errcode {code}: {message}")
        self.errcode = code


async def call(desk: Desk, url: str, settings: WeComSettings, path: str, body: Json) -> Json:
    """Post to WeCom's API, once more with a fresh token when the old one ended.

    Raises WeComError, httpx.HTTPError or TimeoutError.
    """
    for last in (False, True):
        token = await _get_token(desk, url, settings)
        async with asyncio.timeout(desk.settings.outbox_timeout_s):
            asked = {"access_token": token}
            response = await desk.http.post(f"{url}/cgi-bin/{path}", params=asked, json=body)
        answer: Json = response.raise_for_status().json()
        code = int(answer.get("errcode", 0))
        if code == 0:
            return answer
        if code not in TOKEN_ENDED or last:
            raise WeComError(code, str(answer.get("errmsg", "")))
        desk.wecom_tokens.forget(settings)
    raise AssertionError("unreachable")


async def _get_token(desk: Desk, url: str, settings: WeComSettings) -> str:
    now = desk.clock()
    if token := desk.wecom_tokens.find(settings, now):
        return token
    asked = {"corpid": settings.corp_id, "corpsecret": settings.corp_secret}
    async with asyncio.timeout(desk.settings.outbox_timeout_s):
        response = await desk.http.get(f"{url}/cgi-bin/gettoken", params=asked)
    answer: Json = response.raise_for_status().json()
    if answer.get("errcode"):
        raise WeComError(int(answer["errcode"]), str(answer.get("errmsg", "")))
    token = str(answer["access_token"])
    desk.wecom_tokens.keep(settings, token, now + timedelta(seconds=int(answer["expires_in"])))
    return token


async def carry(desk: Desk, parcel: Parcel) -> Outcome:
    """Send a text message; `msgid` is ours and stable, so that a second try can be told from a second one."""
    settings = WeComSettings.model_validate(parcel.settings)
    body = {
        "touser": parcel.buyer_id,
        "open_kfid": settings.open_kfid,
        "msgid": f"xiaoer{parcel.message['id']}",
        "msgtype": "text",
        "text": {"content": parcel.message["text"]},
    }
    try:
        await call(desk, parcel.url, settings, "kf/send_msg", body)
    except WeComError as error:
        return Outcome(str(error), withheld=error.errcode == SESSION_WITH_PERSON)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, KeyError) as error:
        return failed(error)
    return DELIVERED
