"""The routes of review behind a real HTTP server: who may, with which purpose, and what stands in the ledger afterwards."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from config.clock import HandClock
from recordings.custody_client import Custody, CustodyAway
from signaling.api.openapi import document
from signaling.api.review_handlers import ReviewHandlers
from signaling.api.routes import Route
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow, Refusal
from signaling.office.archive import Archive
from signaling.office.evidence_ports import Fact
from signaling.office.export_desk import Job
from signaling.office.ports import Cause
from signaling.office.review import Review
from signaling.office.two_people import TwoPeople
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, moved, opened, rung_by
from tests.signaling.api.porch import Porch

SESSION = "session-1"
CHEN, LI, KIOSK = {"login": "token-of-chen"}, {"login": "token-of-li"}, {"kiosk": "token-of-kiosk"}
ZHAO = {"login": "token-of-zhao"}
ONE = f"/api/v1/sessions/{SESSION}"
SEGMENT = {
    "publication": "resident.camera", "epoch": 1, "segment": 0, "serial": 0, "key": f"{SESSION}.00112233445566aa", "start": 200, "end": 4200,
    "frames": 60, "bytes": 100, "sealed": "a" * 64, "clear": "b" * 64, "media": "video/webm;codecs=vp8", "width": 640, "height": 360, "first": 1,
    "last": 9, "clock_error": 0, "state": "whole",
}  # fmt: skip


class NoCustody:
    """Every jurisdiction's custody is away."""

    async def of(self, jurisdiction: str) -> Custody:
        raise CustodyAway("nobody is there")


class Desk:
    """Makes no package, and says what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "package.zip"
        self.file.write_bytes(b"PK" + bytes(300_000))

    async def begin(self, who: Actor, session: str, request: str, form: str) -> Job:
        if request != "approved-1":
            raise NotNow("nobody has approved it", code="not-approved")
        return Job("job-1", session, who.id, self.file, 0.5)

    def job(self, who: Actor, session: str, job: str) -> Job:
        if job != "job-1":
            raise Refusal("unknown-request")
        return Job("job-1", session, who.id, self.file, 1.0, ready=True, size=300_002)

    def ready(self, who: Actor, session: str, job: str) -> Path:
        return self.job(who, session, job).path


class Office:
    """Notes who allowed what."""

    def __init__(self) -> None:
        self.allowed: list[tuple[str, str, str]] = []

    async def allow_acceptance(self, supervisor: Actor, session: str, reason: str) -> None:
        self.allowed.append((supervisor.id, session, reason))


class Hall:
    """A porch with the routes of review, and one session of Jinshan that runs and is recorded."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(T0 + 100)
        self.office = Office()
        self.porch = Porch(more=self._routes(folder))
        self.porch.store = self._store
        self.porch.sessions._store = self._store

    def _routes(self, folder: Path) -> tuple[Route, ...]:
        self._store = MemoryStore()
        evidence, ids = self._store.evidence, itertools.count(1)
        archive = Archive(evidence, NoCustody(), [folder / "recordings"])
        self.review = Review(evidence, archive, folder, self.clock, 3600.0)
        people = TwoPeople(evidence, self.clock, lambda: f"request-{next(ids)}")
        return ReviewHandlers(self.review, people, Desk(folder), self.office).routes()  # type: ignore[arg-type] # stand-ins

    async def begin(self) -> None:
        await moved(self._store, await opened(self._store, SESSION), *rung_by("li"), cause=Cause("clerk:li"))
        await self._store.evidence.keep("00112233445566aa", [Fact(1), Fact(2, SESSION, "rec-segment", SEGMENT)], T0 + 70)

    async def ask(self, method: str, path: str, body: Any = None, **who: str) -> tuple[int, Any]:
        status, said, _ = await self.porch.ask(method, path, body, **who)
        return status, said

    async def whats(self) -> list[str]:
        return [entry.what for entry in await self._store.ledger_of(SESSION)]


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    made = Hall(tmp_path)
    async with made.porch:
        await made.begin()
        yield made


