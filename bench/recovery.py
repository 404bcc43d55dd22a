"""How long a talk is disturbed: a reload on either side, the server killed, the media node killed; real browsers, on this machine.

    python -m bench.recovery [--rounds 5]

Prints milliseconds until both sides are back in the same session: for reloads and the node until new pictures are on both
glasses, for the server until a command of each side is carried out again (its pictures never stop).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import mark, sees, session_of, shows, touch, until, window

ROOM = "room => document.querySelector('[data-session][data-room]')?.dataset.room.endsWith(room)"


async def timed(work: Callable[[], Awaitable[None]]) -> int:
    """Milliseconds that `work` takes."""
    began = time.monotonic()
    await work()
    return round((time.monotonic() - began) * 1000)


async def new_pictures(page: Page, participant: str) -> None:
    seen = await sees(page, participant)
    await sees(page, participant, frames=seen + 1)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    results: dict[str, list[int]] = {"kiosk reloaded": [], "counter reloaded": [], "server killed": [], "node killed": []}
    with tempfile.TemporaryDirectory() as folder:
        async with window(Path(folder) / "data") as w:
            kiosk, desk, session = await w.talk()

            async def reload(page: Page, mine: str, other: Page, theirs: str) -> None:
                await page.reload()
                await sees(page, mine, frames=1)
                await new_pictures(other, theirs)

            async def server() -> None:
                await w.served.crash()
                await w.served.start()
                await touch(desk, "hold")
                await shows(kiosk, "hold-cover")
                await touch(desk, "hold")
                await mark(kiosk, "hold-cover").wait_for(state="hidden")
                await touch(kiosk, "toggle-microphone")
                await until(desk, "() => document.querySelector('[data-test=muted-resident]') !== null")
                await touch(kiosk, "toggle-microphone")

            async def node(generation: int) -> None:
                await w.served.crash_node()
                for page, participant in ((kiosk, "clerk"), (desk, "resident")):
                    await until(page, ROOM, f".{generation}")
                    await new_pictures(page, participant)

            for generation in range(2, rounds + 2):
                results["kiosk reloaded"].append(await timed(lambda: reload(kiosk, "clerk", desk, "resident")))
                results["counter reloaded"].append(await timed(lambda: reload(desk, "resident", kiosk, "clerk")))
                results["server killed"].append(await timed(server))
                results["node killed"].append(await timed(lambda g=generation: node(g)))
                assert await session_of(kiosk) == await session_of(desk) == session
    for what, times in results.items():
        print(f"{what}: {json.dumps({'median_ms': sorted(times)[len(times) // 2], 'max_ms': max(times)})}  ({len(times)} rounds, same session)")


if __name__ == "__main__":
    asyncio.run(main())
