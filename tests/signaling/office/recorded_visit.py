"""A closed visit with a real recording in a real vault, a real custody process, and what the office does with it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from config.clock import HandClock
from config.tasks import Tasks
from recordings.album import Album, Picture, Sealing
from recordings.custody_client import Custody, CustodyAway
from recordings.data_key import DataKey
from recordings.journal_entries import told
from recordings.keys import load_public, make_keys
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.segments import Ended, Publication, SegmentMaker
from recordings.vault import Vault
from signaling.domain.case_file import Still
from signaling.domain.events import ClerkEnded, PageAsked, StillKept, StillTaken, TakeAsked, WrapUpCompleted
from signaling.domain.states import SealedTo
from signaling.office.archive import Archive
from signaling.office.evidence_ports import Fact
from signaling.office.exports import Exports
from signaling.office.notary import Notary
from signaling.office.ports import Cause
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, moved, opened, rung_by
from tests.encoded import audio, files, recorded, video
from tests.recordings.custodian import running
from tests.signaling.office.world import HandAlarm, at_once

SESSION = "session-1"
LIFE = "00112233445566aa"
LI = Cause("clerk:li")
ORIGIN = round((T0 + 60) * 1000)
REQUIRED = ("resident.microphone", "resident.camera", "clerk.microphone", "clerk.camera")


class Words:
    """A wording for every consent."""

    def wording(self, text: str, version: str, language: str) -> str | None:
        return f"{text} {version} {language}\n"


class Custodians:
    """Those that run; the others are away."""

    def __init__(self) -> None:
        self.running: dict[str, Custody] = {}

    async def of(self, jurisdiction: str) -> Custody:
        if jurisdiction not in self.running:
            raise CustodyAway(f"nobody answers for {jurisdiction}")
        return self.running[jurisdiction]


class RecordedVisit:
    """`data` is the server's folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.store = MemoryStore()
        self.clock = HandClock(T0 + 100)
        self.vault = Vault(data / "recordings")
        self.custodians = Custodians()
        self.tasks = Tasks(lambda name, error: None)
        self.archive = Archive(self.store.evidence, self.custodians, [data / "recordings", data / "spill"])
        self.exports = Exports(self.store.evidence, self.archive, self.custodians, Words(), data, self.clock)
        self.notary = Notary(
            self.store.evidence, self.custodians, self.clock, HandAlarm(self.clock), self.tasks, structlog.get_logger(), lambda session, receipt: None, at_once,
        )  # fmt: skip
        self.clear: dict[str, bytes] = {}
        """Name of a segment's file → what was sealed."""

    async def take_place(self, *, closed: bool = True, still: bool = False) -> None:
        """Rung, answered, recorded for four seconds, ended."""
        public = load_public(self.data, "jinshan")
        ticket = await opened(self.store, SESSION, sealed_to=SealedTo(base64.b64encode(public.sealing).decode(), public.sealing_fingerprint), papers=still)
        self.state = await moved(self.store, ticket, *rung_by("li"), cause=LI)
        facts = [Fact(1), *self._segments(), Fact(99, SESSION, "rec-room-closed", {"end": 4000})]
        await self.store.evidence.keep(LIFE, facts, T0 + 70)
        if still:
            await self.still()
        if closed:
            await self.ends()

    async def ends(self) -> None:
        """The case is accepted, and the visit is over."""
        wrapping = await moved(self.store, self.state, ClerkEnded("accepted"), cause=LI)
        await moved(self.store, wrapping, WrapUpCompleted("accepted"), cause=LI, now=T0 + 80)

    def _segments(self) -> list[Fact]:
        public = load_public(self.data, "jinshan")
        key = DataKey.new(SESSION, LIFE)
        wrapped = key.wrap("jinshan", public.sealing)
        self.vault.put_key(wrapped)
        facts = [Fact(2, SESSION, "rec-key-wrapped", {
            "key": wrapped.key, "home_key": wrapped.home_key, "sealed": hashlib.sha256(wrapped.encode()).hexdigest(),
        })]  # fmt: skip
        for publication in REQUIRED:
            kind: Any = "audio" if publication.endswith("microphone") else "video"
            frames = audio(range(0, 4000, 20)) if kind == "audio" else video(range(0, 4000, 200))
            made = recorded(SegmentMaker(Publication(publication, 1, kind)), frames, 4000)
            (content,) = files(made).values()
            (ended,) = [one for one in made if isinstance(one, Ended)]
            name = SegmentName(SESSION, publication, 1, 0)
            sealer = SegmentSealer(key, name, ended.media, ORIGIN)
            sealed = sealer.head + sealer.chunk(content, True)
            self.vault.create_segment(name, sealed).close()
            self.clear[name.file] = content
            facts.append(Fact(len(facts) + 2, SESSION, "rec-first-byte", {"publication": publication, "epoch": 1, "at": 0}))
            facts.append(Fact(len(facts) + 2, SESSION, "rec-segment", {
                "publication": publication, "epoch": 1, "segment": 0, "serial": sealer.header.serial, "key": wrapped.key, "start": ended.start,
                "end": ended.end, "frames": ended.frames, "bytes": len(sealed), "sealed": hashlib.sha256(sealed).hexdigest(),
                "clear": hashlib.sha256(content).hexdigest(), "media": ended.media, "width": ended.width, "height": ended.height,
                "first": ended.first, "last": ended.last, "clock_error": 0, "state": "whole",
            }))  # fmt: skip
        return facts

    async def still(self, number: int = 2000) -> tuple[bytes, bytes]:
        """A page was taken in the talk: as it came, and set straight."""
        public = load_public(self.data, "jinshan")
        original, page = b"\xff\xd8 as taken \xff\xd9", b"\xff\xd8 set straight \xff\xd9"
        pictures = [Picture("resident.still", original, 3264, 2448), Picture("resident.page", page, 2100, 1480)]
        put = Album([self.vault.root]).put(Sealing(SESSION, "jinshan", public.sealing, ORIGIN), number, pictures, ORIGIN + number)
        facts = [Fact(n) if (fact := told(line)) is None else Fact(n, fact.session, fact.entry, fact.body) for n, line in enumerate(put.lines, 1)]
        await self.store.evidence.keep(put.life, facts, T0 + 62)
        digests = (hashlib.sha256(original).hexdigest(), hashlib.sha256(page).hexdigest())
        asked = (PageAsked("ask-1", 0), TakeAsked("ask-1", "take-1"), StillTaken("ask-1", "take-1", Still(number, 0, 2100, 1480), digests), StillKept(number))
        self.state = await moved(self.store, self.state, *asked, cause=LI)
        return original, page

    async def signed(self) -> None:
        """Home and host have signed what there is."""
        await self.notary._look(SESSION)

    def flip(self, file: str) -> None:
        """One bit of a segment is another."""
        path = self.vault.root / "sessions" / SESSION / file
        path.chmod(0o600)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


@asynccontextmanager
async def recorded_visit(data: Path, *, host: bool = True) -> AsyncIterator[RecordedVisit]:
    """With the custody of the home running, and of the `host`."""
    for code in ("jinshan", "haiyan"):
        make_keys(data, code, T0)
    visit = RecordedVisit(data)
    async with AsyncExitStack() as stack:
        for code in ("jinshan", *(("haiyan",) if host else ())):
            process = await stack.enter_async_context(running(data, code))
            visit.custodians.running[code] = await stack.enter_async_context(Custody(process.where))
        try:
            yield visit
        finally:
            await visit.tasks.close()
