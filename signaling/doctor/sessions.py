"""One session: its row is what its state says, its ledger tells the same story and holds as a chain, its recording is complete or said not to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from recordings.coverage import BadFact, is_settled, recorded
from recordings.inspection import Finding, broken, pending
from recordings.ledger import Broken, Entry, utc, verify
from signaling.domain.states import AnyState, Closed, holder_of, ticket_of
from signaling.store.look import SessionRow, Written

YOUNG = 300.0
"""Seconds that declaring and signing may take, custody away for a moment included."""
DECLARED = ("recording-complete", "evidence-incomplete")

_state = msgspec.json.Decoder(AnyState)


def state_of(row: SessionRow) -> AnyState | None:
    """None when the row's state is none. (What is wrong with it is not shown: it may be a name.)"""
    try:
        found: AnyState = _state.decode(row.state)
    except (msgspec.MsgspecError, UnicodeError, TypeError):
        return None
    return found


def is_young(entry: Entry | None, now: float) -> bool:
    """Whether an entry was made within the last YOUNG seconds."""
    try:
        return entry is not None and now - dt.datetime.fromisoformat(entry.at).timestamp() < YOUNG
    except ValueError:
        return False


# --- the row --------------------------------------------------------------------------------------


def check_row(row: SessionRow, state: AnyState | None) -> Iterator[Finding]:
    """The columns follow from the state."""
    if state is None:
        yield broken("row-unreadable", f"session {row.id}", "the stored state is none that this program knows")
        return
    ticket = ticket_of(state)
    told = {
        "id": ticket.session, "state_name": type(state).__name__, "home": ticket.home, "host": ticket.host, "kiosk": ticket.kiosk,
        "service": ticket.service, "clerk": holder_of(state), "number": ticket.number, "case_number": ticket.case,
        "opened_at": ticket.taken_at, "closed_at": state.at if isinstance(state, Closed) else None,
    }  # fmt: skip
    if wrong := [column for column, value in told.items() if getattr(row, column) != value]:
        yield broken("row-differs", f"session {row.id}", f"columns that are not what the stored state says: {', '.join(wrong)}")


def check_clerks(busy: dict[str, list[str]]) -> Iterator[Finding]:
    """A clerk holds one session at most. `busy`: those who hold more."""
    for clerk, sessions in busy.items():
        yield broken("clerk-holds-two", f"clerk {clerk}", f"holds the sessions {', '.join(sessions)} at the same time")


class Story:
    """Takes the entries of one session: how it began and how it ended, as the ledger tells it."""

    def __init__(self, row: SessionRow, state: AnyState | None) -> None:
        self._row = row
        self._state = state
        self._began: list[Entry] = []
        self._closed: list[Entry] = []

    def take(self, entry: Entry) -> None:
        """One entry."""
        if entry.what == "closed":
            self._closed.append(entry)
        elif entry.what == "ticket-taken":
            self._began.append(entry)

    def end(self) -> Iterator[Finding]:
        """One beginning, one end or none, and both as in the row."""
        yield from self._beginning()
        over, here = self._row.closed_at is not None, f"session {self._row.id}"
        if len(self._closed) > 1:
            yield broken("closed-twice", f"{here}, entry {self._closed[1].seq}", f"entry {self._closed[0].seq} says that it was closed before")
        elif over and not self._closed:
            yield broken("not-closed", here, "its row is closed, its ledger is not")
        elif self._closed and not over:
            yield broken("closed-and-live", f"{here}, entry {self._closed[0].seq}", f"its ledger is closed, its row is {self._row.state_name}")
        elif self._closed and isinstance(self._state, Closed):
            told = {"reason": self._state.reason, "outcome": self._state.outcome}
            if self._closed[0].at != utc(self._state.at) or self._closed[0].body != told:
                yield broken("row-and-ledger-differ", f"{here}, entry {self._closed[0].seq}", "its row was closed at another time, or otherwise")

    def _beginning(self) -> Iterator[Finding]:
        here = f"session {self._row.id}"
        if [entry.seq for entry in self._began] != [1]:
            yield broken("no-beginning", here, "its ledger does not begin with one ticket")
        elif self._state is not None:
            ticket = ticket_of(self._state)
            told = {"kiosk": ticket.kiosk, "host": ticket.host, "home": ticket.home, "service": ticket.service, "number": ticket.number, "case": ticket.case}
            if self._began[0].body != told:
                yield broken("row-and-ledger-differ", f"{here}, entry 1", "its row has another ticket")


# --- the chain ------------------------------------------------------------------------------------


def walk(session: str, ledger: Iterator[Written], chained: Callable[[Entry], None], take: Callable[[Written], None]) -> Finding | None:
    """Read a ledger to its end: every entry goes to `take`, and before that to `chained` as long as the chain holds; where it breaks."""
    current: list[Written] = []

    def entries() -> Iterator[Entry]:
        for written in ledger:
            current[:] = [written]
            yield written.entry
            chained(written.entry)  # the next one is asked for: this one holds
            take(written)

    try:
        verify(session, entries())
    except Broken as wrong:
        for written in (*current, *ledger):
            take(written)
        return broken("ledger-broken", f"session {session}, entry {wrong.place}", wrong.reason)
    return None


# --- completeness ---------------------------------------------------------------------------------


def check_completeness(row: SessionRow, ledger: Callable[[], Iterable[Written]], now: float) -> Iterator[Finding]:
    """Every required second is covered, explained, or declared missing; before the session is over, not yet."""
    here = f"session {row.id}"
    said: list[Entry] = []

    def entries() -> Iterator[Entry]:
        for written in ledger():
            if written.entry.what in DECLARED:
                said[:] = [written.entry]
            yield written.entry

    try:
        facts = recorded(entries())
        holes = undeclared(facts.missing, said[0].body["missing"] if said else ())
    except BadFact as bad:
        yield broken("fact-malformed", f"{here}, entry {bad.seq}", str(bad))
        return
    except (KeyError, TypeError) as error:
        yield broken("fact-malformed", here, f"what is declared missing is not in its form: {type(error).__name__}")
        return
    if facts.origin is None:
        return
    late = row.closed_at is not None and now - row.closed_at >= YOUNG
    if not said and row.closed_at is not None:
        text = "it is over, and nothing says whether its recording is complete"
        yield broken("not-declared", here, text) if late else pending("not-declared", here, text)
    certain = late and holes and is_settled(written.entry for written in ledger())
    for hole in holes:
        place = f"{here}, {hole['publication']} from {hole['start']} to {hole['end']} ms"
        text = "neither a segment nor an explanation" + (", nor declared missing" if said else "")
        yield broken("time-missing", place, text) if certain else pending("time-missing", place, text)


def undeclared(missing: Sequence[dict[str, Any]], declared: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The holes that do not lie within one that was declared (docs/package.md, "Completeness")."""
    return [
        hole for hole in missing
        if not any(d["publication"] == hole["publication"] and d["start"] <= hole["start"] and hole["end"] <= d["end"] for d in declared)
    ]  # fmt: skip
