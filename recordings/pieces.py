"""The bytes of a segment on their way to the disk, cut into pieces of at most half a second. Pure."""

from __future__ import annotations

from collections import deque


class Pieces:
    """What is written but not yet handed on, frame by frame. A frame that alone is longer than `longest_ms` is a piece of its own."""

    def __init__(self, longest_ms: int) -> None:
        self._longest_ms = longest_ms
        self._frames: deque[tuple[int, bytearray]] = deque()  # time and bytes
        self._tail = b""  # the end of a frame whose beginning is handed on already

    def add(self, at_ms: int, data: bytes) -> None:
        """A frame that begins at `at_ms`, in rising time."""
        self._frames.append((at_ms, bytearray(self._tail + data)))
        self._tail = b""

    def settle(self, tail: bytes, end_ms: int) -> list[bytes]:
        """The last frame ends at `end_ms` with the bytes `tail`: the pieces that are long enough to be handed on."""
        if not self._frames:
            self._tail += tail
            return []
        self._frames[-1][1].extend(tail)
        ready = []
        while self._frames and end_ms - self._frames[0][0] > self._longest_ms:
            begin = self._frames[0][0]
            piece = self._frames.popleft()[1]
            while self._frames and (self._frames[1][0] if len(self._frames) > 1 else end_ms) - begin <= self._longest_ms:
                piece += self._frames.popleft()[1]
            ready.append(bytes(piece))
        return ready

    def rest(self) -> bytes:
        """Everything that waits; it is handed on with this."""
        rest = b"".join(bytes(data) for _, data in self._frames) + self._tail
        self._frames.clear()
        self._tail = b""
        return rest
