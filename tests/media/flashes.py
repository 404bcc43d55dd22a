"""Ends whose cameras flash and whose microphones beep at the same moments, through real encoders; and where both stand in the files.

Nothing of the sending is assumed to be on time. A picture's timestamp is the moment at which it was taken, and a flash *is* the moment of
its first white picture; the beep begins at that very sample, in a block of sound that is handed out when its last sample has been heard, as
a sound card does. A busy machine makes later pictures, never wrong ones.
"""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import numpy as np
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from numpy.typing import NDArray

from config.clock import SystemClock
from media import rtcp
from media.capture import RATE, Image, Samples
from media.end_tracks import BLOCK, VIDEO_CLOCK
from media.rtp_clock import NTP_SECOND, ClockPolicy
from tests.media.film import Opened, of
from tests.media.raw_end import RawEnd
from tests.waiting import until

Told = list[dict[str, Any]]
CLOCK = SystemClock()
FPS, WIDTH, HEIGHT = 20, 320, 180
LIT = 0.2  # seconds that a flash lasts: four pictures
BEEP, TONE = 0.1, 1000.0
APART = (1.1, 0.8, 1.3, 0.9, 1.2, 0.7, 1.0)
"""Seconds from flash to flash: a recording that is off by a whole flash fits nowhere."""
NTP_EPOCH = 2208988800  # 1970 on NTP's clock (RFC 5905)
SETTLED = 500  # ms from the beginning of a segment until all that was moved up to where the one before had ended is past
FRESH = 0.1  # seconds; nothing older is the first thing that a device gives
LOOKAHEAD = 312 / 48
"""Milliseconds by which a decoder gives out later what libopus took in: 2.5 ms of overlap and 4 ms that VoIP mode keeps for its other coder
(OPUS_GET_LOOKAHEAD: 312 samples). No RTP sender puts it into its timestamps and our files have a pre-skip of 0, as the live call has, so
sound is that much late wherever it is played. It belongs to the codec and not to the recording: `onsets_heard` takes it off."""


def since_1970() -> float:
    """Seconds to add to the monotonic clock for the wall's. The largest of several: nothing came between its two readings."""
    return max(CLOCK.now() - CLOCK.monotonic() for _ in range(20))


def picture(number: int, lit: bool) -> Image:
    """White, or something dark that moves."""
    image = np.full((HEIGHT, WIDTH, 3), 255 if lit else 30, np.uint8)
    image[60:120, number * 4 % (WIDTH - 40) :][:, :40] = 255 if lit else 100
    return image


def sound(began: float, block: int, moments: Iterable[float]) -> Samples:
    """Block `block` of a microphone that was opened at `began`: a beep from each of the moments on."""
    at = began + (block * BLOCK + np.arange(BLOCK)) / RATE
    heard = np.zeros(BLOCK)
    for since in (at - moment for moment in moments if at[0] - BEEP < moment < at[-1]):
        heard += 0.5 * np.sin(2 * np.pi * TONE * since) * ((since >= 0) & (since < BEEP))
    return np.asarray(heard * 32767, np.int16)


