"""The orders' socket from outside: who may give orders, what a frame that makes no sense does, and who takes over."""

from __future__ import annotations

import json

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from media import node_api as api
from tests.media.node_process import Node, Server, dialled
from tests.media.raw_end import publishing
from tests.waiting import until


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        "",
        "[]",
        '{"order":"list-rooms","id":1}',
        '{"order":"dial","id":1,"protocol":1,"token":"guess"}',
        '{"order":"dial","id":1,"protocol":99,"token":"TOKEN"}',
        '{"order":"dial","id":1,"protocol":1,"token":"TOKEN","more":1}',
    ],
)
async def test_who_cannot_prove_itself_gives_no_orders(node: Node, frame: str | bytes) -> None:
    async with connect(node.facts["url"], proxy=None) as socket:
        await socket.send(frame.replace("TOKEN", node.facts["token"]) if isinstance(frame, str) else frame)
        assert json.loads(await socket.recv())["code"] == "bad-token"
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_a_web_page_cannot_even_connect(node: Node) -> None:
    with pytest.raises(InvalidStatus):
        await connect(node.facts["url"], proxy=None, origin="http://localhost")  # type: ignore[arg-type]  # a plain string is an origin


async def test_an_order_that_makes_no_sense_is_refused_and_the_next_one_carried_out(server: Server) -> None:
    for frame in (
        "nonsense",
        '{"order":"explode","id":7}',
        '{"order":"open-room","id":8,"room":"../etc"}',
        '{"order":"publish","id":9}',
    ):
        await server.socket.send(frame)
    await until(lambda: len([n for n in server.news if isinstance(n, api.Failed)]) == 4)
    assert [n.id for n in server.news if isinstance(n, api.Failed)] == [0, 7, 8, 9]
    assert [room.room for room in (await server.do(api.ListRooms)).rooms] == ["r"]


async def test_orders_for_a_room_that_is_not_there_fail_and_the_idempotent_ones_do_not(server: Server) -> None:
    assert (await server.ask(api.SetHold, room="nowhere", on=True)).code == "unknown-room"
    assert (await server.ask(api.GetFigures, room="nowhere")).code == "unknown-room"
    for _ in range(2):
        await server.do(api.OpenRoom, room="r")
        await server.do(api.Leave, room="r", participant="nobody")
        await server.do(api.CloseRoom, room="nowhere")


async def test_a_second_dial_takes_over_from_the_first(node: Node) -> None:
    async with dialled(node) as first, dialled(node) as second:
        await until(lambda: first.socket.state.name == "CLOSED")
        await second.do(api.OpenRoom, room="r")
        resident = await publishing(second, "r", "resident", ["camera"])
        assert first.news == []
        await resident.close()


def test_the_contract_survives_its_own_encoding() -> None:
    order = api.Subscribe(
        id=1, room="r", participant="clerk", sdp="v=0", wants=[api.Wanted(mid="0", participant="resident", source="camera")]
    )
    assert msgspec.json.decode(msgspec.json.encode(order), type=api.FromServer) == order
