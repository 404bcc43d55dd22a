"""A reader's program that misbehaves: nothing of it ends the agent, and nothing that it says reaches a log."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.logs import get_logger
from kiosk.identity import process_reader
from kiosk.identity.card import NotRead
from kiosk.identity.process_reader import ProcessReader
from kiosk.identity.standin import SAMPLES
from tests.kiosk.identity import vendor
from tests.logged import logged
from tests.waiting import until

CARD, OTHER = SAMPLES
CONTENT = {each: json.dumps(msgspec.to_builtins(each)) for each in SAMPLES}


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    with logged() as stream:
        yield stream
    assert not [each for card in SAMPLES for each in (card.name, card.number) if each in stream.getvalue()]


@asynccontextmanager
async def program(body: str) -> AsyncIterator[ProcessReader]:
    """`ask()` is the next line that the program hears, `say(text)` prints one."""
    head = "import sys, json\ndef ask():\n line = sys.stdin.readline()\n if not line: sys.exit()\n return json.loads(line)\ndef say(text):\n print(text, flush=True)\n"
    reader = ProcessReader([sys.executable, "-c", head + body], get_logger("test"))
    try:
        yield reader
    finally:
        await reader.close()


def card(of: str = CONTENT[CARD], n: str = "asked['n']") -> str:
    return f"say(json.dumps({{'n': {n}, 'card': json.loads('''{of}''')}}))\n"


async def test_a_program_that_is_not_there() -> None:
    reader = ProcessReader(["/no/such/program"], get_logger("test"))
    assert [await reader.read() for _ in range(2)] == [NotRead("no-reader")] * 2
    await reader.close()


async def test_one_that_dies_is_started_again(tmp_path: Path) -> None:
    """With the first card it ends, before it has said a word."""
    mark = tmp_path / "died"
    body = f"from pathlib import Path\nmark = Path({str(mark)!r})\nasked = ask()\nif not mark.exists():\n mark.touch()\n sys.exit(7)\n" + card()
    async with program(body) as reader:
        assert await reader.read() == NotRead("no-reader")
        assert await reader.read() == CARD


async def test_one_that_died_between_two_readings_is_started_again(log: io.StringIO) -> None:
    async with program("asked = ask()\n" + card()) as reader:
        assert await reader.read() == CARD
        assert await reader.read() in (NotRead("no-reader"), CARD)
        assert await reader.read() in (NotRead("no-reader"), CARD)
    assert log.getvalue().count("reader started") >= 2


@pytest.mark.parametrize(
    "answer",
    [
        "say('hello')", f"say('{CARD.name} {CARD.number}')", "say('x' * 100_000)", "say('{}')", "say('')", "sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()",
        "say(json.dumps({'n': asked['n'], 'card': {'name': 'x'}}))", "say(json.dumps({'n': asked['n'], 'problem': 'late'}))",
    ],
)  # fmt: skip
async def test_one_that_speaks_otherwise_is_ended(answer: str, log: io.StringIO) -> None:
    async with program(f"asked = ask()\n{answer}\nask()") as reader:
        assert await reader.read() == NotRead("reader-fault")
        assert await reader.read() == NotRead("reader-fault"), "a fresh one is asked"
    assert log.getvalue().count("reader started") == 2


async def test_answers_to_earlier_questions_are_passed_over() -> None:
    """The resident has stepped back: the card of the one before is never taken for theirs."""
    late = "first = ask()\nstop = ask()\nasked = ask()\n" + card(CONTENT[OTHER], "first['n']") + card() + "ask()"
    async with program(late) as reader:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(reader.read())
            await until(lambda: reader._process is not None)
            await asyncio.wait([reading], timeout=0.05)
            reading.cancel()
        assert await reader.read() == CARD


async def test_what_it_prints_beside_the_lines_is_thrown_away(log: io.StringIO, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "card.json"
    place.write_text(json.dumps({"card": msgspec.to_builtins(CARD)}), encoding="utf-8")
    reader = ProcessReader([sys.executable, vendor.__file__, str(place)], get_logger("test"))
    assert await reader.read() == CARD
    await reader.close()
    assert (capfd.readouterr(), "reader started" in log.getvalue()) == (("", ""), True)


async def test_one_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_reader, "GRACE", 0.05)
    async with program("import select\nasked = ask()\n" + card() + "while True: select.select([], [], [], 60)") as reader:
        assert await reader.read() == CARD
        process = reader._process
        assert process is not None
    assert process.returncode == -9


async def test_one_that_has_closed_its_ears_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_reader, "GRACE", 0.05)
    async with program("import os, select\nasked = ask()\nos.close(0)\n" + card() + "select.select([], [], [], 60)") as reader:
        assert await reader.read() == CARD
        assert await reader.read() == NotRead("no-reader")
        assert await reader.read() == CARD, "a fresh one hears"


async def test_one_that_floods_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_reader, "GRACE", 0.05)
    async with program("asked = ask()\nwhile True: say('x' * 1000)") as reader:
        assert await reader.read() == NotRead("reader-fault")


async def test_what_it_has_started_ends_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A script around the vendor's program leaves it no device."""
    monkeypatch.setattr(process_reader, "GRACE", 0.05)
    told = tmp_path / "pid"
    body = f"import subprocess\nasked = ask()\ninner = subprocess.Popen(['sleep', '600'])\nopen({str(told)!r}, 'w').write(str(inner.pid))\n"
    async with program(body + card() + "ask()") as reader:
        assert await reader.read() == CARD
    inner = Path(f"/proc/{told.read_text()}/stat")
    await until(lambda: not inner.exists() or inner.read_text().split()[2] == "Z")


@pytest.mark.parametrize("ends", ["ask()", "select.select([], [], [], 60)"])
async def test_it_is_closed_while_somebody_waits(monkeypatch: pytest.MonkeyPatch, ends: str, tmp_path: Path) -> None:
    monkeypatch.setattr(process_reader, "GRACE", 0.2)
    asked = tmp_path / "asked"
    async with program(f"import select\nask()\nopen({str(asked)!r}, 'w').close()\n{ends}") as reader:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(reader.read())
            await until(asked.exists)
            await reader.close()
        assert reading.result() == NotRead("no-reader")


async def test_it_is_closed_while_its_program_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    started = list[asyncio.subprocess.Process]()
    start = asyncio.create_subprocess_exec

    async def closed_meanwhile(*command: str, **options: Any) -> asyncio.subprocess.Process:
        started.append(await start(*command, **options))
        await reader.close()
        return started[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", closed_meanwhile)
    async with program("ask()\nask()") as reader:
        assert await reader.read() == NotRead("no-reader")
        assert started[0].returncode is not None
