"""A writer dies; what it left is put in order without a key: nothing whole is lost, nothing is promised that is not there."""

from __future__ import annotations

import dataclasses
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings import progress
from recordings.data_key import DataKey, unwrap
from recordings.framing import Extent, Header
from recordings.journal import Journal
from recordings.names import SegmentName
from recordings.progress import Note
from recordings.recovery import Left, Recovered, Told, describe, recover
from recordings.sealing import SegmentOpener, SegmentSealer, opened
from recordings.vault import Vault
from recordings.vault_errors import VaultFull
from tests.programs import ROOT
from tests.recordings.full_disk import Disk
from tests.recordings.sealed import LIFE, ORIGIN, SESSION, VIDEO, digest, name

HOME = X25519PrivateKey.generate()
PUBLIC = HOME.public_key().public_bytes_raw()
NOW = ORIGIN + 60_000


class Writer:
    """A writer's hands, for a death at any point."""

    def __init__(self, vault: Vault, life: str = LIFE, session: str = SESSION) -> None:
        self.vault = vault
        self.key = DataKey.new(session, life)
        self.wrapped = self.key.wrap("jinshan", PUBLIC)
        self.journal = Journal.opened(vault.journal(life))
        self.journal.append(
            {"what": "writer-started", "life": life, "at": ORIGIN},
            {"what": "key-wrapped", "session": session, "key": self.key.id, "home_key": self.wrapped.home_key, "sealed": digest(self.wrapped.encode())},
        )  # fmt: skip

    def segment(self, of: SegmentName, chunks: int, *, ended: bool = False, torn: bytes = b"") -> SegmentSealer:
        sealer = SegmentSealer(self.key, of, VIDEO, ORIGIN)
        file = self.vault.create_segment(of, sealer.head)
        for i in range(chunks):
            file.write(sealer.chunk(b"half a second", last=ended and i == chunks - 1))
        if torn:
            file.write(torn)
        file.abandon()
        return sealer

    def tell(self, **fact: Any) -> None:
        self.journal.append({"session": SESSION, "publication": "resident.camera", "epoch": 1, **fact})

    def dies(self) -> None:
        self.journal.close()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "recordings")


@pytest.fixture
def writer(vault: Vault) -> Writer:
    writer = Writer(vault)
    vault.put_key(writer.wrapped)
    return writer


def lines(vault: Vault, what: str, life: str = LIFE) -> list[dict[str, Any]]:
    with Journal.read(vault.journal(life)) as journal:
        return [line for line in journal.lines() if line["what"] == what]


def note(of: SegmentName, bytes: int, start: int, end: int) -> Note:
    return Note(of, bytes, start, end, 12, 640, 360, 100, 140, 3)


def test_an_open_segment_is_cut_told_and_followed_by_its_gap(vault: Vault, writer: Writer) -> None:
    writer.tell(what="first-byte", at=200)
    sealer = writer.segment(name(), 3, torn=b"\x00\x00\x01")
    writer.dies()
    result = recover(vault, NOW)
    assert result.cut == [name()] and not result.damaged
    (segment,) = lines(vault, "segment")
    with vault.open_segment(name()) as file:
        content = file.read()
    assert (segment["bytes"], segment["sealed"]) == (sealer.length, sealer.sealed_digest) == (len(content), digest(content))
    assert (segment["state"], segment["clear"], segment["serial"], segment["key"]) == ("cut", None, 1, writer.key.id)
    assert (segment["start"], segment["end"], segment["frames"]) == (200, 200, None), "without notes nothing is promised"
    (gap,) = lines(vault, "gap")
    assert (gap["start"], gap["end"], gap["cause"], gap["lost"]) == (200, 60_000, "writer-crash", None)
    assert stat.S_IMODE((vault.root / "sessions" / SESSION / name().file).stat().st_mode) == 0o400


def test_with_notes_of_progress_its_end_is_known(vault: Vault, writer: Writer) -> None:
    sealer = writer.segment(name(), 3)
    progress.write(vault.progress(LIFE), [note(name(), sealer.length, 200, 1700)], sync=True)
    writer.dies()
    recover(vault, NOW)
    (segment,), (gap,) = lines(vault, "segment"), lines(vault, "gap")
    assert {key: segment[key] for key in progress.FACTS} == note(name(), 0, 200, 1700).facts()
    assert (gap["start"], gap["end"]) == (1700, 60_000)
    assert not vault.progress(LIFE).exists()


def test_a_note_about_bytes_that_the_power_cut_took_is_not_believed(vault: Vault, writer: Writer) -> None:
    sealer = writer.segment(name(), 3)
    progress.write(vault.progress(LIFE), [note(name(), sealer.length + 1, 200, 1700)], sync=True)
    writer.dies()
    recover(vault, NOW)
    assert lines(vault, "segment")[0]["frames"] is None


