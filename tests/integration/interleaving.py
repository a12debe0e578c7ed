"""Two desks on one PostgreSQL database, commands that run at once, and what must hold whatever they do.

The history is read from the live events: those of one conversation are written while its row is held, so
their order is the order in which things happened.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from desk import conversations, drafts, handoff, messages, outbox, sweeper, transfer, turns
from desk.base import Desk
from desk.counters import Counters
from desk.duty import set_presence
from desk.errors import DeskError
from desk.models import (
    Author,
    Conversation,
    Delivery,
    DeliveryState,
    Draft,
    DraftState,
    Handoff,
    HandoffState,
    LiveEvent,
    Message,
    Owner,
    Turn,
    TurnState,
)
from desk.ownership import describe
from desk.processing import process_turn
from desk.settings import DeskSettings
from desk.tasks import Runner, create_broker
from desk.users import Role, User
from desk.wiring import open_desk
from shop.db import Base
from shop.errors import ShopError
from tests.fixtures import SetClock
from tests.integration.desk_bench import CHANNEL, add_channel, make_settings
from tests.peers import BotPeer, ChannelPeer, answer, greeting, question, reading, reply, running

BUYERS = ("b001", "b002")
AGENTS = ("lin", "mei")
SUPERVISOR = "zhou"
HOLDER = "(whoever has it)"
ASKED = "asked_for_person"
ANSWERS = {
    "在吗": answer(greeting()),
    "也许": answer(question(reading("greet", 0.5, reply("greet")))),
    "转人工": answer(question(reading("request_human", 0.99, handoff=ASKED))),
    "投诉": answer(greeting(), severity="major"),
}
KEPT = {"users", "channels", "policy_versions"}
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HARMLESS_REPAIRS = {"lease_expired", "agent_silent", "agent_gone"}
"""What time and crashes explain; any other repair means that something contradicted itself."""
SETTLED_WITHIN_S = 20.0
REFUSED, LOST, CRASHED = "refused", "lost", "crashed"


@dataclass(frozen=True)
class Command:
    """Something one of the two desks is told to do, `after_ms` from the beginning of the step.

    `crash_ms`: the process that does it is gone so much later, wherever it is by then.
    """

    name: str
    buyer: str = BUYERS[0]
    who: str = AGENTS[0]
    text: str = "在吗"
    desk: int = 0
    after_ms: int = 0
    crash_ms: int | None = None


@dataclass
class World:
    """Two desks, a bot, a channel, and what was done so far."""

    desks: tuple[Desk, ...]
    clock: SetClock
    bot: BotPeer
    channel: ChannelPeer
    database: str
    settings: DeskSettings
    sent: dict[str, messages.Incoming] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    lost_deliveries: int = 0
    epochs: dict[str, int] = field(default_factory=dict)

    async def begin(self) -> None:
        """Nothing has happened yet. The desks stay open: reading policy and scripts takes a second."""
        self.clock.now = MONDAY
        self.bot.status = 200
        self.channel.statuses.clear()
        self.channel.taken.clear()
        self.sent.clear()
        self.stored.clear()
        self.epochs.clear()
        self.lost_deliveries = 0
        async with await psycopg.AsyncConnection.connect(self.database, autocommit=True) as admin:
            names = ", ".join(t.name for t in Base.metadata.sorted_tables if t.name not in KEPT)
            await admin.execute(f"TRUNCATE {names}")
        for desk in self.desks:
            desk.counters = Counters()
            desk.broker = create_broker(self.settings)
            desk.runner = Runner(desk.broker, self.clock)
        for name in AGENTS:
            await set_presence(self.desks[0], name, teams=["presales", "aftersales"])

    async def end(self) -> None:
        """Stop what `settle` started."""
        for desk in self.desks:
            if desk.runner.running:
                await desk.runner.stop()

    # What one may do -------------------------------------------------------------------------------------

    async def run(self, commands: Sequence[Command]) -> list[str]:
        """Do all of it at once; gives what became of each: done, refused, lost or crashed."""
        commands = [await self._name_holder(command) for command in commands]
        cut = any(command.name == "cut" for command in commands)
        self.lost_deliveries += sum(
            command.name == "deliver" and (cut or command.crash_ms is not None) for command in commands
        )
        results = await asyncio.gather(*(self._do(command, cut=cut) for command in commands))
        self._check_claims(commands, results)
        return results

    async def _name_holder(self, command: Command) -> Command:
        """The command with a name in place of HOLDER: who has the conversation as the step begins."""
        if command.who != HOLDER:
            return command
        async with self.desks[0].reads() as session:
            query = select(Conversation.assignee).where(
                Conversation.buyer_id == command.buyer, Conversation.owner == Owner.AGENT
            )
            return replace(command, who=await session.scalar(query) or AGENTS[0])

    async def _do(self, command: Command, *, cut: bool) -> str:
        await asyncio.sleep(command.after_ms / 1000)
        task = asyncio.create_task(getattr(self, f"_{command.name}")(self.desks[command.desk], command))
        if command.crash_ms is not None:
            await asyncio.wait({task}, timeout=command.crash_ms / 1000)
            task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return CRASHED
        except (ShopError, DeskError):
            return REFUSED
        except (DBAPIError, OSError):
            if not cut:
                raise
            return LOST
        return "done"

    async def _say(self, desk: Desk, command: Command) -> None:
        number = f"m{len(self.sent) + 1}"
        self.sent[number] = messages.Incoming(CHANNEL, number, command.buyer, command.text)
        await self._send(desk, number)

    async def _again(self, desk: Desk, command: Command) -> None:
        """The channel sends its last message of the buyer again."""
        found = [number for number, told in self.sent.items() if told.buyer_id == command.buyer]
        if found:
            await self._send(desk, found[-1])

    async def _send(self, desk: Desk, number: str) -> None:
        receipt = await messages.receive(desk, self.sent[number])
        assert receipt.message_id == number
        self.stored.add(number)

    async def _work(self, desk: Desk, command: Command) -> None:
        """What the timers do: every turn that is due, all at once."""
        async with desk.reads() as session:
            due = await turns.list_due(session, self.clock.now)
        await asyncio.gather(*(process_turn(desk, turn_id) for turn_id in due))

    async def _sweep(self, desk: Desk, command: Command) -> None:
        await sweeper.sweep(desk)

    async def _deliver(self, desk: Desk, command: Command) -> None:
        await outbox.deliver_due(desk)

    async def _take(self, desk: Desk, command: Command) -> None:
        number = await self._find_conversation(desk, command.buyer)
        if number:
            force = command.who == SUPERVISOR
            await conversations.take_over(desk, number, command.who, force=force)

    async def _claim(self, desk: Desk, command: Command) -> None:
        async with desk.reads() as session:
            query = (
                select(Handoff.id)
                .join(Conversation, Conversation.id == Handoff.conversation_id)
                .where(Conversation.buyer_id == command.buyer)
                .order_by(Handoff.id.desc())
            )
            number = await session.scalar(query.limit(1))
        if number is None:
            raise DeskError("nothing to claim")
        await handoff.claim(desk, number, command.who)

    async def _accept(self, desk: Desk, command: Command) -> None:
        await drafts.accept(desk, await self._find_draft(desk, command.buyer), command.who)

    async def _edit(self, desk: Desk, command: Command) -> None:
        draft = await self._find_draft(desk, command.buyer)
        await drafts.accept(desk, draft, command.who, text="您好,在的。", accept_changed=True)

    async def _reject(self, desk: Desk, command: Command) -> None:
        await drafts.reject(desk, await self._find_draft(desk, command.buyer), command.who, "wrong")

    async def _write(self, desk: Desk, command: Command) -> None:
        """An agent's own words, under the epoch their page shows."""
        async with desk.reads() as session:
            query = select(Conversation).where(
                Conversation.buyer_id == command.buyer, Conversation.owner != Owner.CLOSED
            )
            shown = await session.scalar(query)
        if shown is not None:
            await messages.send_as_agent(desk, shown.id, command.who, shown.epoch, "您好,我来处理。")

    async def _give_back(self, desk: Desk, command: Command) -> None:
        number = await self._find_conversation(desk, command.buyer)
        if number:
            await conversations.hand_back(desk, number, command.who, "谈妥了")

    async def _to_team(self, desk: Desk, command: Command) -> None:
        number = await self._find_conversation(desk, command.buyer)
        if number:
            await transfer.to_team(desk, number, command.who, "aftersales", "")

    async def _to_colleague(self, desk: Desk, command: Command) -> None:
        number = await self._find_conversation(desk, command.buyer)
        other = next(name for name in AGENTS if name != command.who)  # a supervisor gives it to the first
        if number:
            await transfer.to_agent(desk, number, command.who, other, "")

    async def _close(self, desk: Desk, command: Command) -> None:
        number = await self._find_conversation(desk, command.buyer)
        if number:
            await conversations.close(desk, number, command.who)

    async def _leave(self, desk: Desk, command: Command) -> None:
        """The customer's side closes the conversation."""
        number = await self._find_conversation(desk, command.buyer)
        if number:
            await conversations.close(desk, number)

    async def _beat(self, desk: Desk, command: Command) -> None:
        await set_presence(desk, command.who)

    async def _go(self, desk: Desk, command: Command) -> None:
        await set_presence(desk, command.who, status="offline")

    async def _bot_down(self, desk: Desk, command: Command) -> None:
        self.bot.status = 503

    async def _bot_up(self, desk: Desk, command: Command) -> None:
        self.bot.status = 200

    async def _refuse(self, desk: Desk, command: Command) -> None:
        """The channel's side fails once."""
        self.channel.statuses.append(503)

    async def _cut(self, desk: Desk, command: Command) -> None:
        """The database drops every connection; what was not committed is gone."""
        async with await psycopg.AsyncConnection.connect(self.database, autocommit=True) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid != pg_backend_pid()"
            )

    async def _find_conversation(self, desk: Desk, buyer: str) -> str | None:
        async with desk.reads() as session:
            return await session.scalar(
                select(Conversation.id)
                .where(Conversation.buyer_id == buyer)
                .order_by(Conversation.id.desc())
                .limit(1)
            )

    async def _find_draft(self, desk: Desk, buyer: str) -> str:
        async with desk.reads() as session:
            query = (
                select(Draft.id)
                .join(Conversation, Conversation.id == Draft.conversation_id)
                .where(Conversation.buyer_id == buyer, Draft.state == DraftState.OPEN)
                .order_by(Draft.id)
            )
            found = await session.scalar(query.limit(1))
        if found is None:
            raise DeskError("no draft")
        return found

    # What must hold --------------------------------------------------------------------------------------

    def _check_claims(self, commands: Sequence[Command], results: Sequence[str]) -> None:
        """Of those who claim one conversation, and nobody lets go of it meanwhile, at most one gets it."""
        for buyer in BUYERS:
            told = [(c, r) for c, r in zip(commands, results, strict=True) if c.buyer == buyer]
            if {command.name for command, _ in told} == {"claim"}:
                assert sum(result == "done" for _, result in told) <= 1, told

    async def check(self) -> None:
        """What must hold at any moment, crashes and lost connections or not."""
        async with self.desks[0].reads() as session:
            owned = {row.id: row for row in await session.scalars(select(Conversation))}
            entries = list(await session.scalars(select(Handoff)))
            said = list(await session.scalars(select(Message).order_by(Message.id)))
            all_turns = {row.id: row for row in await session.scalars(select(Turn))}
            events = list(await session.scalars(select(LiveEvent).order_by(LiveEvent.id)))
        for number, conversation in owned.items():
            assert conversation.epoch >= self.epochs.get(number, 1), "an epoch fell"
            self.epochs[number] = conversation.epoch
            check_place(conversation, [entry for entry in entries if entry.conversation_id == number])
            check_history(
                conversation,
                [event for event in events if event.conversation_id == number],
                [message for message in said if message.conversation_id == number],
            )
        check_turns(all_turns, said, events)
        stored = [message.external_id for message in said if message.author is Author.CUSTOMER]
        assert len(stored) == len(set(stored)), "a message was stored twice"
        assert self.stored <= set(stored), f"acknowledged and lost: {self.stored - set(stored)}"
        for desk in self.desks:
            repaired = {label for name, label in desk.counters.counts if name == "repairs"}
            assert repaired - {"failed"} <= HARMLESS_REPAIRS, repaired

    async def settle(self) -> None:
        """Everything works again and time passes: one sweep leaves nothing behind."""
        self.bot.status, self.bot.delay_s = 200, 0.0
        self.channel.statuses.clear()
        desk = self.desks[0]
        for number in self.sent:
            await self._send(desk, number)  # the channel does so with what it got no receipt for
        self.clock.advance(seconds=20)  # leases and pauses end
        for one in self.desks:
            await one.runner.start(partial(process_turn, one))
        await sweeper.sweep(desk)
        await self._wait_until_answered(desk)
        await self.check()
        self.clock.advance(seconds=700)  # an agent's silence ends
        await outbox.deliver_due(desk)
        await sweeper.sweep(desk)
        await self.check()
        await self._check_settled(desk)

    async def _wait_until_answered(self, desk: Desk) -> None:
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while True:
                async with desk.reads() as session:
                    query = select(func.count()).select_from(Turn).where(Turn.state != TurnState.DONE)
                    if not await session.scalar(query):
                        return
                await asyncio.sleep(0.01)

    async def _check_settled(self, desk: Desk) -> None:
        async with desk.reads() as session:
            waiting = select(Conversation).where(Conversation.owner == Owner.AGENT)
            for conversation in await session.scalars(waiting):
                since = await sweeper.find_waiting_since(session, conversation.id)
                assert since is None or since > self.clock.now, "an agent's silence was not noticed"
            told = list(await session.scalars(select(Message).order_by(Message.id)))
            parcels = list(await session.scalars(select(Delivery).order_by(Delivery.id)))
        ours = [message for message in told if message.author is not Author.CUSTOMER]
        assert {message.external_id for message in told} - {None} == set(self.sent)
        await outbox.deliver_due(desk)  # what the last sweep said
        async with desk.reads() as session:
            parcels = list(await session.scalars(select(Delivery).order_by(Delivery.id)))
        assert {parcel.state for parcel in parcels} <= {DeliveryState.SENT}
        assert [parcel.message_id for parcel in parcels] == [message.id for message in ours]
        taken = [body["message_id"] for body, _, _ in self.channel.taken]
        assert set(taken) == {str(message.id) for message in ours}
        doubled = len(taken) - len(set(taken))
        assert doubled <= self.lost_deliveries, f"delivered twice without a crash: {taken}"
        for number in {message.conversation_id for message in ours}:
            order = [
                int(body["message_id"])
                for body, _, _ in self.channel.taken
                if body["conversation_id"] == number
            ]
            firsts = list(dict.fromkeys(order))
            assert firsts == sorted(firsts), "delivered out of order"


