"""What a writer that died left behind, put in order before the next one writes: no key is needed, nothing that was written is lost.

Every segment that its journal does not tell of is shortened to its last whole chunk and told of as `cut`, with the gap that follows.
What only the key would show (the clear digest, and the times where the writer's notes of progress are lost) stays unknown: null.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from recordings import progress
from recordings.framing import Damaged, Extent, Header, whole_length
from recordings.journal import Journal
from recordings.names import SegmentName, key_parts
from recordings.progress import FACTS, Note
from recordings.vault import Vault
from recordings.vault_errors import VaultError

Line = dict[str, Any]
Stream = tuple[str, str, int]
"""Session, publication, epoch."""


# --- what follows from what: pure -----------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """What a journal tells of."""

    segments: set[SegmentName] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    known: dict[Stream, int] = field(default_factory=dict)
    """Until where a stream is known, in ms of the session: its last segment's end, before that its first byte."""

    def take(self, line: Mapping[str, Any]) -> None:
        """One line of the journal, in order. Raises KeyError, TypeError, ValueError for a line that no writer of ours wrote."""
        match line["what"]:
            case "key-wrapped":
                key_parts(line["key"])
                self.keys.add(line["key"])
            case "first-byte":
                self.known.setdefault((line["session"], line["publication"], line["epoch"]), int(line["at"]))
            case "picture":
                self.segments.add(SegmentName(line["session"], line["publication"], line["epoch"], line["segment"]))
            case "segment":
                name = SegmentName(line["session"], line["publication"], line["epoch"], line["segment"])
                self.segments.add(name)
                self.known[stream(name)] = max(self.known.get(stream(name), 0), int(line["end"]))
            case _:
                pass


class Left(NamedTuple):
    """A segment that was open when its writer died: `sealed` is the digest of its first `extent.end` bytes, `note` what is known of it."""

    header: Header
    extent: Extent
    sealed: str
    note: Note | None


def describe(lefts: Sequence[Left], known: int, now_ms: int) -> list[Line]:
    """The journal's lines for the segments that one stream left open, in order: each as `cut`, then the gaps from each one's known end.

    `known` is until where the stream was told of before them, in ms of the session; a segment without a note promises nothing beyond
    it. The last gap ends now (`now_ms`: milliseconds since 1970): the stream goes on in another life, if at all.
    """
    segments = []
    for left in lefts:
        facts = left.note.facts() if left.note else {**dict.fromkeys(FACTS), "start": known, "end": known}
        segments.append(_segment(left, facts))
        known = max(known, facts["end"] or 0)
    gaps = [_gap(before, before["end"], after["start"]) for before, after in pairwise(segments) if after["start"] > before["end"]]
    last, origin = segments[-1], lefts[-1].header.origin
    return [*segments, *gaps, _gap(last, last["end"], max(last["end"], now_ms - origin))]


def stream(name: SegmentName) -> Stream:
    """Which stream a segment belongs to."""
    return name.session, name.publication, name.epoch


def _segment(left: Left, facts: Mapping[str, Any]) -> Line:
    header = left.header
    return {
        "what": "segment", "session": header.session, "publication": header.publication, "epoch": header.epoch,
        "segment": header.segment, "serial": header.serial, "key": header.key, **facts, "bytes": left.extent.end,
        "sealed": left.sealed, "clear": None, "media": header.media, "state": "cut",
    }  # fmt: skip


def _gap(segment: Line, start: int, end: int) -> Line:
    where = {part: segment[part] for part in ("session", "publication", "epoch")}
    return {"what": "gap", **where, "start": start, "end": end, "lost": None, "cause": "writer-crash"}


# --- on the disk ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Recovered:
    """What was done, for the log; the journals hold the facts."""

    cut: list[SegmentName] = field(default_factory=list)
    """Told of now, with their gaps."""
    removed: list[str] = field(default_factory=list)
    """Files that held nothing: a segment without a whole head, a key that was not written to its end."""
    running: list[str] = field(default_factory=list)
    """Lives whose writer still runs: left alone."""
    damaged: list[str] = field(default_factory=list)
    """What a person must look at; left as it is, and found again by the next recovery."""


