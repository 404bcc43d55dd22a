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

from config.clock import SystemClock
from config.logs import configure, get_logger
from media import node_api as api
from media.capture import Image, Samples
from media.capture.paced import PacedPictures
from media.end import End
from media.end_tracks import BLOCK
from tests.media.film import Home
from tests.media.flashes import APART, FPS, HEIGHT, LIT, WIDTH, Lips, picture, share, sound
from tests.media.flashes_on_screen import on_screen
from tests.media.node_process import Server, dialled, running_node
from tests.media.recorded import record
from tests.media.test_chromium_forwarding import browser_page
from tests.media.test_flash_and_beep import began, on_stage, taken
from tests.waiting import until

Round = dict[str, Lips]


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
    """A page that is resident and clerk at once."""
    async with running_node(folder) as node, dialled(node) as server:
        await server.do(api.OpenRoom, room="r")
        async with browser_page(server) as page:
            return await on_screen(page, server, node, flashes)


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
