"""Where keyframes begin, and how often one is asked for."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.keyframes import KeyframeWish, starts_keyframe


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (b"\x10\x00", True),  # S, partition 0, P=0
        (b"\x10\x01", False),  # an inter frame
        (b"\x00\x00", False),  # the middle of a frame
        (b"\x11\x00", False),  # another partition
        (b"\x30\x00", True),  # a non-reference flag does not matter
        (b"\x90\x80\x05\x00", True),  # 7-bit picture id
        (b"\x90\x80\x85\x05\x00", True),  # 15-bit picture id
        (b"\x90\x80\x85\x05\x01", False),
        (b"\x90\xf0\x85\x05\x01\x02\x00", True),  # picture id, TL0PICIDX, TID and KEYIDX
        (b"\x90\x20\x02\x00", True),
        (b"\x90\x80\x85\x05", False),
        (b"\x90\x80", False),
        (b"\x90", False),
        (b"\x10", False),
        (b"", False),
    ],
)
def test_vp8(payload: bytes, key: bool) -> None:
    assert starts_keyframe("VP8", payload) is key


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (b"\x65abc", True),
        (b"\x67abc", True),
        (b"\x68abc", False),
        (b"\x41abc", False),
        (b"\x7c\x85", True),
        (b"\x7c\x05", False),
        (b"\x7c\x81", False),
        (b"\x7c", False),
        (b"\x78\0\2\x68a\0\2\x65b", True),
        (b"\x78\0\2\x67a", True),
        (b"\x78\0\2\x41a", False),
        (b"\x78\0", False),
        (b"", False),
    ],
)
def test_h264(payload: bytes, key: bool) -> None:
    assert starts_keyframe("H264", payload) is key


@given(st.sampled_from(["VP8", "H264", "OPUS"]), st.binary(max_size=20))
def test_any_payload_can_be_looked_at(codec: str, payload: bytes) -> None:
    assert starts_keyframe(codec, payload) in (True, False)


def requests(wish: KeyframeWish, *, until: float, asks: dict[float, int] | None = None, seen: float = 1e9) -> list[float]:
    """When requests go out, looking every 50 ms."""
    sent = []
    for tick in range(int(until * 20) + 1):
        now = tick / 20
        for _ in range((asks or {}).get(now, 0)):
            wish.ask(now)
        if now >= seen:
            wish.seen()
        elif wish.due(now):
            sent.append(now)
    return sent


def test_one_wish_is_repeated_ever_more_slowly_and_given_up_after_ten_seconds() -> None:
    wish = KeyframeWish()
    assert requests(wish, until=20, asks={0: 1}) == [0, 0.5, 1.5, 3.5, 5.5, 7.5, 9.5]
    assert wish.given_up and not wish.open


def test_many_wishes_become_one_request_every_half_second() -> None:
    asks = {tick / 20: 10 for tick in range(200)}
    sent = requests(KeyframeWish(), until=10, asks=asks)
    assert all(b - a >= 0.5 for a, b in itertools.pairwise(sent))


def test_a_keyframe_ends_the_wish_and_the_next_wish_waits_its_half_second() -> None:
    wish = KeyframeWish()
    assert requests(wish, until=0.2, asks={0: 1}, seen=0.1) == [0]
    assert not wish.open
    wish.ask(0.2)
    assert not wish.due(0.3)
    assert wish.due(0.5)


@given(st.lists(st.tuples(st.floats(0.001, 0.6), st.sampled_from(["ask", "seen", "look"])), max_size=80))
def test_requests_are_never_closer_than_half_a_second(steps: list[tuple[float, str]]) -> None:
    wish, now, last = KeyframeWish(), 0.0, float("-inf")
    for wait, what in steps:
        now += wait
        if what == "ask":
            wish.ask(now)
        elif what == "seen":
            wish.seen()
            assert not wish.due(now)
        if wish.due(now):
            assert now - last >= 0.5 - 1e-9
            last = now
