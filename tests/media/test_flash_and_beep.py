"""A flash and its beep stand together in the files: within 45 ms of one participant, within 100 ms of two, in every segment and epoch.

Real encoders, a real node, a real writer; what is asserted are the times in the sealed files and never how long anything took.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from aiortc.codecs.opus import OpusEncoder

from media import node_api as api
from media.capture import RATE
from media.end_tracks import BLOCK
from tests.media.film import Home, open_segments
from tests.media.flashes import (
    LOOKAHEAD,
    Flasher,
    Lips,
    Stage,
    Told,
    is_sure,
    lips,
    onsets,
    share,
    since_1970,
    sound,
    sound_frame,
)
from tests.media.node_process import Node, Server, dialled, running_node
from tests.media.raw_end import RawEnd, publishing
from tests.media.recorded import closed, lines, record
from tests.waiting import LONG, until

WITHIN = 45.0
BETWEEN = 100.0
"""Milliseconds, for 95 of 100 flashes."""
SOURCES: list[api.Source] = ["microphone", "camera"]


@dataclass(frozen=True)
class Take:
    """What was recorded of everybody, and when it really happened, in session ms."""

    of: dict[str, Lips]
    moments: list[float]
    first: dict[str, list[dict[str, float]]]
    """For each flash, when the first picture and the first sound of its epoch were captured."""
    begun: Told
    """The journal's lines about everybody's first segments."""
    segments: int

    def late(self, who: str) -> list[tuple[float | None, float | None]]:
        """By how much each picture and each sound stand later in the files than they were; None where that cannot be judged."""
        found = self.of[who]
        each = zip(found.seen, found.heard, found.told, self.first[who], self.moments, strict=True)
        return [
            (late(seen, told[0], first["camera"], moment), late(heard, told[1], first["microphone"], moment))
            for seen, heard, told, first, moment in each
        ]


def late(at: float, told: Told, first: float, moment: float) -> float | None:
    """Before a sender's first reports its times count from when its first packet came, however late that was; the segment says that it is not
    sure. From there on time must run as the sender's. Where the clock has just been put right nothing is said: the first pictures of a
    segment may have been moved up to where the one before had ended."""
    if is_sure(told):
        return at - moment
    return at - told[0]["start"] - (moment - first) if len(told) == 1 and told[0]["segment"] == 0 else None


def apart(pairs: Iterable[tuple[float | None, float | None]]) -> list[float]:
    return [a - b for a, b in pairs if a is not None and b is not None]


async def began(server: Server, who: str, epoch: int = 1) -> None:
    """Both sources are on the disk: no flash can come too early."""
    await until(lambda: all(lines(server, "first-byte", publication=f"{who}.{source}", epoch=epoch) for source in SOURCES), 60)


async def taken(server: Server, node: Node, home: Home, *names: str) -> tuple[dict[str, Lips], int]:
    """Close the room and look into its files."""
    await closed(server)
    lost = [gap for gap in lines(server, "gap") if gap["lost"]]  # between two epochs there is one, and nothing flashes in it
    assert not lost, "a flash that was lost is not measured"
    segments = open_segments(node.folder / "recordings", home)
    return {who: lips(segments, lines(server, "segment"), who) for who in names}, len(segments)


async def on_stage(folder: Path, first: int = 12, then: int = 5) -> Take:
    """The resident, who comes back in a second epoch; the clerk, whose wall clock is three seconds ahead; and a helper whose camera takes
    150 ms to encode. So many flashes before and after the resident has come back."""
    home, stage, ends = Home(), Stage(), list[RawEnd]()

    async def connected(server: Server, who: str, epoch: int = 1, *, slow: float = 0.0, ahead: float = 0.0) -> Flasher:
        ends.append(await publishing(server, "r", who, SOURCES, epoch))
        return Flasher(ends[-1], slow=slow, ahead=ahead)

    async def arrived(server: Server, who: str, *flashers: Flasher) -> None:
        for source in SOURCES:
            due = sum(flasher.packets[source] for flasher in flashers)
            async with asyncio.timeout(LONG):
                while (await server.figures("r", who, source)).received < due:
                    await asyncio.sleep(0.01)

    async with running_node(folder) as node, dialled(node) as server:
        await server.do(api.OpenRoom, room="r")
        origin = await record(server, home)
        resident, clerk = await connected(server, "resident"), await connected(server, "clerk", ahead=3.0)
        helper = await connected(server, "helper", slow=0.150)
        async with stage.rolling():
            for flasher in (resident, clerk, helper):
                stage.enter(flasher)
            for who in ("resident", "clerk", "helper"):
                await began(server, who)
            await stage.flash(first)
            stage.leave(resident)
            await arrived(server, "resident", resident)
            stage.enter(again := await connected(server, "resident", 2))
            await began(server, "resident", 2)
            await stage.flash(then)
            assert min(resident.reports, again.reports + 5, clerk.reports, helper.reports) >= 10, "enough to know a clock by"
            await arrived(server, "resident", resident, again)
            await arrived(server, "clerk", clerk)
            await arrived(server, "helper", helper)
        recorded, count = await taken(server, node, home, "resident", "clerk", "helper")
        assert node.errors() == []
        begun = lines(server, "segment", epoch=1, segment=0)
        await asyncio.gather(*(end.close() for end in ends))
    to_session = since_1970() - origin / 1000

    def began_at(flasher: Flasher, flashes: int) -> list[dict[str, float]]:
        return [{source: (at + to_session) * 1000 for source, at in flasher.first.items()}] * flashes

    began_as = {"clerk": began_at(clerk, first + then), "helper": began_at(helper, first + then)}
    began_as["resident"] = began_at(resident, first) + began_at(again, then)
    return Take(recorded, [(moment + to_session) * 1000 for moment in stage.moments], began_as, begun, count)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    return asyncio.run(on_stage(tmp_path_factory.mktemp("stage")))


def test_every_flash_and_beep_is_on_record(take: Take) -> None:
    assert {(len(each.seen), len(each.heard)) for each in take.of.values()} == {(len(take.moments), len(take.moments))}
    assert take.segments >= 3 * 2 * 4


@pytest.mark.parametrize("who", ["resident", "clerk", "helper"])
def test_sound_and_picture_of_one_participant_are_together(take: Take, who: str) -> None:
    """Over every segment of every epoch; the helper's camera takes 150 ms to encode, which only reports can tell."""
    assert share(take.of[who].known, 95) <= WITHIN, take.of[who]
    everywhere = apart(take.late(who))
    assert len(everywhere) >= len(take.moments) * 3 // 4
    assert share(everywhere, 95) <= WITHIN, take.of[who]


