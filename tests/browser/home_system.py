"""A home's own system beside a story: the reference receiver as a process, and what has reached it."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordings import electronic_file
from recordings.keys import all_public
from tests.programs import Program
from tests.serving import Served
from tests.waiting import until

READY_SECONDS, HANDED_SECONDS = 60, 90


@dataclass(frozen=True, slots=True)
class Arrived:
    """A hand-over as the home's system keeps it: its file, and what the file says of itself."""

    file: Path
    metadata: dict[str, Any]
    names: list[str]

    @property
    def case(self) -> dict[str, Any]:
        found: dict[str, Any] = self.metadata["case"]
        return found

    def content(self, name: str) -> bytes:
        """One of its files."""
        with zipfile.ZipFile(self.file) as opened:
            return opened.read(name)


class HomeSystem:
    """`received` is its folder; `keys` are those of the homes, which it trusts."""

    def __init__(self, home: str, port: int, received: Path, data: Path) -> None:
        self.home, self.port, self._received, self._data = home, port, received, data

    @property
    def setting(self) -> str:
        """For `[handover] homes`."""
        return f"{self.home}=http://127.0.0.1:{self.port}/cases"

    def has(self) -> list[Path]:
        """Everything that was taken."""
        return sorted((self._received / "cases").iterdir())

    async def gets(self, served: Served, session: str, case: str) -> Arrived:
        """Wait until the case of this session is acknowledged; its file is as it says, proven by the signed ledger, and handed over once."""
        await until(lambda: _told(served, session, case), HANDED_SECONDS)
        [told] = _told(served, session, case)
        folder = self._received / "cases" / f"{self.home}.{case}.{told['n']}"
        receipt = json.loads((folder / "receipt.json").read_bytes())
        assert (told["n"], told["digest"], told["receipt"]) == (1, receipt["digest"], receipt["receipt"])
        file = folder / "file.zip"
        with file.open("rb") as opened:
            found = electronic_file.read(opened)
            assert electronic_file.prove(opened, all_public(self._data)) >= 3
        arrived = Arrived(file, dict(found.metadata), list(found.names))
        assert (arrived.case["session"], arrived.case["home"], arrived.case["case"]) == (session, self.home, case)
        return arrived


def _told(served: Served, session: str, case: str) -> list[dict[str, Any]]:
    return [body for what, body in served.ledger(session) if what == "handed-over" and body["case"] == case]


@contextlib.asynccontextmanager
async def home_systems(data: Path, *homes: str) -> AsyncIterator[dict[str, HomeSystem]]:
    """One process each, with a folder beside `data`, in which the homes' keys are already."""
    async with contextlib.AsyncExitStack() as stack:
        systems: dict[str, HomeSystem] = {}
        for home in homes:
            received = data.with_name(f"{home}-system")
            program = await stack.enter_async_context(Program("signaling", "receiver", "--data", str(received), "--keys", str(data / "keys"), "--port", "0"))
            systems[home] = HomeSystem(home, await _port(program), received, data)
        yield systems


async def _port(program: Program) -> int:
    await until(lambda: program.out.startswith("ready "), READY_SECONDS)
    return int(program.out.strip().rpartition(":")[2])
