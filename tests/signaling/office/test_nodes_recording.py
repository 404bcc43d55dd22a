"""What the line to a node carries of a recording: orders to record, acknowledgements, lines of a journal, and how the disk is."""

from __future__ import annotations

from typing import Any

import pytest

from media import node_api as api
from tests.signaling.office.played_node import PlayedNode, a_line
from tests.signaling.office.writer import Writer
from tests.waiting import until

ORDERED: dict[str, Any] = {"session": "session-1", "origin": 1_795_399_200_000, "home": "jinshan", "home_key": "a2V5"}


async def test_a_room_is_recorded_and_suspended_in_the_order_given() -> None:
    played = PlayedNode()
    await played.listen()
    async with a_line(played) as (node, news):
        await until(lambda: news.ups)
        node.open_room("session-1.1")
        node.record("session-1.1", *ORDERED.values())
        node.set_suspended("session-1.1", True)
        node.set_suspended("session-1.1", False)
        node.acknowledge("a" * 16, 17)
        await until(lambda: len(played.orders) == 5)
        _, record, on, off, acknowledged = played.orders
        assert isinstance(record, api.Record) and record.room == "session-1.1" and record.publications is None, "everything in the room"
        assert {name: getattr(record, name) for name in ORDERED} == ORDERED
        assert [(type(order), order.on) for order in (on, off)] == [(api.SetSuspended, True), (api.SetSuspended, False)]
        assert isinstance(acknowledged, api.AckJournal) and (acknowledged.life, acknowledged.n) == ("a" * 16, 17)


async def test_a_room_that_waits_for_a_node_is_recorded_from_its_first_second() -> None:
    played = PlayedNode()
    await played.listen()
    await played.stop()
    async with a_line(played) as (node, news):
        node.open_room("session-1.1")
        node.record("session-1.1", *ORDERED.values())
        node.set_suspended("session-1.1", True)
        await played.listen()
        await until(lambda: news.ups)
        await until(lambda: len(played.orders) == 3)
        assert played.kinds() == ["OpenRoom", "Record", "SetSuspended"]


async def test_an_acknowledgement_without_a_line_is_let_go_since_the_lines_come_again() -> None:
    played = PlayedNode()
    await played.listen()
    await played.stop()
    async with a_line(played) as (node, news):
        node.acknowledge("a" * 16, 3)
        await played.listen()
        await until(lambda: news.ups)
        node.acknowledge("a" * 16, 5)
        await until(lambda: played.orders)
        assert [(order.life, order.n) for order in played.orders] == [("a" * 16, 5)]


@pytest.mark.parametrize("ok", [True, False])
async def test_lines_of_a_journal_and_the_state_of_the_disk_come_as_they_were_said(ok: bool) -> None:
    played, writer = PlayedNode(), Writer()
    await played.listen()
    lines = [*writer.begins("session-1"), writer.as_it_is("not a line at all")]
    state = api.RecordingState(ok, "" if ok else "no-disk")
    async with a_line(played) as (_, news):
        await until(lambda: news.ups)
        for message in (*lines, state):
            await played.tell(message)
        await until(lambda: len(news.said) == len(lines) + 1)
        assert news.said == [*lines, state]
