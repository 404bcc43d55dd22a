"""What is kept of a visit, read from its last state."""

from __future__ import annotations

import pytest

from signaling.domain.events import (
    Answered,
    BytesOnDisk,
    ClerkEnded,
    CounterChosen,
    EndLost,
    Event,
    GraceEnded,
    ResidentEnded,
    ResidentLeft,
    WrapUpCompleted,
)
from signaling.domain.records import VisitRecord, record_of
from signaling.domain.session import SessionPolicy, step
from tests.notices import TOLD
from tests.stories.visit import waiting

TALK = (CounterChosen("li", "jinshan-3"), Answered("li"), BytesOnDisk(10.0))


def after(*events: Event) -> VisitRecord:
    state = waiting("J012")
    now = 10.0
    for event in events:
        state, _ = step(state, event, now, SessionPolicy())  # type: ignore[assignment] # any state follows
    return record_of(state)


@pytest.mark.parametrize(
    ("events", "state", "clerk", "outcome", "reason"),
    [
        ((), "Waiting", None, None, None),
        ((EndLost("resident"),), "SteppedAway", None, None, None),
        (TALK[:1], "Ringing", "li", None, None),
        (TALK, "InSession", "li", None, None),
        ((*TALK, EndLost("clerk")), "Reconnecting", "li", None, None),
        ((*TALK, EndLost("resident"), GraceEnded("resident", 10.0)), "Parked", "li", None, None),
        ((*TALK, ClerkEnded("accepted")), "WrappingUp", "li", "accepted", "completed"),
        ((*TALK, ResidentEnded()), "WrappingUp", "li", None, "ended-by-resident"),
        ((*TALK, ClerkEnded("accepted"), TOLD, WrapUpCompleted("returned")), "Closed", "li", "returned", "completed"),
        ((ResidentLeft(),), "Closed", None, None, "left-line"),
    ],
)
def test_it_tells_where_the_visit_stands(events: tuple[Event, ...], state: str, clerk: str | None, outcome: str | None, reason: str | None) -> None:
    record = after(*events)
    assert (record.state, record.clerk, record.outcome, record.reason) == (state, clerk, outcome, reason)
    assert record.closed_at == (10.0 if state == "Closed" else None)


def test_it_holds_the_facts_and_no_name() -> None:
    record = after()
    assert (record.number, record.home, record.host, record.kiosk, record.service) == ("J012", "jinshan", "haiyan", "haiyan-1", "marriage-registration")
    assert "张明月" not in str(record)
