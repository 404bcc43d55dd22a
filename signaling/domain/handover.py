"""Handing a decided case over to its home's own system: which cases, exactly once each, and what follows from an attempt. Pure.

A hand-over is owed from the moment in which its visit is closed with an outcome, and stands in the outbox until the home's system has
acknowledged it. Without an answer it is tried again for ever; a refusal is final until an administrator says again.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.case import CaseState, Outcome
from signaling.domain.effects import Enter
from signaling.domain.refusals import NotNow
from signaling.domain.states import AnyState, Closed

OURS = frozenset({"custody-away", "head-pending"})
"""Codes of failures that the home's system has no part in."""
HandOverState = Literal["queued", "acknowledged", "refused"]


class HandOver(msgspec.Struct, frozen=True):
    """One case on its way to its home's system. Times are seconds since 1970-01-01 UTC.

    `attempts` counts those since it was queued, `code` says why the last one failed. `metadata` (canonical JSON) and `digest` fix the
    electronic file from its first assembly on, so that it is the same file however often it is made; the metadata hold names and
    go with the acknowledgement. `receipt` is the number by which the home's system acknowledged it.
    """

    home: str
    case: str
    n: int
    session: str
    service: str
    outcome: Outcome
    due: str | None
    queued_at: float
    next_at: float
    state: HandOverState = "queued"
    attempts: int = 0
    code: str | None = None
    stuck_at: float | None = None
    metadata: str | None = None
    digest: str | None = None
    receipt: str | None = None
    settled_at: float | None = None
    """When it was acknowledged or refused."""

    @property
    def key(self) -> tuple[str, str, int]:
        """What there is only one of."""
        return self.home, self.case, self.n


def handovers_of(state: AnyState) -> tuple[HandOver, ...]:
    """What is owed to the home's system for a visit that is in `state`: one for each case that was decided, none while none is."""
    if not isinstance(state, Closed):
        return ()
    home, session, at = state.ticket.home, state.ticket.session, state.at
    return tuple(
        HandOver(home, case.number, case.handed + 1, session, case.service, case.outcome, case.due, queued_at=at, next_at=at)
        for case in state.cases if case.outcome is not None
    )  # fmt: skip


def stands_as(handover: HandOver) -> CaseState | None:
    """How its case stands from now on; None: as it did. What was returned is still to be completed, whoever knows of it."""
    return "handed-over" if handover.state == "acknowledged" and handover.outcome != "returned" else None


class RetryPolicy(msgspec.Struct, frozen=True):
    """When to try again, in seconds: the pauses double from `first` to `most`, and there is no last one.

    It is `stuck`, and somebody must look, after so many failures or so many seconds, whichever comes first.
    """

    first: float = 2.0
    most: float = 300.0
    ours: float = 30.0
    """The longest pause while it is not the home's system that is waited for: its ledger is not signed yet, its custody is away."""
    stuck_failures: int = 20
    stuck_seconds: float = 1800.0

    def pause(self, failures: int, asked: float = 0.0) -> float:
        """After so many failures in a row (from 1). `asked` is what the other side wants; it may be longer, up to `most`."""
        doubled = self.first * float(2 ** min(failures - 1, 30))
        return min(max(doubled, asked), self.most)

    def is_stuck(self, handover: HandOver, now: float) -> bool:
        """Whether a person must look at it. Said once."""
        tried_enough = handover.attempts >= self.stuck_failures or now - handover.queued_at >= self.stuck_seconds
        return handover.state == "queued" and handover.stuck_at is None and tried_enough


Turn = tuple[HandOver, tuple[Enter, ...]]
"""What becomes of a hand-over, and what the session's ledger says of it."""


def prepared(handover: HandOver, metadata: str, digest: str) -> HandOver:
    """From now on it is this very file."""
    return msgspec.structs.replace(handover, metadata=metadata, digest=digest)


def acknowledged(handover: HandOver, receipt: str, now: float) -> Turn:
    """The home's system has it."""
    done = msgspec.structs.replace(handover, state="acknowledged", receipt=receipt, settled_at=now, metadata=None, code=None, attempts=handover.attempts + 1)
    return done, (Enter("handed-over", {**_of(handover), "digest": handover.digest, "receipt": receipt}),)


def refused(handover: HandOver, code: str, now: float) -> Turn:
    """The home's system does not want it as it is."""
    done = msgspec.structs.replace(handover, state="refused", code=code, settled_at=now, attempts=handover.attempts + 1)
    return done, (Enter("handover-refused", {**_of(handover), "code": code}),)


def failed(handover: HandOver, code: str, now: float, policy: RetryPolicy, asked: float = 0.0) -> Turn:
    """Nobody knows yet whether the home's system has it: again, later."""
    attempts = handover.attempts + 1
    pause = policy.pause(attempts, asked)
    later = msgspec.structs.replace(handover, attempts=attempts, code=code, next_at=now + (min(pause, policy.ours) if code in OURS else pause))
    return stuck(later, now) if policy.is_stuck(later, now) else (later, ())


def stuck(handover: HandOver, now: float) -> Turn:
    """It has waited for so long that somebody must look; it goes on being tried."""
    return msgspec.structs.replace(handover, stuck_at=now), (Enter("handover-stuck", {**_of(handover), "code": handover.code or "home-away"}),)


def again(handover: HandOver, now: float) -> Turn:
    """An administrator says so, of one that was refused or waits for its next attempt. Raises `NotNow`."""
    if handover.state == "acknowledged":
        raise NotNow("the home's system has it")
    queued = msgspec.structs.replace(handover, state="queued", attempts=0, code=None, next_at=now, queued_at=now, stuck_at=None, settled_at=None)
    return queued, (Enter("handover-again", _of(handover)),)


def _of(handover: HandOver) -> dict[str, str | int]:
    return {"case": handover.case, "n": handover.n}
