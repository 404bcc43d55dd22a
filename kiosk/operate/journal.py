"""What of an operation goes into the ledger: pure. Like follows like is one entry with a count; no text, no place, no word of the page, ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.operate.grant import Field

Entry = dict[str, str | int]
"""`did` and, by kind, `field`, `key`, `code`, `count`, `reason`, `level`, `seconds`."""
KEEP = 5.0
"""Seconds after which an entry is told although it may still grow: a crash must not lose more."""


@dataclass(slots=True)
class _Open:
    entry: Entry
    count: int
    since: float


class FieldCodes:
    """What the fields of one grant are called: by their own names, the others `field-1`, `field-2` … in the order of their first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, field: Field | None) -> str:
        """Empty for no field, and for a window that is no page."""
        if field is None or not (field.name or field.mark):
            return ""
        return field.name or f"field-{self._numbers.setdefault(field.mark, len(self._numbers) + 1)}"


class Journal:
    """Tells `on_entry` of each entry once it is closed: by another one, by `flush`, or after `KEEP` seconds."""

    def __init__(self, on_entry: Callable[[Entry], None]) -> None:
        self._on_entry = on_entry
        self._open: _Open | None = None

    def count(self, entry: Entry, now: float) -> None:
        """Something that may happen many times in a row: typed, scrolled, refused, a key."""
        if self._open is not None and self._open.entry == entry and now - self._open.since < KEEP:
            self._open.count += 1
            return
        self.flush()
        self._open = _Open(entry, 1, now)

    def once(self, entry: Entry) -> None:
        """Something that stands for itself: granted, clicked, revoked."""
        self.flush()
        self._on_entry(entry)

    def tick(self, now: float) -> None:
        """Tell what has been open for long."""
        if self._open is not None and now - self._open.since >= KEEP:
            self.flush()

    def flush(self) -> None:
        """Tell what is open."""
        if self._open is not None:
            done, self._open = self._open, None
            self._on_entry({**done.entry, "count": done.count})
