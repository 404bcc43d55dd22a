"""A clerk hands the resident on: nobody queues again, nothing that was gathered is lost, and what was shown, asked or allowed ends."""

from __future__ import annotations

import pytest

from signaling.domain import events as ev
from signaling.domain.control import Window
from signaling.domain.effects import CloseRoom, FindClerk
from signaling.domain.refusals import NotNow
from signaling.domain.session import step
from signaling.domain.states import InSession, OnHold, Ringing, Waiting
from tests.stories.visit import POLICY, in_session, on_hold

LATER = 500.0


def handed(state: InSession | OnHold, clerk: str | None = "chen") -> tuple[Waiting, list[tuple[str, dict[str, object]]]]:
    after, effects = step(state, ev.Transferred(clerk), LATER, POLICY)
    assert isinstance(after, Waiting)
    assert FindClerk() in effects and CloseRoom(state.talk.room) in effects
    return after, [(effect.what, dict(effect.body)) for effect in effects if hasattr(effect, "what")]


def test_the_resident_is_first_in_line_for_the_colleague() -> None:
    talk = in_session("J012", "jinshan-3")
    assert isinstance(talk, InSession)
    waiting, told = handed(talk)
    assert (waiting.in_front, waiting.prefer, waiting.passed) == (True, "chen", (talk.talk.clerk,))
    assert told == [("transferred", {"by": talk.talk.clerk, "to": "chen"})]
    ringing, _ = step(waiting, ev.CounterChosen("chen", "at-chen"), LATER, POLICY)
    assert isinstance(ringing, Ringing)
    again, _ = step(ringing, ev.Answered("chen"), LATER + 5, POLICY)
    assert isinstance(again, InSession)
    assert again.talk.file == talk.talk.file and again.talk.generation == talk.talk.generation + 1


def test_from_a_hold_too_and_to_whoever_is_free() -> None:
    held = on_hold("J012", "jinshan-3")
    assert isinstance(held, OnHold)
    waiting, told = handed(held, None)
    assert waiting.prefer is None and told[0][1]["to"] is None


def test_a_question_a_share_and_an_operation_end_with_it() -> None:
    talk = in_session("J012", "jinshan-3")
    shared, _ = step(talk, ev.SourceSwitched("clerk", "screen", on=True), LATER, POLICY)
    asked, _ = step(shared, ev.ScreenAsked("ask-1"), LATER, POLICY)
    assert isinstance(asked, InSession)
    _, told = handed(asked)
    assert ("ask-ended", {"ask": "ask-1", "kind": "screen", "because": "transferred"}) in told
    assert ("source-off", {"end": "clerk", "source": "screen"}) in told
    offered, _ = step(talk, ev.WindowsOffered((Window("portal", "办事网", "Portal"),)), LATER, POLICY)
    wanted, _ = step(offered, ev.ControlAsked("ask-2", "portal", "control", "fill-in", 5), LATER, POLICY)
    granted, _ = step(wanted, ev.AskAnswered("ask-2", yes=True), LATER, POLICY)
    assert isinstance(granted, InSession) and granted.grant is not None
    after, told = handed(granted)
    assert ("control-ended", {"grant": "ask-2", "by": None, "because": "transferred"}) in told
    assert not hasattr(after, "grant")


def test_nobody_hands_on_to_themselves() -> None:
    talk = in_session("J012", "jinshan-3")
    assert isinstance(talk, InSession)
    with pytest.raises(NotNow):
        step(talk, ev.Transferred(talk.talk.clerk), LATER, POLICY)
