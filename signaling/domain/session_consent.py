"""Consent during the visit: withdrawn, with what follows from it, or given again."""

from __future__ import annotations

from typing import Any

import msgspec

from signaling.domain import events as ev
from signaling.domain.asks import AskControl, AskPage, AskSignature
from signaling.domain.consent import (
    PAPERS,
    RECORDING,
    changes_of,
    current,
    entry,
    lets_accept,
    replaced,
)
from signaling.domain.control import FORM
from signaling.domain.effects import Effect, Enter, FindClerk, SetSourceOn
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, close, reopened, talked_with, with_talk, wrap_up
from signaling.domain.states import (
    AnyState,
    Closed,
    Consent,
    Earlier,
    End,
    InSession,
    OnHold,
    Parked,
    Reconnecting,
    Ringing,
    Source,
    SteppedAway,
    Talk,
    Waiting,
    WrappingUp,
    ticket_of,
)

InLine = Waiting | SteppedAway | Ringing
Talking = InSession | OnHold | Reconnecting
IN_LINE: tuple[type[Any], ...] = (Waiting, SteppedAway, Ringing)
TALKS: tuple[type[Any], ...] = TALKING

# --- withdrawn ------------------------------------------------------------------------------------


def withdraw_in_line(s: InLine, e: ev.ConsentWithdrawn, now: float, policy: SessionPolicy) -> Step:
    """Without the recording there is no talk to wait for."""
    consent = _withdrawn(s, e, now)
    if e.text == RECORDING:
        waiting = s if isinstance(s, Waiting) else s.waiting
        closed, effects = close(waiting.ticket, "consent-withdrawn", None, talked_with(waiting.earlier), now, FindClerk(), folder=waiting.folder)
        return closed, (entry("consent-withdrawn", consent), *effects)
    return _reopened(_changed(s, consent), entry("consent-withdrawn", consent))


def withdraw_in_talk(s: Talking, e: ev.ConsentWithdrawn, now: float, policy: SessionPolicy) -> Step:
    """Without the recording the talk ends at once; without the papers nothing more is shown, asked for or written."""
    consent = _withdrawn(s, e, now)
    talk = msgspec.structs.replace(s.talk, consent_changes=replaced(s.talk.consent_changes, consent))
    told = entry("consent-withdrawn", consent)
    if e.text == RECORDING:
        wrapping, effects = wrap_up(talk, "consent-withdrawn", now, policy)
        return wrapping, (told, *effects)
    talk, again = _stands(with_talk(s, talk), talk)
    if e.text != PAPERS:
        return with_talk(s, talk), (told, *again)
    talk, quiet = _nothing_shown(talk)
    after = with_talk(s, talk)
    return (_nothing_asked(after) if isinstance(after, InSession) else after), (told, *again, *quiet)


for _waits in IN_LINE:
    when(_waits, ev.ConsentWithdrawn, to=(_waits, Closed))(withdraw_in_line)
for _talks in TALKS:
    when(_talks, ev.ConsentWithdrawn, to=(_talks, WrappingUp))(withdraw_in_talk)


@when(Parked, ev.ConsentWithdrawn, to=(Parked, Closed))
def withdraw_while_parked(s: Parked, e: ev.ConsentWithdrawn, now: float, policy: SessionPolicy) -> Step:
    consent = _withdrawn(s, e, now)
    if e.text == RECORDING:
        closed, effects = close(s.ticket, "consent-withdrawn", None, s.clerk, now, folder=s.earlier.folder)
        return closed, (entry("consent-withdrawn", consent), *effects)
    return _reopened(_changed(s, consent), entry("consent-withdrawn", consent))


@when(WrappingUp, ev.ConsentWithdrawn, to=WrappingUp)
def withdraw_afterwards(s: WrappingUp, e: ev.ConsentWithdrawn, now: float, policy: SessionPolicy) -> Step:
    """An outcome that may not stand any more is chosen anew, and its day is not promised any more."""
    if e.method == "spoken":
        raise NotNow("the resident does not speak to the clerk any more")
    consent = _withdrawn(s, e, now)
    talk = msgspec.structs.replace(s.talk, consent_changes=replaced(s.talk.consent_changes, consent))
    after = msgspec.structs.replace(s, talk=talk)
    talk, effects = _stands(after, talk)
    return msgspec.structs.replace(s, talk=talk, outcome=talk.case.outcome, due=talk.case.due), (entry("consent-withdrawn", consent), *effects)


