"""Program: reads one still from a stranger, judges or marks it, and ends. Whatever the bytes do to a decoder, they do it here and to nobody else.

    python -m media.still_reader        (its parent passes ENVIRONMENT of media/still_wire.py and nothing else)

Under limits of memory, CPU time and files it imports, rehearses with a page of its own, says by an empty frame that it is ready, waits for
two frames on its standard input, the order (`Order` in JSON) and the still, and says by another empty frame that it has them. It answers a
frame of JSON (`Answer`), and for a good still as many frames with JPEG files as the order says, which no byte of metadata reaches.
"""

from __future__ import annotations

import contextlib
import fcntl
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import msgspec

from media.picture_file import examine
from media.still_wire import HEAD, LARGEST, LARGEST_ORDER, Answer, BadStill, Mark, Order, Read, framed, length

MEMORY = 1536 << 20
"""Bytes of address space: a still of 40 Mpixel needs a third of it, with all that is imported."""
SECONDS = 10
"""Of CPU time, import and all; a still of 40 Mpixel takes two."""
HANDLES = 16
"""Open files after the imports; there are four."""

PIPE = 1 << 20
"""Bytes that the way out holds, the most without a privilege: whoever reads it is woken a few times for a page, not forty."""

Work = Callable[[Order, bytes], tuple[Answer, *tuple[bytes, ...]]]


def main() -> None:
    """Answer one still. No traceback: a parent that sees the process die knows what to say."""
    limit()
    with contextlib.suppress(OSError):  # of this user too much is in pipes: then it is slower
        fcntl.fcntl(sys.stdout, fcntl.F_SETPIPE_SZ, PIPE)
    work = prepared()
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    _say(told, b"")  # ready
    order = _received(asked, LARGEST_ORDER)
    data = _received(asked, LARGEST)
    _say(told, b"")  # all of it is here: what happens from now on is its own doing
    try:
        answer, *files = work(msgspec.json.decode(order, type=Order), data)
    except BadStill as bad:
        answer, files = Answer(code=bad.code, text=bad.text), []
    except MemoryError:
        answer, files = Answer(code="picture-damaged", text="needs more memory than a still may"), []
    _say(told, msgspec.json.encode(answer), *files)


def limit() -> None:
    """What must hold before anything large is imported."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(what, most)


def prepared() -> Work:
    """Import OpenCV and Pillow, close the door behind them, and return what does an order: it raises BadStill and MemoryError."""
    import cv2

    from media.capture import Image
    from media.imaging import judgement_of, seek, straightened
    from media.still_codec import Warnings, decode, encode, specimen
    from media.still_mark import marked

    cv2.setNumThreads(1)
    beside = ThreadPoolExecutor(1)  # the files are made while the page is sought and judged: somebody waits for all of it
    beside.submit(bool).result()
    _limit(resource.RLIMIT_NOFILE, HANDLES)
    _limit(resource.RLIMIT_NPROC, 0)  # neither a process nor one more thread
    warnings = Warnings()

    def read(picture: Image) -> tuple[Answer, bytes, bytes]:
        height, width = picture.shape[:2]
        original = beside.submit(encode, picture)
        sought = seek(picture)
        whole = sought.whole
        corrected = original if whole is None else beside.submit(lambda: encode(straightened(picture, whole)))
        return Answer(width=width, height=height, judgement=judgement_of(sought)), original.result(), corrected.result()

    def mark(picture: Image, order: Mark) -> tuple[Answer, bytes]:
        height, width = picture.shape[:2]
        return Answer(width=width, height=height), encode(marked(picture, order.lines, order.faces))

    def work(order: Order, data: bytes) -> tuple[Answer, *tuple[bytes, ...]]:
        picture = decode(examine(data), warnings)
        try:
            return mark(picture, order) if isinstance(order, Mark) else read(picture)
        except cv2.error as error:  # of memory, as a rule
            raise BadStill("picture-damaged", f"cannot be worked on: {error.err}") from error

    work(Read(), encode(specimen()))  # a first call takes twice the time: nobody waits for it here
    return work


def _limit(what: int, most: int) -> None:
    """Never above what the parent may."""
    _, hard = resource.getrlimit(what)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bound, bound))


def _say(told: BinaryIO, *frames: bytes) -> None:
    for each in frames:
        told.write(framed(each))
    told.flush()


def _received(asked: BinaryIO, most: int) -> bytes:
    """One frame. Ends the process when the parent is gone or says what it may not."""
    head = asked.read(HEAD)
    if len(head) < HEAD or length(head) > most:
        raise SystemExit(1)
    data = asked.read(length(head))
    if len(data) < length(head):
        raise SystemExit(1)
    return data


if __name__ == "__main__":
    main()
