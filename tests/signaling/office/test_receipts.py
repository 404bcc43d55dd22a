"""The receipt on paper: made when the home has signed, once, from what the ledger says."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from recordings.ledger import Entry
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.press import Pressed
from signaling.office.receipts import received
from signaling.wire import desk, visit
from signaling.wire.notices import OwnPaper
from tests.signaling.office.world import Town, request


async def over(town: Town, outcome: desk.Outcome = "accepted") -> tuple[Actor, Actor, str]:
    """A talk that has ended, its recording told of to the end."""
    town.prints_receipts()
    kiosk, li, session = await town.talk()
    await town.does(li, desk.EndSession(request(), session, outcome))
    town.says(town.writer.ends(session))
    await town.settle()
    return kiosk, li, session


def farewell(town: Town, kiosk: Actor) -> visit.Farewell:
    screen = town.mail.kiosk[kiosk.id].screen
    assert isinstance(screen, visit.Farewell)
    return screen


async def given(town: Town, session: str) -> list[dict[str, Any]]:
    return [dict(entry.body) for entry in await town.store.ledger_of(session) if entry.what == "receipt-given"]


async def test_it_is_made_with_the_code_and_says_what_was_promised() -> None:
    async with Town() as town:
        kiosk, _, session = await over(town)
        shown = farewell(town, kiosk)
        assert shown.code is not None and shown.papers == [OwnPaper("receipt", 1)]
        (pdf,) = town.album.of(session, "receipt.paper")
        (entry,) = await given(town, session)
        assert (entry["code"], entry["digest"]) == (shown.code, hashlib.sha256(pdf).hexdigest())
        (slip,) = town.press.slips
        assert slip.proof is not None and (slip.proof.code, slip.proof.square) == (shown.code, shown.proof)
        assert "王＊＊" in repr(slip) and "王小明" not in repr(slip)


async def test_it_is_signed_for_and_not_made_again_when_the_case_is_written_up() -> None:
    async with Town() as town:
        kiosk, li, session = await over(town)
        code = farewell(town, kiosk).code
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        assert len(await given(town, session)) == len(town.press.slips) == 1
        assert farewell(town, kiosk).code == code and farewell(town, kiosk).papers == [OwnPaper("receipt", 1)]
        newest = max(head.seq for head in await town.store.evidence.heads_of(session) if head.role == "home")
        last = [entry.seq for entry in await town.store.ledger_of(session) if entry.what in ("receipt-given", "closed")]
        assert newest >= max(last), "the paper is evidence, and covered"


async def test_a_press_that_refuses_takes_no_code_away_and_is_asked_again() -> None:
    async with Town() as town:
        town.press.refuses = Refusal("no-press")
        kiosk, li, session = await over(town)
        assert farewell(town, kiosk).code is not None and farewell(town, kiosk).papers == []
        town.press.refuses = None
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        assert farewell(town, kiosk).papers == [OwnPaper("receipt", 1)]


async def test_a_signature_while_a_press_fails_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    fails, printed = asyncio.Event(), []
    async with Town() as town:
        press = town.press.print

        async def slow(job: Any) -> Pressed:
            printed.append(job)
            if len(printed) == 1:
                await fails.wait()
                raise Refusal("no-press")
            return await press(job)

        monkeypatch.setattr(town.press, "print", slow)
        kiosk, li, session = await over(town)
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))  # the last that is ever signed of this visit
        assert len(printed) == 1 and farewell(town, kiosk).papers == []
        fails.set()
        await town.settle()
        assert farewell(town, kiosk).papers == [OwnPaper("receipt", 1)]


async def test_who_left_the_line_gets_none() -> None:
    async with Town() as town:
        town.prints_receipts()
        kiosk = await town.kiosk_comes()
        session = await town.ticket(kiosk)
        await town.does(kiosk, visit.LeaveLine(request(), session))
        await town.later(30)
        assert not town.press.slips


async def test_the_next_server_makes_no_second_one() -> None:
    async with Town() as town:
        _, li, session = await over(town)
        town.tools.receipts._numbers.clear()  # as after a restart
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        assert len(await given(town, session)) == 1


def entry(seq: int, what: str, **body: Any) -> Entry:
    return Entry(seq, "2026-11-28T08:00:00.000Z", "server", what, body, "0" * 64, "1" * 64)


@pytest.mark.parametrize("broken", [False, True])
def test_pages_are_counted_off_the_ledger(broken: bool) -> None:
    entries = [
        entry(0, "ticket-taken", case="C-1"), entry(1, "still-taken", still="5-original", number=5, material=1), entry(2, "still-taken", still="5-page", number=5, material=1),
        entry(3, "still-kept", number=5), entry(4, "still-taken", number=9, material=1), entry(5, "still-kept", number=9),
        entry(5, "still-taken", number=11, material=1, case="C-1-2"), entry(5, "still-kept", number=11),
        entry(6, "still-taken", number=12, material=0), entry(7, "still-kept", number=12), entry(8, "still-dropped", number=12),
        *([entry(9, "still-kept"), entry(10, "still-taken", number=3)] if broken else []),
    ]  # fmt: skip
    assert received(entries) == {"C-1": {1: 2}, "C-1-2": {1: 1}}, "an old ledger names no case: there was one"
