"""What every store of sessions promises, whatever it keeps them in."""

from __future__ import annotations

import asyncio

import pytest

from recordings.ledger import verify
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, HoldBegan, HoldEnded, Rated, ResidentLeft, WrapUpCompleted
from signaling.domain.presence import missed_a_ring, start_shift, wish
from signaling.domain.states import Closed, InSession, OnHold, Waiting, WrappingUp, ticket_of
from signaling.office.ports import BY_ITSELF, AlreadyDone, Cause, Conflict, Opening, Store, Stored
from tests.contract.conftest import AnyStore
from tests.contract.visits import DAY, KIOSK, RESIDENT, T0, after, moved, opened, rung_by, taken
from tests.notices import GAPS, TOLD

LI = Cause("clerk:li")


def test_they_fit_the_port(store: AnyStore) -> None:
    port: Store = store
    assert port is store


# --- opening --------------------------------------------------------------------------------------


async def test_a_taken_ticket_is_there_with_its_ledger(store: AnyStore) -> None:
    stored = await opened(store, "session-1")

    assert await store.live_sessions() == [stored]
    assert (stored.version, stored.note) == (1, "")
    assert isinstance(stored.state, Waiting) and stored.state.ticket.number == "J001"
    entries = await store.ledger_of("session-1")
    assert [(e.seq, e.actor, e.what) for e in entries] == [(n, "kiosk:haiyan-1", what) for n, what in enumerate(("ticket-taken", "party", "consent-given"), 1)]
    assert entries[0].at == "2026-11-23T02:00:00.000Z"
    assert verify("session-1", entries).seq == 3


async def test_serials_count_from_one_for_each_home_and_day(store: AnyStore) -> None:
    first = [await opened(store, f"session-{i}") for i in range(3)]
    other_home = await opened(store, "session-3", home="pinghu")
    next_day = await opened(store, "session-4", day="20261124")

    assert [ticket_of(s.state).number for s in first] == ["J001", "J002", "J003"]
    assert ticket_of(other_home.state).number == ticket_of(next_day.state).number == "J001"


async def test_many_tickets_at_once_get_serials_without_a_gap(store: AnyStore) -> None:
    all_at_once = await asyncio.gather(*(opened(store, f"session-{i:02}") for i in range(16)))
    assert sorted(ticket_of(s.state).number for s in all_at_once) == [f"J{n:03}" for n in range(1, 17)]


async def test_a_ticket_that_could_not_be_made_takes_no_serial(store: AnyStore) -> None:
    def broken(serial: int) -> Opening:
        raise RuntimeError(f"no {serial}")

    with pytest.raises(RuntimeError, match="no 1"):
        await store.open_session("session-0", "jinshan", DAY, broken, T0, Cause("kiosk:haiyan-1", "request-0"))
    assert await store.live_sessions() == []
    assert await store.done_before(Cause("kiosk:haiyan-1", "request-0")) is None
    assert ticket_of((await opened(store, "session-1")).state).number == "J001"


async def test_a_session_is_opened_once(store: AnyStore) -> None:
    first = await opened(store, "session-1", cause=Cause("kiosk:haiyan-1", "request-1"))
    with pytest.raises(AlreadyDone) as again:
        await opened(store, "session-2", cause=Cause("kiosk:haiyan-1", "request-1"))
    assert again.value.session == "session-1"
    with pytest.raises(Conflict):
        await opened(store, "session-1")
    assert await store.live_sessions() == [first]
    assert len(await store.ledger_of("session-1")) == 3


# --- going on -------------------------------------------------------------------------------------


async def test_a_step_is_kept_with_its_entries(store: AnyStore) -> None:
    before = await opened(store, "session-1")
    talking = await moved(store, before, *rung_by("li"), cause=LI)

    assert isinstance(talking.state, InSession) and talking.version == 2
    assert await store.live_sessions() == [talking]
    entries = await store.ledger_of("session-1")
    assert [e.what for e in entries] == ["ticket-taken", "party", "consent-given", "ringing", "answered", "recording-ordered", "recording-light"]
    assert (entries[4].actor, entries[4].at, dict(entries[4].body)) == ("clerk:li", "2026-11-23T02:01:00.000Z", {"clerk": "li", "counter": "jinshan-3"})
    assert entries[5].body["required"] == ["resident.microphone", "resident.camera", "clerk.microphone", "clerk.camera"]
    assert verify("session-1", entries).seq == 7


