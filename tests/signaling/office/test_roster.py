"""The clerks: connected or not, spoken for or not, and what word stands for it."""

from __future__ import annotations

from signaling.domain.parties import Party
from signaling.domain.permissions import Actor
from signaling.domain.presence import Shift, missed_a_ring, start_shift
from signaling.domain.recording import Recording
from signaling.domain.session import begin
from signaling.domain.states import AnyState, Ringing, SealedTo, Talk, Ticket, Waiting, WrappingUp
from signaling.office.roster import Roster

LI = Actor("clerk", "li", "jinshan", frozenset({"marriage"}), "Li Na")
WU = Actor("clerk", "wu", "jinshan", frozenset({"marriage", "pension"}), "Wu Gang")
HU = Actor("clerk", "hu", "pinghu", frozenset({"marriage"}), "Hu Yue")


def roster(*shifts: Shift, holding: dict[str, AnyState] | None = None) -> Roster:
    return Roster(shifts, (holding or {}).get)


def a_state(kind: type[AnyState]) -> AnyState:
    ticket = Ticket("s", "J001", "c", "haiyan-k1", "haiyan", "jinshan", "marriage", "zh-CN", (), (Party("王小明"),), 0.0, (), SealedTo("a2V5", "5e" * 32))
    waiting, _ = begin(ticket, 0.0)
    assert isinstance(waiting, Waiting)
    return waiting if kind is Waiting else Ringing(waiting, "li", "jinshan-1", 20.0)


def test_available_is_who_has_a_shift_is_connected_wants_rings_and_holds_nothing() -> None:
    r = roster(start_shift("li", "jinshan-1", 5.0), start_shift("wu", "jinshan-2", 3.0))
    assert r.available() == []
    r.connect(LI)
    r.connect(WU)
    r.connect(HU)
    assert {(c.login, c.counter, c.home, c.idle_since) for c in r.available()} == {("li", "jinshan-1", "jinshan", 5.0), ("wu", "jinshan-2", "jinshan", 3.0)}
    assert next(c.skills for c in r.available() if c.login == "wu") == WU.skills
    r.shifts["li"] = missed_a_ring(r.shifts["li"], 9.0)
    assert [c.login for c in r.available()] == ["wu"]
    r.disconnect("wu")
    assert r.available() == []


def test_whoever_holds_a_session_is_not_available_and_cannot_be_reserved() -> None:
    holding: dict[str, AnyState] = {"li": a_state(Ringing)}
    r = roster(start_shift("li", "jinshan-1", 5.0), holding=holding)
    r.connect(LI)
    assert (r.presence("li"), r.available(), r.reserve("li")) == ("ringing", [], False)
    holding.clear()
    assert (r.presence("li"), r.reserve("li")) == ("available", True)


def test_a_clerk_is_reserved_once_until_released() -> None:
    r = roster(start_shift("li", "jinshan-1", 5.0))
    r.connect(LI)
    assert r.reserve("li")
    assert not r.reserve("li")
    assert r.available() == []
    r.release("li")
    r.release("li")
    assert [c.login for c in r.available()] == ["li"]


def test_offline_away_and_the_reason() -> None:
    r = roster(start_shift("li", "jinshan-1", 5.0))
    assert r.presence("li") == "offline"
    r.connect(LI)
    assert r.is_connected("li") and not r.is_connected("wu")
    assert r.presence("wu") == "offline"
    r.shifts["li"] = missed_a_ring(r.shifts["li"], 9.0)
    assert r.presence("li") == "away"
    assert [actor.id for actor in r.connected] == ["li"]


def test_a_counter_is_taken_while_a_shift_runs_there_even_if_its_clerk_is_offline() -> None:
    r = roster(start_shift("li", "jinshan-1", 5.0))
    assert r.taken("jinshan-1") and not r.taken("jinshan-2")
    assert (r.counter_of("li"), r.counter_of("wu")) == ("jinshan-1", None)


def test_the_estimate_counts_with_those_who_are_free_or_busy_and_may_take_the_service() -> None:
    holding: dict[str, AnyState] = {"wu": a_state(Ringing)}
    r = roster(start_shift("li", "jinshan-1", 5.0), start_shift("wu", "jinshan-2", 5.0), start_shift("hu", "pinghu-1", 5.0), holding=holding)
    for clerk in (LI, WU, HU):
        r.connect(clerk)
    assert (r.at_work("jinshan", "marriage"), r.at_work("jinshan", "pension"), r.at_work("pinghu", "marriage")) == (2, 1, 1)
    r.shifts["li"] = missed_a_ring(r.shifts["li"], 9.0)
    assert r.at_work("jinshan", "marriage") == 1
    r.disconnect("hu")
    assert r.at_work("pinghu", "marriage") == 0
    del r.shifts["wu"]
    holding.clear()
    assert r.at_work("jinshan", "pension") == 0


def test_a_wrap_up_is_work_too() -> None:
    ringing = a_state(Ringing)
    assert isinstance(ringing, Ringing)
    wrapping = WrappingUp(Talk(ringing.ticket, "li", "jinshan-1", 1.0, Recording(0, since=1.0), ringing.ticket.folder), None, "completed", 9.0)
    r = roster(start_shift("li", "jinshan-1", 5.0), holding={"li": wrapping})
    r.connect(LI)
    assert (r.presence("li"), r.at_work("jinshan", "marriage"), r.available()) == ("wrap-up", 1, [])
