"""Any visit at all: one random sequence of whatever may happen, from a seed. `python -m tests.stories.any_visit SEED` tells it again."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any, get_args

from signaling.domain import events as ev
from signaling.domain.asks import AskControl, AskPage, AskSignature
from signaling.domain.case import Case, Outcome
from signaling.domain.case_file import Still
from signaling.domain.consent import PAPERS, is_withdrawn
from signaling.domain.control import Used, Window
from signaling.domain.form_on_table import FrozenPaper, PagePicture, Signature, SignPlace
from signaling.domain.powers import Basis
from signaling.domain.refusals import NotNow
from signaling.domain.session import SessionPolicy, begin, reopen, step
from signaling.domain.states import (
    ENDS,
    SOURCES,
    AnyState,
    Closed,
    InSession,
    Parked,
    Reconnecting,
    Ringing,
    SteppedAway,
    Talk,
    Waiting,
    WrappingUp,
    holder_of,
    talk_of,
)
from tests.notices import GAPS, TOLD
from tests.stories.visit import ticket
from tests.stories.witness import Witness

CLERKS = ("li", "chen", "wu")
OUTCOMES = get_args(Outcome)
LENGTH = 80


def _moment(rng: random.Random, now: float) -> float:
    return rng.choice((now, now - 20, now + 20, 0.0))


def _ask(rng: random.Random) -> str:
    return rng.choice(("ask-1", "ask-2", "ask-3"))


def _paper(now: float) -> FrozenPaper:
    number = round(now * 1000)
    pages = (PagePicture(f"{number}-1", "aa", 1080, 1527),)
    return FrozenPaper(number, round(now), "ba", "ca", pages, (SignPlace(0, 1, 2, 3, 4),))


MAKE: dict[type, Callable[[random.Random, float], Any]] = {
    ev.CounterChosen: lambda r, now: ev.CounterChosen(clerk := r.choice(CLERKS), f"at-{clerk}"),
    ev.Picked: lambda r, now: ev.Picked(clerk := r.choice(CLERKS), f"at-{clerk}"),
    ev.Answered: lambda r, now: ev.Answered(r.choice(CLERKS)),
    ev.Declined: lambda r, now: ev.Declined(r.choice(CLERKS)),
    ev.RingUnanswered: lambda r, now: ev.RingUnanswered(_moment(r, now)),
    ev.PassEnded: lambda r, now: ev.PassEnded(r.choice(CLERKS)),
    ev.EndLost: lambda r, now: ev.EndLost(r.choice(ENDS)),
    ev.EndReturned: lambda r, now: ev.EndReturned(r.choice(ENDS)),
    ev.GraceEnded: lambda r, now: ev.GraceEnded(r.choice(ENDS), _moment(r, now)),
    ev.ResidentLeft: lambda r, now: ev.ResidentLeft(),
    ev.ResidentContinued: lambda r, now: ev.ResidentContinued(),
    ev.ParkingEnded: lambda r, now: ev.ParkingEnded(_moment(r, now)),
    ev.Transferred: lambda r, now: ev.Transferred(r.choice((None, *CLERKS))),
    ev.HoldBegan: lambda r, now: ev.HoldBegan(),
    ev.HoldEnded: lambda r, now: ev.HoldEnded(),
    ev.SourceSwitched: lambda r, now: ev.SourceSwitched(r.choice(ENDS), r.choice(SOURCES), r.random() < 0.5),
    ev.ShareStopped: lambda r, now: ev.ShareStopped(r.choice(ENDS)),
    ev.ScreenAsked: lambda r, now: ev.ScreenAsked(_ask(r)),
    ev.PageAsked: lambda r, now: ev.PageAsked(_ask(r), r.randint(0, 3)),
    ev.TakeAsked: lambda r, now: ev.TakeAsked(_ask(r), _ask(r)),
    ev.StillTaken: lambda r, now: ev.StillTaken(_ask(r), _ask(r), Still(round(now * 1000), r.randint(0, 3), 2000, 1400), ("aa", "bb")),
    ev.StillKept: lambda r, now: ev.StillKept(round(_moment(r, now) * 1000)),
    ev.StillDropped: lambda r, now: ev.StillDropped(round(_moment(r, now) * 1000)),
    ev.StillChecked: lambda r, now: ev.StillChecked(round(_moment(r, now) * 1000), round(now * 1000), "cc", Basis("agreement")),
    ev.SignatureAsked: lambda r, now: ev.SignatureAsked(_ask(r), r.randint(0, 2)),
    ev.ControlAsked: lambda r, now: ev.ControlAsked(_ask(r), r.choice(("form", "portal")), r.choice(("view", "control")), "fill-in", r.randint(1, 15)),
    ev.FormLaid: lambda r, now: ev.FormLaid("application", "2026-01-01", b"empty"),
    ev.FormPutAway: lambda r, now: ev.FormPutAway(),
    ev.FormTyped: lambda r, now: ev.FormTyped(b"typed", r.choice((None, "name"))),
    ev.FormStepped: lambda r, now: ev.FormStepped(r.choice(("shown", "hidden", "confirmed", "reopened")), "name", b"stepped", r.choice((None, "dd"))),
    ev.FormFrozen: lambda r, now: ev.FormFrozen(b"frozen", _paper(now)),
    ev.FormMelted: lambda r, now: ev.FormMelted(b"melted"),
    ev.SignatureGiven: lambda r, now: ev.SignatureGiven(_ask(r), Signature(str(round(now)), r.randint(0, 1), "ee"), _paper(now).pages[0].id, "ff"),
    ev.NoticeGiven: lambda r, now: r.choice((TOLD, GAPS)),
    ev.PaperSigned: lambda r, now: ev.PaperSigned(_paper(_moment(r, now)).id, str(round(now)), "ab"),
    ev.TextSaid: lambda r, now: ev.TextSaid(r.choice(ENDS), round(now * 1000), "王小明, 330424", "00" * 16),
    ev.TextsKept: lambda r, now: ev.TextsKept(str(round(now)), "ac", 1, r.randint(1, 3)),
    ev.WindowsOffered: lambda r, now: ev.WindowsOffered(() if r.random() < 0.3 else (Window("portal", "办事网", "Portal"),)),
    ev.ControlUsed: lambda r, now: ev.ControlUsed(_ask(r), (Used("typed", "name", 3), Used("refused", None, 1, "covered"))),
    ev.ControlStopped: lambda r, now: ev.ControlStopped(_ask(r), r.choice(ENDS), "stop-key"),
    ev.ControlRanOut: lambda r, now: ev.ControlRanOut(_ask(r), _moment(r, now)),
    ev.AskAnswered: lambda r, now: ev.AskAnswered(_ask(r), r.random() < 0.5),
    ev.AskWithdrawn: lambda r, now: ev.AskWithdrawn(_ask(r)),
    ev.AskRanOut: lambda r, now: ev.AskRanOut(_ask(r), _moment(r, now)),
    ev.ConnectionOffered: lambda r, now: ev.ConnectionOffered(r.choice(ENDS)),
    ev.NodeLost: lambda r, now: ev.NodeLost(r.randint(1, 3)),
    ev.BytesOnDisk: lambda r, now: ev.BytesOnDisk(_moment(r, now)),
    ev.RecordingLate: lambda r, now: ev.RecordingLate(_moment(r, now)),
    ev.RecordingBroke: lambda r, now: ev.RecordingBroke(r.choice(("no-disk", "stalled", "no-writer"))),
    ev.RecordingMended: lambda r, now: ev.RecordingMended(),
    ev.SuspensionBegan: lambda r, now: ev.SuspensionBegan(),
    ev.SuspensionEnded: lambda r, now: ev.SuspensionEnded(),
    ev.SuspensionRanOut: lambda r, now: ev.SuspensionRanOut(_moment(r, now)),
    ev.AcceptanceAllowed: lambda r, now: ev.AcceptanceAllowed("zhou", "no-disk"),
    ev.ConsentWithdrawn: lambda r, now: ev.ConsentWithdrawn(r.choice((PAPERS, "identity-check", "recording")), r.choice(("touch", "spoken"))),
    ev.ConsentGivenAgain: lambda r, now: ev.ConsentGivenAgain(PAPERS, r.choice((None, "en")), r.choice(("touch", "spoken"))),
    ev.ResidentEnded: lambda r, now: ev.ResidentEnded(),
    ev.CaseOpened: lambda r, now: ev.CaseOpened(Case(f"case-{round(now)}", r.choice(("id-card", "birth")), now)),
    ev.CaseTurned: lambda r, now: ev.CaseTurned(ticket().case),
    ev.CaseDropped: lambda r, now: ev.CaseDropped(ticket().case),
    ev.CaseSettled: lambda r, now: ev.CaseSettled(ticket().case, r.choice(OUTCOMES), r.choice((None, "2026-12-24"))),
    ev.CaseLeftOpen: lambda r, now: ev.CaseLeftOpen(ticket().case),
    ev.IdentitySeen: lambda r, now: ev.IdentitySeen(r.randint(0, 1)),
    ev.ClerkEnded: lambda r, now: ev.ClerkEnded(r.choice(OUTCOMES)),
    ev.WrapUpCompleted: lambda r, now: ev.WrapUpCompleted(r.choice((*OUTCOMES, None))),
    ev.WrapUpRanOut: lambda r, now: ev.WrapUpRanOut(_moment(r, now)),
    ev.Rated: lambda r, now: ev.Rated(r.randint(1, 5)),
}
"""One maker for every event; a timer's moment is mostly wrong, the right ones come from the alarm."""

