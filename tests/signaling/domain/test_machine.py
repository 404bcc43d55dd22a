"""The table: no pair has two rules, an unknown pair is a refusal, a rule keeps its promise, the page in docs/ shows it as it is."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from signaling.domain import machine
from signaling.domain.events import Answered, Event, HoldBegan, Rated, ResidentEnded
from signaling.domain.machine import SAME, TRANSITIONS, SessionPolicy, diagram, step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session import RULES
from signaling.domain.states import AnyState, Closed, InSession, OnHold, Waiting
from tests.stories.any_visit import MAKE
from tests.stories.visit import EVERY_STATE, POLICY, closed, in_session, on_hold, waiting

ROOT = Path(__file__).parents[3]
STATES, EVENTS = get_args(AnyState), get_args(Event)


@pytest.fixture
def blank_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "TRANSITIONS", {})


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.__name__)
@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda s: type(s).__name__)
def test_every_event_in_every_state_is_a_step_or_a_refusal_that_changes_nothing(state: AnyState, event: type) -> None:
    rng = random.Random(1)
    for _ in range(5):
        before = msgspec.json.encode(state)
        try:
            after, _effects = step(state, MAKE[event](rng, 0.0), 0.0, POLICY)
        except NotNow as refusal:
            assert refusal.code in ("not-now", "already-taken", "already-rated", "not-recorded", "asking-already", "not-agreed", "unknown-still",
                                    "no-form", "form-frozen", "form-open", "no-grant", "unknown-window", "unknown-signer", "unknown-case",
                                    "unknown-party", "case-open", "notice-needed", "materials-missing")
        else:
            assert isinstance(after, TRANSITIONS[type(state), event][0])
        assert msgspec.json.encode(state) == before
        if (type(state), event) not in TRANSITIONS:
            with pytest.raises(NotNow, match=f"{event.__name__} while {type(state).__name__}"):
                step(state, MAKE[event](rng, 0.0), 0.0, POLICY)


def test_every_state_of_the_stories_is_a_kind_of_state_and_every_kind_is_there() -> None:
    assert {type(state) for state in EVERY_STATE} == set(STATES)


def test_the_table_speaks_of_known_states_and_events_only() -> None:
    for (state, event), (targets, _) in TRANSITIONS.items():
        assert state in STATES
        assert event in EVENTS
        assert targets
        assert set(targets) <= set(STATES)


def test_from_every_state_the_end_can_be_reached_and_nothing_leads_back_from_it() -> None:
    ahead: dict[type, set[type]] = {state: set() for state in STATES}
    for (state, _), (targets, _rule) in TRANSITIONS.items():
        ahead[state] |= set(targets)
    reached: set[type] = {Closed}
    while more := {state for state, nexts in ahead.items() if nexts & reached} - reached:
        reached |= more
    assert reached == set(STATES)
    assert ahead[Closed] == {Closed}


def test_every_rule_stands_in_a_file_that_the_session_imports() -> None:
    assert {rule.__module__ for _, rule in TRANSITIONS.values()} == {module.__name__ for module in RULES}


@pytest.mark.usefixtures("blank_table")
def test_two_rules_for_one_pair_are_a_programming_error() -> None:
    @when(InSession, HoldBegan, to=OnHold)
    def one(s: InSession, e: HoldBegan, now: float, policy: SessionPolicy) -> machine.Step:
        return OnHold(s.talk, now), ()

    with pytest.raises(AssertionError, match="two rules for HoldBegan while InSession"):
        when(InSession, HoldBegan, to=OnHold)(one)


@pytest.mark.usefixtures("blank_table")
def test_a_rule_that_leads_elsewhere_than_it_promised_is_found_at_once() -> None:
    @when(InSession, HoldBegan, to=OnHold)
    def lie(s: InSession, e: HoldBegan, now: float, policy: SessionPolicy) -> machine.Step:
        return s, ()

    with pytest.raises(AssertionError, match="lie promised"):
        step(in_session("J012", "jinshan-3"), HoldBegan(), 0.0, POLICY)


@pytest.mark.usefixtures("blank_table")
def test_one_rule_for_several_states_may_stay_in_each_of_them() -> None:
    @whenever((InSession, OnHold), Rated, to=SAME)
    def stay(s: InSession | OnHold, e: Rated, now: float, policy: SessionPolicy) -> machine.Step:
        return s, ()

    for state in (in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3")):
        assert step(state, Rated(5), 0.0, POLICY) == (state, ())


def test_now_and_policy_reach_the_rule() -> None:
    after, _ = step(waiting(), ResidentEnded(), 77.0, POLICY)
    assert isinstance(after, Closed)
    assert after.at == 77.0
    with pytest.raises(NotNow):
        step(closed("J012", None), Answered("li"), 77.0, POLICY)


def test_the_diagram_names_every_state_and_every_way_between_two() -> None:
    lines = diagram().splitlines()
    assert lines[0] == "stateDiagram-v2"
    for state in STATES:
        assert any(state.__name__ in line for line in lines)
    ways = {(a.__name__, b.__name__) for (a, _), (targets, _rule) in TRANSITIONS.items() for b in targets if a is not b}
    for a, b in ways:
        assert sum(line.startswith(f"    {a} --> {b}: ") for line in lines) == 1
    assert len(lines) == len(ways) + 3
    assert not any(f"{Waiting.__name__} --> {Waiting.__name__}" in line for line in lines)


def test_the_diagram_is_printed_by_the_module() -> None:
    printed = subprocess.run([sys.executable, "-m", "signaling.domain.machine"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout == diagram() + "\n"


def test_the_page_in_docs_shows_the_table_as_it_is() -> None:
    page = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")
    shown = page.split("```mermaid\n", 1)[1].split("\n```", 1)[0]
    assert shown == diagram(), "docs/session.md is stale: print the diagram anew with `python -m signaling.domain.machine`"


def test_the_page_in_docs_names_every_number_of_the_policy() -> None:
    page = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")
    for name in SessionPolicy.__dataclass_fields__:
        assert f"| `{name}` | {getattr(SessionPolicy(), name)} |" in page, name
