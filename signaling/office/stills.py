"""Stills of papers: what a kiosk uploads is looked at, sealed to the home, told in a journal, and only then in the case; the clerk sees it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Literal, Protocol
from weakref import WeakValueDictionary

from config.calendar import beijing
from config.clock import Clock
from recordings.album import Picture
from signaling.domain.asks import AskPage
from signaling.domain.case_file import Still
from signaling.domain.events import StillChecked, StillTaken
from signaling.domain.permissions import Actor, may
from signaling.domain.powers import NEEDS, Basis, required
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import InSession, Ticket, ticket_of
from signaling.office.floor import Floor
from signaling.office.ports import Books
from signaling.office.safe import Envelope, Safe
from signaling.wire.asks import CheckStill

ACTION = "POST /api/v1/sessions/{session}/stills"
PUBLICATION = {"original": "resident.still", "page": "resident.page", "checked": "resident.checked"}
"""Under which name each form of a still is sealed."""

Form = Literal["original", "page", "checked"]


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

    async def mark(self, jpeg: bytes, lines: Sequence[str]) -> bytes:
        """The page with these lines across it and below it, as a JPEG of the same size. Raises `Refusal` as `read`, and `no-font`."""
        ...


class Stills:
    """`books` know which power lets a page be taken in here, and a still be marked as checked."""

    def __init__(self, floor: Floor, safe: Safe, reader: Reader, books: Books, clock: Clock) -> None:
        self._floor = floor
        self._safe = safe
        self._reader = reader
        self._books = books
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, kiosk: Actor, session: str, ask: str, take: str, data: bytes, digest: str) -> Still:
        """The picture that was asked for, as `data` with its SHA-256 in base64; returns what has become of it.

        Raises `Refusal`: `digest-wrong`, `still-not-wanted`, `no-power`, `not-a-picture`, `picture-too-big`, `picture-damaged`, `not-recordable`.
        """
        if digest != base64.b64encode(hashlib.sha256(data).digest()).decode():
            raise Refusal("digest-wrong")
        turn = self._turns.setdefault(session, asyncio.Lock())
        async with turn:  # of two that come at once the second finds its picture no longer wanted
            try:
                state, _ = self._wanted(session, ask, take)
                async with self._safe.opened(state.talk.ticket, state.talk.recording.origin) as envelope:
                    read = await self._reader.read(data)
                    state, basis = self._wanted(session, ask, take)
                    still = await self._store(state, read, envelope)
                    digests = (hashlib.sha256(read.original).hexdigest(), hashlib.sha256(read.corrected).hexdigest())
                    await self._floor.happen(kiosk, session, ACTION, StillTaken(ask, take, still, digests, basis), None)
            except NotNow as late:
                raise Refusal("still-not-wanted", str(late)) from None
        return still

    async def picture(self, session: str, number: int, form: Form) -> AsyncIterator[bytes]:
        """A still of this session in clear (JPEG), in pieces. Raises `Refusal`: `unknown-still`, `segment-damaged`, `custody-away`."""
        state = self._floor.state(session)
        talk = getattr(state, "talk", None)
        still = talk.folder.still(number) if talk is not None else None
        if state is None or still is None or (form == "checked" and still.checked is None):
            raise Refusal("unknown-still")
        ticket = ticket_of(state)
        if form == "checked" and still.checked is not None:
            return await self._safe.pieces(ticket, PUBLICATION[form], still.checked, still.checked_in or ticket.session)
        session, taken = still.source or (ticket.session, number)
        return await self._safe.pieces(ticket, PUBLICATION[form], taken, session)

    async def check(self, clerk: Actor, asked: CheckStill) -> None:
        """The original lies under the camera: a copy that says by which power it was checked is sealed, and only then entered.

        Raises `NotNow`, `Refusal`: `unknown-still`, `no-power`, `not-recordable`, `custody-away`, and as the reader does.
        """
        state = self._floor.state(asked.session)
        may(clerk, "check-still", state)
        turn = self._turns.setdefault(asked.session, asyncio.Lock())
        async with turn:
            state = self._floor.state(asked.session)
            if not isinstance(state, InSession):
                raise NotNow("nobody looks at the original")
            ticket, still = state.talk.ticket, state.talk.file.still(asked.still)
            if still is None:
                raise NotNow("there is no such still", code="unknown-still")
            basis = required(self._books.basis(NEEDS["check-still"], ticket, state.talk.case.service))
            event = StillChecked(still.number, 0, "", basis)
            if still.kept and still.checked is None:  # otherwise the machine says why not
                session, taken = still.source or (ticket.session, still.number)
                page = await self._safe.read(ticket, PUBLICATION["page"], taken, session)
                copy = await self._reader.mark(page, self._words(ticket, state.talk.case.number, basis))
                picture = Picture(PUBLICATION["checked"], copy, still.width, still.height)
                number = await self._safe.put(ticket, state.talk.recording.origin, [picture])
                event = StillChecked(still.number, number, hashlib.sha256(copy).hexdigest(), basis)
            await self._floor.happen(clerk, asked.session, "check-still", event, asked.id)

    def _words(self, ticket: Ticket, case: str, basis: Basis) -> list[str]:
        """What stands on the copy."""
        today = beijing(self._clock.now())
        where = self._books.kiosk_name(ticket.kiosk, "zh-CN")
        return [
            f"与原件核对一致　{today:%Y年%m月%d日}",
            f"办件 {case}　{self._books.title(ticket.home).zh}（经{where}）",
            *([] if basis.agreement is None else [f"授权依据：{basis.agreement}"]),
        ]

    def _wanted(self, session: str, ask: str, take: str) -> tuple[InSession, Basis]:
        """Raises `NotNow`, and `no-power` where it may not be taken in there any more: a question may outlive an agreement."""
        state = self._floor.state(session)
        if not isinstance(state, InSession) or not isinstance(state.ask, AskPage) or (state.ask.id, state.ask.take) != (ask, take):
            raise NotNow("no picture was asked for, or another one meanwhile")
        return state, required(self._books.basis(NEEDS[ACTION], state.talk.ticket, state.talk.case.service))

    async def _store(self, state: InSession, read: Read, envelope: Envelope) -> Still:
        talk, ask = state.talk, state.ask
        assert isinstance(ask, AskPage), "just looked at"
        pictures = [
            Picture(PUBLICATION["original"], read.original, *read.size),
            Picture(PUBLICATION["page"], read.corrected, *read.page_size),
        ]
        last = max((still.number for case in talk.folder.cases for still in case.file.stills), default=-1)
        number = await envelope(pictures, last)
        width, height = read.page_size
        return Still(number, ask.material, width, height, tuple(read.reasons), read.glare_at)
