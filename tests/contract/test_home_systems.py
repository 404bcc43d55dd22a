"""What every way to a home's system promises, with the reference receiver at its other end as a process: the same again is the same receipt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.clock import SystemClock
from signaling import local_tls
from signaling.home_drop import DropFolder
from signaling.home_http import EventsOverHttp
from signaling.office.handover_ports import HomeAway, HomeRefused, HomeSystem
from tests.programs import Program
from tests.signaling.receiver.cases import Cases
from tests.waiting import LONG, until


@dataclass
class Way:
    """A way to a home's system; `program` is the receiver there."""

    system: HomeSystem
    program: Program
    received: Path

    def kept(self) -> list[str]:
        return sorted(folder.name for folder in (self.received / "cases").iterdir())


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(tmp_path / "home")


@pytest.fixture(params=["http", "https", "drop"])
async def way(request: pytest.FixtureRequest, tmp_path: Path, cases: Cases) -> AsyncIterator[Way]:
    received, inbox = tmp_path / "received", tmp_path / "inbox"
    options = ["--data", str(received), "--keys", str(tmp_path / "home" / "keys" / "jinshan.json")]
    ca = None
    if request.param == "https":
        ca = local_tls.make(tmp_path / "tls", ["127.0.0.1"], SystemClock().now())
        options += ["--tls-certificate", str(tmp_path / "tls" / "server.crt"), "--tls-key", str(tmp_path / "tls" / "server.key")]
    options += ["--drop", str(inbox)] if request.param == "drop" else ["--port", "0"]
    async with AsyncExitStack() as stack:
        program = await stack.enter_async_context(Program("signaling", "receiver", *options))
        await until(lambda: "\n" in program.out or program.process.returncode is not None)
        assert program.out.startswith("ready "), program.log
        where = program.out.removeprefix("ready ").strip()
        system: HomeSystem = DropFolder(inbox, SystemClock(), LONG) if request.param == "drop" else EventsOverHttp(f"{where}/cases", LONG, ca)
        stack.push_async_callback(system.close)
        yield Way(system, program, received)


async def test_delivered_it_is_there_and_acknowledged(way: Way, cases: Cases) -> None:
    assert await way.system.deliver(cases.delivery())
    assert way.kept() == ["jinshan.310116-330424-20261123-0001.1"]
    assert (way.received / "cases" / way.kept()[0] / "file.zip").read_bytes() == cases.delivery().file.read()


async def test_delivered_again_it_is_the_same(way: Way, cases: Cases) -> None:
    receipts = [await way.system.deliver(cases.delivery()) for _ in range(3)]
    receipts += await asyncio.gather(*(way.system.deliver(cases.delivery()) for _ in range(3)))
    assert len(set(receipts)) == 1 and len(way.kept()) == 1


async def test_two_cases_are_two(way: Way, cases: Cases) -> None:
    one, two = await way.system.deliver(cases.delivery()), await way.system.deliver(cases.delivery(case="310116-330424-20261123-0002"))
    assert one != two and len(way.kept()) == 2


async def test_what_it_does_not_want_it_refuses_with_a_code(way: Way, cases: Cases) -> None:
    for delivery, code in ((cases.delivery(home="haiyan"), "not-signed"), (cases.delivery(case="other-1", n=2), "bad-file")):
        with pytest.raises(HomeRefused) as refused:
            await way.system.deliver(delivery)
        assert refused.value.code == code
    assert not way.kept()


async def test_refused_it_may_be_delivered_again(way: Way, cases: Cases) -> None:
    for _ in range(2):
        with pytest.raises(HomeRefused):
            await way.system.deliver(cases.delivery(home="haiyan"))


async def test_while_nobody_is_there_it_is_away(way: Way, cases: Cases) -> None:
    way.program.process.kill()
    await way.program.process.wait()
    if isinstance(way.system, DropFolder):
        way.system._seconds = 0.5
    with pytest.raises(HomeAway):
        await way.system.deliver(cases.delivery())
