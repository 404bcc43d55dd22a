"""Which cases are handed over, and what becomes of each attempt: once, never lost, told to somebody when it takes long."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain import handover as rules
from signaling.domain.handover import HandOver, RetryPolicy, handovers_of
from signaling.domain.refusals import NotNow
from signaling.domain.states import Closed, Outcome
from tests.stories.visit import closed, in_session, parked, waiting, wrapping_up

OUTCOMES: list[Outcome] = ["accepted", "accepted-with-gaps", "returned", "referred"]
POLICY = RetryPolicy()


def decided(outcome: Outcome | None) -> Closed:
    return closed("J001", "jinshan-3", outcome=outcome, due="2026-12-01")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_visit_that_is_closed_with_an_outcome_owes_exactly_one(outcome: Outcome) -> None:
    state = decided(outcome)
    [owed] = handovers_of(state)
    t = state.ticket
    assert owed.key == (t.home, t.case, 1) and (owed.session, owed.outcome, owed.due, owed.state) == (t.session, outcome, "2026-12-01", "queued")
    assert owed.next_at == owed.queued_at == state.at, "at once"


def test_nothing_else_owes_anything() -> None:
    for state in (waiting("J001"), in_session("J002", "jinshan-3"), wrapping_up("J003", "jinshan-4"), parked("J004", "jinshan-5"), decided(None)):
        assert handovers_of(state) == ()


def test_a_rating_afterwards_owes_nothing_more() -> None:
    state = decided("accepted")
    assert handovers_of(msgspec.structs.replace(state, rated=True)) == handovers_of(state)


@given(st.integers(1, 10_000), st.floats(0, 1e6))
def test_pauses_grow_to_a_cap_and_never_end(failures: int, asked: float) -> None:
    pause, next_ = POLICY.pause(failures, asked), POLICY.pause(failures + 1, asked)
    assert 0 < pause <= next_ <= POLICY.most
    assert pause >= min(asked, POLICY.most)


steps = st.lists(st.sampled_from(["fail", "refuse", "again", "acknowledge", "fix"]), max_size=40)


@given(steps, st.floats(1, 4000))
def test_whatever_happens_to_it_it_is_acknowledged_at_most_once_and_always_somewhere(happened: list[str], seconds: float) -> None:
    """Any order of failures, refusals and words of an administrator."""
    [row] = handovers_of(decided("accepted"))
    now, said = row.queued_at, list[str]()
    for each in happened:
        now += seconds
        before = row
        try:
            row, entries = act(row, each, now)
        except NotNow:
            assert before.state == "acknowledged"
            continue
        said += [entry.what for entry in entries]
        assert row.key == before.key and row.state in ("queued", "acknowledged", "refused")
        if row.state == "queued" and each == "fail":
            assert now < row.next_at <= now + POLICY.most
    assert said.count("handed-over") == (row.state == "acknowledged") <= 1
    assert said.count("handover-stuck") <= 1 + said.count("handover-again")


def act(row: HandOver, what: str, now: float) -> rules.Turn:
    if what == "again":
        return rules.again(row, now)
    if row.state != "queued":  # nobody delivers it
        return row, ()
    match what:
        case "fail":
            return rules.failed(row, "home-away", now, POLICY)
        case "refuse":
            return rules.refused(row, "unknown-service", now)
        case "fix":
            return rules.prepared(row, "{}", "0" * 64), ()
        case _:
            return rules.acknowledged(row, "R-1", now)


def test_somebody_is_told_once_after_so_many_failures_or_so_long() -> None:
    [row] = handovers_of(decided("accepted"))
    told = 0
    for _ in range(50):
        row, entries = rules.failed(row, "home-busy", row.queued_at, POLICY)
        told += len(entries)
        assert told == (row.attempts >= POLICY.stuck_failures)
    [row] = handovers_of(decided("accepted"))
    assert not POLICY.is_stuck(row, row.queued_at + POLICY.stuck_seconds - 1)
    row, [entry] = rules.failed(row, "home-away", row.queued_at + POLICY.stuck_seconds, POLICY)
    assert entry.what == "handover-stuck" and dict(entry.body) == {"case": row.case, "n": 1, "code": "home-away"}


def test_what_is_not_the_homes_doing_is_looked_at_again_sooner() -> None:
    [row] = handovers_of(decided("accepted"))
    row = msgspec.structs.replace(row, attempts=12)
    for code, pause in (("home-away", POLICY.most), ("custody-away", POLICY.ours), ("head-pending", POLICY.ours)):
        later, _ = rules.failed(row, code, row.queued_at, POLICY)
        assert later.next_at - row.queued_at == pause


def test_names_go_with_the_acknowledgement() -> None:
    [row] = handovers_of(decided("accepted"))
    row = rules.prepared(row, '{"parties":["…"]}', "a" * 64)
    row, [entry] = rules.acknowledged(row, "R-7", row.queued_at)
    assert row.metadata is None and dict(entry.body) == {"case": row.case, "n": 1, "digest": "a" * 64, "receipt": "R-7"}