def check_place(conversation: Conversation, entries: Iterable[Handoff]) -> None:
    """Owner, agent, queue entry and next step say the same: nobody has to be looked for."""
    open_entries = [entry for entry in entries if entry.state is not HandoffState.CLOSED]
    states = [entry.state for entry in open_entries]
    shown = f"{describe(conversation)} {states}"
    assert (conversation.next_due_at is None) == (conversation.owner is Owner.CLOSED), shown
    assert (conversation.assignee is not None) == (conversation.owner is Owner.AGENT), shown
    if conversation.owner is Owner.QUEUE:
        assert states == [HandoffState.WAITING], shown
    elif conversation.owner is Owner.AGENT:
        assert states in ([], [HandoffState.CLAIMED]), shown
        assert all(entry.claimed_by == conversation.assignee for entry in open_entries), shown
    else:
        assert states == [], shown


def check_history(conversation: Conversation, events: Sequence[LiveEvent], said: Sequence[Message]) -> None:
    """One owner at a time, epochs one by one, and nobody speaks out of place."""
    owner, assignee, epoch = "bot", None, 1
    arrived: dict[str, int] = {}
    given_back = 0
    shown = [(event.kind, event.data) for event in events]
    for event in events:
        data = event.data
        if event.kind == "owner":
            assert data["epoch"] == epoch + 1, shown
            if owner == data["owner"] == "agent" and data["assignee"] != SUPERVISOR:
                assert _is_transfer(events, event, data["assignee"]), shown
            if owner == "agent" and data["owner"] == "bot":
                given_back = event.id
            owner, assignee, epoch = data["owner"], data["assignee"], data["epoch"]
        elif event.kind == "message" and data["author"] == "bot":
            assert owner in ("bot", "queue"), f"the bot spoke while {assignee} had it: {shown}"
        elif event.kind == "message" and data["author"] == "agent":
            assert (owner, data["agent"]) == ("agent", assignee), shown
        elif event.kind == "message" and data["author"] == "customer":
            arrived[data["turn_id"]] = event.id
        elif event.kind == "turn" and (data["handoff"] or {}).get("reason") == ASKED:
            assert not arrived[data["turn_id"]] < given_back, f"an old wish fired again: {shown}"
    assert (owner, assignee, epoch) == (
        conversation.owner.value,
        conversation.assignee,
        conversation.epoch,
    ), shown
    recorded = [event.data["id"] for event in events if event.kind == "message"]
    assert recorded == [message.id for message in said], "a message without its event, or twice"


