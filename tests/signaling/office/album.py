"""Where papers go in office tests: kept in memory in clear, looked at by nobody, printed as their own values."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from recordings.album import Picture, Put, Sealing
from recordings.vault_errors import VaultError
from signaling.domain.form_on_table import SignPlace
from signaling.domain.refusals import Refusal
from signaling.office.archive import Kept, Place
from signaling.office.press import Job, Pressed, Sheet
from signaling.office.slip import Slip
from signaling.office.stills import Read


@dataclass
class MemoryPutting:
    """What was begun ahead; `dropped` when nothing came of it."""

    dropped: bool = False
    used: bool = False

    def drop(self) -> None:
        assert not self.used, "papers lie in it"
        self.dropped = True


@dataclass
class MemoryAlbum:
    """Album and archive in one; `full`: no disk takes anything. `begun`: what was begun ahead of what was put."""

    papers: dict[tuple[str, Place], bytes] = field(default_factory=dict)
    full: bool = False
    lives: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    begun: list[MemoryPutting] = field(default_factory=list)

    def begin(self, sealing: Sealing, now_ms: int) -> MemoryPutting:
        if self.full:
            raise VaultError("no-space", "it is full")
        self.begun.append(MemoryPutting())
        return self.begun[-1]

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int, begun: MemoryPutting | None = None) -> Put:
        if self.full:
            raise VaultError("no-space", "it is full")
        if begun is not None:
            assert not begun.used and not begun.dropped
            begun.used = True
        for picture in pictures:
            place = (picture.publication, 1, number)
            assert (sealing.session, place) not in self.papers, "a number is used once"
            self.papers[sealing.session, place] = picture.data
        return Put(f"{next(self.lives):016x}", [f"{len(pictures)} papers"])

    def learn(self, session: str, kept: Sequence[Kept]) -> None:
        for each in kept:
            assert (session, (each.name.publication, each.name.epoch, each.name.segment)) in self.papers

    async def segment(self, session: str, home: str, place: Place) -> tuple[Kept | None, AsyncIterator[bytes]]:
        if (session, place) not in self.papers:
            raise Refusal("unknown-segment")
        return None, _once(self.papers[session, place])

    def of(self, session: str, publication: str) -> list[bytes]:
        """Everything that was sealed under that name, the oldest first."""
        found = sorted((place[2], data) for (whose, place), data in self.papers.items() if (whose, place[0]) == (session, publication))
        return [data for _, data in found]


class BlindReader:
    """Reads no still; marks a page by writing the lines behind it."""

    async def read(self, data: bytes) -> Read:
        raise Refusal("picture-damaged")

    async def mark(self, jpeg: bytes, lines: Sequence[str]) -> bytes:
        return jpeg + "\n".join(lines).encode()


class PaperPress:
    """A paper of two pages: the values, and a place for everybody who signs; `refuses` says why not."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.slips: list[Slip] = []
        self.refuses: Refusal | None = None

    async def print(self, job: Job | Slip) -> Pressed:
        if isinstance(job, Slip):
            self.slips.append(job)
        else:
            self.jobs.append(job)
        if self.refuses is not None:
            raise self.refuses
        if isinstance(job, Slip):
            pdf = repr(job).encode()
            return Pressed(pdf, await self.pictures(pdf), ())
        inks = {str(place): hashlib.sha256(repr(signed.strokes).encode()).hexdigest() for place, signed in job.signatures.items()}
        pdf = json.dumps({"values": dict(job.values), "digest": job.facts.digest, "ink": inks}).encode()
        sheets = () if job.signatures else (Sheet(pdf + b" 1", 1080, 1527), Sheet(pdf + b" 2", 1080, 1527))
        places = tuple(SignPlace(1, 3600, 2000 + 1000 * n, 3000, 500) for n in range(len(job.form.signed_by)))
        return Pressed(pdf, sheets, places)

    async def pictures(self, pdf: bytes) -> tuple[Sheet, ...]:
        return (Sheet(pdf + b" as a picture", 1654, 2339),)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