async def test_a_step_from_an_old_version_changes_nothing(store: AnyStore) -> None:
    before = await opened(store, "session-1")
    talking = await moved(store, before, *rung_by("li"), cause=LI)
    state, entries = after(before.state, ResidentLeft())
    so_far = await store.ledger_of("session-1")

    with pytest.raises(Conflict):
        await store.advance(before, state, entries, T0 + 61, Cause("kiosk:haiyan-1", "request-2"))
    with pytest.raises(Conflict):
        await store.advance(Stored("session-1", 3, talking.state), state, entries, T0 + 61, KIOSK)
    with pytest.raises(Conflict):
        await store.advance(Stored("session-1", 0, talking.state), state, entries, T0 + 61, KIOSK)
    assert await store.live_sessions() == [talking]
    assert await store.ledger_of("session-1") == so_far
    assert await store.done_before(Cause("kiosk:haiyan-1", "request-2")) is None, "it was not done, and may be asked for again"


async def test_a_command_is_carried_out_once(store: AnyStore) -> None:
    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    hold = Cause("clerk:li", "request-7")
    held = await moved(store, talking, HoldBegan(), cause=hold)
    back = await moved(store, held, HoldEnded(), cause=LI)

    with pytest.raises(AlreadyDone) as again:
        await moved(store, back, HoldBegan(), cause=hold)
    assert again.value.session == "session-1"
    assert await store.done_before(hold) == "session-1"
    assert await store.live_sessions() == [back]
    assert await store.done_before(Cause("clerk:wang", "request-7")) is None, "another's request may have the same id"
    assert await store.done_before(Cause("clerk:li")) is None


async def test_what_happens_by_itself_may_happen_again(store: AnyStore) -> None:
    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=BY_ITSELF)
    held = await moved(store, talking, HoldBegan(), cause=BY_ITSELF)
    back = await moved(store, held, HoldEnded(), cause=BY_ITSELF)
    assert isinstance((await moved(store, back, HoldBegan(), cause=BY_ITSELF)).state, OnHold)