def _is_transfer(events: Sequence[LiveEvent], change: LiveEvent, colleague: str) -> bool:
    """Whether a change from agent to agent was a transfer to that colleague."""
    for event in events:
        if event.id > change.id and event.kind == "owner":
            return False
        if event.id > change.id and event.kind == "transfer":
            return bool(event.data["agent"] == colleague)
    return False


def check_turns(all_turns: dict[str, Turn], said: Sequence[Message], events: Sequence[LiveEvent]) -> None:
    """Every message belongs to a turn; a turn has one outcome, and what was said under it is in it."""
    settled = [event.data["turn_id"] for event in events if event.kind == "turn"]
    assert len(settled) == len(set(settled)), "a turn was settled twice"
    for message in said:
        if message.author is Author.CUSTOMER:
            assert message.turn_id in all_turns
    for turn in all_turns.values():
        spoken = [
            message.text
            for message in said
            if message.turn_id == turn.id and message.author in (Author.BOT, Author.SYSTEM)
        ]
        if turn.state is TurnState.DONE:
            assert turn.outcome is not None
            assert [told["text"] for told in turn.outcome["replies"]] == spoken
        else:
            assert turn.outcome is None
            assert spoken == []
            assert turn.id not in settled


@asynccontextmanager
async def open_world(database: str, policy: Path) -> AsyncIterator[World]:
    """A world on a database that has every table and nothing in it."""
    clock = SetClock(MONDAY)
    bot, channel = BotPeer(answers=ANSWERS), ChannelPeer()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(bot))
        await stack.enter_async_context(running(channel))
        settings = make_settings(database, policy, bot, storage_wait_s=5.0)
        desks = tuple([await stack.enter_async_context(open_desk(settings, clock, run=False)) for _ in "ab"])
        await add_channel(desks[0], callback_url=channel.server.url)
        await _add_people(desks[0])
        world = World(desks, clock, bot, channel, database, settings)
        yield world
        await world.end()


async def _add_people(desk: Desk) -> None:
    async with desk.transaction() as session:
        for name in (*AGENTS, SUPERVISOR):
            role = Role.SUPERVISOR if name == SUPERVISOR else Role.AFTERSALES
            user: Any = User(
                name=name,
                display_name=name,
                role=role,
                password_hash="x",
                skills=[],
                created_at=desk.clock(),
            )
            session.add(user)
