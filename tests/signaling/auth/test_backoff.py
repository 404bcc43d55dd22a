"""Guessing is slow, for one guesser and for a thousand; a clerk at their own desk is not slowed down by strangers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.auth import backoff as module
from signaling.auth.backoff import QUIET_SECONDS, Backoff, TryLater, network

FREE, FIRST, LONGEST = 3, 2.0, 60.0


def guess(backoff: Backoff, now: float, subject: str | None = "person:li", address: str = "203.0.113.1") -> float:
    """A wrong guess as soon as one is allowed; when that was."""
    while True:
        try:
            backoff.begin(subject, address, now)
        except TryLater as later:
            now += later.seconds
        else:
            return now


def test_a_few_wrong_attempts_are_free_and_then_each_waits_twice_as_long() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    times = [0.0]
    for _ in range(9):
        times.append(guess(backoff, times[-1]))
    waits = [b - a for a, b in itertools.pairwise(times[1:])]
    assert waits == [0, 0, 2, 4, 8, 16, 32, 60]


def test_a_thousand_guesses_at_once_are_no_way_around() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    allowed = 0
    for n in range(1000):
        try:
            backoff.begin("person:li", f"203.0.113.{n % 250}", 0.0)
            allowed += 1
        except TryLater:
            pass
    assert allowed == FREE


def test_one_address_cannot_try_everybody() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    allowed = 0
    for n in range(1000):
        try:
            backoff.begin(f"person:p{n}", "203.0.113.1", 0.0)
            allowed += 1
        except TryLater:
            pass
    assert allowed == FREE * module.ADDRESS_SHARE


def test_success_makes_clean_and_gives_the_address_back_what_it_paid() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    for _ in range(100):
        backoff.right(backoff.begin("person:li", "203.0.113.1", 0.0))
    assert guess(backoff, 0.0) == 0.0, "a hundred right passwords are no guesses"


def test_a_stranger_does_not_slow_down_the_clerks_own_desk() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    backoff.right(backoff.begin("person:li", "10.0.0.7", 0.0))
    now = 0.0
    for _ in range(20):
        now = guess(backoff, now, address="203.0.113.1")
    with pytest.raises(TryLater):
        backoff.begin("person:li", "203.0.113.9", now)
    backoff.right(backoff.begin("person:li", "10.0.0.7", now))
    # And guesses from the desk itself are slowed down like any other.
    assert [guess(backoff, now, address="10.0.0.7") for _ in range(FREE + 1)][-1] > now


def test_what_could_not_be_checked_is_not_held_against_anybody() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    for _ in range(100):
        backoff.undo(backoff.begin("person:li", "203.0.113.1", 0.0))
    assert guess(backoff, 0.0) == 0.0


def test_a_right_login_beside_a_wrong_one_does_not_end_the_wrong_ones_wait() -> None:
    """A guesser with an account of their own keeps a right login under way while guessing at others."""
    backoff = Backoff(1, FIRST, LONGEST)
    for n in range(module.ADDRESS_SHARE - 2):
        backoff.begin(f"person:p{n}", "203.0.113.1", 0.0)
    own = backoff.begin("person:own", "203.0.113.1", 0.0)
    backoff.begin("person:li", "203.0.113.1", 0.0)
    backoff.right(own)
    with pytest.raises(TryLater):
        backoff.begin("person:wang", "203.0.113.1", 0.0)


def test_after_a_quiet_hour_everything_is_forgiven() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    now = 0.0
    for _ in range(10):
        now = guess(backoff, now)
    now += QUIET_SECONDS
    assert [guess(backoff, now) for _ in range(FREE)] == [now] * FREE


def test_nobody_is_locked_out() -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    now = 0.0
    for _ in range(200):
        before, now = now, guess(backoff, now)
        assert now - before <= LONGEST


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ACCOUNTS", 50)
    backoff = Backoff(FREE, FIRST, LONGEST)
    for n in range(500):
        backoff.right(backoff.begin(f"person:p{n}", f"10.0.{n // 250}.{n % 250}", 0.0))
        backoff.begin(f"person:q{n}", f"10.1.{n // 250}.{n % 250}", 0.0)
    assert len(backoff._accounts) <= 50
    assert len(backoff._known) <= 50


@pytest.mark.parametrize(
    ("address", "charged"),
    [
        ("203.0.113.1", "203.0.113.1"), ("::ffff:203.0.113.1", "203.0.113.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("", ""), ("unix:" + "x" * 100, ("unix:" + "x" * 100)[:64]),
    ],
)
def test_an_ipv6_customer_is_one_address(address: str, charged: str) -> None:
    assert network(address) == charged


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["1.1.1.1", "2.2.2.2", ""]), st.sampled_from(["wrong", "right", "undo"]), st.floats(0, 100))))
def test_whatever_happens_the_wait_is_never_longer_than_the_longest(steps: list[tuple[str | None, str, str, float]]) -> None:
    backoff = Backoff(FREE, FIRST, LONGEST)
    now = 0.0
    for subject, address, outcome, passed in steps:
        now += passed
        try:
            attempt = backoff.begin(subject, address, now)
        except TryLater as later:
            assert 1 <= later.seconds <= LONGEST
            continue
        if outcome == "right":
            backoff.right(attempt)
        elif outcome == "undo":
            backoff.undo(attempt)
