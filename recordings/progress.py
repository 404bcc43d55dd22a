"""How far a writer's open segments reach, noted beside its journal: after a crash it says what is known without the key.

Two small files per life, each replaced whole: what is on the disk for certain, noted each second, and what was written last, noted
with each round, which is there still when only the program died. They are no evidence and are told to nobody; recovery reads them
once and removes them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recordings import canonical
from recordings.names import SegmentName
from recordings.vault_errors import told

LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What the first `bytes` of a segment's file hold. Times in ms of the session, the rest as in the journal."""

    name: SegmentName
    bytes: int
    start: int
    end: int
    frames: int
    width: int
    height: int
    first: int
    last: int
    clock_error: int

    def facts(self) -> dict[str, int]:
        """The fields of a journal line that it knows."""
        return {field: getattr(self, field) for field in FACTS}


FACTS = ("start", "end", "frames", "width", "height", "first", "last", "clock_error")


def latest(path: Path) -> Path:
    """Beside the notes of what is certain, those of what was written last."""
    return path.with_suffix(".progress.latest")


def write(path: Path, notes: Iterable[Note], *, sync: bool) -> None:
    """Replace the file, whole, and with `sync` on the disk when this returns. Raises VaultError."""
    content = canonical.write({"notes": [asdict(note) for note in notes]})
    part = path.with_name(path.name + ".part")
    with told(str(path)):
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            if sync:
                os.fdatasync(file.fileno())
        part.replace(path)


def read(path: Path) -> dict[SegmentName, list[Note]]:
    """Each segment's notes, what is certain before what was written last."""
    found: dict[SegmentName, list[Note]] = {}
    for note in (*_read(path), *_read(latest(path))):
        found.setdefault(note.name, []).append(note)
    return found


def _read(path: Path) -> list[Note]:
    """The notes of one file; none when the file is missing or is not one that was written whole: they only ever add to what the segments tell."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            content: Any = canonical.read(file.read(LARGEST))
        notes = [Note(**{**fields, "name": SegmentName(**fields["name"])}) for fields in content["notes"]]
    except (OSError, ValueError, TypeError, KeyError):
        return []
    return [note for note in notes if all(type(number) is int and number >= 0 for number in (note.bytes, *note.facts().values()))]
