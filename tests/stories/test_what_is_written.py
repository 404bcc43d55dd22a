"""Lines that both write: kept with the talk, in the ledger only as a digest that nobody can try out, sealed when it is over."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest

from signaling.domain import events as ev
from signaling.domain.case_file import MOST_TEXTS, TextLine
from signaling.domain.effects import Enter
from signaling.domain.folder import Folder
from signaling.domain.session import step
from signaling.domain.states import Closed, InSession, Parked, Reconnecting, Waiting, WrappingUp, talk_of
from tests.stories.visit import (
    POLICY,
    After,
    Visit,
    closed,
    entered,
    in_session,
    on_hold,
    parked,
    reconnecting,
    talk,
    ticket,
    waiting,
    wrapping_up,
)

SALT, OTHER_SALT = "a1" * 16, "b2" * 16
ASKS = TextLine(1, "clerk", 5000, "您的姓怎么写？", SALT)
SAYS = TextLine(2, "resident", 9000, "章，立早章", OTHER_SALT)


def said(line: TextLine) -> ev.TextSaid:
    return ev.TextSaid(line.by, line.at, line.text, line.salt)


def with_lines(*lines: TextLine, kept: int = 0) -> Folder:
    return msgspec.structs.replace(ticket("J012").folder, texts=lines, texts_kept=kept)


def talking(*lines: TextLine, kept: int = 0) -> InSession:
    return InSession(msgspec.structs.replace(talk("J012", "jinshan-3"), folder=with_lines(*lines, kept=kept)))


def test_both_write_and_the_ledger_has_numbers_and_digests() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> said(ASKS) << entered("text-said", n=1, by="clerk", digest=ASKS.digest)
        >> said(SAYS) << entered("text-said", n=2, by="resident", digest=SAYS.digest)).ends(talking(ASKS, SAYS))


def test_the_digest_is_of_what_is_sealed_and_the_salt_makes_it_impossible_to_guess() -> None:
    sealed = json.dumps({"at": 9000, "by": "resident", "n": 2, "salt": OTHER_SALT, "text": "章，立早章"}, ensure_ascii=False, separators=(",", ":"))
    assert SAYS.digest == hashlib.sha256(sealed.encode()).hexdigest()
    assert msgspec.structs.replace(SAYS, salt=SALT).digest != SAYS.digest


def test_no_word_of_it_is_in_an_entry() -> None:
    _, effects = step(in_session("J012", "jinshan-3"), said(SAYS), 0.0, POLICY)
    assert "章" not in str([effect for effect in effects if isinstance(effect, Enter)])


def test_it_is_written_while_the_other_side_is_away_but_not_on_hold() -> None:
    visit = Visit(reconnecting("J012", "jinshan-3", "clerk")) >> said(msgspec.structs.replace(SAYS, n=1))
    visit.unread = ()
    state = visit.ends_in(Reconnecting)
    found = talk_of(state)
    assert found is not None and [line.text for line in found.folder.texts] == [SAYS.text]
    Visit(on_hold("J012", "jinshan-3")).refuses(said(ASKS))
    Visit(reconnecting("J012", "jinshan-3", "resident", held=True)).refuses(said(ASKS))
    Visit(waiting()).refuses(said(ASKS))
    Visit(wrapping_up("J012", "jinshan-3")).refuses(said(ASKS))


def test_a_visit_has_room_for_so_many_lines_and_no_more() -> None:
    almost = [msgspec.structs.replace(ASKS, n=n) for n in range(1, MOST_TEXTS)]
    visit = Visit(talking(*almost)) >> said(SAYS)
    visit.unread = ()
    visit.refuses(said(ASKS), "too-many-texts").ends_in(InSession)


# --- kept -----------------------------------------------------------------------------------------

KEPT = ev.TextsKept("20000", "ac", 2, 2)


@pytest.mark.parametrize("event", [ev.ClerkEnded("referred"), ev.ResidentEnded()], ids=lambda e: type(e).__name__)
def test_they_are_sealed_at_the_end_once(event: ev.Event) -> None:
    visit = Visit(talking(ASKS, SAYS)) >> event
    visit.unread = ()
    visit >> KEPT << entered("texts-kept", texts="20000", digest="ac", count=2)
    state = visit.refuses(KEPT).ends_in(WrappingUp)
    assert isinstance(state, WrappingUp) and state.talk.folder.unkept == ()


def test_a_talk_that_goes_on_has_nothing_sealed() -> None:
    Visit(talking(ASKS, SAYS)).refuses(KEPT).ends_in(InSession)
    Visit(closed("J012", "jinshan-3")).refuses(KEPT).ends_in(Closed)


def test_parked_they_are_sealed_and_the_next_talk_goes_on_with_its_own_lines() -> None:
    away = parked("J012", "jinshan-3")
    visit = Visit(msgspec.structs.replace(away, earlier=msgspec.structs.replace(away.earlier, folder=with_lines(ASKS, SAYS))))
    visit >> KEPT << entered("texts-kept", texts="20000", digest="ac", count=2)
    assert isinstance(visit.state, Parked)
    visit.refuses(KEPT)
    for event in (ev.ResidentContinued(), ev.CounterChosen("li", "jinshan-3"), ev.Answered("li"), said(msgspec.structs.replace(ASKS, at=700_000))):
        visit >> event
        visit.unread = () if not isinstance(event, ev.TextSaid) else visit.unread
    third = msgspec.structs.replace(ASKS, n=3, at=700_000)
    visit << entered("text-said", n=3, by="clerk", digest=third.digest)
    state = visit.ends_in(InSession)
    assert isinstance(state, InSession) and state.talk.folder.unkept == (third,) and state.talk.folder.texts == (ASKS, SAYS, third)


def test_the_clerk_is_gone_and_another_reads_what_was_written() -> None:
    visit = Visit(talking(ASKS, SAYS)) >> ev.EndLost("clerk")
    visit.unread = ()
    visit = visit >> After(60) >> ev.GraceEnded("clerk", 0.0)
    visit.unread = ()
    state = visit.ends_in(Waiting)
    assert isinstance(state, Waiting) and state.earlier is not None and state.earlier.folder.unkept == (ASKS, SAYS)
