"""The pictures of the README: both pages in the middle of a talk, as two browsers with two drawn people show them.

They are written to build/pictures; `make pictures` copies them to docs/pictures.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
from playwright.async_api import async_playwright

from tests.browser.window import CHROMIUM, PATIENCE_MS, Window, mark, sees, touch
from tests.serving import serving

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
WIDTH, HEIGHT = 640, 360
Colour = tuple[int, int, int]


def person(file: Path, *, wall: Colour, coat: Colour, hair: Colour) -> Path:
    """A film (Motion JPEG, as Chromium takes it for a camera) of somebody who nods a little."""
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 15, (WIDTH, HEIGHT))
    frames = []
    for n in range(30):
        nod = round(3 * np.sin(n / 30 * 2 * np.pi))
        picture = np.full((HEIGHT, WIDTH, 3), wall, np.uint8)
        cv2.rectangle(picture, (0, 300), (WIDTH, HEIGHT), tuple(c // 2 for c in wall), -1)
        cv2.ellipse(picture, (320, 390), (170, 150), 0, 180, 360, coat, -1, cv2.LINE_AA)
        cv2.ellipse(picture, (320, 140 + nod), (84, 96), 0, 0, 360, hair, -1, cv2.LINE_AA)
        cv2.rectangle(picture, (292, 210), (348, 260), (150, 180, 220), -1)
        cv2.ellipse(picture, (320, 160 + nod), (66, 84), 0, 0, 360, (165, 195, 235), -1, cv2.LINE_AA)
        for x in (296, 344):
            cv2.circle(picture, (x, 150 + nod), 6, (50, 45, 40), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (320, 192 + nod), (22, 12), 0, 15, 165, (80, 80, 170), 3, cv2.LINE_AA)
        frames.append(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
        writer.write(picture)
    writer.release()
    file.with_suffix(".mjpeg").write_bytes(b"".join(frames))
    return file.with_suffix(".mjpeg")


async def test_both_pages_in_a_talk(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    assert chromium is not None
    resident = person(tmp_path / "resident.avi", wall=(214, 222, 226), coat=(120, 92, 60), hair=(175, 178, 180))
    clerk = person(tmp_path / "clerk.avi", wall=(226, 218, 206), coat=(96, 60, 40), hair=(38, 34, 32))
    async with serving(tmp_path / "data") as served, async_playwright() as playwright:
        w = Window(served, *[
            await playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM, f"--use-file-for-fake-video-capture={film}"])
            for film in (resident, clerk)
        ])  # fmt: skip
        try:
            kiosk = await w.kiosk()
            await w.take_ticket(kiosk)
            desk = await w.desk()
            await touch(desk, "answer")
            await sees(desk, "resident", frames=20)
            await sees(kiosk, "clerk", frames=20)
            await mark(desk, "note").fill("核对双方身份证，预约登记时间。")
            await desk.get_by_text("已保存").wait_for(timeout=PATIENCE_MS)
            PICTURES.mkdir(parents=True, exist_ok=True)
            tall = cv2.imdecode(np.frombuffer(await kiosk.screenshot(), np.uint8), cv2.IMREAD_COLOR)
            assert tall is not None
            cv2.imwrite(str(PICTURES / "kiosk.png"), cv2.resize(tall, (405, 720), interpolation=cv2.INTER_AREA))
            await desk.screenshot(path=PICTURES / "counter.png")
            assert all((PICTURES / name).stat().st_size > 20_000 for name in ("kiosk.png", "counter.png"))
        finally:
            for browser in w.browsers:
                await browser.close()
