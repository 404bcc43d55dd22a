"""What the clerk asks of the resident: to see the kiosk's screen, to lay a page under the camera; and what becomes of the pictures."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.asks import AnyAsk, AskControl, AskPage, AskScreen, AskSignature, facts
from signaling.domain.case_file import MOST_STILLS, CaseFile, Still
from signaling.domain.control import Grant
from signaling.domain.control import facts as granted
from signaling.domain.effects import Enter, Wake
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, with_talk
from signaling.domain.states import InSession, OnHold, Reconnecting, Talk, WrappingUp

# --- one question at a time -----------------------------------------------------------------------


@when(InSession, ev.ScreenAsked, to=InSession)
def ask_for_screen(s: InSession, e: ev.ScreenAsked, now: float, policy: SessionPolicy) -> Step:
    if ("resident", "screen") in s.talk.on:
        raise NotNow("it is shown already")
    return asked(s, AskScreen(e.ask, now + policy.answer))


@when(InSession, ev.PageAsked, to=InSession)
def ask_for_page(s: InSession, e: ev.PageAsked, now: float, policy: SessionPolicy) -> Step:
    if sum(len(case.file.stills) for case in s.talk.folder.cases) >= MOST_STILLS:
        raise NotNow(f"{MOST_STILLS} stills are the most", code="too-many-stills")
    return asked(s, AskPage(e.ask, now + policy.page, e.material))


@when(InSession, ev.AskAnswered, to=InSession)
def answer(s: InSession, e: ev.AskAnswered, now: float, policy: SessionPolicy) -> Step:
    """A touch; a page needs none, but may be refused."""
    ask = standing(s, e.ask)
    if not e.yes:
        return _ended(s), ()
    match ask:
        case AskScreen():
            return _ended(s, msgspec.structs.replace(s.talk, may_show=True)), ()
        case AskControl():
            grant = Grant(ask.id, ask.scope, ask.level, ask.purpose, now + 60 * ask.minutes)
            return InSession(msgspec.structs.replace(s.talk, operated=grant.id), grant=grant), (Enter("control-granted", granted(grant)), Wake(grant.until, ev.ControlRanOut(grant.id, grant.until)))
        case AskPage() | AskSignature():
            raise NotNow("a page is answered by laying it there, a signature by signing")


@when(InSession, ev.AskWithdrawn, to=InSession)
def withdraw(s: InSession, e: ev.AskWithdrawn, now: float, policy: SessionPolicy) -> Step:
    standing(s, e.ask)
    return _ended(s), ()


@when(InSession, ev.AskRanOut, to=InSession)
def run_out(s: InSession, e: ev.AskRanOut, now: float, policy: SessionPolicy) -> Step:
    """Silence is no."""
    if standing(s, e.ask).until != e.until:
        raise NotNow("it was asked for longer meanwhile")
    return _ended(s), ()


def asked(s: InSession, ask: AnyAsk) -> Step:
    """It stands from now on, and an operation ends: the kiosk shows something else."""
    if s.ask is not None:
        raise NotNow("the resident is being asked something", code="asking-already")
    return InSession(msgspec.structs.replace(s.talk, ended=None), ask), (Enter("asked", facts(ask)), Wake(ask.until, ev.AskRanOut(ask.id, ask.until)))


def _ended(s: InSession, talk: Talk | None = None) -> InSession:
    return msgspec.structs.replace(s, talk=talk or s.talk, ask=None)


def standing(s: InSession, ask: str) -> AnyAsk:
    """The question of that name. Raises NotNow."""
    if s.ask is None or s.ask.id != ask:
        raise NotNow("that question does not stand any more")
    return s.ask


# --- stills ---------------------------------------------------------------------------------------


@when(InSession, ev.TakeAsked, to=InSession)
def take(s: InSession, e: ev.TakeAsked, now: float, policy: SessionPolicy) -> Step:
    """Another picture may be asked for while one is on its way: the newest wins."""
    page = _page(s, e.ask)
    page = msgspec.structs.replace(page, take=e.take, until=now + policy.page)
    return InSession(s.talk, page), (Wake(page.until, ev.AskRanOut(page.id, page.until)),)


@when(InSession, ev.StillTaken, to=InSession)
def taken(s: InSession, e: ev.StillTaken, now: float, policy: SessionPolicy) -> Step:
    page = _page(s, e.ask)
    if page.take != e.take or e.still.material != page.material:
        raise NotNow("that picture is not wanted any more")
    original, straight = e.digests
    return InSession(s.talk.with_file(s.talk.file.with_still(e.still)), msgspec.structs.replace(page, take=None)), (
        Enter("still-taken", {"still": f"{e.still.number}-original", "digest": original, **_of(s.talk, e.still), **e.basis.facts}),
        Enter("still-taken", {"still": f"{e.still.number}-page", "digest": straight, **_of(s.talk, e.still), **e.basis.facts}),
    )


@when(InSession, ev.StillKept, to=InSession)
def keep(s: InSession, e: ev.StillKept, now: float, policy: SessionPolicy) -> Step:
    """Into the case; the question for this page is answered with it."""
    still = _still(s.talk.file, e.number)
    if still.kept:
        raise NotNow("it is kept already")
    answered = isinstance(s.ask, AskPage) and s.ask.material == still.material
    file = s.talk.file.with_still(msgspec.structs.replace(still, kept=True))
    return msgspec.structs.replace(s, talk=s.talk.with_file(file), ask=None if answered else s.ask), (Enter("still-kept", _of(s.talk, still)),)


@when(InSession, ev.StillChecked, to=InSession)
def check(s: InSession, e: ev.StillChecked, now: float, policy: SessionPolicy) -> Step:
    """The original lies there: whoever may, vouches that the still is of it."""
    still = _still(s.talk.file, e.number)
    if not still.kept:
        raise NotNow("it is not in the case")
    if still.checked is not None:
        raise NotNow("it has been checked")
    file = s.talk.file.with_still(msgspec.structs.replace(still, checked=e.copy))
    entry = Enter("still-checked", {"still": f"{e.copy}-checked", "digest": e.digest, **_of(s.talk, still), **e.basis.facts})
    return msgspec.structs.replace(s, talk=s.talk.with_file(file)), (entry,)


@whenever(TALKING, ev.StillDropped, to=SAME)
def drop(s: InSession | OnHold | Reconnecting, e: ev.StillDropped, now: float, policy: SessionPolicy) -> Step:
    """Out of the case; what was taken stays proved, and is erased with the recording."""
    still = _still(s.talk.file, e.number)
    return with_talk(s, s.talk.with_file(s.talk.file.without(e.number))), (Enter("still-dropped", _of(s.talk, still)),)


@when(WrappingUp, ev.StillDropped, to=WrappingUp)
def drop_afterwards(s: WrappingUp, e: ev.StillDropped, now: float, policy: SessionPolicy) -> Step:
    still = _still(s.talk.file, e.number)
    return msgspec.structs.replace(s, talk=s.talk.with_file(s.talk.file.without(e.number))), (Enter("still-dropped", _of(s.talk, still)),)


def _page(s: InSession, ask: str) -> AskPage:
    page = standing(s, ask)
    if not isinstance(page, AskPage):
        raise NotNow("no page was asked for")
    return page


def _still(file: CaseFile, number: int) -> Still:
    still = file.still(number)
    if still is None:
        raise NotNow("there is no such still", code="unknown-still")
    return still


def _of(talk: Talk, still: Still) -> dict[str, str | int | tuple[str, ...]]:
    """Which one, for which case, and what was said of it."""
    return {"case": talk.case.number, "number": still.number, "material": still.material, "reasons": still.reasons}
