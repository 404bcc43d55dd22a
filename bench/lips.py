"""How well sound and picture stand together in a recording: flashes and beeps of Python ends and of a real Chromium, found in the sealed files.

    python -m bench.lips [--flashes 20] [--rounds 1]

Prints by how many milliseconds the recorded flash and the recorded beep of the same moment are apart: within one participant (over all segments,
and over those that say they know their sender's clock) and between two. Each round is a room of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
from playwright.async_api import async_playwright

from config.clock import SystemClock
from config.logs import configure, get_logger
from media import node_api as api
from media.capture import Image, Samples
from media.capture.paced import PacedPictures
from media.end import End
from media.end_tracks import BLOCK
from tests.media.film import Home
from tests.media.flashes import APART, FPS, HEIGHT, LIT, WIDTH, Lips, picture, share, sound
from tests.media.node_process import Server, dialled, running_node
from tests.media.recorded import record
from tests.media.test_chromium_forwarding import CHROMIUM, FLAGS
from tests.media.test_flash_and_beep import began, on_stage, taken
from tests.waiting import until

Round = dict[str, Lips]
BROWSER_PAGE = Path(__file__).parents[1] / "tests" / "media" / "browser_page.js"
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
const over = () => stage.flashes.length === stage.wanted && performance.now() > stage.flashes.at(-1) + 500;
"""


class Bell:
    """Devices of a `media.end.End`: `take` paints a camera's pictures and rings; microphones hear it from that very moment on."""

    def __init__(self, times: int) -> None:
        self.moments: list[float] = []
        self.wanted = 0
        self._times, self._due = times, float("inf")

    def begin(self) -> None:
        self._due, self.wanted = SystemClock().monotonic() + APART[0], self._times

    @property
    def over(self) -> bool:
        return len(self.moments) == self.wanted > 0 and SystemClock().monotonic() > self.moments[-1] + 3 * LIT

    def take(self, number: int) -> Image:
        now = SystemClock().monotonic()
        if now >= self._due and len(self.moments) < self.wanted:
            self.moments.append(now)
            self._due = now + APART[len(self.moments) % len(APART)]
        return picture(number, bool(self.moments) and now < self.moments[-1] + LIT)


class Microphone:
    """Gives what it heard a block ago, as a sound card does: nothing is handed out before it was heard."""

    def __init__(self, bell: Bell) -> None:
        self._bell, self._block = bell, -1
        self._opened = 0.0

    def read(self, count: int) -> Samples:
        assert count == BLOCK
        self._block += 1
        if self._block == 0:
            self._opened = SystemClock().monotonic()
            return np.zeros(BLOCK, np.int16)
        return sound(self._opened, self._block - 1, self._bell.moments[-2:])

    def close(self) -> None:
        """Nothing to give back."""


async def python_ends(folder: Path, flashes: int) -> Round:
    """What tests/media/test_flash_and_beep.py holds to its bounds."""
    return (await on_stage(folder, flashes - flashes // 3, flashes // 3)).of


async def simulated_ends(folder: Path, flashes: int) -> Round:
    """`media.end` as it is, with aiortc's own sender reports: they pair a picture's timestamp with the time when it had been encoded."""
    home, bell, clock = Home(), Bell(flashes), SystemClock()
    camera = PacedPictures(bell.take, WIDTH, HEIGHT, FPS, clock, "bell")
    ends = {who: End(clock, get_logger("bench")) for who in ("resident", "clerk")}

    async def publish(server: Server, who: str, sdp: str, sources: dict[str, api.Source]) -> tuple[str, int]:
        return str((await server.do(api.Publish, room="r", participant=who, epoch=1, sdp=sdp, sources=sources)).sdp), 1

    try:
        async with running_node(folder) as node, dialled(node) as server:
            await server.do(api.OpenRoom, room="r")
            await record(server, home)
            for who, end in ends.items():
                await end.publish(
                    Microphone(bell), {"camera": camera}, lambda sdp, sources, who=who: publish(server, who, sdp, sources)
                )
                await began(server, who)
            bell.begin()
            await until(lambda: bell.over, flashes * max(APART) + 20)
            recorded, _ = await taken(server, node, home, *ends)
            for end in ends.values():
                await end.close()
            return recorded
    finally:
        camera.close()


async def chromium(folder: Path, flashes: int) -> Round:
    """A page that is resident and clerk at once. By how much it drew a flash after its beep it says itself; it cannot say when a picture
    that it has drawn is really taken, so that a busy machine shows here as a late picture."""
    home = Home()
    async with running_node(folder) as node, dialled(node) as server, async_playwright() as playwright:
        await server.do(api.OpenRoom, room="r")
        await record(server, home)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = await browser.new_page()
            await page.route("**/*", lambda route: route.fulfill(body="<!doctype html><title>lips</title>", content_type="text/html"))
            await page.goto("http://localhost/")

            async def order(_kind: str, fields: dict[str, object]) -> dict[str, str]:
                return {"sdp": (await server.do(api.Publish, **fields)).sdp}

            await page.expose_function("order", order)
            await page.add_script_tag(content=BROWSER_PAGE.read_text() + PAGE)
            await page.evaluate("apart => perform(apart)", list(APART))
            for who in ("resident", "clerk"):
                await page.evaluate("who => publish('r', who, 1, 1)", who)
                await began(server, who)
            await page.evaluate("times => { stage.wanted = times; }", flashes)
            await page.wait_for_function("over()", timeout=30_000 + 2000 * flashes)
            skews = await page.evaluate("stage.skews")
            recorded, _ = await taken(server, node, home, "resident", "clerk")
        finally:
            await browser.close()
    return {who: Lips([at - skew for at, skew in zip(each.seen, skews, strict=True)], each.heard, each.told) for who, each in recorded.items()}


def row(name: str, apart: list[float], known: list[float] | None = None) -> None:
    figures = "".join(f"{share(apart, percent):8.1f}" for percent in (50, 95)) + f"{max(map(abs, apart)):8.1f}"
    sure = f"{share(known, 95):11.1f}" if known is not None else ""
    print(f"  {name:28}{figures}{np.median(apart):+10.1f}{len(apart):7}{sure}")


PYTHON_ENDS = "Python ends with a browser's reports"
CASES: dict[str, Callable[[Path, int], Awaitable[Round]]] = {
    PYTHON_ENDS: python_ends,
    "simulated ends (media.end)": simulated_ends,
    "Chromium": chromium,
}
ABOUT = {(PYTHON_ENDS, "clerk"): "clerk, clock 3 s ahead", (PYTHON_ENDS, "helper"): "helper, camera 150 ms slow"}


async def run(options: argparse.Namespace) -> None:
    print(f"{'ms':30}{'p50':>8}{'p95':>8}{'max':>8}{'median':>10}{'of':>7}{'p95 known':>11}")
    for case, work in CASES.items():
        rounds = []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                rounds.append(await work(Path(folder), options.flashes))
        print(case)
        for who in rounds[0]:
            apart, known = ([at for each in rounds for at in times(each[who])] for times in (lambda lips: lips.apart, lambda lips: lips.known))
            row(ABOUT.get((case, who), who), apart, known)
        row("resident against clerk", [apart for each in rounds for apart in each["resident"].from_other(each["clerk"])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--flashes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    configure("warning")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
