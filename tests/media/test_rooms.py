"""Orders carried out in this process: every reply has its code, bounds hold, news reaches whoever listens."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from config.clock import HandClock
from config.logs import get_logger
from config.tasks import Tasks
from media import node_api as api
from media.guard import Guard
from media.ice import AddressPolicy
from media.rooms import Rooms
from media.transport import Surroundings
from tests.media.offers import offer
from tests.waiting import until


class World:
    def __init__(self) -> None:
        log = get_logger("test")
        self.guard = Guard(log)
        self.tasks = Tasks(lambda name, error: self.guard.caught(error))
        self.clock = HandClock()
        around = Surroundings(AddressPolicy(listed=("127.0.0.1",)), self.clock, self.tasks, self.guard, log, random.Random(2))
        self.rooms = Rooms(around, 3, log)
        self.news: list[api.Reply] = []
        self.rooms.listener = self.news.append

    def order(self, kind: Any, **fields: Any) -> Any:
        return self.rooms.carry_out(kind(id=7, **fields), "node-1")

    def publish(self, **changes: Any) -> Any:
        fields = {
            "room": "r",
            "participant": "resident",
            "epoch": 1,
            "sdp": offer("audio"),
            "sources": {"0": "microphone"},
        } | changes
        return self.order(api.Publish, **fields)


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    world.rooms.close_all("the test ends")
    await until(lambda: not len(world.tasks))
    assert dict(world.guard.counts) == {}


async def test_every_order_has_its_reply_with_its_number(world: World) -> None:
    assert world.order(api.OpenRoom, room="r") == api.Did(7)
    assert world.order(api.ListRooms) == api.Rooms(7, "node-1", [api.RoomState("r", False, {})])
    assert isinstance(world.publish(), api.Answered)
    wants = [api.Wanted("0", "resident", "microphone")]
    assert isinstance(
        world.order(api.Subscribe, room="r", participant="clerk", sdp=offer("audio", direction="recvonly"), wants=wants),
        api.Answered,
    )
    assert world.order(api.AddCandidates, room="r", participant="clerk", connection="subscribe", candidates=[]) == api.Did(7)
    assert world.order(api.SetHold, room="r", on=True) == api.Did(7)
    assert world.order(api.SetSourceOn, room="r", participant="resident", source="microphone", on=False) == api.Did(7)
    assert world.order(api.ListRooms).rooms == [api.RoomState("r", True, {"resident": 1})]
    figures = world.order(api.GetFigures, room="r")
    assert (figures.id, [(f.participant, f.source, f.received, f.forwarded) for f in figures.sources]) == (
        7,
        [("resident", "microphone", 0, {"clerk": 0})],
    )
    assert world.order(api.Leave, room="r", participant="clerk") == api.Did(7)
    assert world.rooms.connections == 1
    assert world.order(api.CloseRoom, room="r") == api.Did(7)
    assert (len(world.rooms), world.rooms.connections) == (0, 0)


async def test_what_fails_fails_with_its_code(world: World) -> None:
    assert world.publish().code == "unknown-room"
    world.order(api.OpenRoom, room="r")
    assert world.publish(sdp="x").code == "bad-sdp"
    assert isinstance(world.publish(epoch=5), api.Answered)
    assert world.publish(epoch=4).code == "stale-epoch"
    for room in ("s", "t"):
        world.order(api.OpenRoom, room=room)
    assert world.order(api.OpenRoom, room="u").code == "too-many"
    assert world.order(api.OpenRoom, room="t") == api.Did(7)
    for number in range(15):
        assert isinstance(world.publish(participant=f"p{number}"), api.Answered)
    assert world.publish(participant="one-more").code == "too-many"
    world.order(api.Drain)
    world.order(api.CloseRoom, room="t")
    assert world.order(api.OpenRoom, room="t").code == "draining"
    assert world.news == []


async def test_closing_everything_on_our_own_is_news(world: World) -> None:
    for room in ("r", "s"):
        world.order(api.OpenRoom, room=room)
    world.rooms.close_all("reason")
    assert world.news == [api.RoomClosed("r", "reason"), api.RoomClosed("s", "reason")]


async def test_without_a_listener_news_is_lost_and_nothing_else(world: World) -> None:
    world.rooms.listener = None
    world.order(api.OpenRoom, room="r")
    world.rooms.close_all("reason")
    assert len(world.rooms) == 0


async def test_a_room_knows_since_when_it_is_empty(world: World) -> None:
    world.order(api.OpenRoom, room="r")
    (room,) = world.rooms
    assert room.empty_since == 0.0
    world.publish()
    world.clock.advance(5)
    world.rooms.beat(world.clock.monotonic())
    assert room.empty_since is None
    world.order(api.Leave, room="r", participant="resident")
    world.clock.advance(5)
    world.rooms.beat(world.clock.monotonic())
    assert room.empty_since == 10.0


async def test_a_room_that_fails_does_not_stop_the_others(world: World) -> None:
    for name in ("r", "s"):
        world.order(api.OpenRoom, room=name)
    broken, sound = world.rooms
    beats: list[float] = []

    def fail(now: float) -> None:
        raise RuntimeError("on purpose")

    broken.beat = fail  # type: ignore[method-assign]  # a fault of our own making
    sound.beat = beats.append  # type: ignore[method-assign]  # seen from outside
    world.rooms.beat(1.0)
    assert beats == [1.0]
    assert sum(world.guard.counts.values()) == 1
    world.guard.counts.clear()
