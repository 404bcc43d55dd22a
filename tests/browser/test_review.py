"""A supervisor looks at a session: while it runs, after it, with a purpose, with proof, and with a second person where two are needed."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page

from recordings import verify
from tests.browser.window import accepted, keep, mark, shows, touch, until, window

PLAYS = """([than]) => {
  const player = document.querySelector('session-player');
  return player !== null && player.state === 'playing' && player.at > than ? player.at : 0;
}"""
WOUND_BACK = "() => { const player = document.querySelector('session-player'); player.seek(500); return player.at; }"
PICTURES = "() => [...document.querySelectorAll('session-player video')].filter((v) => v.videoWidth > 0 && v.currentTime > 0).length"
ASK = """async (path) => { const answer = await fetch(path, {credentials: 'same-origin'}); return [answer.status, (await answer.json().catch(() => ({}))).code ?? '']; }"""


async def plays(page: Page, than: float = 0.0) -> float:
    """Wait until it plays beyond this moment (session ms); returns where it is."""
    return float(await until(page, PLAYS, [than]))


async def says_why(page: Page, purpose: str) -> None:
    await touch(page, f"purpose-{purpose}")
    await touch(page, "purpose-say")
    await page.locator("session-player video").first.wait_for(state="attached")


async def test_a_session_is_played_while_it_runs_and_proved_when_it_is_over(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        await until(desk, "() => document.querySelector('[data-test=recording]').dataset.recording === 'recording'")
        supervisor = await w.review()
        await supervisor.locator(f'[data-test="session"][data-session="{session}"] [data-test="open"]').click()
        await shows(supervisor, "purpose")
        assert await supervisor.evaluate(ASK, f"/api/v1/sessions/{session}/segments/resident.camera/1/0") == [403, "purpose-needed"]
        await says_why(supervisor, "complaint")
        await until(supervisor, "() => document.querySelectorAll('session-timeline').length === 1 && document.querySelector('[data-test=screen-session]').dataset.live === 'true'")

        # It plays, some seconds late, and can be wound back while the talk goes on.
        await until(supervisor, "() => document.querySelector('session-player').timeline.tracks.filter((t) => t.segments.length > 1).length === 4")
        await supervisor.evaluate("() => document.querySelector('session-player').play()")
        reached = await plays(supervisor, 1500)
        await until(supervisor, PICTURES)
        await keep(supervisor, "review-live")
        assert await supervisor.evaluate(WOUND_BACK) < reached
        await plays(supervisor, 600)

        await accepted(desk)
        code = str(await (await shows(kiosk, "receipt-code")).text_content())
        await touch(desk, "complete")
        await until(supervisor, "() => document.querySelector('[data-test=screen-session]').dataset.live === 'false'")
        length = await supervisor.evaluate("() => document.querySelector('session-player').timeline.length")
        await supervisor.evaluate("(at) => document.querySelector('session-player').seek(at)", length - 8000)
        await supervisor.evaluate("() => document.querySelector('session-player').play()")
        await plays(supervisor, length - 7500)

        # What proves it: signed by the home, countersigned by the host, every file as it was sealed.
        for name in ("chain", "home", "host", "segments", "complete"):
            while await (await shows(supervisor, f"integrity-{name}")).get_attribute("data-level") != "good":
                await touch(supervisor, "check")  # the countersignature may be a moment late
                await until(supervisor, "() => document.querySelector('[data-test=integrity-chain]') !== null")
        await keep(supervisor, "review-session")

        # The receipt's code finds it.
        await touch(supervisor, "back")
        await (await shows(supervisor, "search-q")).fill(code)
        await touch(supervisor, "search-do")
        await until(supervisor, "(s) => document.querySelectorAll('[data-test=session]').length === 1 && document.querySelector('[data-test=session]').dataset.session === s", session)
        await keep(supervisor, "review-list")


async def test_an_export_needs_two_people_and_what_comes_out_can_be_proved(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk, desk, session = await w.talk()
        await until(desk, "() => document.querySelector('[data-test=recording]').dataset.recording === 'recording'")
        await accepted(desk)
        await shows(kiosk, "receipt-code")
        await touch(desk, "complete")
        supervisor = await w.review(path=f"/review#session={session}")
        await touch(supervisor, "ask-export-do")
        await supervisor.locator('[data-test="request"][data-state="asked"]').wait_for()
        assert await mark(supervisor, "approve").count() == 0, "nobody approves what they asked for themselves"

        administrator = await w.review("audit-administrator", path=f"/review#session={session}")
        await shows(administrator, "no-content")
        assert (await administrator.evaluate(ASK, f"/api/v1/sessions/{session}/timeline"))[0] == 404
        await touch(administrator, "approve")
        await administrator.locator('[data-test="request"][data-state="approved"]').wait_for()
        await keep(administrator, "review-administrator")

        await supervisor.reload()
        await touch(supervisor, "make")
        await shows(supervisor, "download")
        async with supervisor.expect_download() as started:
            await touch(supervisor, "download")
        package = tmp_path / "package.zip"
        await (await started.value).save_as(package)
        await keep(supervisor, "review-export")
        assert verify.main([str(package)]) == 3, "consistent; no anchors were given"


async def test_what_is_another_jurisdictions_does_not_exist_and_asking_for_it_is_on_the_record(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        _, _, session = await w.talk()
        stranger = await w.review(home="haiyan")
        assert await stranger.locator('[data-test="session"]').count() == 0
        for what in ("timeline", "integrity", "segments/resident.camera/1/0", "requests"):
            assert await stranger.evaluate(ASK, f"/api/v1/sessions/{session}/{what}") == [404, "unknown-session"]
        never = await stranger.evaluate(ASK, "/api/v1/sessions/AAAAAAAAAAAAAAAA/timeline")
        assert never == [404, "unknown-session"], "the same answer as for a session that never was"
        supervisor = await w.review(path=f"/review#session={session}")
        events = await shows(supervisor, "events")
        await events.locator("summary").click()
        assert re.search(r"supervisor:haiyan-supervisor", str(await events.text_content()))