ENDINGS = (ev.ResidentLeft, ev.ResidentEnded, ev.ClerkEnded)
LIVELY = tuple(kind for kind in get_args(ev.Event) if kind not in ENDINGS)
QUESTIONS = (
    ev.ScreenAsked, ev.PageAsked, ev.TakeAsked, ev.StillTaken, ev.StillKept, ev.StillDropped, ev.AskAnswered, ev.AskWithdrawn, ev.AskRanOut,
    ev.ShareStopped, ev.StillChecked, ev.SignatureAsked, ev.ControlAsked, ev.FormLaid, ev.FormPutAway, ev.FormTyped, ev.FormStepped, ev.FormFrozen,
    ev.FormMelted, ev.SignatureGiven, ev.PaperSigned, ev.TextSaid, ev.TextsKept, ev.WindowsOffered, ev.ControlUsed, ev.ControlStopped, ev.ControlRanOut,
)  # fmt: skip
"""Made to fit by `_about_the_question` and `_about_what_is_there`; at random nearly all of them are refused."""
USUAL = tuple(kind for kind in LIVELY if kind not in QUESTIONS)


def any_event(rng: random.Random, state: AnyState, now: float) -> ev.Event:
    """Mostly something that fits, so that the sequences get somewhere; now and then anything at all."""
    roll = rng.random()
    talk, clerk = talk_of(state), holder_of(state)
    if (signed := _to_be_signed(state.talk if isinstance(state, WrappingUp) else talk)) is not None and rng.random() < 0.4:
        # Seldom while nothing else happens: it may come just as well when the talk is held, broken off or over.
        kinds = (ev.HoldBegan, ev.EndLost, ev.ResidentEnded, ev.ClerkEnded)
        return MAKE[rng.choice(kinds)](rng, now) if isinstance(state, InSession) and rng.random() < 0.7 else signed  # type: ignore[no-any-return] # the table holds makers of events
    if isinstance(state, Parked | SteppedAway | Ringing) and rng.random() < 0.06:
        again: tuple[ev.Event, ev.Event] = (ev.ConsentWithdrawn(PAPERS), ev.ConsentGivenAgain(PAPERS))
        return again[is_withdrawn(state, PAPERS)]
    if talk is not None and rng.random() < 0.01:
        return MAKE[ev.WindowsOffered](rng, now)  # type: ignore[no-any-return] # the table holds makers of events
    if talk is not None and rng.random() < 0.08:
        return _about_the_cases(rng, talk, now)
    if isinstance(state, InSession | Reconnecting) and rng.random() < 0.1:
        return _about_the_form(rng, state, now)
    if isinstance(state, InSession) and state.ask is None and rng.random() < (0.1 if state.grant is None else 0.5):
        return _about_the_window(rng, state, now)
    if isinstance(state, WrappingUp) and state.talk.folder.unkept and rng.random() < 0.2:
        return ev.TextsKept("4712", "ac", 1, len(state.talk.folder.texts))
    if isinstance(state, Parked) and state.earlier.folder.unkept and rng.random() < 0.2:
        return ev.TextsKept("4713", "ac", 1, len(state.earlier.folder.texts))
    if isinstance(state, InSession | Reconnecting) and rng.random() < 0.02:
        return MAKE[ev.TextSaid](rng, now)  # type: ignore[no-any-return] # the table holds makers of events
    if isinstance(state, InSession) and state.ask is not None and rng.random() < 0.4:
        return _about_the_question(rng, state, now)
    if roll < 0.15 and clerk is not None:
        return rng.choice((ev.Answered(clerk), ev.Answered(clerk), ev.Declined(clerk)))
    if roll < 0.25 and isinstance(state, Waiting):
        return MAKE[ev.CounterChosen](rng, now)  # type: ignore[no-any-return] # the table holds makers of events
    if roll < 0.3 and isinstance(state, Reconnecting | SteppedAway):
        return ev.EndReturned(rng.choice(ENDS))
    if roll < 0.35 and talk is not None:
        return ev.NodeLost(talk.generation)
    if roll < 0.41 and talk is not None:
        recording = talk.recording
        if rng.random() < 0.3:
            return ev.SuspensionBegan() if recording.suspended is None else ev.SuspensionEnded()
        return {"on": ev.RecordingBroke("no-disk"), "broken": ev.RecordingMended()}.get(recording.light, ev.BytesOnDisk(now))
    talk = state.talk if isinstance(state, WrappingUp) else talk
    if roll < 0.46 and talk is not None and (there := _about_what_is_there(talk)):
        return rng.choice(there)
    if roll < 0.5 and isinstance(state, InSession):
        return _about_the_question(rng, state, now)
    if 0.5 <= roll < 0.51:
        return MAKE[rng.choice(ENDINGS)](rng, now)  # type: ignore[no-any-return] # the table holds makers of events
    return MAKE[rng.choice(LIVELY if roll > 0.97 else USUAL)](rng, now)  # type: ignore[no-any-return] # the table holds makers of events


