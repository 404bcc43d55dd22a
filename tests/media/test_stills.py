"""Stills that strangers send, read by real processes: good ones come back clean, bad ones are refused with a code, and the reader serves on."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import zlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import pytest_asyncio

from media.picture_file import examine
from media.still_wire import FACES, LARGEST, BadStill, Face
from media.stills import StillReader
from tests.media.pages import scene
from tests.media.still_files import GOOD, HOLLOW, JPEG_FILE, PNG_FILE, SECRET, SHOWN, chunk, exif, grey_png, segment, with_segments
from tests.waiting import until


def mine() -> list[int]:
    """Readers that are children of this process, also dead ones that nobody has waited for."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            if parent == os.getpid() and (
                state == "Z"
                or b"still_reader" in (process / "cmdline").read_bytes()
                or b"stdin.buffer" in (process / "cmdline").read_bytes()
            ):
                found.append(int(process.name))
        except OSError:
            continue
    return found


class Failures(list[BaseException]):
    def note(self, name: str, error: BaseException) -> None:
        self.append(error)


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[StillReader]:
    """After each story a good still must still be read, no start may have failed, and no process may be left."""
    failed = Failures()
    async with StillReader(failed.note, seconds=60) as reading:
        yield reading
        assert (await reading.read(JPEG_FILE)).judgement.verdict == "good"
    assert failed == [] and mine() == []


async def refused(reader: StillReader, data: bytes) -> str:
    with pytest.raises(BadStill) as caught:
        await reader.read(data)
    return caught.value.code


# --- good stills ----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [JPEG_FILE, PNG_FILE], ids=["jpeg", "png"])
async def test_a_good_still_comes_back_with_its_page(reader: StillReader, data: bytes) -> None:
    still = await reader.read(data)
    assert still.judgement.reasons == () and still.judgement.verdict == "good"
    assert (still.width, still.height) == (1280, 960)
    assert still.digest == hashlib.sha256(data).hexdigest()
    original, page = (cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR) for file in (still.original, still.corrected))
    assert float(np.abs(original.astype(int) - GOOD).mean()) < 4
    assert page.size < original.size
    assert examine(still.original).kind == examine(still.corrected).kind == "jpeg"


async def test_a_still_without_a_page_comes_back_as_it_is(reader: StillReader) -> None:
    still = await reader.read(cv2.imencode(".png", scene("empty", 1, 640, 480).picture)[1].tobytes())
    assert still.judgement.reasons == ("no-page",) and still.corrected == still.original


@pytest.mark.parametrize(("data", "kind"), [
    (with_segments(segment(0xE1, b"Exif\0\0" + exif(6))), "jpeg"),
    (with_segments(segment(0xE1, b"Exif\0\0" + exif(6, "little"))), "jpeg"),
    (PNG_FILE[:33] + chunk(b"eXIf", exif(6)) + PNG_FILE[33:], "png"),
])  # fmt: skip
async def test_a_camera_held_on_its_side_gives_an_upright_still(reader: StillReader, data: bytes, kind: str) -> None:
    assert examine(data).kind == kind and examine(data).orientation == 6
    still = await reader.read(data)
    assert (still.width, still.height) == (960, 1280)
    assert b"Exif" not in still.original


async def test_nothing_but_the_picture_comes_through(reader: StillReader) -> None:
    hidden = [
        with_segments(
            *(
                segment(*each)
                for each in (
                    (0xFE, SECRET),
                    (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
                    (0xE2, b"ICC_PROFILE\0\1\1" + SECRET),
                )
            )
        ),
        PNG_FILE[:33] + chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"zTXt", b"c\0\0" + zlib.compress(SECRET)) + PNG_FILE[33:],
    ]
    clean = [await reader.read(data) for data in (JPEG_FILE, PNG_FILE)]
    for data, same in zip(hidden, clean, strict=True):
        assert SECRET not in examine(data).content
        still = await reader.read(data)
        assert (still.original, still.corrected) == (same.original, same.corrected)
        for file in (still.original, still.corrected):
            assert SECRET not in file and b"\xff\xfe" not in file[:64] and b"Exif" not in file


# --- copies ---------------------------------------------------------------------------------------

LINES = ["已核对原件", "海盐1号自助舱 2026-11-28 14:03"]