async def test_a_clerk_holds_one_session_at_most(store: AnyStore) -> None:
    one, two = await opened(store, "session-1"), await opened(store, "session-2")
    talking = await moved(store, one, *rung_by("li"), cause=LI)
    with pytest.raises(Conflict):
        await moved(store, two, *rung_by("li", "jinshan-4"), cause=Cause("clerk:li", "request-9"))
    assert await store.done_before(Cause("clerk:li", "request-9")) is None

    wrapping = await moved(store, talking, ClerkEnded("accepted"), cause=LI)
    with pytest.raises(Conflict):
        await moved(store, two, *rung_by("li"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("accepted"), cause=LI)
    assert isinstance((await moved(store, two, *rung_by("li"), cause=LI)).state, InSession)


async def test_a_closed_session_lives_no_longer_and_can_still_be_rated(store: AnyStore) -> None:
    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    wrapping = await moved(store, talking, ClerkEnded("referred"), cause=LI)
    assert isinstance(wrapping.state, WrappingUp)
    closed = await moved(store, wrapping, TOLD, WrapUpCompleted("returned"), cause=LI, now=T0 + 600)
    assert isinstance(closed.state, Closed)
    assert await store.live_sessions() == []
    assert await store.session("session-1") == closed

    rated = await moved(store, closed, Rated(5), cause=KIOSK)
    assert await store.session("session-1") == rated
    assert await store.live_sessions() == []
    assert verify("session-1", await store.ledger_of("session-1")).seq == 13


async def test_a_state_of_another_session_is_a_programming_error(store: AnyStore) -> None:
    one, two = await opened(store, "session-1"), await opened(store, "session-2")
    with pytest.raises(AssertionError):
        await store.advance(one, two.state, (), T0, BY_ITSELF)
    assert await store.live_sessions() == [one, two]


async def test_numbers_with_fractions_are_written_as_text(store: AnyStore) -> None:
    before = await opened(store, "session-1")
    await store.advance(before, before.state, (Enter("measured", {"seconds": 0.5, "count": 2, "first": True, "cause": None}),), T0, BY_ITSELF)
    entries = await store.ledger_of("session-1")
    assert dict(entries[-1].body) == {"seconds": "0.500", "count": 2, "first": True, "cause": None}
    assert verify("session-1", entries).seq == 4


@pytest.mark.parametrize("entry", [Enter("Not a kind", {}), Enter("noted", {"姓名": "x"}), Enter("counted", {"n": 2**60})])
async def test_an_entry_that_cannot_be_written_stops_the_whole_step(store: AnyStore, entry: Enter) -> None:
    before = await opened(store, "session-1")
    state, entries = after(before.state, ResidentLeft())
    with pytest.raises(ValueError):
        await store.advance(before, state, (*entries, entry), T0, Cause("kiosk:haiyan-1", "request-1"))
    assert await store.live_sessions() == [before]
    assert len(await store.ledger_of("session-1")) == 3
    assert await store.done_before(Cause("kiosk:haiyan-1", "request-1")) is None


# --- races ----------------------------------------------------------------------------------------


async def test_of_eight_who_step_at_once_one_wins_two_hundred_times(store: AnyStore) -> None:
    stored = await opened(store, "session-1")

    async def race(clerk: int) -> Stored | None:
        try:
            return await store.advance(stored, stored.state, (Enter("raced", {"clerk": clerk}),), T0, Cause(f"clerk:c{clerk}"))
        except Conflict:
            return None

    for _ in range(200):
        winners = [result for result in await asyncio.gather(*(race(clerk) for clerk in range(8))) if result is not None]
        assert len(winners) == 1
        stored = winners[0]
    assert stored.version == 201
    assert verify("session-1", await store.ledger_of("session-1")).seq == 203


async def test_of_eight_who_pick_one_ticket_one_talks(store: AnyStore) -> None:
    before = await opened(store, "session-1")

    async def pick(clerk: str) -> bool:
        try:
            await moved(store, before, *rung_by(clerk, f"counter-{clerk}"), cause=Cause(f"clerk:{clerk}", "request-1"))
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(pick(f"c{n}") for n in range(8)))) == 1


async def test_one_clerk_who_answers_eight_residents_at_once_gets_one(store: AnyStore) -> None:
    sessions = [await opened(store, f"session-{n}") for n in range(8)]

    async def answer(before: Stored) -> bool:
        try:
            await moved(store, before, *rung_by("li"), cause=LI)
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*map(answer, sessions))) == 1
    assert len(await store.live_sessions()) == 8


async def test_one_command_that_arrives_eight_times_at_once_is_done_once(store: AnyStore) -> None:
    cause = Cause("kiosk:haiyan-1", "request-1")

    async def take(n: int) -> str:
        try:
            return (await store.open_session(f"session-{n}", "jinshan", DAY, taken(f"session-{n}"), T0, cause)).session
        except AlreadyDone as done:
            return done.session or ""

    sessions = await asyncio.gather(*map(take, range(8)))
    assert len(set(sessions)) == 1
    assert [each.session for each in await store.live_sessions()] == [sessions[0]]


# --- notes ----------------------------------------------------------------------------------------


async def test_a_note_stays_with_its_session_and_never_enters_the_ledger(store: AnyStore) -> None:
    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    await store.save_note("session-1", "户口簿缺一页", Cause("clerk:li", "request-1"))

    assert await store.live_sessions() == [Stored("session-1", talking.version, talking.state, "户口簿缺一页")]
    held = await moved(store, talking, HoldBegan(), cause=LI)
    assert held.note == "户口簿缺一页", "a note does not make a step of somebody else stale, and a step does not lose the note"
    assert "户口簿" not in str(await store.ledger_of("session-1"))


async def test_a_note_that_arrives_again_late_does_not_undo_a_newer_one(store: AnyStore) -> None:
    await opened(store, "session-1")
    await store.save_note("session-1", "first", Cause("clerk:li", "request-1"))
    await store.save_note("session-1", "second", Cause("clerk:li", "request-2"))
    await store.save_note("session-1", "first", Cause("clerk:li", "request-1"))
    assert [each.note for each in await store.live_sessions()] == ["second"]
    assert await store.done_before(Cause("clerk:li", "request-2")) == "session-1"
    with pytest.raises(Conflict):
        await store.save_note("session-9", "lost", BY_ITSELF)