def _about_the_cases(rng: random.Random, talk: Talk, now: float) -> ev.Event:
    """Another case, a turn to one that is there, what has become of one."""
    number = rng.choice(talk.folder.cases).number
    return rng.choice((
        MAKE[ev.CaseOpened](rng, now), ev.CaseTurned(number), ev.CaseDropped(number), ev.CaseSettled(number, rng.choice(OUTCOMES)), ev.IdentitySeen(0),
    ))  # fmt: skip


def _about_what_is_there(talk: Talk) -> list[ev.Event]:
    stills = talk.file.stills[:1]
    dropped = [ev.StillDropped(still.number) for still in stills]
    shown = [ev.ShareStopped(end) for end, source in talk.on if source == "screen"]
    used = [ev.ControlUsed(talk.operated, (Used("pressed", "name"),))] if talk.operated is not None else []
    return [*dropped, *(shown or [ev.SourceSwitched("clerk", "screen", on=True)]), *used]


def _to_be_signed(talk: Talk | None) -> ev.Event | None:
    """Everybody has signed, and the paper is not there yet."""
    paper = talk.file.form.frozen if talk is not None and talk.file.form is not None else None
    return ev.PaperSigned(paper.id, "4711", "ab") if paper is not None and paper.complete and paper.signed is None else None


