"""An end that sends and receives RTP packets of the test's own making over aiortc's real ICE, DTLS and SRTP."""

from __future__ import annotations

import asyncio
import random
import re
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy

from media import node_api as api
from media import rtcp, rtp
from tests.media.node_process import Server
from tests.waiting import until

KINDS = {"microphone": "audio", "camera": "video", "screen": "video", "document": "video"}


def vp8(number: int, *, key: bool = False, size: int = 200) -> bytes:
    """A VP8 payload (RFC 7741) that begins a frame, key or not, and carries its number."""
    return b"\x10" + (b"\x00" if key else b"\x01") + number.to_bytes(4) + bytes(random.Random(number).randbytes(size))


class RawEnd:
    """One connection of one participant; `offer` first, then `answer`."""

    def __init__(self) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.packets: list[rtp.Packet] = []
        self.reports: list[rtcp.Message] = []
        self.seqs: dict[str, int] = {}
        self.lose = 0.0
        """Share of incoming RTP that this end pretends not to have got."""
        self.repairs = False
        """Answer NACKs by RTX, as a browser does."""
        self._kept: dict[tuple[int, int], tuple[str, bytes, int, bool]] = {}
        self._chance = random.Random(7)
        self._answer = ""

    @property
    def transport(self) -> Any:
        return self.pc.getTransceivers()[0].receiver.transport

    async def offer(self, kinds: list[str], direction: str, *, bare: bool = False) -> str:
        """A whole offer, or one without its candidates."""
        for kind in kinds:
            transceiver = self.pc.addTransceiver(kind, direction)

            async def nothing(parameters: object) -> None:
                """The stock sender and receiver stay out of it."""

            transceiver.sender.send = nothing  # type: ignore[method-assign]
            transceiver.receiver.receive = nothing  # type: ignore[method-assign]
        await self.pc.setLocalDescription(await self.pc.createOffer())
        self.transport._handle_rtp_data = self._got_rtp
        self.transport._handle_rtcp_data = self._got_rtcp
        sdp: str = self.pc.localDescription.sdp
        return re.sub(r"a=(candidate:.*|end-of-candidates)\r\n", "", sdp) if bare else sdp

    async def answer(self, sdp: str) -> None:
        self._answer = sdp
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        await until(lambda: self.pc.connectionState in ("connected", "failed"))
        assert self.pc.connectionState == "connected"

    async def _got_rtp(self, data: bytes, arrival_time_ms: int) -> None:
        if self._chance.random() >= self.lose:
            self.packets.append(rtp.parse(data, len(data), rtp.ExtensionIds(1, 3, 2)))

    async def _got_rtcp(self, data: bytes) -> None:
        for message in rtcp.parse(data):
            self.reports.append(message)
            if self.repairs and isinstance(message, rtcp.Nack):
                for seq in message.seqs:
                    mid, payload, ts, marker = self._kept[message.media, seq]
                    await self.resend(mid, seq, payload, ts=ts, marker=marker)

    def reported(self, kind: type[Any]) -> list[Any]:
        """The RTCP messages of one kind that came."""
        return [message for message in self.reports if isinstance(message, kind)]

    def of(self, mid: str) -> list[rtp.Packet]:
        """What came of one m-line, retransmissions aside."""
        ssrc = self.remote_ssrc(mid)
        return [packet for packet in self.packets if packet.ssrc == ssrc]

    def remote_ssrc(self, mid: str, *, repeats: bool = False) -> int:
        section = next(s for s in self._answer.split("\r\nm=") if f"a=mid:{mid}\r\n" in s + "\r\n")
        numbers = list(dict.fromkeys(int(n) for n in re.findall(r"a=ssrc:(\d+) ", section)))
        return numbers[1] if repeats else numbers[0]

    def local(self, mid: str) -> Any:
        return next(t for t in self.pc.getTransceivers() if t.mid == mid)

    async def send(
        self, mid: str, payload: bytes, *, ts: int, lost: bool = False, ssrc: int | None = None, marker: bool = True
    ) -> int:
        """Send one packet on an m-line, or lose it on the way; returns its sequence number, which runs on by itself."""
        number = self.seqs.get(mid, 65500)
        self.seqs[mid] = number + 1 & 0xFFFF
        transceiver = self.local(mid)
        is_video = transceiver.kind == "video"
        ssrc = transceiver.sender._ssrc if ssrc is None else ssrc
        self._kept[ssrc, number] = (mid, payload, ts, marker)
        if not lost:
            await self._send(ssrc, mid, 97 if is_video else 96, number, ts, marker, payload, video=is_video)
        return number

    async def resend(self, mid: str, original: int, payload: bytes, *, ts: int, marker: bool = True) -> None:
        """Answer a NACK by RTX."""
        key = f"{mid}/rtx"
        self.seqs[key] = self.seqs.get(key, 500) + 1 & 0xFFFF
        await self._send(
            self.local(mid).sender._rtx_ssrc,
            mid,
            98,
            self.seqs[key],
            ts,
            marker,
            rtp.wrap_retransmission(original, payload),
            video=True,
        )

    async def _send(self, ssrc: int, mid: str, pt: int, seq: int, ts: int, marker: bool, payload: bytes, *, video: bool) -> None:
        writer = rtp.HeaderWriter(ssrc, mid, rtp.ExtensionIds(1, 3 if video else 0, 0 if video else 2))
        stamp = rtp.send_time(asyncio.get_running_loop().time())
        await self.transport._send_rtp(
            writer.write(pt, 0x80 if marker else 0, seq, ts & 0xFFFFFFFF, stamp, -1 if video else 20, payload)
        )

    def repaired(self, mid: str) -> dict[int, bytes]:
        """Payloads that came by RTX, by the sequence number that they repeat."""
        ssrc = self.remote_ssrc(mid, repeats=True)
        return {int.from_bytes(p.payload[:2]): p.payload[2:] for p in self.packets if p.ssrc == ssrc}

    async def send_rtcp(self, data: bytes) -> None:
        await self.transport._send_rtp(data)

    async def close(self) -> None:
        await self.pc.close()


async def publishing(server: Server, room: str, participant: str, sources: list[api.Source], epoch: int = 1) -> RawEnd:
    """A publish connection that is through; m-line mids are 0, 1, … in the order of `sources`."""
    end = RawEnd()
    sdp = await end.offer([KINDS[source] for source in sources], "sendonly")
    reply = await server.do(
        api.Publish,
        room=room,
        participant=participant,
        epoch=epoch,
        sdp=sdp,
        sources={str(i): source for i, source in enumerate(sources)},
    )
    await end.answer(reply.sdp)
    await server.up(participant, "publish", epoch)
    return end


async def subscribing(server: Server, room: str, participant: str, wants: list[tuple[str, api.Source]]) -> RawEnd:
    """A subscribe connection that is through; mids as in `publishing`."""
    end = RawEnd()
    sdp = await end.offer([KINDS[source] for _, source in wants], "recvonly")
    wanted = [api.Wanted(mid=str(i), participant=other, source=source) for i, (other, source) in enumerate(wants)]
    reply = await server.do(api.Subscribe, room=room, participant=participant, sdp=sdp, wants=wanted)
    await end.answer(reply.sdp)
    await server.up(participant, "subscribe")
    return end
