"""Writer, node and server are killed at fifty random moments of one session: what was recorded is whole, what is missing is told, all is proved."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import av
import pytest

from config.clock import SystemClock
from recordings.coverage import recorded
from recordings.ledger import Entry
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.serving import Served, serving
from tests.simulated import Simulated, clerk, resident
from tests.waiting import until_found

KILLS = 50
LOSS = 1000
"""Milliseconds of a running publication that one kill may cost."""
SLACK = 300
"""Milliseconds between the moment of a kill by our clock and by the sender's."""
LATE = 2000
"""Milliseconds by which a stream's first times may be late on a starved machine, where they go by arrival. Nothing else is killed until
everything is recorded again, so a hole that begins this soon after a node's death is that death's."""
REQUIRED = ("resident.microphone", "resident.camera", "clerk.microphone", "clerk.camera")


class Story:
    """One session, and when something was killed (milliseconds of its clock)."""

    def __init__(self, served: Served, store: SqlStore, session: str, ends: tuple[Simulated, Simulated]) -> None:
        self.served = served
        self.store = store
        self.session = session
        self.ends = ends
        self.kills: list[tuple[str, int]] = []

    async def entries(self) -> list[Entry]:
        return await self.store.ledger_of(self.session)

    async def runs(self) -> Counter[str]:
        """Publication → how many runs of it have bytes on the disk."""
        return Counter(e.body["publication"] for e in await self.entries() if e.what == "rec-first-byte")

    def now(self, origin: int) -> int:
        return round(SystemClock().now() * 1000) - origin

    async def goes_on(self, before: Counter[str]) -> None:
        """Until every required publication has one more run on the disk than `before`."""

        async def again() -> bool:
            now = await self.runs()
            return all(now[publication] > before[publication] for publication in REQUIRED)

        try:
            await until_found(again)
        except TimeoutError:
            said = "\n".join(end.log for end in self.ends)
            raise AssertionError(f"not recorded again: {before}, {await self.runs()}; {self.kills}\n{said}\n{self.served.log()}") from None

    async def kill(self, victim: str, origin: int) -> None:
        before, moment = await self.runs(), self.now(origin)
        match victim:
            case "writer":
                os.kill(self._writer(), signal.SIGKILL)
            case "node":
                await self.served.crash_node()
            case _:
                marks = [len(end.lines) for end in self.ends]
                await self.served.crash()
                self.kills.append((victim, moment))
                await self.served.start()
                for end, mark in zip(self.ends, marks, strict=True):
                    await end.says("line established", after=mark)
                return
        self.kills.append((victim, moment))
        await self.goes_on(before)

    def _writer(self) -> int:
        lines = (self.served.data / "logs" / "node.log").read_text().splitlines()
        return int([event for line in lines if line.startswith("{") and (event := json.loads(line))["event"] == "writer-started"][-1]["pid"])


def spans(entries: list[Entry], publication: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    track = next(track for track in recorded(entries).tracks if track["publication"] == publication)
    return sorted(track["segments"], key=lambda s: s["start"]), track["gaps"]


def holes(segments: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Times between the first and the last segment that no segment covers, longer than the pause between two frames."""
    found, reached = [], segments[0]["end"]
    for segment in segments:
        if segment["start"] - reached > 100:
            found.append((reached, segment["start"]))
        reached = max(reached, segment["end"])
    return found


def virtual_window(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "signaling", *arguments], capture_output=True, text=True)


@pytest.mark.timeout(1500)
async def test_fifty_kills_and_everything_is_there_or_explained(tmp_path: Path) -> None:
    chance = random.Random(7)
    victims = ["writer"] * 20 + ["node"] * 15 + ["server"] * 15
    chance.shuffle(victims)
    data = tmp_path / "data"
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serving(data))
        li = await stack.enter_async_context(clerk(served))
        wang = await stack.enter_async_context(resident(served))
        await li.says("first frame")
        store = await stack.enter_async_context(await open_store(data / FILE_NAME, SystemClock()))
        session = (await store.sessions_of("jinshan"))[0].session
        story = Story(served, store, session, (wang, li))
        await story.goes_on(Counter())
        origin = next(e.body["origin"] for e in await story.entries() if e.what == "recording-ordered")
        assert len(victims) == KILLS
        for victim in victims:
            await asyncio.sleep(chance.random())
            await story.kill(victim, origin)
        li.process.terminate()  # the clerk finishes what runs and goes home
        result = await li.result()
        assert result["session"] == session and result["outcome"] == "accepted"

        async def proved() -> bool:
            whats = [entry.what for entry in await story.entries()]
            return whats[-1] == "head-signed" and whats.count("closed") == 1 and not await store.evidence.unattended()

        await until_found(proved)
        entries = await story.entries()

        # Complete: every second of what had to be recorded is there, or a gap says why not.
        assert [e.what for e in entries if e.what in ("recording-complete", "evidence-incomplete")][-1] == "recording-complete"
        assert recorded(entries).missing == []
        for publication in REQUIRED:
            segments, gaps = spans(entries, publication)
            assert {gap["cause"] for gap in gaps} <= {"writer-crash", "node", "no-keyframe", "line", "loss"}
            assert all(segment["state"] in ("whole", "cut") for segment in segments)
            for start, end in holes(segments):
                # Without a node there was nothing to record; beyond that no kill cost more than a second.
                deaths = [moment for what, moment in story.kills if what == "node" and start - LATE <= moment <= end]
                # Whatever else was killed between a node's death and the hole would be its cause.
                down = [death for death in deaths if not any(death < moment <= start for _, moment in story.kills)]
                lost = min(down) - start if down else end - start
                assert lost <= LOSS + SLACK, (publication, start, end, [kill for kill in story.kills if start - 3000 <= kill[1] <= end], [gap for gap in gaps if gap["start"] < end and gap["end"] > start])

        checked = virtual_window("doctor", "--data", str(data), "--json")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        package, anchors = tmp_path / "package.zip", tmp_path / "anchors.json"
        exported = virtual_window("admin", "export", session, "--data", str(data), "--to", str(package))
        assert exported.returncode == 0, exported.stderr
        anchors.write_text(virtual_window("admin", "anchors", "--data", str(data)).stdout)
        verified = virtual_window("verify", str(package), "--anchors", str(anchors))
        assert verified.returncode == 0, verified.stdout
    assert_playable(tmp_path, package)


def assert_playable(folder: Path, package: Path) -> None:
    """One file for each publication, every frame of which a decoder takes."""
    import zipfile

    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.startswith("playable/")]
        assert sorted(names) == sorted(f"playable/{publication}.webm" for publication in REQUIRED)
        for name in names:
            file = folder / name.replace("/", "-")
            file.write_bytes(archive.read(name))
            with av.open(str(file)) as opened:
                stream = opened.streams[0]
                assert sum(1 for _ in opened.decode(stream)) > 100