def recover(vault: Vault, now_ms: int, elsewhere: Container[SegmentName] = frozenset()) -> Recovered:
    """Put the vault in order; to be called before a new life begins. Doing it again, also after a crash within, does nothing more.

    `now_ms`: milliseconds since 1970. `elsewhere`: segments that another life's journal tells of, because their own could not be written. A journal is made read-only when everything of its life is told: later recoveries need not read
    it. Raises VaultError when the disk refuses.
    """
    result = Recovered()
    with ExitStack() as stack:
        journals: dict[str, Journal] = {}
        for life in vault.lives(unfinished=True):
            try:
                journals[life] = stack.enter_context(Journal.opened(vault.journal(life), make=False))
            except VaultError as error:
                if error.code == "busy":
                    result.running.append(life)
                elif error.code == "damaged":
                    result.damaged.append(error.text)
                else:
                    raise
        for life, journal in journals.items():
            _Life(vault, life, journal, elsewhere, result).recover(now_ms)
    return result


class _Life:
    """One life whose writer is gone."""

    def __init__(self, vault: Vault, life: str, journal: Journal, elsewhere: Container[SegmentName], result: Recovered) -> None:
        self._vault = vault
        self._life = life
        self._journal = journal
        self._elsewhere = elsewhere
        self._result = result
        self._told = Told()

    def recover(self, now_ms: int) -> None:
        try:
            for line in self._journal.lines():
                self._told.take(line)
        except (KeyError, TypeError, ValueError) as error:
            self._result.damaged.append(f"{self._journal.path}: not the lines of a writer: {error!r}")
            return
        doubts = len(self._result.damaged)
        notes = progress.read(self._vault.progress(self._life))
        for session in sorted({key_parts(key)[0] for key in self._told.keys}):
            self._keys(session)
            untold = (
                name for name in self._vault.segments(session) if name not in self._told.segments and name not in self._elsewhere
            )
            for _, names in groupby(untold, key=stream):
                lefts = [left for name in names if (left := self._left(name, notes.get(name, ()))) is not None]
                if lefts:
                    self._tell(lefts, now_ms)
        if len(self._result.damaged) == doubts and not self._result.running:
            self._journal.finish()
            self._vault.forget_progress(self._life)

    def _keys(self, session: str) -> None:
        for key in self._vault.keys(session):
            if key_parts(key)[1] == self._life and not self._vault.has_whole_key(key):
                self._remove(session, f"{key}.key")

    def _remove(self, session: str, file: str) -> None:
        self._vault.remove_file(session, file)
        self._result.removed.append(f"{session}/{file}")

    def _left(self, name: SegmentName, notes: Sequence[Note]) -> Left | None:
        """The open segment, shortened; None when it is another life's, holds nothing, or is not what its name says."""
        try:
            with self._vault.open_segment(name) as file:
                extent = whole_length(file)
            if extent.header is not None and extent.header.name != name:
                raise Damaged(0, f"holds the segment {extent.header.name}")
        except Damaged as damaged:
            self._result.damaged.append(f"{name}: {damaged}")
            return None
        if extent.header is None:
            if not self._result.running:  # a running writer may be about to write the head
                self._remove(name.session, name.file)
            return None
        if key_parts(extent.header.key)[1] != self._life:
            return None
        if extent.header.is_picture:  # whoever took it was told nothing, and takes another
            self._remove(name.session, name.file)
            return None
        self._vault.shorten(name, extent.end)
        with self._vault.open_segment(name) as file:
            sealed = hashlib.file_digest(file, "sha256").hexdigest()
        held = [note for note in notes if note.bytes <= extent.end]  # a note may speak of bytes that a power cut took
        return Left(extent.header, extent, sealed, max(held, key=lambda note: note.bytes, default=None))

    def _tell(self, lefts: Sequence[Left], now_ms: int) -> None:
        known = self._told.known.get(stream(lefts[0].header.name), 0)
        for line in self._journal.append(*describe(lefts, known, now_ms)):
            self._told.take(line)
        self._result.cut += [left.header.name for left in lefts]
