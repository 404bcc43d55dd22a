"""The clerk's tools in a real Chromium: the form beside the resident, an operation, written lines, pages checked against their originals."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page

from signaling.wire import asks, control, forms
from signaling.wire.desk import DeskView
from signaling.wire.talk import SourceState
from tests.browser.pages import views
from tests.browser.pages.desk_table import DeskTable
from tests.browser.pages.stage import CLERK, DESK, LANDSCAPE, PageServer, becomes, nothing_serious, page_at, shows, touch
from tests.browser.pages.test_counter_pages import at_desk
from tests.browser.window import keep
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")
PORTAL = control.WindowOffered("portal", "一网通办")


def talking(**what: Any) -> dict[str, Any]:
    """A talk in which this is the case."""
    return {"presence": "busy", "talk": views.replace(views.talk("clerk"), **{"has_form": True, **what}), "resident": views.RESIDENT}


def in_talk(**what: Any) -> DeskView:
    return views.desk(**talking(**what))


def granted(scope: str = "form", level: control.Level = "control", seconds: float = 240) -> control.Granted:
    return control.Granted("grant-request-1", scope, level, "fill-in", views.CLOCK.now() + seconds)


def asked_control(seconds: float = 45, scope: str = "form") -> asks.AskedControl:
    return asks.AskedControl("ask-control-1", views.CLOCK.now() + seconds, scope, "表单", "control", "fill-in", 5)


def ended(because: str, what: Literal["control", "grant"] = "control", by: Literal["resident", "clerk"] | None = None, of: str = "ask-control-1") -> asks.AskEnded:
    return asks.AskEnded(of, what, because, by)


def still(**what: Any) -> asks.Still:
    plain: dict[str, Any] = {"number": 41, "material": 0, "width": 413, "height": 584, "reasons": [], "glare": None, "kept": True, "page": 1, "checked": False}
    return asks.Still(**{**plain, **what})


async def gone(page: Page, test: str) -> None:
    await page.locator(f"[data-test='{test}']").wait_for(state="detached")


OVERFLOW = "() => [document.documentElement.scrollWidth > innerWidth, document.documentElement.scrollHeight > innerHeight]"
BOTH_SEEN = """() => ['form-seat', 'camera-resident'].map((test) => document.querySelector(`[data-test="${test}"]`).getBoundingClientRect())
  .map(({left, top, right, bottom}) => right - left >= 150 && bottom - top >= 100 && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight)"""


@pytest.mark.parametrize("size", [DESK, LANDSCAPE])
async def test_form_and_resident_are_seen_at_once(browser: Browser, complaints: list[str], size: tuple[int, int]) -> None:
    server = PageServer()
    table = DeskTable(server)
    async with server, page_at(browser, server.url, size, complaints) as page:
        await at_desk(page, server, **talking())
        await touch(page, "lay-form")
        await server.asked(CLERK, forms.LayForm)
        server.show(CLERK, in_talk(form=table.talk_form()))
        await shows(page, "guided-form")
        for front in ("form", "picture"):
            await touch(page, f"front-{front}")
            assert await page.evaluate(BOTH_SEEN) == [True, True], front
            assert await page.evaluate(OVERFLOW) == [False, False], front
            await nothing_serious(page, f"form, {front} in front")
            await keep(page, f"desk-form-{front}-{size[0]}")
        await touch(page, "language")
        await becomes(page, "() => document.documentElement.lang === 'en'")
        assert await page.evaluate(BOTH_SEEN) == [True, True], "in English"
        assert await page.evaluate(OVERFLOW) == [False, False], "in English"
        await keep(page, f"desk-form-english-{size[0]}")
        await touch(page, "put-form-away")
        await server.asked(CLERK, forms.PutFormAway)
        server.show(CLERK, in_talk(form=table.talk_form(laid=False)))
        await gone(page, "form-seat")


async def test_a_form_is_frozen_signed_and_melted_only_when_meant(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = DeskTable(server)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **talking(form=table.talk_form()))
        await shows(page, "freeze-form")
        assert await page.locator("[data-test=freeze-form]").is_disabled()
        table.confirmed = table.pages
        table.say()
        await becomes(page, "() => { const p = document.querySelector('[data-test=form-progress]'); return p.dataset.done === p.dataset.all && p.dataset.all > 0; }")
        await touch(page, "freeze-form")
        await server.asked(CLERK, forms.FreezeForm)
        server.show(CLERK, in_talk(form=table.talk_form(frozen=True)))
        await shows(page, "form-page-3")
        assert await page.locator("[data-test=form-paper]").get_attribute("rel") == "noopener"
        await touch(page, "ask-signature-0")
        [asked] = await server.asked(CLERK, forms.AskForSignature)
        assert asked.signer == 0
        until_then = views.CLOCK.now() + 60
        server.show(CLERK, in_talk(form=table.talk_form(frozen=True), asked=asks.AskedSignature("ask-signature-1", until_then, "7", 0)))
        await shows(page, "asked-signature")
        assert "男方" in (await page.locator("[data-test=asked-signature]").text_content() or "")
        await nothing_serious(page, "asked for a signature")
        await keep(page, "desk-form-frozen")
        server.show(CLERK, in_talk(form=table.talk_form(frozen=True, signed=(True, False)), ended=asks.AskEnded("ask-signature-1", "signature", "done", None)))
        await becomes(page, "() => document.querySelector('[data-test=signer-0]').dataset.signed === 'true'")
        assert await page.locator("[data-test=told]").count() == 0, "it is seen"
        await touch(page, "melt-form")
        await shows(page, "melt-dialog")
        await nothing_serious(page, "melt")
        await touch(page, "melt-no")
        await gone(page, "melt-dialog")
        assert server.commands(CLERK, forms.MeltForm) == []
        server.show(CLERK, in_talk(form=table.talk_form(frozen=True, signed=(True, True), paper="9")))
        await shows(page, "form-signed")
        await page.locator("[data-test=form-signed]").scroll_into_view_if_needed()
        await keep(page, "desk-form-signed")
        await touch(page, "melt-form", "melt-yes")
        await server.asked(CLERK, forms.MeltForm)
        server.show(CLERK, views.desk(presence="wrap-up", wrap_up=views.wrap_up(form=table.talk_form(frozen=True, signed=(True, True), paper="9"))))
        await shows(page, "wrap-up-form")
        await nothing_serious(page, "form in the wrap-up")
        await keep(page, "desk-form-wrap-up")


async def test_an_operation_is_asked_for_with_scope_purpose_and_minutes(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = DeskTable(server)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **talking())
        assert await page.locator("[data-test=ask-control]").is_disabled(), "nothing can be operated"
        server.show(CLERK, in_talk(form=table.talk_form(), windows=[PORTAL]))
        await touch(page, "ask-control")
        await shows(page, "control-dialog")
        assert await page.locator("[data-test=control-level-view]").is_disabled(), "the form is seen by both anyway"
        await touch(page, "control-window-portal", "control-level-view", "control-purpose-find")
        await page.locator("[data-test=control-minutes]").fill("12")
        await nothing_serious(page, "control dialog")
        await keep(page, "desk-control-dialog")
        await touch(page, "control-ask")
        [asked] = await server.asked(CLERK, control.AskForControl)
        assert (asked.scope, asked.level, asked.purpose, asked.minutes) == ("portal", "view", "find", 12)
        for code in ("refused", "silence"):
            server.show(CLERK, in_talk(form=table.talk_form(), asked=asked_control()))
            await shows(page, "asked-control")
            assert await page.locator("[data-test=told]").count() == 0, "the next question stands"
            server.show(CLERK, in_talk(form=table.talk_form(), ended=ended(code)))
            await gone(page, "asked-control")
            assert await page.locator("[data-test=told]").get_attribute("data-code") == code
        await keep(page, "desk-told")
        await touch(page, "told-close")
        await gone(page, "told")
        server.show(CLERK, in_talk(form=table.talk_form(), asked=asked_control()))
        await touch(page, "withdraw")
        await server.asked(CLERK, asks.WithdrawAsk)
        server.show(CLERK, in_talk(form=table.talk_form(), ended=ended("withdrawn")))
        await gone(page, "asked-control")
        assert await page.locator("[data-test=told]").count() == 0, "one's own word needs no telling"


async def test_an_operated_form_takes_the_residents_answers_from_the_clerk_until_it_is_stopped(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    table = DeskTable(server)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **talking(form=table.talk_form()))
        await shows(page, "guided-form")
        await page.locator("[data-test=page]").nth(2).click()
        answers = page.locator("[data-field=man-agrees] input")
        assert await answers.first.is_disabled()
        assert server.commands(CLERK, forms.TurnPage) == [], "only who may operate turns the resident's page"
        table.operated = True
        server.show(CLERK, in_talk(form=table.talk_form(), grant=granted()))
        await shows(page, "grant-bar")
        await page.locator("[data-field=man-agrees] label").first.click()
        [edit] = await server.asked(CLERK, forms.EditForm)
        assert edit.field == "man-agrees"
        await page.locator("[data-test=page]").first.click()
        [turned] = await server.asked(CLERK, forms.TurnPage)
        assert turned.page == "man"
        await nothing_serious(page, "operated form")
        await page.locator("[data-test=page]").nth(2).click()
        await keep(page, "desk-form-operated")
        await touch(page, "control-stop")
        [stopped] = await server.asked(CLERK, control.StopControl)
        assert stopped.grant == "grant-request-1"
        server.show(CLERK, in_talk(form=table.talk_form(), ended=ended("stop-key", "grant", "clerk", "grant-request-1")))
        await gone(page, "grant-bar")
        assert await page.locator("[data-test=told]").count() == 0, "the clerk has ended it"
        assert await answers.first.is_disabled()
        server.show(CLERK, in_talk(form=table.talk_form(), grant=views.replace(granted(), id="grant-request-2")))
        await shows(page, "grant-bar")
        server.show(CLERK, in_talk(form=table.talk_form(), ended=ended("stop-key", "grant", "resident", "grant-request-2")))
        await shows(page, "told")
        assert await page.locator("[data-test=told]").get_attribute("data-code") == "stopped"


# A picture of a window as a kiosk would send it: 800 by 300, so that it does not fill its tile.
WINDOW_PICTURE = """() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 300 });
  const pen = canvas.getContext('2d');
  setInterval(() => { pen.fillStyle = '#eee'; pen.fillRect(0, 0, 800, 300); pen.fillStyle = '#222'; pen.font = '28px sans-serif'; pen.fillText('一网通办 ' + Date.now() % 1000, 60, 80); }, 50);
  document.querySelector("[data-test='screen-resident']").track = canvas.captureStream(20).getVideoTracks()[0];
}"""


async def test_hand_and_keys_over_a_window_become_what_the_kiosk_takes(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        shown = [*views.talk("clerk").sources, SourceState(participant="resident", source="screen", on=True)]
        await at_desk(page, server, **talking(sources=shown, windows=[PORTAL], grant=granted("portal")))
        surface = page.locator("[data-test=operate-surface]")
        await surface.wait_for()
        await page.evaluate(WINDOW_PICTURE)
        await becomes(page, "() => document.querySelector('[data-test=screen-resident] video').videoWidth === 800")
        box = await surface.bounding_box()
        assert box is not None
        scale = min(box["width"] / 800, box["height"] / 300)
        left, top = box["x"] + (box["width"] - 800 * scale) / 2, box["y"] + (box["height"] - 300 * scale) / 2

        def done() -> list[Any]:
            return [command.action for command in server.commands(CLERK, control.Operate)]

        await page.mouse.click(left + 200 * scale, top + 225 * scale)
        await until(lambda: any(isinstance(each, control.Release) for each in done()))
        press = next(each for each in done() if isinstance(each, control.Press))
        assert abs(press.x - 0.25) < 0.01 and abs(press.y - 0.75) < 0.01, "a place in the window, however it is shown"
        await page.keyboard.type("abc")
        await page.keyboard.insert_text("张三")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Control+c")
        await page.keyboard.press("ArrowLeft")
        await until(lambda: any(isinstance(each, control.Key) and each.name == "Left" for each in done()))
        assert "".join(each.text for each in done() if isinstance(each, control.Letters)) == "abc张三"
        assert [(each.name, each.modifier) for each in done() if isinstance(each, control.Key)] == [("Tab", ""), ("Left", "")]
        kinds = [type(each).__name__ for each in done() if not isinstance(each, control.Move)]
        assert kinds.index("Press") < kinds.index("Release") < kinds.index("Letters") < kinds.index("Key")
        assert len(done()) < 20, "letters go together"
        lines = [control.UsedLine("typed", "name", 5), control.UsedLine("refused", None, 1, "outside-window")]
        server.tell(CLERK, control.ControlReported(views.SESSION, "grant-request-1", lines))
        await shows(page, "control-used")
        await becomes(page, "() => document.querySelectorAll('[data-test=control-used] li').length === 2")
        assert await surface.bounding_box() == box, "what is reported does not move the picture under the hand"
        await nothing_serious(page, "operated window")
        await keep(page, "desk-window-operated")
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        assert await page.evaluate("() => document.activeElement.dataset.test") == "control-stop", "no trap for the keyboard"
        await page.mouse.move(box["x"] + 3, box["y"] + 3)
        await page.mouse.down()
        await page.mouse.up()
        await page.keyboard.press("Enter")
        await until(lambda: any(isinstance(each, control.Key) and each.name == "Enter" for each in done()))
        assert len([each for each in done() if isinstance(each, control.Press)]) == 1, "beside the picture is no place"


async def test_lines_are_written_read_and_counted(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        now = views.CLOCK.now()
        theirs = control.TextLine(1, "resident", now, "我的手机号是 13800138000")
        await at_desk(page, server, line=views.line(2), **talking(texts=[theirs]))
        assert await page.locator("[data-test=text-open]").get_attribute("data-unread") == "1"
        await keep(page, "desk-text-unread")
        await page.locator("[data-test=clock]").click()
        await page.keyboard.press("t")
        await becomes(page, "() => document.activeElement?.dataset.test === 'text-field'")
        assert await page.locator("[data-test=text-open]").get_attribute("data-unread") == "0"
        await page.keyboard.type("first")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("second")
        assert server.commands(CLERK, control.SendText) == []
        await page.reload()
        server.show(CLERK, in_talk(texts=[theirs]))
        await touch(page, "text-open")
        assert await page.locator("[data-test=text-field]").input_value() == "first\nsecond"
        await page.locator("[data-test=text-field]").press("Enter")
        [sent] = await server.asked(CLERK, control.SendText)
        assert sent.text == "first\nsecond"
        await becomes(page, "() => document.querySelector('[data-test=text-field]').value === ''")
        server.show(CLERK, views.desk(line=views.line(2), **talking(texts=[theirs, control.TextLine(2, "clerk", now, sent.text)])))
        await becomes(page, "() => document.querySelectorAll('[data-test=text-line]').length === 2")
        await nothing_serious(page, "written lines")
        await keep(page, "desk-text")
        await page.locator("[data-test=text-field]").press("Escape")
        await gone(page, "text-panel")


async def test_a_page_is_checked_against_its_original_after_a_sentence(browser: Browser, complaints: list[str]) -> None:
    server = PageServer()
    DeskTable(server)
    async with server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **talking(stills=[still(), still(number=42, page=2, checked=True)]))
        await shows(page, "page-1")
        await shows(page, "checked-42")
        assert await page.locator("[data-test=check-still]").count() == 0, "no power, no key"
        server.show(CLERK, in_talk(may_check=True, stills=[still(), still(number=42, page=2, checked=True)]))
        await touch(page, "check-still")
        await shows(page, "check-dialog")
        assert "原件" in (await page.locator("[data-test=check-dialog]").text_content() or "")
        await nothing_serious(page, "check dialog")
        await keep(page, "desk-check-dialog")
        assert server.commands(CLERK, asks.CheckStill) == []
        await touch(page, "check-yes")
        [checked] = await server.asked(CLERK, asks.CheckStill)
        assert checked.still == 41
        await gone(page, "check-dialog")
        await touch(page, "look-42")
        assert await page.locator("[data-test=still-dialog]").get_attribute("data-form") == "checked"
        await nothing_serious(page, "checked copy")
        await keep(page, "desk-checked-copy")
        await touch(page, "form", "form")
        assert await page.locator("[data-test=still-dialog]").get_attribute("data-form") == "original"
        await touch(page, "form-checked")
        assert await page.locator("[data-test=still-dialog]").get_attribute("data-form") == "checked"
