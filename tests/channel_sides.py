"""Local sides of WeCom's and Chatwoot's APIs, as far as Xiaoer uses them, over real HTTP."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from wechatpy.enterprise.crypto import WeChatCrypto

from tests.peers import Server

Json = dict[str, Any]
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
WECOM = {
    "corp_id": "ww-corp",
    "corp_secret": "app-secret",
    "token": "callback-token",
    "aes_key": AES_KEY,
    "open_kfid": "wk-1",
}
CHATWOOT = {"account_id": "3", "api_token": "bot-token"}


@dataclass
class WeComSide:
    """WeCom customer service: messages by cursor, an access token that can end, sessions people can have."""

    log: list[Json] = field(default_factory=list)  # what `sync_msg` gives
    sent: list[Json] = field(default_factory=list)
    token: str = "t1"
    tokens_given: int = 0
    with_person: set[str] = field(default_factory=set)
    page: int = 2
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self._handle)
        self.crypto = WeChatCrypto(WECOM["token"], AES_KEY, WECOM["corp_id"])

    def say(self, buyer: str, text: str, **more: Any) -> None:
        """A customer writes."""
        number = len(self.log) + 1
        item = {"msgid": f"m{number}", "external_userid": buyer, "send_time": 1772416800, "origin": 3}
        self.log.append(item | {"msgtype": "text", "text": {"content": text}} | more)

    def change_session(self, buyer: str, change_type: int, servicer: str = "wang") -> None:
        """A person takes the session in WeCom (1) or ends it (3)."""
        event = {"event_type": "session_status_change", "external_userid": buyer, "change_type": change_type}
        number = len(self.log) + 1
        item = {"msgid": f"m{number}", "send_time": 1772416800, "origin": 4, "msgtype": "event"}
        self.log.append(item | {"event": event | {"new_servicer_userid": servicer}})

    def notice(self, xml: str = "", nonce: str = "n1") -> tuple[dict[str, str], str]:
        """The signed and encrypted callback that says there is something new: query and body."""
        plain = xml or "<xml><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>k1</Token></xml>"
        body = self.crypto.encrypt_message(plain, nonce, "1772416800")
        found = re.search(r"MsgSignature><!\[CDATA\[(.*?)\]", body)
        assert found
        return {"msg_signature": found[1], "timestamp": "1772416800", "nonce": nonce}, body

    async def _handle(
        self, method: str, path: str, body: Json, headers: dict[str, str], raw: bytes
    ) -> tuple[int, Json]:
        if path == "/cgi-bin/gettoken":
            self.tokens_given += 1
            return 200, {"errcode": 0, "access_token": self.token, "expires_in": 7200}
        if self.server.query.get("access_token") != self.token:
            return 200, {"errcode": 42001, "errmsg": "access_token expired"}
        if path == "/cgi-bin/kf/sync_msg":
            start = int(body["cursor"] or 0)
            end = min(start + self.page, len(self.log))
            return 200, {
                "errcode": 0,
                "msg_list": self.log[start:end],
                "next_cursor": str(end),
                "has_more": int(end < len(self.log)),
            }
        if body["touser"] in self.with_person:
            return 200, {"errcode": 95018, "errmsg": "send msg session status invalid"}
        self.sent.append(body)
        return 200, {"errcode": 0, "msgid": body["msgid"]}


@dataclass
class ChatwootSide:
    """Chatwoot's conversations: their status, what was posted, and an answer that can get lost."""

    status: dict[str, str] = field(default_factory=dict)
    posted: list[tuple[str, Json]] = field(default_factory=list)
    lose_answers: int = 0
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server(self._handle)

    @property
    def said(self) -> list[str]:
        """What the customer sees."""
        return [body["content"] for _, body in self.posted if not body["private"]]

    @property
    def notes(self) -> list[str]:
        """What only people see."""
        return [body["content"] for _, body in self.posted if body["private"]]

    async def _handle(
        self, method: str, path: str, body: Json, headers: dict[str, str], raw: bytes
    ) -> tuple[int, Json]:
        if headers.get("api_access_token") != CHATWOOT["api_token"]:
            return 401, {"error": "no"}
        found = re.fullmatch(r"/api/v1/accounts/3/conversations/(\w+)(?:/(messages|toggle_status))?", path)
        assert found, path
        thread, part = found[1], found[2]
        if part == "toggle_status":
            self.status[thread] = body["status"]
        elif part == "messages" and method == "POST":
            self.posted.append((thread, body))
            if self.lose_answers:
                self.lose_answers -= 1
                return 502, {}
        elif part == "messages":
            return 200, {"payload": [item for there, item in self.posted if there == thread]}
        return 200, {"id": thread, "status": self.status.get(thread, "pending")}
