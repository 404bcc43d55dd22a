"""The examination as a whole: what is healthy is found to be, what happens meanwhile looks like no fault, and nothing is changed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.clock import HandClock
from recordings.vault import Space, Vault
from signaling.doctor import examination as module
from signaling.doctor.examination import Checked, Folder, check_disks, examine
from signaling.store.look import Look, look
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.visits import T0
from tests.signaling.doctor.folder import LEFT, LIVE, LIVES, NOW, RECORDED, SPILLED, House, Patient, copied, everything

# --- healthy --------------------------------------------------------------------------------------


def test_a_healthy_folder_is_healthy(patient: Patient) -> None:
    report = patient.examine()
    assert (report.findings, report.ok) == ([], True)
    segments = [*patient.data.rglob("*.seg")]
    entries = patient.sql("SELECT count(*) FROM ledger")[0][0]
    assert report.checked == Checked(3, entries, len(segments), sum(file.stat().st_size for file in segments), heads=12, journals=2)


def test_a_visit_that_runs_is_not_finished_and_no_fault(running: Patient) -> None:
    report = running.examine()
    assert report.ok
    assert {(f.code, f.severity) for f in report.findings} == {("time-missing", "pending"), ("line-waiting", "pending"), ("segment-open", "pending")}
    assert all(LIVE in f.place or LIVES[LIVE] in f.place for f in report.findings)


def test_a_new_folder_without_a_visit_is_healthy(tmp_path: Path) -> None:
    async def run() -> None:
        async with await open_store(tmp_path / FILE_NAME, HandClock()):
            pass

    asyncio.run(run())
    assert Patient(tmp_path).examine().findings == []


def test_how_far_it_is_is_told(patient: Patient) -> None:
    seen: list[int] = []
    folder = Folder(patient.data, patient.data / FILE_NAME, warn_below=0, refuse_below=0)
    examine(folder, NOW, lambda checked: seen.append(checked.segments))
    assert seen == sorted(seen) and set(seen) == set(range(17))


# --- nothing is changed ---------------------------------------------------------------------------


def as_after_a_crash(patient: Patient) -> Patient:
    """The database with a log that nobody carried over: what a killed server leaves."""

    async def run() -> None:
        async with await open_store(patient.data / FILE_NAME, HandClock()) as store:
            await House(patient.data).talk(store, "session-crashed", "qian")
            shutil.copytree(patient.data, patient.data.with_name("crashed"))

    asyncio.run(run())
    return Patient(patient.data.with_name("crashed"))


def ill(patient: Patient) -> Patient:
    patient.flip(patient.file(), -1)
    patient.file(number=1).unlink()
    patient.write(patient.file(number=9), b"x")
    patient.sql("UPDATE ledger SET body = '{}' WHERE session = ? AND seq = 4", RECORDED)
    with patient.journal().with_suffix(".progress").open("wb") as progress:
        progress.write(b"{")
    return patient


@pytest.mark.parametrize("made", [lambda p: p, ill, as_after_a_crash], ids=["healthy", "ill", "crashed"])
def test_nothing_is_changed(running: Patient, made: Callable[[Patient], Patient]) -> None:
    patient = made(running)
    before = everything(patient.data)
    report = patient.examine()
    assert everything(patient.data) == before
    assert report.checked.sessions >= 4


def test_what_a_killed_server_had_not_carried_over_is_examined(patient: Patient) -> None:
    crashed = as_after_a_crash(patient)
    assert (crashed.data / f"{FILE_NAME}-wal").stat().st_size > 0
    report = crashed.examine()
    assert (report.checked.sessions, report.findings) == (4, [])


# --- what happens meanwhile -----------------------------------------------------------------------


class Meanwhile:
    """`then(patient)` happens right after the database has been copied."""

    def __init__(self, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patient = patient
        self._patch = monkeypatch

    def then(self, act: Callable[[], object]) -> Patient:
        waiting = [act]

        def looked(where: Path, work: Callable[[Look], Any], password: Any = None) -> Any:
            def worked(store: Look) -> Any:
                if waiting:
                    waiting.pop()()
                return work(store)

            return look(where, worked, password)

        self._patch.setattr(module, "look", looked)
        return self.patient


@pytest.fixture
def meanwhile(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    return Meanwhile(patient, monkeypatch)


def test_a_whole_visit_that_happens_meanwhile_is_no_fault(meanwhile: Meanwhile) -> None:
    house = House(meanwhile.patient.data)

    async def visit() -> None:
        async with await open_store(house.data / FILE_NAME, HandClock()) as store:
            talk = await house.talk(store, LIVE, "zhao")
            await house.keep(store, *house.record("recordings", talk), T0 + 70)
            await house.sign(store, talk)

    report = meanwhile.then(lambda: asyncio.run(visit())).examine()
    assert {f.severity for f in report.findings} == {"pending"}, report.findings
    assert Patient(house.data).examine().ok


def test_a_recording_that_is_erased_meanwhile_is_no_fault(meanwhile: Meanwhile) -> None:
    patient = meanwhile.patient

    def erase() -> None:
        patient.note(RECORDED, "recording-erased", {"keys": []})
        patient.sql("INSERT INTO keeping (session, erased_at, gone_at) VALUES (?, 1, 2)", RECORDED)
        for file in patient.file().parent.iterdir():
            file.unlink()

    assert meanwhile.then(erase).found() == []


def test_files_that_are_lost_meanwhile_are_lost(meanwhile: Meanwhile) -> None:
    file = meanwhile.patient.file()
    entry = meanwhile.patient.seq(RECORDED, "rec-segment", 1)
    meanwhile.then(file.unlink).finds(f"segment-missing session {RECORDED}, entry {entry}")


# --- erased by law --------------------------------------------------------------------------------


def erased(patient: Patient, *, gone: bool) -> None:
    patient.note(RECORDED, "recording-erased", {"keys": []}, NOW - 10)
    patient.sql("INSERT INTO keeping (session, erased_at, gone_at) VALUES (?, 1, ?)", RECORDED, 2 if gone else None)


def test_an_erased_recording_has_no_files(patient: Patient) -> None:
    erased(patient, gone=True)
    head = f"pending head-behind session {RECORDED}, entry 28"
    folder = f"recordings/sessions/{RECORDED}"
    patient.finds(head, *(f"erased-left {folder}/{file.name}" for file in patient.file().parent.iterdir()))
    for file in patient.file().parent.iterdir():
        file.unlink()
    patient.finds(head)


def test_an_erasure_that_is_not_finished_is_pending(patient: Patient) -> None:
    erased(patient, gone=False)
    assert patient.codes("broken") == set()
    assert patient.codes("pending") == {"head-behind", "erased-left"}


# --- files through the whole ----------------------------------------------------------------------


def first_segment(patient: Patient) -> int:
    return patient.seq(RECORDED, "rec-segment", 1)


FOLDER = f"recordings/sessions/{RECORDED}"
FILES: list[tuple[str, Callable[[Patient], object], Callable[[Patient], str]]] = [
    ("flipped", lambda p: p.flip(p.file(), 100), lambda p: f"segment-altered {FOLDER}/resident.camera-1-0.seg"),
    ("cut", lambda p: p.write(p.file(), p.file().read_bytes()[:50]), lambda p: f"segment-cut {FOLDER}/resident.camera-1-0.seg"),
    ("removed", lambda p: p.file().unlink(), lambda p: f"segment-missing session {RECORDED}, entry {first_segment(p)}"),
    ("key altered", lambda p: p.flip(p.key(), 60), lambda p: f"key-altered {FOLDER}/{p.key().name}"),
    ("key removed", lambda p: p.key().unlink(), lambda p: f"key-missing session {RECORDED}, entry {p.seq(RECORDED, 'rec-key-wrapped')}"),
    ("orphan", lambda p: p.write(p.file(number=5), b"VWSEG1\n"), lambda p: f"orphan-file {FOLDER}/resident.camera-1-5.seg"),
    ("stranger", lambda p: (p.file().parent / "a b").touch(), lambda p: f"stranger {FOLDER}/a b"),
    ("beside", lambda p: (p.data / "spill" / "journal" / "x").touch(), lambda p: "stranger spill/journal/x"),
    ("in the other vault", lambda p: p.write(p.file(SPILLED, number=1).parent.parent / "x", b""), lambda p: "stranger recordings/sessions/x"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "expected"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_every_damage_to_a_file_is_named(patient: Patient, damage: Callable[[Patient], object], expected: Callable[[Patient], str]) -> None:
    damage(patient)
    patient.finds(expected(patient))


def test_a_vault_that_is_gone(patient: Patient) -> None:
    shutil.rmtree(patient.data / "spill")
    codes = [f.code for f in patient.found()]
    assert codes.count("segment-missing") == 8 and {"key-missing", "journal-missing"} <= set(codes)


# --- the database ---------------------------------------------------------------------------------


def test_ledgers_and_heads_without_a_session(patient: Patient) -> None:
    patient.sql("DELETE FROM session WHERE id = ?", LEFT)
    patient.finds(
        f"session-unknown table ledger, session {LEFT}", f"session-unknown table head, session {LEFT}", f"ledger-rolled-back session {LEFT}, entry 1"
    )


def test_damaged_pages(patient: Patient) -> None:
    ((root,),) = patient.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'")
    content = bytearray((patient.data / FILE_NAME).read_bytes())
    content[4096 * (root - 1) : 4096 * root] = b"\xff" * 4096
    (patient.data / FILE_NAME).write_bytes(content)
    patient.finds("database-damaged database")


def test_the_same_folder_copied_twice_gives_the_same_report(healthy: Path, tmp_path: Path) -> None:
    reports = [copied(healthy, tmp_path / name).examine() for name in ("one", "two")]
    assert reports[0] == reports[1]


# --- disks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("free", "codes"), [(21, []), (19, ["disk-filling"]), (10, ["disk-filling"]), (9, ["disk-full"]), (0, ["disk-full"])])
def test_a_disk_that_fills_is_told_once_and_is_no_fault(patient: Patient, monkeypatch: pytest.MonkeyPatch, free: int, codes: list[str]) -> None:
    monkeypatch.setattr(Vault, "space", lambda self: Space(free, 100))
    found = list(check_disks(Folder(patient.data, "")))
    assert [f.code for f in found] == codes, "both vaults are on one disk"
    assert all((f.severity, f.place) == ("pending", "recordings") for f in found)


def test_the_disk_of_a_vault_that_is_not_there_yet_is_the_folder_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def space(vault: Vault) -> Space:
        asked.append(vault.root)
        return Space(1, 100)

    monkeypatch.setattr(Vault, "space", space)
    assert [f.code for f in check_disks(Folder(tmp_path, ""))] == ["disk-full"]
    assert asked == [tmp_path]
