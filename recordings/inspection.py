"""Vaults held against what a ledger says lies in them: every file there, none changed, none too many. Needs no key and changes nothing.

Everything blocks on the disk. A finding names a place and never what is in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from recordings.data_key import BadKey, WrappedKey
from recordings.framing import Damaged, Framing, whole_length
from recordings.ledger import Entry
from recordings.names import BadName, SegmentName, key_parts, session_id
from recordings.sealing import READ
from recordings.vault import VAULTS, Vault, VaultError

_JOURNAL = re.compile(r"[0-9a-f]{16}\.(jsonl|acked|acked\.new|progress(\.latest)?(\.part)?)", re.ASCII)

Severity = Literal["broken", "pending"]


class Finding(NamedTuple):
    """What a check found: a stable code for programs, a place and a sentence for people. Nobody's name stands in any of them."""

    code: str
    severity: Severity
    place: str
    text: str


def broken(code: str, place: str, text: str) -> Finding:
    """Something that must hold does not, and nothing that runs will mend it."""
    return Finding(code, "broken", place, text)


def pending(code: str, place: str, text: str) -> Finding:
    """Not yet as it must be: what runs will see to it, or a person can."""
    return Finding(code, "pending", place, text)


def vaults_of(data: Path) -> list[Vault]:
    """Those that are there."""
    return [Vault(data / name, make=False) for name in VAULTS if (data / name).is_dir()]


def place_of(vault: Vault, *parts: str) -> str:
    """A place in a vault, as seen from the data folder."""
    return "/".join((vault.root.name, *parts))


def strangers(vault: Vault) -> Iterator[Finding]:
    """What stands beside the sessions' folders and the journals and is none of them."""
    for folder, is_ours in ((), {"sessions", "journal"}.__contains__), (("sessions",), _is_session), (("journal",), _JOURNAL.fullmatch):
        try:
            names = sorted(each.name for each in vault.root.joinpath(*folder).iterdir())
        except OSError as error:
            yield broken("vault-unreadable", place_of(vault, *folder), str(error.strerror))
            continue
        for name in names:
            if not is_ours(name):
                yield broken("stranger", place_of(vault, *folder, _shown(name)), "nothing of ours has such a name")


class Stray(NamedTuple):
    """A file in a session's folder that no entry of its ledger stands for."""

    vault: Vault
    session: str
    file: str

    @property
    def place(self) -> str:
        return place_of(self.vault, "sessions", self.session, self.file)

    @property
    def life(self) -> str | None:
        """The writer's life that made it; None when the file does not say."""
        try:
            if self.file.endswith(".key"):
                return key_parts(self.file.removesuffix(".key"))[1]
            with self.vault.open_segment(SegmentName.of_file(self.session, self.file)) as file:
                header = whole_length(file).header
            return None if header is None else key_parts(header.key)[1]
        except (VaultError, Damaged, BadName):
            return None


class _Key(NamedTuple):
    """A data key that the ledger tells of."""

    seq: int
    sealed: str
    home_key: str


