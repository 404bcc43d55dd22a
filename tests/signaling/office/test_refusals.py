"""Refusals are events: which of them a session's ledger tells of and which a record, by whom and of what, and never a hundred times."""

from __future__ import annotations

from collections import Counter

import pytest

from recordings.ledger import verify
from signaling.domain.permissions import NOBODY, Actor
from signaling.office.once import QUIET_SECONDS, Once, OnceOnRecord
from signaling.office.ports import StoreAway
from signaling.office.refusals import Refusals
from signaling.store.chain import chain_of
from signaling.wire import desk, visit
from tests.signaling.office.world import Town, request

SUN = Actor("supervisor", "sun", "haiyan")


class Records:
    """The refusals of a town, and what was counted instead of entered."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.again: Counter[str] = Counter()
        evidence = town.store.evidence
        once, on_record = Once(evidence, town.clock), OnceOnRecord(town.store.record, town.clock)
        self.refusals = Refusals(town.office.floor.state, evidence, once, on_record, lambda code: self.again.update([code]))

    async def of(self, session: str) -> list[tuple[str, str, str]]:
        """Who, what, and the code."""
        entries = await self.town.store.ledger_of(session)
        return [(entry.actor, entry.body["act"], entry.body["code"]) for entry in entries if entry.what == "access-refused"]

    async def on_record(self, home: str) -> list[tuple[str, str, str]]:
        """The same of a jurisdiction's record, whose chain holds."""
        record = self.town.store.record
        entries = await record.deeds(home)
        verify(chain_of(home), entries, await record.reach(home))
        assert all(entry.what == "access-refused" for entry in entries)
        return [(entry.actor, entry.body["act"], entry.body["code"]) for entry in entries]


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


async def test_what_concerns_no_session_stands_on_the_record_of_whoever_asked() -> None:
    async with Town() as town:
        records, chen = Records(town), Actor("clerk", "chen", "jinshan")
        await records.refusals.refused(SUN, None, "GET /api/v1/kiosks/me", "not-allowed")
        await records.refusals.refused(town.kiosk(2), None, "start-shift", "not-allowed")
        await records.refusals.refused(chen, None, "GET /api/v1/incidents", "not-allowed")
        assert await records.on_record("haiyan") == [("supervisor:sun", "GET /api/v1/kiosks/me", "not-allowed"), ("kiosk:haiyan-k2", "start-shift", "not-allowed")]
        assert await records.on_record("jinshan") == [("clerk:chen", "GET /api/v1/incidents", "not-allowed")], "each in their own jurisdiction"
        (entry,) = await town.store.record.deeds("jinshan")
        assert entry.body == {"act": "GET /api/v1/incidents", "code": "not-allowed", "kind": "clerk"}


async def test_an_id_that_somebody_made_up_is_known_to_their_own_jurisdiction_and_is_written_down_nowhere() -> None:
    async with Town() as town:
        records, talk = Records(town), await town.talk()
        for guess in ("session-9999", "session-8888", "王小明", "../../ledger"):
            await records.refusals.refused(SUN, guess, "hold", "unknown-session")
            assert await records.refusals.state_of(guess) is None
        assert await records.on_record("haiyan") == [("supervisor:sun", "hold", "unknown-session")]
        assert records.again == {"unknown-session": 3}, "guessing on is counted"
        assert set((await town.store.record.deeds("haiyan"))[0].body) == {"act", "code", "kind"}
        assert await records.of(talk[2]) == [], "a session that there is hears nothing of it"


async def test_nobody_has_no_jurisdiction_and_a_wrong_moment_is_no_event() -> None:
    async with Town() as town:
        records = Records(town)
        await records.refusals.refused(NOBODY, None, "GET /api/v1/sessions", "not-allowed")
        await records.refusals.refused(SUN, None, "set-presence", "not-now")
        assert [await records.on_record(home) for home in ("", "haiyan")] == [[], []] and not records.again


async def test_nobody_fills_a_record() -> None:
    async with Town() as town:
        records, sun = Records(town), [("supervisor:sun", "hold", "not-allowed")]
        for _ in range(500):
            await records.refusals.refused(SUN, None, "hold", "not-allowed")
        assert await records.on_record("haiyan") == sun and records.again == {"not-allowed": 499}
        town.clock.advance(QUIET_SECONDS)
        await records.refusals.refused(SUN, None, "hold", "not-allowed")
        assert await records.on_record("haiyan") == sun * 2


async def test_while_the_store_is_away_no_refusal_passes_unrecorded() -> None:
    async with Town() as town:
        _kiosk, _li, session = await town.talk()
        records = Records(town)
        town.store.away = True
        for about in (session, None):
            with pytest.raises(StoreAway):
                await records.refusals.refused(SUN, about, "hold", "not-allowed")
        town.store.away = False
        for about in (session, None):
            await records.refusals.refused(SUN, about, "hold", "not-allowed")
        assert await records.of(session) == await records.on_record("haiyan") == [("supervisor:sun", "hold", "not-allowed")]


async def test_a_session_whose_state_is_at_hand_is_not_asked_for_again() -> None:
    async with Town() as town:
        _kiosk, _li, session = await town.talk()
        records = Records(town)
        asked: list[str] = []
        records.refusals._live = lambda name: asked.append(name)
        for state in (town.office.floor.state(session), None):
            await records.refusals.judged(SUN, state, "hold", "unknown-session")
        assert await records.of(session) == await records.on_record("haiyan") == [("supervisor:sun", "hold", "unknown-session")] and asked == []


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
