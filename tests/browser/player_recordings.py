"""Recordings for the player's stories: real segments of flashes and beeps, and the timeline that the server would tell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np

from recordings import vp8
from recordings.playable import Playable
from recordings.segments import Ended, Frame, Made, Missed, Publication, SegmentMaker
from recordings.webm import Opus, Track, Vp8, Writer
from tests.encoded import files, picture

FPS, WIDTH, HEIGHT = 15, 320, 180
FLASH_MS = 134
"""Two pictures."""
BEEP_MS, BEEP_HZ = 100, 1000
LOOK_AHEAD = 312
"""Samples by which libopus hears later than it is told to; our files say no pre-skip, so the fixture sings that much earlier."""


def times(seconds: float, start_ms: int = 0, fps: int = FPS) -> list[int]:
    return [start_ms + round(number * 1000 / fps) for number in range(round(seconds * fps))]


def flashing(number: int, at_ms: int, every_ms: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Its number on top, and below dark grey, or white when it is time for a flash."""
    shown = picture(number, width, height)
    shown[height // 2 :] = 255 if at_ms % every_ms < FLASH_MS else 40
    return shown


def seen(times_ms: Sequence[int], every_ms: int = 1000, keyframe_ms: int = 4000, width: int = WIDTH, height: int = HEIGHT) -> list[Frame]:
    """VP8 pictures that flash each `every_ms` of the session's clock, a keyframe at each `keyframe_ms`."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "yuv420p", Fraction(1, 1000)
    encoder.bit_rate = 400_000
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "g": "100000", "error-resilient": "1"}
    frames, due = [], 0
    for number, at_ms in enumerate(times_ms):
        wanted = number == 0 or at_ms >= due
        due = at_ms + keyframe_ms if wanted else due
        shown = av.VideoFrame.from_ndarray(flashing(number, at_ms, every_ms, width, height), format="rgb24")
        shown.pts = at_ms
        shown.pict_type = av.video.frame.PictureType.I if wanted else av.video.frame.PictureType.NONE
        (packet,) = encoder.encode(shown)
        data = bytes(packet)
        frames.append(Frame(at_ms, vp8.head(data).keyframe, data, width, height, 2 * number, 2 * number + 1))
    return frames


def heard(seconds: float, start_ms: int = 0, every_ms: int = 1000) -> list[Frame]:
    """Opus packets of 20 ms with a beep each `every_ms` of the session's clock."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "mono", "s16", 32_000
    made: list[bytes] = []
    wanted = round(seconds * 50)
    for number in range(wanted + 2):
        at = start_ms * 48 + np.arange(960) + number * 960 + LOOK_AHEAD
        loud = at % (every_ms * 48) < BEEP_MS * 48
        tone = (12_000 * np.sin(2 * np.pi * BEEP_HZ * at / 48_000) * loud).astype(np.int16)
        sound = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        sound.sample_rate, sound.pts = 48_000, number * 960
        made += [bytes(packet) for packet in encoder.encode(sound)]
    return [Frame(start_ms + 20 * number, True, data, 0, 0, number, number) for number, data in enumerate(made[:wanted])]


def playable(data: bytes) -> bytes:
    mended = Playable()
    return mended.feed(data) + mended.close()


@dataclass
class Recording:
    """One session's recording as the server would serve it."""

    tracks: dict[str, dict[str, Any]] = field(default_factory=dict)
    intervals: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, Any]] = field(default_factory=list)
    data: dict[tuple[str, int, int], Callable[[], bytes]] = field(default_factory=dict)
    live: bool = False
    length: int = 0

    def track(self, publication: str) -> dict[str, Any]:
        return self.tracks.setdefault(publication, {"publication": publication, "required": True, "segments": [], "gaps": []})

    def add(self, publication: str, made: Iterable[Made], epoch: int = 1) -> Recording:
        """What a segment maker made of it."""
        made = list(made)
        found = files(made)
        for one in made:
            match one:
                case Ended():
                    self.segment(publication, one.segment, one.start, one.end, one.media, lambda data=found[one.segment]: data, epoch=epoch)  # type: ignore[misc]  # data is bound here
                case Missed():
                    self.track(publication)["gaps"].append({"epoch": epoch, "start": one.start, "end": one.end, "cause": one.cause})
        return self

    def segment(self, publication: str, number: int, start: int, end: int, media: str, data: Callable[[], bytes], *, epoch: int = 1, state: str = "whole") -> None:
        told = {"epoch": epoch, "segment": number, "start": start, "end": end, "media": media, "state": state}
        self.track(publication)["segments"].append(told)
        self.data[publication, epoch, number] = data
        self.length = max(self.length, end)

    def mark(self, at: int, what: str, label: str) -> Recording:
        self.marks.append({"seq": len(self.marks) + 1, "at": at, "what": what, "actor": "clerk", "label": label})
        return self

    def timeline(self, until: int | None = None) -> dict[str, Any]:
        """As JSON; `until`: as it was told when so much had been recorded."""
        tracks = [
            {**track, "segments": [one for one in track["segments"] if until is None or one["end"] <= until]} for _, track in sorted(self.tracks.items())
        ]  # fmt: skip
        return {
            "session": "s-1", "origin": 1_795_433_700_000, "live": self.live, "length": self.length if until is None else min(until, self.length),
            "tracks": tracks, "intervals": self.intervals, "marks": self.marks, "missing": self.missing,
        }  # fmt: skip


