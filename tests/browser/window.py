"""Kiosks and counters in a real Chromium, over a real server and a real media node: what a story needs to be told in a few lines."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright

from tests.browser.questions import PATIENCE_MS, go_on
from tests.serving import Served, serving

PORTRAIT, DESK = (1080, 1920), (1280, 720)
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
CHROMIUM = [
    "--no-sandbox", "--use-fake-device-for-media-stream", "--disable-background-networking", "--auto-accept-this-tab-capture",
    "--autoplay-policy=no-user-gesture-required", "--disable-gpu",
]  # fmt: skip


# Every connection that a page makes, so that a story can read its statistics.
CONNECTIONS = """window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection { constructor(...all) { super(...all); window.connections.push(this); } };"""


def mark(page: Page, test: str) -> Locator:
    """The element of that `data-test` name."""
    return page.locator(f'[data-test="{test}"]')


async def shows(page: Page, test: str) -> Locator:
    """Wait until it is on the glass."""
    found = mark(page, test).first
    await found.wait_for(state="visible", timeout=PATIENCE_MS)
    return found


async def touch(page: Page, test: str) -> None:
    """Touch it as soon as it is there."""
    await mark(page, test).first.click(timeout=PATIENCE_MS)


async def until(page: Page, expression: str, arg: Any = None) -> Any:
    """Wait until the page's JavaScript `expression` is truthy; returns its value."""
    handle = await page.wait_for_function(expression, arg=arg, timeout=PATIENCE_MS, polling=50)
    return await handle.json_value()


FRAMES = """([participant, source, more]) => {
  const video = document.querySelector(`video[data-participant="${participant}"][data-source="${source}"]`);
  return video !== null && Number(video.dataset.frames) >= more && video.videoWidth > 0 ? Number(video.dataset.frames) : 0;
}"""


async def sees(page: Page, participant: str, source: str = "camera", frames: int = 2) -> int:
    """Wait until at least `frames` pictures of a source have been on the glass."""
    return int(await until(page, FRAMES, [participant, source, frames]))


async def keep(page: Page, name: str) -> None:
    """A screenshot for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


class Window:
    """One server with its trial data, and two browsers: kiosk and counter are two machines, each with a camera of its own."""

    def __init__(self, served: Served, in_the_hall: Browser, in_the_office: Browser) -> None:
        self.served = served
        self.in_the_hall = in_the_hall
        self.in_the_office = in_the_office
        self.complaints: list[str] = []

    @property
    def browsers(self) -> tuple[Browser, Browser]:
        return self.in_the_hall, self.in_the_office

    async def page(self, browser: Browser, size: tuple[int, int]) -> Page:
        """A window of this size, in a context of its own."""
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, permissions=["camera", "microphone"], base_url=self.served.url, locale="zh-CN"
        )
        await context.add_init_script(CONNECTIONS)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("console", lambda said: self._listen(said.text) if said.type == "error" else None)
        return page

    def _listen(self, text: str) -> None:
        # A server that was killed, and a page that is not logged in yet, are part of some stories; a refused script is of none.
        if "Content Security Policy" in text or "TrustedTypes" in text or "Uncaught" in text:
            self.complaints.append(text)

    # --- the kiosk ----------------------------------------------------------------------------------

    async def kiosk(self, number: int = 0) -> Page:
        """A browser window that has just become a kiosk by its one-time link."""
        page = await self.page(self.in_the_hall, PORTRAIT)
        code = await self.served.enrolment_code(self.served.kiosk("haiyan", number)["id"])
        await page.goto(f"/kiosk#enrol={code}")
        await shows(page, "screen-idle")
        return page

    async def choose_service(self, page: Page, home: str = "jinshan") -> None:
        """From the idle screen to the first consent: the first service of the first life event, every question answered so that it goes on."""
        await touch(page, "begin")
        await touch(page, f"home-{home}")
        await page.locator('[data-test^="life-event-"]').first.click()
        await page.locator('[data-test^="service-"]').first.click()
        await self._answer_questions(page)
        await give_names(page)

    async def _answer_questions(self, page: Page) -> None:
        await go_on(page)
        await touch(page, "go-on")
        await shows(page, "name")

    async def take_ticket(self, page: Page, home: str = "jinshan") -> str:
        """From the idle screen into the line, every consent given; returns the ticket's number."""
        await self.choose_service(page, home)
        return await self.agree(page)

    async def agree(self, page: Page) -> str:
        """From the first consent into the line, every one of them given; returns the ticket's number."""
        while True:
            screen = page.locator('[data-test="screen-consent"], [data-test="screen-waiting"], [data-test="screen-ringing"], [data-test="screen-talk"]')
            await screen.first.wait_for(timeout=PATIENCE_MS)
            consent = mark(page, "screen-consent")
            if not await consent.count():
                break
            which = await consent.get_attribute("data-consent")
            await touch(page, "consent-yes")
            await until(page, "w => document.querySelector(`[data-test='screen-consent'][data-consent='${w}']`) === null", which)
        return str(await until(page, "() => document.querySelector('[data-test=number]')?.textContent ?? '-'"))

    # --- the counter --------------------------------------------------------------------------------

    async def counter(self, number: int = 0, home: str = "jinshan", *, path: str = "/counter") -> Page:
        """A clerk's window, logged in, before the shift."""
        page = await self.page(self.in_the_office, DESK)
        await self.log_in(page, self.served.person(home, number=number), path)
        await shows(page, "screen-shift")
        return page

    async def log_in(self, page: Page, person: dict[str, Any], path: str) -> None:
        """Somebody of the trial shows who they are."""
        await page.goto(path)
        await mark(page, "login").fill(person["login"])
        await mark(page, "password").fill(person["password"])
        await touch(page, "log-in")

    async def desk(self, number: int = 0, home: str = "jinshan", *, path: str = "/counter") -> Page:
        """A clerk at work: counter chosen, devices checked, bell heard, available."""
        page = await self.counter(number, home, path=path)
        await self.start_shift(page)
        return page

    async def start_shift(self, page: Page) -> None:
        await page.locator('[data-test^="counter-"]:not([disabled])').first.check()
        await touch(page, "test-bell")
        await touch(page, "bell-yes")
        await touch(page, "start-shift")
        await shows(page, "screen-desk")
        await until(page, "() => document.querySelector('[data-test=presence]') !== null")

    # --- review -------------------------------------------------------------------------------------

    async def review(self, role: str = "supervisor", home: str = "jinshan", *, path: str = "/review") -> Page:
        """The review page of a supervisor (or audit administrator), logged in."""
        page = await self.page(self.in_the_office, DESK)
        await self.log_in(page, self.served.person(home, role), path)
        await page.locator('[data-test="screen-list"], [data-test="screen-session"]').first.wait_for(timeout=PATIENCE_MS)
        return page

    async def talk(self, *, path: str = "/counter") -> tuple[Page, Page, str]:
        """Kiosk and desk (opened at `path`) in the middle of a talk; both see each other. Returns the session's id too."""
        desk, kiosk = await self.desk(path=path), await self.kiosk()
        await self.take_ticket(kiosk)
        await touch(desk, "answer")
        await sees(desk, "resident")
        await sees(kiosk, "clerk")
        return kiosk, desk, await session_of(kiosk)


