"""A session's evidence as one package: proven offline, entered before it is made, and nothing left behind when it cannot be."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from recordings import canonical, verify
from recordings.album import JPEG, JSON, PDF, PNG, Album, Picture, Sealing
from recordings.journal_entries import told
from recordings.keys import load_public
from recordings.manifest import Form
from signaling.domain.effects import Enter
from signaling.domain.refusals import Refusal
from signaling.office.evidence_ports import Fact
from tests.contract.visits import T0
from tests.signaling.office.recorded_visit import ORIGIN, SESSION, RecordedVisit, recorded_visit

ENTRY = Enter("exported", {"by": "zhou", "purpose": "audit", "form": "clear"})
LINE = {"at": ORIGIN, "by": "resident", "n": 1, "salt": "00" * 16, "text": "陆建国"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


FORM, PAGE, CHECKED, DRAWN = b"%PDF the form", b"\x89PNG as it was shown", b"\xff\xd8 checked \xff\xd9", b"\x89PNG a name"
SIGNED_FORM = {"code": "move", "pdf": sha256(FORM), "values": "1" * 64, "version": "2026-11-01"}
RECORD = canonical.write({"form": SIGNED_FORM, "schema": "virtual-window-signature/1", "session": SESSION, "shown": {"page": "7100-0", "picture": sha256(PAGE)}})
TEXTS = canonical.write({"lines": [LINE], "schema": "virtual-window-texts/1", "session": SESSION})
PAPERS = {
    "form.paper": (FORM, PDF), "form.page": (PAGE, PNG), "resident.checked": (CHECKED, JPEG), "resident.signature": (RECORD, JSON),
    "resident.drawing": (DRAWN, PNG), "form.signed": (b"%PDF with names", PDF), "visit.texts": (TEXTS, JSON),
}  # fmt: skip
FILES = {
    "forms/7100.pdf": FORM, "forms/7100-0.png": PAGE, "forms/7100-1.png": PAGE, "stills/2000-checked.jpg": CHECKED, "signed/7200.json": RECORD,
    "signed/7200-picture.png": DRAWN, "signed/7900.pdf": b"%PDF with names", "texts/9000.json": TEXTS,
}  # fmt: skip
ENTRIES = [
    Enter("still-checked", {"still": "2000-checked", "digest": sha256(CHECKED)}),
    Enter("form-frozen", {"form": "7100", "values": "1" * 64, "digest": sha256(FORM)}),
    *(Enter("form-page", {"page": page, "form": "7100", "digest": sha256(PAGE)}) for page in ("7100-0", "7100-1")),  # both are blank alike
    Enter("signature-drawn", {"picture": "7200-picture", "digest": sha256(DRAWN)}),
    Enter("signature-given", {
        "signature": "7200", "digest": sha256(RECORD), "form": "7100", "pdf": sha256(FORM), "page": "7100-0", "shown": sha256(PAGE), "place": 0,
        "drawn": "7200-picture",
    }),
    Enter("form-signed", {"paper": "7900", "form": "7100", "digest": sha256(b"%PDF with names")}),
    Enter("text-said", {"n": 1, "by": "resident", "digest": sha256(canonical.write(LINE))}),
    Enter("texts-kept", {"texts": "9000", "digest": sha256(TEXTS), "count": 1}),
]  # fmt: skip


async def papers(visit: RecordedVisit) -> None:
    """A form was frozen, shown and signed, a still was checked, a line was written and kept."""
    sealing = Sealing(SESSION, "jinshan", load_public(visit.data, "jinshan").sealing, ORIGIN)
    pictures = [Picture(publication, data, 0, 0, media) for publication, (data, media) in PAPERS.items()]
    put = Album([visit.vault.root]).put(sealing, 7100, pictures, ORIGIN + 7100)
    facts = [Fact(n) if (fact := told(line)) is None else Fact(n, fact.session, fact.entry, fact.body) for n, line in enumerate(put.lines, 1)]
    await visit.store.evidence.keep(put.life, facts, T0 + 67)
    await visit.store.evidence.note(SESSION, ENTRIES, T0 + 68, "server")


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


@pytest.mark.parametrize("form", ["clear", "sealed"])
async def test_every_paper_goes_along_as_what_it_is_and_is_proven(tmp_path: Path, form: Form) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place(still=True)
        await papers(visit)
        await visit.signed()
        package = tmp_path / "package.zip"
        seen = await export(visit, package, form)
        assert all(written <= expected for written, expected in seen)
        result = verify.verify(str(package))
        assert (result["exit"], result["problems"]) == (3, [])
        signature = "signature 7200: under form 7100 exactly as it was shown (page 7100-0)"
        assert (signature in result["proven"]) == ("transcript 9000: 1 lines, each as it was noted when it was written" in result["proven"]) == (form == "clear")
        with zipfile.ZipFile(package) as archive:
            names = archive.namelist()
            if form == "clear":
                assert {name: archive.read(name) for name in names if name in FILES} == FILES
            else:
                assert not set(names) & set(FILES)
                assert {f"segments/{publication}-1-7100.seg" for publication in PAPERS} <= set(names)
        content = bytearray(package.read_bytes())
        content[content.index(b"as it was shown" if form == "clear" else b"form.page-1-7100.seg") + 120] ^= 1
        package.write_bytes(content)
        assert verify.main([str(package)]) == 1


async def test_a_consent_that_was_taken_back_goes_along_with_its_words_and_is_proven(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        body = {"text": "recording", "version": "2026-09-01", "language": "en", "method": "touch", "at": ORIGIN + 9000, "party": 0}
        await visit.store.evidence.note(SESSION, [Enter("consent-withdrawn", body)], T0 + 68, "kiosk:haiyan-k1")
        await visit.signed()
        package = tmp_path / "package.zip"
        await export(visit, package)
        result = verify.verify(str(package))
        assert (result["exit"], result["problems"]) == (3, [])
        assert any("consent to recording was withdrawn" in line for line in result["proven"])
        with zipfile.ZipFile(package) as archive:
            assert archive.read("consents/recording.2026-09-01.en.txt") == b"recording 2026-09-01 en\n", "the words that were read"


async def test_a_paper_is_handed_out_as_it_was_sealed(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await papers(visit)
        for publication, (data, media) in PAPERS.items():
            kept, pieces = await visit.archive.playable(SESSION, "jinshan", (publication, 1, 7100))
            assert (kept.media, b"".join([piece async for piece in pieces])) == (media, data)


async def test_a_damaged_paper_spoils_the_package(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await papers(visit)
        await visit.signed()
        visit.flip("resident.signature-1-7100.seg")
        assert await refuses(visit, tmp_path / "p.zip") == "segment-damaged"


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
