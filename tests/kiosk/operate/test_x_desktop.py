"""The display as the door sees it, with a real browser."""

from __future__ import annotations

import pytest

from config.clock import SystemClock
from config.text import Text
from kiosk.operate.display import DisplayError, Screen
from kiosk.operate.places import Window, roomy
from kiosk.operate.portal import PortalError
from kiosk.operate.x_desktop import STOP, XDesktop


async def test_a_window_opens_with_room_for_frame_and_button(display: str, screen: Screen, site: str) -> None:
    desktop = XDesktop(display, SystemClock(), flags=("--disable-gpu",))
    portal = await desktop.open(Window("tax", Text("税务", "Tax"), f"{site}/portal", origins=["https://id.example"]))
    try:
        assert portal.allowed == {site, "https://id.example"}
        found = screen.desktop().find(portal.window)
        assert found is not None
        assert found.box == roomy((1280, 800))
        operation = desktop.operation(lambda _: None, lambda _: None)
        assert await operation.grant(portal.window, "view", 60, portal) is None
        assert operation.granted is not None
        operation.close()
    finally:
        await portal.close()
    assert "Stop" in STOP


async def test_a_browser_or_a_display_that_is_not_there_is_told(display: str, site: str) -> None:
    window = Window("tax", Text("税务", "Tax"), f"{site}/portal")
    with pytest.raises(PortalError):
        await XDesktop(display, SystemClock(), browser="no-such-browser").open(window)
    with pytest.raises(DisplayError):
        await XDesktop("nonsense", SystemClock()).open(window)
