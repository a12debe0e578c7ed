"""Access tokens of WeCom, kept in this process until shortly before they end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.channel_settings import WeComSettings

MARGIN = timedelta(minutes=5)


@dataclass(slots=True)
class TokenStore:
    """Access tokens of this process by corporation and secret; WeCom gives the same one to all who ask."""

    _tokens: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)

    def find(self, settings: WeComSettings, now: datetime) -> str | None:
        """The token, if it lasts."""
        token, ends_at = self._tokens.get((settings.corp_id, settings.corp_secret), ("", now))
        return token if now < ends_at else None

    def keep(self, settings: WeComSettings, token: str, ends_at: datetime) -> None:
        """Keep a token until shortly before it ends."""
        self._tokens[settings.corp_id, settings.corp_secret] = token, ends_at - MARGIN

    def forget(self, settings: WeComSettings) -> None:
        """WeCom does not take the token any more."""
        self._tokens.pop((settings.corp_id, settings.corp_secret), None)
