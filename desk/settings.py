"""Settings of the desk. Environment variables `XIAOER_*`, or `.env` in Xiaoer's home folder."""

from pathlib import Path

from pydantic import Field

from shop.settings import ShopSettings, find_home


class DeskSettings(ShopSettings):
    """What the desk needs beside the shop's settings. Times in seconds."""

    host: str = Field("127.0.0.1", description="where the desk listens")
    port: int = Field(8000, description="its port")
    bot_url: str = Field("http://127.0.0.1:5006", description="where the bot worker answers")
    bot_workers: int = Field(1, ge=1, le=64, description="processes of the bot; they share its port")
    web: Path | None = Field(None, description="folder of the built pages; unset: web/dist of the checkout")
    redis_url: str | None = Field(None, description="redis://…: several machines share work and live events")
    demo: bool = Field(
        False, description="the customer page lets one choose a demo buyer; never in production"
    )
    guests: bool = Field(True, description="the customer page lets in guests, who prove each order")
    pass_hours: float = Field(
        12.0, gt=0, description="how long a buyer for whom the shop's own site vouched stays signed in"
    )
    guest_tries_origin: int = Field(
        60, ge=1, description="proofs of orders tried from one address an hour; behind a proxy all share one"
    )
    max_body: int = Field(256_000, description="bytes of one request; what is longer is refused")

    max_import: int = Field(64_000_000, description="bytes of one file with the shop's data")
    max_photo: int = Field(8_000_000, description="bytes of one photo")
    fetch_hosts: str = Field(
        "",
        description="hosts (host or host:port, with commas) whose pictures are fetched though they are "
        "private or plain http; every other must be public and https",
    )
    fetch_timeout_s: float = Field(15.0, gt=0, description="how long a channel's picture may take to come")
    fetch_every_s: float = Field(1.0, description="pause between two looks for pictures to fetch")
    fetch_most_s: float = Field(300.0, description="longest pause between two tries of a picture")
    fetch_tries: int = Field(6, ge=1, description="tries before a picture counts as failed and is shown so")
    max_text: int = Field(5_000, description="characters of one message; what is longer is refused")
    max_turn_text: int = Field(4_900, description="characters of one turn; further bubbles open the next")

    data_key: str = Field(
        default="",
        description="seals secrets in the database; unset: made once in var/secrets.env. Several machines "
        "share one; to change it put the new one in front, with a comma",
    )
    audit_keep_days: int = Field(
        730, ge=30, description="entries of the audit log older than this are dropped"
    )
    photos_keep_days: int = Field(
        180, ge=1, description="customers' photos older than this are deleted, unless a matter is still open"
    )
    tidy_every_s: float = Field(3_600.0, description="pause between two rounds of the housekeeping")

    quiet_gap_s: float = Field(1.0, description="bubbles that come closer than this join into one turn")
    turn_deadline_s: float = Field(4.0, description="a turn is processed by then, whatever still comes (A1)")
    turn_lease_s: float = Field(
        15.0, description="a claim older than this was lost; longer than bot_timeout_s"
    )
    bot_timeout_s: float = Field(8.0, description="how long the desk waits for the bot's answer to a turn")
    retry_first_s: float = Field(0.5, description="first pause before a failed turn is tried again; doubles")
    retry_most_s: float = Field(10.0, description="longest pause between two tries")
    turn_tries: int = Field(5, description="tries lost by our own fault before a turn goes to people")
    grace_s: float = Field(3.0, description="the customer is told that the bot is down after this")
    loading_grace_s: float = Field(30.0, description="the same while the bot says it is still loading")

    sweep_every_s: float = Field(2.0, description="pause between two rounds of the sweeper")
    notices_every_s: float = Field(2.0, description="pause between two looks for news to tell buyers")
    watch_every_s: float = Field(30.0, description="how often it is checked whether a round is due (C5)")
    idle_close_s: float = Field(86_400.0, description="the bot's conversation closes after so long a silence")
    agent_silence_s: float = Field(600.0, description="an agent who claims and stays silent loses the claim")
    queue_raise_s: float = Field(120.0, description="a waiting entry is raised by one after every so long")
    presence_s: float = Field(90.0, description="an agent not seen for this long counts as gone")
    handling_s: float = Field(180.0, description="time of one case, until enough real ones were measured")
    events_keep_s: float = Field(86_400.0, description="how long a page may stay away and still catch up")
    live_poll_s: float = Field(1.0, description="how soon another process's events are seen without Redis")

    outbox_every_s: float = Field(1.0, description="pause between two looks into the outbox")
    outbox_timeout_s: float = Field(5.0, description="how long a channel may take to answer a callback")
    outbox_lease_s: float = Field(15.0, description="a delivery claimed longer ago was lost")
    outbox_first_s: float = Field(1.0, description="first pause before a callback is tried again; doubles")
    outbox_most_s: float = Field(300.0, description="longest pause between two tries of a callback")
    outbox_tries: int = Field(12, description="tries before a callback is dead and shown")
    wecom_every_s: float = Field(
        30.0, description="pause between two pulls of WeCom, for events that were lost"
    )

    storage_wait_s: float = Field(10.0, description="how long a message waits for a locked database")

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """`fetch_hosts` one by one."""
        return frozenset(host.strip().lower() for host in self.fetch_hosts.split(",") if host.strip())


def load_desk_settings() -> DeskSettings:
    """The settings from the environment and `.env` in home; the environment wins."""
    return DeskSettings(_env_file=find_home() / ".env")
