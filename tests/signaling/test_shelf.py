"""Who takes up which link, and what a stranger with a token gets."""

from __future__ import annotations

from signaling.link import Established, LinkPolicy, ServerLink
from signaling.shelf import Shelf
from signaling.wire.link import Hello

A, B = "a" * 32, "b" * 32


def hello(link: str | None = None, received: int = 0) -> Hello:
    return Hello(protocol=1, ticket="t" * 32, link=link, received=received)


def resumed(link: ServerLink) -> bool:
    [event] = [event for event in link.events() if isinstance(event, Established)]
    return event.resumed


def test_a_lost_link_is_taken_up_by_its_holder_alone() -> None:
    shelf: Shelf[str] = Shelf(LinkPolicy())
    link = shelf.greet(hello(), "kiosk-1", A, now=0, wall=0)
    assert not resumed(link)
    link.lost(1)
    stranger = shelf.greet(hello(A), "kiosk-2", B, now=2, wall=0)
    assert stranger is not link
    assert not resumed(stranger)
    assert shelf.greet(hello(A), "kiosk-1", "c" * 32, now=3, wall=0) is link
    assert resumed(link)


def test_a_link_waits_half_a_minute() -> None:
    shelf: Shelf[str] = Shelf(LinkPolicy(), keep_seconds=30)
    link = shelf.greet(hello(), "kiosk-1", A, now=0, wall=0)
    link.lost(10)
    assert shelf.expire(39.9) == []
    late = shelf.greet(hello(A), "kiosk-1", B, now=40, wall=0)
    assert late is not link
    assert shelf.expire(40) == [(link, "kiosk-1")]
    assert shelf.held_by("kiosk-1") == [late]
    assert len(shelf) == 1


def test_numbers_that_cannot_be_true_get_a_fresh_link() -> None:
    shelf: Shelf[str] = Shelf(LinkPolicy())
    link = shelf.greet(hello(), "kiosk-1", A, now=0, wall=0)
    link.send(b"{}", 0)
    link.lost(1)
    assert shelf.greet(hello(A, received=2), "kiosk-1", B, now=2, wall=0) is not link


def test_a_closed_link_is_gone() -> None:
    shelf: Shelf[str] = Shelf(LinkPolicy())
    link = shelf.greet(hello(), "kiosk-1", A, now=0, wall=0)
    link.close("restarting", "back in a moment", 1, again=True)
    assert shelf.expire(1) == [(link, "kiosk-1")]
    assert len(shelf) == 0
    assert shelf.greet(hello(A), "kiosk-1", B, now=2, wall=0) is not link
