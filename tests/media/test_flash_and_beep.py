"""A flash and its beep stand together in the files: within 45 ms of one participant, within 100 ms of two, in every segment and epoch.

Real encoders, a real node, a real writer; what is asserted are the times in the sealed files and never how long anything took.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from aiortc.codecs.opus import OpusEncoder
from playwright.async_api import Page

from config.clock import SystemClock
from media import node_api as api
from media.capture import RATE
from media.end_tracks import BLOCK
from tests.media.film import Home, open_segments
from tests.media.flashes import APART, LOOKAHEAD, Flasher, Lips, Stage, lips, onsets, share, sound, sound_frame
from tests.media.node_process import Node, Server, dialled, running_node
from tests.media.raw_end import RawEnd, publishing
from tests.media.recorded import closed, lines, record
from tests.media.test_chromium_forwarding import page  # noqa: F401 - a fixture
from tests.waiting import until

WITHIN = 45.0
BETWEEN = 100.0
"""Milliseconds, for 95 of 100 flashes (media.md, Recording)."""
SOURCES: list[api.Source] = ["microphone", "camera"]


@dataclass(frozen=True)
class Take:
    """What was recorded of everybody, and when it really happened, in session ms."""

    of: dict[str, Lips]
    moments: list[float]
    waited: dict[str, list[tuple[float, float]]]
    """For each flash, how long the first picture and the first sound of its epoch waited at the sender, in ms."""
    segments: int

    def put_right(self, who: str) -> Lips:
        """Before a sender's first reports its times go by what arrived first, and that has waited at the sender for as long as it likes:
        the segment says that it is not sure, the sender knows better. All that remains is for the recording to answer for."""
        lips, waited = self.of[who], self.waited[who]
        return Lips(
            [at - (0 if sure[0] else wait[0]) for at, sure, wait in zip(lips.seen, lips.sure, waited, strict=True)],
            [at - (0 if sure[1] else wait[1]) for at, sure, wait in zip(lips.heard, lips.sure, waited, strict=True)],
            lips.sure,
        )


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
            async with asyncio.timeout(20):
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
        since_1970 = SystemClock().now() - SystemClock().monotonic()
        recorded, count = await taken(server, node, home, "resident", "clerk", "helper")
        assert node.errors() == []
        await asyncio.gather(*(end.close() for end in ends))
    epochs = {"resident": [resident] * first + [again] * then, "clerk": [clerk] * (first + then), "helper": [helper] * (first + then)}
    waited = {who: [(each.waited["camera"] * 1000, each.waited["microphone"] * 1000) for each in flashers] for who, flashers in epochs.items()}
    return Take(recorded, [(moment + since_1970) * 1000 - origin for moment in stage.moments], waited, count)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    return asyncio.run(on_stage(tmp_path_factory.mktemp("stage")))


def test_every_flash_and_beep_is_on_record(take: Take) -> None:
    assert {(len(each.seen), len(each.heard)) for each in take.of.values()} == {(len(take.moments), len(take.moments))}
    assert take.segments >= 3 * 2 * 4


@pytest.mark.parametrize("who", ["resident", "clerk", "helper"])
def test_sound_and_picture_of_one_participant_are_together(take: Take, who: str) -> None:
    apart = take.put_right(who).apart
    assert share(apart, 95) <= WITHIN, apart


@pytest.mark.parametrize(("who", "other"), [("resident", "clerk"), ("clerk", "helper")])
def test_what_two_participants_do_at_once_is_recorded_at_once(take: Take, who: str, other: str) -> None:
    apart = take.put_right(who).from_other(take.put_right(other))
    assert share(apart, 95) <= BETWEEN, apart


def test_a_wall_clock_three_seconds_ahead_moves_nothing(take: Take) -> None:
    clerk = take.put_right("clerk")
    late = [at - moment for times in (clerk.seen, clerk.heard) for at, moment in zip(times, take.moments, strict=True)]
    assert share(late, 95) <= BETWEEN, late


def test_a_camera_that_is_slow_to_encode_is_put_right_once_reports_have_come(take: Take) -> None:
    helper = take.of["helper"]
    assert helper.sure[0] == (False, False), "by arrival alone nobody can see what encoding takes, and the segments say that they are not sure"
    assert len(helper.known) >= len(take.moments) // 2
    assert share(helper.known, 95) <= WITHIN, helper.apart


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


PAGE = """
// The page's devices are a canvas and an oscillator. Sound is rendered ahead in blocks: `offset` is how much the page's clock is before the
// context's when a block has just been rendered, the smallest that was seen. `skew`: by how much a flash was drawn after its beep.
function perform(apart) {
  const canvas = document.body.appendChild(Object.assign(document.createElement("canvas"), { width: 640, height: 360 }));
  const paper = canvas.getContext("2d", { alpha: false });
  const context = new AudioContext({ sampleRate: 48000 });
  const microphone = context.createMediaStreamDestination();
  const loudness = new GainNode(context, { gain: 0 });
  loudness.connect(microphone);
  const tone = new OscillatorNode(context, { frequency: 1000 });
  tone.connect(loudness);
  tone.start();
  const stage = (window.stage = { flashes: [], skews: [], wanted: 0, offset: Infinity });
  let beep = null, due = 0, number = 0;
  setInterval(() => (stage.offset = Math.min(stage.offset, performance.now() - context.currentTime * 1000)), 2);
  function draw() {
    const now = performance.now();
    if (beep === null && stage.flashes.length < stage.wanted) {
      beep = Math.max(context.currentTime + 0.2, due);
      loudness.gain.setValueAtTime(0.5, beep);
      loudness.gain.setValueAtTime(0, beep + 0.1);
    }
    if (beep !== null && now >= stage.offset + beep * 1000) {
      stage.skews.push(now - stage.offset - beep * 1000);
      stage.flashes.push(now);
      due = beep + apart[stage.flashes.length % apart.length];
      beep = null;
    }
    const lit = stage.flashes.length > 0 && now < stage.flashes.at(-1) + 200;
    paper.fillStyle = lit ? "white" : "rgb(30, 30, 30)";
    paper.fillRect(0, 0, 640, 360);
    paper.fillStyle = lit ? "white" : "rgb(60, 120, 90)";
    paper.fillRect((number++ * 4) % 560, 120, 80, 120);
    requestAnimationFrame(draw);
  }
  requestAnimationFrame(draw);
  navigator.mediaDevices.getUserMedia = async () => new MediaStream([...microphone.stream.getTracks(), ...canvas.captureStream(30).getTracks()]);
}
stage_over = () => stage.flashes.length === stage.wanted && performance.now() > stage.flashes.at(-1) + 500;
"""


async def on_screen(page: Page, server: Server, node: Node, flashes: int) -> dict[str, Lips]:  # noqa: F811 - the fixture
    """One page that is resident and clerk at once. The skew of the drawing is the page's, so it is taken off the pictures."""
    home = Home()
    await record(server, home)
    await page.add_script_tag(content=PAGE)
    await page.evaluate("apart => perform(apart)", list(APART))
    for who in ("resident", "clerk"):
        await page.evaluate("who => publish('r', who, 1, 1)", who)
        await began(server, who)
    await page.evaluate("times => { stage.wanted = times; }", flashes)
    await page.wait_for_function("stage_over()", timeout=120_000)
    skews = await page.evaluate("stage.skews")
    recorded, _ = await taken(server, node, home, "resident", "clerk")
    return {
        who: Lips([at - skew for at, skew in zip(each.seen, skews, strict=True)], each.heard, each.sure)
        for who, each in recorded.items()
    }


async def test_a_browsers_flash_and_beep_are_together_too(page: Page, server: Server, node: Node) -> None:  # noqa: F811 - the fixture
    recorded = await on_screen(page, server, node, 14)
    for each in recorded.values():
        assert share(each.apart, 95) <= WITHIN, each.apart
    apart = recorded["resident"].from_other(recorded["clerk"])
    assert share(apart, 95) <= BETWEEN, apart
