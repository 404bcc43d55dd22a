"""The custody of each jurisdiction as the server reaches it: one client each, opened when it is first needed. Wired in app.py."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

from config.problem import BadConfiguration
from config.secret import read_secret
from recordings.custody_client import Custody, CustodyAway
from recordings.keys import SOCKET, TOKEN, private_folder


class Custodians:
    """`elsewhere`: jurisdiction → `http://HOST:PORT` of a custody that listens there; the others are looked for in the data folder."""

    def __init__(self, data: Path, elsewhere: Mapping[str, str]) -> None:
        self._data = data
        self._elsewhere = elsewhere
        self._stack = contextlib.AsyncExitStack()
        self._open: dict[str, Custody] = {}
        self._opening = asyncio.Lock()

    async def of(self, jurisdiction: str) -> Custody:
        """Raises CustodyAway."""
        async with self._opening:
            custody = self._open.get(jurisdiction)
            if custody is None:
                custody = await self._stack.enter_async_context(self._client(jurisdiction))
                self._open[jurisdiction] = custody
            return custody

    def _client(self, jurisdiction: str) -> Custody:
        where = self._elsewhere.get(jurisdiction)
        folder = private_folder(self._data, jurisdiction)
        if where is None:
            if not folder.is_dir():
                raise CustodyAway(f"{jurisdiction} has no custody here, and the settings name none elsewhere")
            return Custody(f"unix:{folder / SOCKET}")
        try:  # what callers must show lies where the keys would lie if they were here
            return Custody(where, read_secret(folder / TOKEN))
        except BadConfiguration as missing:  # it may be put there yet
            raise CustodyAway(str(missing)) from None

    async def close(self) -> None:
        await self._stack.aclose()