def test_what_was_told_is_left_as_it_is(vault: Vault, writer: Writer) -> None:
    sealer = writer.segment(name(0), 2, ended=True)
    writer.tell(what="segment", segment=0, end=4000, sealed=sealer.sealed_digest)
    writer.dies()
    before = vault.journal(LIFE).read_bytes()
    result = recover(vault, NOW)
    assert result == Recovered()
    assert vault.journal(LIFE).read_bytes() == before


def test_a_segment_that_ended_but_was_not_told_is_kept_whole(vault: Vault, writer: Writer) -> None:
    ended, after = writer.segment(name(0), 2, ended=True), writer.segment(name(1), 1)
    progress.write(vault.progress(LIFE), [note(name(0), ended.length, 0, 4000), note(name(1), after.length, 4100, 4600)], sync=True)
    writer.dies()
    recover(vault, NOW)
    assert [(line["segment"], line["bytes"]) for line in lines(vault, "segment")] == [(0, ended.length), (1, after.length)]
    assert [(gap["start"], gap["end"]) for gap in lines(vault, "gap")] == [(4000, 4100), (4600, 60_000)]


def test_doing_it_again_does_nothing_more(vault: Vault, writer: Writer) -> None:
    writer.segment(name(), 1)
    writer.dies()
    recover(vault, NOW)
    before = vault.journal(LIFE).read_bytes()
    assert vault.lives(unfinished=True) == []
    assert recover(vault, NOW + 5) == Recovered()
    vault.journal(LIFE).chmod(0o600)  # as if it had been interrupted before its last step
    assert recover(vault, NOW + 5) == Recovered()
    assert vault.journal(LIFE).read_bytes() == before


