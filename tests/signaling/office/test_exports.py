"""A session's evidence as one package: proven offline, entered before it is made, and nothing left behind when it cannot be."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from recordings import verify
from recordings.manifest import Form
from signaling.domain.effects import Enter
from signaling.domain.refusals import Refusal
from tests.signaling.office.recorded_visit import SESSION, RecordedVisit, recorded_visit

ENTRY = Enter("exported", {"by": "zhou", "purpose": "audit", "form": "clear"})


async def export(visit: RecordedVisit, to: Path, form: Form = "clear") -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    await visit.exports.export(SESSION, to, form, ENTRY, "supervisor:zhou", lambda written, expected: seen.append((written, expected)))
    return seen


async def refuses(visit: RecordedVisit, to: Path) -> str:
    with pytest.raises(Refusal) as refusal:
        await export(visit, to)
    assert not list(to.parent.glob(f"{to.name}*"))
    return refusal.value.code


@pytest.mark.parametrize("form", ["clear", "sealed"])
async def test_a_package_is_consistent_holds_its_own_export_and_says_how_far_it_is(tmp_path: Path, form: Form) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        package = tmp_path / "package.zip"
        seen = await export(visit, package, form)
        assert verify.main([str(package)]) == 3
        assert all(0 <= written <= expected for written, expected in seen) and [w for w, _ in seen] == sorted(w for w, _ in seen)
        with zipfile.ZipFile(package) as archive:
            names = archive.namelist()
            assert b'"exported"' in archive.read("ledger.jsonl")
        assert len([name for name in names if name.startswith("playable/")]) == (4 if form == "clear" else 0)
        assert len([name for name in names if name.endswith(".key")]) == (0 if form == "clear" else 1)
        assert package.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("form", ["clear", "sealed"])
async def test_stills_go_along_and_are_proven_in_either_form(tmp_path: Path, form: Form) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place(still=True)
        await visit.signed()
        package = tmp_path / "package.zip"
        await export(visit, package, form)
        assert verify.main([str(package)]) == 3
        with zipfile.ZipFile(package) as archive:
            stills = sorted(name for name in archive.namelist() if name.startswith("stills/") or "resident.still" in name or "resident.page" in name)
            if form == "clear":
                assert stills == ["stills/2000-original.jpg", "stills/2000-page.jpg"]
                assert archive.read("stills/2000-page.jpg") == b"\xff\xd8 set straight \xff\xd9"
            else:
                assert stills == ["segments/resident.page-1-2000.seg", "segments/resident.still-1-2000.seg"]
                assert len([name for name in archive.namelist() if name.endswith(".key")]) == 2, "a still has a key of its own"
        content = bytearray(package.read_bytes())
        content[content.index(b"set straight" if form == "clear" else b"resident.page-1-2000.seg") + 120] ^= 1
        package.write_bytes(content)
        assert verify.main([str(package)]) in (1, 2)


async def test_what_lasts_is_unsigned_or_erased_is_not_exported_and_leaves_no_entry(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place(closed=False)
        assert await refuses(visit, tmp_path / "p.zip") == "not-now"
    async with recorded_visit(tmp_path / "other") as visit:
        await visit.take_place()
        assert await refuses(visit, tmp_path / "p.zip") == "head-pending"
        await visit.signed()
        before = len(await visit.store.ledger_of(SESSION))
        await visit.store.evidence.note(SESSION, [Enter("recording-erased", {"keys": []})], 1.8e9, "server")
        assert await refuses(visit, tmp_path / "p.zip") == "recording-erased"
        assert len(await visit.store.ledger_of(SESSION)) == before + 1


async def test_a_damaged_segment_spoils_the_package_and_the_try_is_on_the_record(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        visit.flip("clerk.camera-1-0.seg")
        assert await refuses(visit, tmp_path / "p.zip") == "segment-damaged"
        assert (await visit.store.ledger_of(SESSION))[-1].what == "exported"


async def test_nothing_is_written_over(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        (tmp_path / "p.zip").write_text("somebody's")
        with pytest.raises(FileExistsError):
            await export(visit, tmp_path / "p.zip")
        assert (tmp_path / "p.zip").read_text() == "somebody's"