def _withdrawn(s: AnyState, e: ev.ConsentWithdrawn, now: float) -> Consent:
    """Raises NotNow where it is not given, and where the clerk speaks of the recording: that is stopped by a touch, or with the talk."""
    before = _of(s, e.text)
    if not before.given:
        raise NotNow("it is not given")
    _may_be_spoken(e)
    return msgspec.structs.replace(before, given=False, method=e.method, at=round(now * 1000))


# --- given again ----------------------------------------------------------------------------------


@whenever((*IN_LINE, *TALKING, Parked), ev.ConsentGivenAgain, to=SAME)
def give_again(s: InLine | Talking | Parked, e: ev.ConsentGivenAgain, now: float, policy: SessionPolicy) -> Step:
    """In the version with which the visit began, as its form and its rules are."""
    before = _of(s, e.text)
    if before.given:
        raise NotNow("it is given")
    _may_be_spoken(e)
    consent = msgspec.structs.replace(before, given=True, language=e.language or ticket_of(s).language, method=e.method, at=round(now * 1000))
    return _changed(s, consent), (entry("consent-given", consent),)


def _of(s: AnyState, text: str) -> Consent:
    found = next((consent for consent in current(s) if consent.text == text), None)
    if found is None:
        raise NotNow(f"{text} was not asked for")
    return found


def _may_be_spoken(e: ev.ConsentWithdrawn | ev.ConsentGivenAgain) -> None:
    if e.method == "spoken" and e.text == RECORDING:
        raise NotNow("the recording is answered by a touch")


# --- what follows ---------------------------------------------------------------------------------


def _changed(s: Any, consent: Consent) -> AnyState:
    """The same state; what was said goes where it goes along from talk to talk."""
    match s:
        case SteppedAway() | Ringing():
            return msgspec.structs.replace(s, waiting=_changed(s.waiting, consent))
        case Waiting() if s.earlier is None:
            return msgspec.structs.replace(s, consent_changes=replaced(s.consent_changes, consent))
        case Waiting() | Parked():
            assert s.earlier is not None, "the first case has those without"
            return msgspec.structs.replace(s, earlier=msgspec.structs.replace(s.earlier, consent_changes=replaced(changes_of(s), consent)))
        case _:
            return with_talk(s, msgspec.structs.replace(s.talk, consent_changes=replaced(s.talk.consent_changes, consent)))


def _stands(s: AnyState, talk: Talk) -> tuple[Talk, tuple[Effect, ...]]:
    """The talk of a state, in which nothing is accepted that may not be."""
    if lets_accept(s):
        return talk, ()
    folder, effects = reopened(talk.folder)
    return msgspec.structs.replace(talk, folder=folder), effects


def _reopened(s: AnyState, told: Effect) -> Step:
    """Where nobody talks: what an earlier talk of this visit has accepted may not stand any more either."""
    if lets_accept(s):
        return s, (told,)
    earlier = s.earlier if isinstance(s, Waiting | Parked) else s.waiting.earlier if isinstance(s, SteppedAway | Ringing) else None
    if earlier is None:
        return s, (told,)
    folder, effects = reopened(earlier.folder)
    return _with_earlier(s, msgspec.structs.replace(earlier, folder=folder)), (told, *effects)


def _with_earlier(s: Any, earlier: Earlier) -> AnyState:
    if isinstance(s, SteppedAway | Ringing):
        return msgspec.structs.replace(s, waiting=_with_earlier(s.waiting, earlier))
    after: AnyState = msgspec.structs.replace(s, earlier=earlier)
    return after


def _nothing_shown(talk: Talk) -> tuple[Talk, tuple[Effect, ...]]:
    """Off the table, and no paper under the camera is sent on; the kiosk is told to let go of the picture."""
    form = talk.file.form
    effects: tuple[Effect, ...] = ()
    if form is not None and form.laid:
        talk = talk.with_file(msgspec.structs.replace(talk.file, form=msgspec.structs.replace(form, laid=False)))
        effects = (Enter("form-put-away"),)
    pair: tuple[End, Source] = ("resident", "document")
    if pair not in talk.on:
        return talk, effects
    off = (Enter("source-off", {"end": "resident", "source": "document"}), SetSourceOn(talk.room, "resident", "document", on=False))
    on = tuple(each for each in talk.on if each != pair)
    return msgspec.structs.replace(talk, on=on, stopped=(*talk.stopped, pair)), (*effects, *off)


def _nothing_asked(s: InSession) -> InSession:
    """What `let_go` then tells: the question for a page or a signature, and what the clerk does in the form."""
    ends = isinstance(s.ask, AskPage | AskSignature) or (isinstance(s.ask, AskControl) and s.ask.scope == FORM)
    operated = s.grant is not None and s.grant.scope == FORM
    return msgspec.structs.replace(s, ask=None if ends else s.ask, grant=None if operated else s.grant)
