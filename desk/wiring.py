"""Wires the desk: the one place where its parts are put together and started."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx

from desk import (
    fetches,
    housekeeping,
    notices,
    opening,
    outbox,
    promises,
    sweeper,
    totp,
    watch,
    wecom_inbox,
)
from desk.base import Desk
from desk.bot_client import BotClient
from desk.live import Live, wait_for
from desk.policy_versions import record_version
from desk.processing import process_turn
from desk.secret import ensure_data_key
from desk.settings import DeskSettings
from desk.tasks import Runner, create_broker
from desk.vault import Vault
from shop import readers
from shop.clock import Clock, system_clock
from shop.db import create_engine, create_sessions
from shop.policy_file import PolicyFile
from shop.wording import Scripts

__all__ = ["Desk", "open_desk"]


@asynccontextmanager
async def open_desk(
    settings: DeskSettings, clock: Clock = system_clock, *, run: bool = True
) -> AsyncIterator[Desk]:
    """A desk on its database. With `run` it works by itself: timers, turns, outbox, sweeper, live updates.

    Raises PolicyError or ScriptError when those files cannot be used.
    """
    assert readers.TOPICS  # imported: every fact source and command is registered
    policy, scripts = PolicyFile(settings.policy), Scripts(settings.scripts)
    engine = create_engine(settings.database_url)
    read_engine = create_engine(settings.database_url, read_only=True)
    broker = create_broker(settings)
    reads = create_sessions(read_engine)
    try:
        # Callbacks may go through the machine's proxy; the bot is next door and never does.
        async with httpx.AsyncClient() as http, httpx.AsyncClient(trust_env=False) as inside:
            desk = Desk(
                settings=settings,
                engine=engine,
                sessions=create_sessions(engine),
                reads=reads,
                policy=policy,
                scripts=scripts,
                bot=BotClient(
                    inside, settings.bot_url, settings.internal_secret, timeout_s=settings.bot_timeout_s
                ),
                http=http,
                clock=clock,
                live=Live(reads, poll_s=settings.live_poll_s, redis_url=settings.redis_url),
                broker=broker,
                runner=Runner(broker, clock),
                vault=Vault(partial(ensure_data_key, settings)),
            )
            try:
                if run:
                    await _start(desk)
                yield desk
            finally:
                await desk.runner.stop()
    finally:
        await read_engine.dispose()
        await engine.dispose()


async def _start(desk: Desk) -> None:
    settings, runner = desk.settings, desk.runner
    await record_version(desk)
    await totp.seal_plain(desk)
    await runner.start(partial(process_turn, desk))
    runner.spawn(desk.live.run())
    runner.loop("sweeper", partial(sweeper.sweep, desk), partial(asyncio.sleep, settings.sweep_every_s))
    runner.loop("notices", partial(notices.tell_all, desk), partial(asyncio.sleep, settings.notices_every_s))
    every = partial(asyncio.sleep, settings.watch_every_s)
    runner.loop("watch", partial(watch.run_due, desk), every)
    tidy_pause = partial(asyncio.sleep, settings.tidy_every_s)
    runner.loop("housekeeping", partial(housekeeping.tidy, desk), tidy_pause)
    runner.loop("unpaid", partial(watch.close_unpaid, desk), every)
    runner.loop("promises", partial(promises.look_after, desk), every)
    runner.loop("outbox", partial(outbox.deliver_due, desk), partial(_wait_for_outbox, desk))
    runner.loop("fetches", partial(fetches.fetch_due, desk), partial(asyncio.sleep, settings.fetch_every_s))
    runner.loop("wecom", partial(wecom_inbox.pull_all, desk), partial(asyncio.sleep, settings.wecom_every_s))
    runner.loop(
        "opening", partial(opening.open_waiting, desk), partial(asyncio.sleep, settings.outbox_every_s)
    )


async def _wait_for_outbox(desk: Desk) -> None:
    await wait_for(desk.runner.outbox_due, desk.settings.outbox_every_s)
    desk.runner.outbox_due.clear()
