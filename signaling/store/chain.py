"""From the domain's `Enter` effects to chained entries of a session's ledger, and from deeds to those of a record. Pure; shared by every store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recordings.canonical import fixed
from recordings.ledger import Entry, Head, append, head_of, start, utc
from signaling.domain.administration import Deed
from signaling.domain.effects import Enter


def chained(session: str, head: Head | None, entries: Sequence[Enter], at: float, actor: str) -> Iterator[Entry]:
    """One entry for each `Enter`, all of one moment (`at`, seconds since 1970-01-01 UTC) and one actor; `head` is None for a new ledger."""
    head = head or start(session)
    for enter in entries:
        # A ledger knows no floats: seconds and the like are written with three decimals.
        body = {key: fixed(value) if isinstance(value, float) else value for key, value in enter.body.items()}
        entry = append(head, utc(at), actor, enter.what, body)
        yield entry
        head = head_of(entry)


def chain_of(jurisdiction: str) -> str:
    """Under which name a jurisdiction's record is chained; no session's id has a colon."""
    return f"record:{jurisdiction}"


def told(deed: Deed, head: Head, at: float) -> Entry:
    """The deed as the next entry of its jurisdiction's record."""
    return append(head, utc(at), deed.actor, deed.what, deed.body)
