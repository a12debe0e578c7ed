"""Whatever happens at the same moment on two desks: one owner, one outcome, nothing lost or said twice.

A hypothesis state machine on PostgreSQL. Each step runs a few commands at once, on either desk; processes
vanish in the middle, the database drops its connections, the bot and the channel fail, time passes. After
each step the whole history is checked, and at the end one sweep must leave nothing behind.
XIAOER_INTERLEAVINGS sets how many runs are tried.
"""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.fixtures import new_postgres_database
from tests.integration.interleaving import AGENTS, BUYERS, HOLDER, SUPERVISOR, Command, World, open_world

RUNS = int(os.environ.get("XIAOER_INTERLEAVINGS", "12"))
STEPS = 14

buyers = st.sampled_from([*BUYERS, BUYERS[0]])
desks = st.integers(0, 1)
moments = st.integers(0, 12)
crashes = st.sampled_from([*[None] * 9, 0, 3, 6, 10])
questions = st.sampled_from(["也许", "在吗", "转人工", "投诉"])


def commands(*names: str, who: tuple[str, ...] = (*AGENTS, HOLDER, HOLDER)) -> st.SearchStrategy[Command]:
    """Commands of these names; one named twice comes twice as often."""
    return st.builds(
        Command,
        name=st.sampled_from(names),
        buyer=buyers,
        who=st.sampled_from(who),
        text=questions,
        desk=desks,
        after_ms=moments,
        crash_ms=crashes,
    )


customers = commands("say", "say", "say", "again", "leave")
workers = commands("work", "work", "sweep", "deliver")
answers = commands("accept", "edit", "reject", "write")
owners = commands("take", "claim", "claim", "give_back", "give_back", "to_team", "to_colleague", "close")
accidents = commands("cut", "bot_down", "bot_up", "refuse", "go", "beat")
supervisors = commands("take", who=(SUPERVISOR,))
steps = st.lists(
    st.one_of(customers, workers, workers, answers, owners, owners, accidents, supervisors),
    min_size=2,
    max_size=4,
)


def make_machine(runner: asyncio.Runner, world: World) -> type[RuleBasedStateMachine]:
    """The state machine of a world; every run begins it anew."""

    class Desks(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            runner.run(world.begin())

        @rule(commands=steps, bot_ms=st.sampled_from([0, 5, 20]))
        def at_once(self, commands: list[Command], bot_ms: int) -> None:
            world.bot.delay_s = bot_ms / 1000
            runner.run(world.run(commands))
            runner.run(world.check())

        @rule(seconds=st.sampled_from([1, 1, 5, 20, 130, 700]))
        def time_passes(self, seconds: int) -> None:
            world.clock.advance(seconds=seconds)

        @rule(text=questions, buyer=buyers, meanwhile=steps)
        def a_question_is_worked_on(self, text: str, buyer: str, meanwhile: list[Command]) -> None:
            runner.run(world.run([Command("say", buyer, text=text)]))
            world.clock.advance(seconds=1)
            runner.run(world.run([Command("work"), Command("work", desk=1), *meanwhile]))
            runner.run(world.check())

        def teardown(self) -> None:
            try:
                runner.run(world.settle())
            finally:
                runner.run(world.end())

    return Desks


@pytest.mark.timeout(60 + 15 * RUNS)
def test_no_interleaving_breaks_ownership_or_loses_a_message_on_postgresql(
    postgres: str, postgres_template: str, policy_path: Path
) -> None:
    structlog.configure(processors=[structlog.processors.JSONRenderer()])

    async def open_one(stack: AsyncExitStack, database: str) -> World:
        return await stack.enter_async_context(open_world(database, policy_path))

    with new_postgres_database(postgres, postgres_template) as database, asyncio.Runner() as runner:
        stack = AsyncExitStack()
        world = runner.run(open_one(stack, database))
        try:
            machine = make_machine(runner, world)
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=RUNS,
                    stateful_step_count=STEPS,
                    deadline=None,
                    phases=[Phase.generate],  # what happens at once cannot be shrunk: it differs each time
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())
