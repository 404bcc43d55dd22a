"""The keeper builds what a talk needs, once, and again when it is no good; whatever fails is tried again while the room stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from config.clock import SystemClock
from config.ladder import Ladder
from config.logs import get_logger
from media.capture.synthetic import SpeechLike, synthetic_camera
from media.end_keeper import EndKeeper
from media.node_api import Source
from tests.scripted_media import ScriptedMedia
from tests.waiting import until

QUICK = Ladder(first=0.02, highest=0.05)
CLERK: list[tuple[str, Source]] = [("clerk", "microphone"), ("clerk", "camera")]


class Talk:
    """A keeper, the stand-in node it talks to, and what it asked for."""

    def __init__(self) -> None:
        self.media = ScriptedMedia()
        self.media.play("clerk", SystemClock())
        self.camera = synthetic_camera(320, 240, 10, SystemClock())
        self.asked: list[str] = []
        self.refuse: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.keeper = EndKeeper(
            SystemClock(), get_logger("test"), microphone=SpeechLike(), pictures={"camera": self.camera}, publish=self.publish,
            subscribe=self.subscribe, ladder=QUICK,
        )  # fmt: skip

    async def publish(self, sdp: str, sources: dict[str, Source]) -> tuple[str, int]:
        await self._ask("publish")
        return await self.media.publish("resident", sdp, sources)

    async def subscribe(self, sdp: str, asked: list[tuple[str, str, Source]]) -> str:
        await self._ask("subscribe")
        return await self.media.subscribe("resident", sdp, asked)

    async def _ask(self, kind: str) -> None:
        self.asked.append(kind)
        await self.gate.wait()
        if kind in self.refuse:
            raise RuntimeError("refused")

    def connected(self) -> bool:
        return self.keeper.settled() and set(self.keeper.end.running.values()) == {"connected"}

    async def close(self) -> None:
        await self.keeper.close()
        await self.media.close()
        self.camera.close()


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    made = Talk()
    yield made
    await made.close()


async def test_both_connections_are_built_once_however_often_the_talk_is_shown(talk: Talk) -> None:
    for _ in range(5):
        talk.keeper.follow("room.1", CLERK)
    await until(lambda: len(talk.keeper.end.running) == 2 and talk.connected())
    for _ in range(5):
        talk.keeper.follow("room.1", CLERK)
    await until(lambda: talk.keeper.end.frames("clerk", "camera") > 2)
    assert sorted(talk.asked) == ["publish", "subscribe"]


async def test_another_room_builds_both_anew_and_another_wish_only_the_subscription(talk: Talk) -> None:
    talk.keeper.follow("room.1", CLERK)
    await until(lambda: len(talk.keeper.end.running) == 2 and talk.connected())
    talk.media.play("helper", SystemClock())
    more: list[tuple[str, Source]] = [*CLERK, ("helper", "camera")]
    talk.keeper.follow("room.1", more)
    await until(lambda: talk.asked.count("subscribe") == 2 and talk.connected())
    assert talk.asked.count("publish") == 1
    talk.keeper.follow("room.2", more)
    await until(lambda: len(talk.asked) == 5 and talk.connected())
    assert (await talk.keeper.figures()).epochs == 2


async def test_no_talk_no_connections_and_the_counters_stay(talk: Talk) -> None:
    talk.keeper.follow("room.1", CLERK)
    await until(lambda: talk.keeper.end.frames("clerk", "camera") > 2)
    talk.keeper.follow(None, [])
    await until(lambda: talk.keeper.settled() and talk.keeper.end.running == {})
    assert (await talk.keeper.figures()).sent["camera"].frames > 0


async def test_a_connection_that_breaks_is_built_anew(talk: Talk) -> None:
    talk.keeper.follow("room.1", CLERK)
    await until(lambda: len(talk.keeper.end.running) == 2 and talk.connected())
    await until(lambda: all(pc.connectionState == "connected" for _, _, pc in talk.media.peers))
    await talk.media.cut("resident")
    await until(lambda: sorted(talk.asked) == ["publish", "publish", "subscribe", "subscribe"] and talk.connected())


async def test_what_fails_is_tried_again_as_long_as_the_room_stands(talk: Talk) -> None:
    talk.refuse = {"publish", "subscribe"}
    talk.keeper.follow("room.1", CLERK)
    await until(lambda: talk.asked.count("publish") >= 3 and talk.asked.count("subscribe") >= 3)
    talk.refuse = {"publish"}
    await until(lambda: talk.keeper.end.running == {"subscribe": "connected"})
    talk.keeper.follow(None, [])
    await until(talk.keeper.settled)
    asked = len(talk.asked)
    talk.refuse = set()
    talk.keeper.follow("room.2", CLERK)
    await until(lambda: len(talk.keeper.end.running) == 2 and talk.connected())
    assert len(talk.asked) == asked + 2


async def test_a_room_that_changes_while_its_offer_is_out_is_built_at_the_end(talk: Talk) -> None:
    talk.gate.clear()
    talk.keeper.follow("room.1", CLERK)
    await until(lambda: sorted(talk.asked) == ["publish", "subscribe"])
    talk.keeper.follow("room.2", CLERK)
    talk.gate.set()
    await until(lambda: len(talk.asked) == 4 and talk.connected())


async def test_it_closes_in_the_middle_of_building(talk: Talk) -> None:
    talk.gate.clear()
    talk.keeper.follow("room.1", CLERK)
    await until(lambda: len(talk.asked) == 2)
    await talk.keeper.close()
    assert talk.keeper.end.running == {}
    await talk.keeper.close()
