"""Our programs as processes: start, read their lines, wait for their end."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.waiting import LONG

ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Ended:
    """What a program left behind."""

    status: int
    out: str
    log: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines it printed."""
        return [json.loads(line) for line in self.out.splitlines()]


class Program:
    """`python -m module …`, killed at the end of the `async with` if it still runs. `variables` replace the whole environment."""

    def __init__(self, module: str, *arguments: str, variables: dict[str, str] | None = None) -> None:
        self._variables = variables
        self._arguments = [sys.executable, "-m", module, *arguments]
        self._out, self._log = bytearray(), bytearray()

    async def __aenter__(self) -> Program:
        self.process = await asyncio.create_subprocess_exec(
            *self._arguments,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._variables,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._reading = asyncio.gather(self._read(self.process.stdout, self._out), self._read(self.process.stderr, self._log))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    @staticmethod
    async def _read(stream: asyncio.StreamReader, into: bytearray) -> None:
        while chunk := await stream.read(4096):
            into += chunk

    @property
    def out(self) -> str:
        return self._out.decode()

    @property
    def log(self) -> str:
        return self._log.decode()

    async def ended(self, seconds: float = LONG) -> Ended:
        """Wait for the end."""
        async with asyncio.timeout(seconds):
            status = await self.process.wait()
            await self._reading
        return Ended(status, self.out, self.log)