async def test_a_supervisor_of_the_home_reads_the_timeline_and_that_is_entered_once(hall: Hall) -> None:
    for _ in range(3):
        status, timeline = await hall.ask("GET", f"{ONE}/timeline", **CHEN)
    assert status == 200
    assert (timeline["live"], timeline["needs_word"], timeline["length"], timeline["home"]) == (True, False, 4200, "jinshan")
    (track,) = [track for track in timeline["tracks"] if track["segments"]]
    assert track["segments"] == [{"epoch": 1, "segment": 0, "start": 200, "end": 4200, "media": SEGMENT["media"], "state": "whole"}]
    assert "sealed" not in str(timeline["tracks"]) and [e["what"] for e in timeline["events"]][:3] == ["ticket-taken", "party", "consent-given"]
    assert (await hall.whats()).count("timeline-read") == 1


@pytest.mark.parametrize("who", [LI, KIOSK, ZHAO, {}], ids=["clerk", "kiosk", "another home's administrator", "nobody"])
@pytest.mark.parametrize("path", ["timeline", "integrity", "segments/resident.camera/1/0", "exports/job-1/file"])
async def test_nobody_else_learns_that_it_exists(hall: Hall, who: dict[str, str], path: str) -> None:
    real = await hall.ask("GET", f"{ONE}/{path}", **who)
    never = await hall.ask("GET", f"/api/v1/sessions/session-that-never-was/{path}", **who)
    assert real == never
    assert real[0] == (404 if "login" in who else 401)
    assert [refusal[1:] for refusal in hall.porch.sessions.refusals] == ([(SESSION, "unknown-session"), (None, "unknown-session")] if "login" in who else [])


async def test_content_needs_a_purpose_and_the_purpose_stands_in_the_ledger(hall: Hall) -> None:
    for path in ("segments/resident.camera/1/0", "integrity"):
        assert (await hall.ask("GET", f"{ONE}/{path}", **CHEN))[1]["code"] == "purpose-needed"
    assert (await hall.ask("POST", f"{ONE}/views", {"purpose": "curiosity"}, **CHEN))[1]["code"] == "bad-body"
    status, opened_view = await hall.ask("POST", f"{ONE}/views", {"purpose": "complaint"}, **CHEN)
    assert (status, opened_view) == (200, {"until": hall.clock.now() + 3600})
    assert (await hall._store.ledger_of(SESSION))[-1].body == {"by": "chen", "purpose": "complaint"}
    status, found = await hall.ask("GET", f"{ONE}/integrity", **CHEN)
    assert status == 200 and found["chain"] is None and found["damaged"] == [f"{SESSION}/resident.camera-1-0.seg"], "there is no such file"
    hall.clock.advance(3601)
    assert (await hall.ask("GET", f"{ONE}/integrity", **CHEN))[1]["code"] == "purpose-needed", "a view ends"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("resident.camera/1/0", 410, "recording-erased"),  # there is no key
        ("resident.camera/1/7", 404, "unknown-segment"),
        ("resident.camera/x/0", 404, "unknown-segment"),
        ("resident.camera/1/0x0", 404, "unknown-segment"),
        ("resident.camera/1/٣", 404, "unknown-segment"),
        ("..%2F..%2Fetc/1/0", 404, "unknown-segment"),
        ("resident.camera/1/999999999999", 404, "unknown-segment"),
    ],
)
async def test_which_segment_is_meant_is_read_strictly(hall: Hall, path: str, status: int, code: str) -> None:
    await hall.ask("POST", f"{ONE}/views", {"purpose": "quality"}, **CHEN)
    found, said = await hall.ask("GET", f"{ONE}/segments/{path}", **CHEN)
    assert (found, said["code"]) == (status, code)


