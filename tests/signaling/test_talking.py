"""What an end wants to see of the others, and how its offers travel."""

from __future__ import annotations

import pytest

from signaling.talking import Talking, TalkMedia, new_id, wants_of
from signaling.wire.base import Command, Source
from signaling.wire.replies import Done, LineQuality, MediaAnswer
from signaling.wire.talk import End, PublishOffer, ReportFirstFrame, SetSource, SourceState, SubscribeOffer, Talk, Want

SDP = "v=0\r\n"


def talk(*ends: str, on: tuple[tuple[str, Source], ...] = (), room: str = "room.1", session: str = "session-1") -> Talk:
    return Talk(
        session=session, case="JS-1", number="B1", home="jinshan", service="x", service_name="x", since=0, held=False, room=room, me="resident",
        ends=[End(who, "clerk", who, "", True) for who in ("resident", *ends)],
        sources=[SourceState(who, source, (who, source) in on) for who in ("resident", *ends) for source in ("microphone", "camera", "screen")],  # type: ignore[arg-type] # literals widen
        recording="recording", acceptable=True,
    )  # fmt: skip


class Server:
    """Answers every offer."""

    def __init__(self) -> None:
        self.heard: list[Command] = []

    async def command(self, command: Command, seconds: float = 30.0) -> Done | MediaAnswer:
        self.heard.append(command)
        if isinstance(command, PublishOffer | SubscribeOffer):
            return MediaAnswer(re=command.id, epoch=3, sdp="answer")
        return Done(re=command.id)


class Keeper:
    """Remembers what it was told."""

    def __init__(self, talking: Talking) -> None:
        self.session, self.told = talking.session, list[object]()

    def follow(self, room: str | None, wants: list[tuple[str, Source]]) -> None:
        self.told.append((room, list(wants)))

    def rebuild(self, kind: str) -> None:
        self.told.append(kind)

    async def close(self) -> None:
        self.told.append("closed")


def test_microphone_and_camera_are_wanted_before_they_are_there_and_oneself_never() -> None:
    assert wants_of(talk("clerk")) == [("clerk", "microphone"), ("clerk", "camera")]
    assert wants_of(talk()) == []


def test_a_shared_screen_is_wanted_when_it_is_on_and_stays_wanted() -> None:
    shared = wants_of(talk("clerk", on=(("clerk", "screen"), ("resident", "screen"))))
    assert shared == [("clerk", "microphone"), ("clerk", "camera"), ("clerk", "screen")]
    assert wants_of(talk("clerk"), shared) == shared, "going off and on again costs no new connection"
    assert wants_of(talk("helper"), shared) == [("helper", "microphone"), ("helper", "camera")]


def test_the_wire_s_bound_is_kept() -> None:
    assert len(wants_of(talk(*(f"helper-{n}" for n in range(20))))) == 16


async def test_offers_travel_as_commands_and_come_back_as_answers() -> None:
    server = Server()
    talking = Talking(server, "session-1")
    assert await talking.publish(SDP, {"0": "camera"}) == ("answer", 3)
    assert await talking.subscribe(SDP, [("0", "clerk", "camera")]) == "answer"
    await talking.first_frame("clerk", 10_000_000)
    await talking.set_source("screen", True)
    published, subscribed, first, switched = server.heard
    assert published == PublishOffer(id=published.id, session="session-1", sdp=SDP, sources={"0": "camera"})
    assert subscribed == SubscribeOffer(id=subscribed.id, session="session-1", sdp=SDP, wants=[Want("0", "clerk", "camera")])
    assert first == ReportFirstFrame(id=first.id, session="session-1", participant="clerk", after_ms=600_000)
    assert switched == SetSource(id=switched.id, session="session-1", source="screen", on=True)


async def test_a_screen_or_papers_are_switched_on_after_each_offer_that_carries_them() -> None:
    server = Server()
    await Talking(server, "session-1").publish(SDP, {"0": "microphone", "1": "camera", "2": "document", "3": "screen"})
    assert [type(command) for command in server.heard] == [PublishOffer, SetSource, SetSource]
    assert [(each.source, each.on) for each in server.heard if isinstance(each, SetSource)] == [("document", True), ("screen", True)]


async def test_an_offer_answered_with_anything_else_is_an_error() -> None:
    class Confused(Server):
        async def command(self, command: Command, seconds: float = 30.0) -> Done | MediaAnswer:
            return Done(re=command.id)

    with pytest.raises(TypeError, match="media-answer"):
        await Talking(Confused(), "session-1").publish(SDP, {})


async def test_the_keeper_follows_the_views() -> None:
    media = TalkMedia(Server(), Keeper)
    media.follow(None)
    assert media.keeper is None, "no keeper before the first talk"
    media.follow(talk("clerk"))
    media.follow(None)
    media.follow(talk("clerk", room="room.2"))
    wants = [("clerk", "microphone"), ("clerk", "camera")]
    assert media.keeper is not None
    assert media.keeper.session == "session-1"
    assert media.keeper.told == [("room.1", wants), (None, []), ("room.2", wants)]
    await media.close()
    assert media.keeper.told[-1] == "closed"


async def test_only_being_lost_oneself_means_building_anew() -> None:
    media = TalkMedia(Server(), Keeper)
    media.heard(LineQuality("session-1", "resident", "lost", ""))
    media.follow(talk("clerk"))
    assert media.keeper is not None
    media.keeper.told.clear()
    for participant, level in (("clerk", "lost"), ("resident", "degraded"), ("resident", "good")):
        media.heard(LineQuality("session-1", participant, level, ""))  # type: ignore[arg-type] # literals widen
    assert media.keeper.told == []
    media.heard(LineQuality("session-1", "resident", "lost", ""))
    assert media.keeper.told == ["publish", "subscribe"]


def test_ids_fit_the_wire_and_differ() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(8 <= len(each) <= 40 for each in ids)
