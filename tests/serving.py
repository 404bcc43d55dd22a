"""A real server with its real node, as processes, for the tests that need all of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.clock import SystemClock
from config.load import environment
from config.settings import Login
from signaling.auth.service import Auth
from signaling.domain.permissions import Actor
from signaling.store.sqlite import FILE_NAME, open_store
from tests.waiting import LONG


@dataclass
class Served:
    """One `virtual-window serve --demo` in `data`. `crash` and `start` again to restart it."""

    data: Path
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    port: int = 0
    url: str = ""
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Until `ready`, with the node up. A restart takes the port it had, as a service does."""
        with self._log_file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "signaling", "serve", "--data", str(self.data), "--port", str(self.port), "--media", "small", "--demo",
                *self.options, stdout=asyncio.subprocess.PIPE, stderr=log, env={**environment(), **self.variables},
            )  # fmt: skip
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), LONG)
        word, _, self.url = line.decode().strip().partition(" ")
        assert word == "ready", f"the server said {line!r}:\n{self.log()}"
        self.port = int(self.url.rpartition(":")[2])

    async def crash(self) -> None:
        """Like a power cut for the server alone: SIGKILL."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def crash_node(self) -> int:
        """SIGKILL for the media node; returns the pid it had."""
        pid = self.node_pid()
        os.kill(pid, signal.SIGKILL)
        return pid

    def node_gone(self) -> bool:
        """Whether no media node of this folder runs."""
        try:
            return "media.node" not in Path(f"/proc/{self.node_pid()}/cmdline").read_text()
        except (OSError, ValueError):
            return True

    def node_pid(self) -> int:
        return int(json.loads((self.data / "node.json").read_text())["pid"])

    async def stop(self) -> None:
        """An orderly stop, then whatever is left of the node."""
        if self.process is not None:
            await self._leave(self.process)
        with contextlib.suppress(OSError, ValueError, KeyError):
            pid = self.node_pid()
            if "media.node" in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGTERM)
                for _ in range(100):
                    if not Path(f"/proc/{pid}").exists():
                        break
                    await asyncio.sleep(0.05)
                else:
                    os.kill(pid, signal.SIGKILL)

    async def _leave(self, process: asyncio.subprocess.Process) -> None:
        for _ in range(round(2 * LONG)):
            if process.returncode is not None:
                return
            process.terminate()  # the first lets a talk finish, the next does not
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 0.5)
        process.kill()
        await process.wait()

    @property
    def _log_file(self) -> Path:
        return self.data.with_name(f"{self.data.name}-serve.log")  # beside DIR: a trial begins with an empty one

    def log(self) -> str:
        """What server and node have logged, for a failing test."""
        files = [self._log_file, self.data / "logs" / "node.log"]
        return "\n".join(f"--- {f.name}\n{f.read_text(errors='replace')[-6000:]}" for f in files if f.exists())

    def ledger(self, session: str) -> list[tuple[str, dict[str, Any]]]:
        """(what, body) of every entry of a session, read beside the running server."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data / FILE_NAME}?mode=ro", uri=True)) as db:
            rows = db.execute("select what, body from ledger where session = ? order by seq", (session,)).fetchall()
        return [(what, json.loads(body)) for what, body in rows]

    # --- the people and kiosks of the trial ---------------------------------------------------------

    @property
    def trial(self) -> dict[str, Any]:
        """`demo.json`."""
        content: dict[str, Any] = json.loads((self.data / "demo.json").read_text(encoding="utf-8"))
        return content

    def person(self, jurisdiction: str, role: str = "clerk", number: int = 0) -> dict[str, Any]:
        found: list[dict[str, Any]] = [p for p in self.trial["people"] if p["jurisdiction"] == jurisdiction and p["role"] == role]
        return found[number]

    def kiosk(self, jurisdiction: str = "haiyan", number: int = 0) -> dict[str, Any]:
        found: list[dict[str, Any]] = [k for k in self.trial["kiosks"] if k["jurisdiction"] == jurisdiction]
        return found[number]

    def secret(self, name: str, content: str) -> Path:
        """A file that only its owner reads."""
        file = self.data / name
        file.touch(mode=0o600)
        file.write_text(content + "\n", encoding="utf-8")
        return file

    async def enrolment_code(self, kiosk: str) -> str:
        """As `admin kiosks enrol` makes it for the system administrator of where the kiosk stands, beside the running server."""
        stands = next(each["jurisdiction"] for each in self.trial["kiosks"] if each["id"] == kiosk)
        system = Actor("system-administrator", self.person(stands, "system-administrator")["login"], stands)
        clock = SystemClock()
        async with await open_store(self.data / FILE_NAME, clock) as store:
            auth = Auth(store.people, store.kiosks, Login(), clock)
            try:
                return await auth.enrolment_code(kiosk, stands, system.name)
            finally:
                auth.close()


@contextlib.asynccontextmanager
async def serving(data: Path, *options: str, **variables: str) -> AsyncIterator[Served]:
    """A server for the length of a block."""
    served = Served(data, options, variables)
    try:
        await served.start()
        yield served
    finally:
        await served.stop()
