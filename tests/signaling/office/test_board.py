"""The board: an end is shown its newest view, whole, once however much happened, and not again while nothing changed."""

from __future__ import annotations

import asyncio
from typing import Any

from signaling.office.board import Board
from signaling.wire import desk, visit


class Shown:
    """What the ends would see, and what was sent to them."""

    def __init__(self) -> None:
        self.kiosks: dict[str, visit.KioskView] = {}
        self.clerks: dict[str, desk.DeskView] = {}
        self.sent: list[tuple[str, Any]] = []
        self.looked = 0
        self.board = Board(self._kiosk, self._clerk, lambda who, view: self.sent.append((who, view)), lambda who, view: self.sent.append((who, view)))

    def _kiosk(self, kiosk: str) -> visit.KioskView | None:
        self.looked += 1
        return self.kiosks.get(kiosk)

    def _clerk(self, login: str) -> desk.DeskView | None:
        self.looked += 1
        return self.clerks.get(login)


def kiosk(name: str) -> visit.KioskView:
    return visit.KioskView(kiosk="haiyan-k1", name=name, jurisdiction="haiyan", screen=visit.Idle())


def clerk(note: str = "") -> desk.DeskView:
    return desk.DeskView(
        login="li", name="Li", jurisdiction="jinshan", counter=None, counters=[], presence="offline", away_because="not-started", line=[],
        ring=None, talk=None, resident=None, note=note, wrap_up=None,
    )  # fmt: skip


async def turn() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_ten_changes_in_one_turn_are_one_message_with_the_last_of_them() -> None:
    shown = Shown()
    for n in range(10):
        shown.kiosks["haiyan-k1"] = kiosk(f"name {n}")
        shown.board.touch_kiosk("haiyan-k1")
    assert shown.sent == [], "nothing is shown while things still happen"
    await turn()
    assert shown.sent == [("haiyan-k1", kiosk("name 9"))]
    assert shown.looked == 1


async def test_what_has_not_changed_is_not_sent_again() -> None:
    shown = Shown()
    shown.kiosks["haiyan-k1"], shown.clerks["li"] = kiosk("one"), clerk()
    for _ in range(3):
        shown.board.touch_kiosk("haiyan-k1")
        shown.board.touch_clerk("li")
        await turn()
    assert shown.sent == [("haiyan-k1", kiosk("one")), ("li", clerk())]
    shown.clerks["li"] = clerk("a note")
    shown.board.touch_clerk("li")
    await turn()
    assert shown.sent[2:] == [("li", clerk("a note"))]


async def test_an_end_that_has_just_connected_is_shown_everything_even_if_nothing_changed() -> None:
    shown = Shown()
    shown.kiosks["haiyan-k1"], shown.clerks["li"] = kiosk("one"), clerk()
    for _ in range(2):
        shown.board.touch_kiosk("haiyan-k1", anew=True)
        shown.board.touch_clerk("li", anew=True)
        await turn()
    assert len(shown.sent) == 4


async def test_an_end_that_was_forgotten_is_shown_everything_when_it_comes_back() -> None:
    shown = Shown()
    shown.kiosks["haiyan-k1"], shown.clerks["li"] = kiosk("one"), clerk()
    for _ in range(2):
        shown.board.touch_kiosk("haiyan-k1")
        shown.board.touch_clerk("li")
        await turn()
        shown.board.forget_kiosk("haiyan-k1")
        shown.board.forget_clerk("li")
    assert len(shown.sent) == 4
    shown.board.forget_kiosk("never-seen")
    shown.board.forget_clerk("nobody")


async def test_an_end_that_is_not_there_is_shown_nothing() -> None:
    shown = Shown()
    shown.board.touch_kiosk("haiyan-k1")
    shown.board.touch_clerk("li")
    await turn()
    assert (shown.sent, shown.looked) == ([], 2)


async def test_what_changes_while_it_is_shown_is_shown_next() -> None:
    shown = Shown()
    shown.clerks["li"] = clerk("first")

    def send(who: str, view: Any) -> None:
        shown.sent.append((who, view))
        if view.note == "first":
            shown.clerks["li"] = clerk("second")
            board.touch_clerk("li")

    board = Board(lambda who: None, shown.clerks.get, lambda who, view: None, send)
    board.touch_clerk("li")
    await turn()
    await turn()
    assert [view.note for _, view in shown.sent] == ["first", "second"]
