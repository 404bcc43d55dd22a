"""Negotiating a subscribe connection on a real node: replaced make-before-break, renegotiated in place, refused without a trace."""

from __future__ import annotations

import asyncio

import pytest

from media import node_api as api
from tests.media.node_process import Node, Server
from tests.media.offers import offer
from tests.media.raw_end import RawEnd, publishing, subscribing, vp8
from tests.waiting import until


def want(mid: str, source: str, participant: str = "resident") -> api.Wanted:
    return api.Wanted(mid=mid, participant=participant, source=source)  # type: ignore[arg-type]  # a plain str in tests


@pytest.mark.parametrize(
    ("sdp", "wants", "why"),
    [
        ("nonsense", [want("0", "camera")], "first line"),
        (offer("video", direction="recvonly"), [], "can be accepted"),
        (offer("video", direction="recvonly"), [want("7", "camera")], "no m-line with mid 7"),
        (offer("video", direction="recvonly"), [want("0", "camera"), want("0", "screen")], "one m-line for two"),
        (offer("video", direction="recvonly"), [want("0", "microphone")], "which a microphone is not"),
        (offer("video"), [want("0", "camera")], "recvonly"),
        (offer("video", direction="recvonly").replace("VP8", "AV1"), [want("0", "camera")], "can be accepted"),
    ],
)
async def test_an_offer_that_cannot_be_taken_is_refused_in_a_sentence(
    server: Server, node: Node, sdp: str, wants: list[api.Wanted], why: str
) -> None:
    reply = await server.ask(api.Subscribe, room="r", participant="clerk", sdp=sdp, wants=wants)
    assert isinstance(reply, api.Failed) and reply.code == "bad-sdp"
    assert why in reply.text
    await until(lambda: node.udp_sockets() == 0)


async def test_there_must_be_something_to_renegotiate(server: Server) -> None:
    reply = await server.ask(
        api.Subscribe,
        room="r",
        participant="clerk",
        sdp=offer("video", direction="recvonly"),
        wants=[want("0", "camera")],
        fresh=False,
    )
    assert isinstance(reply, api.Failed) and reply.code == "stale-epoch"


async def test_a_fresh_connection_replaces_the_old_one_once_it_is_through(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    before = await subscribing(server, "r", "clerk", [("resident", "camera")])
    waiting = RawEnd()
    sdp = await waiting.offer(["video"], "recvonly")
    reply = await server.do(api.Subscribe, room="r", participant="clerk", sdp=sdp, wants=[want("0", "camera")])
    await resident.send("0", vp8(0, key=True), ts=0)
    await until(lambda: before.of("0"))  # until then the old one carries
    await waiting.answer(reply.sdp)
    await until(lambda: before.pc.connectionState == "closed")
    await resident.send("0", vp8(1, key=True), ts=3000)
    await until(lambda: vp8(1, key=True) in [packet.payload for packet in waiting.of("0")])
    assert not [n for n in server.news if isinstance(n, api.OfferWanted)]
    assert [n.epoch for n in server.news if isinstance(n, api.ConnectionUp) and n.participant == "clerk"] == [1, 2]
    await asyncio.gather(resident.close(), before.close(), waiting.close())


async def test_an_m_line_may_be_given_another_source_and_the_picture_does_not_jump(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera", "screen"])
    clerk = RawEnd()
    sdp = await clerk.offer(["video"], "recvonly")
    reply = await server.do(api.Subscribe, room="r", participant="clerk", sdp=sdp, wants=[want("0", "camera")])
    await clerk.answer(reply.sdp)
    await server.up("clerk", "subscribe")
    await resident.send("0", vp8(0, key=True), ts=0)
    await until(lambda: clerk.of("0"))
    again = await server.do(api.Subscribe, room="r", participant="clerk", sdp=sdp, wants=[want("0", "screen")], fresh=False)
    assert "a=msid:resident-screen resident-screen" in again.sdp
    await resident.send("1", vp8(9, key=True), ts=500)
    await resident.send("0", vp8(1, key=True), ts=3000)
    await until(lambda: vp8(9, key=True) in [packet.payload for packet in clerk.packets])
    assert vp8(1, key=True) not in [packet.payload for packet in clerk.packets]
    assert (await server.figures("r", "resident", "camera")).forwarded == {"clerk": 1}
    await asyncio.gather(resident.close(), clerk.close())


async def test_sound_and_picture_of_one_participant_share_a_stream_and_a_screen_has_its_own(server: Server) -> None:
    sdp = offer("audio", "video", "video", direction="recvonly")
    wants = [want("0", "microphone"), want("1", "camera"), want("2", "screen")]
    reply = await server.do(api.Subscribe, room="r", participant="clerk", sdp=sdp, wants=wants)
    streams = [line.split()[0] for line in reply.sdp.splitlines() if line.startswith("a=msid:")]
    assert streams == ["a=msid:resident", "a=msid:resident", "a=msid:resident-screen"]


async def test_whoever_wants_many_gets_many(server: Server) -> None:
    participants = ["a", "b", "c"]
    ends = [await publishing(server, "r", name, ["camera", "screen"]) for name in participants]
    viewer = await subscribing(server, "r", "clerk", [(name, source) for name in participants for source in ("camera", "screen")])
    for number, end in enumerate(ends):
        for mid in ("0", "1"):
            await end.send(mid, vp8(10 * number + int(mid), key=True), ts=0)
    await until(lambda: all(viewer.of(str(mid)) for mid in range(6)))
    assert [viewer.of(str(mid))[0].payload for mid in range(6)] == [vp8(n, key=True) for n in (0, 1, 10, 11, 20, 21)]
    await asyncio.gather(viewer.close(), *(end.close() for end in ends))