NAMES = ("王小明", "李思雨", "张建国", "陈秀英")


async def give_names(page: Page, *names: str) -> None:
    """Whoever applies, as many as the service asks for, up to the first consent; without `names` as they stand above."""
    for place, name in enumerate(names or NAMES, 1):
        await page.locator(f'[data-test="screen-identity-declare"][data-index="{place}"] [data-test="name"]').fill(name, timeout=PATIENCE_MS)
        await touch(page, "go-on")
        following = f'[data-test="screen-identity-declare"][data-index="{place + 1}"], [data-test="screen-people"], [data-test="screen-consent"]'
        if await (await page.wait_for_selector(following, timeout=PATIENCE_MS)).get_attribute("data-test") != "screen-identity-declare":
            break
    if await mark(page, "screen-people").count():
        await touch(page, "go-on")
    await shows(page, "screen-consent")


async def everybody_is_known(desk: Page) -> None:
    """The clerk says of each that they have seen the card: then a case may be accepted."""
    declared = desk.locator('[data-test^="party-seen-"]')
    await shows(desk, "parties")
    while left := await declared.count():
        await declared.first.click()
        await until(desk, "n => document.querySelectorAll('[data-test^=party-seen-]').length < n", left)


async def accepted(desk: Page) -> None:
    """The talk ends, and what it was about is accepted."""
    await everybody_is_known(desk)
    for control in ("end", "end-accepted", "end-yes"):
        await touch(desk, control)


async def session_of(kiosk: Page) -> str:
    """The session whose talk the page shows."""
    return str(await until(kiosk, "() => document.querySelector('[data-session][data-room]')?.dataset.session"))


@contextlib.asynccontextmanager
async def window(data: Path, *options: str, **variables: str) -> AsyncIterator[Window]:
    """Everything for one story, `options` for its server; it fails when a page broke one of its own rules on the way."""
    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is needed: `make test` installs it"
    async with serving(data, *options, **variables) as served, async_playwright() as playwright:
        browsers = await asyncio.gather(*(playwright.chromium.launch(executable_path=chromium, args=CHROMIUM) for _ in range(2)))
        opened = Window(served, *browsers)
        try:
            yield opened
        except BaseException:
            pages = [page for browser in browsers for context in browser.contexts for page in context.pages]
            for number, page in enumerate(pages):
                with contextlib.suppress(Exception):
                    await keep(page, f"failed-{data.parent.name}-{number}")
            print(served.log())
            raise
        finally:
            for browser in browsers:
                await browser.close()
        assert not opened.complaints, opened.complaints
