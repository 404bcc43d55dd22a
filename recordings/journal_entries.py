"""A writer's journal line as an entry of its session's ledger (docs/recording.md, "Ledger entries of a recording"). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recordings import canonical
from recordings.coverage import check
from recordings.names import session_id

_KINDS = frozenset({"key-wrapped", "first-byte", "segment", "picture", "gap", "interval", "room-closed"})


class BadJournalLine(ValueError):
    """A line that is none of a journal, or not in its form."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a line says of a session: `what` as in the journal, the entry's name and its body."""

    session: str
    what: str
    body: Mapping[str, Any]

    @property
    def entry(self) -> str:
        """The entry's `what`."""
        return f"rec-{self.what}"


def told(line: str) -> Told | None:
    """What the line says; None for one that is about the writer itself. Raises BadJournalLine."""
    try:
        fields = canonical.read(line.encode())
        what = fields.pop("what")
        fields.pop("n")
        if what == "writer-started":
            return None
        if what not in _KINDS:
            raise ValueError(f"{what!r} is no kind of line")
        session = session_id(fields.pop("session"))
        check(f"rec-{what}", fields)
        canonical.write({"body": fields})  # what a ledger would refuse is no line either
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadJournalLine(str(error)) from None
    return Told(session, what, fields)
