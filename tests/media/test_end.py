"""A Python end over real UDP against stock aiortc: pictures and sound arrive, rebuilds go on counting, closing always works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from config.clock import SystemClock
from config.logs import get_logger
from media.capture.paced import PacedPictures
from media.capture.synthetic import SpeechLike, read_number, synthetic_camera
from media.end import Count, End, EndError, EndFigures, Kind, as_json
from media.levels import is_silent
from media.node_api import Source
from tests.scripted_media import ScriptedMedia
from tests.waiting import until

CLERK = [("clerk", "microphone"), ("clerk", "camera")]


class Collected:
    """A sound sink that remembers."""

    def __init__(self) -> None:
        self.samples: list[np.ndarray] = []

    def write(self, samples: np.ndarray) -> None:
        self.samples.append(samples)

    def close(self) -> None:
        self.samples.clear()


@pytest.fixture
async def media() -> AsyncIterator[ScriptedMedia]:
    running = ScriptedMedia()
    yield running
    await running.close()


@pytest.fixture
def camera() -> AsyncIterator[PacedPictures]:
    source = synthetic_camera(320, 240, 10, SystemClock(), "RESIDENT")
    yield source
    source.close()


@pytest.fixture
async def end() -> AsyncIterator[End]:
    running = End(SystemClock(), get_logger("test"))
    yield running
    await running.close()


async def publish(end: End, media: ScriptedMedia, camera: PacedPictures, who: str = "resident") -> int:
    return await end.publish(SpeechLike(), {"camera": camera}, lambda sdp, sources: media.publish(who, sdp, sources))


async def subscribe(end: End, media: ScriptedMedia, wants: list[tuple[str, Source]], who: str = "resident") -> None:
    await end.subscribe(wants, lambda sdp, asked: media.subscribe(who, sdp, asked))


async def test_two_ends_see_and_hear_each_other(media: ScriptedMedia, camera: PacedPictures) -> None:
    heard, first = Collected(), list[tuple[str, int]]()
    log, clock = get_logger("test"), SystemClock()
    resident = End(clock, log, sinks={"microphone": heard}, on_first_frame=lambda who, ms: first.append((who, ms)))
    clerk = End(clock, log)
    mirrored = synthetic_camera(320, 240, 10, clock, "CLERK", hue=10)
    try:
        await publish(resident, media, camera)
        await publish(clerk, media, mirrored, "clerk")
        await subscribe(resident, media, CLERK)
        await subscribe(clerk, media, [("resident", "microphone"), ("resident", "camera")], "clerk")
        await until(lambda: resident.frames("clerk", "camera") > 10 and clerk.frames("resident", "camera") > 10)
        await until(lambda: any(not is_silent(block) for block in heard.samples))
        for seen, shown in ((resident.picture("clerk"), mirrored), (clerk.picture("resident"), camera)):
            newest = shown.newest()
            assert seen is not None
            assert newest is not None
            number = read_number(seen)
            assert number is not None, "the strip survives VP8"
            assert newest.number - 30 < number <= newest.number
        figures = await resident.figures()
        assert figures.epochs == 1
        assert figures.first_frame_ms == dict(first)
        assert [who for who, _ in first] == ["clerk"]
        for count in (*figures.sent.values(), *figures.received_by_source().values()):
            assert count.packets >= count.frames > 0
            assert count.lost == 0
        assert {state for each in (resident, clerk) for state in each.running.values()} == {"connected"}
    finally:
        await resident.close()
        await clerk.close()
        mirrored.close()


async def test_a_rebuild_is_the_next_epoch_and_goes_on_counting(media: ScriptedMedia, camera: PacedPictures, end: End) -> None:
    media.play("clerk", SystemClock())
    assert await publish(end, media, camera) == 1
    await subscribe(end, media, CLERK)
    await until(lambda: end.frames("clerk", "camera") > 3)
    before = await end.figures()
    assert await publish(end, media, camera) == 2
    await subscribe(end, media, CLERK)
    seen = end.frames("clerk", "camera")
    await until(lambda: end.frames("clerk", "camera") > seen + 3)
    after = await end.figures()
    assert after.epochs == 2
    assert after.first_frame_ms == before.first_frame_ms, "the first picture is the talk's, not the connection's"
    assert after.sent["camera"].packets > before.sent["camera"].packets
    assert after.received["clerk", "camera"].packets > before.received["clerk", "camera"].packets
    await until(lambda: [pc.connectionState for _, _, pc in media.peers[:2]] == ["closed", "closed"])


async def test_while_two_connections_overlap_only_one_takes_the_microphones_samples(
    media: ScriptedMedia, camera: PacedPictures, end: End
) -> None:
    class Microphone:
        taken = 0

        def read(self, count: int) -> np.ndarray:
            self.taken += count
            return np.zeros(count, np.int16)

        def close(self) -> None: ...

    microphone = Microphone()
    for _ in range(3):
        await end.publish(microphone, {"camera": camera}, lambda sdp, sources: media.publish("resident", sdp, sources))
    figures = await end.figures()
    assert microphone.taken <= figures.sent["microphone"].frames * 960


async def test_figures_outlive_the_connections(media: ScriptedMedia, camera: PacedPictures, end: End) -> None:
    media.play("clerk", SystemClock())
    await publish(end, media, camera)
    await subscribe(end, media, CLERK)
    await until(lambda: end.frames("clerk", "camera") > 2)
    await end.close()
    closed = await end.figures()
    assert closed.sent["camera"].packets > 0
    assert closed.received["clerk", "camera"].frames > 2
    assert end.picture("clerk") is not None
    await end.close()
    assert await end.figures() == closed, "closing twice changes nothing"
    assert end.running == {}


async def test_a_connection_that_fails_is_reported_once(media: ScriptedMedia, camera: PacedPictures) -> None:
    trouble: list[Kind] = []
    end = End(SystemClock(), get_logger("test"), on_trouble=trouble.append)
    await publish(end, media, camera)
    await until(lambda: media.peers[0][2].connectionState == "connected")
    await media.cut("resident")
    await until(lambda: trouble == ["publish"])
    await end.close()
    assert trouble == ["publish"]


@pytest.mark.parametrize("answer", ["", "nonsense", "v=0\r\n"])
async def test_an_answer_that_is_none_leaves_what_was_running(media: ScriptedMedia, camera: PacedPictures, end: End, answer: str) -> None:
    await publish(end, media, camera)

    async def bad(_sdp: str, _sources: dict[str, Source]) -> tuple[str, int]:
        return answer, 2

    with pytest.raises(EndError, match="bad-answer"):
        await end.publish(SpeechLike(), {"camera": camera}, bad)
    assert end.running == {"publish": "connected"}
    assert (await end.figures()).epochs == 1


async def test_what_the_exchange_raises_is_passed_on_and_nothing_is_left(camera: PacedPictures, end: End) -> None:
    async def refuse(_sdp: str, _sources: dict[str, Source]) -> tuple[str, int]:
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError, match="not now"):
        await end.publish(None, {"camera": camera}, refuse)
    assert end.running == {}
    assert threads_of("VPX") == []


async def test_a_subscription_may_be_replaced_by_a_larger_one(media: ScriptedMedia, camera: PacedPictures, end: End) -> None:
    media.play("clerk", SystemClock())
    media.play("helper", SystemClock())
    await subscribe(end, media, CLERK)
    await subscribe(end, media, [*CLERK, ("helper", "microphone"), ("helper", "camera")])
    await until(lambda: end.frames("helper", "camera") > 2 and end.frames("clerk", "camera") > 2)
    both = (await end.figures()).received_by_source()["camera"]
    assert both.frames >= end.frames("helper", "camera") + 2


async def test_leaving_ends_one_connection(media: ScriptedMedia, camera: PacedPictures, end: End) -> None:
    await publish(end, media, camera)
    await end.leave("publish")
    await end.leave("publish")
    assert end.running == {}
    assert set((await end.figures()).sent) == {"microphone", "camera"}


async def test_a_connection_that_comes_about_after_the_end_was_closed_is_closed_too(media: ScriptedMedia, camera: PacedPictures) -> None:
    end = End(SystemClock(), get_logger("test"))

    async def slow(sdp: str, sources: dict[str, Source]) -> tuple[str, int]:
        await end.close()
        return await media.publish("resident", sdp, sources)

    with pytest.raises(EndError, match="end-closed"):
        await end.publish(SpeechLike(), {"camera": camera}, slow)
    assert end.running == {}
    await until(lambda: media.peers[0][2].connectionState == "closed")


async def test_building_may_be_given_up_at_any_moment_and_leaves_nothing(media: ScriptedMedia, camera: PacedPictures, end: End) -> None:
    """Cancelled after 0, 1, 2 … turns of the loop; a socket left behind fails the test through its warning."""
    answers: list[asyncio.Task[tuple[str, int]]] = []

    async def exchange(sdp: str, sources: dict[str, Source]) -> tuple[str, int]:
        answers.append(asyncio.get_running_loop().create_task(media.publish("resident", sdp, sources)))
        return await asyncio.shield(answers[-1])  # whoever answers does not know that nobody waits any more

    for turns in range(0, 40, 3):
        building = asyncio.get_running_loop().create_task(end.publish(SpeechLike(), {"camera": camera}, exchange))
        for _ in range(turns):
            await asyncio.sleep(0)
        building.cancel()
        await asyncio.wait([building])
    await asyncio.gather(*answers)
    assert set(end.running.values()) <= {"connected"}


def threads_of(name: str) -> list[str]:
    import threading

    return [thread.name for thread in threading.enumerate() if name in thread.name]


async def test_no_decoder_is_left_behind(media: ScriptedMedia, camera: PacedPictures, end: End) -> None:
    media.play("clerk", SystemClock())
    for _ in range(3):
        await subscribe(end, media, CLERK)
    await end.close()
    await media.close()
    await until(lambda: threads_of("decoder") == [])
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("clerk-")]


def test_figures_are_plain_data_by_source() -> None:
    figures = EndFigures(1, {"clerk": 90}, {}, {("clerk", "camera"): Count(3, 2, 1), ("helper", "camera"): Count(30, 20, 10)})
    assert as_json(figures.received_by_source()) == {"camera": {"packets": 33, "frames": 22, "lost": 11}}
