"""What both write: seen by both at once, in the ledger as a digest, sealed as one transcript when the talk is over, whatever ends it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator

import pytest

from recordings import canonical
from signaling.domain.case_file import TextLine
from signaling.domain.permissions import Actor
from signaling.domain.states import Parked, WrappingUp
from signaling.office import texts as module
from signaling.wire.base import Command
from signaling.wire.control import SendText
from signaling.wire.desk import AnswerRing, EndSession
from signaling.wire.visit import ContinueVisit, EndVisit, LeaveLine
from tests.signaling.office.declaration import until
from tests.signaling.office.world import Town, request


class Conversation:
    """A talk in which a line goes each way."""

    def __init__(self, town: Town, kiosk: Actor, clerk: Actor, session: str) -> None:
        self.town, self.kiosk, self.clerk, self.session = town, kiosk, clerk, session

    async def says(self, who: Actor, text: str) -> None:
        await self.town.does(who, SendText(request(), self.session, text))

    async def both(self) -> None:
        await self.says(self.clerk, "您的姓怎么写？")
        self.town.clock.advance(2)
        await self.says(self.kiosk, "  章，立早章 ")

    @property
    def transcripts(self) -> list[dict[str, object]]:
        return [json.loads(data) for data in self.town.album.of(self.session, "talk.texts")]

    async def kept(self, count: int = 0) -> list[dict[str, object]]:
        """What the ledger says of transcripts, once there are so many."""

        async def there() -> bool:
            return len(await self._kept()) >= count

        await until(there)
        await self.town.settle()
        return await self._kept()

    async def _kept(self) -> list[dict[str, object]]:
        return [dict(entry.body) for entry in await self.town.store.ledger_of(self.session) if entry.what == "texts-kept"]

    async def after_restart(self, again: Town) -> None:
        again.album.papers = self.town.album.papers
        self.town = again
        again.clock.advance(1)
        await again.settle()


@pytest.fixture
async def talk() -> AsyncIterator[Conversation]:
    async with Town() as town:
        yield Conversation(town, *await town.talk())


def written(talk: Conversation) -> list[tuple[str, str]]:
    desk = talk.town.mail.desk[talk.clerk.id].talk
    assert desk is not None
    return [(line.by, line.text) for line in desk.texts]


async def test_both_see_every_line_and_the_ledger_only_that_there_is_one(talk: Conversation) -> None:
    await talk.both()
    assert written(talk) == [("clerk", "您的姓怎么写？"), ("resident", "章，立早章")], "without the blanks around it"
    screen = talk.town.mail.kiosk[talk.kiosk.id].screen
    assert [line.n for line in screen.talk.texts] == [1, 2]  # type: ignore[union-attr] # in the talk
    assert screen.talk.texts[0].at == talk.town.clock.now() - 2  # type: ignore[union-attr] # in the talk
    said = [entry.body for entry in await talk.town.store.ledger_of(talk.session) if entry.what == "text-said"]
    assert [(body["n"], body["by"]) for body in said] == [(1, "clerk"), (2, "resident")]
    assert "章" not in str(said) and talk.transcripts == []


async def test_a_line_that_is_said_twice_stands_there_once(talk: Conversation) -> None:
    line = SendText(request(), talk.session, "好")
    for _ in range(2):
        await talk.town.does(talk.kiosk, line)
    assert written(talk) == [("resident", "好")]


@pytest.mark.parametrize("by", ["clerk", "resident"])
async def test_at_the_end_they_are_sealed_as_one_and_each_digest_can_be_counted_again(talk: Conversation, by: str) -> None:
    await talk.both()
    end: Command = EndSession(request(), talk.session, "referred") if by == "clerk" else EndVisit(request(), talk.session)
    await talk.town.does(talk.clerk if by == "clerk" else talk.kiosk, end)
    await talk.kept(1)
    (data,) = talk.town.album.of(talk.session, "talk.texts")
    (transcript,) = talk.transcripts
    assert (transcript["schema"], transcript["session"]) == (module.SCHEMA, talk.session) and canonical.write(transcript) == data
    lines = [TextLine(**line) for line in transcript["lines"]]  # type: ignore[attr-defined] # a list of objects
    said = [entry.body["digest"] for entry in await talk.town.store.ledger_of(talk.session) if entry.what == "text-said"]
    assert [line.digest for line in lines] == said and len({line.salt for line in lines}) == 2
    (kept,) = await talk.kept()
    assert (kept["digest"], kept["count"]) == (hashlib.sha256(data).hexdigest(), 2)
    state = talk.town.office.floor.state(talk.session)
    assert isinstance(state, WrappingUp) and state.talk.folder.texts_kept == 2


async def test_where_nothing_was_written_nothing_is_sealed(talk: Conversation) -> None:
    await talk.town.does(talk.clerk, EndSession(request(), talk.session, "referred"))
    assert talk.transcripts == [] and await talk.kept() == []


async def test_parked_and_continued_each_line_is_sealed_once(talk: Conversation) -> None:
    await talk.both()
    talk.town.office.kiosk_disconnected(talk.kiosk.id)
    await talk.town.later(91)
    assert isinstance(talk.town.office.floor.state(talk.session), Parked)
    await talk.kept(1)
    await talk.town.kiosk_comes()
    await talk.town.does(talk.kiosk, ContinueVisit(request(), talk.session))
    await talk.town.does(talk.clerk, AnswerRing(request(), talk.session))
    assert written(talk) == [("clerk", "您的姓怎么写？"), ("resident", "章，立早章")], "the next talk has them before it"
    await talk.says(talk.clerk, "谢谢")
    await talk.town.does(talk.clerk, EndSession(request(), talk.session, "referred"))
    assert [kept["count"] for kept in await talk.kept(2)] == [2, 1]
    assert [[line["n"] for line in each["lines"]] for each in talk.transcripts] == [[1, 2], [3]]  # type: ignore[attr-defined] # lists of objects


async def test_a_visit_that_is_closed_out_of_the_line_still_has_its_transcript(talk: Conversation) -> None:
    """The clerk was lost, the resident leaves before another serves: nothing of the session's own is left to enter it with."""
    await talk.both()
    talk.town.office.clerk_disconnected(talk.clerk.id)
    await talk.town.later(61)
    assert talk.town.state(talk.session) == "Waiting" and talk.transcripts == []
    await talk.town.does(talk.kiosk, LeaveLine(request(), talk.session))
    (kept,) = await talk.kept(1)
    assert kept["count"] == 2 and len(talk.transcripts) == 1


async def test_a_full_disk_is_waited_for(talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.0)
    await talk.both()
    talk.town.album.full = True
    await talk.town.does(talk.clerk, EndSession(request(), talk.session, "referred"))
    assert talk.transcripts == [] and await talk.kept() == []
    talk.town.album.full = False
    await talk.kept(1)
    assert len(talk.transcripts) == 1


async def test_the_next_server_seals_what_the_last_one_could_not() -> None:
    async with Town() as town:
        talk = Conversation(town, *await town.talk())
        await talk.both()
        town.album.full = True
        await town.does(talk.clerk, EndSession(request(), talk.session, "referred"))
        assert talk.transcripts == []
    async with Town(town.store, town.clock) as again:
        await talk.after_restart(again)
        assert len(await talk.kept(1)) == len(talk.transcripts) == 1
    async with Town(town.store, town.clock) as third:
        await talk.after_restart(third)
        assert len(talk.transcripts) == 1, "and only once"


async def test_so_many_lines_and_no_more(talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.domain.session_control.MOST_TEXTS", 2)
    await talk.both()
    assert (await talk.town.refuses(talk.kiosk, SendText(request(), talk.session, "还有"))).code == "too-many-texts"
