"""Writer and node are killed at any moment, the disk stalls, fills and vanishes: what was recorded stays whole, what is missing is told."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from media import node_api as api
from tests.media.film import Home, journals, open_segments
from tests.media.node_process import Node, Server, dialled, running_node
from tests.media.raw_end import publishing, subscribing
from tests.media.recorded import Film, arrived, closed, lines, record, rolling, states
from tests.waiting import until

SLACK = 250
"""Milliseconds by which a frame's time on the wall and in the file may differ: arrival at a busy machine."""


def writers(node: Node) -> list[int]:
    """The pids of the writers that the node has started, in order."""
    return [event["pid"] for event in map(json.loads, node.log.splitlines()) if event["event"] == "writer-started"]


@asynccontextmanager
async def room(folder: Path, home: Home, origin: int | None = None) -> AsyncIterator[tuple[Node, Server, int]]:
    async with running_node(folder) as node, dialled(node) as server:
        await server.do(api.OpenRoom, room="r")
        origin = await record(server, home, origin=origin)
        yield node, server, origin


class Check:
    """What must be true of a vault after any fault."""

    def __init__(self, roots: list[Path], home: Home, origin: int) -> None:
        self.origin = origin
        self.segments = [segment for root in roots for segment in open_segments(root, home)]
        self.told = [line for root in roots for line in journals(root)]

    def every_segment_is_told_once_as_it_is(self) -> None:
        told = {(line["publication"], line["epoch"], line["segment"]): line for line in self.told if line["what"] == "segment"}
        assert len(told) == sum(line["what"] == "segment" for line in self.told)
        assert told.keys() == {(s.name.publication, s.name.epoch, s.name.segment) for s in self.segments}
        for segment in self.segments:
            line = told[segment.name.publication, segment.name.epoch, segment.name.segment]
            assert (line["sealed"], line["bytes"]) == (segment.sealed, segment.length)
            assert line["clear"] in (None, segment.clear)
            assert line["state"] in (segment.state, "suspect")

    def holes(self, publication: str, epoch: int, film: Film) -> list[tuple[float, float]]:
        """Runs of frames that are missing, as (first, last) in session ms; what is there must be what was sent, in order."""
        found = [s for s in self.segments if (s.name.publication, s.name.epoch) == (publication, epoch)]
        numbers = [number for segment in sorted(found, key=lambda s: s.name.segment) for number in segment.numbers]
        assert numbers == sorted(set(numbers))
        assert [f for s in sorted(found, key=lambda s: s.name.segment) for f in s.frames] == [film.sent[n] for n in numbers]
        at = [moment * 1000 - self.origin for moment in film.times]
        missing = sorted(set(range(len(film.sent))) - set(numbers))
        runs: list[list[int]] = []
        for number in missing:
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return [(at[run[0]], at[run[-1]]) for run in runs]

    def is_explained(self, publication: str, start: float, end: float) -> bool:
        gaps = sorted((g["start"], g["end"]) for g in self.told if g["what"] == "gap" and g["publication"] == publication)
        reached = start
        for begins, ends in gaps:
            if begins - SLACK <= reached:
                reached = max(reached, ends + SLACK)
        return reached >= end


async def test_the_writer_is_killed_at_any_moment(tmp_path: Path) -> None:
    home, chance = Home(), random.Random(1)
    async with room(tmp_path, home) as (node, server, origin):
        resident = await publishing(server, "r", "resident", ["microphone", "camera"])
        films = {"resident.microphone": Film(resident, "0"), "resident.camera": Film(resident, "1", size=2500)}
        async with rolling(*films.values()):
            for kill in range(8):
                await until(lambda kill=kill: len(lines(server, "first-byte", publication="resident.camera")) > kill)
                await asyncio.sleep(chance.random() * 1.5)
                os.kill(writers(node)[-1], signal.SIGKILL)
                await until(lambda kill=kill: len(writers(node)) == kill + 2)
            await until(lambda: len(lines(server, "first-byte", publication="resident.camera")) > 8)
        await arrived(server, *films.values())
        await closed(server)
        check = Check([tmp_path / "recordings"], home, origin)
        check.every_segment_is_told_once_as_it_is()
        worst = {}
        for publication, film in films.items():
            holes = check.holes(publication, 1, film)
            assert all(check.is_explained(publication, *hole) for hole in holes), (publication, holes)
            worst[publication] = max((end - start for start, end in holes), default=0)
        assert max(worst.values()) <= 1000
        causes = {line["cause"] for line in check.told if line["what"] == "gap"}
        assert causes <= {"writer-crash", "no-keyframe"}
        keys = {line["key"] for line in check.told if line["what"] == "segment"}
        assert len(keys) == 9, "each life has a key of its own"
        await resident.close()


