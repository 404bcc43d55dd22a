"""Where a visit's papers are put away: sealed to the home, told in a journal, and found again from that moment on."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from config.clock import Clock
from media.node_api import JournalLine
from recordings.album import Picture, Put, Sealing
from recordings.names import SegmentName
from recordings.vault_errors import VaultError
from signaling.domain.refusals import Refusal
from signaling.domain.states import Ticket
from signaling.office.archive import Kept, Place


class Album(Protocol):
    """Where they lie sealed; blocks."""

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int) -> Put: ...


class Found(Protocol):
    """Where they are found again, in clear (`office.archive.Archive`)."""

    def learn(self, session: str, kept: Sequence[Kept]) -> None: ...

    async def segment(self, session: str, home: str, place: Place) -> tuple[Kept | None, AsyncIterator[bytes]]: ...


class Safe:
    """`keep` takes the lines of the journal, as it does those of the writers."""

    def __init__(self, archive: Found, album: Album, keep: Callable[[JournalLine], None], clock: Clock) -> None:
        self._archive = archive
        self._album = album
        self._keep = keep
        self._clock = clock
        self._last: dict[str, int] = {}

    async def put(self, ticket: Ticket, origin: int, papers: Sequence[Picture], after: int = -1) -> int:
        """Seal papers that belong together; returns their number: now, in milliseconds on the session's clock, later than `after` and than
        any number that was given before.

        Raises `Refusal` `not-recordable` when no disk takes them.
        """
        number = max(round(self._clock.now() * 1000) - origin, after + 1, self._last.get(ticket.session, -1) + 1, 0)
        self._last = {**dict(list(self._last.items())[-200:]), ticket.session: number}
        now_ms = round(self._clock.now() * 1000)
        sealing = Sealing(ticket.session, ticket.home, base64.b64decode(ticket.sealed_to.key), origin)
        try:
            put = await asyncio.to_thread(self._album.put, sealing, number, papers, now_ms)
        except VaultError as error:
            raise Refusal("not-recordable", str(error)) from None
        for n, line in enumerate(put.lines, 1):
            self._keep(JournalLine(put.life, n, line))
        key = f"{ticket.session}.{put.life}"
        kept = [Kept(SegmentName(ticket.session, each.publication, 1, number), {"key": key, "media": each.media}) for each in papers]
        self._archive.learn(ticket.session, kept)
        return number

    async def pieces(self, ticket: Ticket, publication: str, number: int, session: str | None = None) -> AsyncIterator[bytes]:
        """A paper in clear; `session`: an earlier visit that sealed it, under the same home.

        Raises `Refusal`: `unknown-segment`, `segment-damaged`, `recording-erased`, `custody-away`.
        """
        _, pieces = await self._archive.segment(session or ticket.session, ticket.home, (publication, 1, number))
        return pieces

    async def read(self, ticket: Ticket, publication: str, number: int, session: str | None = None) -> bytes:
        """The same, whole: for what is known to be small."""
        return b"".join([piece async for piece in await self.pieces(ticket, publication, number, session)])
