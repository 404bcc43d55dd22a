"""A still as the office wants it, from the processes that read them: with the page's own size, or refused in a code of the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import pytest

from media.judgement import Judgement
from media.still_wire import BadStill
from media.stills import Still, StillReader
from signaling.domain.refusals import Refusal
from signaling.still_reading import StillReading
from signaling.wire.codes import CODES


def jpeg(width: int, height: int) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), 200, np.uint8))[1].tobytes()


class Reader:
    """Answers what it is told to; marks a picture by writing the lines behind it."""

    def __init__(self, answer: Still | BadStill) -> None:
        self.answer = answer

    async def mark(self, picture: bytes, lines: Sequence[str]) -> bytes:
        if isinstance(self.answer, BadStill):
            raise self.answer
        return picture + "|".join(lines).encode()

    async def read(self, data: bytes) -> Still:
        if isinstance(self.answer, BadStill):
            raise self.answer
        return self.answer


def reading(answer: Still | BadStill) -> StillReading:
    return StillReading(cast(StillReader, Reader(answer)))


async def test_sizes_reasons_and_pictures_go_through() -> None:
    still = Still(
        width=320, height=240, original=jpeg(320, 240), corrected=jpeg(120, 90), judgement=Judgement(reasons=("glare",), glare_at="top-right"), digest="00"
    )
    read = await reading(still).read(b"")
    assert (read.size, read.page_size, list(read.reasons), read.glare_at) == ((320, 240), (120, 90), ["glare"], "top-right")
    assert (read.original, read.corrected) == (still.original, still.corrected)


@pytest.mark.parametrize("code", ["not-a-picture", "picture-too-big", "picture-damaged", "no-reader"])
async def test_what_cannot_be_read_is_refused_in_the_wires_codes(code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await reading(BadStill(code, "why")).read(b"")  # type: ignore[arg-type] # one of its codes
    assert refusal.value.code == code and code in CODES


STILL = Still(width=1, height=1, original=b"", corrected=b"", judgement=Judgement(), digest="00")


async def test_a_page_is_marked_with_the_lines_that_it_is_given() -> None:
    assert await reading(STILL).mark(b"page:", ["与原件核对一致", "办件 1"]) == "page:与原件核对一致|办件 1".encode()


@pytest.mark.parametrize("code", ["not-a-picture", "picture-too-big", "picture-damaged", "picture-too-small", "no-reader", "no-font", "no-glyph", "bad-lines"])
async def test_what_cannot_be_marked_is_refused_in_the_wires_codes(code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await reading(BadStill(code, "why")).mark(b"", ["x"])  # type: ignore[arg-type] # one of its codes
    assert refusal.value.code == code and code in CODES
