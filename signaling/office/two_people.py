"""What needs two people: one asks, another approves, and it is done once. Also the legal hold, which one may set and only two release."""

from __future__ import annotations

from collections.abc import Callable

from config.clock import Clock
from signaling.domain import approvals
from signaling.domain.approvals import Approval, Deed, Purpose
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow, Refusal
from signaling.office.evidence_ports import Evidence
from signaling.office.ports import Conflict


class TwoPeople:
    """`new_id()` names requests."""

    def __init__(self, evidence: Evidence, clock: Clock, new_id: Callable[[], str]) -> None:
        self._evidence = evidence
        self._clock = clock
        self._new_id = new_id

    async def ask(self, who: Actor, session: str, home: str, deed: Deed, purpose: Purpose) -> Approval:
        """File a request; nothing is done yet."""
        request = Approval(self._new_id(), deed, session, home, purpose, who.id, self._clock.now())
        entry = Enter(f"{deed}-asked", {"request": request.id, "by": who.id, "purpose": purpose})
        await self._evidence.ask(request, entry)
        return request

    async def approve(self, who: Actor, session: str, request: str) -> Approval:
        """Somebody else says yes; a hold is then released at once. Raises `unknown-request`, `own-request`, `approved-before`, …"""
        before = await self._found(session, request)
        now = self._clock.now()
        after = approvals.approved(before, who.id, now)
        await self._change(before, after, Enter(f"{before.deed}-approved", {"request": before.id, "by": who.id}), who)
        if after.deed == "release-hold":
            after = await self.use(who, session, request, "release-hold")
            await self._evidence.release_hold(session, Enter("hold-released", {"request": before.id}), now, who.name)
        return after

    async def use(self, who: Actor, session: str, request: str, deed: Deed) -> Approval:
        """It is done now, this once. Raises `unknown-request`, `not-approved`, `request-used`, `request-too-old`."""
        before = await self._found(session, request)
        if before.deed != deed:
            raise NotNow("the request is for something else", code="not-approved")
        after = approvals.used(before, self._clock.now())
        await self._change(before, after, Enter(f"{before.deed}-used", {"request": before.id, "by": who.id}), who)
        return after

    async def requests(self, session: str) -> list[Approval]:
        """The newest first."""
        return await self._evidence.requests_of(session)

    async def hold(self, who: Actor, session: str) -> None:
        """Nothing of this session is erased until two people say so. Raises `recording-erased`; idempotent."""
        keeping = await self._evidence.keeping(session)
        if keeping is not None and keeping.erased_at is not None:
            raise Refusal("recording-erased")
        if keeping is None or keeping.held_by is None:
            await self._evidence.set_hold(session, who.id, Enter("hold-set", {"by": who.id}), self._clock.now(), who.name)

    async def is_held(self, session: str) -> bool:
        """Whether a legal hold keeps the recording."""
        keeping = await self._evidence.keeping(session)
        return keeping is not None and keeping.held_by is not None

    async def _found(self, session: str, request: str) -> Approval:
        found = await self._evidence.request(request)
        if found is None or found.session != session:
            raise Refusal("unknown-request")
        return found

    async def _change(self, before: Approval, after: Approval, entry: Enter, who: Actor) -> None:
        try:
            await self._evidence.change_request(before, after, entry, self._clock.now(), who.name)
        except Conflict as conflict:  # somebody else pressed at the same moment
            raise NotNow(str(conflict), code="approved-before" if after.used_at is None else "request-used") from None
