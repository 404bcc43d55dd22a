"""Vaults held against a ledger: whatever is changed, taken away or put in is found, and named."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recordings import ledger
from recordings.data_key import DataKey, fingerprint
from recordings.inspection import Finding, SessionFiles, Stray, strangers, vaults_of
from recordings.ledger import Entry
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from tests.recordings.sealed import LIFE, ORIGIN, SESSION, VIDEO, name

HOME = X25519PrivateKey.generate().public_key().public_bytes_raw()
KEY_FILE = f"{SESSION}.{LIFE}.key"
SECOND = name(1).file
FOLDER = f"recordings/sessions/{SESSION}"


class Shelf:
    """A vault with two segments and their key, and the entries that stand for them: 1 ordered, 2 key, 3 and 4 segments."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.vault, self.spill = Vault(data / "recordings"), Vault(data / "spill")
        self.key = DataKey.new(SESSION, LIFE)
        self.entries: list[Entry] = []
        wrapped = self.key.wrap("jinshan", HOME)
        self.vault.put_key(wrapped)
        self.add("recording-ordered", {"origin": ORIGIN, "home_key": fingerprint(HOME), "required": []})
        sealed = hashlib.sha256(wrapped.encode()).hexdigest()
        self.add("rec-key-wrapped", {"key": self.key.id, "home_key": fingerprint(HOME), "sealed": sealed})
        for number in range(2):
            self.add("rec-segment", self.segment(name(number)))

    def add(self, what: str, body: dict[str, Any]) -> Entry:
        head = ledger.head_of(self.entries[-1]) if self.entries else ledger.start(SESSION)
        self.entries.append(ledger.append(head, ledger.utc(1_790_000_000), "server", what, body))
        return self.entries[-1]

    def segment(self, of: SegmentName, *, ended: bool = True, vault: Vault | None = None, **told: Any) -> dict[str, Any]:
        """A file, and what its entry says."""
        sealer = SegmentSealer(self.key, of, VIDEO, ORIGIN)
        file = (vault or self.vault).create_segment(of, sealer.head)
        file.write(sealer.chunk(b"some pictures"))
        if ended:
            file.write(sealer.chunk(b"", last=True))
        file.close()
        return {
            "publication": of.publication, "epoch": of.epoch, "segment": of.segment, "key": self.key.id, "serial": sealer.header.serial,
            "media": VIDEO, "bytes": sealer.length, "sealed": sealer.sealed_digest, "state": "whole", **told,
        }  # fmt: skip

    def path(self, file: str, vault: str = "recordings") -> Path:
        return self.data / vault / "sessions" / SESSION / file

    def write(self, file: str, content: bytes) -> None:
        path = self.path(file)
        if path.exists():
            path.chmod(0o600)
        path.write_bytes(content)

    def change(self, entry: int, **told: Any) -> None:
        """As if that entry had said something else."""
        self.entries = [each if each.seq != entry else ledger.Entry(each.seq, each.at, each.actor, each.what, {**each.body, **told}, each.prev, each.digest) for each in self.entries]

    def look(self, *, erased: bool = False, gone: bool = True) -> tuple[list[Finding], list[Stray], SessionFiles]:
        files = SessionFiles(SESSION, vaults_of(self.data), erased, gone)
        found = [finding for entry in self.entries for finding in files.take(entry)]
        found += files.end()
        strays = list(files.strays())
        return [*found, *(each for each in strays if isinstance(each, Finding))], [each for each in strays if isinstance(each, Stray)], files


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_vault_that_holds_what_the_ledger_says(shelf: Shelf) -> None:
    found, strays, files = shelf.look()
    assert (found, strays) == ([], [])
    assert (files.segments, files.bytes) == (2, sum(shelf.path(name(n).file).stat().st_size for n in range(2)))
    assert [list(strangers(vault)) for vault in vaults_of(shelf.data)] == [[], []]


def flip(shelf: Shelf, place: int, file: str = SECOND) -> None:
    content = bytearray(shelf.path(file).read_bytes())
    content[place] ^= 1
    shelf.write(file, bytes(content))


def to_a_link(shelf: Shelf) -> None:
    shelf.path(SECOND).rename(shelf.data / "elsewhere")
    shelf.path(SECOND).symlink_to(shelf.data / "elsewhere")


def cut(shelf: Shelf, file: str = SECOND) -> None:
    shelf.write(file, shelf.path(file).read_bytes()[:-1])


