"""What is there of a session's recording: read off its ledger, fetched from the vaults, opened by the home's custody. Nothing is kept in clear."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from recordings.coverage import Recorded, recorded
from recordings.custody_client import CustodyAway, CustodyRefused
from recordings.ebml import BadWebM
from recordings.ledger import Entry
from recordings.names import SegmentName
from recordings.playable import Playable
from recordings.vault import Vault, VaultError
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import AnyState
from signaling.office.evidence_ports import Evidence
from signaling.office.notary import Custodians

REMEMBERED = 8
"""Sessions whose lists of segments are kept in memory: a player asks for one segment after the other."""

T = TypeVar("T")
Place = tuple[str, int, int]
"""Publication, epoch, number of a segment."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment or a picture as its entry says: the body of `rec-segment` or `rec-picture`."""

    name: SegmentName
    fields: Mapping[str, Any]

    @property
    def key(self) -> str:
        return str(self.fields["key"])

    @property
    def media(self) -> str:
        return str(self.fields["media"])

    @property
    def may_be_cut(self) -> bool:
        """Whether it may end without its last chunk."""
        return str(self.fields.get("state", "whole")) != "whole"


@dataclass(frozen=True, slots=True)
class Contents:
    """A session as it is stored: its state, its ledger, what the ledger says was recorded."""

    state: AnyState
    entries: Sequence[Entry]
    recorded: Recorded
    segments: Mapping[Place, Kept]
    pictures: Mapping[Place, Kept]
    """Stills, forms, signatures, transcripts: whatever covers no time."""
    erased: bool


class Archive:
    """`vaults` are folders with sealed segments, the usual one first."""

    def __init__(self, evidence: Evidence, custodians: Custodians, vaults: Sequence[Path]) -> None:
        self._evidence = evidence
        self._custodians = custodians
        self._vaults = vaults
        self._known: OrderedDict[str, Mapping[Place, Kept]] = OrderedDict()
        self._keys: OrderedDict[str, bytes] = OrderedDict()

    async def contents(self, session: str) -> Contents:
        """Raises `Refusal` `unknown-session`."""
        stored = await self._evidence.session(session)
        if stored is None:
            raise Refusal("unknown-session")
        entries = await self._evidence.ledger_of(session)
        contents = await asyncio.to_thread(_contents, session, stored.state, entries)  # thousands of entries: others are served meanwhile
        self._remember(session, {**contents.segments, **contents.pictures})
        return contents

    async def segment(self, session: str, home: str, place: Place) -> tuple[Kept, AsyncIterator[bytes]]:
        """A segment in clear, as it was recorded, in pieces. Its first piece is there before this returns, so that what is wrong shows.

        Raises `Refusal`: `unknown-segment`, `segment-damaged`, `recording-erased`, `custody-away`.
        """
        kept = self._known.get(session, {}).get(place)
        if kept is None:
            await self.contents(session)
            kept = self._known[session].get(place)
        if kept is None:
            raise Refusal("unknown-segment")
        wrapped = await self.wrapped_key(kept.key)
        pieces = self._opened(home, wrapped, kept)
        try:
            first = await anext(pieces, b"")
        except BaseException:
            await pieces.aclose()
            raise
        return kept, _from(first, pieces)

    async def playable(self, session: str, home: str, place: Place) -> tuple[Kept, AsyncIterator[bytes]]:
        """As `segment`, in the form that a player takes: torn ends made whole, short holes in the sound bridged. A paper goes as it is."""
        kept, pieces = await self.segment(session, home, place)
        return kept, _made_playable(pieces) if kept.media.startswith(("audio/", "video/")) else pieces

    async def wrapped_key(self, key: str) -> bytes:
        """The content of a `.key` file. Raises `Refusal` `recording-erased` when there is none any more."""
        if key not in self._keys:
            try:
                self._keys[key] = await self.first(lambda vault: vault.read_key(key))
            except VaultError as error:
                raise Refusal("recording-erased" if error.code == "missing" else "segment-damaged", str(error)) from None
            while len(self._keys) > REMEMBERED:
                self._keys.popitem(last=False)
        return self._keys[key]

    async def first(self, read: Callable[[Vault], T]) -> T:
        """What the first vault gives that has it; on a thread. Raises VaultError."""
        return await asyncio.to_thread(self.first_blocking, read)

    def first_blocking(self, read: Callable[[Vault], T]) -> T:
        """The same for whoever is on a thread already."""
        for root in self._vaults:
            try:
                return read(Vault(root, make=False))
            except VaultError as error:
                if error.code != "missing":
                    raise
        raise VaultError("missing", "it is in none of the vaults")

    def learn(self, session: str, kept: Sequence[Kept]) -> None:
        """What has just been sealed, and will be entered in a moment."""
        self._remember(session, {**self._known.get(session, {}), **{(k.name.publication, k.name.epoch, k.name.segment): k for k in kept}})

    def forget(self, session: str) -> None:
        """Its recording was erased."""
        self._known.pop(session, None)
        for key in [key for key in self._keys if key.startswith(f"{session}.")]:
            del self._keys[key]

    async def _opened(self, home: str, wrapped: bytes, kept: Kept) -> AsyncGenerator[bytes, None]:
        try:
            custody = await self._custodians.of(home)
            async with aclosing(custody.open_segment(wrapped, kept.name, cut=kept.may_be_cut)) as pieces:
                async for piece in pieces:
                    yield piece
        except CustodyAway as away:
            raise NotNow(str(away), code="custody-away") from None
        except CustodyRefused as refused:
            raise Refusal("segment-damaged", str(refused)) from None

    def _remember(self, session: str, segments: Mapping[Place, Kept]) -> None:
        self._known[session] = segments
        self._known.move_to_end(session)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _contents(session: str, state: AnyState, entries: Sequence[Entry]) -> Contents:
    erased = any(entry.what == "recording-erased" for entry in entries)
    segments, pictures = _files(session, entries, "rec-segment"), _files(session, entries, "rec-picture")
    return Contents(state, entries, recorded(entries), segments, pictures, erased)


def _files(session: str, entries: Sequence[Entry], what: str) -> dict[Place, Kept]:
    found = {}
    for entry in entries:
        if entry.what == what:
            body = entry.body
            name = SegmentName(session, body["publication"], body["epoch"], body["segment"])
            found[name.publication, name.epoch, name.segment] = Kept(name, body)
    return found


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _made_playable(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    playable = Playable()
    try:
        async for piece in pieces:
            if made := playable.feed(piece):
                yield made
        if made := playable.close():
            yield made
    except BadWebM as error:
        raise Refusal("segment-damaged", str(error)) from None
