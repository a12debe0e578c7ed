"""Who takes a waiting entry: team, presence, capacity, then last agent, skill, load, patience."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.routing import Candidate, Entry, route

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ENTRY = Entry("presales", frozenset({"ask_size"}))


def make(name: str, **more: object) -> Candidate:
    given: dict[str, object] = {
        "teams": frozenset({"presales"}), "online": True, "load": 1, "capacity": 4
    } | more  # fmt: skip
    return Candidate(name=name, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unfit",
    [
        make("lin", online=False),
        make("lin", teams=frozenset({"aftersales"})),
        make("lin", load=4),
        make("lin", capacity=0, load=0),
    ],
)
def test_who_is_away_full_or_of_another_team_gets_nothing(unfit: Candidate) -> None:
    assert route(ENTRY, [unfit]) is None
    assert route(ENTRY, [unfit, make("mei")]) == "mei"


def test_who_served_the_buyer_last_comes_first_even_if_busier() -> None:
    entry = Entry("presales", frozenset({"ask_size"}), last_agent="lin")
    assert route(entry, [make("lin", load=3), make("mei", load=0, skills=frozenset({"ask_size"}))]) == "lin"


def test_skill_comes_before_load_and_load_before_patience() -> None:
    skilled = make("wang", load=3, skills=frozenset({"ask_size"}))
    assert route(ENTRY, [make("lin", load=0), skilled]) == "wang"
    assert route(ENTRY, [make("lin", load=2, capacity=8), make("mei", load=1, capacity=2)]) == "lin"
    waited = make("mei", idle_since=NOW - timedelta(hours=1))
    assert route(ENTRY, [make("lin", idle_since=NOW), waited]) == "mei"


def test_an_offer_in_vain_goes_to_the_next() -> None:
    entry = Entry("presales", passed=frozenset({"lin"}))
    assert route(entry, [make("lin"), make("mei")]) == "mei"
    assert route(entry, [make("lin")]) is None


@settings(max_examples=150)
@given(
    st.lists(
        st.builds(
            make,
            st.sampled_from(["a", "b", "c", "d"]),
            online=st.booleans(),
            load=st.integers(0, 5),
            capacity=st.integers(0, 5),
            teams=st.sets(st.sampled_from(["presales", "aftersales"])).map(frozenset),
        ),
        unique_by=lambda agent: agent.name,
    )
)
def test_whoever_is_chosen_is_free_and_the_order_given_does_not_matter(agents: list[Candidate]) -> None:
    chosen = route(ENTRY, agents)
    assert chosen == route(ENTRY, agents[::-1])
    free = {a.name for a in agents if a.online and a.load < a.capacity and "presales" in a.teams}
    assert (chosen in free) if free else (chosen is None)
