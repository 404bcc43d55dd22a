"""Where a visit's papers are put away: sealed to the home, told in a journal, and found again from that moment on."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol, TypeVar

from config.clock import Clock
from media.node_api import JournalLine
from recordings.album import Picture, Put, Sealing
from recordings.names import SegmentName
from recordings.vault_errors import VaultError
from signaling.domain.refusals import Refusal
from signaling.domain.states import Ticket
from signaling.office.archive import Kept, Place


class Begun(Protocol):
    """What was begun ahead of what is put; blocks."""

    def drop(self) -> None: ...


B = TypeVar("B", bound=Begun)


Envelope = Callable[[Sequence[Picture], int], Awaitable[int]]
"""Puts the papers, as `Safe.put` does: once."""


class Album(Protocol[B]):
    """Where they lie sealed; blocks."""

    def begin(self, sealing: Sealing, now_ms: int) -> B: ...

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int, begun: B | None = None) -> Put: ...


class Found(Protocol):
    """Where they are found again, in clear (`office.archive.Archive`)."""

    def learn(self, session: str, kept: Sequence[Kept]) -> None: ...

    async def segment(self, session: str, home: str, place: Place) -> tuple[Kept | None, AsyncIterator[bytes]]: ...


class Safe:
    """`keep` takes the lines of the journal, as it does those of the writers."""

    def __init__(self, archive: Found, album: Album[B], keep: Callable[[JournalLine], None], clock: Clock) -> None:
        self._archive = archive
        self._album: Album[Any] = album
        self._keep = keep
        self._clock = clock
        self._last: dict[str, int] = {}

    async def put(self, ticket: Ticket, origin: int, papers: Sequence[Picture], after: int = -1) -> int:
        """Seal papers that belong together; returns their number: now, in milliseconds on the session's clock, later than `after` and than
        any number that was given before.

        Raises `Refusal` `not-recordable` when no disk takes them.
        """
        put, number = await self._put(ticket, origin, papers, after, None)
        self._tell(put)
        return number

    @asynccontextmanager
    async def opened(self, ticket: Ticket, origin: int) -> AsyncIterator[Envelope]:
        """For papers that are not there yet: what they need on the disk is begun while whoever brings them has other work to do. The journal
        is told when the block is left, so that what is entered of them in it does not wait for that."""
        sealing, now_ms = _sealing(ticket, origin), round(self._clock.now() * 1000)
        begun = asyncio.get_running_loop().run_in_executor(None, self._album.begin, sealing, now_ms)
        used, done = False, list[Put]()

        async def envelope(papers: Sequence[Picture], after: int) -> int:
            nonlocal used
            used = True
            put, number = await self._put(ticket, origin, papers, after, begun)
            done.append(put)
            return number

        try:
            yield envelope
        finally:
            for put in done:
                self._tell(put)
            if not used:
                await _dropped(begun)

    async def _put(
        self, ticket: Ticket, origin: int, papers: Sequence[Picture], after: int, begun: asyncio.Future[Begun] | None
    ) -> tuple[Put, int]:
        number = max(round(self._clock.now() * 1000) - origin, after + 1, self._last.get(ticket.session, -1) + 1, 0)
        self._last = {**dict(list(self._last.items())[-200:]), ticket.session: number}
        now_ms = round(self._clock.now() * 1000)
        try:
            ahead = None if begun is None else await begun
            put = await asyncio.to_thread(self._album.put, _sealing(ticket, origin), number, papers, now_ms, ahead)
        except VaultError as error:
            raise Refusal("not-recordable", str(error)) from None
        key = f"{ticket.session}.{put.life}"
        kept = [Kept(SegmentName(ticket.session, each.publication, 1, number), {"key": key, "media": each.media}) for each in papers]
        self._archive.learn(ticket.session, kept)
        return put, number

    def _tell(self, put: Put) -> None:
        for n, line in enumerate(put.lines, 1):
            self._keep(JournalLine(put.life, n, line))

    async def pieces(self, ticket: Ticket, publication: str, number: int, session: str | None = None) -> AsyncIterator[bytes]:
        """A paper in clear; `session`: an earlier visit that sealed it, under the same home.

        Raises `Refusal`: `unknown-segment`, `segment-damaged`, `recording-erased`, `custody-away`.
        """
        _, pieces = await self._archive.segment(session or ticket.session, ticket.home, (publication, 1, number))
        return pieces

    async def read(self, ticket: Ticket, publication: str, number: int, session: str | None = None) -> bytes:
        """The same, whole: for what is known to be small."""
        return b"".join([piece async for piece in await self.pieces(ticket, publication, number, session)])


def _sealing(ticket: Ticket, origin: int) -> Sealing:
    return Sealing(ticket.session, ticket.home, base64.b64decode(ticket.sealed_to.key), origin)


async def _dropped(begun: asyncio.Future[Begun]) -> None:
    """Nothing came of it; a disk that took no beginning has none to lose."""
    with suppress(VaultError):
        await asyncio.to_thread((await begun).drop)
