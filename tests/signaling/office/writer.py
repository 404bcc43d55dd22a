"""What a writer says of a recording: lines of its journal, as a node passes them on. A line in its form is written here once for all tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from media.node_api import JournalLine
from recordings import canonical

LIFE = "00112233aabbccdd"
USUAL = ("resident.microphone", "resident.camera", "clerk.microphone", "clerk.camera")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Writer:
    """One life of a writer. Each method makes the next lines; who wants them tells them to somebody."""

    def __init__(self, life: str = LIFE) -> None:
        self.life = life
        self.lines: list[JournalLine] = []
        self._serial = 0

    def line(self, what: str, **fields: Any) -> JournalLine:
        """The next line, whatever it says."""
        n = len(self.lines) + 1
        return self.as_it_is(canonical.write({"n": n, "what": what, **fields}).decode())

    def as_it_is(self, text: str) -> JournalLine:
        """The next line, in these very words."""
        made = JournalLine(self.life, len(self.lines) + 1, text)
        self.lines.append(made)
        return made

    def started(self) -> JournalLine:
        return self.line("writer-started", life=self.life, at=1_795_399_200_000)

    def key(self, session: str) -> JournalLine:
        return self.line("key-wrapped", session=session, key=f"{session}.{self.life}", home_key=digest("home"), sealed=digest(session))

    def first_byte(self, session: str, publication: str = "resident.camera", at: int = 0, epoch: int = 1) -> JournalLine:
        return self.line("first-byte", session=session, publication=publication, epoch=epoch, at=at)

    def segment(
        self, session: str, publication: str = "resident.camera", number: int = 0, start: int = 0, end: int = 4000, epoch: int = 1,
        state: str = "whole",
    ) -> JournalLine:
        self._serial += 1
        name = f"{session} {publication} {epoch} {number}"
        sound = publication.endswith("microphone")
        return self.line(
            "segment", session=session, publication=publication, epoch=epoch, segment=number, serial=self._serial, key=f"{session}.{self.life}",
            start=start, end=end, frames=60, bytes=9000, sealed=digest(name), clear=None if state == "cut" else digest(f"clear {name}"),
            media="audio/webm;codecs=opus" if sound else "video/webm;codecs=vp8", width=None if sound else 640, height=None if sound else 360,
            first=1, last=90, clock_error=2, state=state,
        )  # fmt: skip

    def gap(self, session: str, publication: str = "resident.camera", start: int = 0, end: int = 4000, cause: str = "line") -> JournalLine:
        return self.line("gap", session=session, publication=publication, epoch=1, start=start, end=end, lost=30, cause=cause)

    def interval(self, session: str, kind: str = "hold", publication: str = "*", start: int = 0, end: int | None = None) -> JournalLine:
        return self.line("interval", session=session, publication=publication, kind=kind, start=start, end=end)

    def room_closed(self, session: str, end: int = 4000) -> JournalLine:
        return self.line("room-closed", session=session, end=end)

    def begins(self, session: str, at: int = 0) -> list[JournalLine]:
        """The key, and a first byte of everything that is always there."""
        return [self.key(session), *(self.first_byte(session, publication, at) for publication in USUAL)]

    def ends(self, session: str, end: int = 4000, start: int = 0, without: Iterable[str] = ()) -> list[JournalLine]:
        """One segment of each publication, and the room's end."""
        return [
            *(self.segment(session, publication, 0, start, end) for publication in USUAL if publication not in without),
            self.room_closed(session, end),
        ]  # fmt: skip
