"""How long a still of 8 megapixels takes from its bytes to what is known of it, and how much memory its reader takes.

    python -m bench.stills [--stills 20] [--pause 1.5]

Drawn pages on all tables (tests/media/pages.py), read one after the other by real processes; between two of them a pause, in which the
next process imports: a resident does not lay down pages any faster. Then the parts alone, in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path

import cv2
import numpy as np

from media.imaging import judge
from media.picture_file import examine
from media.stills import Still, StillReader
from tests.media.pages import scene

SIZE = (3264, 2448)


def files(count: int) -> list[bytes]:
    return [
        cv2.imencode(".jpg", scene("good", seed, *SIZE).picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
        for seed in range(count)
    ]


def peak() -> int:
    """The most bytes that any reader which lives now has held: the kernel's own high-water mark."""
    most = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"media.still_reader" in (process / "cmdline").read_bytes():
                most = max(most, int((process / "status").read_text().split("VmHWM:")[1].split()[0]) * 1024)
        except (OSError, IndexError):
            continue
    return most


async def watched(reading: asyncio.Task[Still]) -> int:
    """The peak while a still is being read, looked at often enough not to miss its end by much."""
    most = 0
    while not reading.done():
        most = max(most, peak())
        await asyncio.sleep(0.01)
    return most


async def read(data: list[bytes], pause: float) -> tuple[list[float], list[Still], int]:
    """Seconds of each, what came, and the peak of memory."""
    took, stills = [], []
    async with StillReader(lambda name, error: print(f"{name}: {error!r}")) as reader:
        await asyncio.sleep(pause)
        for each in data:
            begin = time.perf_counter()
            stills.append(await reader.read(each))
            took.append(time.perf_counter() - begin)
            await asyncio.sleep(pause)
        async with asyncio.TaskGroup() as group:
            most = await watched(group.create_task(reader.read(data[0])))
    return took, stills, most


def alone(data: bytes) -> dict[str, float]:
    """Milliseconds of CPU time of each part, on one thread, the least of five."""
    cv2.setNumThreads(1)
    file = examine(data)
    picture = cv2.imdecode(np.frombuffer(file.content, np.uint8), cv2.IMREAD_COLOR)
    corrected = judge(picture).corrected
    parts = {
        "examine": lambda: examine(data),
        "decode": lambda: cv2.imdecode(np.frombuffer(file.content, np.uint8), cv2.IMREAD_COLOR),
        "judge": lambda: judge(picture),
        "encode": lambda: [cv2.imencode(".jpg", each, [cv2.IMWRITE_JPEG_QUALITY, 93]) for each in (picture, corrected)],
    }
    found = {}
    for name, part in parts.items():
        least = float("inf")
        for _ in range(5):
            begin = time.process_time()
            part()
            least = min(least, time.process_time() - begin)
        found[name] = least * 1000
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stills", type=int, default=20)
    parser.add_argument("--pause", type=float, default=1.5)
    asked = parser.parse_args()
    data = files(asked.stills)
    took, stills, most = asyncio.run(read(data, asked.pause))
    good = sum(still.judgement.verdict == "good" for still in stills)
    p50, p95 = np.percentile(took, [50, 95]) * 1000
    print(f"stills:  {len(data)} of {SIZE[0]} × {SIZE[1]}, {sum(map(len, data)) / len(data) / 1e6:.1f} MB each, {good} good")
    print(f"bytes to result: p50 {p50:.0f} ms, p95 {p95:.0f} ms; peak memory of a reader {most / 1e6:.0f} MB")
    print("CPU alone: " + ", ".join(f"{name} {each:.0f} ms" for name, each in alone(data[0]).items()))


if __name__ == "__main__":
    main()
