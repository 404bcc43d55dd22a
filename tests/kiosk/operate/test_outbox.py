"""What waits for a page: words in order, one picture, never more."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from kiosk.operate.door_wire import Acted, Ended, FromAgent
from kiosk.operate.outbox import Outbox
from tests.waiting import until


class Slow:
    """Takes one thing each time it is let."""

    def __init__(self) -> None:
        self.got: list[str | bytes] = []
        self.may = asyncio.Semaphore(0)
        self.asked = 0

    async def send(self, frame: str | bytes) -> None:
        self.asked += 1
        await self.may.acquire()
        self.got.append(frame)


async def test_words_come_first_and_only_the_newest_picture_comes() -> None:
    outbox, slow = Outbox(), Slow()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(outbox.run(slow.send))
        outbox.show(b"first")
        await until(lambda: slow.asked == 1)
        for number in range(1000):
            outbox.show(f"picture {number}".encode())
        assert outbox.say(Ended("g", "hold"))
        for _ in range(3):
            slow.may.release()
        await until(lambda: len(slow.got) == 3)
        assert slow.got == [b"first", '{"type":"ended","id":"g","reason":"hold"}', b"picture 999"]
        running.cancel()


async def test_no_picture_is_said_too() -> None:
    outbox, slow = Outbox(), Slow()
    outbox.show(b"old")
    outbox.show(None)
    outbox.say(Acted(1, 1, None))
    slow.may.release()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(outbox.run(slow.send))
        await until(lambda: slow.got)
        running.cancel()
    assert slow.asked == 1


async def test_what_waits_is_bounded_and_can_be_taken_back() -> None:
    outbox, words = Outbox(most=3), [Acted(number, 1, None) for number in range(4)]
    assert [outbox.say(each) for each in words] == [True, True, True, False]
    taken: list[FromAgent] = [*words[:3]]
    assert outbox.unsaid() == taken
    assert outbox.unsaid() == []


async def test_a_word_on_its_way_to_a_lost_page_is_not_lost() -> None:
    outbox = Outbox()
    outbox.say(Ended("g", "hold"))

    async def gone(_: str | bytes) -> None:
        raise ConnectionError

    with suppress(ConnectionError):
        await outbox.run(gone)
    assert outbox.unsaid() == [Ended("g", "hold")]
