"""Papers go the way of everything that is recorded: sealed to the home, told in a journal, found again by whoever puts in order."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.album import CHUNK, JPEG, JSON, PDF, PNG, Album, Picture, Put, Sealing
from recordings.data_key import WrappedKey, unwrap
from recordings.framing import whole_length
from recordings.inspection import SessionFiles, Stray
from recordings.journal_entries import told
from recordings.ledger import Entry, append, head_of, start, utc
from recordings.names import SegmentName
from recordings.recovery import recover
from recordings.sealing import SegmentOpener, SegmentSealer, opened
from recordings.vault import Vault
from recordings.vault_errors import VaultError
from tests.recordings.full_disk import Disk
from tests.recordings.sealed import ORIGIN, SESSION, digest

HOME = X25519PrivateKey.generate()
SEALING = Sealing(SESSION, "jinshan", HOME.public_key().public_bytes_raw(), ORIGIN)
NOW = ORIGIN + 60_000
STILL, PAGE = Picture("resident.still", b"\xff\xd8 as taken \xff\xd9", 3264, 2448), Picture("resident.page", b"\xff\xd8 straight \xff\xd9", 2100, 1480)

PAPERS = (
    STILL, Picture("form.paper", b"%PDF the form", 0, 0, PDF), Picture("form.page", b"\x89PNG as it was shown", 1080, 1527, PNG),
    Picture("resident.signature", b'{"schema":"virtual-window-signature/1"}', 0, 0, JSON),
)  # fmt: skip
"""One of each kind."""


class Shelf:
    """Two vaults, the usual one and the spill."""

    def __init__(self, data: Path) -> None:
        self.roots = [data / "recordings", data / "spill"]
        self.album = Album(self.roots)

    def put(self, number: int = 4200, pictures: tuple[Picture, ...] = (STILL, PAGE)) -> Put:
        return self.album.put(SEALING, number, pictures, NOW)

    def opened(self, name: SegmentName, root: int = 0) -> bytes:
        """What the home sees, and nobody else."""
        vault = Vault(self.roots[root])
        with vault.open_segment(name) as file:
            return b"".join(opened(file, opener_of(vault, name)))

    def files(self, root: int = 0) -> list[str]:
        folder = self.roots[root] / "sessions" / SESSION
        return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def opener_of(vault: Vault, name: SegmentName) -> SegmentOpener:
    with vault.open_segment(name) as file:
        header = whole_length(file).header
    assert header is not None
    return SegmentOpener(unwrap(vault.read_key(header.key), "jinshan", HOME), name)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def entries_of(put: Put) -> list[Entry]:
    """The ledger of a session in which nothing else happened."""
    first = append(start(SESSION), utc(NOW / 1000), "server", "recording-ordered", {"origin": ORIGIN, "home_key": json.loads(put.lines[1])["home_key"], "required": []})
    entries = [first]
    for line in put.lines:
        if (fact := told(line)) is not None:
            entries.append(append(head_of(entries[-1]), utc(NOW / 1000), f"writer:{put.life}", fact.entry, dict(fact.body)))
    return entries


def test_both_forms_of_a_still_are_sealed_to_the_home_and_told(shelf: Shelf) -> None:
    put = shelf.put()
    assert [json.loads(line)["what"] for line in put.lines] == ["writer-started", "key-wrapped", "picture", "picture"]
    assert [json.loads(line)["n"] for line in put.lines] == [1, 2, 3, 4]
    for picture, line in zip((STILL, PAGE), put.lines[2:], strict=True):
        fact = json.loads(line)
        assert (fact["clear"], fact["width"], fact["height"], fact["at"], fact["media"]) == (digest(picture.data), picture.width, picture.height, 4200, JPEG)
        assert shelf.opened(SegmentName(SESSION, picture.publication, 1, 4200)) == picture.data
    folder = shelf.roots[0] / "sessions" / SESSION
    assert not any(b"as taken" in file.read_bytes() for file in folder.iterdir()), "no clear byte touches the disk"
    journal = shelf.roots[0] / "journal" / f"{put.life}.jsonl"
    assert journal.read_text().splitlines() == put.lines and journal.stat().st_mode & 0o222 == 0, "it is over"


def test_papers_of_every_kind_say_what_they_are_in_head_and_journal(shelf: Shelf) -> None:
    put = shelf.put(pictures=PAPERS)
    vault = Vault(shelf.roots[0])
    for paper, line in zip(PAPERS, put.lines[2:], strict=True):
        fact, name = json.loads(line), SegmentName(SESSION, paper.publication, 1, 4200)
        assert (fact["media"], fact["width"], fact["height"], fact["clear"]) == (paper.media, paper.width, paper.height, digest(paper.data))
        with vault.open_segment(name) as file:
            header = whole_length(file).header
        assert header is not None and (header.media, header.is_picture) == (paper.media, True)
        assert shelf.opened(name) == paper.data


@pytest.mark.parametrize("media", ["", "image/gif", "IMAGE/JPEG", "text/html", "application/pdf ", "video/webm;codecs=vp8"])
def test_what_is_no_paper_is_refused_before_anything_is_written(media: str) -> None:
    with pytest.raises(ValueError, match="no kind of paper"):
        Picture("resident.still", b"", 0, 0, media)


@settings(max_examples=20, deadline=None)
@given(size=st.integers(0, 3 * CHUNK // (1 << 12)))
def test_a_picture_of_any_size(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("album"))
    data = bytes(size << 12)
    shelf.put(1, (Picture("resident.still", data, 1, 1),))
    assert shelf.opened(SegmentName(SESSION, "resident.still", 1, 1)) == data


def test_what_is_told_is_what_the_doctor_finds(shelf: Shelf) -> None:
    put = shelf.put(pictures=(*PAPERS, PAGE))
    files = SessionFiles(SESSION, [Vault(root) for root in shelf.roots])
    findings = [finding for entry in entries_of(put) for finding in files.take(entry)]
    assert [*findings, *files.end(), *files.strays()] == []
    assert files.segments == 5
    path = shelf.roots[0] / "sessions" / SESSION / "resident.page-1-4200.seg"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    again = SessionFiles(SESSION, [Vault(root) for root in shelf.roots])
    assert [finding.code for entry in entries_of(put) for finding in again.take(entry)] == ["segment-altered"]


def test_a_number_is_used_once_and_what_lies_there_is_not_touched(shelf: Shelf) -> None:
    shelf.put()
    with pytest.raises(VaultError) as refused:
        shelf.put(pictures=(Picture("resident.still", b"another", 1, 1),))
    assert refused.value.code == "exists"
    assert shelf.opened(SegmentName(SESSION, "resident.still", 1, 4200)) == STILL.data
    assert shelf.files(1) == [], "not in the spill either"


@pytest.mark.parametrize("ahead", [False, True])
def test_a_full_disk_is_passed_over_and_keeps_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, *, ahead: bool) -> None:
    real, refused = Vault.put_segments, []

    def no_room() -> Iterator[bytes]:
        yield b"a few bytes"
        refused.append([file for file in shelf.files(0) if file.endswith(".seg")])
        raise VaultError("full", "no room")

    def put(vault: Vault, segments: Sequence[tuple[SegmentName, Iterable[bytes]]]) -> None:
        first, second = segments
        real(vault, [first, (second[0], no_room())] if vault.root == shelf.roots[0] else segments)

    monkeypatch.setattr(Vault, "put_segments", put)
    begun = shelf.album.begin(SEALING, NOW) if ahead else None
    shelf.album.put(SEALING, 4200, (STILL, PAGE), NOW, begun)
    assert refused == [["resident.page-1-4200.seg", "resident.still-1-4200.seg"]], "both were there"
    assert [file for file in shelf.files(0) if file.endswith(".seg")] == []
    assert [file for file in shelf.files(1) if file.endswith(".seg")] == ["resident.page-1-4200.seg", "resident.still-1-4200.seg"]
    assert shelf.opened(SegmentName(SESSION, "resident.page", 1, 4200), 1) == PAGE.data


def test_what_is_begun_ahead_is_put_as_everything_is(shelf: Shelf) -> None:
    begun = shelf.album.begin(SEALING, NOW)
    assert Vault(shelf.roots[0]).lives(unfinished=True) != []
    put = shelf.album.put(SEALING, 4200, (STILL, PAGE), NOW + 500, begun)
    assert [json.loads(line)["what"] for line in put.lines] == ["writer-started", "key-wrapped", "picture", "picture"]
    assert json.loads(put.lines[0])["at"] == NOW, "it began when it began"
    assert shelf.opened(SegmentName(SESSION, "resident.page", 1, 4200)) == PAGE.data
    files = SessionFiles(SESSION, [Vault(root) for root in shelf.roots])
    assert [*(finding for entry in entries_of(put) for finding in files.take(entry)), *files.end(), *files.strays()] == []
    assert Vault(shelf.roots[0]).lives(unfinished=True) == [] and len(Vault(shelf.roots[0]).lives()) == 1


def test_of_what_was_begun_for_nothing_nothing_is_left(shelf: Shelf) -> None:
    shelf.put()
    vault = Vault(shelf.roots[0])
    before = shelf.files(), vault.lives()
    begun = shelf.album.begin(SEALING, NOW)
    assert len(vault.lives()) == 2 and len(shelf.files()) == len(before[0]) + 1
    begun.drop()
    assert (shelf.files(), vault.lives()) == before


def test_a_server_that_dies_with_something_begun_leaves_what_recovery_closes(shelf: Shelf) -> None:
    begun = shelf.album.begin(SEALING, NOW)
    vault = Vault(shelf.roots[0])
    assert recover(vault, NOW).running == vault.lives(), "it lives"
    begun._journal.close()  # as a dead process does
    done = recover(vault, NOW + 1000)
    assert (done.cut, done.removed, done.damaged) == ([], [], []) and vault.lives(unfinished=True) == []


def test_a_putting_goes_to_the_first_disk_that_takes_its_beginning(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as power:
        real = Vault.put_key

        def put_key(vault: Vault, wrapped: WrappedKey) -> None:
            if vault.root == shelf.roots[0]:
                raise VaultError("full", "no room")
            real(vault, wrapped)

        power.setattr(Vault, "put_key", put_key)
        begun = shelf.album.begin(SEALING, NOW)
    assert begun.root == shelf.roots[1]
    shelf.album.put(SEALING, 4200, (STILL, PAGE), NOW, begun)
    assert shelf.opened(SegmentName(SESSION, "resident.still", 1, 4200), 1) == STILL.data and shelf.files(0) == []


def test_no_disk_at_all_is_said(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    Disk(monkeypatch).room = 0
    with pytest.raises(VaultError) as refused:
        shelf.put()
    assert refused.value.code == "full"


@pytest.mark.parametrize("first", PAPERS, ids=lambda paper: paper.media)
def test_a_picture_that_nobody_was_told_of_is_taken_away_and_what_was_told_stays(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, first: Picture) -> None:
    """The server dies between two papers: whoever put them puts them again."""
    shelf.put(1000)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as power:
        power.setattr(os, "unlink", die)  # nor does anybody clear up
        real = SegmentSealer.chunk
        power.setattr(SegmentSealer, "chunk", lambda sealer, *piece: die() if sealer.header.name.publication == "resident.page" else real(sealer, *piece))
        with pytest.raises(SystemExit):
            shelf.put(2000, (first, PAGE))
    vault = Vault(shelf.roots[0])
    left = SegmentName(SESSION, first.publication, 1, 2000)
    assert left in vault.segments(SESSION)
    stray = Stray(vault, SESSION, left.file)
    assert stray.life is not None and stray.life in vault.lives(unfinished=True), "the doctor says that it is open"
    done = recover(vault, NOW + 1000)
    half = SegmentName(SESSION, "resident.page", 1, 2000)
    assert sorted(done.removed) == sorted([str(left), str(half)]) and done.cut == [] and done.damaged == []
    assert [name.segment for name in vault.segments(SESSION)] == [1000, 1000]
    assert vault.lives(unfinished=True) == []
