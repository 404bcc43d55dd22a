"""Hand-overs: every decided case has its place in the outbox, and what was acknowledged stands in the ledger, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recordings.inspection import Finding, broken, pending
from recordings.ledger import Entry
from signaling.domain.handover import HandOver, handovers_of
from signaling.domain.states import AnyState


class HandOversOfSession:
    """Takes the entries of one session; `rows` are what the outbox has of it."""

    def __init__(self, session: str, state: AnyState | None, rows: Sequence[HandOver]) -> None:
        self._here = f"session {session}"
        self._state = state
        self._rows = rows
        self._told: dict[tuple[object, object], list[Entry]] = {}

    def take(self, entry: Entry) -> None:
        """One entry."""
        if entry.what == "handed-over":
            self._told.setdefault((entry.body.get("case"), entry.body.get("n")), []).append(entry)

    def end(self) -> Iterator[Finding]:
        """What does not fit together."""
        if self._state is not None:
            yield from self._owed({owed.key for owed in handovers_of(self._state)}, {row.key for row in self._rows})
        for row in self._rows:
            yield from self._settled(row, self._told.pop((row.case, row.n), []))
        for strange in self._told.values():
            yield broken("handover-differs", f"{self._here}, entry {strange[0].seq}", "it tells of a case that the outbox does not have")

    def _owed(self, owed: set[tuple[str, str, int]], there: set[tuple[str, str, int]]) -> Iterator[Finding]:
        for _home, case, n in sorted(owed - there):
            yield broken("handover-missing", self._here, f"the case {case} ({n}) was decided, and the outbox does not have it")
        for _home, case, n in sorted(there - owed):
            yield broken("handover-differs", self._here, f"the outbox has the case {case} ({n}), which was not decided here")

    def _settled(self, row: HandOver, told: Sequence[Entry]) -> Iterator[Finding]:
        if len(told) > 1:
            yield broken("handed-over-twice", f"{self._here}, entry {told[1].seq}", f"entry {told[0].seq} says that {row.case} was handed over before")
        if row.state == "acknowledged" and not told:
            yield broken("handover-differs", self._here, f"{row.case} is acknowledged, and its ledger does not say so")
        elif told and (row.state, row.digest, row.receipt) != ("acknowledged", told[0].body.get("digest"), told[0].body.get("receipt")):
            yield broken("handover-differs", f"{self._here}, entry {told[0].seq}", f"{row.case} is another one in the outbox, or not acknowledged there")
        elif row.state == "refused" or (row.state == "queued" and row.stuck_at is not None):
            yield pending("handover-waiting", self._here, f"{row.case} has not reached its home's system: {row.code or 'home-away'}")
