"""While they talk: hold, sources, new connections, and a media node that dies."""

from __future__ import annotations

import pytest

from signaling.domain.effects import OpenRoom, RecordRoom, SetHold, SetSourceOn, Wake
from signaling.domain.events import (
    ConnectionOffered,
    EndLost,
    EndReturned,
    GraceEnded,
    HoldBegan,
    HoldEnded,
    NodeLost,
    RecordingLate,
    SourceSwitched,
)
from signaling.domain.states import AnyState, InSession, OnHold, Reconnecting, talk_of
from tests.stories.visit import SEALED_TO, After, Visit, entered, in_session, on_hold, reconnecting, talk

ROOM = "visit-J012.1"


def test_hold_and_resume() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> After(5)
        >> HoldBegan() << entered("hold-began") << SetHold(ROOM, on=True)
        >> HoldEnded() << entered("hold-ended") << SetHold(ROOM, on=False)
    ).refuses(HoldEnded()).ends(in_session("J012", "jinshan-3"))


def test_nobody_holds_twice() -> None:
    Visit(on_hold("J012", "jinshan-3")).refuses(HoldBegan()).ends_in(OnHold)


def test_the_resident_mutes_and_unmutes() -> None:
    visit = (Visit(in_session("J012", "jinshan-3"))
        >> SourceSwitched("resident", "microphone", on=False)
        << entered("source-off", end="resident", source="microphone") << SetSourceOn(ROOM, "resident", "microphone", on=False))
    muted = visit.ends_in(InSession)
    assert isinstance(muted, InSession)
    assert ("resident", "microphone") not in muted.talk.on
    (visit
        >> SourceSwitched("resident", "microphone", on=True)
        << entered("source-on", end="resident", source="microphone") << SetSourceOn(ROOM, "resident", "microphone", on=True)
    )
    assert set(visit.ends_in(InSession).talk.on) == set(talk("J012", "jinshan-3").on)  # type: ignore[union-attr] # just checked


def test_a_new_connection_is_the_next_epoch_and_shares_no_screen_until_asked_anew() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> ConnectionOffered("clerk") << entered("connection", end="clerk", epoch=1)
        >> SourceSwitched("clerk", "screen", on=True)
        << entered("source-on", end="clerk", source="screen") << SetSourceOn(ROOM, "clerk", "screen", on=True)
        >> ConnectionOffered("resident") << entered("connection", end="resident", epoch=1)
        >> ConnectionOffered("clerk") << entered("connection", end="clerk", epoch=2)
        << entered("source-off", end="clerk", source="screen") << SetSourceOn(ROOM, "clerk", "screen", on=False)
    ).ends_in(InSession)


@pytest.mark.parametrize(
    ("state", "held"),
    [
        (in_session("J012", "jinshan-3"), False),
        (on_hold("J012", "jinshan-3"), True),
        (reconnecting("J012", "jinshan-3", "resident"), False),
        (reconnecting("J012", "jinshan-3", "resident", "clerk", held=True), True),
    ],
    ids=["in talk", "on hold", "while reconnecting", "while reconnecting on hold"],
)
def test_the_media_node_is_lost_and_a_fresh_room_stands_as_the_talk_does(state: AnyState, held: bool) -> None:
    visit = Visit(state).loses_its_node(1).opens_room("visit-J012.2", held=held, late=15)
    visit.refuses(NodeLost(1)).ends_in(type(state))


def test_whoever_was_muted_is_muted_in_the_fresh_room_and_a_shared_screen_may_go_on() -> None:
    visit = Visit(in_session("J012", "jinshan-3"))
    for end, source, on in (("resident", "camera", False), ("clerk", "screen", True)):
        visit >> SourceSwitched(end, source, on)  # type: ignore[arg-type] # the words are an end and a source
        visit.unread = ()
    (visit.loses_its_node(1) << OpenRoom("visit-J012.2")
        << SetSourceOn("visit-J012.2", "resident", "camera", on=False)
        << SetSourceOn("visit-J012.2", "resident", "screen", on=False)
        << SetSourceOn("visit-J012.2", "resident", "document", on=False)
        << SetSourceOn("visit-J012.2", "clerk", "document", on=False)
        << RecordRoom("visit-J012.2", 0, "jinshan", SEALED_TO) << Wake(15, RecordingLate(0))
    ).ends_in(InSession)


def test_the_node_is_lost_twice() -> None:
    visit = Visit(in_session("J012", "jinshan-3"))
    visit.loses_its_node(1).opens_room("visit-J012.2", late=15)
    visit.loses_its_node(2).opens_room("visit-J012.3", late=15)
    visit.refuses(NodeLost(2)).refuses(NodeLost(4)).ends_in(InSession)


def test_node_and_line_are_lost_together_and_the_talk_returns_to_the_new_room() -> None:
    visit = (Visit(in_session("J012", "jinshan-3"))
        >> EndLost("resident") << entered("line-lost", end="resident") << Wake(90, GraceEnded("resident", 0))
    ).loses_its_node(1).opens_room("visit-J012.2", late=15)
    assert isinstance(visit.state, Reconnecting)
    visit >> EndReturned("resident") << entered("line-back", end="resident")
    back = talk_of(visit.ends_in(InSession))
    assert back is not None
    assert back.room == "visit-J012.2"
