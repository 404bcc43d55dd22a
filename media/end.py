"""A Python end on stock aiortc: one publish and one subscribe connection, rebuilt at will, counted over all their lives.

It knows no signaling. SDP goes out and comes back through a callback; offers are complete (gathering is over), as aiortc has it:

    end = End(clock, log, sinks={}, on_first_frame=..., on_trouble=...)
    await end.publish(microphone, {"camera": camera}, exchange)                     # exchange(sdp, {mid: source}) → (answer, epoch)
    await end.subscribe([("clerk", "microphone"), ("clerk", "camera")], exchange)   # exchange(sdp, [(mid, participant, source)]) → answer
    await end.figures();  end.picture("clerk");  await end.close()

Calling `publish` or `subscribe` again builds a new connection and closes the old one when the new one carries (make before
break). Private names of aiortc stay out of here: statistics come from `getStats`, frames from our own tracks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from aiortc import (
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpCodecCapability,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.stats import RTCInboundRtpStreamStats, RTCOutboundRtpStreamStats, RTCRemoteInboundRtpStreamStats

from config.clock import Clock
from config.logs import Logger
from config.tasks import Tasks
from media.capture import Image, PictureSource, SoundSink, SoundSource
from media.end_tracks import PictureTrack, Reception, SoundTrack
from media.node_api import Source

Kind = Literal["publish", "subscribe"]
Wanted = tuple[str, Source]
"""Participant and source."""
PublishExchange = Callable[[str, dict[str, Source]], Awaitable[tuple[str, int]]]
SubscribeExchange = Callable[[str, list[tuple[str, str, Source]]], Awaitable[str]]

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0


class EndError(Exception):
    """A connection that could not be made. `code`: `bad-answer`, `connect-failed`, `end-closed`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


@dataclass(slots=True)
class Count:
    """What went one way for one source, over all connections. `lost` as the receiving side reports it."""

    packets: int = 0
    frames: int = 0
    lost: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.packets + other.packets, self.frames + other.frames, self.lost + other.lost)


def as_json(counts: Mapping[Source, Count]) -> dict[str, dict[str, int]]:
    """Counters by source as plain data."""
    return {source: {"packets": each.packets, "frames": each.frames, "lost": each.lost} for source, each in sorted(counts.items())}


@dataclass(slots=True)
class EndFigures:
    """An end's counters since it began."""

    epochs: int
    """The highest epoch that the publish connection had."""
    first_frame_ms: dict[str, int]
    """Participant → milliseconds to the first picture of their camera."""
    sent: dict[Source, Count]
    received: dict[tuple[str, Source], Count]

    def received_by_source(self) -> dict[Source, Count]:
        """Summed over the participants."""
        totals: dict[Source, Count] = {}
        for (_, source), count in self.received.items():
            totals[source] = totals.get(source, Count()) + count
        return totals


@dataclass(slots=True)
class _Connection:
    """One RTCPeerConnection and what its m-lines carry."""

    kind: Kind
    pc: RTCPeerConnection
    over: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    senders: dict[Source, tuple[RTCRtpTransceiver, PictureTrack | SoundTrack]] = field(default_factory=dict)
    receivers: dict[Wanted, RTCRtpTransceiver] = field(default_factory=dict)
    closing: bool = False


def _mid(transceiver: RTCRtpTransceiver) -> str:
    if transceiver.mid is None:
        raise RuntimeError("an m-line has its mid once the offer is made")
    return transceiver.mid


async def _to_the_end(task: asyncio.Task[None]) -> None:
    """Wait for a task that is not to be cancelled with us; the cancellation is passed on afterwards."""
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


