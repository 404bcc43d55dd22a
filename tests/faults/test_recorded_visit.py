"""A whole visit with real processes, and what is left of it: a ledger that holds, two signatures, sealed files, and nothing in clear."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from config.clock import SystemClock
from recordings import heads, ledger
from recordings.coverage import recorded
from recordings.keys import all_public
from recordings.names import SegmentName
from signaling.office.evidence_ports import KeptHead
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.recordings.custodian import custody
from tests.recordings.watching import seen, watching
from tests.serving import Served, serving
from tests.simulated import clerk, resident
from tests.waiting import until_found

NAME = "欧阳若曦"
EBML = b"\x1aE\xdf\xa3"
CLEAR = re.compile(rb"\x1aE\xdf\xa3.{0,64}?(webm|matroska)|OpusHead|OpusTags|V_VP8", re.DOTALL)
"""Signs of a WebM file, each so long that no cipher text shows one by chance."""
T = TypeVar("T")


async def asked(served: Served, question: Callable[[SqlStore], Awaitable[T]]) -> T:
    """The store's answer, beside the server that writes it."""
    async with await open_store(served.data / FILE_NAME, SystemClock()) as store:
        return await question(store)


async def signed(served: Served, session: str) -> bool:
    """Whether home and host have signed everything up to the end of the visit."""

    async def question(store: SqlStore) -> bool:
        entries = await store.ledger_of(session)
        kept = await store.evidence.heads_of(session)
        ended = max((entry.seq for entry in entries if entry.what == "closed"), default=0)
        return bool(ended) and all(any(head.role == role and head.seq >= ended for head in kept) for role in ("home", "host")) and not await store.evidence.unattended()

    return await asked(served, question)


@dataclass(frozen=True)
class Left:
    """What is left of one visit."""

    data: Path
    session: str
    entries: list[ledger.Entry]
    heads: list[KeptHead]

    def bodies(self, what: str) -> list[dict[str, Any]]:
        return [dict(entry.body) for entry in self.entries if entry.what == what]

    def public(self, key: str) -> bytes:
        """The raw public key of this fingerprint, from DIR/keys."""
        [found] = {public.signing for public in all_public(self.data) if public.signing_fingerprint == key}
        return found

    def folders(self) -> list[Path]:
        return [folder for root in ("recordings", "spill") if (folder := self.data / root / "sessions" / self.session).is_dir()]

    def files(self) -> list[Path]:
        """Every file of every vault."""
        return [file for root in ("recordings", "spill") for file in (self.data / root).rglob("*") if file.is_file()]

    # --- what must be true ------------------------------------------------------------------------

    def the_ledger_holds_and_is_complete(self) -> None:
        ledger.verify(self.session, self.entries)
        said = [entry.what for entry in self.entries if entry.what in ("recording-complete", "evidence-incomplete")]
        assert said[-1] == "recording-complete", recorded(self.entries).missing
        assert recorded(self.entries).missing == []
        lights = self.bodies("recording-light")
        assert lights and lights[0] == {"on": True}

    def home_and_host_have_signed_it(self) -> None:
        for role, by in (("home", "jinshan"), ("host", "haiyan")):
            newest = [head for head in self.heads if head.role == role][-1]
            record = heads.verify(newest.record, self.public(heads.read(newest.record).key))
            assert (record.head.by, record.head.role, record.head.session) == (by, role, self.session)
            assert record.head == heads.head(self.session, self.entries[: newest.seq], by, record.head.role, record.head.at)
            assert not [entry.what for entry in self.entries[newest.seq :] if heads.is_evidence(entry.what)], "nothing that counts lies behind it"

    def every_segment_has_its_file_and_every_file_its_entry(self) -> None:
        told = {SegmentName(self.session, b["publication"], b["epoch"], b["segment"]).file: b for b in self.bodies("rec-segment")}
        assert {body["publication"] for body in told.values()} >= {"resident.camera", "resident.microphone", "clerk.camera", "clerk.microphone"}
        assert len(told) == len(self.bodies("rec-segment"))
        there = {file.name: file for folder in self.folders() for file in folder.glob("*.seg")}
        told |= {SegmentName(self.session, b["publication"], b["epoch"], b["segment"]).file: b for b in self.bodies("rec-picture")}
        assert there.keys() == told.keys()
        for name, body in told.items():
            content = there[name].read_bytes()
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (body["sealed"], body["bytes"])
        keys = {file.stem: file for folder in self.folders() for file in folder.glob("*.key")}
        wrapped = {body["key"]: body for body in self.bodies("rec-key-wrapped")}
        assert keys.keys() == wrapped.keys() == {body["key"] for body in told.values()}
        for name, body in wrapped.items():
            assert hashlib.sha256(keys[name].read_bytes()).hexdigest() == body["sealed"]
            assert body["home_key"] == self.bodies("recording-ordered")[0]["home_key"]

    def every_journal_line_was_entered_once_and_in_order(self) -> None:
        lives = set()
        for journal in (self.data / "recordings/journal").glob("*.jsonl"):
            lines = [line for line in map(json.loads, journal.read_text().splitlines()) if line.get("session") == self.session]
            told = [(f"rec-{line['what']}", {k: v for k, v in line.items() if k not in ("n", "what", "session")}) for line in lines]
            assert told == [(entry.what, dict(entry.body)) for entry in self.entries if entry.actor == f"writer:{journal.stem}"]
            lives |= {f"writer:{journal.stem}"} if lines else set()
        assert lives == {entry.actor for entry in self.entries if entry.actor.startswith("writer:")}

    def nothing_lies_there_in_clear(self) -> None:
        segments = [file for file in self.files() if file.suffix == ".seg"]
        assert segments
        for file in self.files():
            content = file.read_bytes()
            start = chunks_at(content) if file in segments else 0
            assert not CLEAR.search(content[start:]), file
            assert content[start + 4 : start + 8] != EBML, "the first chunk is no beginning of a film"

    def nowhere_stands_the_residents_name(self, served: Served) -> None:
        """Not in the ledger, nor in any file but the database, where it is a column that can be emptied, and its journal."""
        assert NAME not in "".join(ledger.encode(entry).decode() for entry in self.entries)
        spelled = (NAME.encode(), json.dumps(NAME)[1:-1].encode(), NAME.encode("utf-16-le"))
        beside = [file for file in self.data.parent.glob("*.log") if file.is_file()]
        logs = [*beside, *(self.data / "logs").rglob("*")]
        assert len(logs) >= 4, "the server's, the node's and two custodies'"
        for file in [*logs, *self.files(), *(self.data / "custody").rglob("*")]:
            if file.is_file():
                assert not any(word in file.read_bytes() for word in spelled), file


