"""Stories of one room on a real node: who gets whose packets, hold, mute, reconnects; payloads must be those that were sent."""

from __future__ import annotations

import asyncio
import itertools

from media import node_api as api
from tests.media.node_process import Node, Server
from tests.media.raw_end import RawEnd, publishing, subscribing, vp8
from tests.waiting import LONG, until


async def show(end: RawEnd, mid: str, numbers: range, *, key: bool = False) -> list[bytes]:
    """Send pictures; returns their payloads."""
    payloads = [vp8(n, key=key and n == numbers.start) for n in numbers]
    for number, payload in zip(numbers, payloads, strict=True):
        await end.send(mid, payload, ts=number * 3000)
    return payloads


async def test_packets_come_out_with_the_payload_they_went_in_with(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
    sound = [bytes([n]) * 60 for n in range(40)]
    for number, heard in enumerate(sound):
        await resident.send("0", heard, ts=number * 960)
    pictures = await show(resident, "1", range(40), key=True)
    await until(lambda: len(clerk.of("0")) >= 40 and len(clerk.of("1")) >= 40)
    assert [packet.payload for packet in clerk.of("0")] == sound
    assert [packet.audio_level for packet in clerk.of("0")] == [20] * 40
    assert [packet.payload for packet in clerk.of("1")] == pictures
    assert [packet.ts for packet in clerk.of("1")] == [number * 3000 for number in range(40)]
    assert {packet.mid for packet in clerk.of("1")} == {"1"}
    figures = await server.figures("r", "resident", "camera")
    assert (figures.received, figures.lost, figures.dropped, figures.forwarded) == (40, 0, 0, {"clerk": 40})
    assert figures.received_bytes == sum(map(len, pictures))
    await asyncio.gather(resident.close(), clerk.close())


async def test_three_on_the_line_each_get_the_other_two(server: Server) -> None:
    names = ["resident", "clerk", "helper"]
    publishers = {name: await publishing(server, "r", name, ["camera"]) for name in names}
    viewers = {
        name: await subscribing(server, "r", name, [(other, "camera") for other in names if other != name]) for name in names
    }
    sent = {name: await show(publishers[name], "0", range(100 * i, 100 * i + 10), key=True) for i, name in enumerate(names)}
    for name, viewer in viewers.items():
        for mid, other in enumerate(other for other in names if other != name):
            await until(lambda viewer=viewer, mid=mid: len(viewer.of(str(mid))) == 10)
            assert [packet.payload for packet in viewer.of(str(mid))] == sent[other]
    await asyncio.gather(*(end.close() for end in [*publishers.values(), *viewers.values()]))


async def test_one_may_subscribe_before_the_other_publishes(server: Server) -> None:
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    resident = await publishing(server, "r", "resident", ["camera"])
    sent = await show(resident, "0", range(5), key=True)
    await until(lambda: len(clerk.of("0")) == 5)
    assert [packet.payload for packet in clerk.of("0")] == sent
    await asyncio.gather(resident.close(), clerk.close())


async def test_hold_silences_both_ways_and_afterwards_the_picture_begins_with_a_keyframe(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    clerk = await publishing(server, "r", "clerk", ["microphone"])
    clerk_sees = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
    resident_hears = await subscribing(server, "r", "resident", [("clerk", "microphone")])
    await resident.send("0", b"before", ts=0)
    await clerk.send("0", b"before", ts=0)
    await show(resident, "1", range(3), key=True)
    await until(lambda: len(clerk_sees.of("1")) == 3 and len(clerk_sees.of("0")) == 1 and len(resident_hears.of("0")) == 1)

    await server.do(api.SetHold, room="r", on=True)
    for number in range(20):
        await resident.send("0", b"secret", ts=(number + 1) * 960)
        await clerk.send("0", b"secret", ts=(number + 1) * 960)
    await show(resident, "1", range(3, 23), key=True)
    for who in ("resident", "clerk"):
        await until_received(server, who, "microphone", 21)
    await until_received(server, "resident", "camera", 23)
    asked = (await server.figures("r", "resident", "camera")).keyframes_asked
    await server.do(api.SetHold, room="r", on=False)

    await until(lambda: any(type(m).__name__ == "KeyframeRequest" for m in resident.reports))
    await show(resident, "1", range(23, 25))  # built on what nobody saw
    after = await show(resident, "1", range(25, 28), key=True)
    await resident.send("0", b"after", ts=50 * 960)
    await clerk.send("0", b"after", ts=50 * 960)
    await until(lambda: len(clerk_sees.of("1")) == 6 and len(clerk_sees.of("0")) == 2 and len(resident_hears.of("0")) == 2)
    assert [packet.payload for packet in clerk_sees.of("1")][3:] == after
    assert (
        [packet.payload for packet in clerk_sees.of("0")]
        == [packet.payload for packet in resident_hears.of("0")]
        == [b"before", b"after"]
    )
    assert continuous(clerk_sees, "1") and continuous(clerk_sees, "0")
    figures = await server.figures("r", "resident", "camera")
    assert (figures.withheld, figures.dropped, figures.lost) == (20, 0, 0)
    assert figures.keyframes_asked > asked
    assert (await server.figures("r", "clerk", "microphone")).withheld == 20
    await asyncio.gather(*(end.close() for end in (resident, clerk, clerk_sees, resident_hears)))


async def until_received(server: Server, participant: str, source: str, count: int) -> None:
    async with asyncio.timeout(LONG):
        while (await server.figures("r", participant, source)).received < count:
            await asyncio.sleep(0.02)


def continuous(end: RawEnd, mid: str) -> bool:
    """Sequence numbers without a gap, timestamps that never go back."""
    packets = end.of(mid)
    return all(b.seq == a.seq + 1 & 0xFFFF and 0 < (b.ts - a.ts) & 0xFFFFFFFF < 1 << 31 for a, b in itertools.pairwise(packets))


async def test_a_source_that_is_off_is_not_forwarded_whatever_comes(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
    await server.do(api.SetSourceOn, room="r", participant="resident", source="microphone", on=False)
    for number in range(10):
        await resident.send("0", b"private", ts=number * 960)
    await until_received(server, "resident", "microphone", 10)
    await server.do(api.SetSourceOn, room="r", participant="resident", source="microphone", on=True)
    await resident.send("0", b"public", ts=11 * 960)
    pictures = await show(resident, "1", range(4), key=True)
    await until(lambda: len(clerk.of("0")) == 1 and len(clerk.of("1")) == 4)
    assert clerk.of("0")[0].payload == b"public"
    assert [packet.payload for packet in clerk.of("1")] == pictures
    assert (await server.figures("r", "resident", "microphone")).withheld == 10
    await asyncio.gather(resident.close(), clerk.close())


async def test_a_newcomer_sees_the_fresh_keyframe_at_once(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    early = await subscribing(server, "r", "clerk", [("resident", "camera")])
    joining = asyncio.get_running_loop().create_task(subscribing(server, "r", "helper", [("resident", "camera")]))
    number = 0
    payloads: list[bytes] = []
    while not joining.done():  # a keyframe every 100 ms, so that the newest is always fresh
        payloads += await show(resident, "0", range(number, number + 10), key=True)
        number += 10
        await asyncio.sleep(0.1)
    late = joining.result()
    await until(lambda: payloads[-1] in [packet.payload for packet in late.of("0")])
    seen = [packet.payload for packet in late.of("0")]
    assert seen[0][1] == 0  # a keyframe
    assert seen == payloads[payloads.index(seen[0]) :]
    await asyncio.gather(resident.close(), early.close(), late.close())


async def test_who_leaves_is_gone_and_nobody_else(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    helper = await subscribing(server, "r", "helper", [("resident", "camera")])
    await server.do(api.Leave, room="r", participant="helper")
    await until(lambda: helper.pc.connectionState == "closed")
    sent = await show(resident, "0", range(3), key=True)
    await until(lambda: len(clerk.of("0")) == 3)
    assert [packet.payload for packet in clerk.of("0")] == sent
    assert clerk.pc.connectionState == resident.pc.connectionState == "connected"
    assert not [n for n in server.news if isinstance(n, api.OfferWanted)]
    await asyncio.gather(resident.close(), clerk.close(), helper.close())


async def test_fifty_joins_and_leaves_leave_nothing_behind(server: Server, node: Node) -> None:
    async def come_and_go(participant: str) -> None:
        there = await publishing(server, "r", participant, ["microphone", "camera"])
        here = await subscribing(server, "r", participant, [("resident", "camera")])
        await there.send("0", b"hello", ts=0)
        await server.do(api.Leave, room="r", participant=participant)
        await asyncio.gather(there.close(), here.close())

    await come_and_go("first")
    await until(lambda: node.udp_sockets() == 0)
    files, threads = node.open_files(), node.threads()
    for number in range(50):
        await come_and_go(f"guest-{number}")
    await until(lambda: node.udp_sockets() == 0)
    assert node.open_files() <= files
    assert node.threads() <= threads
