"""What forwarding one packet costs, and how long it takes: our node beside aiortc's own path, same packets, same run.

    python -m bench.forwarding [--packets 6000] [--rate 1500] [--consumers 1] [--rounds 3]

Prints CPU microseconds of the forwarding process per packet that arrived (everything it does, reports and repair included) and the
time from the sender's `sendto` to the packet's arrival at the first consumer, p50 and p99. Both
ends are processes of their own. The rounds take turns and the best of each figure counts: on a shared machine the others are noise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from media import node_api as api
from tests.media.node_process import dialled, running_node
from tests.media.raw_end import RawEnd

ROOT = Path(__file__).parents[1]
Exchange = Callable[[str, str, str], Awaitable[str]]
"""(`publish` or `subscribe`, participant, offer) → answer."""


class Result(NamedTuple):
    name: str
    micros: float
    p50: float
    p99: float
    arrived: int


class Talker:
    """A child process that talks JSON lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def say(self, message: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        await self.process.stdin.drain()

    async def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(await self.process.stdout.readline())


@asynccontextmanager
async def child(*arguments: str) -> AsyncIterator[Talker]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 24
    )
    try:
        yield Talker(process)
    finally:
        process.kill()
        await process.wait()


def cpu_seconds(pid: int) -> float:
    """Time on a processor, of all threads, as the scheduler counts it (to the nanosecond; `stat` only samples)."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


async def measure(name: str, pid: int, exchange: Exchange, packets: int, rate: int, consumers: int) -> Result:
    """Feed a forwarding process that answers offers through `exchange`."""
    async with child("-m", "bench.feeder") as feeder:
        offer = await feeder.hear()
        await feeder.say({"answer": await exchange("publish", "source", offer["offer"])})
        assert (await feeder.hear())["up"]
        viewers = [RawEnd() for _ in range(consumers)]
        arrivals: list[dict[int, int]] = [{} for _ in viewers]
        for number, viewer in enumerate(viewers):
            await viewer.answer(await exchange("subscribe", f"viewer-{number}", await viewer.offer(["video"], "recvonly")))
            watch(viewer, arrivals[number])
        await asyncio.sleep(0.5)  # a benchmark may rest: what the set-up left over is not to be counted
        before = cpu_seconds(pid)
        await feeder.say({"go": [packets, rate]})
        sent = (await feeder.hear())["sent"]
        deadline = time.monotonic() + 5
        while min(map(len, arrivals)) < packets and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        spent = cpu_seconds(pid) - before
        seqs = sorted(arrivals[0], key=arrivals[0].__getitem__)
        base = seqs[0]
        delays = sorted((arrivals[0][seq] - sent[(seq - base) & 0xFFFF]) / 1e6 for seq in seqs if (seq - base) & 0xFFFF < len(sent))
        await asyncio.gather(*(viewer.close() for viewer in viewers))
    return Result(name, spent / len(delays) * 1e6, statistics.median(delays), delays[int(len(delays) * 0.99)], len(delays))


def watch(viewer: RawEnd, arrivals: dict[int, int]) -> None:
    """Note when each RTP sequence number arrives; the packets are not decrypted, so that this end costs little."""
    for protocol in viewer.transport.transport._connection._protocols:
        handle = protocol.datagram_received

        def received(data: bytes, address: Any, handle: Any = handle) -> None:
            if len(data) > 12 and 128 <= data[0] < 192 and not 192 <= data[1] <= 223:
                arrivals.setdefault(int.from_bytes(data[2:4]), time.monotonic_ns())
            else:
                handle(data, address)

        protocol.datagram_received = received


async def ours(packets: int, rate: int, consumers: int) -> Result:
    async with running_node(Path(tempfile.mkdtemp()) / "node") as node, dialled(node) as server:
        await server.do(api.OpenRoom, room="bench")

        async def exchange(kind: str, participant: str, sdp: str) -> str:
            if kind == "publish":
                reply = await server.do(
                    api.Publish, room="bench", participant=participant, epoch=1, sdp=sdp, sources={"0": "camera"}
                )
            else:
                wants = [api.Wanted(mid="0", participant="source", source="camera")]
                reply = await server.do(api.Subscribe, room="bench", participant=participant, sdp=sdp, wants=wants)
            return str(reply.sdp)

        result = await measure("the node (uvloop)", node.process.pid, exchange, packets, rate, consumers)
        assert (await server.figures("bench", "source", "camera")).dropped == 0
        return result


async def stock(loop: str, packets: int, rate: int, consumers: int) -> Result:
    async with child("-m", "bench.stock_forwarder", "--loop", loop) as forwarder:

        async def exchange(kind: str, participant: str, sdp: str) -> str:
            await forwarder.say({kind: sdp})
            return str((await forwarder.hear())["answer"])

        return await measure(f"aiortc hook ({loop})", forwarder.process.pid, exchange, packets, rate, consumers)


async def run(options: argparse.Namespace) -> None:
    arguments = (options.packets, options.rate, options.consumers)
    rounds = [
        (await ours(*arguments), await stock("uvloop", *arguments), await stock("asyncio", *arguments))
        for _ in range(options.rounds)
    ]
    results = [
        Result(
            column[0].name,
            *(min(values) for values in zip(*(result[1:4] for result in column), strict=True)),
            min(r.arrived for r in column),
        )
        for column in zip(*rounds, strict=True)
    ]
    print(
        f"{options.packets} packets of 1100 bytes at {options.rate}/s to {options.consumers} consumer(s), best of {options.rounds}"
    )
    print(f"{'CPU per packet':24}{'µs':>8}{'ratio':>7}{'p50 ms':>9}{'p99 ms':>9}{'arrived':>9}")
    for name, micros, p50, p99, arrived in results:
        print(f"{name:24}{micros:8.1f}{micros / results[0].micros:7.2f}{p50:9.2f}{p99:9.2f}{arrived:9}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--packets", type=int, default=6000)
    parser.add_argument("--rate", type=int, default=1500, help="packets a second")
    parser.add_argument("--consumers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
