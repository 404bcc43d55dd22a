"""The clerk shares a screen in one click, and the resident reads on the kiosk what stands on it."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
from playwright.async_api import Page

from tests.browser.window import keep, mark, sees, shows, touch, until, window

NOTE = "办理结婚登记：双方身份证、户口簿原件。Please bring both identity cards and household books."
VIDEO_PICTURE = """(video) => {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


async def picture_of(page: Page, participant: str, source: str) -> np.ndarray:
    """The picture that a video element shows now (height × width × 3, BGR)."""
    video = page.locator(f'video[data-participant="{participant}"][data-source="{source}"]')
    return decoded(base64.b64decode(await video.evaluate(VIDEO_PICTURE)))


def decoded(png: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def likeness(seen: np.ndarray, shown: np.ndarray) -> float:
    """Correlation of two pictures of one size: 1 is the same, 0 is unrelated."""
    a, b = (cv2.cvtColor(p, cv2.COLOR_BGR2GRAY).astype(np.float64) for p in (seen, shown))
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


async def test_what_the_clerk_shares_is_what_the_resident_sees(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk(path="/counter?capture=this-tab")
        await mark(desk, "note").fill(NOTE)
        await touch(desk, "share")
        shared = await shows(kiosk, "shared")
        assert await shared.is_visible()
        await sees(kiosk, "clerk", "screen", frames=3)
        assert await shows(desk, "own-screen"), "the clerk sees what is shared"
        await keep(kiosk, "kiosk-shared-screen")

        # The case panel stands still and holds the note: it is compared pixel by pixel, at the size at which it arrived.
        panel = await desk.locator("aside, section").filter(has=mark(desk, "note")).last.bounding_box()
        assert panel is not None
        for _ in range(100):
            seen, shown = await picture_of(kiosk, "clerk", "screen"), decoded(await desk.screenshot(animations="disabled"))
            shown = cv2.resize(shown, (seen.shape[1], seen.shape[0]), interpolation=cv2.INTER_AREA)
            scale = seen.shape[1] / 1280
            left, top, right, bottom = (round(v * scale) for v in (panel["x"], panel["y"], panel["x"] + panel["width"], panel["y"] + panel["height"]))
            alike = likeness(seen[top:bottom, left:right], shown[top:bottom, left:right])
            if alike > 0.95:
                break
            await until(kiosk, "() => true")
        assert alike > 0.95, f"the shared page arrived as something else: {alike:.3f}"
        assert seen.shape[1] >= 1280, "text is shared at its own size"

        await touch(desk, "share")
        await shared.wait_for(state="hidden")
        await until(desk, "() => document.querySelector('[data-test=own-screen]') === null")
        await sees(kiosk, "clerk", frames=3)
