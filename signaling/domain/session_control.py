"""Remote operation: asked for, granted by a touch, used, ended; and what both sides write to each other."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.asks import AskControl
from signaling.domain.case_file import MOST_TEXTS, TextLine
from signaling.domain.control import FORM, Grant
from signaling.domain.effects import Enter
from signaling.domain.folder import Folder
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_asks import asked
from signaling.domain.session_common import TALKING, with_talk
from signaling.domain.states import InSession, OnHold, Parked, Reconnecting, WrappingUp

# --- remote operation -----------------------------------------------------------------------------


@whenever(TALKING, ev.WindowsOffered, to=SAME)
def offer(s: InSession | OnHold | Reconnecting, e: ev.WindowsOffered, now: float, policy: SessionPolicy) -> Step:
    """The kiosk's desktop is there, or has gone: then nothing of it is operated, nor asked for."""
    after = with_talk(s, msgspec.structs.replace(s.talk, windows=e.windows))
    if not isinstance(after, InSession):
        return after, ()
    there = (FORM, *(window.code for window in e.windows))
    grant = None if after.grant is not None and after.grant.scope not in there else after.grant
    ask = None if isinstance(after.ask, AskControl) and after.ask.scope not in there else after.ask
    return msgspec.structs.replace(after, grant=grant, ask=ask), ()


@when(InSession, ev.ControlAsked, to=InSession)
def ask_for_control(s: InSession, e: ev.ControlAsked, now: float, policy: SessionPolicy) -> Step:
    if e.scope == FORM:
        form = s.talk.file.form
        if form is None or not form.laid:
            raise NotNow("no form lies on the table", code="no-form")
        if form.frozen is not None:
            raise NotNow("the form is frozen", code="form-frozen")
        if e.level != "control":
            raise NotNow("the form is seen by both anyway")
    elif all(window.code != e.scope for window in s.talk.windows):
        raise NotNow("the kiosk has no such window", code="unknown-window")
    return asked(s, AskControl(e.ask, now + policy.answer, e.scope, e.level, e.purpose, e.minutes))


@whenever((*TALKING, WrappingUp), ev.ControlUsed, to=SAME)
def use(s: InSession | OnHold | Reconnecting | WrappingUp, e: ev.ControlUsed, now: float, policy: SessionPolicy) -> Step:
    """Also just after its end: what was done then is told by the kiosk a moment later."""
    if s.talk.operated != e.grant:
        raise NotNow("nothing of that kind was allowed", code="no-grant")
    bodies = ({"grant": e.grant, "did": each.did, "field": each.field, "count": each.count, "code": each.code} for each in e.lines)
    return s, tuple(Enter("control-used", body) for body in bodies)


@when(InSession, ev.ControlStopped, to=InSession)
def stop(s: InSession, e: ev.ControlStopped, now: float, policy: SessionPolicy) -> Step:
    _grant(s, e.grant)
    return msgspec.structs.replace(s, grant=None), ()


@when(InSession, ev.ControlRanOut, to=InSession)
def run_out(s: InSession, e: ev.ControlRanOut, now: float, policy: SessionPolicy) -> Step:
    if _grant(s, e.grant).until != e.until:
        raise NotNow("an earlier one")
    return msgspec.structs.replace(s, grant=None), ()


def _grant(s: InSession, grant: str) -> Grant:
    if s.grant is None or s.grant.id != grant:
        raise NotNow("nothing of that kind is allowed now", code="no-grant")
    return s.grant


# --- what is written ------------------------------------------------------------------------------


@whenever((InSession, Reconnecting), ev.TextSaid, to=SAME)
def write(s: InSession | Reconnecting, e: ev.TextSaid, now: float, policy: SessionPolicy) -> Step:
    """Also while the other side's line is being repaired: they read it when they are back. Not on hold: then nothing passes."""
    if isinstance(s, Reconnecting) and isinstance(s.before, OnHold):
        raise NotNow("the talk is on hold")
    folder = s.talk.folder
    if len(folder.texts) >= MOST_TEXTS:
        raise NotNow(f"{MOST_TEXTS} lines are the most", code="too-many-texts")
    line = TextLine(len(folder.texts) + 1, e.end, e.at, e.text, e.salt)
    talk = msgspec.structs.replace(s.talk, folder=msgspec.structs.replace(folder, texts=(*folder.texts, line)))
    return with_talk(s, talk), (Enter("text-said", {"n": line.n, "by": line.by, "digest": line.digest}),)


@when(WrappingUp, ev.TextsKept, to=WrappingUp)
def keep_texts(s: WrappingUp, e: ev.TextsKept, now: float, policy: SessionPolicy) -> Step:
    return msgspec.structs.replace(s, talk=msgspec.structs.replace(s.talk, folder=_kept(s.talk.folder, e))), (kept_entry(e),)


@when(Parked, ev.TextsKept, to=Parked)
def keep_texts_of_a_parked_visit(s: Parked, e: ev.TextsKept, now: float, policy: SessionPolicy) -> Step:
    return msgspec.structs.replace(s, earlier=msgspec.structs.replace(s.earlier, folder=_kept(s.earlier.folder, e))), (kept_entry(e),)


def kept_entry(e: ev.TextsKept) -> Enter:
    """What the ledger says of a transcript, in whichever state."""
    return Enter("texts-kept", {"texts": e.texts, "digest": e.digest, "count": e.count})


def _kept(folder: Folder, e: ev.TextsKept) -> Folder:
    if e.upto <= folder.texts_kept:
        raise NotNow("they are kept already")
    return msgspec.structs.replace(folder, texts_kept=e.upto)
