"""The trial's custodies as processes: there for every jurisdiction, there again when one is killed, gone with the server however it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from config.tasks import Tasks
from recordings.custody_client import CustodyAway
from recordings.keys import ensure_demo_keys
from signaling.custodians import Custodians
from signaling.custody_processes import CustodyProcesses
from tests.programs import ROOT, Program
from tests.recordings.custodian import NOW, head
from tests.waiting import until, until_found

SERVER = """
import asyncio, sys
from pathlib import Path
from config.logs import configure, get_logger
from signaling.custody_processes import CustodyProcesses

configure("info", "json")
asyncio.run(CustodyProcesses(Path(sys.argv[1]), sys.argv[2:], get_logger("server")).run())
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_demo_keys(tmp_path, ["jinshan", "haiyan"], NOW)
    return tmp_path


def custodies(data: Path) -> dict[str, int]:
    """Jurisdiction → pid of every custody of this folder that runs."""
    found = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if "recordings.custody" in words and str(data) in words:
                found[words[words.index("--jurisdiction") + 1]] = int(process.name)
    return found


class Watched:
    """What a running `CustodyProcesses` logs."""

    def __init__(self, logs: list[dict[str, object]]) -> None:
        self.logs = logs

    def events(self, event: str) -> list[object]:
        """The jurisdictions of which this was said, in order."""
        return [log["jurisdiction"] for log in self.logs if log["event"] == event]


@asynccontextmanager
async def kept(data: Path, *jurisdictions: str) -> AsyncIterator[Watched]:
    mistakes: list[BaseException] = []
    tasks = Tasks(lambda name, error: mistakes.append(error))
    with capture_logs() as logs:
        tasks.start(CustodyProcesses(data, jurisdictions, structlog.get_logger()).run(), "custody processes")
        try:
            yield Watched(logs)  # type: ignore[arg-type] # any mapping of text
        finally:
            await tasks.close()
    assert not mistakes
    assert custodies(data) == {}, "they end with whoever keeps them"


async def signs(data: Path, jurisdictions: Sequence[str], seq: int = 4) -> bool:
    """Whether each of them signs."""
    custodians = Custodians(data, {})
    try:
        for by in jurisdictions:
            await (await custodians.of(by)).sign(head(seq, by=by))
    except CustodyAway:
        return False
    finally:
        await custodians.close()
    return True


async def test_there_is_one_for_every_jurisdiction_begun_one_after_the_other(data: Path) -> None:
    async with kept(data, "haiyan", "jinshan") as watched:
        await until(lambda: len(watched.events("custody-started")) == 2, 60)
        assert watched.events("custody-started") == ["haiyan", "jinshan"]
        assert custodies(data).keys() == {"haiyan", "jinshan"}
        assert await signs(data, ["haiyan", "jinshan"])
        assert watched.events("custody-ended") == []
    assert not await signs(data, ["jinshan"], 5)


async def test_one_that_is_killed_is_started_again_and_remembers_what_it_signed(data: Path) -> None:
    async with kept(data, "haiyan", "jinshan") as watched:
        await until(lambda: len(watched.events("custody-started")) == 2, 60)
        assert await signs(data, ["jinshan"], 7)
        before = custodies(data)
        os.kill(before["jinshan"], signal.SIGKILL)
        await until(lambda: watched.events("custody-started").count("jinshan") == 2, 60)
        assert watched.events("custody-ended") == ["jinshan"]
        after = custodies(data)
        assert after["haiyan"] == before["haiyan"] and after["jinshan"] != before["jinshan"], "the other one was left alone"
        assert await signs(data, ["jinshan"], 7)
        assert len((data / "custody/jinshan/signed.jsonl").read_text().splitlines()) == 1


async def test_one_that_cannot_begin_holds_up_no_other_and_begins_when_it_can(data: Path) -> None:
    async with kept(data, "pinghu", "jinshan") as watched:
        await until(lambda: watched.events("custody-started") == ["jinshan"], 60)
        assert "pinghu" in watched.events("custody-ended")
        assert await signs(data, ["jinshan"])
        ensure_demo_keys(data, ["pinghu"], NOW)
        await until(lambda: watched.events("custody-started") == ["jinshan", "pinghu"], 60)
        assert await signs(data, ["pinghu"])


async def test_where_no_process_can_be_started_it_is_tried_again(data: Path) -> None:
    (data / "logs").write_text("a file where a folder should be")
    async with kept(data, "jinshan") as watched:
        await until(lambda: len(watched.events("custody-not-started")) > 1, 60)
        (data / "logs").unlink()
        await until(lambda: watched.events("custody-started") == ["jinshan"], 60)


async def test_pauses_grow_and_are_told(data: Path) -> None:
    async with kept(data, "pinghu") as watched:
        await until(lambda: len(watched.events("custody-ended")) > 2, 60)
        pauses = [log["again"] for log in watched.logs if log["event"] == "custody-ended"]
        codes = {log["code"] for log in watched.logs if log["event"] == "custody-ended"}
        assert pauses == sorted(pauses) and len(set(pauses)) == len(pauses)
        assert codes == {2}, "no keys"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_when_the_server_ends_however_it_ends_they_end_too_and_the_next_server_has_its_own(data: Path, end: signal.Signals) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(data), "haiyan", "jinshan", cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    await until(lambda: len(custodies(data)) == 2, 60)
    first = custodies(data)
    server.send_signal(end)
    await server.wait()
    async with kept(data, "haiyan", "jinshan") as watched:
        await until(lambda: len(watched.events("custody-started")) == 2, 60)
        assert not set(custodies(data).values()) & set(first.values())
        await until_found(lambda: signs(data, ["haiyan", "jinshan"]))


async def test_what_they_log_is_in_the_data_folder_and_holds_no_key(data: Path) -> None:
    async with kept(data, "jinshan") as watched:
        await until(lambda: watched.events("custody-started") == ["jinshan"], 60)
        assert await signs(data, ["jinshan"])
    log = (data / "logs/custody-jinshan.log").read_text()
    assert {"custody-ready", "signed", "custody-ended"} <= {json.loads(line)["event"] for line in log.splitlines()}
    for pem in (data / "custody/jinshan").glob("*.pem"):
        assert pem.read_text().splitlines()[1] not in log


async def test_an_operator_who_starts_one_beside_them_is_told_that_it_runs(data: Path) -> None:
    async with kept(data, "jinshan") as watched:
        await until(lambda: watched.events("custody-started") == ["jinshan"], 60)
        async with Program("recordings.custody", "--jurisdiction", "jinshan", "--data", str(data)) as second:
            assert (await second.ended()).status == 3
        assert watched.events("custody-ended") == [] and await signs(data, ["jinshan"])
