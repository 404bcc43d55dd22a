"""How fast an exported package is written and checked again, and how much memory that takes.

    python -m bench.verify [--megabytes 1024] [--rounds 3]

A session's segments of one megabyte each, written to this machine's temporary folder. Prints MB/s (10⁶ bytes) of wall time, of CPU
time, and of SHA-256 and CRC-32 alone over the same bytes (what no verifier can do without); the best round counts, the others are
noise. From 4,300 megabytes on the package has a ZIP64 directory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from recordings import manifest, verify
from recordings.package import Part, write
from tests.recordings.packages import HOME, REQUIRED, Packing, Story, anchors

CHUNK = hashlib.shake_256(b"a segment").digest(1_000_000)


def session(megabytes: int) -> tuple[Story, Packing]:
    """As many segments as there are megabytes, in turn of each publication, without a hole."""
    story = Story().begin()
    for publication in REQUIRED:
        story.first_byte(publication, 0)
    rounds = max(1, megabytes // len(REQUIRED))
    for number in range(rounds):
        for publication in REQUIRED:
            story.serial += 1
            story.writer("segment", {
                "bytes": len(CHUNK), "clear": hashlib.sha256(CHUNK).hexdigest(), "clock_error": 1, "end": 4000 * (number + 1), "epoch": 1, "first": 1,
                "frames": 120, "height": 720, "key": story.key, "last": 900, "media": "video/webm;codecs=vp8", "publication": publication,
                "sealed": "0" * 64, "segment": number, "serial": story.serial, "start": 4000 * number, "state": "whole", "width": 1280,
            })  # fmt: skip
            story.files[manifest.segment_file(publication, 1, number, "clear", story.session)] = CHUNK
    story.close(4000 * rounds)
    return story, Packing(story, story.signed())


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Wall and CPU seconds, and the result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    story, packing = session(asked.megabytes)
    contents = packing.contents()
    contents = replace(contents, parts=[Part(name, partial(iter, (data,))) for name, data in packing.parts().items()])
    with tempfile.TemporaryDirectory() as folder:
        path, known = Path(folder) / "package.zip", Path(folder) / "anchors.json"
        known.write_text(json.dumps(anchors()))

        def written() -> None:
            with path.open("w+b") as out:
                write(out, contents, HOME.public, HOME.private.sign)

        wall, cpu, _ = timed(written)
        size = path.stat().st_size / 1e6
        print(f"package: {size:,.0f} MB, {len(story.entries):,} entries, {len(packing.parts()):,} files")
        print(f"written: {size / wall:6,.0f} MB/s, {size / cpu:6,.0f} MB/s of CPU")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rounds = [timed(lambda: verify.verify(str(path), verify.read_anchors(str(known)))) for _ in range(asked.rounds)]
        assert all(isinstance(result, dict) and result["exit"] == 0 for _, _, result in rounds), rounds[0][2]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"checked: {size / min(w for w, _, _ in rounds):6,.0f} MB/s, {size / min(c for _, c, _ in rounds):6,.0f} MB/s of CPU; {grown / 1024:.1f} MB of memory more")
    hashing = timed(lambda: [hashlib.sha256(CHUNK) for _ in range(100)])[1]
    summing = timed(lambda: [zlib.crc32(CHUNK) for _ in range(100)])[1]
    print(f"alone:   SHA-256 {100 / hashing:,.0f} MB/s, CRC-32 {100 / summing:,.0f} MB/s, both {100 / (hashing + summing):,.0f} MB/s of CPU")


if __name__ == "__main__":
    main()
