"""Many small losses become few facts, and nothing that was missed goes untold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recordings.gap_joiner import GapJoiner, JoinPolicy
from recordings.segment_facts import Cause, Missed


def missed(start: int, end: int, lost: int = 1, cause: Cause = "loss", epoch: int = 1) -> Missed:
    return Missed("resident.microphone", epoch, start, end, lost, 0, cause)


def test_losses_close_together_are_told_once() -> None:
    joiner = GapJoiner()
    assert joiner.add(missed(1000, 1020)) == []
    assert joiner.add(missed(1500, 1540, 2)) == []
    assert joiner.passed(2000) == []
    assert joiner.passed(2600) == [missed(1000, 1540, 3)]
    assert joiner.rest() == []


def test_a_joined_loss_is_told_before_it_grows_too_long() -> None:
    joiner = GapJoiner()
    told = [fact for at in range(0, 20_000, 500) for fact in joiner.add(missed(at, at + 20))] + joiner.rest()
    assert len(told) <= 6 and all(fact.end - fact.start <= 4000 for fact in told)
    assert sum(fact.lost for fact in told) == 40


def test_a_long_hole_and_any_other_cause_are_told_at_once_and_in_order() -> None:
    joiner = GapJoiner()
    joiner.add(missed(0, 20))
    crash = missed(600, 900, 0, "writer-crash")
    assert joiner.add(crash) == [missed(0, 20), crash]
    long = missed(2000, 3500)
    assert joiner.add(long) == [long]


def test_another_epoch_is_another_fact() -> None:
    joiner = GapJoiner()
    joiner.add(missed(0, 20))
    assert joiner.add(missed(100, 120, epoch=2)) == [missed(0, 20)]


def test_the_rounding_of_clocks_is_no_gap_but_a_lost_packet_or_frame_is() -> None:
    joiner = GapJoiner()
    assert joiner.add(missed(0, 100, 0, "line")) == joiner.rest() == []
    assert joiner.add(missed(0, 101, 0, "line")) == [missed(0, 101, 0, "line")]
    unusable = Missed("resident.camera", 1, 0, 66, 0, 2, "no-keyframe")
    assert joiner.add(unusable) == [unusable], "two pictures came and could not be used"
    assert joiner.add(missed(0, 0, 1, "writer-overflow")) == [missed(0, 0, 1, "writer-overflow")]


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 1500), st.sampled_from(["loss", "line"]))))
def test_every_millisecond_that_was_missed_is_told_and_little_else(holes: list[tuple[int, int, Cause]]) -> None:
    joiner, at, told, truth = GapJoiner(), 0, [], []
    for after, length, cause in holes:
        at += after
        told += joiner.passed(at)
        truth.append(missed(at, at + length, 1, cause))
        told += joiner.add(truth[-1])
        at += length
    told += joiner.rest()
    assert sum(fact.lost for fact in told) == len(truth)
    assert all(any(fact.start <= hole.start and hole.end <= fact.end for fact in told) for hole in truth)
    assert sum(fact.end - fact.start for fact in told) <= sum(h.end - h.start for h in truth) + JoinPolicy().apart * len(truth)
    assert [fact.start for fact in told] == sorted(fact.start for fact in told)
