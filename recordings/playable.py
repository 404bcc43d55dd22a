"""A segment's file as Media Source Extensions take it: a torn end is made whole, a short hole in the sound is bridged. Pure.

This is for a player's ears and never for evidence: what is recorded, sealed and exported stays as it was. Chromium stops for good at
a hole of 40 ms in a source buffer, and refuses what follows an element that was torn off. A bridge is made of Opus packets without
content, for which a decoder conceals the loss (RFC 6716, 4.4): whoever listens later hears what was heard live.
"""

from __future__ import annotations

from recordings import opus
from recordings.ebml import BadWebM
from recordings.webm import Block, Opus, Writer
from recordings.webm_read import Reader

LONGEST_BRIDGE_MS = 1000
"""A longer hole ends a segment, and stays a gap."""
_UNTOLD_PICTURE_MS = 66


class Playable:
    """One segment's file, piece by piece."""

    def __init__(self) -> None:
        self._reader = Reader()
        self._writer: Writer | None = None
        self._before: Block | None = None
        self._end_ms = 0

    def feed(self, data: bytes) -> bytes:
        """What to hand on for the next bytes of the file. Raises BadWebM."""
        return b"".join([self._one(block) for block in self._reader.feed(data)])

    def close(self) -> bytes:
        """The file ends here, torn or not: what is still to hand on. Raises BadWebM."""
        return b"".join([self._one(block) for block in self._reader.close()])

    def _one(self, block: Block) -> bytes:
        if self._writer is None:
            assert self._reader.track is not None
            self._writer = Writer(self._reader.track)
        made = self._bridge(self._writer, block.at_ms)
        end_ms = block.at_ms + max(1, self._untold(block) if block.duration_ms is None else block.duration_ms)
        try:
            made += self._writer.frame(block.at_ms, block.keyframe, block.data) + self._writer.until(end_ms)
        except ValueError as error:
            raise BadWebM(0, str(error)) from None
        self._before, self._end_ms = block, end_ms
        return made

    def _bridge(self, writer: Writer, until_ms: int) -> bytes:
        if self._before is None or not isinstance(writer.track, Opus) or not 0 < until_ms - self._end_ms <= LONGEST_BRIDGE_MS:
            return b""
        packet = bytes([self._before.data[0] & 0xFC])  # the same configuration, one frame, no content
        step = max(1, opus.duration_us(packet) // 1000)
        times = range(self._end_ms, until_ms - step + 1, step)
        return b"".join([writer.frame(at_ms, True, packet) + writer.until(at_ms + step) for at_ms in times])

    def _untold(self, block: Block) -> int:
        """How long a frame lasts whose duration was torn off: as long as the one before it."""
        if isinstance(self._reader.track, Opus):
            try:
                return opus.duration_us(block.data) // 1000
            except opus.BadOpus:
                return 1
        return _UNTOLD_PICTURE_MS if self._before is None else min(block.at_ms - self._before.at_ms, LONGEST_BRIDGE_MS)
