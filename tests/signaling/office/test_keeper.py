"""The keeper: journal lines become entries, in order, each once, and a node may forget a line only when it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from config.clock import HandClock
from config.tasks import Tasks
from media.node_api import JournalLine
from recordings import canonical, ledger
from recordings.journal_entries import Told
from signaling.office import keeper as keepers
from signaling.office.keeper import AT_ONCE, Keeper
from signaling.office.ports import Conflict
from signaling.store.memory import MemoryStore
from signaling.wire import desk, visit
from tests.contract.visits import T0, opened
from tests.signaling.office.world import OrderBook, Town, request
from tests.signaling.office.writer import LIFE, USUAL, Writer
from tests.waiting import until

ONE, OTHER = "session-1", "session-2"


class Archive:
    """A keeper over a store with two sessions, its node, and what it told of what was stored."""

    def __init__(self, store: MemoryStore) -> None:
        self.store, self.node = store, OrderBook()
        self.told: list[Told] = []
        self.stored_when_told: list[int] = []
        self.mistakes: list[str] = []
        self.keeper = Keeper(store.evidence, self.node, HandClock(T0 + 60), structlog.get_logger(), self.on_kept)

    def on_kept(self, fact: Told) -> None:
        self.told.append(fact)
        self.stored_when_told.append(sum(entry.actor.startswith("writer:") for entry in self.store._ledgers[fact.session]))

    def take(self, *lines: JournalLine | list[JournalLine]) -> None:
        for line in lines:
            for each in line if isinstance(line, list) else [line]:
                self.keeper.take(each)

    async def acknowledged(self, n: int, life: str = LIFE) -> None:
        """Until the node may forget everything up to `n`; what went wrong meanwhile is what failed."""
        await until(lambda: (life, n) in self.node.acknowledged or self.mistakes)
        assert not self.mistakes

    async def entries(self, session: str = ONE) -> list[ledger.Entry]:
        """What writers say in this session's ledger, which holds."""
        every = await self.store.ledger_of(session)
        ledger.verify(session, every)
        return [entry for entry in every if entry.actor.startswith("writer:")]


@asynccontextmanager
async def an_archive(monkeypatch: pytest.MonkeyPatch, store: MemoryStore | None = None) -> AsyncIterator[Archive]:
    monkeypatch.setattr(keepers, "RETRY_SECONDS", 0.01)
    if store is None:
        store = MemoryStore()
        for session in (ONE, OTHER):
            await opened(store, session)
    archive = Archive(store)
    tasks = Tasks(lambda name, error: archive.mistakes.append(f"{name}: {error!r}"))
    tasks.start(archive.keeper.run(), "keeper")
    try:
        yield archive
    finally:
        await tasks.close()
    assert not archive.mistakes


async def test_lines_become_entries_in_their_order_and_are_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        archive.take(writer.started(), writer.begins(ONE), writer.gap(ONE), writer.interval(ONE), writer.ends(ONE))
        await archive.acknowledged(len(writer.lines))
        found = await archive.entries()
        of_a_session = [canonical.read(line.line.encode()) for line in writer.lines[1:]]
        assert [entry.what for entry in found] == [f"rec-{line['what']}" for line in of_a_session]
        assert [dict(entry.body) for entry in found] == [{k: v for k, v in line.items() if k not in ("n", "what", "session")} for line in of_a_session]
        assert {(entry.actor, entry.at) for entry in found} == {(f"writer:{LIFE}", "2026-11-23T02:01:00.000Z")}
        assert [fact.entry for fact in archive.told] == [entry.what for entry in found]
        assert archive.node.orders == [], "it orders nothing"


async def test_a_line_is_told_of_only_when_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        for count, line in enumerate(writer.begins(ONE), 1):
            archive.take(line)
            await archive.acknowledged(count)
            assert archive.stored_when_told == list(range(1, count + 1))
            assert len(await archive.entries()) == count


async def test_while_the_store_is_away_nothing_is_acknowledged_and_then_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        archive.store.away = True
        with capture_logs() as logs:
            archive.take(writer.begins(ONE))
            await until(lambda: len([log for log in logs if log["event"] == "journal-waits"]) > 3)
        assert archive.node.acknowledged == [] == archive.told
        archive.take(writer.ends(ONE))
        archive.store.away = False
        await archive.acknowledged(len(writer.lines))
        assert len(await archive.entries()) == len(writer.lines) == len(archive.told)