class End:
    """One participant's media. `on_trouble(kind)` is called when a running connection fails; the owner decides when to rebuild."""

    def __init__(
        self,
        clock: Clock,
        log: Logger,
        *,
        sinks: Mapping[str, SoundSink] | None = None,
        on_first_frame: Callable[[str, int], object] = lambda participant, after_ms: None,
        on_trouble: Callable[[Kind], None] = lambda kind: None,
    ) -> None:
        self._clock, self._log, self._sinks = clock, log, sinks or {}
        self._on_first_frame, self._on_trouble = on_first_frame, on_trouble
        self._began = clock.monotonic()
        self._running: dict[Kind, _Connection] = {}
        self._receptions: dict[Wanted, Reception] = {}
        self._sent: dict[Source, Count] = {}
        self._received: dict[Wanted, Count] = {}
        self._epochs, self._closed = 0, False
        self._tasks = Tasks(lambda name, error: log.error("reception failed", track=name, error=repr(error)))

    async def publish(self, microphone: SoundSource | None, pictures: Mapping[Source, PictureSource], exchange: PublishExchange) -> int:
        """Offer a new publish connection and wait until it carries; returns its epoch. Raises EndError, or what `exchange` raises."""
        connection = self._connection("publish")
        try:
            if microphone is not None:
                self._add_sender(connection, "microphone", SoundTrack(microphone, self._clock))
            for source, picture in pictures.items():
                self._add_sender(connection, source, PictureTrack(picture, self._clock))
            offer = await self._offer(connection)
            answer, epoch = await exchange(offer, {_mid(transceiver): source for source, (transceiver, _) in connection.senders.items()})
            await self._connect(connection, answer)
        except BaseException:
            await self._shut(connection)
            raise
        self._epochs = max(self._epochs, epoch)
        for _, track in connection.senders.values():
            track.running = True
        await self._take_over(connection)
        return epoch

    async def subscribe(self, wants: Sequence[Wanted], exchange: SubscribeExchange) -> None:
        """Offer a new subscribe connection for `wants` and wait until it is connected. Raises EndError, or what `exchange` raises."""
        connection = self._connection("subscribe")
        try:
            # aiortc drops RTX when a bundle carries several videos (its SSRC is not routed): repeats come as plain packets then.
            rtx = sum(source != "microphone" for _, source in wants) < 2
            for wanted in wants:
                kind = "audio" if wanted[1] == "microphone" else "video"
                transceiver = connection.pc.addTransceiver(kind, direction="recvonly")
                capabilities = RTCRtpReceiver.getCapabilities(kind)
                self._prefer(transceiver, capabilities.codecs if capabilities else [], rtx)
                connection.receivers[wanted] = transceiver
            offer = await self._offer(connection)
            asked = [(_mid(transceiver), *wanted) for wanted, transceiver in connection.receivers.items()]
            await self._connect(connection, await exchange(offer, asked))
        except BaseException:
            await self._shut(connection)
            raise
        await self._take_over(connection)

    @property
    def running(self) -> dict[Kind, str]:
        """State of each connection in use: `new`, `connecting`, `connected`, `failed` or `closed` (W3C webrtc-pc)."""
        return {kind: connection.pc.connectionState for kind, connection in self._running.items()}

    def picture(self, participant: str, source: Source = "camera") -> Image | None:
        """The newest decoded picture of a participant, None before the first."""
        reception = self._receptions.get((participant, source))
        return None if reception is None else reception.picture()

    def frames(self, participant: str, source: Source) -> int:
        """Frames decoded so far."""
        reception = self._receptions.get((participant, source))
        return 0 if reception is None else reception.frames

    async def figures(self) -> EndFigures:
        """The counters now: what closed connections had, and what running ones have."""
        sent, received = dict(self._sent), dict(self._received)
        for connection in list(self._running.values()):
            await self._add(connection, sent, received)
        for wanted, reception in self._receptions.items():
            received[wanted] = received.get(wanted, Count()) + Count(frames=reception.frames)
        first = {who: each.first_ms for (who, source), each in self._receptions.items() if source == "camera" and each.first_ms is not None}
        return EndFigures(epochs=self._epochs, first_frame_ms=first, sent=sent, received=received)

    async def leave(self, kind: Kind) -> None:
        """End one connection; nothing when there is none."""
        connection = self._running.pop(kind, None)
        if connection is not None:
            await self._retire(connection)

    async def close(self) -> None:
        """End both connections; may be called at any time and more than once. `figures` keeps answering."""
        self._closed = True
        running, self._running = list(self._running.values()), {}
        for connection in running:
            await self._retire(connection)
        await self._tasks.close()

    # --- the inside -------------------------------------------------------------------------------

    def _connection(self, kind: Kind) -> _Connection:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        connection = _Connection(kind, pc)

        @pc.on("connectionstatechange")
        def changed() -> None:
            if pc.connectionState == "connected":
                connection.up.set()
            if pc.connectionState in ("failed", "closed"):
                connection.over.set()
                if not connection.closing and self._running.get(kind) is connection:
                    self._log.info("connection failed", connection=kind, state=pc.connectionState)
                    self._on_trouble(kind)

        return connection

    def _add_sender(self, connection: _Connection, source: Source, track: PictureTrack | SoundTrack) -> None:
        transceiver = connection.pc.addTransceiver(track, direction="sendonly")
        self._prefer(transceiver, RTCRtpSender.getCapabilities(track.kind).codecs, rtx=True)
        connection.senders[source] = transceiver, track

    @staticmethod
    def _prefer(transceiver: RTCRtpTransceiver, codecs: Sequence[RTCRtpCodecCapability], rtx: bool) -> None:
        """VP8 and Opus only; a retransmission stream where it works."""
        wanted = {"video/vp8", "audio/opus"} | ({"video/rtx"} if rtx else set())
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType.lower() in wanted])

    async def _offer(self, connection: _Connection) -> str:
        async def gather() -> None:
            await connection.pc.setLocalDescription(await connection.pc.createOffer())

        # Gathering that is cancelled half-way leaves sockets that nobody closes: it is let finish, which takes milliseconds.
        await _to_the_end(self._tasks.start(gather(), f"{connection.kind}-gather"))
        return str(connection.pc.localDescription.sdp)

    async def _connect(self, connection: _Connection, answer: str) -> None:
        try:
            await connection.pc.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        except Exception as error:  # aiortc raises seven kinds for SDP it does not like
            raise EndError("bad-answer", f"{connection.kind}: {type(error).__name__}: {error}") from error
        for wanted, transceiver in connection.receivers.items():
            reception = self._receptions.get(wanted) or self._reception(wanted)
            self._tasks.start(reception.consume(transceiver.receiver.track), f"{wanted[0]}-{wanted[1]}")
        waits = [self._tasks.start(event.wait(), f"{connection.kind}-state") for event in (connection.up, connection.over)]
        await asyncio.wait(waits, timeout=CONNECT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not connection.up.is_set():
            raise EndError("connect-failed", f"{connection.kind}: {connection.pc.connectionState}, ICE {connection.pc.iceConnectionState}")

    def _reception(self, wanted: Wanted) -> Reception:
        participant, source = wanted

        def first(after_ms: int) -> None:
            self._log.info("first frame", participant=participant, source=source, after_ms=after_ms)
            if source == "camera":
                self._on_first_frame(participant, after_ms)

        sink = self._sinks.get(source)
        self._receptions[wanted] = Reception(self._began, self._clock, sink, first)
        return self._receptions[wanted]

    async def _take_over(self, connection: _Connection) -> None:
        """`connection` carries: it becomes the one in use, and the one before ends."""
        if self._closed:
            await self._retire(connection)
            raise EndError("end-closed", f"{connection.kind}: the end was closed meanwhile")
        before = self._running.get(connection.kind)
        self._running[connection.kind] = connection
        self._log.info("connection up", connection=connection.kind)
        if before is not None:
            await self._retire(before)
        if connection.over.is_set():  # it failed while the other was being closed
            self._on_trouble(connection.kind)

    async def _retire(self, connection: _Connection) -> None:
        for _, track in connection.senders.values():
            track.running = False
        try:
            await self._add(connection, self._sent, self._received)
        finally:
            await self._shut(connection)

    async def _shut(self, connection: _Connection) -> None:
        connection.closing = True
        for _, track in connection.senders.values():
            track.stop()

        async def close() -> None:
            try:
                await connection.pc.close()
            except Exception as error:  # closing may raise after an answer that was refused; it is over all the same
                self._log.warning("closing failed", connection=connection.kind, error=repr(error))

        closing = self._tasks.start(close(), f"{connection.kind}-close")
        if not (await asyncio.wait([closing], timeout=CLOSE_SECONDS))[0]:
            self._log.warning("closing takes long", connection=connection.kind)

    @staticmethod
    async def _add(connection: _Connection, sent: dict[Source, Count], received: dict[Wanted, Count]) -> None:
        for source, (transceiver, track) in connection.senders.items():
            count = Count(frames=track.frames)
            for each in (await transceiver.sender.getStats()).values():
                if isinstance(each, RTCOutboundRtpStreamStats):
                    count.packets += each.packetsSent
                elif isinstance(each, RTCRemoteInboundRtpStreamStats):
                    count.lost += max(0, each.packetsLost)
            sent[source] = sent.get(source, Count()) + count
        for wanted, transceiver in connection.receivers.items():
            count = Count()
            for each in (await transceiver.receiver.getStats()).values():
                if isinstance(each, RTCInboundRtpStreamStats):
                    count.packets += each.packetsReceived
                    count.lost += max(0, each.packetsLost)
            received[wanted] = received.get(wanted, Count()) + count
