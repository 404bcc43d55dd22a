"""Answer → both see the first picture: visits in two real browser windows over a real server and node, on this machine.

    python -m bench.visits [--visits 20]

Prints the milliseconds from the clerk's click on *answer* to the first picture on the glass, at the counter and at the kiosk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import Window, shows, touch, window

WATCH = """(participant) => {
  window.seenAt = 0; window.answeredAt = 0;
  document.addEventListener("first-frame", (event) => {
    if (event.detail.participant === participant && event.detail.source === "camera" && window.seenAt === 0) window.seenAt = performance.timeOrigin + performance.now();
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-test=answer]")) window.answeredAt = performance.timeOrigin + performance.now();
  }, true);
}"""


async def one(w: Window, kiosk: Page, desk: Page) -> tuple[float, float]:
    """One visit; milliseconds to the first picture at the counter and at the kiosk."""
    await kiosk.evaluate("() => { window.seenAt = 0; }")
    await desk.evaluate("() => { window.seenAt = 0; window.answeredAt = 0; }")
    await w.take_ticket(kiosk)
    await touch(desk, "answer")
    at_desk = await (await desk.wait_for_function("() => window.seenAt", timeout=30_000)).json_value()
    at_kiosk = await (await kiosk.wait_for_function("() => window.seenAt", timeout=30_000)).json_value()
    answered = await desk.evaluate("() => window.answeredAt")
    await touch(desk, "end")
    await touch(desk, "end-accepted")
    await touch(desk, "end-yes")
    await touch(kiosk, "rate-5")
    await touch(kiosk, "finish")
    await touch(desk, "complete")
    await shows(kiosk, "screen-idle")
    return at_desk - answered, at_kiosk - answered


def percentile(values: list[float], share: float) -> float:
    """By linear interpolation (needs at least two values)."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with window(Path(folder) / "data") as w:
            desk, kiosk = await w.desk(), await w.kiosk()
            await desk.evaluate(WATCH, "resident")
            await kiosk.evaluate(WATCH, "clerk")
            times = [await one(w, kiosk, desk) for _ in range(arguments.visits)]
    for name, values in (("counter sees resident", [d for d, _ in times]), ("kiosk sees clerk", [k for _, k in times]),
                         ("both see each other", [max(pair) for pair in times])):  # fmt: skip
        figures = {"p50_ms": round(percentile(values, 0.5)), "p95_ms": round(percentile(values, 0.95)), "max_ms": round(max(values))}
        print(f"answer → {name}: {json.dumps(figures)}  ({len(values)} visits)")
    print("each, in order (ms):", " ".join(f"{d:.0f}/{k:.0f}" for d, k in times))


if __name__ == "__main__":
    asyncio.run(main())
