"""A window of the kiosk's desktop, opened by the resident's touch, seen and operated by the clerk, in two real browsers over a real server and node."""

from __future__ import annotations

from pathlib import Path

from tests.browser.pages.agent import TOKEN, WINDOW, Agent
from tests.browser.window import keep, mark, sees, shows, touch, until, window
from tests.waiting import until as comes


async def test_a_window_is_allowed_seen_operated_and_stopped(tmp_path: Path) -> None:
    async with Agent().running() as agent, window(tmp_path / "data") as w:
        kiosk, desk, _ = await w.talk()
        await kiosk.goto(f"/kiosk#desktop={agent.port}.{TOKEN}")
        await kiosk.reload()  # a part after # alone loads nothing
        await sees(kiosk, "clerk")
        for control in ("ask-control", f"control-window-{WINDOW}", "control-level-control", "control-purpose-show-how", "control-ask"):
            await touch(desk, control)
        await shows(kiosk, "control-card")
        assert agent.did("grant") == [], "nothing is opened before the yes"
        await touch(kiosk, "control-allow")
        await shows(kiosk, "control-bar")
        await sees(desk, "resident", "screen", frames=1)
        await keep(desk, "window-desk-operates")
        surface = await shows(desk, "operate-surface")
        await surface.click()
        await comes(lambda: [act["action"]["do"] for act in agent.did("act") if act["action"]["do"] in ("press", "release")] == ["press", "release"])
        await until(desk, "() => document.querySelector('[data-test=control-used]')?.textContent.trim().length > 0")
        await touch(kiosk, "control-stop")
        await comes(lambda: agent.did("revoke"))
        await mark(kiosk, "control-bar").wait_for(state="detached")
        await mark(desk, "grant-bar").wait_for(state="detached")
        await mark(desk, "operate-surface").wait_for(state="detached")
        assert agent.did("revoke")[0]["reason"] == "stop-key"