def other_key(shelf: Shelf) -> None:
    wrapped = DataKey.new(SESSION, "ffffffffffffffff").wrap("jinshan", HOME).encode()
    shelf.write(KEY_FILE, wrapped)
    shelf.change(2, sealed=hashlib.sha256(wrapped).hexdigest())


def noise_as_a_segment(shelf: Shelf) -> None:
    shelf.write(SECOND, b"noise")
    shelf.change(4, bytes=5, sealed=hashlib.sha256(b"noise").hexdigest())


DAMAGES: list[tuple[Callable[[Shelf], object], str, str]] = [
    (lambda s: flip(s, -1), "segment-altered", f"{FOLDER}/{SECOND}"),
    (lambda s: flip(s, 0), "segment-altered", f"{FOLDER}/{SECOND}"),
    (lambda s: s.write(SECOND, b""), "segment-cut", f"{FOLDER}/{SECOND}"),
    (cut, "segment-cut", f"{FOLDER}/{SECOND}"),
    (lambda s: s.write(SECOND, s.path(SECOND).read_bytes() + b"\0"), "segment-altered", f"{FOLDER}/{SECOND}"),
    (lambda s: s.write(SECOND, s.path(name(0).file).read_bytes()), "segment-altered", f"{FOLDER}/{SECOND}"),
    (lambda s: s.path(SECOND).unlink(), "segment-missing", f"session {SESSION}, entry 4"),
    (to_a_link, "segment-unreadable", f"{FOLDER}/{SECOND}"),
    (noise_as_a_segment, "segment-framing", f"{FOLDER}/{SECOND}"),
    (lambda s: s.add("rec-segment", s.segment(name(2), ended=False)), "segment-framing", f"{FOLDER}/{name(2).file}"),
    (lambda s: s.change(4, media="audio/webm;codecs=opus"), "segment-misplaced", f"{FOLDER}/{SECOND}"),
    (lambda s: s.change(1, origin=ORIGIN + 1), "segment-misplaced", f"{FOLDER}/{SECOND}"),
    (lambda s: s.change(4, serial=1), "serial-twice", f"session {SESSION}, entry 4"),
    (lambda s: s.add("rec-segment", dict(s.entries[-1].body)), "segment-twice", f"session {SESSION}, entry 5"),
    (lambda s: s.change(4, publication="../x"), "fact-malformed", f"session {SESSION}, entry 4"),
    (lambda s: s.change(4, key=f"{SESSION}.ffffffffffffffff"), "key-not-told", f"session {SESSION}, entry 4"),
    (lambda s: flip(s, 20, KEY_FILE), "key-altered", f"{FOLDER}/{KEY_FILE}"),
    (other_key, "key-altered", f"{FOLDER}/{KEY_FILE}"),
    (lambda s: s.path(KEY_FILE).unlink(), "key-missing", f"session {SESSION}, entry 2"),
    (lambda s: s.change(1, home_key="0" * 64), "key-foreign", f"session {SESSION}, entry 2"),
    (lambda s: s.write("notes.txt", b"x"), "stranger", f"{FOLDER}/notes.txt"),
    (lambda s: s.path("inner").mkdir(), "stranger", f"{FOLDER}/inner"),
    (lambda s: s.segment(name(0), vault=s.spill), "orphan-file", f"spill/sessions/{SESSION}/{name(0).file}"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "code", "place"), DAMAGES, ids=[f"{n}-{code}" for n, (_, code, _) in enumerate(DAMAGES)])
def test_every_damage_is_named(shelf: Shelf, damage: Callable[[Shelf], object], code: str, place: str) -> None:
    damage(shelf)
    found, _, _ = shelf.look()
    assert (code, "broken", place) in [(f.code, f.severity, f.place) for f in found], found


def test_every_flipped_byte_of_a_segment_is_seen(shelf: Shelf) -> None:
    for place in range(shelf.path(SECOND).stat().st_size):
        flip(shelf, place)
        assert [f.code for f in shelf.look()[0]] == ["segment-altered"], place
        flip(shelf, place)
    assert shelf.look()[0] == []


def test_what_lies_in_the_spill_is_as_good(shelf: Shelf) -> None:
    shelf.path("x", "spill").parent.mkdir(parents=True)
    for file in (SECOND, KEY_FILE):
        shelf.path(file).rename(shelf.path(file, "spill"))
    assert shelf.look()[:2] == ([], [])


