"""What the clerk asks of the resident, in two real browsers: the kiosk's screen, and a page of the checklist under the document camera."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import pytest
from playwright.async_api import Browser, Page

from tests.browser import window as stories
from tests.browser.window import Window, keep, mark, sees, shows, touch, until, window
from tests.media.pages import Kind, Paper, scene

# Of Chromium's pretended cameras the second is a depth camera, which no encoder takes; a kiosk has none such.
WITHOUT_DEPTH = """(() => {
  const all = MediaDevices.prototype.enumerateDevices;
  MediaDevices.prototype.enumerateDevices = async function () { return (await all.call(this)).filter(({label}) => !label.includes("fake_device_1")); };
})()"""

# The pretended camera has no lens: what it would take is given to it, and everything behind the camera is real.
LENS = """() => {
  window.underTheCamera = [];
  window.lay = (picture) => {
    const bytes = Uint8Array.from(atob(picture.split(",")[1]), (letter) => letter.charCodeAt(0)); // the page's policy lets nothing be fetched from here
    window.underTheCamera.push(new Blob([bytes], { type: "image/jpeg" }));
  };
  ImageCapture.prototype.takePhoto = async function () {
    const next = window.underTheCamera.shift();
    if (next === undefined) throw new DOMException("no picture", "UnknownError");
    return next;
  };
}"""


def picture(kind: Kind, seed: int = 7, paper: Paper = "letter") -> str:
    """A page as the camera would take it, at 8 megapixels, for a page's script."""
    _, data = cv2.imencode(".jpg", scene(kind, seed, 3264, 2448, "black", paper).picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}"


