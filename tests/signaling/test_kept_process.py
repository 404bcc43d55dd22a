"""A program beside the server: there again when it ends, gone with the server, also when it does not want to."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

import signaling.kept_process as kept_process
from config.tasks import Tasks
from signaling.kept_process import KeptProcess
from tests.programs import ROOT
from tests.waiting import until

PAUSE = (0.01, 0.04)


class Kept:
    """One that is kept, and what was said of it."""

    def __init__(self, folder: Path, logs: list[Any]) -> None:
        self.folder = folder
        self.logs = logs
        self.begun = 0

    def begins(self) -> None:
        self.begun += 1

    def said(self, event: str) -> list[Any]:
        return [line for line in self.logs if line["event"] == event]

    def lives(self) -> set[int]:
        """The process ids of all its lives so far."""
        return {int(each.name) for each in (self.folder / "lives").iterdir()}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(kept_process, "END_SECONDS", 0.2)
    (tmp_path / "lives").mkdir()

    @asynccontextmanager
    async def started(*words: str, program: str = "tests.signaling.kept_program", said: Path = tmp_path / "logs" / "one.log") -> AsyncIterator[Kept]:
        mistakes: list[BaseException] = []
        tasks = Tasks(lambda name, error: mistakes.append(error))
        with capture_logs() as logs:
            one = Kept(tmp_path, logs)
            process = KeptProcess("one", [program, str(tmp_path / "lives"), *words], said, PAUSE, structlog.get_logger())
            tasks.start(process.run(one.begins), "kept")
            try:
                yield one
            finally:
                await tasks.close()
        assert not mistakes
        assert not [pid for pid in one.lives() if Path(f"/proc/{pid}").exists()], "gone with whoever kept it"

    return started


async def test_it_is_said_when_it_is_ready_and_what_it_says_is_kept(kept: Callable[..., Any], tmp_path: Path) -> None:
    async with kept() as one:
        await until(lambda: one.begun == 1)
        [line] = one.said("one-started")
        assert one.lives() == {line["pid"]}
    assert (tmp_path / "logs" / "one.log").read_text() == "lives\n"
    assert one.said("one-ended") == []


async def test_one_that_is_killed_is_there_again(kept: Callable[..., Any]) -> None:
    async with kept() as one:
        await until(lambda: len(one.said("one-started")) == 1)
        os.kill(one.said("one-started")[0]["pid"], signal.SIGKILL)
        await until(lambda: len(one.said("one-started")) == 2)
    assert [line["code"] for line in one.said("one-ended")] == [-signal.SIGKILL]


async def test_one_that_ends_again_and_again_is_started_ever_later(kept: Callable[..., Any]) -> None:
    async with kept("ends") as one:
        await until(lambda: len(one.said("one-ended")) >= 4)
        assert one.begun >= 4, "nobody waits for one that never is ready"
    assert [line["again"] for line in one.said("one-ended")][:4] == [0.02, 0.04, 0.04, 0.04]
    assert {line["code"] for line in one.said("one-ended")} == {3}


async def test_one_that_stays_is_killed_with_the_server(kept: Callable[..., Any]) -> None:
    async with kept("stays") as one:
        await until(lambda: one.begun == 1)


async def test_without_a_disk_it_is_not_started_and_tried_again(kept: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with kept(said=tmp_path / "file" / "one.log") as one:
        await until(lambda: len(one.said("one-not-started")) >= 2)
        assert one.begun >= 2 and one.lives() == set()
        (tmp_path / "file").unlink()
        await until(lambda: len(one.said("one-started")) == 1)
