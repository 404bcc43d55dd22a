"""A jurisdiction with keys, a custody process and a vault, for tests."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from config.secret import Secret
from recordings.custody_client import Custody
from recordings.data_key import DataKey
from recordings.keys import PublicKeys, load_public
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from tests.programs import Program
from tests.recordings.sealed import ORIGIN, VIDEO, name
from tests.waiting import until

NOW = 1_790_000_000.0


def head(seq: int = 4, digest: str = "a", role: str = "home", by: str = "jinshan", session: str = "s-12345678") -> dict[str, Any]:
    """A statement about a ledger."""
    return {
        "at": "2026-11-23T09:30:00.000Z", "by": by, "digest": digest * 64, "format": "virtual-window-head/1", "role": role,
        "root": digest * 64, "seq": seq, "session": session,
    }  # fmt: skip


class Running:
    """A custody process that is ready."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.where = program.out.removeprefix("ready ").strip()

    def memory(self) -> int:
        """The most memory it ever had, in bytes."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.program.process.pid}/status").read_text())
        assert found
        return int(found[1]) * 1024

    def open_files(self) -> list[str]:
        links = []
        for handle in Path(f"/proc/{self.program.process.pid}/fd").iterdir():
            try:
                links.append(str(handle.readlink()))
            except FileNotFoundError:
                continue
        return links

    def events(self, event: str) -> list[dict[str, Any]]:
        """What it logged."""
        lines = [json.loads(line) for line in self.program.log.splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


@asynccontextmanager
async def running(data: Path, jurisdiction: str = "jinshan", *options: str) -> AsyncIterator[Running]:
    """Its custody as a process of its own; killed afterwards if it still runs."""
    async with Program("recordings.custody", "--jurisdiction", jurisdiction, "--data", str(data), *options) as program:
        await until(lambda: "\n" in program.out or program.process.returncode is not None)
        assert program.out.startswith("ready "), program.log
        yield Running(program)


@asynccontextmanager
async def custody(data: Path, jurisdiction: str = "jinshan", *options: str, token: Secret | None = None) -> AsyncIterator[Custody]:
    """A client of such a process."""
    async with running(data, jurisdiction, *options) as process, Custody(process.where, token) as client:
        yield client


class Recorded:
    """Segments in a vault, sealed to a jurisdiction."""

    def __init__(self, data: Path, jurisdiction: str = "jinshan") -> None:
        self.vault = Vault(data / "recordings")
        self.public: PublicKeys = load_public(data, jurisdiction)
        self.key = DataKey.new("s-20261123-0001", "00112233445566aa")
        self.wrapped = self.key.wrap(jurisdiction, self.public.sealing).encode()

    def segment(self, chunks: Iterable[bytes], of: SegmentName | None = None, *, ended: bool = True) -> SegmentName:
        of = of or name()
        sealer = SegmentSealer(self.key, of, VIDEO, ORIGIN)
        file = self.vault.create_segment(of, sealer.head)
        for chunk in chunks:
            file.write(sealer.chunk(chunk))
        if ended:
            file.write(sealer.chunk(b"", last=True))
        file.close()
        return of

    def flip(self, of: SegmentName, place: int) -> None:
        """Change one byte on the disk; a negative place counts from the end."""
        path = self.vault.root / "sessions" / of.session / of.file
        content = bytearray(path.read_bytes())
        content[place] ^= 1
        path.chmod(0o600)
        path.write_bytes(content)
