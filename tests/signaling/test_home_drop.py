"""The folder of a home: whole files only, the event last, put once, whoever writes the answer and whenever."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest

from config.clock import HandClock
from recordings.handover import receipt
from signaling.home_drop import DropFolder
from signaling.office.handover_ports import HomeAway, HomeFailed, HomeRefused
from tests.signaling.receiver.cases import AT, Cases

NAME = "310116-330424-20261123-0001.1"


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(tmp_path / "home")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def impatient(inbox: Path) -> DropFolder:
    return DropFolder(inbox, HandClock(), 0)


async def test_nobody_has_acknowledged_yet(inbox: Path, cases: Cases) -> None:
    delivery = cases.delivery()
    with pytest.raises(HomeAway, match="no-receipt"):
        await impatient(inbox).deliver(delivery)
    assert sorted(file.name for file in inbox.iterdir()) == [f"{NAME}.event.json", f"{NAME}.zip"]
    event = json.loads((inbox / f"{NAME}.event.json").read_bytes())
    assert (event["id"], event["dataref"]) == (delivery.statement.id, f"{NAME}.zip")
    delivery.file.seek(0)
    assert (inbox / f"{NAME}.zip").read_bytes() == delivery.file.read()
    assert stat.S_IMODE(inbox.stat().st_mode) == 0o700
    seen = {file.name: file.stat().st_ino for file in inbox.iterdir()}
    (inbox / f"{NAME}.receipt.json").write_bytes(receipt(delivery.statement, "R-9", AT))
    assert await impatient(inbox).deliver(cases.delivery()) == "R-9"
    assert {name: (inbox / name).stat().st_ino for name in seen} == seen, "what was put stays"


async def test_what_a_kill_left_half_is_put_anew(inbox: Path, cases: Cases) -> None:
    inbox.mkdir()
    (inbox / f".{NAME}.zip.part").write_bytes(b"half")
    (inbox / f"{NAME}.zip").write_bytes(b"from another life, its event was never put")
    delivery = cases.delivery()
    with pytest.raises(HomeAway):
        await impatient(inbox).deliver(delivery)
    delivery.file.seek(0)
    assert (inbox / f"{NAME}.zip").read_bytes() == delivery.file.read()


async def test_a_refusal_counts_once(inbox: Path, cases: Cases) -> None:
    inbox.mkdir()

    async def refuse(said: bytes) -> str:
        (inbox / f"{NAME}.event.json").unlink(missing_ok=True)
        system = DropFolder(inbox, HandClock(), 60)
        delivering = asyncio.ensure_future(system.deliver(cases.delivery()))  # noqa: TID251 - awaited below
        while not (inbox / f"{NAME}.event.json").exists():
            await asyncio.sleep(0.01)
        (inbox / f"{NAME}.refusal.json").write_bytes(said)
        with pytest.raises(HomeRefused) as refused:
            await delivering
        return refused.value.code

    assert await refuse(b'{"error":"unknown-service"}') == "unknown-service"
    assert await refuse(b"no code at all") == "home-refused"
    with pytest.raises(HomeAway):  # said again: the old refusal is not the answer
        await impatient(inbox).deliver(cases.delivery())


async def test_a_receipt_of_something_else_is_none(inbox: Path, cases: Cases) -> None:
    inbox.mkdir()
    (inbox / f"{NAME}.receipt.json").write_bytes(receipt(cases.delivery(page=b"other").statement, "R-9", AT))
    with pytest.raises(HomeFailed, match="bad-receipt"):
        await impatient(inbox).deliver(cases.delivery())


async def test_a_folder_that_cannot_be_had_is_a_home_that_is_away(tmp_path: Path, cases: Cases) -> None:
    (tmp_path / "inbox").write_text("a file stands here")
    with pytest.raises(HomeAway):
        await impatient(tmp_path / "inbox").deliver(cases.delivery())