# --- shifts ---------------------------------------------------------------------------------------


async def test_shifts_are_kept_changed_and_ended(store: AnyStore) -> None:
    sat = start_shift("li", "jinshan-3", T0)
    await store.save_shift(sat, Cause("clerk:li", "request-1"))
    await store.save_shift(start_shift("chen", "jinshan-4", T0), Cause("clerk:chen", "request-1"))
    missed = missed_a_ring(sat, T0 + 20)
    await store.save_shift(missed, BY_ITSELF)
    assert await store.shifts() == [start_shift("chen", "jinshan-4", T0), missed]
    assert await store.done_before(Cause("clerk:li", "request-1")) == ""

    await store.end_shift("li", Cause("clerk:li", "request-2"))
    await store.end_shift("li", BY_ITSELF)
    assert [each.clerk for each in await store.shifts()] == ["chen"]


async def test_a_counter_is_one_clerks(store: AnyStore) -> None:
    await store.save_shift(start_shift("li", "jinshan-3", T0), BY_ITSELF)
    with pytest.raises(Conflict):
        await store.save_shift(start_shift("chen", "jinshan-3", T0), Cause("clerk:chen", "request-1"))
    assert await store.done_before(Cause("clerk:chen", "request-1")) is None
    await store.save_shift(start_shift("li", "jinshan-4", T0 + 1), BY_ITSELF)
    await store.save_shift(start_shift("chen", "jinshan-3", T0 + 2), BY_ITSELF)
    assert [(each.clerk, each.counter) for each in await store.shifts()] == [("chen", "jinshan-3"), ("li", "jinshan-4")]


async def test_a_shift_command_that_arrives_again_changes_nothing(store: AnyStore) -> None:
    sat = start_shift("li", "jinshan-3", T0)
    start, pause = Cause("clerk:li", "request-1"), Cause("clerk:li", "request-2")
    await store.save_shift(sat, start)
    away = wish(sat, available=False, now=T0 + 5)
    await store.save_shift(away, pause)
    await store.save_shift(sat, start)
    assert await store.shifts() == [away]
    await store.end_shift("li", Cause("clerk:li", "request-3"))
    await store.save_shift(away, pause)
    assert await store.shifts() == []


# --- read later -----------------------------------------------------------------------------------


async def test_a_home_sees_its_own_visits_the_newest_first_and_no_names(store: AnyStore) -> None:
    first = await opened(store, "session-1")
    talking = await moved(store, first, *rung_by("li"), cause=LI)
    wrapping = await moved(store, talking, GAPS, ClerkEnded("accepted-with-gaps"), cause=LI)
    await moved(store, wrapping, WrapUpCompleted("accepted-with-gaps"), cause=LI, now=T0 + 900)
    await opened(store, "session-2", at=T0 + 30)
    await opened(store, "session-3", home="pinghu", at=T0 + 31)

    newest, oldest = await store.sessions_of("jinshan")
    assert (newest.session, newest.state, newest.clerk, newest.outcome, newest.closed_at) == ("session-2", "Waiting", None, None, None)
    assert (oldest.session, oldest.state, oldest.clerk, oldest.outcome, oldest.reason) == ("session-1", "Closed", "li", "accepted-with-gaps", "completed")
    assert (oldest.number, oldest.case, oldest.host, oldest.kiosk) == ("J001", "310116-330424-20261123-0001", "haiyan", "haiyan-1")
    assert (oldest.opened_at, oldest.closed_at) == (T0, T0 + 900)
    assert RESIDENT not in str([newest, oldest])
    assert [each.session for each in await store.sessions_of("jinshan", limit=1)] == ["session-2"]
    assert await store.sessions_of("haiyan") == [], "the host is not the home"


async def test_a_ledger_never_holds_the_residents_name(store: AnyStore) -> None:
    talking = await moved(store, await opened(store, "session-1"), *rung_by("li"), cause=LI)
    await moved(store, talking, ClerkEnded("accepted"), cause=LI)
    assert RESIDENT not in str(await store.ledger_of("session-1"))
    assert await store.ledger_of("session-9") == []
    assert await store.session("session-9") is None