@dataclass
class Visit:
    """One life of the node: its films, and how much of each had been sent when it was killed."""

    films: dict[str, Film]
    sent: dict[str, int]


async def one_life(folder: Path, home: Home, origin: int | None, epoch: int, chance: random.Random, *, writer_too: bool) -> tuple[int, Visit]:
    """A room that is recorded until its node is killed, and perhaps the writer with it."""
    async with room(folder, home, origin) as (node, server, began):
        resident = await publishing(server, "r", "resident", ["microphone", "camera"], epoch=epoch)
        films = {"resident.microphone": Film(resident, "0"), "resident.camera": Film(resident, "1", size=2500)}
        async with rolling(*films.values()):
            await until(lambda: lines(server, "first-byte", publication="resident.camera", epoch=epoch))
            await asyncio.sleep(chance.random() * 1.5)
            writer = writers(node)[-1]
            sent = {publication: len(film.sent) for publication, film in films.items()}
            node.process.kill()
            if writer_too:
                os.kill(writer, signal.SIGKILL)
        await node.process.wait()
        await until(lambda: not Path(f"/proc/{writer}").exists())
        await resident.close()
    return began, Visit(films, sent)


async def test_the_node_is_killed_at_any_moment_with_its_writer_and_without(tmp_path: Path) -> None:
    home, chance = Home(), random.Random(2)
    origin: int | None = None
    visits: list[Visit] = []
    for kill in range(4):
        origin, visit = await one_life(tmp_path, home, origin, kill + 1, chance, writer_too=kill % 2 == 1)
        visits.append(visit)
    async with room(tmp_path, home, origin) as (_, server, origin):
        resident = await publishing(server, "r", "resident", ["microphone", "camera"], epoch=5)
        films = {"resident.microphone": Film(resident, "0"), "resident.camera": Film(resident, "1", size=2500)}
        async with rolling(*films.values()):
            await until(lambda: len(films["resident.camera"].sent) >= 30)
        await arrived(server, *films.values())
        await closed(server)
        visits.append(Visit(films, {publication: len(film.sent) for publication, film in films.items()}))
        on_disk = journals(tmp_path / "recordings")
        await until(lambda: len(lines(server)) >= len(on_disk))
        assert sorted(map(json.dumps, on_disk)) == sorted(map(json.dumps, lines(server))), "all lives are told, whoever asks"
        await resident.close()
    check = Check([tmp_path / "recordings"], home, origin)
    check.every_segment_is_told_once_as_it_is()
    for epoch, visit in enumerate(visits, 1):
        for publication, film in visit.films.items():
            before = film.times[visit.sent[publication] - 1] * 1000 - check.origin
            holes = [(start, min(end, before)) for start, end in check.holes(publication, epoch, film) if start <= before]
            assert all(end - start <= 1000 for start, end in holes), (epoch, publication, holes)
            assert all(check.is_explained(publication, *hole) for hole in holes), (epoch, publication, holes)
    for publication in films:  # between two nodes too
        for one, other in pairwise(visits):
            start, end = one.films[publication].times[one.sent[publication] - 1], other.films[publication].times[0]
            assert check.is_explained(publication, start * 1000 - origin, end * 1000 - origin)
    assert {line["cause"] for line in check.told if line["what"] == "gap"} <= {"node", "writer-crash", "no-keyframe"}