@dataclass
class SessionFiles:
    """Takes one session's entries in order and looks at each file that they stand for; `end` when there are no more.

    `erased`: the recording was erased by law. Then nothing may be there (`gone`), or what is there is about to go.
    """

    session: str
    vaults: Sequence[Vault]
    erased: bool = False
    gone: bool = True
    segments: int = 0
    bytes: int = 0
    _origin: int | None = None
    _homes: set[str] = field(default_factory=set)
    _keys: dict[str, _Key] = field(default_factory=dict)
    _used: dict[str, int] = field(default_factory=dict)
    _serials: dict[str, set[int]] = field(default_factory=dict)
    _told: set[SegmentName] = field(default_factory=set)
    _known: set[tuple[Path, str]] = field(default_factory=set)

    def take(self, entry: Entry) -> Iterator[Finding]:
        """One entry, and its file with it."""
        try:
            match entry.what:
                case "recording-ordered":
                    self._origin = entry.body["origin"]
                    self._homes.add(entry.body["home_key"])
                case "rec-key-wrapped":
                    key_parts(entry.body["key"])
                    self._keys.setdefault(entry.body["key"], _Key(entry.seq, entry.body["sealed"], entry.body["home_key"]))
                case "rec-segment" | "rec-picture":
                    body = {"state": "whole", **entry.body}
                    name = SegmentName(self.session, body["publication"], body["epoch"], body["segment"])
                    yield from self._segment(entry.seq, name, body)
        except (KeyError, TypeError, ValueError) as error:
            yield broken("fact-malformed", self._entry(entry.seq), f"{entry.what} is not in its form: {type(error).__name__}")

    def end(self) -> Iterator[Finding]:
        """The keys, once all entries are known."""
        for key, seq in self._used.items():
            if key not in self._keys:
                yield broken("key-not-told", self._entry(seq), "the segment is sealed with a key that no entry tells of")
        for key, told in self._keys.items():
            if told.home_key not in self._homes:
                yield broken("key-foreign", self._entry(told.seq), "the key is wrapped to another home than the recording was ordered for")
            yield from self._key(key, told)

    def strays(self) -> Iterator[Stray | Finding]:
        """Files that no entry stands for, and what does not belong into a session's folder."""
        for vault in self.vaults:
            try:
                if not (vault.root / "sessions" / self.session).exists():
                    continue
                for name in vault.strangers(self.session):
                    yield broken("stranger", place_of(vault, "sessions", self.session, _shown(name)), "nothing of ours has such a name")
                names = [*vault.keys(self.session), *vault.segments(self.session)]
            except (VaultError, OSError) as error:
                yield broken("vault-unreadable", place_of(vault, "sessions", self.session), str(error))
                continue
            for each in names:
                file = each.file if isinstance(each, SegmentName) else f"{each}.key"
                if (vault.root, file) in self._known:
                    continue
                if each in self._told or each in self._keys:
                    yield broken("orphan-file", place_of(vault, "sessions", self.session, file), "a second file of this name: the ledger stands for one")
                else:
                    yield Stray(vault, self.session, file)

    # --- segments

    def _segment(self, seq: int, name: SegmentName, body: Mapping[str, Any]) -> Iterator[Finding]:
        if name in self._told:
            yield broken("segment-twice", self._entry(seq), f"{name.file} was told of before")
            return
        self._told.add(name)
        key, serial = body["key"], body["serial"]
        self._used.setdefault(key, seq)
        serials = self._serials.setdefault(key, set())
        if serial in serials:
            yield broken("serial-twice", self._entry(seq), f"{name.file} has a serial that another segment under its key has")
        serials.add(serial)
        suspect = body["state"] == "suspect"
        for vault in self.vaults:
            try:
                with vault.open_segment(name) as file:
                    self._known.add((vault.root, name.file))
                    if self.erased:
                        yield self._left(place_of(vault, "sessions", str(name)))
                        continue
                    wrong = self._read(file, name, body)
            except VaultError as error:
                if error.code == "missing":
                    continue
                self._known.add((vault.root, name.file))
                wrong = ("segment-unreadable", f"cannot be read: {error.text}")
            if wrong is not None:
                yield self._wrong(wrong[0], place_of(vault, "sessions", str(name)), f"entry {seq}: {wrong[1]}", suspect)
            return
        if not self.erased:
            yield self._wrong("segment-missing", self._entry(seq), f"{name.file} of this entry lies in no vault", suspect)

    @staticmethod
    def _wrong(code: str, place: str, text: str, suspect: bool) -> Finding:
        return pending("segment-suspect", place, f"told as suspect at the time; {text}") if suspect else broken(code, place, text)

    def _read(self, file: Any, name: SegmentName, body: Mapping[str, Any]) -> tuple[str, str] | None:
        """Code and sentence of what is wrong with the file."""
        digest, framing, length = hashlib.sha256(), Framing(), 0
        damaged: Damaged | None = None
        while data := file.read(READ):
            digest.update(data)
            length += len(data)
            if damaged is None:
                try:
                    framing.feed(data)
                except Damaged as found:
                    damaged = found
        self.segments += 1
        self.bytes += length
        if length != body["bytes"]:
            return "segment-cut" if length < body["bytes"] else "segment-altered", f"has {length} bytes, the ledger says {body['bytes']}"
        if digest.hexdigest() != body["sealed"]:
            return "segment-altered", "its SHA-256 is not what the ledger says" + (f" (its framing breaks at {damaged})" if damaged else "")
        return self._framed(framing, damaged, name, body)

    def _framed(self, framing: Framing, damaged: Damaged | None, name: SegmentName, body: Mapping[str, Any]) -> tuple[str, str] | None:
        """The bytes are those of the ledger: are they a segment, and this one?"""
        if damaged is None and framing.torn:
            damaged = Damaged(framing.end, "ends within this chunk", framing.chunks)
        if damaged is None and not framing.ended and body["state"] == "whole":
            damaged = Damaged(framing.end, "ends without its last chunk", framing.chunks)
        if damaged is not None or framing.header is None:
            return "segment-framing", f"was entered with these bytes, which are no whole segment: {damaged or 'no head'}"
        header = framing.header
        told = {"name": name, "key": body["key"], "serial": body["serial"], "media": body["media"], "origin": self._origin}
        wrong = [part for part, value in told.items() if getattr(header, part) != value]
        return ("segment-misplaced", f"its head has another {', '.join(wrong)} than the ledger") if wrong else None

    # --- keys

    def _key(self, key: str, told: _Key) -> Iterator[Finding]:
        found = False
        for vault in self.vaults:
            try:
                content = vault.read_key(key)
            except VaultError as error:
                if error.code == "missing":
                    continue
                self._known.add((vault.root, f"{key}.key"))
                yield broken("key-unreadable", place_of(vault, "sessions", self.session, f"{key}.key"), f"cannot be read: {error.text}")
                return
            found = True
            self._known.add((vault.root, f"{key}.key"))
            place = place_of(vault, "sessions", self.session, f"{key}.key")
            if self.erased:
                yield self._left(place)
                continue
            if (wrong := _wrong_key(content, key, told)) is None:
                return
            if key in self._used:
                yield broken("key-altered", place, f"entry {told.seq}: {wrong}")
            else:  # nothing is sealed with it yet, and a writer may be writing it
                yield pending("key-unfinished", place, wrong)
            return
        if not found and not self.erased and key in self._used:
            yield broken("key-missing", self._entry(told.seq), "the wrapped key of this entry lies in no vault, and segments are sealed with it")

    # --- words

    def _left(self, place: str) -> Finding:
        text = "the recording was erased by law, and this is still there"
        return broken("erased-left", place, text) if self.gone else pending("erased-left", place, f"{text}: the server's next hour finishes it")

    def _entry(self, seq: int) -> str:
        return f"session {self.session}, entry {seq}"


def _wrong_key(content: bytes, key: str, told: _Key) -> str | None:
    if hashlib.sha256(content).hexdigest() != told.sealed:
        return "its SHA-256 is not what the ledger says"
    try:
        wrapped = WrappedKey.decode(content)
    except BadKey as error:
        return f"was entered with these bytes, which are no wrapped key: {error.reason}"
    return None if (wrapped.key, wrapped.home_key) == (key, told.home_key) else "is another key, or wrapped to another home, than the ledger says"


def _is_session(name: str) -> bool:
    try:
        return bool(session_id(name))
    except BadName:
        return False


def _shown(name: str) -> str:
    """A name that is none of ours: whatever it is, it is one short line."""
    text = name if name.isprintable() else ascii(name)
    return text if len(text) <= 60 else text[:59] + "…"