def video_frame(image: Image, pts: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(image, format="bgr24")
    frame.pts, frame.time_base = pts, Fraction(1, VIDEO_CLOCK)
    return frame


def sound_frame(samples: Samples, pts: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.pts, frame.sample_rate, frame.time_base = pts, RATE, Fraction(1, RATE)
    return frame


class Flasher:
    """What one participant sends from one connection: microphone and camera on m-lines 0 and 1.

    `slow` is how long after a picture was taken its packets leave, at least; `ahead` how far this end's wall clock is wrong. Both in seconds.
    Its sender reports are those of a browser: what is captured *now* has this timestamp, whatever is still being encoded.
    """

    def __init__(self, end: RawEnd, *, slow: float = 0.0, ahead: float = 0.0) -> None:
        self.end, self.slow, self.ahead = end, slow, ahead
        self.reports, self.packets = 0, {"microphone": 0, "camera": 0}
        self.sent = {"microphone": 0.0, "camera": 0.0}
        """Everything up to these moments has left, in so many packets."""
        self.first: dict[str, float] = {}
        """When what was sent first was captured: nobody else can tell, before the reports come."""
        end.repairs = True
        self._chance = random.Random()
        self._opened, self._wall = CLOCK.monotonic(), since_1970()
        self._base = {"0": self._chance.getrandbits(32), "1": self._chance.getrandbits(32)}
        self.taken: dict[str, asyncio.Queue[tuple[float, NDArray[Any]]]] = {"microphone": asyncio.Queue(), "camera": asyncio.Queue()}
        """Pictures and when they were taken, blocks of samples and when the first was heard."""
        self._asked = -1  # its first picture is a keyframe in any case
        self._show_encoder, self._speak_encoder = Vp8Encoder(), OpusEncoder()
        self._show_encoder.encode(video_frame(picture(0, False), 0))  # opening them takes long; the first packet need not wait for it
        self._speak_encoder.encode(sound_frame(np.zeros(BLOCK, np.int16), 0))

    async def run(self) -> None:
        """Encode and send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for work in (self._show(), self._speak(), self._report("0", RATE), self._report("1", VIDEO_CLOCK)):
                group.create_task(work)

    async def _next(self, source: str) -> tuple[float, NDArray[Any]]:
        while True:
            at, data = await self.taken[source].get()
            if source in self.first or CLOCK.monotonic() - at <= FRESH:
                self.first.setdefault(source, at)
                return at, data

    def _keyframe_wanted(self) -> bool:
        ssrc = self.end.local("1").sender._ssrc
        asked = sum(ssrc in message.media for message in self.end.reported(rtcp.KeyframeRequest))
        wanted, self._asked = asked > self._asked, asked
        return wanted

    async def _show(self) -> None:
        while True:
            at, image = await self._next("camera")
            frame = video_frame(image, round((at - self._opened) * VIDEO_CLOCK))
            payloads, ts = await asyncio.to_thread(self._show_encoder.encode, frame, self._keyframe_wanted())
            await asyncio.sleep(at + self.slow - CLOCK.monotonic() if self.slow else 0)
            for payload in payloads:
                await self.end.send("1", payload, ts=self._base["1"] + ts, marker=payload is payloads[-1])
                self.packets["camera"] += 1
            self.sent["camera"] = at

    async def _speak(self) -> None:
        first, count = 0, 0
        while True:
            at, samples = await self._next("microphone")
            first, count = first or round((at - self._opened) * RATE), count + 1
            # Not in a thread: waking it takes longer than encoding, and on a busy machine sound would fall behind for good.
            payloads, ts = self._speak_encoder.encode(sound_frame(samples, count * BLOCK))
            for payload in payloads:
                await self.end.send("0", payload, ts=self._base["0"] + first + ts - BLOCK)
                self.packets["microphone"] += 1
            self.sent["microphone"] = at

    async def _report(self, mid: str, rate: int) -> None:
        """About once a second, as aiortc and Chromium do for pictures."""
        ssrc = self.end.local(mid).sender._ssrc
        while True:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5))
            at = CLOCK.monotonic()  # read once: between two readings a busy machine may do something else
            ntp = round((at + self._wall + self.ahead + NTP_EPOCH) * NTP_SECOND)
            ts = self._base[mid] + round((at - self._opened) * rate)
            report = rtcp.SenderReport(ssrc, ntp, ts & 0xFFFFFFFF, 0, 0)
            await self.end.send_rtcp(rtcp.write_sender_report(report) + rtcp.write_names([(ssrc, "x")]))
            self.reports += 1


class Stage:
    """One light and one bell before all the ends that are on it: their pictures are taken and their sound is heard at the same moments."""

    def __init__(self) -> None:
        self.moments: list[float] = []
        """When it flashed and beeped, on this process's monotonic clock."""
        self._wanted, self._due = 0, float("inf")
        self._on: dict[Flasher, asyncio.Task[None]] = {}

    def enter(self, flasher: Flasher) -> None:
        self._on[flasher] = asyncio.get_running_loop().create_task(flasher.run())

    def leave(self, flasher: Flasher) -> None:
        self._on.pop(flasher).cancel()

    async def flash(self, times: int) -> None:
        """So many flashes; returns when everybody has sent the last one to its end."""
        self._wanted += times
        self._due = CLOCK.monotonic() + APART[0]
        await until(lambda: len(self.moments) == self._wanted and min(min(each.sent.values()) for each in self._on) > self.moments[-1] + 2 * LIT, 60 + 2 * times)

    @asynccontextmanager
    async def rolling(self) -> AsyncIterator[None]:
        """Cameras and microphones are on."""
        tasks = [asyncio.get_running_loop().create_task(work) for work in (self._look(), self._listen())]
        try:
            yield
        finally:
            for task in (*tasks, *self._on.values()):
                task.cancel()
            await asyncio.gather(*tasks, *self._on.values(), return_exceptions=True)

    async def _look(self) -> None:
        began, number, lit = CLOCK.monotonic(), 0, False
        while True:
            now = CLOCK.monotonic()
            if now >= self._due and len(self.moments) < self._wanted and not lit:  # a dark picture has been between
                self.moments.append(now)
                self._due = now + APART[len(self.moments) % len(APART)]
            lit = now < max(self.moments, default=0.0) + LIT
            for flasher in self._on:
                flasher.taken["camera"].put_nowait((now, picture(number, lit)))
            number = max(number + 1, int((CLOCK.monotonic() - began) * FPS))
            await asyncio.sleep(began + number / FPS - CLOCK.monotonic())

    async def _listen(self) -> None:
        began, block = CLOCK.monotonic(), 0
        while True:
            await asyncio.sleep(began + (block + 1) * BLOCK / RATE - CLOCK.monotonic())
            samples = sound(began, block, self.moments)  # whatever began in this block has been told: it is over
            for flasher in self._on:
                flasher.taken["microphone"].put_nowait((began + block * BLOCK / RATE, samples))
            block += 1


# ---- what is in the files


@dataclass(frozen=True)
class Lips:
    """Where each flash of one participant stands in the files, and where its beep does, in session ms."""

    seen: list[float]
    heard: list[float]
    told: list[tuple[Told, Told]]
    """The journal's lines about the segments that picture and sound are in, and about those that ended just before."""

    @property
    def apart(self) -> list[float]:
        """By how much each picture is later than its sound."""
        return [a - b for a, b in zip(self.seen, self.heard, strict=True)]

    @property
    def known(self) -> list[float]:
        """`apart`, where both segments say that they know their sender's clock: its reports had come when they began."""
        return [apart for apart, told in zip(self.apart, self.told, strict=True) if is_sure(told[0] + told[1])]

    def from_other(self, other: Lips) -> list[float]:
        """By how much what is seen and heard of this one is later than what the other did at the same moments."""
        pairs = [(mine, its) for mine in (self.seen, self.heard) for its in (other.seen, other.heard)]
        return [a - b for mine, its in pairs for a, b in zip(mine, its, strict=True)]


def is_sure(told: Told) -> bool:
    return all(line["clock_error"] < ClockPolicy().error_by_arrival * 1000 for line in told)


def share(values: Iterable[float], percent: int) -> float:
    """So many per cent of the values are at most so far from zero."""
    return statistics.quantiles(map(abs, values), n=100, method="inclusive")[percent - 1]


def lips(segments: list[Opened], told: Told, who: str) -> Lips:
    """Of one participant; `told` are the journal's lines about the segments."""
    seen, heard = onsets_seen(of(segments, f"{who}.camera")), onsets_heard(of(segments, f"{who}.microphone"))

    def near(source: str, at: float) -> Told:
        return [line for line in told if line["publication"] == f"{who}.{source}" and line["start"] <= at + 1 and line["end"] > at - SETTLED]

    assert len(seen) == len(heard), (who, seen, heard)
    return Lips(seen, heard, [(near("camera", a), near("microphone", b + LOOKAHEAD)) for a, b in zip(seen, heard, strict=True)])


def onsets_seen(segments: list[Opened]) -> list[float]:
    """When pictures turn white, in session ms."""
    seen: list[tuple[float, bool]] = []
    for segment in segments:
        decoder = av.CodecContext.create("libvpx", "r")
        for block in segment.blocks:
            (frame,) = decoder.decode(av.Packet(block.data))
            seen.append((block.at_ms, bool(frame.to_ndarray(format="gray").mean() > 140)))
    return [at for (_, before), (at, lit) in pairwise(seen) if lit and not before]


def onsets_heard(segments: list[Opened]) -> list[float]:
    """When beeps begin, in session ms."""
    blocks: list[tuple[float, NDArray[np.float64]]] = []
    for segment in segments:
        decoder = av.CodecContext.create("libopus", "r")
        decoder.sample_rate, decoder.layout, decoder.format = RATE, "stereo", "s16"
        for block in segment.blocks:
            (frame,) = decoder.decode(av.Packet(block.data))
            blocks.append((block.at_ms, frame.to_ndarray().reshape(-1, 2).mean(axis=1) / 32768))
    first = np.cumsum([0, *(len(samples) for _, samples in blocks)])
    found = [(at, int(np.searchsorted(first, at, "right")) - 1) for at in onsets(np.concatenate([samples for _, samples in blocks]))]
    return [blocks[number][0] + (at - first[number]) * 1000 / RATE - LOOKAHEAD for at, number in found]


def onsets(samples: NDArray[np.float64]) -> list[float]:
    """At which samples a tone begins: where its loudness over one period passes half of its full height, less half a period."""
    period = round(RATE / TONE)
    turned = samples * np.exp(-2j * np.pi / period * np.arange(len(samples)))
    loud = np.abs(np.convolve(turned, np.ones(period) / period))[: len(samples)]
    half = loud.max() / 2
    above = np.flatnonzero(loud >= half)
    begins = above[np.diff(above, prepend=-RATE) > 0.2 * RATE]  # a beep that goes on in the next file is no new one
    return [float(at - (loud[at] - half) / (loud[at] - loud[at - 1]) - period / 2) for at in begins]