async def test_a_stalled_writer_delays_nobody_loses_nothing_and_is_told(tmp_path: Path) -> None:
    home = Home()
    async with room(tmp_path, home) as (node, server, origin):
        resident = await publishing(server, "r", "resident", ["microphone", "camera"])
        clerk = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
        films = {"resident.microphone": Film(resident, "0"), "resident.camera": Film(resident, "1", size=20_000)}
        async with rolling(*films.values()):
            await until(lambda: len(lines(server, "first-byte")) == 2)
            os.kill(writers(node)[-1], signal.SIGSTOP)
            try:
                seen = len(films["resident.camera"].sent)
                await until(lambda: len(films["resident.camera"].sent) > seen + 60)
                await arrived(server, *films.values())
                await until(lambda: states(server)[-1:] == ["stalled"])
            finally:
                os.kill(writers(node)[-1], signal.SIGCONT)
            await until(lambda: states(server)[-1:] == ["ok"])
        await arrived(server, *films.values())
        for source in ("microphone", "camera"):
            figures = await server.figures("r", "resident", source)
            assert figures.dropped == 0 and figures.forwarded["clerk"] == figures.forwarded["recorder"]
        await closed(server)
        check = Check([tmp_path / "recordings"], home, origin)
        check.every_segment_is_told_once_as_it_is()
        for publication, film in films.items():
            assert check.holes(publication, 1, film) == []
        assert not lines(server, "gap")
        assert len(writers(node)) == 1
        await asyncio.gather(resident.close(), clerk.close())


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own, in memory."""
    folder.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    assert not mounted.returncode, f"a full disk is tried on a tmpfs, and only root mounts one: {mounted.stderr.decode().strip()}"
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_full_disk_costs_a_moment_that_is_told_and_the_recording_goes_on_elsewhere(tmp_path: Path) -> None:
    home = Home()
    with small_disk(tmp_path / "recordings", "1m"):
        async with room(tmp_path, home) as (node, server, origin):
            resident = await publishing(server, "r", "resident", ["microphone", "camera"])
            films = {"resident.microphone": Film(resident, "0"), "resident.camera": Film(resident, "1", size=20_000)}
            async with rolling(*films.values()):
                await until(lambda: len({line["key"] for line in lines(server, "key-wrapped")}) == 2)
                await until(lambda: lines(server, "gap", cause="disk", publication="resident.camera"))
                mark = len(lines(server, "segment", state="whole"))
                await until(lambda: len(lines(server, "segment", state="whole")) > mark + 1)
            await arrived(server, *films.values())
            await closed(server)
            check = Check([tmp_path / "recordings", tmp_path / "spill"], home, origin)
            check.every_segment_is_told_once_as_it_is()
            for publication, film in films.items():
                holes = check.holes(publication, 1, film)
                assert all(check.is_explained(publication, *hole) for hole in holes), holes
            assert {line["state"] for line in lines(server, "segment")} <= {"whole", "suspect"}, "suspect if it was its own write that found no room"
            assert open_segments(tmp_path / "spill", home)
            assert len(writers(node)) == 1, "the writer goes on"
            assert [event["event"] for event in map(json.loads, node.errors())] == ["life-failed"]
            await resident.close()


async def test_a_vault_that_is_taken_away_is_made_again(tmp_path: Path) -> None:
    home = Home()
    async with room(tmp_path, home) as (node, server, origin):
        resident = await publishing(server, "r", "resident", ["microphone"])
        sound = Film(resident, "0")
        async with rolling(sound):
            await until(lambda: lines(server, "first-byte"))
            shutil.rmtree(tmp_path / "recordings")
            await until(lambda: lines(server, "gap", cause="disk"))
            await until(lambda: len(lines(server, "first-byte")) == 2)
        await arrived(server, sound)
        await closed(server)
        check = Check([tmp_path / "recordings"], home, origin)
        numbers = [number for segment in check.segments for number in segment.numbers]
        assert numbers == list(range(numbers[0], len(sound.sent))) and len(numbers) > 10
        assert len(writers(node)) == 1
        await resident.close()


async def test_no_disk_at_all_is_told_at_once_and_ends_when_there_is_one_again(tmp_path: Path) -> None:
    home = Home()
    for vault in ("recordings", "spill"):
        (tmp_path / vault).write_text("no folder")
    async with room(tmp_path, home) as (node, first, origin):
        resident = await publishing(first, "r", "resident", ["microphone", "camera"])
        films = {"resident.microphone": Film(resident, "0"), "resident.camera": Film(resident, "1")}
        async with rolling(*films.values()):
            await until(lambda: states(first)[-1:] == ["no-disk"])
            assert not lines(first)
            async with dialled(node) as server:
                await until(lambda: states(server)[-1:] == ["no-disk"])  # whoever takes over hears it too
                (tmp_path / "recordings").unlink()
                await until(lambda: len(lines(server, "first-byte")) == 2)
                await until(lambda: states(server)[-1:] == ["ok"])
        async with dialled(node) as server:
            await arrived(server, *films.values())
            await closed(server)
            assert "no-disk" not in states(server), "all is well until it is told"
            check = Check([tmp_path / "recordings"], home, origin)
            check.every_segment_is_told_once_as_it_is()
            for publication, film in films.items():
                (hole,) = check.holes(publication, 1, film)
                assert check.is_explained(publication, *hole)
                gap = lines(server, "gap", publication=publication)[0]
                assert gap["cause"] == "disk" and gap["lost"], "the packets that came meanwhile are counted"
        await resident.close()