async def test_a_still_is_marked_as_a_copy_and_is_as_large_as_before(reader: StillReader) -> None:
    still = await reader.read(JPEG_FILE)
    copies = [await reader.mark(still.corrected, LINES) for _ in range(2)]
    assert copies[0] == copies[1] != still.corrected
    before, after = examine(still.corrected), examine(copies[0])
    assert (after.kind, after.width, after.height) == ("jpeg", before.width, before.height)
    assert after.content == copies[0], "nothing in it but a picture"


async def test_a_copy_is_refused_for_the_picture_for_the_words_and_for_the_machine(reader: StillReader) -> None:
    async def code(data: bytes, lines: Sequence[str] = LINES, faces: Sequence[Face] = FACES) -> str:
        with pytest.raises(BadStill) as caught:
            await reader.mark(data, lines, faces)
        return caught.value.code

    for name in ("gif", "lossless jpeg", "jpeg claims much", "zip behind", "second picture", "bare"):
        expected, data = SHOWN[name]
        assert await code(data) == expected, name
    assert await code(PNG_FILE) == "not-a-picture", "what is kept is always JPEG"
    assert await code(HOLLOW["a hole in the scan"]) == "picture-damaged"
    assert await code(JPEG_FILE[:-1]) == "picture-damaged"
    assert await code(JPEG_FILE + bytes(LARGEST)) == "picture-too-big"
    assert await code(JPEG_FILE, []) == await code(JPEG_FILE, ["核\0"]) == "bad-lines"
    assert await code(JPEG_FILE, ["\U0001f600"]) == "no-glyph"
    assert await code(JPEG_FILE, faces=[Face("/nonexistent")]) == "no-font"
    assert await code(cv2.imencode(".jpg", GOOD[:40, :40])[1].tobytes()) == "picture-too-small"


# --- bad ones -------------------------------------------------------------------------------------


async def test_the_reader_refuses_with_the_same_code_and_serves_on(reader: StillReader) -> None:
    for name in ("gif", "lossless jpeg", "claims much", "41 million", "zip behind", "second picture", "wrong sum"):
        code, data = SHOWN[name]
        assert await refused(reader, data) == code, name
    assert await refused(reader, JPEG_FILE + bytes(LARGEST)) == "picture-too-big"


@pytest.mark.parametrize("data", HOLLOW.values(), ids=HOLLOW)
async def test_what_only_the_decoder_sees_is_refused_too(reader: StillReader, data: bytes) -> None:
    examine(data)
    assert await refused(reader, data) == "picture-damaged"


