"""Bytes on their way to the disk: nothing is lost or turned round, and no piece is longer than half a second unless one frame is."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from recordings.pieces import Pieces

durations = st.lists(st.integers(1, 900), min_size=1, max_size=40)


def times_of(piece: bytes) -> list[int]:
    """The frames of a piece, each written as `[number]`, its end as `/`."""
    return [int(part) for part in piece.decode().replace("/", "").replace("]", "").split("[") if part]


@given(durations, st.integers(1, 700), st.lists(st.booleans(), min_size=40, max_size=40))
def test_every_byte_goes_out_once_and_in_order(lasting: list[int], longest: int, flushed: list[bool]) -> None:
    starts = [0, *accumulate(lasting)]
    pieces, out, at_once = Pieces(longest), [], set()
    for number, ms in enumerate(lasting):
        pieces.add(starts[number], f"[{number}]".encode())
        if flushed[number]:  # what is known of its last frame is that it has begun
            out.append(pieces.rest())
            at_once.add(len(out) - 1)
        out += pieces.settle(b"/", starts[number] + ms)
    out.append(pieces.rest())
    assert b"".join(out) == b"".join(f"[{number}]/".encode() for number in range(len(lasting)))
    for number, piece in enumerate(out):
        frames = times_of(piece)
        if len(frames) > 1:
            known = starts[frames[-1]] + (0 if number in at_once else lasting[frames[-1]])
            assert known - starts[frames[0]] <= longest


def test_frames_are_gathered_for_half_a_second() -> None:
    pieces, out = Pieces(500), []
    for number in range(32):
        pieces.add(number * 100, b"[%d]" % number)
        out += pieces.settle(b"/", number * 100 + 100)
    assert [times_of(piece) for piece in out] == [list(range(first, first + 5)) for first in range(0, 30, 5)]
    assert times_of(pieces.rest()) == [30, 31] and pieces.rest() == b""


def test_the_end_of_a_frame_that_has_left_goes_with_the_next_one() -> None:
    pieces = Pieces(500)
    pieces.add(0, b"[0]")
    assert pieces.rest() == b"[0]"
    assert pieces.settle(b"/", 9000) == []
    pieces.add(9000, b"[1]")
    assert pieces.rest() == b"/[1]"
