"""Packages made for a page: by an approved request, looked at while they grow, fetched by who asked, gone after a while."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from recordings import verify
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office import export_desk
from signaling.office.export_desk import KEPT_SECONDS, SIGNING_SECONDS, ExportDesk, Job
from signaling.office.two_people import TwoPeople
from tests.signaling.office.recorded_visit import SESSION, RecordedVisit, recorded_visit
from tests.waiting import until

ZHOU, SUN = Actor("supervisor", "zhou", "jinshan"), Actor("supervisor", "sun", "jinshan")


class Desk:
    """A desk over a recorded visit, and two people."""

    def __init__(self, visit: RecordedVisit, folder: Path) -> None:
        ids = itertools.count(1)
        self.people = TwoPeople(visit.store.evidence, visit.clock, lambda: f"request-{next(ids)}")
        self.desk = ExportDesk(visit.exports, self.people, folder, visit.clock, visit.tasks, structlog.get_logger())

    async def approved(self) -> str:
        asked = await self.people.ask(ZHOU, SESSION, "jinshan", "export", "court")
        return (await self.people.approve(SUN, SESSION, asked.id)).id

    async def made(self) -> Job:
        job = await self.desk.begin(ZHOU, SESSION, await self.approved(), "clear")
        await until(lambda: job.ready or job.failed is not None)
        return job


async def test_an_approved_request_becomes_a_package_once(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        desk = Desk(visit, tmp_path / "exports")
        job = await desk.made()
        assert job.failed is None and job.share == 1.0 and job.size == job.path.stat().st_size
        assert verify.main([str(desk.desk.ready(ZHOU, SESSION, job.id))]) == 3
        for who, session, name in ((SUN, SESSION, job.id), (ZHOU, "session-2", job.id), (ZHOU, SESSION, "another")):
            with pytest.raises(Refusal, match="unknown-request"):
                desk.desk.ready(who, session, name)
        with pytest.raises(Refusal, match="request-used"):
            await desk.desk.begin(ZHOU, SESSION, "request-1", "clear")


async def test_what_cannot_be_made_now_says_why_and_spends_nobodys_word(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        desk = Desk(visit, tmp_path / "exports")
        request = await desk.approved()
        with pytest.raises(Refusal, match="head-pending"):
            await desk.desk.begin(ZHOU, SESSION, request, "clear")
        await visit.signed()
        job = await desk.desk.begin(ZHOU, SESSION, request, "clear")
        with pytest.raises(Refusal, match="not-now"):
            desk.desk.ready(ZHOU, SESSION, job.id)
        await until(lambda: job.ready)


async def late(visit: RecordedVisit, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[Job, list[int]]:
    """A package for which the request is used already when a last paper is entered; how often was looked whether all is signed."""
    looked, check, real = list[int](), visit.exports.check, visit.exports._check

    async def checked(session: str) -> None:
        await check(session)
        await visit.store.evidence.note(SESSION, [Enter("receipt-given", {"receipt": "9", "digest": "00", "code": "x"})], visit.clock.now(), "server")

    def seen(*all: Any) -> None:
        looked.append(len(looked))
        real(*all)

    monkeypatch.setattr(export_desk, "AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(visit.exports, "check", checked)
    monkeypatch.setattr(visit.exports, "_check", seen)
    return await desk.desk.begin(ZHOU, SESSION, await desk.approved(), "sealed"), looked


async def test_what_is_entered_in_the_last_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        job, looked = await late(visit, Desk(visit, tmp_path / "exports"), monkeypatch)
        await until(lambda: len(looked) > 3)
        assert job.failed is None and not job.ready
        await visit.signed()
        await until(lambda: job.ready)


async def test_it_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        job, looked = await late(visit, Desk(visit, tmp_path / "exports"), monkeypatch)
        await until(lambda: len(looked) > 3)
        with capture_logs() as logs:
            visit.clock.advance(SIGNING_SECONDS)
            await until(lambda: job.failed is not None)
        assert job.failed == "head-pending"
        assert [(line["event"], line["session"], line["request"], line["code"]) for line in logs] == [("package-failed", SESSION, "request-1", "head-pending")]


async def test_who_asked_approved_and_made_it_stands_in_the_ledger(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        await Desk(visit, tmp_path / "exports").made()
        [entry] = [entry for entry in await visit.store.ledger_of(SESSION) if entry.what == "exported"]
        assert entry.body == {"asked-by": "zhou", "approved-by": "sun", "by": "zhou", "purpose": "court", "request": "request-1", "form": "clear"}


async def test_a_request_to_release_a_hold_is_not_spent_on_a_package(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        desk = Desk(visit, tmp_path / "exports")
        asked = await desk.people.ask(ZHOU, SESSION, "jinshan", "release-hold", "court")
        with pytest.raises(Refusal, match="not-approved"):
            await desk.desk.begin(ZHOU, SESSION, asked.id, "clear")
        assert (await desk.people.requests(SESSION))[0] == asked


async def test_clear_copies_do_not_lie_about(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        folder = tmp_path / "exports"
        folder.mkdir()
        (folder / "of-an-earlier-server.zip").write_text("x")
        desk = Desk(visit, folder)
        await desk.desk.sweep()
        assert list(folder.iterdir()) == []
        first = await desk.made()
        visit.clock.advance(KEPT_SECONDS - 1)
        second = await desk.made()
        visit.clock.advance(2)
        with pytest.raises(Refusal, match="unknown-request"):
            desk.desk.ready(ZHOU, SESSION, first.id)
        await desk.desk.sweep()
        assert [file.name for file in folder.iterdir()] == [second.path.name]


async def test_with_the_recording_its_copies_are_erased(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path / "data") as visit:
        await visit.take_place()
        await visit.signed()
        desk = Desk(visit, tmp_path / "exports")
        job = await desk.made()
        desk.desk.forget(SESSION)
        with pytest.raises(Refusal, match="unknown-request"):
            desk.desk.ready(ZHOU, SESSION, job.id)
        await until(lambda: not job.path.exists())
