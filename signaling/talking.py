"""What an end says about its media while it talks: offers, and the first picture; and what it wants to see. Used by both kinds of end."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Generic, Literal, Protocol, TypeVar

from signaling.wire.base import Command, Source
from signaling.wire.replies import Done, LineQuality, MediaAnswer
from signaling.wire.talk import PublishOffer, ReportFirstFrame, SetSource, SubscribeOffer, Talk, Want

ALWAYS: tuple[Source, ...] = ("microphone", "camera")
"""Wanted of everybody from the first moment; what else is published is added when it appears."""


def new_id() -> str:
    """An id for a command, unique without asking anybody."""
    return secrets.token_urlsafe(16)


class Asks(Protocol):
    """Who carries commands: a participant."""

    async def command(self, command: Command, seconds: float = 30.0) -> Done | MediaAnswer: ...


class Talking:
    """The media commands of one session."""

    def __init__(self, asks: Asks, session: str) -> None:
        self._asks, self.session = asks, session

    async def publish(self, sdp: str, sources: dict[str, Source]) -> tuple[str, int]:
        """Offer a new publish connection; the answer and its epoch.

        A new connection shares neither screen nor papers until it says so: what is offered of them here is switched on at once.
        """
        answer = _media(await self._asks.command(PublishOffer(id=new_id(), session=self.session, sdp=sdp, sources=sources)))
        for source in sources.values():
            if source not in ALWAYS:
                await self.set_source(source, True)
        return answer.sdp, answer.epoch

    async def subscribe(self, sdp: str, asked: list[tuple[str, str, Source]]) -> str:
        """Offer a new subscribe connection for (mid, participant, source); the answer."""
        wants = [Want(mid=mid, participant=participant, source=source) for mid, participant, source in asked]
        return _media(await self._asks.command(SubscribeOffer(id=new_id(), session=self.session, sdp=sdp, wants=wants))).sdp

    async def first_frame(self, participant: str, after_ms: int) -> None:
        """Report the first picture of a participant."""
        await self._asks.command(ReportFirstFrame(id=new_id(), session=self.session, participant=participant, after_ms=min(after_ms, 600_000)))

    async def set_source(self, source: Source, on: bool) -> None:
        """Mute or unmute, cover, share."""
        await self._asks.command(SetSource(id=new_id(), session=self.session, source=source, on=on))


def _media(answer: Done | MediaAnswer) -> MediaAnswer:
    if not isinstance(answer, MediaAnswer):
        raise TypeError("an offer is answered with media-answer")
    return answer


def wants_of(talk: Talk, before: Sequence[tuple[str, Source]] = ()) -> list[tuple[str, Source]]:
    """Whose sources to subscribe to. It only grows while the same participants are there: a source that goes off comes back."""
    others = {end.participant for end in talk.ends if end.participant != talk.me}
    wanted: dict[tuple[str, Source], None] = {want: None for want in before if want[0] in others}
    for participant in sorted(others):
        wanted.update({(participant, source): None for source in ALWAYS})
    for state in talk.sources:
        if state.participant in others and state.on:
            wanted[state.participant, state.source] = None
    return list(wanted)[:16]


class Keeper(Protocol):
    """What keeps the connections of one talk as they should be (`media.end_keeper.EndKeeper`)."""

    def follow(self, room: str | None, wants: Sequence[tuple[str, Source]]) -> None: ...
    def rebuild(self, kind: Literal["publish", "subscribe"]) -> None: ...
    async def close(self) -> None: ...


K = TypeVar("K", bound=Keeper)


class TalkMedia(Generic[K]):
    """An end's media through the talks of one visit, driven by the views. `make` builds the keeper of a session's first talk."""

    def __init__(self, asks: Asks, make: Callable[[Talking], K]) -> None:
        self._asks, self._make = asks, make
        self._me: str | None = None
        self._wants: list[tuple[str, Source]] = []
        self.talking: Talking | None = None
        self.keeper: K | None = None

    def follow(self, talk: Talk | None) -> None:
        """What the newest view says: the talk, or that there is none at the moment (its connections end, its counters stay)."""
        if talk is None:
            if self.keeper is not None:
                self.keeper.follow(None, [])
            return
        if self.talking is None or self.keeper is None:
            self.talking = Talking(self._asks, talk.session)
            self.keeper = self._make(self.talking)
        self._me, self._wants = talk.me, wants_of(talk, self._wants)
        self.keeper.follow(talk.room, self._wants)

    def heard(self, news: object) -> None:
        """The node no longer hears us: both connections are built anew."""
        if isinstance(news, LineQuality) and news.level == "lost" and news.participant == self._me and self.keeper is not None:
            self.keeper.rebuild("publish")
            self.keeper.rebuild("subscribe")

    async def close(self) -> None:
        """End the connections; the keeper still answers for its counters."""
        if self.keeper is not None:
            await self.keeper.close()