def made(publication: str, frames: Iterable[Frame], end_ms: int, epoch: int = 1, first: int = 0) -> list[Made]:
    """The segments of frames without a gap."""
    kind = "audio" if publication.endswith(".microphone") else "video"
    maker = SegmentMaker(Publication(publication, epoch, kind), first_segment=first)  # type: ignore[arg-type]  # one of the two
    return [one for frame in frames for one in maker.frame(frame)] + maker.close("room", end_ms)


@cache
def _talk(seconds: int, fps: int) -> tuple[list[Frame], list[Frame]]:
    return seen(times(seconds, fps=fps)), heard(seconds)


def talk(seconds: int, participants: Sequence[str] = ("resident", "clerk"), fps: int = FPS) -> Recording:
    """Face and voice of each, flashing and beeping at the same times."""
    pictures, sounds = _talk(seconds, fps)
    recording = Recording()
    for who in participants:
        recording.add(f"{who}.camera", made(f"{who}.camera", pictures, seconds * 1000))
        recording.add(f"{who}.microphone", made(f"{who}.microphone", sounds, seconds * 1000))
    return recording


def stamped(track: Track, frames: Sequence[Frame], start_ms: int, end_ms: int) -> bytes:
    """The frames of one segment, as if they had been recorded from `start_ms` on."""
    writer, first = Writer(track), frames[0].at_ms
    ends = [frame.at_ms - first for frame in frames[1:]] + [end_ms - start_ms]
    return b"".join(writer.frame(start_ms + frame.at_ms - first, frame.keyframe, frame.data) + writer.until(start_ms + end) for frame, end in zip(frames, ends, strict=True))


def hour(minutes: int = 60, participants: Sequence[str] = ("resident", "clerk")) -> Recording:
    """As many segments as an hour has; each is four seconds of the same, stamped when it is asked for."""
    pictures, sounds = _talk(4, FPS)
    recording = Recording()
    for who in participants:
        for number in range(minutes * 15):
            start = number * 4000
            for source, track, frames in (("camera", Vp8(WIDTH, HEIGHT), pictures), ("microphone", Opus(1), sounds)):
                media = "video/webm;codecs=vp8" if source == "camera" else "audio/webm;codecs=opus"
                recording.segment(f"{who}.{source}", number, start, start + 4000, media, lambda track=track, frames=frames, start=start: stamped(track, frames, start, start + 4000))  # type: ignore[misc]  # all are bound here
    return recording


def held_talk(hold: tuple[int, int] = (8000, 11_000), end: int = 19_000) -> Recording:
    """A talk that was on hold for a while: nothing is recorded then."""
    recording = talk(hold[0] // 1000)
    for who in ("resident", "clerk"):
        for source, frames in (("camera", seen(times((end - hold[1]) / 1000, hold[1]))), ("microphone", heard((end - hold[1]) / 1000, hold[1]))):
            recording.add(f"{who}.{source}", made(f"{who}.{source}", frames, end, first=5))
    recording.intervals.append({"publication": "*", "kind": "hold", "start": hold[0], "end": hold[1]})
    return recording.mark(hold[0], "hold-began", "保持").mark(hold[1], "hold-ended", "恢复")
