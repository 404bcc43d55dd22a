"""Completeness: which second of which publication nothing covers and nothing explains; twice written, and both agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import coverage, verify
from recordings.coverage import BadFact, check, is_settled, recorded, stretches
from tests.recordings.packages import MALFORMED, ORIGIN, REQUIRED, Story

SHORT = "resident.camera"


def missing(story: Story, required: str = SHORT) -> list[tuple[int, int]]:
    return [(hole["start"], hole["end"]) for hole in recorded(story.entries).missing if hole["publication"] == required]


def talk(*spans: tuple[int, int], end: int | None = 30_000) -> Story:
    """One room until `end`, with these segments of the resident's camera; the other publications are whole."""
    story = Story().begin()
    story.first_byte(SHORT, spans[0][0] if spans else 0)
    for number, (start, stop) in enumerate(spans):
        story.segment(SHORT, number, start, stop)
    for publication in REQUIRED:
        if publication != SHORT:
            story.segment(publication, 0, 0, end or 30_000)
    if end is not None:
        story.writer("room-closed", {"end": end})
    return story


def test_a_talk_with_everything_in_it_is_complete() -> None:
    facts = recorded(Story().begin().talk().close().entries)
    assert (facts.origin, facts.required, facts.missing) == (ORIGIN, REQUIRED, [])
    assert facts.intervals[0] == {"end": 9000, "kind": "hold", "publication": "*", "start": 4900}
    assert [len(track["segments"]) for track in facts.tracks] == [3, 3, 3]
    assert {key for key, gaps in ((t["publication"], t["gaps"]) for t in facts.tracks) if gaps} == {"clerk.camera", "resident.camera"}


def test_a_publication_may_take_five_seconds_to_appear_and_no_more() -> None:
    assert missing(talk((5000, 30_000))) == []
    assert missing(talk((5001, 30_000))) == [(0, 5001)]
    assert missing(talk()) == [(0, 30_000)]


def test_a_hole_of_a_second_is_none() -> None:
    assert missing(talk((0, 10_000), (11_000, 30_000))) == []
    assert missing(talk((0, 10_000), (11_001, 30_000))) == [(10_000, 11_001)]
    assert missing(talk((0, 29_000))) == []
    assert missing(talk((0, 28_999))) == [(28_999, 30_000)]


def test_a_gap_or_an_interval_explains() -> None:
    for explain in (
        lambda s: s.gap(SHORT, 10_000, 20_000),
        lambda s: s.interval(SHORT, "mute", 10_000, 20_000),
        lambda s: s.interval("*", "suspension", 10_500, 19_500),
        lambda s: s.interval("*", "hold", 10_000, None) or s.interval("*", "hold", 10_000, 20_000),
    ):
        story = talk((0, 10_000), (20_000, 30_000))
        assert missing(story) == [(10_000, 20_000)]
        explain(story)
        assert missing(story) == []


def test_what_explains_another_publication_or_time_explains_nothing() -> None:
    story = talk((0, 10_000), (20_000, 30_000))
    story.gap("resident.microphone", 10_000, 20_000)
    story.interval("clerk.camera", "mute", 10_000, 20_000)
    story.gap(SHORT, 10_000, 15_000)
    story.interval(SHORT, "mute", 17_000, 20_000)
    assert missing(story) == [(15_000, 17_000)]


def test_an_interval_that_never_ended_lasts_to_the_end() -> None:
    story = talk((0, 10_000))
    story.interval(SHORT, "mute", 10_000, None)
    assert missing(story) == []


def test_between_two_rooms_nobody_could_be_heard() -> None:
    story = talk((0, 30_000))
    story.first_byte(SHORT, 630_000, epoch=2)
    for publication in REQUIRED:
        story.segment(publication, 0, 631_000, 640_000, epoch=2)
    story.writer("room-closed", {"end": 640_000})
    assert missing(story) == []
    assert stretches([0, 630_000], [30_000, 640_000], 640_000) == [(0, 30_000), (630_000, 640_000)]


def test_a_room_in_which_nothing_arrived_is_missing_from_the_room_before() -> None:
    assert stretches([0], [30_000, 60_000], 60_000) == [(0, 30_000), (30_000, 60_000)]


def test_a_room_that_was_never_closed_ends_with_what_is_known() -> None:
    assert missing(talk((0, 10_000), end=None)) == [(10_000, 30_000)]
    assert stretches([0, 40_000], [30_000], 50_000) == [(0, 30_000), (40_000, 50_000)]
    assert stretches([], [], 0) == []


@pytest.mark.parametrize(("what", "body"), MALFORMED)
def test_a_fact_without_its_form_is_named(what: str, body: dict[str, Any]) -> None:
    story = Story().begin()
    entry = story.add(what, body)
    with pytest.raises(BadFact) as found:
        recorded(story.entries)
    assert found.value.seq == entry.seq


