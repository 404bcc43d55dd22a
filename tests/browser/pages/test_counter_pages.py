"""The clerk's day in a real Chromium: a shift that begins with a bell one can hear, a ring one cannot miss, a note that is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from signaling.wire.base import Command, Message
from signaling.wire.desk import AnswerRing, CompleteWrapUp, EndSession, Hold, SaveNote, SetPresence, StartShift
from signaling.wire.replies import Done, Refused
from tests.browser.pages import views
from tests.browser.pages.stage import CLERK, DESK, PASSWORD, PageServer, becomes, nothing_serious, page_at, shows, touch
from tests.scripted_server import ScriptedServer, Who
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Counts what would be heard: tones that were started and not cut off from the loudspeaker.
LISTEN = """(() => {
  window.tones = 0; window.cut = 0;
  const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (...all) { window.tones += 1; return start.apply(this, all); };
  const cut = GainNode.prototype.disconnect; GainNode.prototype.disconnect = function (...all) { window.cut += 1; return cut.apply(this, all); };
})()"""


async def log_in(page: Page, password: str = PASSWORD) -> None:
    await page.locator("[data-test=login]").fill("li")
    await page.locator("[data-test=password]").fill(password)
    await touch(page, "log-in")


async def at_desk(page: Page, server: PageServer, **what: Any) -> None:
    """Logged in, bell tested, at work; the desk shows `what`."""
    server.show(CLERK, views.desk(counter=None, presence="offline"))
    await page.goto("/counter")
    await log_in(page)
    await touch(page, "counter-jinshan-3", "test-bell", "bell-yes", "start-shift")
    await server.asked(CLERK, StartShift)
    server.show(CLERK, views.desk(**what))
    await shows(page, "screen-desk")


def in_talk(**how: Any) -> dict[str, Any]:
    return {"presence": "busy", "talk": views.talk("clerk", **how), "resident": views.RESIDENT}


async def test_a_wrong_password_is_said_in_words_and_the_right_one_opens(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        server.show(CLERK, views.desk(counter=None, presence="offline"))
        await page.goto("/counter")
        await log_in(page, "wrong")
        await shows(page, "login-problem")
        assert "不正确" in (await page.locator("[data-test=login-problem]").text_content() or "")
        await nothing_serious(page, "login")
        await log_in(page)
        await shows(page, "screen-shift")


async def test_a_supervisor_sees_a_plain_page_and_a_way_out(browser: Browser, complaints: list[str]) -> None:
    async with PageServer(role="supervisor") as server, page_at(browser, server.url, DESK, complaints) as page:
        await page.goto("/counter")
        await log_in(page)
        await shows(page, "screen-other-role")
        await nothing_serious(page, "other role")
        await touch(page, "log-out")
        await shows(page, "screen-login")
        assert server.sockets == {}


async def test_no_shift_begins_before_the_bell_was_heard(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        server.show(CLERK, views.desk(counter=None, presence="offline"))
        await page.goto("/counter")
        await log_in(page)
        await shows(page, "screen-shift")
        await becomes(page, "() => Number(document.querySelector('video')?.dataset.frames) > 0")
        await touch(page, "counter-jinshan-3")
        assert await page.locator("[data-test=start-shift]").is_disabled()
        assert await page.locator("[data-test=counter-jinshan-2]").is_disabled(), "somebody works there"
        await touch(page, "test-bell", "bell-no")
        assert await page.locator("[data-test=start-shift]").is_disabled()
        await nothing_serious(page, "shift")
        await touch(page, "test-bell", "bell-yes", "start-shift")
        [started] = await server.asked(CLERK, StartShift)
        assert started.counter == "jinshan-3"


async def test_a_ring_is_heard_seen_and_answered_with_one_key(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await page.add_init_script(LISTEN)
        await at_desk(page, server)
        before = await page.evaluate("() => tones")
        server.show(CLERK, views.desk(ring=views.ring(), presence="ringing"))
        await shows(page, "ring")
        assert await page.evaluate("() => tones") > before + 20, "planned ahead for as long as it rings"
        assert views.NUMBER in await page.title()
        assert views.RESIDENT in (await page.locator("[data-test=ring-resident]").text_content() or "")
        await nothing_serious(page, "ring")
        await page.keyboard.press("a")
        [answered] = await server.asked(CLERK, AnswerRing)
        assert answered.session == views.SESSION
        silenced = await page.evaluate("() => cut")
        server.show(CLERK, views.desk(**in_talk()))
        await shows(page, "stage-talk")
        assert await page.evaluate("() => cut") > silenced
        assert views.NUMBER not in await page.title()


async def test_after_a_reload_the_silent_bell_is_said_loudly(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server)
        assert not await page.locator("[data-test=bell-muffled]").is_visible()
        await page.reload()
        await shows(page, "bell-muffled")
        await touch(page, "presence")  # any click will do
        await page.locator("[data-test=bell-muffled]").wait_for(state="detached")


async def test_a_missed_ring_waits_for_the_clerk_s_own_word(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, presence="away", away_because="missed")
        await nothing_serious(page, "missed")
        await touch(page, "im-back")
        [wish] = await server.asked(CLERK, SetPresence)
        assert wish.wish == "available"


async def test_a_note_survives_a_server_that_cannot_store_and_a_reload(browser: Browser, complaints: list[str]) -> None:
    stored: list[str] = []
    broken = True

    async def script(server: ScriptedServer, who: Who, command: Command) -> Message:
        if isinstance(command, SaveNote):
            if broken:
                return Refused(code="store-away", text="", re=command.id)
            stored.append(command.note)
        return Done(re=command.id)

    async with PageServer(script) as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **in_talk())
        await page.locator("[data-test=note]").fill("户口簿已看，居住证待补")
        await becomes(page, "() => document.querySelector('[data-test=note-state]').dataset.state === 'failed'")
        await page.reload()
        await shows(page, "note")
        assert await page.locator("[data-test=note]").input_value() == "户口簿已看，居住证待补"
        broken = False
        await until(lambda: stored)
        assert stored[-1] == "户口簿已看，居住证待补"
        await becomes(page, "() => document.querySelector('[data-test=note-state]').dataset.state === 'saved' && sessionStorage.length === 0")


async def test_letters_typed_into_a_note_are_letters(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **in_talk())
        await page.locator("[data-test=note]").press_sequentially("hem?")
        await server.asked(CLERK, SaveNote)
        assert server.commands(CLERK, Hold) == []
        assert not await page.locator("[data-test=end-dialog]").is_visible()
        await page.locator("[data-test=screen-desk]").click(position={"x": 5, "y": 300})
        await page.keyboard.press("?")
        await shows(page, "help-dialog")
        await nothing_serious(page, "help")
        await page.keyboard.press("Escape")
        await page.locator("[data-test=help-dialog]").wait_for(state="detached")
        await page.keyboard.press("h")
        await server.asked(CLERK, Hold)


async def test_a_talk_ends_in_two_steps_and_the_wrap_up_completes_it(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **in_talk())
        await nothing_serious(page, "talk")
        await touch(page, "end")
        assert await page.locator("[data-test=end-yes]").is_disabled()
        await touch(page, "end-referred")
        assert await page.locator("[data-test=end-yes]").is_disabled(), "whoever is referred is told where"
        await touch(page, "end-home-pinghu", "end-yes")
        [ended] = await server.asked(CLERK, EndSession)
        assert (ended.outcome, ended.refer_to) == ("referred", "pinghu")
        server.show(CLERK, views.desk(presence="wrap-up", wrap_up=views.wrap_up("referred", "缺居住证")))
        await shows(page, "wrap-up")
        await nothing_serious(page, "wrap-up")
        assert await page.locator("[data-test=outcome-referred]").is_checked()
        assert await page.locator("[data-test=note]").input_value() == "缺居住证"
        await touch(page, "outcome-referred", "complete")
        [complete] = await server.asked(CLERK, CompleteWrapUp)
        assert (complete.outcome, complete.note) == ("referred", "缺居住证")


async def test_what_the_server_refuses_is_said_in_words(browser: Browser, complaints: list[str]) -> None:
    async def script(server: ScriptedServer, who: Who, command: Command) -> Message:
        return Refused(code="already-taken", text="", re=command.id) if isinstance(command, AnswerRing) else Done(re=command.id)

    async with PageServer(script) as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, ring=views.ring(), presence="ringing")
        await touch(page, "answer")
        await shows(page, "problem")
        assert await page.locator("[data-test=problem]").get_attribute("data-code") == "already-taken"
        assert "其他窗口" in (await page.locator("[data-test=problem]").text_content() or "")


async def test_of_two_windows_the_newer_works_and_the_older_can_take_over(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, **in_talk())
        server.bye(CLERK, "taken-over", again=False)
        await shows(page, "screen-taken-over")
        assert await page.locator("video").count() == 0
        await touch(page, "take-over")
        await shows(page, "screen-desk")


async def test_the_desk_fits_its_smallest_screen(browser: Browser, complaints: list[str]) -> None:
    async with PageServer() as server, page_at(browser, server.url, DESK, complaints) as page:
        await at_desk(page, server, line=views.line(), **in_talk())
        assert await page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == list(DESK)
        seen = await page.evaluate("""() => ['toggle-microphone', 'toggle-camera', 'share', 'hold', 'end', 'note'].map((test) => {
          const r = document.querySelector(`[data-test="${test}"]`).getBoundingClientRect();
          return r.left >= 0 && r.right <= innerWidth && r.bottom <= innerHeight && r.width > 0;
        })""")
        assert seen == [True] * 6
