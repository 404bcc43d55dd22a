"""Two cases of a visit that come to nothing yet: each with its notice at the farewell, or kept open when the talk ended too soon."""

from __future__ import annotations

from pathlib import Path

from tests.browser.test_cases import CARD, ON_TABLE, OUTCOMES, SETTLED, TEMPORARY, both_ways, meet, named, to_names, wide_and_small
from tests.browser.window import keep, mark, shows, touch, until, window


async def test_two_cases_are_sent_home_and_each_has_its_notice(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desk, kiosk = await w.desk(), await w.kiosk()
        await kiosk.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
        await to_names(kiosk, CARD, "identity")
        await named(kiosk, "王小明")
        await w.agree(kiosk)
        assert await (await shows(desk, "ring-answered")).get_attribute("data-when") == "this-visit"
        await keep(desk, "counter-ring-answered")
        session = await meet(kiosk, desk)
        assert await (await shows(desk, "case-answered")).get_attribute("data-verdict") in ("go-on", "go-on-bring")
        await touch(desk, "case-more")
        await touch(desk, f"open-{TEMPORARY}")
        await until(desk, ON_TABLE, TEMPORARY)
        await until(desk, "() => document.querySelector('[data-test=case-answered]')?.dataset.when === 'not'")
        assert await desk.locator("[data-test^=to-do-]").count() == 2

        await touch(desk, "end")
        await shows(desk, "last-chance")
        await wide_and_small(desk, "counter-end-last-chance")
        for control in ("end-returned", "notice-write", "notice-give"):
            await touch(desk, control)
        await until(desk, "() => document.querySelector('[data-test=notice]')?.dataset.n === '1'")
        await desk.locator('[data-test="cases-open"] button').click()
        await touch(desk, "settle-returned")
        await touch(desk, "settle-turn")
        await until(desk, ON_TABLE, CARD)
        for control in ("end-returned", "notice-write", "notice-give"):
            await touch(desk, control)
        await until(desk, "() => document.querySelector('[data-test=notice]')?.dataset.n === '1'")
        await desk.locator('[data-test="cases-open"] button').click()
        for control in ("settle-returned", "settle-yes"):
            await touch(desk, control)
        await until(desk, SETTLED, TEMPORARY)
        await touch(desk, "end-yes")

        await shows(kiosk, "farewell-case")
        assert await until(kiosk, OUTCOMES) == ["returned", "returned"]
        await shows(kiosk, "receipt-code")
        await both_ways(kiosk, "kiosk-two-notices")
        for place in (0, 1):
            card = mark(kiosk, "farewell-case").nth(place)
            assert await card.locator('[data-test="notice-line"]').count() >= 1
            await card.locator('[data-test="print-notice"]').click()
            await until(kiosk, "n => window.printed === n", place + 1)
            await card.locator('[data-test="print-state"][data-state="printed"]').wait_for()
        numbers = [body["case"] for what, body in w.served.ledger(session) if what == "notice-given"]
        assert len(set(numbers)) == 2
        await touch(desk, "complete")
        await shows(desk, "stage-quiet")


async def test_what_was_missed_when_the_resident_went_stays_open(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        desk, kiosk = await w.desk(), await w.kiosk()
        await to_names(kiosk, CARD, "identity")
        await named(kiosk, "王小明")
        await w.agree(kiosk)
        session = await meet(kiosk, desk)
        await touch(desk, "case-more")
        await touch(desk, f"open-{TEMPORARY}")
        await until(desk, ON_TABLE, TEMPORARY)
        await touch(kiosk, "stop")
        await touch(kiosk, "stop-yes")
        await shows(desk, "wrap-up")
        assert await mark(desk, "complete").is_disabled()
        await desk.locator('[data-test="cases-open"] button').click()
        await touch(desk, "settle-returned")
        await shows(desk, "settle-too-late")
        assert await mark(desk, "settle-yes").is_disabled()
        for control in ("settle-stays-open", "settle-yes", "outcome-stays-open", "complete"):
            await touch(desk, control)
        await shows(desk, "stage-quiet")
        left = [body["case"] for what, body in w.served.ledger(session) if what == "case-left-open"]
        assert len(left) == 2 and w.served.ledger(session)[-1][0] != "wrap-up-ran-out"

        code = await (await shows(kiosk, "receipt-code")).inner_text()
        later = await w.kiosk(1)
        await touch(later, "look-up")
        for letter in code.replace("-", ""):
            await touch(later, f"code-key-{letter}")
        await touch(later, "code-send")
        await shows(later, "bring-now-0")
        await shows(later, "bring-now-1")