def test_interrupted_by_a_full_disk_it_is_done_the_next_time(vault: Vault, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    writer.segment(name(), 1)
    writer.dies()
    with monkeypatch.context() as patch:
        Disk(patch).room = 50
        with pytest.raises(VaultFull):
            recover(vault, NOW)
    assert lines(vault, "segment") == []
    assert recover(vault, NOW).cut == [name()]
    assert len(lines(vault, "segment")) == len(lines(vault, "gap")) == 1


def test_a_writer_that_runs_is_left_alone(vault: Vault, writer: Writer) -> None:
    sealer = writer.segment(name(), 1, torn=b"half a chunk")
    result = recover(vault, NOW)
    assert (result.running, result.cut) == ([LIFE], [])
    with vault.open_segment(name()) as file:
        assert len(file.read()) > sealer.length
    writer.dies()
    assert recover(vault, NOW).cut == [name()]


def test_two_lives_of_one_session_are_told_in_their_own_journals(vault: Vault, writer: Writer) -> None:
    writer.segment(name(0), 1)
    writer.dies()
    other = Writer(vault, "f" * 16)
    vault.put_key(other.wrapped)
    other.segment(name(0, epoch=2), 1)
    other.dies()
    assert recover(vault, NOW).cut == [name(0), name(0, epoch=2)]
    assert [line["epoch"] for line in lines(vault, "segment")] == [1]
    assert [line["epoch"] for line in lines(vault, "segment", "f" * 16)] == [2]


def test_a_file_that_holds_nothing_is_removed(vault: Vault, writer: Writer) -> None:
    folder = vault.root / "sessions" / SESSION
    (folder / name(0).file).write_bytes(b"")
    (folder / name(1).file).write_bytes(b"VWSEG1\n\x01")
    (folder / name(2).file).write_bytes(bytes(300))
    writer.dies()
    assert recover(vault, NOW).removed == [f"{SESSION}/{name(i).file}" for i in range(3)]
    assert vault.segments(SESSION) == []


def test_a_key_that_was_told_of_but_not_written_leaves_nothing(vault: Vault) -> None:
    writer = Writer(vault)
    writer.dies()
    assert recover(vault, NOW) == Recovered(), "not even a folder"
    other = Writer(vault, "f" * 16)
    (vault.root / "sessions" / SESSION).mkdir()
    (vault.root / "sessions" / SESSION / f"{other.key.id}.key").write_bytes(other.wrapped.encode()[:50])
    other.dies()
    assert recover(vault, NOW).removed == [f"{SESSION}/{other.key.id}.key"]


def test_damage_is_left_for_a_person_and_found_again(vault: Vault, writer: Writer) -> None:
    folder = vault.root / "sessions" / SESSION
    sealer = writer.segment(name(0), 1)
    (folder / name(1).file).write_bytes(b"something else")
    (folder / name(2).file).write_bytes((folder / name(0).file).read_bytes())
    writer.dies()
    result = recover(vault, NOW)
    assert result.cut == [name(0)] and sealer.length
    assert len(result.damaged) == 2 and "does not begin" in result.damaged[0] and "holds the segment" in result.damaged[1]
    again = recover(vault, NOW)
    assert (again.damaged, again.cut) == (result.damaged, [])


@pytest.mark.parametrize("fact", [{"what": "segment", "session": 5}, {"no": "what"}, {"what": "key-wrapped", "key": "../x"}], ids=str)
def test_a_journal_of_something_else_is_left_alone(vault: Vault, writer: Writer, fact: dict[str, Any]) -> None:
    writer.journal.append(fact)
    writer.dies()
    assert "not the lines of a writer" in recover(vault, NOW).damaged[0]
    vault.journal(LIFE).write_bytes(b"{}\n{}\n")
    assert "line 1" in recover(vault, NOW).damaged[0]


# --- what follows from what


lefts = st.lists(st.none() | st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=5)


@given(lefts, st.integers(0, 3000), st.integers(0, 100_000))
def test_every_moment_after_what_is_known_is_covered_or_explained(noted: list[tuple[int, int] | None], known: int, later: int) -> None:
    at, found = known, []
    for number, pair in enumerate(noted):
        header = Header(SESSION, "resident.camera", 1, number, number + 1, f"{SESSION}.{LIFE}", VIDEO, ORIGIN)
        start = at + pair[0] if pair else at
        at = start + pair[1] if pair else at
        found.append(Left(header, Extent(header, 100, 1, False, 100), "0" * 64, note(name(number), 100, start, at) if pair else None))
    told = describe(found, known, ORIGIN + later)
    segments, gaps = [line for line in told if line["what"] == "segment"], [line for line in told if line["what"] == "gap"]
    assert [line["segment"] for line in segments] == list(range(len(noted)))
    spans = sorted((line["start"], line["end"]) for line in told)
    assert all(start <= end for start, end in spans)
    reached = min(known if noted[0] is None else segments[0]["start"], spans[0][0])
    for start, end in spans:
        assert start <= reached, "a hole"
        reached = max(reached, end)
    assert reached >= later and gaps[-1]["end"] == max(at, later)
    told_again = Told()
    for line in told:
        told_again.take(line)
    assert told_again.segments == {name(number) for number in range(len(noted))}


@given(st.integers(0, 2000))
@settings(max_examples=40)
def test_cut_at_any_byte_the_whole_chunks_stay(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    vault = Vault(tmp_path_factory.mktemp("cut") / "recordings")
    writer = Writer(vault)
    vault.put_key(writer.wrapped)
    sealer = SegmentSealer(writer.key, name(), VIDEO, ORIGIN)
    chunks = [b"half a second" * 10 for _ in range(12)]
    pieces = [sealer.head, *(sealer.chunk(chunk) for chunk in chunks)]
    (vault.root / "sessions" / SESSION / name().file).write_bytes(b"".join(pieces)[:length])
    writer.dies()
    result = recover(vault, NOW)
    whole = sum(sum(map(len, pieces[: i + 1])) <= length for i in range(1, len(pieces)))
    if length < len(sealer.head):
        assert result.removed
        return
    with vault.open_segment(name()) as file:
        opener = SegmentOpener(writer.key, name(), may_be_cut=True)
        assert list(opened(file, opener)) == chunks[:whole]
    assert lines(vault, "segment")[0]["sealed"] == opener.sealed_digest


# --- a real process, killed


@pytest.mark.parametrize("chunks", [1, 8, 21])
def test_a_killed_writer_loses_nothing_that_it_had_synced(vault: Vault, chunks: int) -> None:
    command = [sys.executable, "-m", "tests.recordings.dying_writer", str(vault.root), LIFE, PUBLIC.hex()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(chunks):
            segment, chunk = map(int, process.stdout.readline().split())
        process.send_signal(signal.SIGKILL)
        process.wait()
    result = recover(vault, NOW)
    assert not result.damaged and not result.running
    told = lines(vault, "segment")
    assert [line["segment"] for line in told] == list(range(len(told))) and len(told) >= segment + 1
    assert told[segment]["end"] >= segment * 4000 + 500 * (chunk + 1)
    data_key = unwrap(vault.read_key(f"{SESSION}.{LIFE}"), "jinshan", HOME)
    for line in told:
        of = dataclasses.replace(name(), segment=line["segment"])
        opener = SegmentOpener(data_key, of, may_be_cut=line["state"] == "cut")
        with vault.open_segment(of) as file:
            clear = b"".join(opened(file, opener))
        assert clear.startswith(f"{of.segment}.0;".encode()) or opener.chunks == 0
        assert (opener.sealed_digest, file.closed) == (line["sealed"], True)
        assert line["clear"] in (None, opener.clear_digest)
        assert opener.chunks >= (line["end"] - line["start"]) / 500, "no more is promised than there is"
    assert lines(vault, "gap")[-1]["end"] == 60_000 or told[-1]["state"] == "whole"
