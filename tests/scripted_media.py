"""A media node's stand-in on stock aiortc: it answers publish and subscribe offers and relays decoded frames. For tests of ends alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from av import VideoFrame

from config.clock import SystemClock
from media.capture.synthetic import SpeechLike, synthetic_camera
from media.end_tracks import PictureTrack, SoundTrack


class Planar(MediaStreamTrack):
    """A picture track whose frames are ready to encode: a relayed frame is shared, and converting it in two encoders at once hangs."""

    kind = "video"

    def __init__(self, track: PictureTrack) -> None:
        super().__init__()
        self._track = track

    async def recv(self) -> VideoFrame:
        return (await self._track.recv()).reformat(format="yuv420p")


class ScriptedMedia:
    """`published` holds each participant's newest tracks by source; `subscribe` waits until what is wanted is there."""

    def __init__(self) -> None:
        self.published: dict[tuple[str, str], MediaStreamTrack] = {}
        self.epochs: dict[str, int] = {}
        self.subscriptions: list[tuple[str, list[tuple[str, str]]]] = []
        self.peers: list[tuple[str, str, RTCPeerConnection]] = []
        self._relay = MediaRelay()
        self._came = asyncio.Event()
        self._cameras: list[Any] = []

    def play(self, participant: str, clock: SystemClock) -> None:
        """A participant of our own: a moving clock and a voice."""
        camera = synthetic_camera(320, 240, 10, clock, participant.upper())
        self._cameras.append(camera)
        sound = SoundTrack(SpeechLike(), clock)
        sound.running = True
        self._add(participant, {"camera": Planar(PictureTrack(camera, clock)), "microphone": sound})

    async def publish(self, participant: str, sdp: str, sources: Mapping[str, str]) -> tuple[str, int]:
        """Answer a publish offer; the answer and the epoch."""
        pc = self._peer(participant, "publish")
        await pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in pc.getTransceivers():
            assert transceiver.mid is not None
            self._add(participant, {sources[transceiver.mid]: transceiver.receiver.track})
        await pc.setLocalDescription(await pc.createAnswer())
        self.epochs[participant] = self.epochs.get(participant, 0) + 1
        return pc.localDescription.sdp, self.epochs[participant]

    async def subscribe(self, participant: str, sdp: str, wants: Sequence[tuple[str, str, str]]) -> str:
        """Answer a subscribe offer for (mid, participant, source)."""
        self.subscriptions.append((participant, [(who, source) for _, who, source in wants]))
        pc = self._peer(participant, "subscribe")
        await pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        wanted = {mid: (who, source) for mid, who, source in wants}
        for transceiver in pc.getTransceivers():
            assert transceiver.mid is not None
            transceiver.sender.replaceTrack(self._relay.subscribe(await self._track(wanted[transceiver.mid])))
            transceiver.direction = "sendonly"
        await pc.setLocalDescription(await pc.createAnswer())
        return pc.localDescription.sdp

    async def cut(self, participant: str) -> None:
        """End this participant's connections from our side."""
        for who, _, pc in list(self.peers):
            if who == participant:
                await pc.close()

    async def close(self) -> None:
        for _, _, pc in self.peers:
            with contextlib.suppress(TimeoutError):  # an end that vanished in the handshake leaves stock aiortc waiting
                await asyncio.wait_for(pc.close(), 5)
        for track in self.published.values():
            track.stop()
        for camera in self._cameras:
            camera.close()

    def _peer(self, participant: str, kind: str) -> RTCPeerConnection:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.peers.append((participant, kind, pc))
        return pc

    def _add(self, participant: str, tracks: Mapping[str, MediaStreamTrack]) -> None:
        self.published.update({(participant, source): track for source, track in tracks.items()})
        self._came.set()

    async def _track(self, wanted: tuple[str, str]) -> MediaStreamTrack:
        while wanted not in self.published:
            self._came.clear()
            await self._came.wait()
        return self.published[wanted]
