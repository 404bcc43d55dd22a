"""What the node is measured against: aiortc as it comes, with a packet hook that parses, rewrites and serialises (no decoder).

Talks JSON lines: {"publish": sdp} and {"subscribe": sdp} in, {"answer": sdp} out. `--loop asyncio` or `--loop uvloop`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvloop
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, clock, rtp
from aiortc.rtcconfiguration import RTCBundlePolicy


class Forwarder:
    """One source, any number of consumers."""

    def __init__(self) -> None:
        self.consumers: list[tuple[Any, rtp.HeaderExtensionsMap, str, dict[str, int]]] = []
        self.names: dict[int, str] = {}

    def _handle_disconnect(self) -> None:
        """aiortc's protocol for receivers."""

    async def _handle_rtcp_packet(self, packet: object) -> None:
        """aiortc's protocol for receivers."""

    async def _handle_rtp_packet(self, packet: rtp.RtpPacket, arrival_time_ms: int) -> None:
        name = self.names[packet.payload_type]
        for sender, extensions, mid, types in self.consumers:
            packet.ssrc = sender._ssrc
            packet.payload_type = types[name]
            packet.extensions.mid = mid
            packet.extensions.abs_send_time = (clock.current_ntp_time() >> 14) & 0xFFFFFF
            await sender.transport._send_rtp(packet.serialize(extensions))


async def run() -> None:
    forwarder = Forwarder()
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    kept = []
    async for line in reader:
        ((kind, sdp),) = json.loads(line).items()
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        kept.append(connection)
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in connection.getTransceivers():
            if kind == "publish":

                async def receive(parameters: Any, receiver: Any = transceiver.receiver) -> None:
                    forwarder.names |= {codec.payloadType: codec.name for codec in parameters.codecs}
                    receiver.transport._register_rtp_receiver(forwarder, parameters)

                transceiver.receiver.receive = receive  # type: ignore[method-assign]
            else:
                transceiver.direction = "sendonly"

                async def send(parameters: Any, sender: Any = transceiver.sender) -> None:
                    extensions = rtp.HeaderExtensionsMap()
                    extensions.configure(parameters)
                    forwarder.consumers.append(
                        (sender, extensions, parameters.muxId, {codec.name: codec.payloadType for codec in parameters.codecs})
                    )

                transceiver.sender.send = send  # type: ignore[method-assign]
        await connection.setLocalDescription(await connection.createAnswer())
        print(json.dumps({"answer": connection.localDescription.sdp}), flush=True)


if __name__ == "__main__":
    if "asyncio" in sys.argv:
        asyncio.run(run())
    else:
        uvloop.run(run())
