"""Where everything that is recorded goes to the disk: round after round, life after life. What the node says is not its business."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from config.clock import Clock
from config.logs import Logger
from recordings.disks import Disks
from recordings.health import Pulse
from recordings.life import Life, Line, Round
from recordings.session_writer import SessionWriter
from recordings.teller import Teller
from recordings.vault import VaultError

MOST_WAITING = 32 << 20
"""Bytes for the disk; with more, nothing is read from the node until the disk has taken some."""
SYNC = 1.0
"""Seconds between two syncs of what is open: what a power cut may cost."""
RETRY = 2.0
"""Seconds between two tries to find a disk, or to recover what a writer that still ran had left."""
THREADS = 8
MOST_FACTS = 10_000
"""Facts that are kept while there is no disk at all; the oldest go first."""

T = TypeVar("T")


class Press:
    """`sessions` gives those that are written now, `settled` is called with the ids of those that still have segments to be told."""

    def __init__(
        self,
        disks: Disks,
        clock: Clock,
        log: Logger,
        teller: Teller,
        sessions: Callable[[], Collection[SessionWriter]],
        settled: Callable[[set[str]], None],
    ) -> None:
        self.life: Life | None = None
        """None: nothing to record, or no disk to record on."""
        self.roomy = asyncio.Event()
        self.roomy.set()
        self.pulse = Pulse()
        self._disks = disks
        self._clock = clock
        self._log = log
        self._teller = teller
        self._sessions = sessions
        self._settled = settled
        self._facts: list[Line] = []
        self._work = asyncio.Event()
        self._ending = False
        self._seeking = False
        self._failed = float("-inf")
        """When a disk failed last."""
        self._running: set[str] = set()
        self._next_look = 0.0
        self._next_search = float("-inf")
        self._synced = 0.0
        self._pool = ThreadPoolExecutor(THREADS, "disk")

    # ---- what comes in

    def fact(self, line: Line) -> None:
        """A fact for the journal."""
        self._facts.append(line)
        if len(self._facts) > MOST_FACTS:
            self._log.error("fact-lost", what=self._facts.pop(0)["what"])
        self._work.set()

    def wake(self, *, always: bool = True) -> None:
        """Look whether there is work, and room for more; a round is due `always`, or only if a segment waits."""
        scribes = self.life.scribes if self.life is not None else []
        if sum(scribe.waiting for scribe in scribes) > MOST_WAITING:
            self.roomy.clear()
        else:
            self.roomy.set()
        if always or any(scribe.has_work for scribe in scribes):
            self._work.set()

    def begin(self) -> None:
        """A first session opens: there must be a life before its first frame. Blocks, briefly."""
        if self.life is None and not self._seeking:
            self._lives(self._disks.begin(self._now_ms()))  # a search of `run`, if one is on, finds the session when it ends

    def end(self) -> None:
        """Nothing more will come: `run` returns when everything is on the disk."""
        self._ending = True
        self._work.set()

    # ---- rounds

    async def run(self) -> None:
        """Round after round while there is work, until the end."""
        while True:
            await self._work.wait()
            self._work.clear()
            if self.life is None and (self._facts or self._sessions()) and (self._ending or self._clock.monotonic() >= self._next_search):
                await self._find_disk()
            if self.life is not None:
                await self._round(self.life)
            if self._running and self._clock.monotonic() >= self._next_look and not self._ending:
                await self.look_back()
            self._teller.note()
            if self.life is not None and not self._busy() and (self._ending or not (self._sessions() or self._is_usual())):
                await self._end_life(self.life, complete=True)  # after a spill the next session begins on the usual disk again
            if self._ending and (self.life is None or not self._busy()):
                break
        if self._facts:
            self._log.error("facts-lost", count=len(self._facts))
        self._pool.shutdown(wait=False)

    def _busy(self) -> bool:
        return bool(self._facts) or (self.life is not None and bool(self.life.scribes))

    def _is_usual(self) -> bool:
        return self.life is not None and self.life.vault.root == self._disks.usual

    async def _round(self, life: Life) -> None:
        now = self._clock.monotonic()
        sync = now - self._synced >= SYNC
        if sync:
            self._synced = now
        facts, self._facts = self._facts, []
        done = await self._blocking(lambda: life.round(facts, self._pool, sync=sync))
        if done.error is not None:
            await self._fail(life, done)
        else:
            self.pulse.written()
        self._teller.pump()
        self._settled({scribe.name.session for scribe in self.life.scribes} if self.life is not None else set())
        self.wake(always=bool(self._facts))

    # ---- lives

    async def look_back(self) -> None:
        """Put in order and tell what earlier lives left; again later, if one of their writers still runs."""
        now_ms = self._now_ms()
        running = await self._blocking(lambda: self._disks.recover(now_ms))
        self._running = running - {self.life.id if self.life is not None else ""}
        self._next_look = self._clock.monotonic() + RETRY
        for vault in self._disks.vaults():
            try:
                self._teller.add_earlier(vault, running)
            except VaultError as error:
                self._log.error("vault-unreadable", vault=vault.root.name, error=str(error))
        self._teller.pump()

    def _lives(self, life: Life | None) -> None:
        self.pulse.sought(life is not None)
        if life is not None:
            self.life = life
            self._teller.add_own(life.vault, life.id, life.journal)
            for session in self._sessions():
                session.live(life)

    async def _find_disk(self, failed: Path | None = None, code: str = "") -> None:
        """Begin a life where there is room; without any, in a while again."""
        self._seeking = True
        try:
            now_ms = self._now_ms()
            self._lives(await self._blocking(lambda: self._disks.begin(now_ms, failed, code)))
        finally:
            self._seeking = False
        if self.life is None:  # each tick brings us back here
            self._next_search = self._clock.monotonic() + RETRY

    async def _fail(self, life: Life, done: Round) -> None:
        """The disk refused something: finish what can be finished, and go on with another life."""
        assert done.error is not None
        self._log.error("life-failed", life=life.id, vault=life.vault.root.name, error=str(done.error))
        self._seeking = True
        self._suspect(done)
        for session in self._sessions():
            session.end_life()
        last = await self._blocking(lambda: life.round(done.unwritten, self._pool, sync=False))
        self._suspect(last)
        self._facts = [*last.unwritten, *self._facts]
        await self._end_life(life, complete=not last.unwritten)
        before, self._failed = self._failed, self._clock.monotonic()
        if self._failed - before < 2 * RETRY and not self._ending:
            self.pulse.sought(False)
            await asyncio.sleep(RETRY)  # a disk that takes only a few bytes must not become a mill of lives
        await self._find_disk(life.vault.root, done.error.code)

    def _suspect(self, done: Round) -> None:
        by_id = {session.id: session for session in self._sessions()}
        for scribe in done.closed:
            if scribe.error is not None and scribe.name.session in by_id:
                by_id[scribe.name.session].suspect(scribe)

    async def _end_life(self, life: Life, *, complete: bool) -> None:
        self.life = None
        closable = self._teller.end_own()
        try:
            await self._blocking(lambda: life.end(complete=complete, close=closable))
        except VaultError as error:
            self._log.error("life-unfinished", life=life.id, error=str(error))

    # ---- small things

    def _now_ms(self) -> int:
        return round(self._clock.now() * 1000)

    async def _blocking(self, work: Callable[[], T]) -> T:
        self.pulse.asked(self._clock.monotonic())
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        finally:
            self.pulse.answered()
