"""Refusals are events: which of them a session's ledger tells of, by whom and of what, and never a hundred times."""

from __future__ import annotations

from collections import Counter

from signaling.domain.permissions import Actor
from signaling.office.once import QUIET_SECONDS, Once
from signaling.office.refusals import Refusals
from signaling.wire import desk, visit
from tests.signaling.office.world import Town, request

SUN = Actor("supervisor", "sun", "haiyan")


class Records:
    """The refusals of a town, and what was counted instead of entered."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.again: Counter[str] = Counter()
        evidence = town.store.evidence
        self.refusals = Refusals(town.office.floor, evidence, Once(evidence, town.clock), lambda code: self.again.update([code]))

    async def of(self, session: str) -> list[tuple[str, str, str]]:
        """Who, what, and the code."""
        entries = await self.town.store.ledger_of(session)
        return [(entry.actor, entry.body["act"], entry.body["code"]) for entry in entries if entry.what == "access-refused"]


async def test_who_what_and_why_stands_in_the_ledger_of_the_session_that_it_was_about() -> None:
    async with Town() as town:
        _kiosk, _li, session = await town.talk()
        records = Records(town)
        await records.refusals.refused(SUN, session, "POST /api/v1/sessions/{session}/views", "unknown-session")
        await records.refusals.refused(town.kiosk(2), session, "end-visit", "unknown-session")
        assert await records.of(session) == [
            ("supervisor:sun", "POST /api/v1/sessions/{session}/views", "unknown-session"), ("kiosk:haiyan-k2", "end-visit", "unknown-session"),
        ]
        (first, _) = [entry for entry in await town.store.ledger_of(session) if entry.what == "access-refused"]
        assert {key: first.body[key] for key in ("by", "of", "kind")} == {"by": "sun", "of": "haiyan", "kind": "supervisor"}


async def test_a_session_that_never_was_has_no_ledger_to_write_in() -> None:
    async with Town() as town:
        records = Records(town)
        await records.refusals.refused(SUN, "session-9999", "hold", "unknown-session")
        assert await records.refusals.state_of("session-9999") is None and not records.again


async def test_nobody_fills_a_ledger_with_what_they_may_not_do() -> None:
    async with Town() as town:
        _kiosk, _li, session = await town.talk()
        records = Records(town)
        for _ in range(500):
            await records.refusals.refused(SUN, session, "hold", "unknown-session")
        assert len(await records.of(session)) == 1 and records.again == {"unknown-session": 499}, "counted, not entered"
        await records.refusals.refused(SUN, session, "hold", "not-allowed")
        town.clock.advance(QUIET_SECONDS + 1)
        await records.refusals.refused(SUN, session, "hold", "unknown-session")
        assert len(await records.of(session)) == 3, "another code, and the same one later"


async def test_a_word_that_came_too_late_is_no_event_and_reaching_into_a_colleagues_talk_is() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        chen = await town.clerk_comes("chen", 2)
        records = Records(town)
        await records.refusals.refused(chen, session, "hold", "not-now")
        assert await records.of(session) == [("clerk:chen", "hold", "not-now")]
        await town.tells(li, session)
        await town.does(li, desk.EndSession(request(), session, "returned"))
        await town.does(li, desk.CompleteWrapUp(request(), session, "returned", ""))
        await records.refusals.refused(li, session, "hold", "not-now")
        await town.does(kiosk, visit.Forget(request(), session))
        assert town.state(session) is None, "it has left the floor"
        await records.refusals.refused(kiosk, session, "rate", "unknown-session")
        assert len(await records.of(session)) == 1
        await records.refusals.refused(SUN, session, "hold", "unknown-session")
        assert len(await records.of(session)) == 2, "what is over is still somebody's"
