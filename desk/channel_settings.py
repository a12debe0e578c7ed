"""What each kind of channel must be told, beside its secret and address. Stored with the channel."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desk.errors import DeskError

Word = Annotated[str, Field(min_length=1, max_length=200)]


class ChannelMisconfigured(DeskError):
    """A channel's settings lack something or do not fit its kind."""

    code = "channel_misconfigured"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class HttpSettings(_Settings):
    """A signed webhook needs nothing more."""


class WeComSettings(_Settings):
    """WeCom customer service (微信客服): the corporation, its app and one service account."""

    corp_id: Word
    corp_secret: Word
    token: Word  # of the callback, as set in the WeCom console
    aes_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}$")]  # EncodingAESKey
    open_kfid: Word


class ChatwootSettings(_Settings):
    """Chatwoot with Xiaoer as its agent bot. The channel's secret is the bot's webhook secret."""

    account_id: Word
    api_token: Word


KINDS: dict[str, type[_Settings]] = {
    "http": HttpSettings,
    "web": HttpSettings,
    "wecom": WeComSettings,
    "chatwoot": ChatwootSettings,
}
ADDRESSES = {"wecom": "https://qyapi.weixin.qq.com"}
"""Where the API of a kind is, unless the channel says otherwise."""


def check_settings(kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings as they are stored. Raises ChannelMisconfigured, a fault a line."""
    if kind not in KINDS:
        raise ChannelMisconfigured(f"no kind {kind!r}: take one of {', '.join(KINDS)}")
    try:
        return KINDS[kind].model_validate(settings).model_dump()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise ChannelMisconfigured("\n".join(faults)) from None
