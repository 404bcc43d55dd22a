"""The routes of review: a few lines each; the policy has judged the session, refusals are dealt with around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from signaling.api.routes import Answer, Call, Route, Stream
from signaling.domain.approvals import Approval
from signaling.domain.states import ticket_of
from signaling.office.export_desk import ExportDesk, Job
from signaling.office.office import Office
from signaling.office.review import Review
from signaling.office.two_people import TwoPeople
from signaling.wire import http
from signaling.wire import review as wire

READ = 1 << 18


class ReviewHandlers:
    """What a supervisor's review page asks for."""

    def __init__(self, review: Review, two_people: TwoPeople, desk: ExportDesk, office: Office) -> None:
        self._review = review
        self._two_people = two_people
        self._desk = desk
        self._office = office

    def routes(self) -> tuple[Route, ...]:
        """Lines of the route table."""
        one = "/api/v1/sessions/{session}"
        return (
            Route("POST", f"{one}/views", self.open_view, wire.ViewOpened, "Says why one looks at a session; entered in its ledger.", wire.ViewRequest),
            Route("GET", f"{one}/timeline", self.timeline, wire.Timeline, "Tracks, segments, events and completeness of a session."),
            Route("GET", one + "/segments/{publication}/{epoch}/{segment}", self.segment, None, "A segment as a player takes it (WebM)."),
            Route("GET", f"{one}/integrity", self.integrity, wire.Integrity, "Chain, signatures and digests, looked at now."),
            Route("POST", f"{one}/acceptance", self.accept, http.Nothing, "A supervisor answers for a case that is not recorded.", wire.AcceptanceRequest),
            Route("POST", f"{one}/hold", self.hold, http.Nothing, "A legal hold: nothing is erased until two people release it.", http.Nothing),
            Route("GET", f"{one}/requests", self.requests, wire.Approvals, "What was asked for that needs two people."),
            Route("POST", f"{one}/requests", self.ask, wire.Approval, "Asks for what needs two people.", wire.ApprovalRequest),
            Route("POST", one + "/requests/{request}/approval", self.approve, wire.Approval, "Somebody else approves it.", http.Nothing),
            Route("POST", f"{one}/exports", self.export, wire.Export, "Makes the package of an approved request.", wire.ExportRequest),
            Route("GET", one + "/exports/{export}", self.exported, wire.Export, "How far a package is."),
            Route("GET", one + "/exports/{export}/file", self.package, None, "The package (ZIP)."),
            Route("GET", "/api/v1/incidents", self.incidents, wire.Incidents, "What a person must look at, of one's own jurisdiction."),
            Route("POST", "/api/v1/incidents/{incident}/done", self.end_incident, http.Nothing, "Somebody has looked at it.", http.Nothing),
        )  # fmt: skip

    async def open_view(self, call: Call) -> Answer:
        body: wire.ViewRequest = call.body
        return Answer(await self._review.open_view(call.actor, call.part("session"), body.purpose))

    async def timeline(self, call: Call) -> Answer:
        return Answer(await self._review.timeline(call.actor, call.part("session")))

    async def segment(self, call: Call) -> Stream:
        which = (call.part(name) for name in ("session", "publication", "epoch", "segment"))
        kept, pieces = await self._review.segment(call.actor, *which)
        return Stream(kept.media, pieces)

    async def integrity(self, call: Call) -> Answer:
        return Answer(await self._review.integrity(call.actor, call.part("session")))

    async def accept(self, call: Call) -> Answer:
        body: wire.AcceptanceRequest = call.body
        await self._office.allow_acceptance(call.actor, call.part("session"), body.reason)
        return Answer(http.Nothing())

    async def hold(self, call: Call) -> Answer:
        await self._two_people.hold(call.actor, call.part("session"))
        return Answer(http.Nothing())

    async def requests(self, call: Call) -> Answer:
        session = call.part("session")
        return Answer(wire.Approvals(await self._two_people.is_held(session), [_approval(each) for each in await self._two_people.requests(session)]))

    async def ask(self, call: Call) -> Answer:
        body: wire.ApprovalRequest = call.body
        assert call.state is not None, "the policy lets nobody in without a session"
        home = ticket_of(call.state).home
        return Answer(_approval(await self._two_people.ask(call.actor, call.part("session"), home, body.deed, body.purpose)))

    async def approve(self, call: Call) -> Answer:
        return Answer(_approval(await self._two_people.approve(call.actor, call.part("session"), call.part("request"))))

    async def export(self, call: Call) -> Answer:
        body: wire.ExportRequest = call.body
        return Answer(_export(await self._desk.begin(call.actor, call.part("session"), body.request, body.form)))

    async def exported(self, call: Call) -> Answer:
        return Answer(_export(self._desk.job(call.actor, call.part("session"), call.part("export"))))

    async def package(self, call: Call) -> Stream:
        session = call.part("session")
        path = self._desk.ready(call.actor, session, call.part("export"))
        size = (await asyncio.to_thread(path.stat)).st_size
        return Stream("application/zip", _pieces(path), size, f"{session}.zip")

    async def incidents(self, call: Call) -> Answer:
        return Answer(await self._review.incidents(call.actor))

    async def end_incident(self, call: Call) -> Answer:
        await self._review.end_incident(call.actor, call.part("incident"))
        return Answer(http.Nothing())


def _approval(a: Approval) -> wire.Approval:
    return wire.Approval(a.id, a.deed, a.purpose, a.asked_by, a.asked_at, a.approved_by, a.approved_at, a.used_at)


def _export(job: Job) -> wire.Export:
    return wire.Export(job.id, job.share, job.ready, job.failed, job.size)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while data := await asyncio.to_thread(file.read, READ):
            yield data
    finally:
        file.close()
