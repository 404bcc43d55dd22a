"""What recording costs a packet, and whether a stalled writer delays one: the node with and without a recorder, in turns.

    python -m bench.recording [--packets 6000] [--rate 1500] [--rounds 3]

Prints CPU microseconds of node and writer per packet that arrived, and the time from the sender's `sendto` to the packet's arrival at
a consumer. In the third case the writer is stopped (SIGSTOP) for two seconds of the run. The best of each figure counts for the cost, the
worst round is shown for the delay of the stalled case: on a shared machine everything else is noise.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from bench.forwarding import cpu_seconds, measure
from media import node_api as api
from tests.media.film import Home, journals, open_segments
from tests.media.node_process import Node, Server, dialled, running_node
from tests.media.recorded import lines, record
from tests.waiting import until

CASES = ("not recorded", "recorded", "writer stalled 2 s")


class Figures(NamedTuple):
    """CPU in µs per packet, delays in ms."""

    node: float
    writer: float
    p50: float
    p99: float
    arrived: int
    dropped: int


def writer_of(node: Node) -> int | None:
    pids = [event["pid"] for event in map(json.loads, node.log.splitlines()) if event["event"] == "writer-started"]
    return pids[-1] if pids else None


@asynccontextmanager
async def stalling(node: Node, seconds: float) -> AsyncIterator[None]:
    """The writer stands still for a while, beginning a second from now."""

    async def stall() -> None:
        await asyncio.sleep(1.0)
        pid = writer_of(node)
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(pid, signal.SIGCONT)

    task = asyncio.get_running_loop().create_task(stall())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def run_once(case: str, packets: int, rate: int) -> Figures:
    home = Home()
    with tempfile.TemporaryDirectory() as folder:
        async with running_node(Path(folder)) as node, dialled(node) as server:
            await server.do(api.OpenRoom, room="r")
            if case != CASES[0]:
                await record(server, home)
                await until(lambda: "session-opened" in node.log)

            async def exchange(kind: str, participant: str, sdp: str) -> str:
                if kind == "publish":
                    reply = await server.do(api.Publish, room="r", participant=participant, epoch=1, sdp=sdp, sources={"0": "camera"})
                else:
                    wants = [api.Wanted(mid="0", participant="source", source="camera")]
                    reply = await server.do(api.Subscribe, room="r", participant=participant, sdp=sdp, wants=wants)
                return str(reply.sdp)

            pid = writer_of(node)
            before = cpu_seconds(pid) if pid is not None else 0.0
            async with stalling(node, 2.0) if case == CASES[2] else contextlib.nullcontext():
                result = await measure(case, node.process.pid, exchange, packets, rate, 1)
            figures = await server.figures("r", "source", "camera")
            if pid is not None:
                await check(server, Path(folder), home, packets)
            spent = cpu_seconds(pid) - before if pid is not None else 0.0
            return Figures(result.micros, spent / packets * 1e6, result.p50, result.p99, result.arrived, figures.dropped)


async def check(server: Server, folder: Path, home: Home, packets: int) -> None:
    """Everything is on the disk, and nothing is missing."""
    await server.do(api.CloseRoom, room="r")
    await until(lambda: lines(server, "room-closed"), 60)
    frames = sum(len(segment.frames) for segment in open_segments(folder / "recordings", home))
    assert frames == packets // 6, f"{frames} of {packets // 6} pictures"
    assert not [line for line in journals(folder / "recordings") if line["what"] == "gap"]


async def run(options: argparse.Namespace) -> None:
    rounds = [[await run_once(case, options.packets, options.rate) for case in CASES] for _ in range(options.rounds)]
    print(f"{options.packets} packets of 1100 bytes at {options.rate}/s, one consumer, {options.rounds} rounds")
    print(f"{'':20}{'node µs':>9}{'writer µs':>11}{'p50 ms':>9}{'p99 ms':>9}{'worst p99':>11}{'arrived':>9}{'dropped':>9}")
    for name, column in zip(CASES, zip(*rounds, strict=True), strict=True):
        best = Figures(*(min(values) for values in zip(*column, strict=True)))
        worst = max(figures.p99 for figures in column)
        print(
            f"{name:20}{best.node:9.1f}{best.writer:11.1f}{best.p50:9.2f}{best.p99:9.2f}{worst:11.2f}{best.arrived:9}"
            f"{max(figures.dropped for figures in column):9}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--packets", type=int, default=6000)
    parser.add_argument("--rate", type=int, default=1500, help="packets a second")
    parser.add_argument("--rounds", type=int, default=3)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
