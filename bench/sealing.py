"""What sealing costs: megabytes a second sealed, opened, and read through a custody process; keys and signatures a second.

    python -m bench.sealing [--megabytes 128] [--rounds 3]

Chunks of 64 KiB (half a second of 1 Mbit/s) and of 1 MiB. The best of the rounds counts: on a shared machine the others are noise.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recordings.custody_client import Custody
from recordings.data_key import DataKey, unwrap
from recordings.keys import make_keys
from recordings.names import SegmentName
from recordings.sealing import SegmentOpener, SegmentSealer, opened
from recordings.vault import Vault
from tests.recordings.custodian import NOW, head, running

MEBI = 1 << 20
SESSION, LIFE = "s-bench-00000001", "0123456789abcdef"
MEDIA = "video/webm;codecs=vp8"


def best(rounds: int, work: Callable[[], None]) -> float:
    """Seconds of the quickest round."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def bytes_a_second(megabytes: int, rounds: int, size: int) -> None:
    key = DataKey.new(SESSION, LIFE)
    clear, chunks = os.urandom(size), megabytes * MEBI // size

    def seal() -> None:
        sealer = SegmentSealer(key, SegmentName(SESSION, "resident.camera", 1, 0), MEDIA, 0)
        for _ in range(chunks):
            sealer.chunk(clear)

    sealer = SegmentSealer(key, SegmentName(SESSION, "resident.camera", 1, 0), MEDIA, 0)
    file = [sealer.head, *(sealer.chunk(clear) for _ in range(chunks)), sealer.chunk(b"", last=True)]

    def unseal() -> None:
        opener = SegmentOpener(key)
        for piece in file:
            opener.feed(piece)
        opener.end()

    print(f"chunks of {size // 1024:4d} KiB: sealed {megabytes / best(rounds, seal):6.0f} MiB/s, opened {megabytes / best(rounds, unseal):6.0f} MiB/s (both digests on the way)")


def keys_a_second(rounds: int) -> None:
    home = X25519PrivateKey.generate()
    public = home.public_key().public_bytes_raw()
    key = DataKey.new(SESSION, LIFE)
    wrapped = key.wrap("jinshan", public).encode()

    def wrap() -> None:
        for _ in range(500):
            key.wrap("jinshan", public)

    def open_again() -> None:
        for _ in range(500):
            unwrap(wrapped, "jinshan", home)

    print(f"data keys: wrapped {500 / best(rounds, wrap):.0f}/s, unwrapped {500 / best(rounds, open_again):.0f}/s")


async def custody(data: Path, megabytes: int, rounds: int) -> None:
    public = make_keys(data, "jinshan", NOW)
    key = DataKey.new(SESSION, LIFE)
    wrapped = key.wrap("jinshan", public.sealing).encode()
    vault, name, clear = Vault(data / "recordings"), SegmentName(SESSION, "resident.camera", 1, 0), os.urandom(64 * 1024)
    sealer = SegmentSealer(key, name, MEDIA, 0)
    began = time.perf_counter()
    file = vault.create_segment(name, sealer.head)
    for i in range(chunks := megabytes * 16):
        file.write(sealer.chunk(clear, last=i == chunks - 1))
    file.close()
    print(f"sealed to the disk, synced: {megabytes / (time.perf_counter() - began):.0f} MiB/s")
    with vault.open_segment(name) as sealed:
        began = time.perf_counter()
        for _ in opened(sealed, SegmentOpener(key)):
            pass
        print(f"opened from the disk: {megabytes / (time.perf_counter() - began):.0f} MiB/s")
    async with running(data) as process, Custody(process.where) as client:
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            async for _piece in client.open_segment(wrapped, name):
                pass
            times.append(time.perf_counter() - began)
        print(f"through custody's socket: {megabytes / min(times):.0f} MiB/s; most memory of the process {process.memory() // MEBI} MiB")
        began = time.perf_counter()
        for seq in range(1, 101):
            await client.sign(head(seq))
        print(f"signed, each on the disk: {100 / (time.perf_counter() - began):.0f}/s")


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__)
    command.add_argument("--megabytes", type=int, default=128)
    command.add_argument("--rounds", type=int, default=3)
    options = command.parse_args()
    for size in (64 * 1024, MEBI):
        bytes_a_second(options.megabytes, options.rounds, size)
    keys_a_second(options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(custody(Path(folder), options.megabytes, options.rounds))


if __name__ == "__main__":
    main()
