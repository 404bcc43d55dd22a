"""How long it takes from the clerk's click until a page is in the case: picture, upload, judgement, sealing, ledger, view.

    python -m bench.papers [--takes 10] [--fps 20]

Two browsers, the real server, node and custody on this machine. The pretended camera has no lens: it is given pages of 8 megapixels, as a
document camera's own encoder would make them. Prints milliseconds at the counter: until the still stands at its checklist item, and
until its picture is on the glass; then of every page where they went: the command on its way to the camera, the digest, the upload with all
that the server does in it, and the way back to the counter.

Both browsers encode and decode the talk's pictures on the server's cores, which they do on machines of their own in earnest; `--fps` is how
many pictures a second their pretended cameras give.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from signaling.domain.case_file import MOST_STILLS
from tests.browser.test_what_is_asked import LENS, kiosk_with_document_camera, picture
from tests.browser.window import sees, touch, until

# In one task of the page, so that nothing between the browser and us is counted.
TAKE = """([before]) => new Promise((done) => {
  const began = performance.now();
  let there = 0;
  const look = () => {
    const stills = [...document.querySelectorAll('[data-test^=still-][data-reasons]')];
    if (stills.length <= before) return;
    there ||= performance.now() - began;
    stills.at(-1).scrollIntoView({ block: "nearest" }); // a picture that is out of sight is fetched when it comes into sight
    const image = stills.at(-1).querySelector('img');
    if (!image.complete || image.naturalWidth === 0) return;
    clearInterval(timer);
    done([there, performance.now() - began, performance.timeOrigin + began]);
  };
  const timer = setInterval(look, 4);
  document.querySelector('[data-test=take]').click();
})"""

# When a picture was asked of the camera, and when its upload began and was answered, on the clock that both pages share.
TIMES = """() => {
  const now = () => performance.timeOrigin + performance.now();
  const { takePhoto } = ImageCapture.prototype;
  ImageCapture.prototype.takePhoto = function (...all) { window.times = [now()]; return takePhoto.apply(this, all); };
  const { fetch } = window;
  window.fetch = async (...all) => {
    if (!/stills\\?/.test(all[0]?.url ?? all[0])) return fetch(...all);
    window.times.push(now());
    try { return await fetch(...all); } finally { window.times.push(now()); }
  };
}"""

PARTS = ("to the camera", "digest", "upload", "to the counter")

PAUSE = 2.0
"""Seconds between two pictures: less than it takes to lay the next page."""


class Camera:
    """`pytest.MonkeyPatch` for what the story sets: the browser's flags, with the pictures a second of its cameras, and how a page is made."""

    def __init__(self, fps: float) -> None:
        self.fps = fps

    def setattr(self, target: object, name: str, value: Any) -> None:
        if name == "CHROMIUM":
            value = [flag.replace("device-count=3", f"device-count=3,fps={self.fps:g}") for flag in value]
        setattr(target, name, value)


async def take(desk: Page, kiosk: Page, page: str, before: int) -> tuple[float, float, list[float]]:
    """One picture; milliseconds until it is in the case, until it is seen, and of each of PARTS."""
    await kiosk.evaluate("picture => window.lay(picture)", page)
    await until(desk, "() => document.querySelector('[data-test=take]')?.disabled === false")
    await asyncio.sleep(PAUSE)
    there, seen, clicked = await desk.evaluate(TAKE, [before])
    moments = [clicked, *await kiosk.evaluate("times"), clicked + there]
    return there, seen, [end - begin for begin, end in pairwise(moments)]


async def main(takes: int, fps: float) -> None:
    pages = [picture("good", seed) for seed in range(7, 7 + takes)]
    with tempfile.TemporaryDirectory() as folder:
        async with kiosk_with_document_camera(Path(folder) / "data", Camera(fps)) as w:  # type: ignore[arg-type] # what it needs of one
            kiosk, desk, _ = await w.talk()
            await kiosk.evaluate(LENS)
            await kiosk.evaluate(TIMES)
            await touch(desk, "ask-page-0")
            await sees(desk, "resident", "document")
            figures = [await take(desk, kiosk, page, number) for number, page in enumerate(pages)]
    for what, values in (("in the case", [each[0] for each in figures]), ("on the glass", [each[1] for each in figures])):
        print(f"click → {what}: p50 {statistics.median(values):.0f} ms, most {max(values):.0f} ms of {len(values)} pages of 8 megapixels")
    for there, _, parts in figures:
        print(f"{there:6.0f} ms: " + ", ".join(f"{name} {part:.0f}" for name, part in zip(PARTS, parts, strict=True)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--takes", type=int, default=10)
    parser.add_argument("--fps", type=float, default=20)
    arguments = parser.parse_args()
    if not 0 < arguments.takes <= MOST_STILLS:
        parser.error(f"--takes: 1 to {MOST_STILLS}, the most that go into one visit")
    asyncio.run(main(arguments.takes, arguments.fps))
