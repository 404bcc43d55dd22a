"""What ends by itself when a talk is held, interrupted, handed on or over: questions, permissions and shares, whichever rule it was.

No rule has to remember it: `machine.step` lets go after each one, so that a rule which comes later cannot forget it.
"""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.asks import AnyAsk, Ended, facts, kind_of
from signaling.domain.control import FORM, Grant
from signaling.domain.effects import Effect, Enter, SetSourceOn
from signaling.domain.states import SHARES, AnyState, InSession, OnHold, Reconnecting, Talk, talk_of

_BECAUSE: dict[type, str] = {
    ev.AskWithdrawn: "withdrawn", ev.AskRanOut: "silence", ev.HoldBegan: "hold", ev.EndLost: "line-lost", ev.NodeLost: "node-lost",
    ev.ClerkEnded: "talk-ended", ev.ResidentEnded: "talk-ended", ev.ResidentLeft: "talk-ended", ev.GraceEnded: "line-lost",
    ev.StillKept: "done", ev.SignatureGiven: "done", ev.FormMelted: "form-melted",
    ev.ConsentWithdrawn: "consent-withdrawn",
    ev.Transferred: "transferred", ev.ControlRanOut: "time-over", ev.FormPutAway: "other-screen", ev.FormFrozen: "other-screen", ev.WindowsOffered: "window-gone",
    ev.CaseOpened: "other-screen", ev.CaseTurned: "other-screen", ev.CaseDropped: "other-screen",
    ev.ScreenAsked: "other-screen", ev.PageAsked: "other-screen", ev.SignatureAsked: "other-screen", ev.ControlAsked: "other-screen",
}  # fmt: skip


def let_go(before: AnyState, after: AnyState, event: ev.Event | None) -> tuple[AnyState, tuple[Effect, ...]]:
    """The state without what has no place in it any more, and the entries and orders that say so. `event` None: a restart."""
    after, dark = _no_longer_shown(before, after)
    grant, ask = _grant_of(before), _ask_of(before)
    effects: list[Effect] = list(dark)
    if grant is not None and grant != _grant_of(after):
        ended = _operation(grant, event)
        after = _remembering(after, ended)
        effects.append(Enter("control-ended", {"grant": grant.id, "by": ended.by, "because": ended.because}))
    if ask is not None and not _stands(ask, after):
        ended = _question(ask, event)
        after = _remembering(after, ended)
        effects.append(Enter("ask-ended", {**facts(ask), "because": ended.because}))
    was, now = talk_of(before), talk_of(after)
    if was is None or (now is not None and not (_is_held(after) and not _is_held(before))):
        return after, tuple(effects)
    shared = tuple(pair for pair in (now or was).on if pair[1] in SHARES)
    effects += [Enter("source-off", {"end": end, "source": source}) for end, source in shared]
    if now is None:
        return after, tuple(effects)  # its room is closed
    effects += [SetSourceOn(now.room, end, source, on=False) for end, source in shared]
    quiet = msgspec.structs.replace(now, on=tuple(pair for pair in now.on if pair not in shared), may_show=False, stopped=())
    return _with(after, quiet), tuple(effects)


def _operation(grant: Grant, event: ev.Event | None) -> Ended:
    if isinstance(event, ev.ControlStopped):
        return Ended(grant.id, "grant", event.reason, event.end)
    return Ended(grant.id, "grant", _because(event))


def _question(ask: AnyAsk, event: ev.Event | None) -> Ended:
    if isinstance(event, ev.AskAnswered):
        return Ended(ask.id, kind_of(ask), "allowed" if event.yes else "refused")
    return Ended(ask.id, kind_of(ask), _because(event))


def _because(event: ev.Event | None) -> str:
    return "restart" if event is None else _BECAUSE[type(event)]


def _stands(ask: AnyAsk, after: AnyState) -> bool:
    now = _ask_of(after)
    return now is not None and now.id == ask.id


def _remembering(after: AnyState, ended: Ended) -> AnyState:
    """With the talk, if there still is one and nothing else is asked already."""
    talk = talk_of(after)
    if talk is None or _ask_of(after) is not None:
        return after
    return _with(after, msgspec.structs.replace(talk, ended=ended))


def _no_longer_shown(before: AnyState, after: AnyState) -> tuple[AnyState, list[Effect]]:
    """A window is shown for as long as it may be operated, unless the whole screen may be seen anyway."""
    grant, pair = _grant_of(before), ("resident", "screen")
    talk = talk_of(after)
    if grant is None or grant.scope == FORM or grant == _grant_of(after) or talk is None or talk.may_show or pair not in talk.on:
        return after, []
    quiet = msgspec.structs.replace(talk, on=tuple(each for each in talk.on if each != pair), stopped=(*talk.stopped, pair))
    off: list[Effect] = [Enter("source-off", {"end": "resident", "source": "screen"}), SetSourceOn(talk.room, "resident", "screen", on=False)]
    return _with(after, quiet), off


def _grant_of(state: AnyState) -> Grant | None:
    return state.grant if isinstance(state, InSession) else None


def _ask_of(state: AnyState) -> AnyAsk | None:
    return state.ask if isinstance(state, InSession) else None


def _is_held(state: AnyState) -> bool:
    return isinstance(state.before if isinstance(state, Reconnecting) else state, OnHold)


def _with(state: AnyState, talk: Talk) -> AnyState:
    if isinstance(state, Reconnecting):
        return Reconnecting(msgspec.structs.replace(state.before, talk=talk), state.missing)
    assert isinstance(state, InSession | OnHold), "a talk is in one of the three"
    return msgspec.structs.replace(state, talk=talk)
