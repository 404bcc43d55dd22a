"""Simulated ends as processes: a resident and a clerk without browsers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.serving import Served
from tests.waiting import LONG

VISIT_SECONDS = 90.0


class Simulated:
    """One running `simulate`. `result()` is its JSON line once it has ended well; `log` what it said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())  # noqa: TID251 - awaited in `close`

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())
            self._news.set()

    @property
    def log(self) -> str:
        return "\n".join(self.lines[-40:])

    async def says(self, words: str, seconds: float = LONG, after: int = 0) -> int:
        """Until a log line after line `after` contains `words`; returns its number, counted from 1."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    for number, line in enumerate(self.lines[after:], after + 1):
                        if words in line:
                            return number
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"never said {words!r}:\n{self.log}") from None

    async def result(self, seconds: float = VISIT_SECONDS) -> dict[str, Any]:
        """The JSON line of a completed visit; fails with the log of one that did not complete."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            out = (await self.process.stdout.read()).decode()
            code = await self.process.wait()
        assert code == 0, f"exit code {code}\n{self.log}"
        lines = out.strip().splitlines()
        assert len(lines) == 1, f"one JSON line was promised, not {lines}"
        result: dict[str, Any] = json.loads(lines[0])
        return result

    async def close(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), LONG)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        await self._reading


async def _start(*command: str) -> Simulated:
    return Simulated(
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
    )  # fmt: skip




@contextlib.asynccontextmanager
async def resident(served: Served, *options: str, home: str = "jinshan", number: int = 0) -> AsyncIterator[Simulated]:
    """A simulated resident at one of Haiyan's kiosks."""
    kiosk = served.kiosk("haiyan", number)
    key = served.secret(f"{kiosk['id']}.key", kiosk["key"])
    end = await _start("kiosk", "simulate", "--server", served.url, "--kiosk", kiosk["id"], "--key-file", str(key),
                       "--home", home, "--service", _offered(home), *options)  # fmt: skip
    try:
        yield end
    finally:
        await end.close()


@contextlib.asynccontextmanager
async def clerk(served: Served, *options: str, home: str = "jinshan", number: int = 0) -> AsyncIterator[Simulated]:
    """A simulated clerk of the home jurisdiction."""
    person = served.person(home, number=number)
    password = served.secret(f"{person['login']}.password", person["password"])
    end = await _start("counter", "simulate", "--server", served.url, "--login", person["login"], "--password-file", str(password), *options)
    try:
        yield end
    finally:
        await end.close()


def _offered(home: str) -> str:
    from config.catalogue import load_catalogue
    from config.clock import SystemClock

    return next(o.service.code for o in load_catalogue().offered_at("haiyan", SystemClock().now()) if o.home == home)


def film(file: Path, *, seconds: int = 4, width: int = 640, height: int = 360, fps: int = 15) -> Path:
    """A video file whose pictures are easy to recognise: four flat quarters in colours that survive coding."""
    import cv2
    import numpy as np

    picture = np.zeros((height, width, 3), np.uint8)
    for index, colour in enumerate(QUARTERS):
        top, left = (index // 2) * height // 2, (index % 2) * width // 2
        picture[top : top + height // 2, left : left + width // 2] = colour
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), fps, (width, height))
    assert writer.isOpened()
    for _ in range(seconds * fps):
        writer.write(picture)
    writer.release()
    return file


QUARTERS = ((40, 40, 200), (40, 180, 40), (200, 80, 40), (180, 180, 180))
"""Blue, green, red as OpenCV has them: top left, top right, bottom left, bottom right."""
