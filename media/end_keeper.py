"""Keeps an end's connections as a talk needs them: built when a room appears, anew when it changes or they fail, never twice at once."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from config.clock import Clock
from config.ladder import Ladder
from config.logs import Logger
from config.tasks import Tasks
from media.capture import PictureSource, SoundSink, SoundSource
from media.capture.equipment import Equipment
from media.end import End, EndFigures, Kind, PublishExchange, SubscribeExchange, Wanted
from media.node_api import Source

Plan = tuple[str, tuple[Wanted, ...]]
"""The room, and what to subscribe to in it; for the publish connection the second is empty."""


class Negotiation(Protocol):
    """What carries an end's offers, and hears of its first pictures."""

    async def publish(self, sdp: str, sources: dict[str, Source]) -> tuple[str, int]: ...
    async def subscribe(self, sdp: str, asked: list[tuple[str, str, Source]]) -> str: ...
    async def first_frame(self, participant: str, after_ms: int) -> None: ...


class EndKeeper:
    """Say with `follow` what the talk looks like now; the rest happens by itself until `close`.

    Whatever goes wrong (a refused offer, an answer that does not come, a failed connection) is tried again after a pause, as
    long as the room stands.
    """

    def __init__(
        self,
        clock: Clock,
        log: Logger,
        *,
        microphone: SoundSource | None,
        pictures: Mapping[Source, PictureSource],
        publish: PublishExchange,
        subscribe: SubscribeExchange,
        on_first_frame: Callable[[str, int], object] = lambda participant, after_ms: None,
        sinks: Mapping[str, SoundSink] | None = None,
        ladder: Ladder | None = None,
    ) -> None:
        self._log, self._ladder = log, ladder or Ladder()
        self._microphone, self._pictures = microphone, pictures
        self._publish, self._subscribe = publish, subscribe
        self.end = End(clock, log, sinks=sinks, on_first_frame=on_first_frame, on_trouble=self.rebuild)
        self._wanted: dict[Kind, Plan | None] = {"publish": None, "subscribe": None}
        self._built: dict[Kind, Plan | None] = {"publish": None, "subscribe": None}
        self._building: set[Kind] = set()
        self._news: dict[Kind, asyncio.Event] = {"publish": asyncio.Event(), "subscribe": asyncio.Event()}
        self._tasks = Tasks(lambda name, error: log.error("keeper failed", task=name, error=repr(error)))
        for kind in self._news:
            self._tasks.start(self._keep(kind), f"keep-{kind}")

    @classmethod
    def over(cls, carrier: Negotiation, equipment: Equipment, clock: Clock, log: Logger, tasks: Tasks) -> EndKeeper:
        """Everything that stands before an end goes out, everything that comes is shown and heard, first pictures are reported."""
        return cls(
            clock,
            log,
            microphone=equipment.microphone,
            pictures=equipment.pictures,
            publish=carrier.publish,
            subscribe=carrier.subscribe,
            on_first_frame=lambda participant, after_ms: tasks.start(carrier.first_frame(participant, after_ms), "report-first-frame"),
            sinks=equipment.sinks,
        )

    def follow(self, room: str | None, wants: Sequence[Wanted]) -> None:
        """The talk is in `room` now (None: there is no talk), and these sources are wanted."""
        self._wanted["publish"] = None if room is None else (room, ())
        self._wanted["subscribe"] = None if room is None or not wants else (room, tuple(wants))
        for news in self._news.values():
            news.set()

    def rebuild(self, kind: Kind) -> None:
        """The connection is no good: build it anew."""
        self._built[kind] = None
        self._news[kind].set()

    def settled(self) -> bool:
        """Whether every connection that is wanted stands."""
        return self._built == self._wanted and not self._building

    async def figures(self) -> EndFigures:
        """The end's counters."""
        return await self.end.figures()

    async def close(self) -> None:
        """End all connections."""
        await self._tasks.close()
        await self.end.close()

    async def _keep(self, kind: Kind) -> None:
        attempt = 0
        while True:
            wanted, news = self._wanted[kind], self._news[kind]
            news.clear()
            if wanted == self._built[kind]:
                attempt = 0
                await news.wait()
            elif wanted is None:
                self._built[kind] = None
                await self.end.leave(kind)
            else:
                self._built[kind] = wanted  # before building: a failure meanwhile must not be overwritten by success
                try:
                    await self._build(kind, wanted)
                except Exception as error:  # whatever the exchange or the answer was: the talk goes on, and so do we
                    self._log.info("connection not built", connection=kind, attempt=attempt, error=str(error) or type(error).__name__)
                    self._built[kind] = None
                    await self._pause(news, attempt)
                    attempt += 1

    async def _pause(self, news: asyncio.Event, attempt: int) -> None:
        """Until the ladder's pause is over or the talk looks different."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._ladder.pause(attempt, random.random())):  # noqa: S311 - jitter, not a secret
                await news.wait()

    async def _build(self, kind: Kind, plan: Plan) -> None:
        self._building.add(kind)
        try:
            if kind == "publish":
                await self.end.publish(self._microphone, self._pictures, self._publish)
            else:
                await self.end.subscribe(plan[1], self._subscribe)
        finally:
            self._building.discard(kind)
