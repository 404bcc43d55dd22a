"""The sending end of `bench/forwarding.py`, a process of its own: real ICE, DTLS and SRTP, video packets at an even pace.

JSON lines: {"offer": sdp} out, {"answer": sdp} in, {"up": true} out, {"go": [packets, packets a second]} in, {"sent": [ns, …]} out.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from media import rtp
from tests.media.film import rtp_payloads, vp8_picture
from tests.media.raw_end import RawEnd

SIZE = 1100
FRAME = 6
"""Packets that leave together, as those of one picture do."""
KEYFRAME_EVERY = 120
"""Pictures."""


async def run() -> None:
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    end = RawEnd()
    say({"offer": await end.offer(["video"], "sendonly")})
    await end.answer(json.loads(await reader.readline())["answer"])
    say({"up": True})
    async for line in reader:
        count, rate = json.loads(line)["go"]
        sender = end.local("0").sender
        pair = end.transport.transport._connection._nominated[1]
        writer = rtp.HeaderWriter(sender._ssrc, "0", rtp.ExtensionIds(1, 3, 0))
        protect, transport, address = end.transport._tx_srtp.protect, pair.protocol.transport, pair.remote_addr
        keyframe, picture = (rtp_payloads(vp8_picture(key, key=bool(key), size=SIZE * FRAME), SIZE) for key in (1, 0))
        stamps = []
        began = time.monotonic()
        for number in range(count):
            now = time.monotonic()
            frame = number // FRAME
            due = began + frame * FRAME / rate
            if number % FRAME == 0 and due > now:
                await asyncio.sleep(due - now)
            header_time = rtp.send_time(time.monotonic())
            data = writer.write(
                97,
                0x80 if number % FRAME == FRAME - 1 else 0,
                end.seqs.get("0", 0),
                frame * 3000,
                header_time,
                -1,
                (picture if frame % KEYFRAME_EVERY else keyframe)[number % FRAME],
            )
            end.seqs["0"] = end.seqs.get("0", 0) + 1 & 0xFFFF
            protected = protect(data)
            stamps.append(time.monotonic_ns())
            transport.sendto(protected, address)
        say({"sent": stamps})


def say(message: object) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    asyncio.run(run())
