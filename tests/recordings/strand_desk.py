"""A strand on a desk of its own: frames in, the segments and gaps that come of them kept, a disk that refuses when told to."""

from __future__ import annotations

from typing import Any

from recordings import writer_wire as wire
from recordings.names import SegmentName
from recordings.scribe import Hole
from recordings.segment_facts import Missed
from recordings.strand import Strand
from tests.media.film import SESSION, opus_packet, vp8_picture

VIDEO: wire.Media = "video/webm;codecs=vp8"
AUDIO: wire.Media = "audio/webm;codecs=opus"


class Segment:
    """Stands in for a scribe: keeps what it is given."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.pieces: list[bytes] = []
        self.marks: list[Any] = []
        self.ended: Any = None
        self.name = SegmentName(SESSION, facts["publication"], facts["epoch"], facts["segment"])
        self.holds = 0
        """Milliseconds of the session up to which the disk took it."""

    def add(self, clear: bytes, last: bool, mark: Any) -> None:
        assert self.ended is None
        self.pieces.append(clear)
        if mark is not None:
            self.marks.append(mark)

    def end(self, ended: Any) -> None:
        self.ended = ended

    @property
    def hole(self) -> Hole:
        """As if a packet were lost every 40 ms."""
        return Hole(self.holds, self.ended.end, (self.ended.end - self.holds) // 40)


class Desk:
    """A strand with a disk that takes everything; `video` frames every 40 ms, `sound` every 20."""

    def __init__(self, numbers: dict[int, int] | None = None) -> None:
        self.missed: list[Missed] = []
        self.segments: list[Segment] = []
        self.strand = Strand("resident.camera", numbers or {}, self.missed.append)
        self.number = 0

    def scribe(self, publication: str, epoch: int, media: str, **facts: Any) -> Any:
        self.segments.append(Segment(publication=publication, epoch=epoch, media=media, **facts))
        return self.segments[-1]

    def open(self, epoch: int = 1, media: wire.Media = VIDEO, *, resumed: bool = False) -> None:
        self.strand.open(wire.OpenTrack(epoch, SESSION, "resident.camera", epoch, media, resumed))

    def show(self, begin: int, end: int, *, key: bool = False, shift: int = 0, every: int = 40, size: tuple[int, int] = (640, 360)) -> None:
        """Frames from `begin` to `end`, the first a keyframe with `key`."""
        for at in range(begin, end, every):
            self.number += 1
            is_key = key and at == begin
            data = vp8_picture(self.number, key=is_key) if every == 40 else opus_packet(self.number)
            width, height = size if is_key else (0, 0)
            frame = wire.Frame(1, at, shift, 9, is_key or every == 20, width, height, self.number, self.number, data)
            self.strand.frame(frame, self)

    def refuse(self, segment: int, holds: int) -> None:
        """The disk took this segment up to `holds`."""
        self.segments[segment].holds = holds
        self.strand.suspect(self.segments[segment])  # type: ignore[arg-type]  # a stand-in

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [(segment.ended.start, segment.ended.end) for segment in self.segments if segment.ended is not None]

    @property
    def gaps(self) -> list[tuple[int, int, str]]:
        return [(each.start, each.end, each.cause) for each in self.missed]
