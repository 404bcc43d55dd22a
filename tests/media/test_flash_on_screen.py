"""A browser's flash and its beep stand together in the files too: within 45 ms of one participant, within 100 ms of two."""

from __future__ import annotations

from playwright.async_api import Page

from tests.media.flashes import share
from tests.media.flashes_on_screen import on_screen
from tests.media.node_process import Node, Server
from tests.media.test_chromium_forwarding import page  # noqa: F401 - a fixture
from tests.media.test_flash_and_beep import BETWEEN, WITHIN


async def test_a_browsers_flash_and_beep_are_together(page: Page, server: Server, node: Node) -> None:  # noqa: F811 - the fixture
    recorded = await on_screen(page, server, node, 14)
    for each in recorded.values():  # how long its first packets waited, a browser does not say
        assert len(each.known) >= 5
        assert share(each.known, 95) <= WITHIN, each.apart
    apart = recorded["resident"].from_other(recorded["clerk"])
    assert share(apart, 95) <= BETWEEN, apart
