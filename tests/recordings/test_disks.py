"""Which vault a life begins in, and what earlier lives say of a session."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

from config.logs import get_logger
from recordings import disks as module
from recordings.disks import Disks
from recordings.journal import Journal
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from tests.recordings.sealed import ORIGIN, SESSION, VIDEO, key, name

LIFE, OTHER = "00112233445566aa", "1122334455667788"


@pytest.fixture
def disks(tmp_path: Path) -> Disks:
    return Disks([tmp_path / "recordings", tmp_path / "spill"], get_logger("test"))


def begun_in(disks: Disks, failed: Path | None = None, code: str = "") -> str | None:
    life = disks.begin(ORIGIN, failed, code)
    if life is None:
        return None
    life.end(complete=True, close=True)
    return life.vault.root.name


def test_a_life_begins_in_the_usual_vault(disks: Disks, tmp_path: Path) -> None:
    assert begun_in(disks) == "recordings"
    assert disks.usual == tmp_path / "recordings"


def test_after_a_failure_the_other_vault_is_tried_first(disks: Disks, tmp_path: Path) -> None:
    assert begun_in(disks, tmp_path / "recordings", "disk") == "spill"
    assert begun_in(disks, tmp_path / "spill", "full") == "recordings"
    assert begun_in(disks, tmp_path / "recordings", "missing") == "recordings", "a folder that was taken away can be made again"


def test_a_vault_that_refuses_is_passed_over(disks: Disks, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("no folder")
    assert begun_in(disks) == "spill"
    (tmp_path / "spill" / "journal").rename(tmp_path / "kept")
    (tmp_path / "spill" / "journal").write_text("no folder")
    assert begun_in(disks) is None


def test_a_nearly_full_disk_comes_after_one_with_room(disks: Disks, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = namedtuple("usage", "total used free")
    (tmp_path / "spill").mkdir()
    monkeypatch.setattr(module.shutil, "disk_usage", lambda place: usage(1000, 0, 400 if place.name == "spill" else 40))
    assert begun_in(disks) == "spill"
    monkeypatch.setattr(module.shutil, "disk_usage", lambda place: usage(1000, 0, 40))
    assert begun_in(disks) == "recordings"


def written(vault: Vault, life: str, at: int, *lines: dict[str, object]) -> None:
    with Journal.opened(vault.journal(life)) as journal:
        journal.append({"what": "writer-started", "life": life, "at": at}, *lines)


def segment(end: int, number: int = 0, publication: str = "resident.camera") -> dict[str, object]:
    return {"what": "segment", "session": SESSION, "publication": publication, "epoch": 1, "segment": number, "start": 0, "end": end}


def gap(end: int, cause: str, publication: str = "resident.camera") -> dict[str, object]:
    return {"what": "gap", "session": SESSION, "publication": publication, "epoch": 1, "start": 0, "end": end, "cause": cause}


def test_what_earlier_lives_say_of_a_session(disks: Disks, tmp_path: Path) -> None:
    usual, spill = Vault(tmp_path / "recordings"), Vault(tmp_path / "spill")
    written(spill, OTHER, ORIGIN + 2, segment(9000, 1), gap(9500, "node", "resident.microphone"))
    written(usual, LIFE, ORIGIN + 1, gap(4000, "node"), segment(4000), segment(8000, 0, "resident.microphone"))
    for vault, number in ((usual, 3), (spill, 4)):
        of = SegmentName(SESSION, "resident.camera", 2, number)
        vault.create_segment(of, SegmentSealer(key(), of, VIDEO, ORIGIN).head).abandon()
    past = disks.past(SESSION, ORIGIN)
    assert past.numbers == {("resident.camera", 2): 5}
    assert past.ends == {"resident.camera": 9000, "resident.microphone": 9500}
    assert past.broken == {"resident.microphone": "node"}
    assert disks.past("s-20261123-9999", ORIGIN).ends == {}


def test_a_gap_is_open_although_the_segment_before_it_is_told_after_it(disks: Disks, tmp_path: Path) -> None:
    written(Vault(tmp_path / "recordings"), LIFE, ORIGIN, gap(4001, "node"), segment(4000))
    assert disks.past(SESSION, ORIGIN).broken == {"resident.camera": "node"}


def test_a_room_that_closed_owes_nothing(disks: Disks, tmp_path: Path) -> None:
    closed = {"what": "room-closed", "session": SESSION, "end": 5000}
    written(Vault(tmp_path / "recordings"), LIFE, ORIGIN, gap(4000, "writer-crash"), closed)
    past = disks.past(SESSION, ORIGIN)
    assert (past.ends, past.broken) == ({}, {})


def test_what_a_failed_life_left_and_another_told_is_not_told_again(disks: Disks, tmp_path: Path) -> None:
    """The journal could not be written, the next life on the other disk told of the segment as suspect."""
    vault, data_key = Vault(tmp_path / "recordings"), key()
    vault.put_key(data_key.wrap("jinshan", bytes([9]) + bytes(31)))
    for number in (0, 1):
        sealer = SegmentSealer(data_key, name(number), VIDEO, ORIGIN)
        file = vault.create_segment(name(number), sealer.head)
        file.write(sealer.chunk(b"webm"))
        file.abandon()
    written(vault, LIFE, ORIGIN, {"what": "key-wrapped", "session": SESSION, "key": data_key.id})
    written(Vault(tmp_path / "spill"), OTHER, ORIGIN + 1, {**segment(0), "state": "suspect"})
    disks.recover(ORIGIN + 9000)
    with Journal.read(vault.journal(LIFE)) as journal:
        told = [line["segment"] for line in journal.lines() if line["what"] == "segment"]
    assert told == [1]