async def is_lit(served: Served, session: str) -> bool:
    """Whether bytes of the talk are on a disk."""
    return "recording-light" in [entry.what for entry in await asked(served, lambda store: store.ledger_of(session))]


async def is_lit_again(served: Served, session: str) -> bool:
    """Whether it went out and on again, with bytes of everybody in both rooms."""
    entries = await asked(served, lambda store: store.ledger_of(session))
    written = {(entry.body["publication"], entry.body["epoch"]) for entry in entries if entry.what == "rec-first-byte"}
    return [entry.body["on"] for entry in entries if entry.what == "recording-light"] == [True, False, True] and len(written) == 8


async def has_receipt(served: Served, session: str) -> bool:
    """Whether it lies sealed."""
    return "receipt-given" in [entry.what for entry in await asked(served, lambda store: store.ledger_of(session))]


async def left_of(served: Served, session: str) -> Left:
    """What is left of the visit once both have signed, also for the receipt."""
    await until_found(lambda: has_receipt(served, session), 60)
    await until_found(lambda: signed(served, session), 60)
    entries, kept = await asked(served, lambda store: store.ledger_of(session)), await asked(served, lambda store: store.evidence.heads_of(session))
    return Left(served.data, session, entries, kept)


def chunks_at(content: bytes) -> int:
    """Where the chunks of a sealed segment begin: behind its name, the header's length, the header (docs/recording.md)."""
    assert content.startswith(b"VWSEG1\n")
    return 9 + int.from_bytes(content[7:9], "big")


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    return watching(tmp_path)


