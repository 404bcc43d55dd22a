"""`custody --with-stdin`: it lives as long as the one who started it, however that one ends, and leaves its socket to nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from recordings.custody_client import Custody, CustodyAway
from recordings.keys import SOCKET, ensure_demo_keys
from tests.programs import ROOT
from tests.recordings.custodian import NOW, head
from tests.waiting import LONG, until

STARTER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "recordings.custody", *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
print(child.pid, child.stdout.readline().decode().strip(), flush=True)
child.wait()
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_demo_keys(tmp_path, ["jinshan"], NOW)
    return tmp_path


@asynccontextmanager
async def started(data: Path, *options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A custody whose standard input is ours, once it is ready."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "recordings.custody", "--jurisdiction", "jinshan", "--data", str(data), *options, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        word, _, where = (await asyncio.wait_for(child.stdout.readline(), LONG)).decode().strip().partition(" ")
        assert word == "ready"
        yield child, where
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def runs(pid: int) -> bool:
    """Whether that custody still runs; one that has ended and that nobody has buried does not."""
    try:
        return "recordings.custody" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


async def test_it_answers_while_its_standard_input_is_open_and_ends_in_order_with_it(data: Path) -> None:
    async with started(data, "--with-stdin") as (child, where):
        async with Custody(where) as client:
            assert (await client.sign(head()))["head"] == head()
        assert child.returncode is None and child.stdin is not None
        child.stdin.close()
        assert await asyncio.wait_for(child.wait(), LONG) == 0
        assert not (data / "custody/jinshan" / SOCKET).exists()
        async with Custody(where) as client:
            with pytest.raises(CustodyAway):
                await client.public()


async def test_when_whoever_started_it_is_killed_it_ends_and_another_may_begin(data: Path) -> None:
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, "--jurisdiction", "jinshan", "--data", str(data), "--with-stdin", cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert starter.stdout is not None
    pid, word, _where = (await asyncio.wait_for(starter.stdout.readline(), LONG)).decode().split()
    assert word == "ready" and runs(int(pid))
    starter.send_signal(signal.SIGKILL)
    await starter.wait()
    await until(lambda: not runs(int(pid)))
    async with started(data) as (_, again), Custody(again) as client:
        assert await client.public()


async def test_a_standard_input_that_has_ended_before_it_is_ready_ends_it_too(data: Path) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "recordings.custody", "--jurisdiction", "jinshan", "--data", str(data), "--with-stdin", cwd=ROOT,
            stdin=reading, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    finally:
        os.close(reading)
    assert await asyncio.wait_for(child.wait(), LONG) == 0
    assert not (data / "custody/jinshan" / SOCKET).exists()


async def test_without_the_word_its_standard_input_is_nothing_to_it(data: Path) -> None:
    async with started(data) as (child, where):
        assert child.stdin is not None
        child.stdin.close()
        async with Custody(where) as client:
            for seq in (4, 5, 6):
                assert await client.sign(head(seq))
        assert child.returncode is None