@pytest.mark.parametrize("who", ["resident", "clerk", "helper"])
def test_a_segment_from_before_the_reports_says_that_it_is_not_sure(take: Take, who: str) -> None:
    begun = [line for line in take.begun if line["publication"] in (f"{who}.microphone", f"{who}.camera")]
    assert len(begun) == 2 and not any(is_sure([line]) for line in begun)


@pytest.mark.parametrize(("who", "other"), [("resident", "clerk"), ("clerk", "helper")])
def test_what_two_participants_do_at_once_is_recorded_at_once(take: Take, who: str, other: str) -> None:
    both = zip(take.late(who), take.late(other), strict=True)
    between = apart((a, b) for mine, its in both for a in mine for b in its)
    assert share(between, 95) <= BETWEEN, between


def test_a_wall_clock_three_seconds_ahead_moves_nothing(take: Take) -> None:
    found = [at for pair in take.late("clerk") for at in pair if at is not None]
    assert share(found, 95) <= BETWEEN, found


def test_the_measure_is_good_to_a_millisecond() -> None:
    """What the codec does to a beep, and what is taken off for it."""
    moments, encoder, decoder = [0.5, 1.50031, 2.711], OpusEncoder(), av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout, decoder.format = RATE, "stereo", "s16"
    heard = []
    for block in range(3 * RATE // BLOCK):
        (packet,), _ = encoder.encode(sound_frame(sound(0.0, block, moments), block * BLOCK))
        heard += [each.to_ndarray().reshape(-1, 2).mean(axis=1) for each in decoder.decode(av.Packet(packet))]
    found = [index * 1000 / RATE - LOOKAHEAD for index in onsets(np.concatenate(heard))]
    assert found == pytest.approx([moment * 1000 for moment in moments], abs=1.0)
