"""What everybody sees, in every state of a visit: nothing more than concerns them, and nothing less."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from config.clock import HandClock
from config.library import load_library
from signaling.domain.parties import Party
from signaling.domain.permissions import Actor
from signaling.domain.presence import missed_a_ring, start_shift, wish
from signaling.domain.recording import Light, Recording
from signaling.domain.states import (
    AnyState,
    Closed,
    Earlier,
    End,
    InSession,
    Missing,
    OnHold,
    Parked,
    Reconnecting,
    Ringing,
    SealedTo,
    SteppedAway,
    Talk,
    Ticket,
    Waiting,
    WrappingUp,
)
from signaling.domain.waiting_line import Place, place_of
from signaling.office import views
from signaling.office.books import ConfiguredBooks
from signaling.office.notary import Receipt
from signaling.wire import desk, talk, visit

NOW = 1_795_399_200.0
BOOKS = ConfiguredBooks(load_library(), HandClock(NOW))
KIOSK = Actor("kiosk", "haiyan-k1", "haiyan")
LI = Actor("clerk", "li", "jinshan", frozenset({"jinshan-marriage-registration"}), "李娜")
NAME = "王小明"
TICKET = Ticket(
    "session-1", "J012", "310116-330424-20261123-0012", "haiyan-k1", "haiyan", "jinshan", "jinshan-marriage-registration", "zh-CN",
    ("large-type",), (Party(NAME),), NOW, (), SealedTo("a2V5", "5e" * 32),
)  # fmt: skip
WAITING = Waiting(TICKET, NOW)
RECORDED = Recording(origin=0, since=NOW + 60, light="on", began=True)
TALK = Talk(TICKET, "li", "jinshan-3", NOW + 60, RECORDED, TICKET.folder, 2, 1, 1)
TALKING = InSession(TALK)
EVERY_STATE: dict[type, AnyState] = {
    type(state): state
    for state in (
        WAITING, SteppedAway(WAITING, NOW), Ringing(WAITING, "li", "jinshan-3", NOW + 20), TALKING, OnHold(TALK, NOW),
        Reconnecting(TALKING, (Missing("clerk", NOW),)), Parked(TICKET, Earlier("li", 0, 1, 1, 1, TICKET.folder), NOW + 600),
        WrappingUp(TALK, None, "ended-by-resident", NOW + 600), Closed(TICKET, "completed", "accepted", "li", NOW),
    )
}  # fmt: skip
SCREENS: dict[type, type] = {
    Waiting: visit.Waiting, SteppedAway: visit.Waiting, Ringing: visit.Ringing, InSession: visit.Talking, OnHold: visit.Talking,
    Reconnecting: visit.Talking, Parked: visit.Parked, WrappingUp: visit.Farewell, Closed: visit.Farewell,
}


def a_line(*states: AnyState) -> list[Place]:
    return [place for state in states if (place := place_of(state)) is not None]


def screen(state: AnyState | None, line: list[Place] | None = None, at_work: int = 2, minutes: float = 15.0) -> visit.KioskView:
    places = a_line(state) if line is None and state is not None else line or []
    return views.kiosk_view(KIOSK, state, places, at_work, minutes, "李娜", BOOKS)


def desk_of(holds: AnyState | None, line: tuple[AnyState, ...] = (), note: str = "") -> desk.DeskView:
    shift = start_shift("li", "jinshan-3", NOW)
    return views.desk_view(LI, "李娜", shift, "available", holds, note, line, frozenset({"jinshan-3"}), BOOKS)


# --- the kiosk ------------------------------------------------------------------------------------


def test_every_state_has_its_screen() -> None:
    assert {kind: type(screen(state).screen) for kind, state in EVERY_STATE.items()} == SCREENS
    assert set(SCREENS) == set(get_args(AnyState))


@pytest.mark.parametrize("state", [*EVERY_STATE.values(), None], ids=lambda state: type(state).__name__)
def test_every_view_fits_the_wire(state: AnyState | None) -> None:
    shown = screen(state)
    assert msgspec.json.decode(msgspec.json.encode(shown), type=visit.KioskView) == shown
    view = desk_of(state)
    assert msgspec.json.decode(msgspec.json.encode(view), type=desk.DeskView) == view


def test_an_idle_kiosk_shows_nothing_of_anybody() -> None:
    shown = screen(None, a_line(WAITING))
    assert shown == visit.KioskView(kiosk="haiyan-k1", name=BOOKS.kiosk_name("haiyan-k1", "zh-CN"), jurisdiction="haiyan", screen=visit.Idle())


def test_the_place_in_the_line_and_how_long_it_may_take() -> None:
    earlier = Waiting(msgspec.structs.replace(TICKET, session="session-0"), NOW - 60)
    elsewhere = Waiting(msgspec.structs.replace(TICKET, session="session-9", home="pinghu"), NOW - 90)
    shown = screen(WAITING, a_line(elsewhere, earlier, WAITING), at_work=2, minutes=15).screen
    assert isinstance(shown, visit.Waiting)
    assert (shown.place, shown.minutes, shown.counters, shown.number) == (2, 15, 2, "J012")
    nobody = screen(WAITING, a_line(WAITING), at_work=0).screen
    assert isinstance(nobody, visit.Waiting)
    assert (nobody.place, nobody.minutes, nobody.counters) == (1, None, 0)


def test_the_kiosk_says_which_counter_rings_in_the_residents_language() -> None:
    chinese = screen(EVERY_STATE[Ringing])
    english = screen(Ringing(Waiting(msgspec.structs.replace(TICKET, language="en"), NOW), "li", "jinshan-3", NOW + 20))
    assert isinstance(chinese.screen, visit.Ringing) and isinstance(english.screen, visit.Ringing)
    assert chinese.screen.counter == BOOKS.counter_name("jinshan-3", "zh-CN") != english.screen.counter == BOOKS.counter_name("jinshan-3", "en")
    assert chinese.screen.service_name != english.screen.service_name
    assert chinese.name != english.name
    assert chinese.screen.until == NOW + 20


def test_the_residents_name_is_on_no_screen_but_the_talk() -> None:
    shown = {kind.__name__ for kind, state in EVERY_STATE.items() if NAME in msgspec.json.encode(screen(state)).decode()}
    assert shown == {"InSession", "OnHold", "Reconnecting"}


@pytest.mark.parametrize("kind", [WrappingUp, Closed])
def test_the_farewell_tells_the_case_and_how_it_ended(kind: type) -> None:
    state = EVERY_STATE[kind]
    shown = screen(state).screen
    assert isinstance(shown, visit.Farewell) and isinstance(state, WrappingUp | Closed)
    assert (shown.case, shown.reason, shown.outcome) == (TICKET.case, state.reason, state.outcome)


def test_the_farewell_shows_the_receipt_once_there_is_one() -> None:
    for kind in (WrappingUp, Closed):
        without = screen(EVERY_STATE[kind]).screen
        view = views.kiosk_view(KIOSK, EVERY_STATE[kind], [], 1, 15.0, "李娜", BOOKS, Receipt("AB2CD-EF3GH", "VW1 jinshan session-1 41 5e AB2CD-EF3GH"))
        assert isinstance(without, visit.Farewell) and isinstance(view.screen, visit.Farewell)
        assert (without.code, without.proof) == (None, None)
        assert (view.screen.code, view.screen.proof) == ("AB2CD-EF3GH", "VW1 jinshan session-1 41 5e AB2CD-EF3GH")


# --- the talk -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("light", "held", "suspended", "shown"),
    [
        ("awaited", False, None, "starting"), ("awaited", True, None, "starting"), ("on", False, None, "recording"), ("on", True, None, "held"),
        ("late", False, None, "not-recorded"), ("late", True, None, "not-recorded"), ("broken", False, None, "interrupted"), ("broken", True, None, "interrupted"),
        *((light, held, NOW, "suspended") for light in get_args(Light) for held in (False, True)),
    ],
)  # fmt: skip
def test_what_the_light_says(light: Light, held: bool, suspended: float | None, shown: str) -> None:
    """It is lit while bytes reach a disk, and only then; what rests for a secret says so whatever else is true."""
    recording = Recording(0, NOW, light, suspended=suspended)
    assert views.recording_view(recording, held=held) == shown
    of_it = msgspec.structs.replace(TALK, recording=recording)
    seen = talk_of(OnHold(of_it, NOW) if held else InSession(of_it))
    assert (seen.recording, seen.acceptable) == (shown, recording.lets_accept)


def test_every_word_of_the_light_is_said_of_some_recording() -> None:
    said = {views.recording_view(Recording(0, NOW, light, suspended=s), held=h) for light in get_args(Light) for s in (None, NOW) for h in (False, True)}
    assert said == set(get_args(talk.Recording))


def test_the_desk_knows_whether_the_case_may_be_accepted_also_while_it_is_written_up() -> None:
    for recording in (RECORDED, Recording(0, NOW, "late"), Recording(0, NOW, "late", word="zhou")):
        over = desk_of(WrappingUp(msgspec.structs.replace(TALK, recording=recording), None, "ended-by-resident", NOW + 600)).wrap_up
        assert over is not None and over.acceptable == recording.lets_accept


def talk_of(state: AnyState) -> talk.Talk:
    shown = screen(state).screen
    assert isinstance(shown, visit.Talking)
    return shown.talk


def test_both_ends_and_the_room_of_this_generation() -> None:
    facts = talk_of(TALKING)
    assert (facts.room, facts.me, facts.held, facts.recording, facts.since) == ("session-1.2", "resident", False, "recording", NOW + 60)
    assert [(end.participant, end.role, end.name, end.present) for end in facts.ends] == [("resident", "resident", NAME, True), ("clerk", "clerk", "李娜", True)]
    assert [end.place for end in facts.ends] == [BOOKS.kiosk_name("haiyan-k1", "zh-CN"), BOOKS.counter_name("jinshan-3", "zh-CN")]
    view = desk_of(TALKING)
    assert view.talk is not None
    assert (view.talk.me, view.resident, view.talk.room) == ("clerk", NAME, "session-1.2")


def test_microphone_and_camera_are_on_at_first_the_rest_is_off_and_what_is_switched_is_seen() -> None:
    usual = {(source.participant, source.source): source.on for source in talk_of(TALKING).sources}
    assert len(usual) == 8
    assert {key for key, on in usual.items() if on} == {(end, source) for end in ("resident", "clerk") for source in ("microphone", "camera")}
    sharing = InSession(msgspec.structs.replace(TALK, on=(("clerk", "screen"), ("resident", "document"))))
    assert {(s.participant, s.source) for s in talk_of(sharing).sources if s.on} == {("clerk", "screen"), ("resident", "document")}


@pytest.mark.parametrize("missing", [("resident",), ("clerk",), ("resident", "clerk")])
def test_whoever_is_missing_is_shown_as_missing_and_a_hold_holds(missing: tuple[End, ...]) -> None:
    gone = tuple(Missing(end, NOW) for end in missing)
    for before, held in ((TALKING, False), (OnHold(TALK, NOW), True)):
        state = Reconnecting(before, gone)
        assert {end.participant for end in talk_of(state).ends if not end.present} == set(missing) == views.missing_ends(state)
        assert talk_of(state).held is held is views.is_held(state)
    assert views.missing_ends(TALKING) == frozenset()
    assert not views.is_held(WAITING)


# --- the desk -------------------------------------------------------------------------------------


def test_a_desk_shows_ring_talk_or_wrap_up_and_never_two_of_them() -> None:
    shown = {kind.__name__: (view.ring is not None, view.talk is not None, view.wrap_up is not None) for kind, state in EVERY_STATE.items() for view in [desk_of(state)]}
    nothing, talking = (False, False, False), (False, True, False)
    assert shown == {
        "Waiting": nothing, "SteppedAway": nothing, "Ringing": (True, False, False), "InSession": talking, "OnHold": talking,
        "Reconnecting": talking, "Parked": nothing, "WrappingUp": (False, False, True), "Closed": nothing,
    }  # fmt: skip


def test_the_bell_says_who_and_what_before_it_is_answered_and_whether_one_has_met() -> None:
    ring = desk_of(EVERY_STATE[Ringing]).ring
    assert ring is not None
    assert (ring.resident, ring.number, ring.host, ring.needs, ring.until, ring.before) == (NAME, "J012", "haiyan", ["large-type"], NOW + 20, False)
    assert ring.kiosk == BOOKS.kiosk_name("haiyan-k1", "zh-CN")
    met = desk_of(Ringing(msgspec.structs.replace(WAITING, prefer="li", earlier=Earlier("li", 0, 1, 1, 1, TICKET.folder)), "li", "jinshan-3", NOW + 20)).ring
    other = desk_of(Ringing(msgspec.structs.replace(WAITING, prefer="li", earlier=Earlier("wu", 0, 1, 1, 1, TICKET.folder)), "li", "jinshan-3", NOW + 20)).ring
    assert met is not None and other is not None
    assert (met.before, other.before) == (True, False)


def test_the_line_shows_who_waits_and_who_has_stepped_away_without_a_name() -> None:
    view = desk_of(None, (WAITING, SteppedAway(WAITING, NOW)))
    assert [(entry.session, entry.number, entry.since, entry.here) for entry in view.line] == [("session-1", "J012", NOW, True), ("session-1", "J012", NOW, False)]
    assert NAME not in msgspec.json.encode(view).decode()


def test_the_note_is_shown_while_one_may_write_it() -> None:
    assert desk_of(TALKING, note="带齐").note == "带齐"
    wrap_up = desk_of(EVERY_STATE[WrappingUp], note="带齐").wrap_up
    assert wrap_up is not None
    assert (wrap_up.note, wrap_up.outcome, wrap_up.resident, wrap_up.until) == ("带齐", None, NAME, NOW + 600)
    assert desk_of(EVERY_STATE[Ringing], note="带齐").note == ""


def test_why_somebody_is_away() -> None:
    shift = start_shift("li", "jinshan-3", NOW)
    cases = [(None, "not-started"), (shift, None), (wish(shift, available=False, now=NOW), "break"), (missed_a_ring(shift, NOW), "missed")]
    for each, because in cases:
        assert views.desk_view(LI, "李娜", each, "away", None, "", (), frozenset(), BOOKS).away_because == because


def test_the_counters_of_ones_own_jurisdiction_and_which_are_taken() -> None:
    view = desk_of(None)
    assert [(counter.id, counter.taken) for counter in view.counters] == [(f"jinshan-{n}", n == 3) for n in (1, 2, 3, 4)]