async def test_whatever_goes_wrong_once_the_lines_are_entered_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers that enter the same new life at once: one of them is told so, and both go on."""
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        keep, mistakes = archive.store.evidence.keep, [Conflict("somebody else was faster"), RuntimeError("a fault of ours")]

        async def stumbling(*arguments: Any) -> frozenset[str]:
            if mistakes:
                raise mistakes.pop()
            return await keep(*arguments)

        monkeypatch.setattr(archive.store.evidence, "keep", stumbling)
        archive.take(writer.begins(ONE))
        await archive.acknowledged(len(writer.lines))
        assert mistakes == [] and len(await archive.entries()) == len(writer.lines) == len(archive.told)


@pytest.mark.parametrize(
    "garbage",
    ["", "hello", "[]", "{}", '{"n":2}', '{"n":2,"what":"segment"}', '{"n": 2,"what":"writer-started"}', '{"n":2,"session":"../../etc","what":"room-closed","end":1}',
     '{"end":1.5,"n":2,"session":"session-1","what":"room-closed"}', '{"n":2,"session":"session-1","what":"closed"}'],
)  # fmt: skip
async def test_a_line_that_nobody_can_read_holds_up_none_that_come_after_it(monkeypatch: pytest.MonkeyPatch, garbage: str) -> None:
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        with capture_logs() as logs:
            archive.take(writer.first_byte(ONE), writer.as_it_is(garbage), writer.room_closed(ONE))
            await archive.acknowledged(3)
        assert [entry.what for entry in await archive.entries()] == ["rec-first-byte", "rec-room-closed"]
        assert [(log["life"], log["n"]) for log in logs if log["event"] == "journal-line-unreadable"] == [(LIFE, 2)]


async def test_a_line_that_fits_in_no_ledger_holds_up_none_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Well written by itself, and one level too deep for an entry."""
    writer = Writer()
    deep: dict[str, object] = {}
    for _ in range(canonical.DEEPEST - 2):
        deep = {"in": deep}
    async with an_archive(monkeypatch) as archive:
        archive.take(writer.first_byte(ONE), writer.line("key-wrapped", session=ONE, key=deep), writer.room_closed(ONE))
        await archive.acknowledged(3)
        assert [entry.what for entry in await archive.entries()] == ["rec-first-byte", "rec-room-closed"]


async def test_a_session_that_nobody_knows_is_named_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        with capture_logs() as logs:
            archive.take(writer.begins("gone-0001"), writer.begins(ONE))
            await archive.acknowledged(10)
        assert [log["session"] for log in logs if log["event"] == "journal-of-unknown-session"] == ["gone-0001"]
        assert {fact.session for fact in archive.told} == {ONE}
        assert len(await archive.entries()) == 5


async def test_each_session_and_each_life_keeps_its_own_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Writer("a" * 16), Writer("b" * 16)
    async with an_archive(monkeypatch) as archive:
        for at in range(20):
            archive.take(first.first_byte(ONE, at=at), second.first_byte(OTHER, at=at), first.first_byte(OTHER, at=100 + at), second.first_byte(ONE, at=100 + at))
        await archive.acknowledged(40, first.life)
        await archive.acknowledged(40, second.life)
        for session in (ONE, OTHER):
            found = await archive.entries(session)
            for life in (first.life, second.life):
                said = [entry.body["at"] for entry in found if entry.actor == f"writer:{life}"]
                assert len(said) == 20 and said == sorted(said)


async def test_many_lines_are_entered_a_few_hundred_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        archive.take(*(writer.first_byte(ONE, at=at) for at in range(2 * AT_ONCE + 1)))
        await archive.acknowledged(2 * AT_ONCE + 1)
        assert archive.node.acknowledged == [(LIFE, AT_ONCE), (LIFE, 2 * AT_ONCE), (LIFE, 2 * AT_ONCE + 1)]
        assert [entry.body["at"] for entry in await archive.entries()] == list(range(2 * AT_ONCE + 1))


# --- told again -----------------------------------------------------------------------------------


