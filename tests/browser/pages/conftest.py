"""One Chromium for all page tests of a file, and the list of what a page complained about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.pages.stage import chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Exceptions and refused scripts, styles or connections; a test that leaves any has failed."""
    heard: list[str] = []
    yield heard
    assert heard == []
