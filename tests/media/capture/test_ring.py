"""The ring between a sound card and us: bounded, in order, silence where nothing has come."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from media.capture.ring import Ring


def samples(first: int, count: int) -> np.ndarray:
    return np.arange(first, first + count, dtype=np.int16)


@given(st.integers(1, 20), st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=60))
def test_it_is_a_bounded_queue_that_loses_the_oldest(capacity: int, story: list[tuple[bool, int]]) -> None:
    ring, held, number, dropped = Ring(capacity), list[int](), 1, 0
    for writes, count in story:
        if writes:
            ring.write(samples(number, count))
            held += range(number, number + count)
            number += count
            dropped += max(0, len(held) - capacity)
            held = held[-capacity:]
        else:
            out = ring.read(count).tolist()
            taken, held = held[:count], held[count:]
            assert out == taken + [0] * (count - len(taken))
        assert len(ring) == len(held)
        assert ring.dropped == dropped


def test_reading_starts_when_enough_has_come_and_again_after_a_gap() -> None:
    ring = Ring(100, prefill=10)
    ring.write(samples(1, 9))
    assert not ring.read(5).any()
    assert ring.missing == 0, "before the first sound nothing is missing"
    ring.write(samples(10, 1))
    assert ring.read(8).tolist() == list(range(1, 9))
    assert ring.read(4).tolist() == [9, 10, 0, 0]
    assert ring.missing == 2
    ring.write(samples(11, 3))
    assert not ring.read(2).any(), "one gap, not many small ones"
    ring.write(samples(14, 7))
    assert ring.read(2).tolist() == [11, 12]
