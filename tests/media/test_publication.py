"""Negotiating a publish connection on a real node: refused offers change nothing, good ones may come again, bare, or in pieces."""

from __future__ import annotations

import asyncio
import random

import pytest

from media import node_api as api
from media import rtp
from tests.media.node_process import Node, Server
from tests.media.offers import offer, with_h264
from tests.media.raw_end import RawEnd, publishing, subscribing, vp8
from tests.waiting import until


@pytest.mark.parametrize(
    ("sdp", "sources", "why"),
    [
        ("nonsense", {"0": "camera"}, "first line"),
        (offer("video"), {}, "no source"),
        (offer("video"), {"1": "camera"}, "no m-line with mid 1"),
        (offer("video"), {"0": "microphone"}, "which a microphone is not"),
        (offer("audio"), {"0": "camera"}, "which a camera is not"),
        (offer("video", "video"), {"0": "camera", "1": "camera"}, "one source on two"),
        (offer("video", direction="recvonly"), {"0": "camera"}, "sendonly"),
        (offer("video").replace("VP8", "VP9"), {"0": "camera"}, "no codec"),
        (offer("video").replace("m=video 9", "m=video 0"), {"0": "camera"}, "can be accepted"),
    ],
)
async def test_an_offer_that_cannot_be_taken_is_refused_in_a_sentence(
    server: Server, node: Node, sdp: str, sources: dict[str, api.Source], why: str
) -> None:
    reply = await server.ask(api.Publish, room="r", participant="resident", epoch=1, sdp=sdp, sources=sources)
    assert isinstance(reply, api.Failed) and reply.code == "bad-sdp"
    assert why in reply.text
    await until(lambda: node.udp_sockets() == 0)
    assert (await server.do(api.ListRooms)).rooms[0].epochs == {}


async def test_hundreds_of_broken_offers_leave_nothing_behind_and_harm_nobody(server: Server, node: Node) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    files, sockets = node.open_files(), node.udp_sockets()
    chance = random.Random(8)
    good = offer("audio", "video")
    for _ in range(300):
        text = list(good)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(text))
            text[at : at + chance.randint(0, 4)] = chance.choice(["", "\r\n", "a=", "0", "é", ":", " "])
        reply = await server.ask(
            api.Publish,
            room="r",
            participant="helper",
            epoch=1,
            sdp="".join(text) or "x",
            sources={"0": "microphone", "1": "camera"},
        )
        if isinstance(reply, api.Failed):
            assert reply.code == "bad-sdp", reply
        await server.do(api.Leave, room="r", participant="helper")
    await until(lambda: node.udp_sockets() == sockets)
    assert node.open_files() <= files
    await resident.send("0", vp8(0, key=True), ts=0)
    await until(lambda: clerk.of("0"))
    await asyncio.gather(resident.close(), clerk.close())


