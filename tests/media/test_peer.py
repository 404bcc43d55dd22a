"""A participant's connections over their lives, on a real node: the next epoch, an overtaken one, one that ends by itself."""

from __future__ import annotations

import asyncio

from media import node_api as api
from tests.media.node_process import Node, Server
from tests.media.raw_end import RawEnd, publishing, subscribing
from tests.media.test_room import continuous, show
from tests.waiting import until


async def test_the_next_epoch_goes_on_where_the_last_one_stopped(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
    old = await show(resident, "1", range(5), key=True)
    await resident.send("0", b"old", ts=0)
    await until(lambda: len(clerk.of("1")) == 5 and len(clerk.of("0")) == 1)

    again = await publishing(server, "r", "resident", ["microphone", "camera"], epoch=2)
    old += await show(resident, "1", range(5, 8))  # the old one is forwarded until the new one's first packet
    await until(lambda: len(clerk.of("1")) == 8)
    new = await show(again, "1", range(1000, 1005), key=True)
    await again.send("0", b"new", ts=77)
    await until(lambda: len(clerk.of("1")) == 13 and len(clerk.of("0")) == 2)
    assert [packet.payload for packet in clerk.of("1")] == old + new
    assert continuous(clerk, "1") and continuous(clerk, "0")
    await until(lambda: resident.pc.connectionState == "closed")  # the node ended the old connection by itself
    figures = await server.figures("r", "resident", "camera")
    assert (figures.received, figures.lost, figures.dropped) == (13, 0, 0)
    stale = await server.ask(api.Publish, room="r", participant="resident", epoch=1, sdp="v=0\r\n", sources={"0": "camera"})
    assert isinstance(stale, api.Failed) and stale.code == "stale-epoch"
    await asyncio.gather(resident.close(), again.close(), clerk.close())


async def test_an_end_that_hangs_up_is_asked_to_come_again(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"], epoch=3)
    await resident.close()
    await until(lambda: [n for n in server.news if isinstance(n, api.OfferWanted)])
    assert [n for n in server.news if isinstance(n, api.OfferWanted)] == [api.OfferWanted("r", "resident", "publish", 3)]


async def test_an_epoch_that_never_connects_is_overtaken_and_the_running_one_goes_on(server: Server, node: Node) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    await show(resident, "0", range(3), key=True)
    sockets = node.udp_sockets()
    per_connection = sockets // 2
    for epoch in (2, 3, 4):
        stuck = RawEnd()
        sdp = await stuck.offer(["video"], "sendonly")
        await server.do(api.Publish, room="r", participant="resident", epoch=epoch, sdp=sdp, sources={"0": "camera"})
        await stuck.close()
    await until(lambda: node.udp_sockets() == sockets + per_connection)
    await show(resident, "0", range(3, 6))
    await until(lambda: len(clerk.of("0")) == 6)
    again = await publishing(server, "r", "resident", ["camera"], epoch=5)
    await show(again, "0", range(100, 103), key=True)
    await until(lambda: len(clerk.of("0")) == 9)
    assert continuous(clerk, "0")
    assert (await server.do(api.ListRooms)).rooms[0].epochs == {"resident": 5}
    await asyncio.gather(resident.close(), clerk.close(), again.close())


async def test_an_ended_epoch_cannot_be_renegotiated(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    sdp = resident.pc.localDescription.sdp
    await resident.close()
    await until(lambda: [n for n in server.news if isinstance(n, api.OfferWanted)])
    reply = await server.ask(api.Publish, room="r", participant="resident", epoch=1, sdp=sdp, sources={"0": "camera"})
    assert isinstance(reply, api.Failed) and reply.code == "stale-epoch"


async def test_a_source_missing_in_the_next_epoch_ends_with_the_old_one(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera", "screen"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera"), ("resident", "screen")])
    await show(resident, "0", range(2), key=True)
    await show(resident, "1", range(2), key=True)
    await until(lambda: len(clerk.of("0")) == len(clerk.of("1")) == 2)
    again = await publishing(server, "r", "resident", ["camera"], epoch=2)
    await show(again, "0", range(50, 52), key=True)
    await until(lambda: resident.pc.connectionState == "closed" and len(clerk.of("0")) == 4)
    assert len(clerk.of("1")) == 2
    await asyncio.gather(resident.close(), again.close(), clerk.close())
