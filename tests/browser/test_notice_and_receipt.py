"""Sent home with everything in writing: the notice is written, shown and printed, the receipt too, and its code is looked up elsewhere."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from signaling.office.form_pictures import page_texts
from signaling.office.press import pictured
from tests.browser.pages.stage import nothing_serious
from tests.browser.window import PORTRAIT, SCREENSHOTS, Window, keep, mark, shows, touch, until, window

PRINTER = """() => {
  window.printed = [];
  window.print = () => window.printed.push([...document.querySelectorAll('.print-sheets img')].map((page) => page.naturalWidth));
}"""
PDF = """async (path) => {
  const answer = await fetch(path);
  return { status: answer.status, bytes: answer.ok ? Array.from(new Uint8Array(await answer.arrayBuffer())) : [] };
}"""


async def fetched(page: Page, session: str, paper: str) -> tuple[int, bytes]:
    answer = await page.evaluate(PDF, f"/api/v1/sessions/{session}/papers/{paper}?as=kiosk")
    return answer["status"], bytes(answer["bytes"])


async def types(page: Page, code: str) -> None:
    for letter in code.replace("-", ""):
        await touch(page, f"code-key-{letter}")


async def kiosk_in(w: Window, host: str) -> Page:
    page = await w.page(w.in_the_hall, PORTRAIT)
    await page.goto(f"/kiosk#enrol={await w.served.enrolment_code(w.served.kiosk(host)['id'])}")
    await shows(page, "screen-idle")
    return page


async def test_whoever_is_sent_home_takes_everything_along_in_writing(tmp_path: Path) -> None:
    async with window(tmp_path / "data", VIRTUAL_WINDOW_SESSION_FAREWELL_SECONDS="600") as w:
        kiosk, desk, session = await w.talk()
        await kiosk.evaluate(PRINTER)

        await touch(desk, "end")
        await touch(desk, "end-returned")
        await shows(desk, "notice-wait")
        assert await mark(desk, "end-yes").is_disabled()
        await touch(desk, "notice-write")
        await mark(desk, "notice-remark-0").fill("请带原件，复印件不收")
        await mark(desk, "notice-remark").fill("周一到周五上午九点到下午四点半都可以来。")
        await keep(desk, "counter-notice")
        await nothing_serious(desk, "writing a notice")
        await desk.set_viewport_size({"width": 1920, "height": 1080})
        await keep(desk, "counter-notice-wide")
        await touch(desk, "notice-give")
        await until(desk, "() => document.querySelector('[data-test=notice]')?.dataset.n === '1'")
        await keep(desk, "counter-notice-given")
        await touch(desk, "end-yes")

        assert await (await shows(kiosk, "outcome")).get_attribute("data-outcome") == "returned"
        assert await kiosk.locator('[data-test="notice-line"]').count() >= 1
        code = str(await (await shows(kiosk, "receipt-code")).text_content())
        await shows(kiosk, "print-receipt")
        await keep(kiosk, "kiosk-notice")
        await nothing_serious(kiosk, "the farewell with a notice")
        for n, paper in enumerate(("notice", "receipt"), 1):
            await touch(kiosk, f"print-{paper}")
            await until(kiosk, "n => window.printed.length === n", n)
            await until(kiosk, "() => document.querySelector('[data-test=print-state]')?.dataset.state === 'printed'")
            assert await kiosk.locator(".print-sheets").count() == 0, "nothing of it stays in the page"
            status, pdf = await fetched(kiosk, session, paper)
            assert status == 200
            text = "".join("".join(page_texts(pdf)).split())
            assert "王＊＊" in text and "王小明" not in text
            assert ("请带原件，复印件不收" in text) if paper == "notice" else (code in text)
            for sheet, page in enumerate(pictured(pdf), 1):
                (SCREENSHOTS / f"paper-{paper}-{sheet}.png").write_bytes(page.png)
        assert await kiosk.evaluate("() => window.printed") == [[1654], [1654]]
        await kiosk.set_viewport_size({"width": 1920, "height": 1080})
        await keep(kiosk, "kiosk-notice-landscape")

        await touch(kiosk, "skip-rating")
        await shows(kiosk, "screen-idle")
        assert "复印件" not in await kiosk.content() and code not in await kiosk.content()
        await until(kiosk, "async path => (await fetch(path)).status === 404", f"/api/v1/sessions/{session}/papers/receipt?as=kiosk")

        elsewhere = await kiosk_in(w, "jinshan")
        await keep(elsewhere, "kiosk-idle-with-look-up")
        await touch(elsewhere, "look-up")
        await types(elsewhere, "AAAAA-AAAAA")
        await touch(elsewhere, "code-send")
        assert await (await shows(elsewhere, "look-up-problem")).get_attribute("data-code") == "unknown-receipt"
        for _ in range(10):
            await touch(elsewhere, "code-erase")
        await types(elsewhere, code)
        await keep(elsewhere, "kiosk-look-up")
        await nothing_serious(elsewhere, "a receipt's code")
        await elsewhere.set_viewport_size({"width": 1920, "height": 1080})
        await keep(elsewhere, "kiosk-look-up-landscape")
        await touch(elsewhere, "code-send")
        assert await (await shows(elsewhere, "screen-status")).get_attribute("data-state") == "returned"
        await keep(elsewhere, "kiosk-status-landscape")
        await elsewhere.set_viewport_size({"width": 1080, "height": 1920})
        await keep(elsewhere, "kiosk-status")
        await nothing_serious(elsewhere, "how the case stands")
        assert await elsewhere.locator('[data-test="lacking"]').count() >= 1
        shown = await elsewhere.content()
        assert "王" not in shown and session not in shown and "310116" not in shown
        await touch(elsewhere, "status-done")
        await shows(elsewhere, "screen-idle")
