"""What is kept of each case beyond its visits: read from a session's state after every step. Pure."""

from __future__ import annotations

import msgspec

from signaling.domain.case import Case, CaseState, Outcome
from signaling.domain.case_file import CaseFile
from signaling.domain.parties import Level
from signaling.domain.states import AnyState, Closed, folder_of, ticket_of, was_talked_to


class CaseRecord(msgspec.Struct, frozen=True):
    """One case. `session` is the visit that worked at it last; `opened_at` and `as_of` are seconds since 1970."""

    number: str
    home: str
    host: str
    service: str
    as_of: float
    level: Level
    state: CaseState
    due: str | None
    referred_to: str | None
    session: str
    outcome: Outcome | None = None
    """What was decided last; it stays when the home's own system has the case, and while a later visit works at it."""
    handed: int = 0
    """How many visits have decided it."""
    file: CaseFile = CaseFile()
    """What an ended visit leaves to the next; empty while one works at it."""

    def taken_up(self) -> Case:
        """As another visit goes on with it."""
        return Case(self.number, self.service, self.as_of, self.level, self.file, stood=self.state, decided=self.outcome, handed=self.handed)


_GOES_ON = ("accepted-with-gaps", "returned")


def goes_on(record: CaseRecord) -> bool:
    """Whether a later visit may bring what is missing: also when the home's own system knows of it."""
    return record.state == "collecting" or record.outcome in _GOES_ON


def cases_of(state: AnyState) -> tuple[CaseRecord, ...]:
    """Every case of a session, as it stands in `state`."""
    ticket = ticket_of(state)
    return tuple(
        CaseRecord(
            case.number, ticket.home, ticket.host, case.service, case.as_of, case.level, _state(state, case), case.due, case.referred_to,
            ticket.session, case.outcome or case.decided, case.handed + (isinstance(state, Closed) and case.outcome is not None),
            case.file if isinstance(state, Closed) else CaseFile(),
        )
        for case in folder_of(state).cases
    )  # fmt: skip


def changed(before: AnyState | None, after: AnyState) -> tuple[CaseRecord, ...]:
    """Those that a step has changed."""
    known = {} if before is None else {each.number: each for each in cases_of(before)}
    return tuple(each for each in cases_of(after) if known.get(each.number) != each)


def dropped(before: AnyState, after: AnyState) -> tuple[str, ...]:
    """Numbers of those that a step has taken away."""
    left = {case.number for case in folder_of(after).cases}
    return tuple(case.number for case in folder_of(before).cases if case.number not in left)


def _state(state: AnyState, case: Case) -> CaseState:
    if case.outcome is not None:
        return case.outcome
    if was_talked_to(state):
        return "collecting"
    if case.stood is not None:
        return case.stood  # nobody has worked at it in this visit
    return "closed" if isinstance(state, Closed) else "drafted"