@pytest.mark.parametrize(("what", "body"), [fact for fact in MALFORMED if fact[1].get("origin") != ORIGIN + 1])
def test_a_fact_without_its_form_is_refused_before_it_is_entered(what: str, body: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        check(what, body)


def test_what_a_story_tells_is_in_its_form() -> None:
    for entry in Story().begin().talk().close().entries:
        check(entry.what, entry.body)


# --- settled --------------------------------------------------------------------------------------


def test_nothing_is_on_its_way_when_nothing_was_ordered() -> None:
    assert is_settled([])
    story = Story()
    story.add("ticket-taken")
    story.add("closed")
    assert is_settled(story.entries)


def test_a_recording_is_settled_when_its_room_has_closed_behind_everything() -> None:
    story = Story().begin()
    assert not is_settled(story.entries), "it was ordered"
    story.first_byte(SHORT, 300)
    story.segment(SHORT, 0, 300, 4300)
    assert not is_settled(story.entries)
    story.writer("room-closed", {"end": 4400})
    assert is_settled(story.entries)


def test_a_room_in_which_nothing_arrived_is_settled_when_it_has_closed() -> None:
    story = Story().begin()
    story.writer("room-closed", {"end": 0})
    assert is_settled(story.entries)


def test_another_room_opens_it_again_until_that_has_closed_too() -> None:
    story = talk((0, 30_000))
    assert is_settled(story.entries)
    story.first_byte(SHORT, 45_000, epoch=2)
    assert not is_settled(story.entries)
    story.segment(SHORT, 1, 45_000, 49_000, epoch=2)
    assert not is_settled(story.entries)
    story.writer("room-closed", {"end": 50_000})
    assert is_settled(story.entries)


@pytest.mark.parametrize("late", [lambda s: s.segment(SHORT, 9, 26_000, 30_000), lambda s: s.gap(SHORT, 10_000, 20_000), lambda s: s.interval("*", "hold", 100, 200)])
def test_what_comes_late_of_a_closed_room_opens_nothing(late: Any) -> None:
    story = talk((0, 30_000))
    late(story)
    assert is_settled(story.entries)


# --- both readings --------------------------------------------------------------------------------

times = st.integers(0, 60).map(lambda n: n * 500)
lengths = st.integers(1, 30).map(lambda n: n * 500)
publications = st.sampled_from([*REQUIRED, "clerk.screen"])
facts = st.one_of(
    st.tuples(st.sampled_from(["segment", "gap"]), publications, times, lengths),
    st.tuples(st.just("interval"), publications | st.just("*"), times, lengths | st.none()),
    st.tuples(st.sampled_from(["first-byte", "room-closed"]), publications, times, st.just(0)),
)
Happened = list[tuple[str, str, int, int | None]]


def told(happened: Happened) -> Story:
    story = Story().begin()
    for number, (what, publication, start, length) in enumerate(happened):
        end = None if length is None else start + length
        match what:
            case "interval":
                story.interval(publication, "hold", start, end)
            case "segment":
                story.segment(publication, number, start, end or 0)
            case "gap":
                story.gap(publication, start, end or 0)
            case "first-byte":
                story.first_byte(publication, start)
            case _:
                story.writer("room-closed", {"end": start})
    return story


@given(st.lists(facts, max_size=30))
def test_server_and_verifier_find_the_same(happened: Happened) -> None:
    story = told(happened)
    ours = recorded(story.entries)
    theirs = verify.recorded((e.seq, e.what, dict(e.body)) for e in story.entries)
    assert theirs == {
        "completeness": {"complete": not ours.missing, "missing": ours.missing},
        "intervals": ours.intervals, "origin": ours.origin, "tracks": ours.tracks,
    }  # fmt: skip


@given(st.lists(facts, max_size=30))
def test_and_looking_at_every_half_second_finds_it_too(happened: Happened) -> None:
    ours = recorded(told(happened).entries)
    spans = [(p, a, a + (n or 0)) for what, p, a, n in happened if what in ("segment", "gap")]
    closed = [a for what, _, a, _ in happened if what == "room-closed"]
    last = max([0, *closed, *(end for _, _, end in spans)])
    spans += [(i["publication"], i["start"], max(i["start"], last) if i["end"] is None else i["end"]) for i in ours.intervals]
    found = []
    for publication in REQUIRED:
        for start, end in stretches([a for what, _, a, _ in happened if what == "first-byte"], closed, last):
            since = None
            for at in range(start, end + 1, 500):
                covered = at == end or any(a <= at < b for p, a, b in spans if p in (publication, "*"))
                if not covered:
                    since = at if since is None else since
                elif since is not None:
                    if at - since > (coverage.LEAD if since == start else coverage.HOLE):
                        found.append((publication, since, at))
                    since = None
    assert found == [(hole["publication"], hole["start"], hole["end"]) for hole in ours.missing]


@given(st.lists(facts, max_size=30))
def test_it_is_settled_as_soon_as_the_last_room_has_closed_and_not_before(happened: Happened) -> None:
    story = told(happened)
    begun = max([0, *(start for what, _, start, _ in happened if what in ("first-byte", "segment"))])
    closed = max([-1, *(start for what, _, start, _ in happened if what == "room-closed")])
    assert is_settled(story.entries) == (closed >= begun)
    story.writer("room-closed", {"end": begun})
    assert is_settled(story.entries)
