"""Streams pass the same policy: an end of the talk is given the other end's sources, out of the talk's own room, and nobody else anything.

The orders go to the rooms of a real node, in this process."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, get_args

import pytest

from config.clock import HandClock
from config.logs import get_logger
from config.tasks import Tasks
from media import node_api as api
from media.guard import Guard
from media.ice import AddressPolicy
from media.rooms import Rooms
from media.transport import Surroundings
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.states import talk_of
from signaling.office.ports import NodeRefused
from signaling.wire import consents, desk, talk
from signaling.wire.base import Source
from tests.media.offers import offer
from tests.signaling.every_entry import ACTORS, KIOSK, LI, SERVICE
from tests.signaling.office.world import OrderBook, Town, request
from tests.waiting import until

SOURCES = get_args(Source)
PARTICIPANTS = ("resident", "clerk", "recorder", "supervisor", "haiyan-k2")


class RealRooms(OrderBook):
    """The rooms of a node behind the port, without the line between."""

    def __init__(self) -> None:
        super().__init__()
        log = get_logger("test")
        self.guard = Guard(log)
        self.tasks = Tasks(lambda name, error: self.guard.caught(error))
        around = Surroundings(AddressPolicy(listed=("127.0.0.1",)), HandClock(), self.tasks, self.guard, log, random.Random(2))
        self.rooms = Rooms(around, 8, log)

    def open_room(self, room: str) -> None:
        super().open_room(room)
        self._do(api.OpenRoom(1, room))

    async def publish(self, room: str, participant: str, epoch: int, sdp: str, sources: Mapping[str, Any]) -> str:
        return self._sdp(api.Publish(1, room, participant, epoch, sdp, dict(sources)))

    async def subscribe(self, room: str, participant: str, sdp: str, wants: Sequence[api.Wanted], *, fresh: bool) -> str:
        return self._sdp(api.Subscribe(1, room, participant, sdp, list(wants), fresh))

    def _do(self, order: Any) -> Any:
        reply = self.rooms.carry_out(order, "node-1")
        if isinstance(reply, api.Failed):
            raise NodeRefused(reply.code, reply.text)
        return reply

    def _sdp(self, order: Any) -> str:
        return str(self._do(order).sdp)

    def watched(self, room: str) -> set[tuple[str, str, str]]:
        """(who, of whom, which source) for everything that the node would forward in a room."""
        figures = self._do(api.GetFigures(1, room))
        return {(consumer, each.participant, each.source) for each in figures.sources for consumer in each.forwarded}


@pytest.fixture
async def node() -> AsyncIterator[RealRooms]:
    node = RealRooms()
    yield node
    node.rooms.close_all("the test ends")
    await until(lambda: not len(node.tasks))
    assert dict(node.guard.counts) == {}


async def visit(town: Town) -> tuple[str, str]:
    """Two visits talk at the same time: that of the test, and another one; session and room of the first."""
    first = await town.kiosk_comes(1)
    li = await town.clerk_comes(LI.id, 1)
    session = await town.ticket(first, service=SERVICE)
    await town.does(li, desk.AnswerRing(request(), session))
    await town.recorded(session)
    other, wang = await town.kiosk_comes(3), await town.clerk_comes("wang", 3)
    beside = await town.ticket(other, service=SERVICE)
    await town.does(wang, desk.AnswerRing(request(), beside))
    state = town.office.floor.state(session)
    facts = talk_of(state) if state is not None else None
    assert facts is not None
    return session, facts.room


def sends(session: str) -> talk.PublishOffer:
    sources: dict[str, Any] = {"0": "microphone", "1": "camera", "2": "screen", "3": "document"}
    return talk.PublishOffer(request(), session, offer("audio", "video", "video", "video"), sources)


async def gets(town: Town, actor: Actor, session: str, participant: str, source: Any) -> str | None:
    """None: a stream; otherwise the code of the refusal."""
    wants = [talk.Want("0", participant, source)]
    kind = "audio" if source == "microphone" else "video"
    try:
        await town.does(actor, talk.SubscribeOffer(request(), session, offer(kind, direction="recvonly"), wants))
    except Refusal as refused:
        return f"{type(refused).__name__} {refused.code}"
    return None


async def test_an_end_is_given_the_other_ends_sources_and_nobody_else_is_given_anything(node: RealRooms) -> None:
    async with Town(node=node) as town:
        session, room = await visit(town)
        for actor in (KIOSK, LI):
            await town.does(actor, sends(session))
        streams, given = 0, set[tuple[str, str, str]]()
        for actor in ACTORS:
            end = {KIOSK: "resident", LI: "clerk"}.get(actor)
            for participant in PARTICIPANTS:
                for source in SOURCES:
                    refused = await gets(town, actor, session, participant, source)
                    other = end is not None and participant in ("resident", "clerk") and participant != end
                    assert (refused is None) == other, (actor, participant, source, refused)
                    if end is None:
                        assert refused in ("NotAllowed unknown-session", "NotAllowed not-now"), "by the policy, before the node is asked"
                    given |= node.watched(room)
                    streams += 1
        assert streams == len(ACTORS) * len(PARTICIPANTS) * len(SOURCES)
        assert given == {(who, whose, source) for who, whose in (("resident", "clerk"), ("clerk", "resident")) for source in SOURCES}
        assert all(not node.watched(each.name) for each in node.rooms if each.name != room), "the visit beside was touched by nobody"


async def test_nobody_sends_into_a_talk_but_its_two_ends(node: RealRooms) -> None:
    async with Town(node=node) as town:
        session, room = await visit(town)
        for actor in ACTORS:
            if actor in (KIOSK, LI):
                await town.does(actor, sends(session))
            else:
                with pytest.raises(NotAllowed):
                    await town.does(actor, sends(session))
        (standing,) = [each.state() for each in node.rooms if each.name == room]
        assert set(standing.epochs) == {"resident", "clerk"}


async def test_without_a_consent_to_the_recording_no_stream_is_given_and_the_room_is_gone(node: RealRooms) -> None:
    async with Town(node=node) as town:
        session, room = await visit(town)
        await town.does(KIOSK, consents.WithdrawConsent(request(), session, "recording"))
        assert await gets(town, KIOSK, session, "clerk", "camera") is not None
        assert await gets(town, LI, session, "resident", "camera") is not None
        assert ("close", room) in node.orders