def _about_the_form(rng: random.Random, state: InSession | Reconnecting, now: float) -> ev.Event:
    """Something that fits the form as it lies there, or its signing."""
    form = state.talk.file.form
    if form is None or not form.laid:
        return MAKE[ev.FormLaid](rng, now)  # type: ignore[no-any-return] # the table holds makers of events
    if form.frozen is None:
        kinds = (ev.FormTyped, ev.FormTyped, ev.FormStepped, ev.FormFrozen, ev.FormPutAway)
        return MAKE[rng.choice(kinds)](rng, now)  # type: ignore[no-any-return] # as above
    sign = ev.SignatureAsked(_ask(rng), 0)
    return rng.choice((ev.FormMelted(b"melted"), sign, sign, sign, ev.FormPutAway()))


def _about_the_window(rng: random.Random, state: InSession, now: float) -> ev.Event:
    """Something that fits remote operation."""
    grant = state.grant
    if grant is not None:
        return rng.choice((
            ev.ControlUsed(grant.id, (Used("typed", "name", 3),)), ev.ControlStopped(grant.id, rng.choice(ENDS), "stop-key"),
            ev.SourceSwitched("resident", "screen", on=True), ev.FormTyped(b"typed", "name"), MAKE[ev.WindowsOffered](rng, now), ev.HoldBegan(),
        ))  # fmt: skip
    if not state.talk.windows and rng.random() < 0.5:
        return MAKE[ev.WindowsOffered](rng, now)  # type: ignore[no-any-return] # the table holds makers of events
    scope = rng.choice(("form", "portal"))
    return ev.ControlAsked(_ask(rng), scope, "control", "fill-in", rng.randint(1, 15))


