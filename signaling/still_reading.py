"""Stills as the office wants them: read by the media plane's own processes, refused in the wire's codes. Wired in app.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.picture_file import examine
from media.still_wire import BadStill
from media.stills import StillReader
from signaling.domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class ReadStill:
    """`office.stills.Read`."""

    original: bytes
    corrected: bytes
    size: tuple[int, int]
    page_size: tuple[int, int]
    reasons: Sequence[str]
    glare_at: str | None


class StillReading:
    """`office.stills.Reader` over processes that are thrown away after each picture."""

    def __init__(self, reader: StillReader) -> None:
        self._reader = reader

    async def read(self, data: bytes) -> ReadStill:
        """Raises `Refusal`: `not-a-picture`, `picture-too-big`, `picture-damaged`, `no-reader`."""
        try:
            still = await self._reader.read(data)
        except BadStill as bad:
            raise Refusal(bad.code, bad.text) from None
        page = examine(still.corrected)
        judged = still.judgement
        return ReadStill(
            still.original, still.corrected, (still.width, still.height), (page.width, page.height), judged.reasons, judged.glare_at
        )

    async def mark(self, jpeg: bytes, lines: Sequence[str]) -> bytes:
        """Raises `Refusal`: as `read`, and `no-font`."""
        try:
            return await self._reader.mark(jpeg, lines)
        except BadStill as bad:
            raise Refusal(bad.code, bad.text) from None