async def test_two_people_ask_and_approve(hall: Hall) -> None:
    status, asked = await hall.ask("POST", f"{ONE}/requests", {"deed": "export", "purpose": "court"}, **CHEN)
    assert status == 200 and asked["asked_by"] == "chen"
    approval = f"{ONE}/requests/{asked['id']}/approval"
    assert (await hall.ask("POST", approval, {}, **CHEN))[1]["code"] == "own-request"
    assert (await hall.ask("POST", approval, {}, **ZHAO))[0] == 404, "of another jurisdiction"
    hall.porch.doorman.tokens["token-of-sun"] = Actor("audit-administrator", "sun", "jinshan")
    status, approved = await hall.ask("POST", approval, {}, login="token-of-sun")
    assert status == 200 and approved["approved_by"] == "sun"
    assert (await hall.ask("POST", approval, {}, login="token-of-sun"))[1]["code"] == "approved-before"
    listed = (await hall.ask("GET", f"{ONE}/requests", **CHEN))[1]
    assert listed["held"] is False and [one["approved_by"] for one in listed["requests"]] == ["sun"]
    assert (await hall.ask("GET", f"{ONE}/timeline", login="token-of-sun"))[0] == 404, "who approves need not see"


async def test_a_package_is_made_looked_at_and_fetched(hall: Hall) -> None:
    assert (await hall.ask("POST", f"{ONE}/exports", {"request": "not-approved"}, **CHEN))[1]["code"] == "not-approved"
    assert (await hall.ask("POST", f"{ONE}/exports", {"request": "approved-1"}, **CHEN))[1]["share"] == 0.5
    assert (await hall.ask("GET", f"{ONE}/exports/job-9", **CHEN))[1]["code"] == "unknown-request"
    assert (await hall.ask("GET", f"{ONE}/exports/job-1", **CHEN))[1]["ready"] is True
    status, _, answer = await hall.porch.ask("GET", f"{ONE}/exports/job-1/file", **CHEN)
    assert status == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SESSION}.zip"' and answer.headers["Content-Length"] == "300002"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_hold_and_a_supervisors_word(hall: Hall) -> None:
    assert (await hall.ask("POST", f"{ONE}/hold", {}, **CHEN))[0] == 200
    assert (await hall.ask("GET", f"{ONE}/requests", **CHEN))[1]["held"] is True
    assert (await hall.ask("POST", f"{ONE}/acceptance", {"reason": "no-disk"}, **CHEN))[0] == 200
    assert hall.office.allowed == [("chen", SESSION, "no-disk")]
    assert (await hall.ask("POST", f"{ONE}/acceptance", {"reason": "just because"}, **CHEN))[1]["code"] == "bad-body"


async def test_incidents_are_of_ones_own_jurisdiction(hall: Hall) -> None:
    await hall._store.evidence.note(SESSION, [Enter("recording-late")], T0 + 80, "server")
    (incident,) = (await hall.ask("GET", "/api/v1/incidents", **CHEN))[1]["incidents"]
    assert (incident["kind"], incident["done_at"]) == ("recording-late", None)
    assert (await hall.ask("GET", "/api/v1/incidents", login="token-of-wu"))[1]["incidents"] == []
    assert (await hall.ask("POST", f"/api/v1/incidents/{incident['id']}/done", {}, login="token-of-wu"))[1]["code"] == "unknown-incident"
    assert (await hall.ask("GET", "/api/v1/incidents", **ZHAO))[0] == 403, "who audits does not mend"
    assert (await hall.ask("POST", f"/api/v1/incidents/{incident['id']}/done", {}, **CHEN))[0] == 200
    assert (await hall.ask("GET", "/api/v1/incidents", **CHEN))[1]["incidents"][0]["done_by"] == "chen"
    assert (await hall.ask("GET", "/api/v1/incidents", **LI))[0] == 403


async def test_a_post_from_a_foreign_page_changes_nothing(hall: Hall) -> None:
    for path, body in (("views", {"purpose": "audit"}), ("hold", {}), ("requests", {"deed": "export", "purpose": "audit"})):
        status, said, _ = await hall.porch.ask("POST", f"{ONE}/{path}", body, origin="https://elsewhere.example", **CHEN)
        assert (status, said["code"]) == (403, "foreign-origin")
    assert not {"viewed", "hold-set", "export-asked"} & set(await hall.whats())


async def test_every_route_of_a_session_is_in_the_description(hall: Hall) -> None:
    paths = document(hall.porch.table, "1")["paths"]
    assert f"{ONE}/timeline".replace(SESSION, "{session}") in paths
    assert "application/octet-stream" in str(paths["/api/v1/sessions/{session}/exports/{export}/file"]["get"]["responses"]["200"])
