"""The electronic file of a real visit: what its metadata say, which papers it holds, and that it comes out the same each time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from recordings import canonical, electronic_file
from recordings.keys import load_public
from recordings.ledger import utc
from signaling.domain.case import Case
from signaling.domain.events import CaseOpened, CaseSettled, IdentitySeen
from signaling.domain.refusals import Refusal
from signaling.office.electronic_files import ElectronicFiles
from tests.contract.visits import T0, moved
from tests.signaling.office.handed_over import CASE, Books, Outbox, decided, give_papers, metadata
from tests.signaling.office.recorded_visit import LI, SESSION, recorded_visit


async def test_the_file_says_what_the_case_is_and_holds_what_counts(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        await outbox.look()
        said = metadata(outbox)
        assert said["case"] | {"opened": "", "closed": ""} == {
            "case": "310116-330424-20261123-0001", "clerk": "li", "closed": "", "due": None, "home": "jinshan", "home-code": "310116",
            "home-name": "金山", "host": "haiyan", "host-code": "330424", "host-name": "海盐", "kiosk": "haiyan-1", "language": "zh-CN", "n": 1,
            "opened": "", "outcome": "accepted", "reason": "completed", "referred-to": None, "service": "marriage-registration",
            "service-as-of": utc(T0), "service-name": "结婚登记", "session": SESSION, "ticket": "J001",
        }  # fmt: skip
        assert said["parties"] == [{"level": "declared", "name": "张明月", "place": 0}]
        assert [(c["text"], c["answer"]) for c in said["consents"]] == [("recording", "given"), ("papers-to-home", "given")]
        [material] = said["materials"]
        [page] = material["pages"]
        assert (material["material"], material["name"]) == (0, "材料0")
        assert (page["file"], page["width"], page["height"], page["reasons"], page["kept"]) == ("materials/00-01-2000.jpg", 2100, 1480, [], True)
        [form] = said["forms"]
        assert (form["file"], form["signed"], form["version"]) == ("form/marriage-declaration-1500-1700.pdf", True, "2025-05-10")
        assert [(s["file"], s["record"], s["signer"]) for s in form["signatures"]] == [("form/signature-1600.png", "form/signature-1600-record.json", 0)]
        assert [notice["file"] for notice in said["notices"]] == ["form/notice-1800.pdf"]
        with zipfile.ZipFile(outbox.file()) as file:
            assert file.namelist() == sorted(file.namelist()) == [
                "form/marriage-declaration-1500-1700.pdf", "form/notice-1800.pdf", "form/signature-1600-record.json", "form/signature-1600.png",
                "materials/00-01-2000.jpg", "metadata/case.json", "proof/head.json", "proof/key.json", "proof/papers.json",
            ]  # fmt: skip
            assert file.read("materials/00-01-2000.jpg") == b"\xff\xd8 set straight \xff\xd9"
            assert file.read("form/marriage-declaration-1500-1700.pdf") == b"%PDF signed"
        assert electronic_file.read(outbox.file()).metadata == said


async def test_the_ledger_under_the_homes_signature_tells_of_every_paper_and_of_the_decision(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        await outbox.look()
        assert electronic_file.prove(outbox.file(), [load_public(tmp_path, "jinshan")]) >= 7
        with pytest.raises(electronic_file.NotAnElectronicFile, match="trusted"):
            electronic_file.prove(outbox.file(), [load_public(tmp_path, "haiyan")])


async def test_made_again_it_is_the_same_file_also_when_a_name_was_changed_meanwhile(tmp_path: Path) -> None:
    class Renamed(Books):
        def service_name(self, service: str, language: str) -> str:
            return "婚姻登记"

    async with decided(tmp_path) as outbox:
        v, row = outbox.visit, await outbox.row()
        files = ElectronicFiles(v.store.evidence, v.archive, Books(), v.data)
        described = await files.described(row)
        first, digest = await files.make(row, described)
        renamed = ElectronicFiles(v.store.evidence, v.archive, Renamed(), v.data)
        again, other = await renamed.make(row, described)
        assert (digest, first.getvalue()) == (other, again.getvalue())
        assert await renamed.described(row) != described == await files.described(row)


async def test_what_was_erased_by_law_is_not_put_together_again(tmp_path: Path) -> None:
    from signaling.domain.effects import Enter

    async with decided(tmp_path) as outbox:
        v = outbox.visit
        await v.store.evidence.note(SESSION, [Enter("recording-erased", {})], v.clock.now(), "server")
        with pytest.raises(Refusal, match="recording-erased"):
            await ElectronicFiles(v.store.evidence, v.archive, Books(), v.data).described(await outbox.row())
        await outbox.later(60)
        assert (await outbox.row()).state == "refused" and await outbox.incidents() == ["handover-refused"]


async def test_each_of_several_cases_is_a_file_of_its_own_that_its_home_can_prove(tmp_path: Path) -> None:
    """One with pages, a form and a notice is referred, the other one accepted; the visit closes with one word alone."""
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place(closed=False, still=True)
        await give_papers(visit)
        two = (CaseSettled(CASE, "referred", None, "pinghu"), IdentitySeen(0), CaseOpened(Case(f"{CASE}-2", "birth-certificate", T0 + 60)))
        visit.state = await moved(visit.store, visit.state, *two, cause=LI)
        await visit.ends()
        await visit.signed()
        outbox = Outbox(visit)
        await outbox.later(60)
        assert {(row.case, row.n, row.state) for row in await visit.store.handovers.handovers()} == {(CASE, 1, "acknowledged"), (f"{CASE}-2", 1, "acknowledged")}
        said = {}
        for content in outbox.home.taken.values():
            file = io.BytesIO(content)
            told = electronic_file.read(file).metadata
            assert electronic_file.prove(file, [load_public(tmp_path, "jinshan")])
            said[told["case"]["case"]] = told
        first, second = said[CASE], said[f"{CASE}-2"]
        assert (first["case"]["outcome"], first["case"]["referred-to"], second["case"]["outcome"]) == ("referred", "pinghu", "accepted")
        assert [len(each["materials"]) + len(each["forms"]) + len(each["notices"]) for each in (first, second)] == [3, 0]
        assert first["parties"] == second["parties"] == [{"level": "card-seen", "name": "张明月", "place": 0}], "as they were known in the end"
        assert [case.state for case in await visit.store.cases_of(SESSION)] == ["handed-over", "handed-over"]


async def test_the_metadata_are_one_canonical_text(tmp_path: Path) -> None:
    async with decided(tmp_path) as outbox:
        v = outbox.visit
        described = await ElectronicFiles(v.store.evidence, v.archive, Books(), v.data).described(await outbox.row())
        assert canonical.write(canonical.read(described)) == described
