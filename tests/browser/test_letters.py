"""Ten-point Chinese on the clerk's screen can be read on the kiosk: every letter that arrives is looked up among all that were shown."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from playwright.async_api import Page

from tests.browser import window as stories
from tests.browser.test_screen_share import decoded, picture_of
from tests.browser.window import keep, sees, touch, window

TEXT = (
    "办理结婚登记的内地居民男女双方应当亲自到姻机关共同申请持本人有效身份证件以及无配偶和对没直系血三代旁签字声明临时领取补换"
    "急需使用公安派出所户籍窗口受个工作日完成海盐县金山区平湖市跨省通远程虚拟视频核验材料原拍照高仪反光倾斜稍候"
)
"""Different letters, so that each is its own name."""
CELL = 20
"""CSS pixels between two letters; ten points are 13⅓."""
COLUMNS = 30
SHARP = 0.8

# A sheet of paper over the clerk's page: black letters of ten points, each in a cell of its own, as a form on the screen has them.
SHEET = """([text, cell, columns]) => {
  const sheet = document.createElement("div");
  Object.assign(sheet.style, { position: "fixed", left: "100px", top: "100px", width: `${cell * columns}px`, height: `${cell * Math.ceil(text.length / columns)}px`, background: "#fff", zIndex: 1000 });
  [...text].forEach((letter, place) => {
    const one = document.createElement("span");
    one.textContent = letter;
    Object.assign(one.style, { position: "absolute", left: `${(place % columns) * cell}px`, top: `${Math.floor(place / columns) * cell}px`, width: `${cell}px`, height: `${cell}px`, font: "10pt 'Noto Sans CJK SC', sans-serif", lineHeight: `${cell}px`, textAlign: "center", color: "#000" });
    sheet.append(one);
  });
  document.body.append(sheet);
}"""


def cells(picture: np.ndarray) -> np.ndarray:
    """Each letter's cell (letter × pixels), light and contrast taken out."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float64)
    found = np.array([
        grey[100 + row * CELL : 100 + (row + 1) * CELL, 100 + column * CELL : 100 + (column + 1) * CELL].ravel()
        for row, column in (divmod(place, COLUMNS) for place in range(len(TEXT)))
    ])  # fmt: skip
    found -= found.mean(axis=1, keepdims=True)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def read(seen: np.ndarray, shown: np.ndarray) -> str:
    """For each letter that arrived, the one of all that were shown that is most like it."""
    return "".join(TEXT[int(place)] for place in np.argmax(cells(seen) @ cells(shown).T, axis=1))


def likeness(seen: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """How like itself each letter arrived: 1 is the same."""
    alike: np.ndarray = np.sum(cells(seen) * cells(shown), axis=1)
    return alike


async def arrived(kiosk: Page, shown: np.ndarray) -> tuple[str, np.ndarray]:
    """The shared page as it stands on the kiosk once every letter is sharp, and what can be read of it."""
    text = ""
    for _ in range(100):
        seen = await picture_of(kiosk, "clerk", "screen")
        if seen.shape == shown.shape:
            text = read(seen, shown)
            if text == TEXT and likeness(seen, shown).min() > SHARP:
                break
        frames = await kiosk.evaluate("() => Number(document.querySelector('video[data-participant=clerk][data-source=screen]').dataset.frames)")
        await sees(kiosk, "clerk", "screen", frames + 1)
    return text, seen


async def test_ten_point_chinese_is_read_letter_by_letter_at_1080p(tmp_path: Path) -> None:
    assert len(set(TEXT)) == len(TEXT)
    async with window(tmp_path / "data", "--media", "standard") as w:
        stories_desk, stories.DESK = stories.DESK, (1920, 1080)
        try:
            kiosk, desk, _ = await w.talk(path="/counter?capture=this-tab")
        finally:
            stories.DESK = stories_desk
        for page in (kiosk, desk):
            await touch(page, "toggle-camera")  # two faces at 720p are more than two cores encode beside a screen
        await desk.evaluate(SHEET, [TEXT, CELL, COLUMNS])
        await touch(desk, "share")
        await sees(kiosk, "clerk", "screen", frames=3)
        shown = decoded(await desk.screenshot(animations="disabled"))
        text, seen = await arrived(kiosk, shown)
        await keep(kiosk, "kiosk-ten-points")
        assert seen.shape[:2] == (1080, 1920), "at its own size"
        assert text == TEXT, f"{sum(a != b for a, b in zip(text, TEXT, strict=False))} of {len(TEXT)} letters were read as others"
        alike = likeness(seen, shown)
        assert alike.min() > SHARP, f"the worst letter: {TEXT[int(alike.argmin())]} {alike.min():.2f}"
