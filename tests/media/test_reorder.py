"""Packets in any order come out in order, each once; what never came is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.reorder import WIDEST, Lost, Reorder
from media.rtp import Packet


def packet(number: int) -> Packet:
    made = Packet(96, 0, number & 0xFFFF, 0, 1, b"%d" % number)
    made.ext_seq = number
    return made


def numbers(items: object) -> list[int | Lost]:
    return [item if isinstance(item, Lost) else item.ext_seq for item in items]  # type: ignore[attr-defined]  # an iterable of both


def test_in_order_nothing_waits() -> None:
    order = Reorder(10, 0.8)
    for number in range(10, 20):
        assert order.passes(packet(number))
        assert len(order) == 0


def test_an_overtaken_packet_takes_its_place() -> None:
    order = Reorder(0, 0.8)
    assert order.passes(packet(0))
    assert not order.passes(packet(2))
    assert numbers(order.push(packet(2), 0.0)) == []
    assert numbers(order.push(packet(3), 0.1)) == []
    assert numbers(order.push(packet(1), 0.2)) == [1, 2, 3]


def test_what_is_missing_for_too_long_is_given_up_and_no_sooner() -> None:
    order = Reorder(0, 0.8)
    assert numbers(order.push(packet(3), 1.0)) == []
    assert numbers(order.tick(1.79)) == []
    assert numbers(order.tick(1.81)) == [Lost(0, 2), 3]
    assert numbers(order.push(packet(1), 1.9)) == [], "too late is as good as never"


def test_each_hole_gets_patience_of_its_own() -> None:
    order = Reorder(0, 0.8)
    list(order.push(packet(1), 0.0))
    list(order.push(packet(3), 0.7))
    assert numbers(order.push(packet(0), 0.75)) == [0, 1]
    assert numbers(order.tick(1.5)) == [], "the second hole showed when the first was filled"
    assert numbers(order.tick(1.6)) == [Lost(2, 2), 3]


def test_the_window_is_bounded() -> None:
    order = Reorder(0, 0.8)
    out = [item for number in range(1, WIDEST + 1) for item in numbers(order.push(packet(number), 0.0))]
    assert out == [Lost(0, 0), *range(1, WIDEST + 1)]
    assert len(order) == 0


@given(st.lists(st.integers(0, 300), min_size=1, max_size=400), st.integers(0, 299), st.data())
def test_every_number_comes_out_once_as_itself_or_as_lost(arrivals: list[int], first: int, data: st.DataObject) -> None:
    order, out, now = Reorder(first, 0.8), [], 0.0
    for number in arrivals:
        now += data.draw(st.sampled_from([0.0, 0.01, 0.5]))
        out += numbers(order.tick(now))
        out += numbers(order.push(packet(number), now))
    out += numbers(order.drain())
    assert len(order) == 0
    covered: list[int] = []
    for item in out:
        covered += range(item.first, item.last + 1) if isinstance(item, Lost) else [item]
    assert covered == list(range(first, max([first - 1, *arrivals]) + 1))
    assert {item for item in out if not isinstance(item, Lost)} <= set(arrivals)
    assert all(item.packets > 0 for item in out if isinstance(item, Lost))