async def test_files_that_end_early_are_refused_by_the_reader_too(reader: StillReader) -> None:
    for place in (700, len(JPEG_FILE) // 2, len(JPEG_FILE) - 1):
        assert await refused(reader, JPEG_FILE[:place]) == "picture-damaged"


async def test_mutated_files_are_read_or_refused(reader: StillReader) -> None:
    """A flipped bit among the pixels may go unseen; that it does no more than that is what the process is for."""
    chance = np.random.default_rng(3)
    small = cv2.imencode(".jpg", cv2.resize(GOOD, (320, 240)))[1].tobytes()
    for _ in range(12):
        data = bytearray(small)
        for place in chance.integers(2, len(data) - 2, 4):
            data[place] ^= 1 << int(chance.integers(8))
        try:
            assert (await reader.read(bytes(data))).width > 0
        except BadStill as bad:
            assert bad.code in ("not-a-picture", "picture-too-big", "picture-damaged")


async def test_a_small_file_of_39_million_pixels_is_read(reader: StillReader) -> None:
    data = grey_png(6_250, 6_240)
    assert len(data) < 60_000
    assert (await reader.read(data)).judgement.reasons == ("no-page", "dark")


# --- whatever becomes of a process ----------------------------------------------------------------

STUCK = """
import sys
asked, out = sys.stdin.buffer, sys.stdout.buffer
out.write(bytes(4)), out.flush()
for frame in ("order", "still"):
    asked.read(int.from_bytes(asked.read(4), "big"))
out.write(bytes(4)), out.flush()
"""


def stand_in(what: str) -> tuple[str, ...]:
    """A reader that says it is ready, takes the still, says so, and then does this."""
    return (sys.executable, "-c", STUCK + what)


@pytest.mark.parametrize("what", [
    "import signal; signal.pause()",
    "import os; os.kill(os.getpid(), 9)",
    "sys.exit(0)",
    "out.write(b'\\xff' * 8)",
    "out.write(bytes([0, 0, 0, 2]) + b'[]')",
    "out.write(bytes([0, 0, 0, 2]) + b'{}')",
    "out.write(bytes([0, 0, 0, 2]) + b'{}' + 2 * (bytes([0, 0, 0, 4]) + b'MZ..'))",
])  # fmt: skip
async def test_whatever_becomes_of_the_process_is_said_of_the_still(what: str) -> None:
    failed = Failures()
    async with StillReader(failed.note, seconds=0.5, program=stand_in(what)) as reader:
        assert await refused(reader, JPEG_FILE) == "picture-damaged"
        assert await refused(reader, PNG_FILE) == "picture-damaged"
        with pytest.raises(BadStill, match="picture-damaged"):
            await reader.mark(JPEG_FILE, LINES)
    assert failed == [] and mine() == []


async def test_a_machine_that_can_start_none_says_so_and_not_that_the_picture_is_bad() -> None:
    failed = Failures()
    for program in (("/nonexistent",), (sys.executable, "-c", "pass")):
        async with StillReader(failed.note, program=program) as reader:
            assert await refused(reader, JPEG_FILE) == "no-reader"
    assert failed and mine() == []


# --- one reader, many stills ----------------------------------------------------------------------


async def test_one_process_waits_and_each_still_has_its_own(reader: StillReader) -> None:
    await until(lambda: len(mine()) == 1)
    (first,) = mine()
    await reader.read(JPEG_FILE)
    await until(lambda: len(mine()) == 1 and mine() != [first])


async def test_a_waiting_process_that_was_killed_is_replaced(reader: StillReader) -> None:
    await reader.read(JPEG_FILE)
    await until(lambda: len(mine()) == 1)
    (waiting,) = mine()
    os.kill(waiting, signal.SIGKILL)
    await until(lambda: waiting not in mine())
    assert (await reader.read(JPEG_FILE)).judgement.verdict == "good"


async def test_processes_that_die_as_soon_as_they_wait_are_not_held_against_the_still() -> None:
    failed = Failures()
    async with StillReader(failed.note, program=(sys.executable, "-c", "import sys; sys.stdout.buffer.write(bytes(4))")) as reader:
        assert await refused(reader, JPEG_FILE) == "no-reader"
    assert mine() == []


async def test_two_are_read_at_a_time_and_the_others_wait(reader: StillReader) -> None:
    reading = asyncio.gather(*(reader.read(JPEG_FILE) for _ in range(5)))
    most = 0
    while not reading.done():
        most = max(most, len(mine()))
        await asyncio.sleep(0.02)
    assert len({still.corrected for still in await reading}) == 1
    assert most <= 5  # two that read, one that waits, and two that are being buried


async def test_what_still_waits_when_it_is_closed_is_told_so_and_not_cancelled() -> None:
    failed = Failures()
    async with asyncio.TaskGroup() as group, StillReader(failed.note, at_once=1) as reader:
        told = [group.create_task(refused(reader, JPEG_FILE)) for _ in range(3)]
        await asyncio.sleep(0)
    assert {each.result() for each in told} <= {"no-reader", "picture-damaged"} and mine() == []


async def test_a_cancelled_caller_takes_the_process_along() -> None:
    failed = Failures()
    async with asyncio.TaskGroup() as group, StillReader(failed.note, program=stand_in("import signal; signal.pause()")) as reader:
        await until(lambda: len(mine()) == 1)
        (first,) = mine()
        asked, other = group.create_task(reader.read(JPEG_FILE)), group.create_task(refused(reader, JPEG_FILE))
        await until(lambda: len(mine()) == 2)  # the other's: both are being read
        asked.cancel()
        await until(lambda: first not in mine())
        assert not other.done(), "and nobody else's"
    assert failed == [] and mine() == []


async def test_closing_ends_what_is_being_read_and_what_is_being_started() -> None:
    failed = Failures()
    async with asyncio.TaskGroup() as group, StillReader(failed.note, program=stand_in("import signal; signal.pause()")) as reader:
        asked = [group.create_task(refused(reader, JPEG_FILE)) for _ in range(2)]
        await until(lambda: len(mine()) == 2)
    assert {each.result() for each in asked} <= {"picture-damaged", "no-reader"}  # as far as they had come
    async with StillReader(failed.note):
        pass  # while its first process is importing
    assert failed == [] and mine() == []
