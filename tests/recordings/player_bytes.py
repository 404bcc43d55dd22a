"""What a player finds in a WebM file: its frames."""

from __future__ import annotations

from recordings.webm_read import Reader


def blocks_of(data: bytes) -> list[tuple[int, bool, bytes]]:
    """Time, whether it is a keyframe, and content of each frame."""
    reader = Reader()
    return [(block.at_ms, block.keyframe, block.data) for block in (*reader.feed(data), *reader.close())]
