"""The server's line to its node, against a node that a test plays on a real socket: order, replies, drops, and who may dial."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from media import node_api as api
from signaling.office import nodes
from signaling.office.nodes import Node, NodeAddress
from signaling.office.ports import NodeRefused
from tests.signaling.office.played_node import SDP, TOKEN, News, PlayedNode, Say, a_line, obliging
from tests.waiting import LONG, until


@asynccontextmanager
async def a_node(say: Say = obliging) -> AsyncIterator[tuple[Node, News, PlayedNode]]:
    """A node that listens, and a line to it that stands."""
    played = PlayedNode(say)
    await played.listen()
    async with a_line(played) as (node, news):
        await until(lambda: node.is_up)
        yield node, news, played


async def test_orders_arrive_in_the_order_in_which_they_were_given() -> None:
    async with a_node() as (node, _, played):
        node.open_room("s.1")
        node.set_hold("s.1", on=True)
        for n in range(50):
            node.set_source_on("s.1", "clerk", "screen", on=bool(n % 2))
        node.set_hold("s.1", on=False)
        node.close_room("s.1")
        node.drain()
        await until(lambda: len(played.orders) == 55)
        assert played.kinds() == ["OpenRoom", "SetHold", *["SetSourceOn"] * 50, "SetHold", "CloseRoom", "Drain"]
        assert [order.on for order in played.orders[2:52]] == [bool(n % 2) for n in range(50)]
        ids = [order.id for order in played.orders]
        assert ids == sorted(set(ids))


async def test_replies_find_their_question_in_whatever_order_they_come() -> None:
    held: list[Any] = []
    async with a_node(lambda played, order: held.append(order)) as (node, _, played), asyncio.TaskGroup() as group:
        first = group.create_task(node.publish("s.1", "resident", 1, "one", {"0": "microphone"}))
        second = group.create_task(node.subscribe("s.1", "resident", "two", [api.Wanted("0", "clerk", "camera")], fresh=True))
        third = group.create_task(node.add_candidates("s.1", "resident", "subscribe", ["candidate:1"]))
        await until(lambda: len(held) == 3)
        await played.tell(api.Did(999_999))
        await played.tell(api.Failed(888_888, "unknown-room", "to nobody's question"))
        await played.tell(api.Did(held[2].id))
        await played.tell(api.Answered(held[1].id, "answer two"))
        await played.tell(api.Answered(held[0].id, "answer one"))
        assert (await first, await second, await third) == ("answer one", "answer two", None)
        assert (held[0].epoch, held[0].sources, held[1].fresh, held[2].connection) == (1, {"0": "microphone"}, True, "subscribe")


async def test_what_the_node_refuses_keeps_its_code() -> None:
    async with a_node(lambda played, order: api.Failed(order.id, "bad-sdp", "no m-line")) as (node, _, __):
        for asking in (node.publish("s.1", "resident", 1, SDP, {}), node.subscribe("s.1", "resident", SDP, [], fresh=True), node.add_candidates("s.1", "r", "publish", []), node.figures("s.1")):
            with pytest.raises(NodeRefused) as refused:
                await asking
            assert refused.value.code == "bad-sdp"


async def test_figures_and_answers_of_the_wrong_kind_are_no_answers() -> None:
    figures = api.Figures(0, "s.1", [])
    async with a_node(lambda played, order: msgspec.structs.replace(figures, id=order.id) if isinstance(order, api.GetFigures) else api.Did(order.id)) as (node, _, __):
        assert (await node.figures("s.1")).room == "s.1"
        with pytest.raises(NodeRefused, match="internal"):
            await node.publish("s.1", "resident", 1, SDP, {})
    async with a_node() as (node, _, __):
        with pytest.raises(NodeRefused, match="internal"):
            await node.figures("s.1")


async def test_news_reach_their_hearer() -> None:
    async with a_node() as (_, news, played):
        told = [api.ConnectionUp("s.1", "clerk", "publish", 1), api.LineChanged("s.1", "clerk", "publish", 1, "lost", 5.0), api.OfferWanted("s.1", "clerk", "publish", 1), api.RoomClosed("s.1", "idle")]
        for each in told:
            await played.tell(each)
        await until(lambda: len(news.said) == 4)
        assert news.said == told


# --- the line breaks ------------------------------------------------------------------------------


async def test_a_line_that_is_cut_is_dialled_again_and_begins_with_the_nodes_own_rooms() -> None:
    async with a_node() as (node, news, played):
        played.rooms = [api.RoomState("s.1", False, {"clerk": 2})]
        for n in (1, 2, 3):
            played.lines[-1].transport.abort()
            await until(lambda n=n: node.is_up and len(played.lines) == n + 1)
        assert news.downs == 3
        assert news.ups == [[], ["s.1"], ["s.1"], ["s.1"]]
        assert await node.publish("s.1", "resident", 1, SDP, {}) == "answer to v=0"


async def test_a_line_that_is_closed_in_order_is_dialled_again_too() -> None:
    async with a_node() as (node, news, played):
        await played.lines[-1].close()
        await until(lambda: len(news.ups) == 2)
        assert node.is_up


async def test_whoever_waits_for_an_answer_when_the_line_breaks_is_told() -> None:
    async with a_node(lambda played, order: None) as (node, _, played), asyncio.TaskGroup() as group:
        asking = group.create_task(refusal(node.publish("s.1", "resident", 1, SDP, {})))
        await until(lambda: len(played.orders) == 1)
        played.lines[-1].transport.abort()
        assert await asyncio.wait_for(asking, LONG) == "no-node"


async def test_garbage_from_a_node_costs_one_line_and_a_mistake_of_ours_no_more() -> None:
    async with a_node() as (node, news, played):
        await played.lines[-1].send("this is no reply")
        await until(lambda: len(played.lines) == 2 and node.is_up)
        news.fail = ValueError("a view that cannot be made")
        await played.tell(api.RoomClosed("s.1", "idle"))
        await until(lambda: len(played.lines) == 3 and node.is_up)
        assert news.downs == 2


async def test_what_waits_for_a_node_is_told_when_one_is_up_and_nothing_else_is() -> None:
    played = PlayedNode()
    await played.listen()
    await played.stop()
    async with a_line(played) as (node, news), asyncio.TaskGroup() as group:
        node.open_room("s.1")
        node.set_hold("s.1", on=True)
        node.set_source_on("s.1", "clerk", "camera", on=False)
        node.open_room("over.1")
        node.close_room("over.1")
        node.set_hold("of-a-lost-node.1", on=True)
        node.close_room("of-a-lost-node.2")
        asking = group.create_task(node.publish("s.1", "clerk", 1, SDP, {}))
        played.rooms = [api.RoomState("adopted.1", False, {})]
        await played.listen()
        assert await asyncio.wait_for(asking, LONG) == "answer to v=0"
        assert played.kinds() == ["OpenRoom", "SetHold", "SetSourceOn", "Publish"]
        assert news.ups == [["adopted.1", "s.1"]], "a room that is just being opened stands"


async def test_a_room_that_stood_on_a_lost_node_is_not_opened_behind_its_owners_back() -> None:
    async with a_node() as (node, news, played):
        node.open_room("s.1")
        await until(lambda: played.kinds() == ["OpenRoom"])
        await played.stop()
        await until(lambda: not node.is_up)
        node.set_hold("s.1", on=True)
        played.orders.clear()
        await played.listen()
        await until(lambda: node.is_up)
        node.open_room("s.2")
        await until(lambda: bool(played.orders))
        assert [(type(order).__name__, order.room) for order in played.orders] == [("OpenRoom", "s.2")]
        assert news.ups == [[], []]


# --- nobody there ---------------------------------------------------------------------------------


async def refusal(asking: Any) -> str:
    with pytest.raises(NodeRefused) as refused:
        await asking
    return refused.value.code


async def test_without_a_node_an_offer_is_refused_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "ANSWER_SECONDS", 0.1)
    async with a_line(PlayedNode(), lambda: None) as (node, _):
        assert await refusal(node.publish("s.1", "resident", 1, SDP, {})) == "no-node"
        assert not node.is_up
        node.drain()


async def test_a_node_that_does_not_answer_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "ANSWER_SECONDS", 0.1)
    async with a_node(lambda played, order: None) as (node, _, __):
        assert await refusal(node.add_candidates("s.1", "resident", "publish", [])) == "no-node"


async def test_with_a_wrong_token_nothing_is_up_and_with_the_right_one_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "REFUSED_SECONDS", 0.02)
    played, token = PlayedNode(), "an-old-one"
    await played.listen()
    async with a_line(played, lambda: played.address(token)) as (node, news):
        await until(lambda: played.dials >= 2)
        assert not node.is_up and not news.ups
        token = TOKEN
        await until(lambda: node.is_up)


async def test_somebody_elses_server_at_the_nodes_address_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that never answers the dial is dialled again, and the node that comes is found."""
    monkeypatch.setattr(nodes, "GREET_SECONDS", 0.1)
    calls = 0

    async def silent(line: ServerConnection) -> None:
        nonlocal calls
        calls += 1
        await line.wait_closed()

    async with serve(silent, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        played = PlayedNode()
        await played.listen()
        where = NodeAddress("silent", 1, f"ws://127.0.0.1:{port}", TOKEN, 0.0, api.NODE_PROTOCOL)
        async with a_line(played, lambda: where) as (node, _):
            await until(lambda: calls >= 2)
            assert not node.is_up
            where = played.address()
            await until(lambda: node.is_up)


async def test_a_node_of_another_protocol_is_not_dialled() -> None:
    played, protocol = PlayedNode(), api.NODE_PROTOCOL + 1
    await played.listen()
    looked = 0

    def find() -> NodeAddress:
        nonlocal looked
        looked += 1
        return played.address(protocol=protocol)

    async with a_line(played, find) as (node, _):
        await until(lambda: looked >= 2)
        assert played.dials == 0
        protocol = api.NODE_PROTOCOL
        await until(lambda: node.is_up)
