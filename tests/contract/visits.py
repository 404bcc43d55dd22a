"""Visits for the stores to keep: made by the domain itself, so that what is stored is what really happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from signaling.domain.case import case_number, ticket_number
from signaling.domain.effects import Enter
from signaling.domain.events import Answered, BytesOnDisk, CounterChosen, Event
from signaling.domain.parties import Party
from signaling.domain.session import SessionPolicy, begin, step
from signaling.domain.states import AnyState, Consent, SealedTo, Ticket
from signaling.office.ports import Cause, Opening, Stored

POLICY = SessionPolicy()
DAY = "20261123"
T0 = 1_795_399_200.0
RESIDENT = "张明月"
KIOSK = Cause("kiosk:haiyan-1")


SEALED_TO = SealedTo("a2V5", "5e" * 32)


def taken(session: str, home: str = "jinshan", at: float = T0, sealed_to: SealedTo = SEALED_TO, *, papers: bool = False) -> Callable[[int], Opening]:
    """What `open_session` makes of the day's serial."""

    def make(serial: int) -> Opening:
        ticket = Ticket(
            session=session, number=ticket_number("J", serial), case=case_number("310116", "330424", DAY, serial), kiosk="haiyan-1",
            host="haiyan", home=home, service="marriage-registration", language="zh-CN", needs=("large-type",), parties=(Party(RESIDENT),),
            taken_at=at, consents=tuple(Consent(text, "2026-11-01", "zh-CN", True) for text in ("recording", *(("papers-to-home",) if papers else ()))), sealed_to=sealed_to,
        )
        state, effects = begin(ticket, at)
        return Opening(state, tuple(e for e in effects if isinstance(e, Enter)))

    return make


async def opened(store: Any, session: str, home: str = "jinshan", at: float = T0, cause: Cause = KIOSK, day: str = DAY,
                 sealed_to: SealedTo = SEALED_TO, *, papers: bool = False) -> Stored:  # fmt: skip
    """A resident has taken a ticket."""
    stored = await store.open_session(session, home, day, taken(session, home, at, sealed_to, papers=papers), at, cause)
    assert isinstance(stored, Stored)
    return stored


def after(state: AnyState, *events: Event, now: float = T0 + 60) -> tuple[AnyState, tuple[Enter, ...]]:
    """The state after `events`, and everything that they enter into the ledger."""
    entries: tuple[Enter, ...] = ()
    for event in events:
        state, effects = step(state, event, now, POLICY)
        entries += tuple(e for e in effects if isinstance(e, Enter))
    return state, entries


async def moved(store: Any, before: Stored, *events: Event, cause: Cause, now: float = T0 + 60) -> Stored:
    """The session goes on by `events`, in one step of the store."""
    state, entries = after(before.state, *events, now=now)
    stored = await store.advance(before, state, entries, now, cause)
    assert isinstance(stored, Stored)
    return stored


def rung_by(clerk: str, counter: str = "jinshan-3") -> tuple[Event, ...]:
    """The clerk was rung and has answered, and the talk is recorded."""
    return CounterChosen(clerk, counter), Answered(clerk), BytesOnDisk(T0 + 60)
