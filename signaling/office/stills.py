"""Stills of papers: what a kiosk uploads is looked at, sealed to the home, told in a journal, and only then in the case; the clerk sees it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal, Protocol
from weakref import WeakValueDictionary

from config.clock import Clock
from media.node_api import JournalLine
from recordings.album import Picture, Put, Sealing
from recordings.names import SegmentName
from recordings.vault_errors import VaultError
from signaling.domain.asks import AskPage
from signaling.domain.case_file import Still
from signaling.domain.events import StillTaken
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import InSession, ticket_of
from signaling.office.archive import Archive, Kept
from signaling.office.floor import Floor

ACTION = "POST /api/v1/sessions/{session}/stills"
PUBLICATION = {"original": "resident.still", "page": "resident.page"}
"""Under which name each form of a still is sealed."""

Form = Literal["original", "page"]


class Read(Protocol):
    """A picture that was decoded, set straight and judged."""

    @property
    def original(self) -> bytes:
        """JPEG, as it came, without whatever else the file held."""
        ...

    @property
    def corrected(self) -> bytes:
        """JPEG of the page alone, set straight."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the original, in pixels."""
        ...

    @property
    def page_size(self) -> tuple[int, int]:
        """Width and height of the page."""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """Why it should be taken again, in the wire's codes."""
        ...

    @property
    def glare_at(self) -> str | None: ...


class Reader(Protocol):
    """Whoever decodes pictures, well away from here."""

    async def read(self, data: bytes) -> Read:
        """Raises `Refusal`: `not-a-picture`, `picture-too-big`, `picture-damaged`."""
        ...


class Album(Protocol):
    """Where they lie sealed; blocks."""

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int) -> Put: ...


class Stills:
    """`keep` takes the lines of the journal, as it does those of the writers."""

    def __init__(self, floor: Floor, archive: Archive, reader: Reader, album: Album, keep: Callable[[JournalLine], None], clock: Clock) -> None:
        self._floor = floor
        self._archive = archive
        self._reader = reader
        self._album = album
        self._keep = keep
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, kiosk: Actor, session: str, ask: str, take: str, data: bytes, digest: str) -> Still:
        """The picture that was asked for, as `data` with its SHA-256 in base64; returns what has become of it.

        Raises `Refusal`: `digest-wrong`, `still-not-wanted`, `not-a-picture`, `picture-too-big`, `picture-damaged`, `not-recordable`.
        """
        if digest != base64.b64encode(hashlib.sha256(data).digest()).decode():
            raise Refusal("digest-wrong")
        turn = self._turns.setdefault(session, asyncio.Lock())
        async with turn:  # of two that come at once the second finds its picture no longer wanted
            try:
                self._wanted(session, ask, take)
                read = await self._reader.read(data)
                still = await self._store(session, self._wanted(session, ask, take), read)
                digests = (hashlib.sha256(read.original).hexdigest(), hashlib.sha256(read.corrected).hexdigest())
                await self._floor.happen(kiosk, session, ACTION, StillTaken(ask, take, still, digests), None)
            except NotNow as late:
                raise Refusal("still-not-wanted", str(late)) from None
        return still

    async def picture(self, session: str, number: int, form: Form) -> AsyncIterator[bytes]:
        """A still of this session in clear (JPEG), in pieces. Raises `Refusal`: `unknown-still`, `segment-damaged`, `custody-away`."""
        state = self._floor.state(session)
        talk = getattr(state, "talk", None)
        if state is None or talk is None or talk.file.still(number) is None:
            raise Refusal("unknown-still")
        _, pieces = await self._archive.segment(session, ticket_of(state).home, (PUBLICATION[form], 1, number))
        return pieces

    def _wanted(self, session: str, ask: str, take: str) -> InSession:
        state = self._floor.state(session)
        if not isinstance(state, InSession) or not isinstance(state.ask, AskPage) or (state.ask.id, state.ask.take) != (ask, take):
            raise NotNow("no picture was asked for, or another one meanwhile")
        return state

    async def _store(self, session: str, state: InSession, read: Read) -> Still:
        talk, ask = state.talk, state.ask
        assert isinstance(ask, AskPage), "just looked at"
        now_ms = round(self._clock.now() * 1000)
        last = max((still.number for still in talk.file.stills), default=-1)
        number = max(now_ms - talk.recording.origin, last + 1)
        ticket = talk.ticket
        sealing = Sealing(session, ticket.home, base64.b64decode(ticket.sealed_to.key), talk.recording.origin)
        pictures = [
            Picture(PUBLICATION["original"], read.original, *read.size),
            Picture(PUBLICATION["page"], read.corrected, *read.page_size),
        ]
        try:
            put = await asyncio.to_thread(self._album.put, sealing, number, pictures, now_ms)
        except VaultError as error:
            raise Refusal("not-recordable", str(error)) from None
        for n, line in enumerate(put.lines, 1):
            self._keep(JournalLine(put.life, n, line))
        key = f"{session}.{put.life}"
        self._archive.learn(session, [Kept(SegmentName(session, each.publication, 1, number), {"key": key, "media": "image/jpeg"}) for each in pictures])
        width, height = read.page_size
        return Still(number, ask.material, width, height, tuple(read.reasons), read.glare_at)
