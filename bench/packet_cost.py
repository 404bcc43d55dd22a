"""The price of one packet without sockets: our path and aiortc's, from protected datagram in to protected datagram out.

    python -m bench.packet_cost [--packets 20000]

The machine's noise is mostly in system calls and wake-ups (see `bench/forwarding.py`); this is what the code itself costs. Our path
does all it does in a call: duplicates, loss, reports, the estimate of the line, the retransmission ring. The best of five counts.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from typing import Any

from aiortc import clock
from aiortc import rtp as reference
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport, State
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpDecodingParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpParameters,
    RTCRtpReceiveParameters,
)
from pylibsrtp import Policy, Session

from config.clock import SystemClock
from config.logs import get_logger
from config.tasks import Tasks
from media.aiortc_private import Protector, Unprotector
from media.downlink import Downlink, PayloadTypes
from media.forwarder import Hub
from media.guard import Guard
from media.ice import AddressPolicy
from media.publication import Publication
from media.rtp import ABS_SEND_TIME_URI, MID_URI, ExtensionIds, HeaderWriter, send_time
from media.transport import Surroundings
from media.uplink import Codec, Uplink

IDS = ExtensionIds(1, 3, 0)
EXTENSIONS = [RTCRtpHeaderExtensionParameters(id=1, uri=MID_URI), RTCRtpHeaderExtensionParameters(id=3, uri=ABS_SEND_TIME_URI)]
SSRC = 1234


def session(direction: int) -> Session:
    policy = Policy(key=bytes(range(44)), ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return Session(policy)


def datagrams(count: int) -> list[bytes]:
    """Protected video packets of 1100 bytes, six to a picture."""
    writer, protect = HeaderWriter(SSRC, "0", IDS), session(Policy.SSRC_ANY_OUTBOUND).protect
    body = b"\x01" + b"x" * 1098
    return [
        protect(
            writer.write(
                97,
                0,
                number & 0xFFFF,
                number // 6 * 3000,
                send_time(number / 900),
                -1,
                (b"\x10\0" if number == 0 else b"\x10") + body,
            )
        )
        for number in range(count)
    ]


async def ours(packets: list[bytes]) -> float:
    """CPU seconds."""
    around = Surroundings(
        AddressPolicy(listed=("127.0.0.1",)),
        SystemClock(),
        Tasks(lambda name, error: None),
        Guard(get_logger("bench")),
        get_logger("bench"),
        random.Random(1),
    )
    hub = Hub("source", "camera")
    publication = Publication(around, 1, "name", lambda source: hub, lambda: None, lambda: None)
    uplink = Uplink("camera", "0", Codec("VP8", "video", 90000, 97, 98), repairs=True)
    hub.publish(uplink)
    publication._by_ssrc[SSRC], publication._ids = (uplink, hub, False), IDS
    protector = Protector(session(Policy.SSRC_ANY_OUTBOUND), 2048)
    downlink = Downlink(
        participant="source",
        source="camera",
        mid="0",
        types=PayloadTypes(VP8=(96, 97)),
        ids=IDS,
        ssrc=5,
        rtx_ssrc=6,
        first_seq=70000,
        send=lambda data: protector.rtp(data) is not None,
    )
    downlink.ready = True
    hub.subscribe(downlink, "viewer")
    transport = publication.transport
    transport._unprotect = Unprotector(session(Policy.SSRC_ANY_INBOUND), transport.buffer)
    endpoint, address, buffer = transport._endpoints[0], ("192.0.2.1", 5), transport.buffer
    transport._vouched.add((endpoint, address))
    began = time.process_time()
    for data in packets:
        size = len(data)
        buffer[:size] = data
        transport._datagram(endpoint, size, address)
    spent = time.process_time() - began
    assert downlink.sent == len(packets)
    publication.close()
    await asyncio.sleep(0.01)
    return spent


class Pipe:
    """An ICE transport of aiortc without a network."""

    role = "controlled"

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.sent = 0

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self.sent += 1


def transport(pipe: Pipe) -> RTCDtlsTransport:
    made: Any = RTCDtlsTransport(pipe, [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]  # what it uses of one
    made._rx_srtp, made._tx_srtp, made._state = session(Policy.SSRC_ANY_INBOUND), session(Policy.SSRC_ANY_OUTBOUND), State.CONNECTED
    made._RTCDtlsTransport__handshake_done = True
    made._rtp_header_extensions_map.configure(RTCRtpParameters(headerExtensions=EXTENSIONS))
    return made  # type: ignore[no-any-return]  # as above


async def stock(packets: list[bytes]) -> float:
    """CPU seconds, of its queue, its parser, its router, a rewriting hook and its serialiser."""
    pipe, out = Pipe(), Pipe()
    inbound, outbound = transport(pipe), transport(out)
    extensions = reference.HeaderExtensionsMap()
    extensions.configure(RTCRtpParameters(headerExtensions=EXTENSIONS))

    class Hook:
        def _handle_disconnect(self) -> None: ...
        async def _handle_rtcp_packet(self, packet: object) -> None: ...
        async def _handle_rtp_packet(self, packet: Any, arrival_time_ms: int) -> None:
            packet.ssrc, packet.extensions.mid = 5, "1"
            packet.extensions.abs_send_time = (clock.current_ntp_time() >> 14) & 0xFFFFFF
            await outbound._send_rtp(packet.serialize(extensions))

    codec = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90000, payloadType=97)
    inbound._register_rtp_receiver(
        Hook(),
        RTCRtpReceiveParameters(
            codecs=[codec], headerExtensions=EXTENSIONS, muxId="0", encodings=[RTCRtpDecodingParameters(ssrc=SSRC, payloadType=97)]
        ),
    )
    began = time.process_time()
    for data in packets:
        pipe.queue.put_nowait(data)
        await inbound._recv_next()
    spent = time.process_time() - began
    assert out.sent == len(packets)
    return spent


async def run(count: int) -> None:
    packets = datagrams(count)
    costs = [min([await path(packets) for _ in range(5)]) / count * 1e6 for path in (ours, stock)]
    print(f"{'our path, all it does':32}{costs[0]:8.1f} µs a packet")
    print(f"{'aiortc, rewriting hook only':32}{costs[1]:8.1f} µs a packet   {costs[1] / costs[0]:.2f} times as much")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--packets", type=int, default=20_000)
    asyncio.run(run(parser.parse_args().packets))


if __name__ == "__main__":
    main()