def _about_the_question(rng: random.Random, state: InSession, now: float) -> ev.Event:
    ask = state.ask
    if ask is None:
        still = rng.choice(state.talk.file.stills).number if state.talk.file.stills else None
        asked: tuple[ev.Event, ...] = (ev.ScreenAsked(_ask(rng)), ev.PageAsked(_ask(rng), rng.randint(0, 3)))
        return rng.choice(asked if still is None else (*asked, ev.StillKept(still), ev.StillDropped(still), ev.StillChecked(still, still + 1, "cc", Basis("a-1"))))
    if isinstance(ask, AskSignature) and rng.random() < 0.9:
        form = state.talk.file.form
        assert form is not None and form.frozen is not None, "only a frozen form is signed"
        return ev.SignatureGiven(ask.id, Signature(str(round(now * 1000)), ask.signer, "ee"), form.frozen.pages[0].id, "ff")
    if isinstance(ask, AskControl) and rng.random() < 0.7:
        return ev.AskAnswered(ask.id, yes=True)
    taken = [still.number for still in state.talk.file.stills if isinstance(ask, AskPage) and still.material == ask.material and not still.kept]
    if taken and rng.random() < 0.4:
        return ev.StillKept(rng.choice(taken))
    if isinstance(ask, AskPage) and rng.random() < 0.8:
        if ask.take is None:
            return ev.TakeAsked(ask.id, _ask(rng))
        return ev.StillTaken(ask.id, ask.take, Still(round(now * 1000), ask.material, 2000, 1400), ("aa", "bb"))
    return rng.choice((ev.AskAnswered(ask.id, rng.random() < 0.5), ev.AskWithdrawn(ask.id), ev.AskRanOut(ask.id, ask.until)))


def walk(seed: int, tell: Callable[[str], None] = lambda line: None, length: int = LENGTH) -> set[tuple[type, type]]:
    """Lives through one visit; a `Witness` watches. Returns the (state, event) pairs that were carried out. Raises `AssertionError`."""
    rng = random.Random(seed)
    policy = SessionPolicy()
    now = 1000.0
    state, effects = begin(ticket(taken_at=now), now)
    witness = Witness(state, effects, now, policy)
    done: set[tuple[type, type]] = set()

    def happens(event: ev.Event) -> None:
        nonlocal state
        try:
            after, effects = step(state, event, now, policy)
        except NotNow as refusal:
            tell(f"{now:7.0f}  {event} refused: {refusal.code}")
            return
        tell(f"{now:7.0f}  {event}\n         -> {after}\n         .. {effects}")
        done.add((type(state), type(event)))
        witness.saw(state, event, after, effects, now)
        state = after

    for _ in range(length):
        if rng.random() < 0.02:
            now += rng.choice((0, 5, 1200))
            state, effects = reopen(state, now, policy)
            tell(f"{now:7.0f}  the server is restarted\n         -> {state}\n         .. {effects}")
            witness.saw_restart(state, effects, now)
        elif rng.random() < 0.75:
            happens(any_event(rng, state, now))
        else:
            now += rng.choice((1, 10, 10, 20, 60, 90))
            for wake in witness.due(now):
                happens(wake.event)
        if isinstance(state, Closed) and state.rated:
            break
    _comes_to_an_end(state, witness, now, policy)
    return done


def _comes_to_an_end(state: AnyState, witness: Witness, now: float, policy: SessionPolicy) -> None:
    """Whatever has happened: with the stop key, or with time alone where nobody is there, the session closes."""
    if not isinstance(state, WrappingUp | Closed):
        after, effects = step(state, ev.ResidentEnded(), now, policy)
        witness.saw(state, ev.ResidentEnded(), after, effects, now)
        state = after
    while not isinstance(state, Closed):
        assert witness.timers, f"{state} will never end"
        now = max(now, min(t.at for t in witness.timers))
        for wake in witness.due(now):
            try:
                after, effects = step(state, wake.event, now, policy)
            except NotNow:
                continue
            witness.saw(state, wake.event, after, effects, now)
            state = after


if __name__ == "__main__":
    walk(int(sys.argv[1]), tell=print)
