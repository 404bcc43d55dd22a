"""What was agreed to, in two real browsers: seen, read again, taken back in the middle of things, given again, said aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.pages.stage import LANDSCAPE, PORTRAIT, nothing_serious
from tests.browser.test_hold import SENT_MORE, traffic
from tests.browser.test_what_is_asked import LENS, kiosk_with_document_camera, picture
from tests.browser.window import keep, mark, shows, touch, until, window

PAPERS, RECORDING = "papers-to-home", "recording"
STANDS = "([text, state]) => document.querySelector(`[data-test='agreed-${text}']`)?.dataset.state === state"
GONE = "() => window.connections.every((each) => each.connectionState === 'closed')"


async def sized(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})


async def takes_back(kiosk: Page, text: str) -> None:
    """From whatever is on the glass: the card, the text, and twice the word."""
    await touch(kiosk, "agreed")
    await touch(kiosk, f"agreed-withdraw-{text}")
    await touch(kiosk, "agreed-sure")


async def test_papers_are_taken_back_in_the_middle_of_a_page_and_given_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kiosk_with_document_camera(tmp_path / "data", monkeypatch) as w:
        kiosk, desk, _ = await w.talk()
        await kiosk.evaluate(LENS)
        await touch(desk, "ask-page-0")
        await kiosk.evaluate("picture => window.lay(picture)", picture("good"))
        await touch(desk, "take")
        await desk.locator('[data-test^="still-"][data-reasons=""] button.primary').click()
        await until(desk, "() => document.querySelector('[data-test=material-0]').dataset.kept === 'true'")
        await touch(desk, "ask-page-1")
        await shows(kiosk, "asked")

        await touch(kiosk, "agreed")
        await shows(kiosk, "agreed-card")
        await keep(kiosk, "kiosk-agreed-list")
        await nothing_serious(kiosk, "what I agreed to")
        await sized(kiosk, LANDSCAPE)
        await keep(kiosk, "kiosk-agreed-list-landscape")
        await touch(kiosk, f"agreed-read-{PAPERS}")
        assert "材料" in await mark(kiosk, "agreed-body").inner_text()
        await keep(kiosk, "kiosk-agreed-read-landscape")
        await sized(kiosk, PORTRAIT)
        await touch(kiosk, "agreed-back")
        await touch(kiosk, f"agreed-withdraw-{PAPERS}")
        await keep(kiosk, "kiosk-agreed-withdraw")
        await nothing_serious(kiosk, "really take it back")
        await touch(kiosk, "agreed-keep")
        await until(kiosk, STANDS, [PAPERS, "given"])
        await touch(kiosk, f"agreed-withdraw-{PAPERS}")
        await touch(kiosk, "agreed-sure")
        await until(kiosk, STANDS, [PAPERS, "withdrawn"])
        await keep(kiosk, "kiosk-agreed-withdrawn")
        await touch(kiosk, "agreed-close")
        await mark(kiosk, "asked").wait_for(state="detached")
        await mark(kiosk, "own-papers").wait_for(state="detached")

        await shows(desk, "consent-news")
        await shows(desk, "papers-sealed")
        await mark(desk, "papers").wait_for(state="detached")
        assert not await mark(desk, "ask-page-0").is_enabled() and not await mark(desk, "ask-page-1").is_enabled()
        await nothing_serious(desk, "papers taken back")
        await keep(desk, "desk-papers-withdrawn")
        await sized(desk, (1920, 1080))
        await keep(desk, "desk-papers-withdrawn-wide")
        await touch(desk, "end")
        assert not await mark(desk, "end-accepted").is_enabled() and await mark(desk, "end-referred").is_enabled()
        await keep(desk, "desk-papers-withdrawn-end")
        await desk.keyboard.press("Escape")

        await touch(kiosk, "agreed")
        await touch(kiosk, f"agreed-give-{PAPERS}")
        await keep(kiosk, "kiosk-agreed-give")
        await touch(kiosk, "agreed-agree")
        await until(kiosk, STANDS, [PAPERS, "given"])
        await mark(desk, "papers-sealed").wait_for(state="detached")
        await until(desk, "() => document.querySelector('[data-test=consent-news]')?.dataset.state === 'given'")
        await until(desk, "() => !document.querySelector('[data-test=ask-page-1]').disabled")


async def test_the_recording_taken_back_ends_the_talk_and_not_one_packet_arrives_any_more(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        for page in (kiosk, desk):
            await until(page, SENT_MORE, ["inbound-rtp", "audio", (await traffic(page, "inbound-rtp"))["audio"]])
        await touch(kiosk, "agreed")
        await touch(kiosk, f"agreed-withdraw-{RECORDING}")
        await keep(kiosk, "kiosk-agreed-withdraw-recording")
        await touch(kiosk, "agreed-sure")

        await shows(kiosk, "staffed-window")
        assert await mark(kiosk, "screen-goodbye").get_attribute("data-reason") == "consent-withdrawn"
        await shows(desk, "wrap-up")
        await shows(desk, "consent-news")
        for page in (kiosk, desk):
            await until(page, GONE)
            assert await traffic(page, "inbound-rtp") == {"audio": 0, "video": 0}, "no connection is left that could bring any"
        await keep(kiosk, "kiosk-recording-withdrawn")
        await nothing_serious(kiosk, "recording taken back")
        await sized(kiosk, LANDSCAPE)
        await keep(kiosk, "kiosk-recording-withdrawn-landscape")
        await touch(kiosk, "finish")  # before a minute is over, in which the kiosk forgets by itself
        await shows(kiosk, "screen-idle")
        assert await mark(kiosk, "agreed").count() == 0, f"nothing of {session} is left"
        await keep(desk, "desk-recording-withdrawn")
        await nothing_serious(desk, "recording taken back")
        assert not await mark(desk, "outcome-accepted").is_enabled()
        await touch(desk, "outcome-referred")
        await touch(desk, "outcome-home-elsewhere")
        await touch(desk, "complete")
        await shows(desk, "stage-quiet")


async def test_in_the_line_too_and_refusing_at_the_card_still_leads_to_the_staffed_window(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk = await w.kiosk()
        await w.choose_service(kiosk)
        await touch(kiosk, "consent-no")
        await shows(kiosk, "screen-staffed-window")
        await touch(kiosk, "staffed-done")
        await shows(kiosk, "screen-idle")

        await w.take_ticket(kiosk)
        await shows(kiosk, "screen-waiting")
        await touch(kiosk, "letters-2")
        await touch(kiosk, "agreed")
        await keep(kiosk, "kiosk-agreed-line-large")
        await touch(kiosk, f"agreed-withdraw-{RECORDING}")
        await keep(kiosk, "kiosk-agreed-line-large-withdraw")
        await touch(kiosk, "agreed-sure")
        await shows(kiosk, "staffed-window")
        assert await mark(kiosk, "agreed").count() == 0
        await touch(kiosk, "finish")
        await shows(kiosk, "screen-idle")


async def test_who_cannot_touch_says_it_aloud_and_the_clerk_enters_it(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        assert await mark(desk, "spoken-recording").count() == 0, "that one is touched"
        await touch(desk, f"spoken-{PAPERS}")
        await shows(desk, "spoken-dialog")
        await keep(desk, "desk-spoken")
        await nothing_serious(desk, "what was said aloud")
        await touch(desk, "spoken-enter")
        await until(desk, "() => document.querySelector('[data-test=consent-papers-to-home]').dataset.state === 'withdrawn'")
        assert await mark(desk, "consent-news").count() == 0, "the clerk knows"
        await touch(kiosk, "agreed")
        await until(kiosk, STANDS, [PAPERS, "withdrawn"])
        assert await mark(kiosk, f"agreed-{PAPERS}").get_attribute("data-method") == "spoken"
        await keep(kiosk, "kiosk-agreed-spoken")
        await touch(kiosk, "agreed-close")
        await touch(desk, f"spoken-{PAPERS}")
        await touch(desk, "spoken-enter")
        await until(desk, "() => { const c = document.querySelector('[data-test=consent-papers-to-home]').dataset; return c.state === 'given' && c.method === 'spoken'; }")
        await takes_back(kiosk, PAPERS)
        await until(desk, "() => document.querySelector('[data-test=consent-papers-to-home]').dataset.method === 'touch'")