def test_a_file_without_an_entry_is_a_stray_that_says_whose_it_is(shelf: Shelf) -> None:
    shelf.segment(name(7))
    shelf.write(f"{SESSION}.aaaaaaaaaaaaaaaa.key", b"")
    shelf.write(name(8).file, b"VWSEG1")
    found, strays, _ = shelf.look()
    assert found == []
    assert {stray.file: stray.life for stray in strays} == {
        name(7).file: LIFE, f"{SESSION}.aaaaaaaaaaaaaaaa.key": "aaaaaaaaaaaaaaaa", name(8).file: None,
    }  # fmt: skip


def test_a_segment_that_was_told_as_suspect_is_shown_and_no_fault(shelf: Shelf) -> None:
    shelf.change(4, state="suspect")
    assert shelf.look()[0] == []
    cut(shelf)
    assert [(f.code, f.severity) for f in shelf.look()[0]] == [("segment-suspect", "pending")]
    shelf.path(SECOND).unlink()
    assert [(f.code, f.severity) for f in shelf.look()[0]] == [("segment-suspect", "pending")]


def test_a_cut_segment_ends_with_a_whole_chunk(shelf: Shelf) -> None:
    shelf.add("rec-segment", shelf.segment(name(2), ended=False, state="cut", clear=None))
    assert shelf.look()[0] == []


def test_a_key_that_nothing_is_sealed_with_yet_may_be_missing_or_half_written(shelf: Shelf) -> None:
    shelf.add("rec-key-wrapped", {"key": f"{SESSION}.ffffffffffffffff", "home_key": fingerprint(HOME), "sealed": "0" * 64})
    assert shelf.look()[0] == []
    shelf.write(f"{SESSION}.ffffffffffffffff.key", b"{")
    assert [(f.code, f.severity) for f in shelf.look()[0]] == [("key-unfinished", "pending")]


def test_of_an_erased_recording_nothing_may_be_there(shelf: Shelf) -> None:
    found, _, _ = shelf.look(erased=True)
    assert {f.place for f in found} == {f"{FOLDER}/{file}" for file in (name(0).file, SECOND, KEY_FILE)}
    assert {(f.code, f.severity) for f in found} == {("erased-left", "broken")}
    assert {f.severity for f in shelf.look(erased=True, gone=False)[0]} == {"pending"}, "the server has not said that it is done"
    for file in (name(0).file, SECOND, KEY_FILE):
        shelf.path(file).unlink()
    assert shelf.look(erased=True)[:2] == ([], [])


def test_a_long_segment_is_never_held_whole(shelf: Shelf) -> None:
    sealer = SegmentSealer(shelf.key, name(5), VIDEO, ORIGIN)
    file = shelf.vault.create_segment(name(5), sealer.head)
    for n in range(40):
        file.write(sealer.chunk(bytes(1 << 20), last=n == 39))
    file.close()
    shelf.add("rec-segment", {**shelf.entries[-1].body, "segment": 5, "serial": sealer.header.serial, "bytes": sealer.length, "sealed": sealer.sealed_digest})
    tracemalloc.start()
    try:
        assert shelf.look()[0] == []
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_what_stands_beside_sessions_and_journals_is_a_stranger(shelf: Shelf) -> None:
    (shelf.data / "recordings" / "x").touch()
    (shelf.data / "recordings" / "sessions" / "no session\n").mkdir()
    (shelf.data / "recordings" / "journal" / "0011223344556677.jsonl.bak").touch()
    for ours in ("jsonl", "acked", "acked.new", "progress", "progress.part", "progress.latest", "progress.latest.part"):
        (shelf.data / "recordings" / "journal" / f"0011223344556677.{ours}").touch()
    found = list(strangers(shelf.vault))
    assert [(f.code, f.place) for f in found] == [
        ("stranger", "recordings/x"), ("stranger", "recordings/sessions/'no session\\n'"),
        ("stranger", "recordings/journal/0011223344556677.jsonl.bak"),
    ]  # fmt: skip


def test_a_folder_that_is_not_there_is_said(shelf: Shelf) -> None:
    (shelf.data / "recordings" / "journal").rmdir()
    assert [(f.code, f.place) for f in strangers(shelf.vault)] == [("vault-unreadable", "recordings/journal")]


def test_nothing_is_changed_by_looking(shelf: Shelf) -> None:
    def everything() -> dict[str, tuple[int, int, bytes]]:
        files = [path for path in shelf.data.rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes()) for path in files}

    cut(shelf)
    before, folder = everything(), os.stat(shelf.path(".")).st_mtime_ns
    shelf.look()
    assert (everything(), os.stat(shelf.path(".")).st_mtime_ns) == (before, folder)