async def test_a_visit_is_recorded_sealed_signed_by_two_and_tells_nobodys_name(tmp_path: Path, watched: dict[str, str]) -> None:
    async with (
        serving(tmp_path / "data", **watched) as served,
        clerk(served, "--seconds", "12") as li,
        resident(served, "--name", NAME) as wang,
    ):
        at_kiosk, at_counter = await wang.result(), await li.result()
        assert at_kiosk["outcome"] == at_counter["outcome"] == "accepted", "what is accepted is recorded"
        session = at_kiosk["session"]
        left = await left_of(served, session)
        first = next(head for head in left.heads if head.role == "home")
        assert await asked(served, lambda store: store.evidence.session_of_code(str(first.code))) == session
        incidents = {incident.kind for incident in await asked(served, lambda store: store.evidence.incidents("jinshan"))}
        assert incidents <= {"recording-late"}, "a busy machine may be slow, and lose nothing by it"

    left.the_ledger_holds_and_is_complete()
    left.home_and_host_have_signed_it()
    left.every_segment_has_its_file_and_every_file_its_entry()
    left.every_journal_line_was_entered_once_and_in_order()
    left.nothing_lies_there_in_clear()
    left.nowhere_stands_the_residents_name(served)

    opened = seen(watched)
    assert [program for program, _ in opened if "recordings.custody" not in program] == [], "only custody opens a private key"
    assert {path.split("/custody/")[1].split("/")[0] for _, path in opened if "/custody/" in path} >= {"jinshan", "haiyan"}, "and the watch saw it do so"

    # What the files hold is what was said and shown: the home's custody opens a segment, and it is the film that its entry names.
    body = next(b for b in left.bodies("rec-segment") if b["publication"] == "resident.camera" and b["state"] == "whole")
    name = SegmentName(session, body["publication"], body["epoch"], body["segment"])
    [key] = [file for folder in left.folders() for file in folder.glob("*.key") if file.stem == body["key"]]  # the receipt has one of its own
    async with custody(served.data) as home:
        clear = b"".join([piece async for piece in home.open_segment(key.read_bytes(), name)])
    assert hashlib.sha256(clear).hexdigest() == body["clear"]
    assert clear.startswith(EBML) and CLEAR.search(clear), "in clear it would have been found"


async def test_the_server_is_killed_in_the_middle_of_it_and_the_evidence_is_what_it_would_have_been(tmp_path: Path) -> None:
    """Lines that were stored and not acknowledged come once more, the custodies end with the server and begin again with the next."""
    async with serving(tmp_path / "data") as served, clerk(served, "--seconds", "20") as li, resident(served) as wang:
        await wang.says("first frame")
        await li.says("first frame")
        marks = len(wang.lines), len(li.lines)
        await served.crash()
        await served.start()
        await wang.says("line established", after=marks[0])
        await li.says("line established", after=marks[1])
        at_kiosk = await wang.result()
        assert (at_kiosk["outcome"], at_kiosk["epochs"]) == ("accepted", 1)
        left = await left_of(served, at_kiosk["session"])
    assert len(left.bodies("recording-ordered")) == 1, "one room, one order"
    left.the_ledger_holds_and_is_complete()
    left.home_and_host_have_signed_it()
    left.every_segment_has_its_file_and_every_file_its_entry()
    left.every_journal_line_was_entered_once_and_in_order()


async def test_the_node_is_killed_and_what_is_missing_is_explained(tmp_path: Path) -> None:
    """Two rooms on one clock: the light goes out and on again, and both lives of the writer stand in one ledger."""
    async with serving(tmp_path / "data") as served, clerk(served) as li, resident(served) as wang:
        await wang.says("first frame")
        await li.says("first frame")
        [session] = [record.session for record in await asked(served, lambda store: store.sessions_of("jinshan"))]
        await until_found(lambda: is_lit(served, session))
        marks = len(wang.lines), len(li.lines)
        await served.crash_node()
        for end, mark in zip((wang, li), marks, strict=True):
            await end.says('connection="publish"', after=mark)
        await until_found(lambda: is_lit_again(served, session))
        li.process.terminate()  # the clerk finishes what runs and goes home
        at_kiosk = await wang.result()
        assert (at_kiosk["outcome"], at_kiosk["epochs"]) == ("accepted", 2)
        left = await left_of(served, at_kiosk["session"])
    assert [body["on"] for body in left.bodies("recording-light")] == [True, False, True]
    assert len({entry.actor for entry in left.entries if entry.what == "rec-segment"}) == 2, "papers are sealed by lives of their own"
    assert {body["epoch"] for body in left.bodies("rec-segment")} == {1, 2}
    left.the_ledger_holds_and_is_complete()
    left.home_and_host_have_signed_it()
    left.every_segment_has_its_file_and_every_file_its_entry()
    left.every_journal_line_was_entered_once_and_in_order()