@asynccontextmanager
async def kiosk_with_document_camera(data: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> AsyncIterator[Window]:
    monkeypatch.setattr(stories, "CHROMIUM", [flag.replace("for-media-stream", "for-media-stream=device-count=3") for flag in stories.CHROMIUM])
    async with window(data, **variables) as w:
        opened = w.page

        async def page_of(browser: Browser, size: tuple[int, int]) -> Page:
            page = await opened(browser, size)
            await page.add_init_script(WITHOUT_DEPTH)
            return page

        monkeypatch.setattr(w, "page", page_of)
        yield w


async def test_the_kiosks_screen_is_shown_when_allowed_and_stopped_by_either(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        await touch(desk, "ask-screen")
        await shows(kiosk, "asked")
        await keep(kiosk, "kiosk-asked-for-screen")
        await shows(desk, "asked-screen")
        await touch(kiosk, "ask-no")
        await mark(desk, "asked-screen").wait_for(state="detached")
        assert await mark(kiosk, "sharing-yours").count() == 0, "no is no"

        await touch(desk, "ask-screen")
        await touch(kiosk, "ask-yes")
        await shows(kiosk, "sharing-yours")
        await sees(desk, "resident", "screen")
        await keep(desk, "desk-their-screen")
        await keep(kiosk, "kiosk-shows-screen")
        await touch(desk, "screen-exact")
        size = await until(desk, "() => { const v = document.querySelector('[data-test=screen-resident] video'); return v.clientWidth === v.videoWidth ? v.videoWidth : 0; }")
        assert size > 0, "pixel for pixel"
        await touch(kiosk, "stop-showing")
        await mark(desk, "their-screen").wait_for(state="detached")
        await mark(kiosk, "sharing-yours").wait_for(state="detached")

        await touch(desk, "ask-screen")
        await touch(kiosk, "ask-yes")
        await sees(desk, "resident", "screen")
        await touch(desk, "stop-theirs")
        await mark(kiosk, "sharing-yours").wait_for(state="detached")
        await mark(desk, "their-screen").wait_for(state="detached")


async def test_a_hold_ends_what_either_shows(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk(path="/counter?capture=this-tab")
        await touch(desk, "share")
        await sees(kiosk, "clerk", "screen")
        await touch(desk, "ask-screen")
        await touch(kiosk, "ask-yes")
        await sees(desk, "resident", "screen")
        await touch(desk, "hold")
        await shows(kiosk, "hold-cover")
        await mark(kiosk, "sharing-yours").wait_for(state="detached")
        await mark(desk, "own-screen").wait_for(state="detached")
        await touch(desk, "hold")
        await sees(desk, "resident", frames=5)
        assert await mark(desk, "their-screen").count() == 0 and await mark(kiosk, "sharing-theirs").count() == 0, "and nothing of it comes back"


# A stroke fades after some seconds: that it was there is noted by the page itself.
NOTES_STROKES = """surface => {
  window.pointedAt = false;
  const look = () => (window.pointedAt ||= Number(document.querySelector(`pointing-layer[data-surface='${surface}']`)?.dataset.strokes) >= 1);
  new MutationObserver(look).observe(document.body, { subtree: true, attributeFilter: ["data-strokes"] });
}"""
STROKES = "(surface) => document.querySelector(`pointing-layer[data-surface='${surface}']`)?.dataset.strokes ?? '-'"


async def draws(page: Page, surface: str) -> None:
    """A stroke over a picture, from its middle to the right."""
    box = await page.locator(f"pointing-layer[data-surface='{surface}']").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(1, 12):
        await page.mouse.move(x + step * box["width"] / 60, y)
    await page.mouse.up()


async def test_both_point_at_what_the_clerk_shows_and_the_strokes_fade(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk(path="/counter?capture=this-tab")
        await touch(desk, "share")
        await sees(kiosk, "clerk", "screen")
        for here, there in ((desk, kiosk), (kiosk, desk)):
            await there.evaluate(NOTES_STROKES, "clerk/screen")
            await draws(here, "clerk/screen")
            await until(there, "() => window.pointedAt")
            if there is kiosk:
                await keep(kiosk, "kiosk-clerk-points")
            await until(there, f"() => ({STROKES})('clerk/screen') === '0'")


async def test_the_resident_stops_what_the_clerk_shows(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk(path="/counter?capture=this-tab")
        await touch(desk, "share")
        await sees(kiosk, "clerk", "screen")
        await touch(kiosk, "stop-theirs")
        await mark(desk, "own-screen").wait_for(state="detached")
        await mark(kiosk, "shared").wait_for(state="hidden")
        await touch(desk, "share")
        await sees(kiosk, "clerk", "screen", frames=3)


async def test_a_page_is_asked_for_taken_twice_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glaring, good = picture("glaring"), picture("good")
    async with kiosk_with_document_camera(tmp_path / "data", monkeypatch) as w:
        kiosk, desk, _ = await w.talk()
        await kiosk.evaluate(LENS)
        await touch(desk, "ask-page-0")
        await shows(kiosk, "asked")
        await sees(desk, "resident", "document")
        await keep(kiosk, "kiosk-asked-for-page")
        await touch(desk, "take")  # the camera gives nothing: said at the kiosk, and the same key tries again
        await until(kiosk, "() => document.querySelector('[data-test=taking]')?.dataset.taking === 'failed'")
        await kiosk.evaluate("picture => window.lay(picture)", glaring)
        await touch(desk, "take")
        still = desk.locator('[data-test^="still-"][data-reasons]').first
        await still.wait_for(timeout=stories.PATIENCE_MS)
        assert "glare" in (await still.get_attribute("data-reasons") or "")
        await until(kiosk, "() => document.querySelector('[data-test=taking]')?.textContent.includes('反光')")
        await keep(kiosk, "kiosk-page-reflects")
        await keep(desk, "desk-page-reflects")

        await kiosk.evaluate("picture => window.lay(picture)", good)
        await touch(desk, "take")
        await until(desk, "() => document.querySelectorAll('[data-test^=still-][data-reasons]').length === 2")
        better = desk.locator('[data-test^="still-"][data-reasons=""]')
        await until(desk, "() => { const i = document.querySelector('[data-reasons=\"\"] img'); return i !== null && i.complete && i.naturalWidth > 0; }")
        await better.locator("button.primary").click()
        await mark(kiosk, "asked").wait_for(state="detached")
        await until(desk, "() => document.querySelector('[data-test=material-0]').dataset.kept === 'true'")
        await keep(desk, "desk-page-kept")

        await better.locator('[data-test^="look-"]').click()
        await shows(desk, "still-dialog")
        await touch(desk, "zoom-1")
        await touch(desk, "turn")
        await keep(desk, "desk-still-large")
        width = await until(desk, "() => { const i = document.querySelector('[data-test=still-picture]'); return i.clientWidth === Number(i.getAttribute('width')) ? i.clientWidth : 0; }")
        assert width == await desk.evaluate("async () => (await createImageBitmap(await (await fetch(document.querySelector('[data-test=still-picture] image').href.baseVal)).blob())).height"), "turned, pixel for pixel"
        await touch(desk, "zoom-0")
        await keep(desk, "desk-still-fitted")
        await touch(desk, "form")
        await until(desk, "() => { const i = document.querySelector('[data-test=still-picture]'); return i.complete && i.src.endsWith('original') && i.naturalWidth > 0; }")
        await touch(desk, "still-close")


async def test_without_the_page_the_resident_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kiosk_with_document_camera(tmp_path / "data", monkeypatch) as w:
        kiosk, desk, _ = await w.talk()
        await touch(desk, "ask-page-0")
        await touch(kiosk, "ask-no")
        await mark(desk, "asking").wait_for(state="detached")
        assert await mark(desk, "ask-page-0").is_enabled()
