"""The media node, a program of its own: it outlives the server that gives it orders, and is found again by `node.json`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import gc
import json
import os
import random
import secrets
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import uvloop

from config.clock import Clock, SystemClock
from config.logs import Logger, configure, get_logger
from config.tasks import Tasks
from media.aiortc_private import UpstreamChanged, check
from media.control import Control
from media.guard import Guard
from media.ice import AddressPolicy, port_range
from media.node_api import NODE_PROTOCOL
from media.recording import Recording
from media.rooms import Rooms
from media.transport import Surroundings

NODE_FILE = "node.json"
LOCK_FILE = "node.lock"
BEAT = 0.1
GARBAGE = 20_000
"""New objects until the collector looks at the young ones: each packet leaves a handful, none of them in a cycle."""
LINGER = 2.0
"""Seconds that closing connections get to say goodbye before the process ends."""


def parser() -> argparse.ArgumentParser:
    """The command line; every default is visible in `--help`."""
    command = argparse.ArgumentParser(
        prog="virtual-window-node", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    command.add_argument("--data", type=Path, required=True, help="folder for node.json and the lock; only its owner may read it")
    command.add_argument("--host", default="127.0.0.1", help="address on which orders are taken")
    command.add_argument("--port", type=int, default=0, help="port on which orders are taken; 0 is any")
    command.add_argument("--port-range", type=port_range, default=None, metavar="A-B", help="UDP ports for media")
    command.add_argument("--addresses", type=_listed, default=(), metavar="A,B", help="local addresses to offer instead of all")
    command.add_argument("--public-address", default=None, help="address to show in place of the first IPv4 one (one-to-one NAT)")
    command.add_argument("--allow-loopback", action="store_true", help="offer and try 127.0.0.1: for a trial on one machine")
    command.add_argument(
        "--idle-minutes", type=float, default=10.0, help="without a server, end when every room has been empty for so long"
    )
    command.add_argument("--max-rooms", type=int, default=200, help="more are refused")
    command.add_argument("--log-file", type=Path, default=None, help="write the log there instead of the standard error")
    command.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    return command


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


class AlreadyRunning(RuntimeError):
    """Another node holds the folder."""


class Node:
    """One running node: rooms, the orders' socket, the beat and the signals."""

    def __init__(self, options: argparse.Namespace, clock: Clock, log: Logger) -> None:
        self.id = secrets.token_hex(6)
        self._options = options
        self._clock = clock
        self._log = log.bind(node=self.id)
        self._ended = asyncio.Event()
        self._signals = 0
        self._tasks = Tasks(self._task_failed)
        self._guard = Guard(self._log)
        addresses = AddressPolicy(
            listed=options.addresses, loopback=options.allow_loopback, public=options.public_address, ports=options.port_range
        )
        around = Surroundings(addresses, clock, self._tasks, self._guard, self._log, random.SystemRandom())
        writer_options = ["--log-level", options.log_level]
        if options.log_file is not None:
            writer_options += ["--log-file", str(options.log_file)]
        self._recording = Recording(options.data, writer_options, clock, self._tasks, self._guard, self._log)
        self.rooms = Rooms(around, options.max_rooms, self._log, self._recording)
        self._control = Control(self.rooms, self.id, secrets.token_urlsafe(32), clock, self._log)
        self._idle_since: float | None = None

    def _task_failed(self, name: str, error: BaseException) -> None:
        self._guard.caught(error)

    async def run(self) -> None:
        """Serve until drained, idle or told twice to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)
        async with self._control.serve(self._options.host, self._options.port) as url:
            self._write_file(url)
            print(f"ready {url}", flush=True)  # noqa: T201 - the line that whoever started the program waits for
            self._log.info("node-ready", url=url, pid=os.getpid())
            try:
                await self._beat()
            finally:
                self.rooms.close_all("the node ends")
                self._remove_file()
        await self._recording.close()
        await self._linger()
        self._log.info("node-ended", errors=dict(self._guard.counts))

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._ended.is_set():
            began = loop.time()
            now = self._clock.monotonic()
            try:
                self.rooms.beat(now)
            except Exception as error:  # a room that fails must not stop the others' time
                self._guard.caught(error)
            if self._is_done(now):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), max(0.01, BEAT - (loop.time() - began)))

    def _is_done(self, now: float) -> bool:
        if self.rooms.draining and not self.rooms:
            self._log.info("node-drained")
            return True
        if self._control.connected or self.rooms.connections:
            self._idle_since = None
            return False
        if self._idle_since is None:
            self._idle_since = now
        idle: bool = now - self._idle_since >= self._options.idle_minutes * 60
        if idle:
            self._log.info("node-idle", rooms=len(self.rooms))
        return idle

    def _signalled(self) -> None:
        self._signals += 1
        self._log.info("node-signalled", times=self._signals)
        self.rooms.drain()
        if self._signals > 1:
            self._ended.set()

    async def _linger(self) -> None:
        """Let connections close properly, but not for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while len(self._tasks):
                    await asyncio.sleep(0.01)
        await self._tasks.close()

    # ---- node.json

    def _write_file(self, url: str) -> None:
        path = self._options.data / NODE_FILE
        facts = {
            "node": self.id,
            "pid": os.getpid(),
            "url": url,
            "token": self._control.token,
            "started": self._clock.now(),
            "protocol": NODE_PROTOCOL,
        }
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _remove_file(self) -> None:
        """Only if it is still ours."""
        path = self._options.data / NODE_FILE
        with contextlib.suppress(OSError, ValueError):
            if json.loads(path.read_text())["node"] == self.id:
                path.unlink()


def _lock(folder: Path) -> TextIO:
    """One node per folder: the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / LOCK_FILE).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AlreadyRunning(f"another node runs in {folder}") from error
    return file


def main(arguments: Sequence[str] | None = None) -> None:
    """`virtual-window-node`. Exit codes: 0 ended as asked, 1 the libraries have changed, 3 another node runs in the folder."""
    options = parser().parse_args(arguments)
    with contextlib.ExitStack() as stack:
        try:
            check()
            stack.callback(_lock(options.data).close)
        except UpstreamChanged as error:
            sys.exit(str(error))
        except AlreadyRunning as error:
            print(error, file=sys.stderr)  # noqa: T201 - the program's word to whoever started it
            sys.exit(3)
        file = sys.stderr if options.log_file is None else stack.enter_context(options.log_file.open("a", buffering=1))
        configure(options.log_level, "json", file)

        async def run() -> None:
            gc.freeze()  # what is loaded by now stays; packets alone must not set off a search through all of it
            gc.set_threshold(GARBAGE, 20, 20)
            await Node(options, SystemClock(), get_logger("media-node")).run()

        uvloop.run(run())


if __name__ == "__main__":
    main()