async def test_a_refused_renegotiation_leaves_the_running_connection_as_it_was(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    for sdp in (offer("video"), "nonsense"):  # another certificate, and no offer at all
        reply = await server.ask(api.Publish, room="r", participant="resident", epoch=1, sdp=sdp, sources={"0": "camera"})
        assert isinstance(reply, api.Failed) and reply.code == "bad-sdp"
    await resident.send("0", vp8(0, key=True), ts=0)
    await until(lambda: clerk.of("0"))
    await asyncio.gather(resident.close(), clerk.close())


async def test_the_same_offer_again_gets_the_same_transport(server: Server) -> None:
    end = RawEnd()
    sdp = await end.offer(["video"], "sendonly")
    fields = {"room": "r", "participant": "resident", "epoch": 1, "sdp": sdp, "sources": {"0": "camera"}}
    first, second, third = await asyncio.gather(*(server.do(api.Publish, **fields) for _ in range(3)))
    assert first.sdp == second.sdp == third.sdp
    await end.answer(first.sdp)
    await server.up("resident", "publish")
    assert len([n for n in server.news if isinstance(n, api.ConnectionUp)]) == 1
    await end.close()


async def test_an_end_without_candidates_is_found_by_its_checks(server: Server) -> None:
    end = RawEnd()
    sdp = await end.offer(["video"], "sendonly", bare=True)
    assert "candidate" not in sdp
    reply = await server.do(api.Publish, room="r", participant="resident", epoch=1, sdp=sdp, sources={"0": "camera"})
    await end.answer(reply.sdp)
    await server.up("resident", "publish")
    await end.close()


async def test_candidates_may_come_before_and_after_the_offer(server: Server) -> None:
    end = RawEnd()
    sdp = await end.offer(["video"], "sendonly")
    candidates = [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    bare = "\r\n".join(line for line in sdp.splitlines() if "candidate" not in line) + "\r\n"
    fields = {"room": "r", "participant": "resident", "connection": "publish"}
    await server.do(
        api.AddCandidates, candidates=[*candidates, "", "rubbish", "candidate:1 1 udp 1 169.254.169.254 80 typ host"] * 20, **fields
    )
    reply = await server.do(api.Publish, room="r", participant="resident", epoch=1, sdp=bare, sources={"0": "camera"})
    await server.do(api.AddCandidates, candidates=candidates * 200, **fields)
    await end.answer(reply.sdp)
    await server.up("resident", "publish")
    await server.do(api.AddCandidates, candidates=candidates, **fields)
    await end.close()


async def test_an_ssrc_that_the_offer_did_not_name_is_known_by_its_mid(server: Server) -> None:
    end = RawEnd()
    sdp = await end.offer(["video", "video"], "sendonly")
    unnamed = "\r\n".join(line for line in sdp.splitlines() if not line.startswith(("a=ssrc", "a=ssrc-group"))) + "\r\n"
    reply = await server.do(
        api.Publish, room="r", participant="resident", epoch=1, sdp=unnamed, sources={"0": "camera", "1": "screen"}
    )
    await end.answer(reply.sdp)
    await server.up("resident", "publish")
    clerk = await subscribing(server, "r", "clerk", [("resident", "screen"), ("resident", "camera")])
    await end.send("0", vp8(1, key=True), ts=0)
    await end.send("1", vp8(2, key=True), ts=0)
    await until(lambda: clerk.of("0") and clerk.of("1"))
    assert [packet.payload for packet in clerk.of("0")] == [vp8(2, key=True)]
    assert [packet.payload for packet in clerk.of("1")] == [vp8(1, key=True)]
    await asyncio.gather(end.close(), clerk.close())


async def test_h264_is_taken_when_it_is_offered_first_and_vp8_otherwise(server: Server) -> None:
    for participant, first, codec in (("kiosk", True, "H264"), ("tablet", False, "VP8")):
        reply = await server.do(
            api.Publish,
            room="r",
            participant=participant,
            epoch=1,
            sdp=with_h264(offer("video"), first=first),
            sources={"0": "camera"},
        )
        named = [line.split()[1].split("/")[0] for line in reply.sdp.splitlines() if line.startswith("a=rtpmap")]
        assert named == [codec, "rtx"]


async def test_an_unnamed_m_line_and_a_data_channel_are_rejected_in_the_answer(server: Server) -> None:
    text = offer("audio", "video").replace("BUNDLE 0 1", "BUNDLE 0 1 data")
    text += "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:data\r\na=sctp-port:5000\r\n"
    reply = await server.do(api.Publish, room="r", participant="resident", epoch=1, sdp=text, sources={"1": "camera"})
    assert [line.split()[:2] for line in reply.sdp.splitlines() if line.startswith("m=")] == [
        ["m=audio", "0"],
        ["m=video", "9"],
        ["m=application", "0"],
    ]
    assert "a=group:BUNDLE 1\r\n" in reply.sdp


async def test_a_source_that_joins_the_running_connection_is_forwarded(server: Server) -> None:
    resident = RawEnd()
    sdp = await resident.offer(["audio", "video"], "sendonly")
    first = await server.do(
        api.Publish, room="r", participant="resident", epoch=1, sdp=sdp, sources={"0": "microphone", "1": "camera"}
    )
    await resident.answer(first.sdp)
    clerk = await subscribing(server, "r", "clerk", [("resident", "screen")])
    again = await server.do(
        api.Publish, room="r", participant="resident", epoch=1, sdp=sdp, sources={"0": "microphone", "1": "screen"}
    )
    assert "m=video 9" in again.sdp
    await resident.send("1", vp8(3, key=True), ts=0)
    await until(lambda: clerk.of("0"))
    assert isinstance(clerk.of("0")[0], rtp.Packet)
    await asyncio.gather(resident.close(), clerk.close())
