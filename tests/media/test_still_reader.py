"""The process that reads one still: its bounds hold whatever it is made to do, and it does not outlive who asked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import msgspec
import pytest

from media.still_reader import MEMORY
from media.still_wire import ENVIRONMENT, HEAD, LARGEST, LARGEST_ORDER, Mark, Order, Read, framed, length
from tests.media.still_files import GOOD, JPEG_FILE
from tests.waiting import LONG

READ = framed(msgspec.json.encode(Read()))


def peak_of(order: Order, data: bytes) -> tuple[int, dict[str, object]]:
    """Bytes of memory that a reader of this still held at most, and its answer."""
    with subprocess.Popen(
        [sys.executable, "-m", "media.still_reader"], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin and child.stdout
        assert child.stdout.read(HEAD) == bytes(HEAD)
        child.stdin.write(framed(msgspec.json.encode(order)) + framed(data))
        child.stdin.flush()
        assert child.stdout.read(HEAD) == bytes(HEAD)
        answer = json.loads(child.stdout.read(length(child.stdout.read(HEAD))))
        # its pictures are larger than a pipe: it waits for us to read them, with everything behind it
        status = Path(f"/proc/{child.pid}/status").read_text()
        child.stdout.read()
    assert child.returncode == 0
    return int(status.split("VmHWM:")[1].split()[0]) * 1024, answer


@pytest.mark.parametrize("order", [Read(), Mark(lines=("已核对原件", "海盐1号自助舱 2026-11-28 14:03"))], ids=["read", "mark"])
def test_the_largest_still_stays_within_its_memory(order: Order) -> None:
    """39 Mpixel that are hard to compress, with a page that fills most of them."""
    large = cv2.resize(GOOD, (7200, 5400))
    data = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    peak, answer = peak_of(order, data)
    assert answer.get("code") is None and answer["width"] == 7200
    assert 120e6 < peak < MEMORY


def limited(script: str, *before: str) -> subprocess.CompletedProcess[bytes]:
    """A process under a reader's limits that does something else."""
    lines = ["import media.still_reader as r", *before, "r.limit()", script]
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], env=ENVIRONMENT, capture_output=True, check=False)


def test_a_reader_that_takes_too_much_is_stopped() -> None:
    assert limited("while True: pass", "r.SECONDS = 1").returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    assert b"MemoryError" in limited(f"bytearray({MEMORY})").stderr
    assert b"File too large" in limited("import os; os.write(os.memfd_create('any'), b'x')").stderr
    opening = (
        "r.prepared()\ntry: held = [open('/dev/null') for _ in range(r.HANDLES)]\nexcept OSError as error: print(error.strerror)"
    )
    assert limited(opening).stdout == b"Too many open files\n"


def test_a_parent_that_dies_takes_its_readers_along() -> None:
    """They wait on a pipe that closes with it."""
    with subprocess.Popen(
        [sys.executable, "-m", "media.still_reader"], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin and child.stdout
        assert child.stdout.read(HEAD) == bytes(HEAD)
        child.stdin.close()
        assert child.wait(LONG) == 1


def test_a_parent_that_says_too_much_or_stops_halfway_gets_no_answer() -> None:
    large, order = (LARGEST + 1).to_bytes(4, "big"), (LARGEST_ORDER + 1).to_bytes(4, "big")
    for said in (READ + framed(JPEG_FILE)[:-1], READ + large, READ + b"\0", READ, READ[:-1], order, b""):
        done = subprocess.run(
            [sys.executable, "-m", "media.still_reader"], env=ENVIRONMENT, input=said, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (1, bytes(HEAD))