async def test_what_is_told_again_after_a_restart_is_entered_once_and_acknowledged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server died between storing and acknowledging: the node tells everything again, and whoever waits for it hears of it again."""
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        archive.take(writer.begins(ONE))
        await archive.acknowledged(5)
    async with an_archive(monkeypatch, archive.store) as again:
        again.take(writer.lines)
        await again.acknowledged(5)
        assert len(await again.entries()) == 5
        assert [fact.entry for fact in again.told] == [fact.entry for fact in archive.told], "a light that was not yet lit is lit now"
        again.take(writer.ends(ONE))
        await again.acknowledged(len(writer.lines))
        assert len(await again.entries()) == len(writer.lines)


async def test_what_is_told_again_while_the_first_still_waits_is_entered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The node was dialled anew while the store was away: the same lines wait twice."""
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        archive.store.away = True
        lines = writer.begins(ONE)
        archive.take(lines, lines, lines)
        await asyncio.sleep(0)
        archive.store.away = False
        await archive.acknowledged(5)
        archive.take(writer.room_closed(ONE))
        await archive.acknowledged(6)
        assert [entry.what for entry in await archive.entries()] == ["rec-key-wrapped", *["rec-first-byte"] * 4, "rec-room-closed"]


async def test_lines_told_again_behind_newer_ones_take_no_acknowledgement_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction ends with an old line: what the node may forget is still the newest."""
    writer = Writer()
    async with an_archive(monkeypatch) as archive:
        lines = writer.begins(ONE)
        archive.take(lines, lines[:2])
        await until(lambda: len(archive.told) >= 5)
        assert max(n for _, n in archive.node.acknowledged) == 5
        assert len(await archive.entries()) == 5


# --- in the office --------------------------------------------------------------------------------


async def test_a_first_byte_lights_the_talk_once_it_is_stored() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        await town.does(li, desk.AnswerRing(request(), session))

        def lights() -> tuple[str, str]:
            screen, talk = town.mail.kiosk[kiosk.id].screen, town.mail.desk["li"].talk
            assert isinstance(screen, visit.Talking) and talk is not None
            return screen.talk.recording, talk.recording

        assert lights() == ("starting", "starting")
        town.says(town.writer.started(), town.writer.key(session))
        await town.settle()
        assert lights() == ("starting", "starting"), "a key is no byte"
        town.store.away = True
        town.says(town.writer.first_byte(session, at=300))
        await town.settle()
        assert lights() == ("starting", "starting")
        assert town.node.acknowledged == [(LIFE, 2)]
        town.store.away = False
        await until(lambda: lights() == ("recording", "recording"))
        assert town.node.acknowledged[-1] == (LIFE, 3)
        what = await town.ledger(session)
        assert what.index("rec-first-byte") < what.index("recording-light")
        assert what.count("recording-light") == 1
        town.says(*(town.writer.first_byte(session, publication, 500) for publication in USUAL))
        await town.settle()
        assert (await town.ledger(session)).count("recording-light") == 1, "the first byte lights it, the others are facts"


async def test_a_light_that_was_stored_but_not_lit_when_the_server_died_is_lit_after_the_restart() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        await town.does(li, desk.AnswerRing(request(), session))
        town.office.floor.tell = lambda session, event: None  # type: ignore[method-assign] # the server dies before the step
        town.says(town.writer.begins(session, 200))
        await town.settle()
        assert "recording-light" not in await town.ledger(session)
    async with Town(town.store, town.clock) as after:
        after.says(town.writer.lines)
        await after.settle()
        assert (await after.ledger(session)).count("recording-light") == 1
        assert (await after.ledger(session)).count("rec-first-byte") == 4


async def test_a_byte_of_the_room_before_lights_no_fresh_one() -> None:
    async with Town() as town:
        _, _, session = await town.talk()
        await town.later(30)
        town.office.talks.node_up([])
        await town.settle()
        town.says(town.writer.first_byte(session, "clerk.screen", 20_000))
        await town.settle()
        talk = town.mail.desk["li"].talk
        assert talk is not None and talk.recording == "starting"
        town.says(town.writer.first_byte(session, "resident.camera", 30_400, epoch=2))
        await town.settle()
        talk = town.mail.desk["li"].talk
        assert talk is not None and talk.recording == "recording"
