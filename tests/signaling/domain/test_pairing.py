"""Who is rung for whom."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.pairing import Choice, ClerkAtWork, may_serve, pair
from signaling.domain.waiting_line import Place, in_order
from tests.signaling.domain.test_waiting_line import place

HOMES, SERVICES, LOGINS = ["jinshan", "haiyan"], ["pension", "birth", "marriage"], ["li", "chen", "wu", "zhao", "sun"]


def clerk(login: str, *skills: str, home: str = "jinshan", idle_since: float = 0.0) -> ClerkAtWork:
    return ClerkAtWork(login, f"at-{login}", home, frozenset(skills or {"pension"}), idle_since)


places = st.lists(
    st.builds(
        place,
        st.integers(0, 999).map("v{:03d}".format),
        home=st.sampled_from(HOMES),
        service=st.sampled_from(SERVICES),
        in_front=st.booleans(),
        since=st.integers(0, 5).map(float),
        here=st.booleans(),
        prefer=st.none() | st.sampled_from(LOGINS),
        passed=st.lists(st.sampled_from(LOGINS), max_size=2, unique=True).map(tuple),
    ),
    max_size=12,
    unique_by=lambda p: p.session,
)
staff = st.lists(
    st.builds(
        lambda login, skills, home, idle: clerk(login, *skills, home=home, idle_since=idle),
        st.sampled_from(LOGINS),
        st.lists(st.sampled_from(SERVICES), min_size=1),
        st.sampled_from(HOMES),
        st.integers(0, 3).map(float),
    ),
    max_size=5,
    unique_by=lambda c: c.login,
)


def test_the_first_in_line_gets_the_clerk() -> None:
    line = [place("second", since=2), place("first", since=1)]
    assert pair(line, [clerk("li")]) == [Choice("first", "li", "at-li")]


def test_the_longest_idle_clerk_is_rung() -> None:
    assert pair([place("a")], [clerk("li", idle_since=9), clerk("chen", idle_since=3)])[0].clerk == "chen"


def test_of_two_who_have_been_idle_for_equally_long_it_is_always_the_same_one() -> None:
    both = [clerk("li", idle_since=3), clerk("chen", idle_since=3)]
    assert pair([place("a")], both) == pair([place("a")], both[::-1]) == [Choice("a", "chen", "at-chen")]


def test_the_clerk_of_before_is_rung_even_if_another_has_been_idle_for_longer() -> None:
    line = [place("a", in_front=True, prefer="li")]
    assert pair(line, [clerk("li", idle_since=9), clerk("chen", idle_since=3)])[0].clerk == "li"


def test_nobody_waits_for_the_clerk_of_before() -> None:
    assert pair([place("a", prefer="li")], [clerk("chen")])[0].clerk == "chen"


def test_who_just_declined_is_not_rung_for_this_ticket_but_for_another() -> None:
    line = [place("a", since=1, passed=("li",)), place("b", since=2)]
    assert pair(line, [clerk("li")]) == [Choice("b", "li", "at-li")]


def test_without_the_skill_or_of_another_home_nobody_is_rung() -> None:
    assert pair([place("a", service="birth")], [clerk("li", "pension"), clerk("sun", "birth", home="haiyan")]) == []


def test_an_empty_kiosk_is_passed_over_in_place() -> None:
    assert pair([place("away", since=1, here=False), place("b", since=2)], [clerk("li")])[0].session == "b"


@given(places, staff)
def test_every_ring_is_lawful(line: list[Place], free: list[ClerkAtWork]) -> None:
    choices = pair(line, free)
    assert len({c.session for c in choices}) == len({c.clerk for c in choices}) == len(choices)
    by_session, by_login = {p.session: p for p in line}, {c.login: c for c in free}
    for choice in choices:
        p, c = by_session[choice.session], by_login[choice.clerk]
        assert p.here
        assert p.home == c.home
        assert p.service in c.skills
        assert c.login not in p.passed
        assert choice.counter == c.counter


@given(places, staff)
def test_nobody_waits_while_a_clerk_who_may_serve_them_sits_idle(line: list[Place], free: list[ClerkAtWork]) -> None:
    choices = pair(line, free)
    rung, busy = {c.session for c in choices}, {c.clerk for c in choices}
    for p in line:
        for c in free:
            if p.here and p.session not in rung and c.login not in busy:
                assert not may_serve(c, p) or c.login in p.passed


@given(places, staff)
def test_nobody_is_served_before_an_earlier_ticket_that_the_same_clerk_could_have_served(
    line: list[Place], free: list[ClerkAtWork]
) -> None:
    choices = {c.session: c.clerk for c in pair(line, free)}
    by_login = {c.login: c for c in free}
    ordered = in_order(line)
    for n, later in enumerate(ordered):
        if later.session in choices:
            chosen = by_login[choices[later.session]]
            for earlier in ordered[:n]:
                if earlier.here and earlier.session not in choices:
                    assert not may_serve(chosen, earlier) or chosen.login in earlier.passed


@given(places, staff, st.randoms(use_true_random=False))
def test_the_same_floor_is_always_paired_the_same_way(line: list[Place], free: list[ClerkAtWork], rng: random.Random) -> None:
    shuffled_line, shuffled_free = list(line), list(free)
    rng.shuffle(shuffled_line)
    rng.shuffle(shuffled_free)
    assert pair(shuffled_line, shuffled_free) == pair(line, free)


@given(places, staff)
def test_the_first_who_can_be_served_gets_the_preferred_or_the_longest_idle(line: list[Place], free: list[ClerkAtWork]) -> None:
    choices = pair(line, free)
    if choices:
        first = next(p for p in in_order(line) if p.session == choices[0].session)
        able = [c for c in free if may_serve(c, first) and c.login not in first.passed]
        if first.prefer in {c.login for c in able}:
            assert choices[0].clerk == first.prefer
        else:
            chosen = next(c for c in able if c.login == choices[0].clerk)
            assert chosen.idle_since == min(c.idle_since for c in able)
