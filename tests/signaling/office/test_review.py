"""Looking at a session: the timeline of what was recorded, what proves it today, and who looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.ports import StoreAway
from signaling.office.review import Review
from tests.signaling.office.recorded_visit import ORIGIN, SESSION, RecordedVisit, recorded_visit

ZHOU = Actor("supervisor", "zhou", "jinshan")


def review_of(visit: RecordedVisit) -> Review:
    return Review(visit.store.evidence, visit.archive, visit.data, visit.clock, 3600.0)


async def test_everything_is_good_when_two_have_signed_and_says_so_when_it_is_not_any_more(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        review = review_of(visit)
        await review.open_view(ZHOU, SESSION, "audit")
        before = await review.integrity(ZHOU, SESSION)
        assert (before.home_signed, before.host_signed, before.chain) == (False, False, None)
        await visit.signed()
        found = await review.integrity(ZHOU, SESSION)
        assert (found.home_signed, found.host_signed, found.verified, found.damaged) == (True, True, 4, [])
        assert [(s.role, s.valid) for s in found.signatures] == [("home", True), ("host", True)]
        visit.flip("resident.camera-1-0.seg")
        assert (await review.integrity(ZHOU, SESSION)).damaged == [f"{SESSION}/resident.camera-1-0.seg"]
        ledger = visit.store._ledgers[SESSION]
        object.__setattr__(ledger[3], "body", {**ledger[3].body, "clerk": "somebody-else"})
        changed = await review.integrity(ZHOU, SESSION)
        assert changed.chain is not None and "entry 4" in changed.chain
        assert not any(signature.valid for signature in changed.signatures) and not changed.home_signed


async def test_a_countersignature_that_is_missing_is_pending(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path, host=False) as visit:
        await visit.take_place()
        with pytest.raises(Exception, match="nobody answers for haiyan"):
            await visit.signed()
        review = review_of(visit)
        await review.open_view(ZHOU, SESSION, "audit")
        found = await review.integrity(ZHOU, SESSION)
        assert (found.home_signed, found.host_signed) == (True, False)


async def test_the_timeline_has_tracks_events_and_the_sessions_clock(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        timeline = await review_of(visit).timeline(ZHOU, SESSION)
        assert (timeline.origin, timeline.live, timeline.length, timeline.completeness.complete) == (ORIGIN, False, 4000, True)
        assert [(t.publication, t.required, [(s.start, s.end) for s in t.segments]) for t in timeline.tracks] == [
            (publication, True, [(0, 4000)]) for publication in ("clerk.camera", "clerk.microphone", "resident.camera", "resident.microphone")
        ]
        ticket = timeline.events[0]
        assert (ticket.what, ticket.at) == ("ticket-taken", -60_000), "before the clock began"
        assert not any(event.what.startswith("rec-") for event in timeline.events)


async def test_a_view_ends_and_needs_a_purpose_again(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        review = review_of(visit)
        with pytest.raises(Refusal, match="purpose-needed"):
            await review.segment(ZHOU, SESSION, "resident.camera", "1", "0")
        await review.open_view(ZHOU, SESSION, "dispute")
        kept, pieces = await review.segment(ZHOU, SESSION, "resident.camera", "1", "0")
        assert kept.media.startswith("video/webm") and b"".join([piece async for piece in pieces])
        visit.clock.advance(3601)
        with pytest.raises(Refusal, match="purpose-needed"):
            await review.segment(ZHOU, SESSION, "resident.camera", "1", "0")


async def test_what_is_erased_is_not_played_though_its_files_are_still_there(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        review = review_of(visit)
        await review.open_view(ZHOU, SESSION, "dispute")
        _kept, pieces = await review.segment(ZHOU, SESSION, "resident.camera", "1", "0")
        assert b"".join([piece async for piece in pieces])
        now = visit.clock.now()
        await visit.store.evidence.mark(SESSION, Enter("deletion-marked"), now)
        assert await visit.store.evidence.erase(SESSION, Enter("recording-erased", {"keys": []}), now)
        with pytest.raises(Refusal, match="recording-erased"):
            await review.segment(ZHOU, SESSION, "resident.camera", "1", "0")


async def test_a_reading_that_could_not_be_entered_is_not_served_the_next_time_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        review = review_of(visit)

        async def away(*_: object) -> None:
            raise StoreAway("no disk")

        with monkeypatch.context() as patch:
            patch.setattr(visit.store.evidence, "note", away)
            for _ in range(2):
                with pytest.raises(StoreAway):
                    await review.timeline(ZHOU, SESSION)
        await review.timeline(ZHOU, SESSION)
        assert [e.what for e in await visit.store.ledger_of(SESSION)].count("timeline-read") == 1


async def test_a_page_that_was_taken_is_among_the_papers_and_is_served_as_the_picture_that_it_is(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place(still=True)
        review = review_of(visit)
        papers = (await review.timeline(ZHOU, SESSION)).papers
        assert [(p.kind, p.at, p.standing, p.material, p.page) for p in papers] == [("still-page", 2000, "counts", 0, 1), ("still", 2000, "counts", 0, 1)]
        [page, _] = papers
        with pytest.raises(Refusal, match="purpose-needed"):
            await review.segment(ZHOU, SESSION, page.publication, "1", "2000")
        await review.open_view(ZHOU, SESSION, "dispute")
        kept, pieces = await review.segment(ZHOU, SESSION, page.publication, str(page.epoch), str(page.segment))
        assert kept.media == "image/jpeg" and b"".join([piece async for piece in pieces]) == b"\xff\xd8 set straight \xff\xd9"
