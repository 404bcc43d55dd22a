"""Lawful deletion: marked when the time is over, erased a week later, with a hold not at all; the ledger tells what there was."""

from __future__ import annotations

from pathlib import Path

import structlog
from structlog.testing import capture_logs

from config.clock import HandClock
from recordings.keys import make_keys
from recordings.retention import DAY_SECONDS, RetentionPolicy
from recordings.vault import Vault
from signaling.domain import handover as rules
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, WrapUpCompleted
from signaling.office.ports import Cause
from signaling.office.retention import Deletion
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, moved, opened, rung_by
from tests.recordings.sealed import key, name, sealed

SESSION = "session-1"
LI = Cause("clerk:li")
POLICY = RetentionPolicy({"accepted": 10, "returned": 5, "none": 1}, {})


class Archive:
    """A closed session with a sealed segment in a vault, and whoever deletes."""

    def __init__(self, folder: Path, systems: tuple[str, ...] = ("jinshan",)) -> None:
        self.folder = folder
        self.store = MemoryStore()
        self.clock = HandClock(T0)
        self.vault = Vault(folder / "recordings")
        self.deletion = Deletion(
            self.store.evidence, self.store.handovers, systems, {"jinshan": POLICY}, [folder / "recordings", folder / "spill"], self.clock, structlog.get_logger()
        )

    async def closed(self, *, acknowledged: bool = True) -> None:
        """`acknowledged`: the home's own system has the papers."""
        talking = await moved(self.store, await opened(self.store, SESSION), *rung_by("li"), cause=LI)
        wrapping = await moved(self.store, talking, ClerkEnded("accepted"), cause=LI)
        await moved(self.store, wrapping, WrapUpCompleted("accepted"), cause=LI, now=T0)
        public = make_keys(self.folder, "jinshan", T0)
        data_key = key(session=SESSION)
        wrapped = data_key.wrap("jinshan", public.sealing)
        self.vault.put_key(wrapped)
        content = sealed(data_key, [b"picture"], of=name(session=SESSION))
        file = self.vault.create_segment(name(session=SESSION), content)
        file.close()
        await self.store.evidence.note(SESSION, [Enter("rec-key-wrapped", {"key": data_key.id})], T0, "writer:1")
        if acknowledged:
            await self.acknowledged()

    async def acknowledged(self) -> None:
        [owed] = await self.store.handovers.handovers()
        fixed = rules.prepared(owed, "{}", "a" * 64)
        await self.store.handovers.change(owed, fixed, (), self.clock.now(), "server")
        await self.store.handovers.change(fixed, *rules.acknowledged(fixed, "R-1", self.clock.now()), self.clock.now(), "server")

    async def days_pass(self, days: float) -> tuple[list[str], list[str]]:
        self.clock.advance(days * DAY_SECONDS)
        done = await self.deletion.run()
        return done.marked, done.erased

    @property
    def files(self) -> int:
        return len(self.vault.keys(SESSION)) + len(self.vault.segments(SESSION))

    async def whats(self) -> list[str]:
        return [entry.what for entry in await self.store.ledger_of(SESSION)]


async def test_marked_then_erased_and_nothing_is_left_but_the_ledger(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.closed()
    assert await archive.days_pass(9.9) == ([], [])
    assert await archive.days_pass(0.2) == ([SESSION], [])
    assert await archive.days_pass(6.8) == ([], [])
    assert archive.files == 2
    assert await archive.days_pass(0.3) == ([], [SESSION])
    assert archive.files == 0
    assert (await archive.whats())[-2:] == ["deletion-marked", "recording-erased"]
    assert (await archive.store.ledger_of(SESSION))[-1].body["keys"] == [f"{SESSION}.00112233445566aa"]
    assert await archive.days_pass(1000) == ([], [])


async def test_a_hold_keeps_it_for_ever(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.closed()
    await archive.days_pass(10.1)
    await archive.store.evidence.set_hold(SESSION, "zhou", Enter("hold-set", {"by": "zhou"}), archive.clock.now(), "supervisor:zhou")
    assert await archive.days_pass(3650) == ([], [])
    assert archive.files == 2


async def test_papers_that_the_home_has_not_acknowledged_outlive_their_time(tmp_path: Path) -> None:
    """They lie nowhere else; a home's system that is away for long is an incident of its own."""
    archive = Archive(tmp_path)
    await archive.closed(acknowledged=False)
    with capture_logs() as logs:
        assert await archive.days_pass(1000) == ([], [])
    assert [(line["event"], line["sessions"]) for line in logs] == [("deletion-waits-for-handover", 1)]
    await archive.acknowledged()
    assert await archive.days_pass(0.1) == ([SESSION], []) and archive.files == 2, "and are looked at for a week then, as all are"
    assert await archive.days_pass(7.1) == ([], [SESSION]) and archive.files == 0


async def test_a_home_without_a_system_of_its_own_is_not_waited_for(tmp_path: Path) -> None:
    archive = Archive(tmp_path, systems=())
    await archive.closed(acknowledged=False)
    assert await archive.days_pass(10.1) == ([SESSION], [])
    assert await archive.days_pass(7.1) == ([], [SESSION])


async def test_what_a_crash_left_after_the_decision_is_erased_by_the_next_run(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.closed()
    await archive.days_pass(10.1)
    await archive.store.evidence.erase(SESSION, Enter("recording-erased", {"keys": []}), archive.clock.now())
    assert archive.files == 2
    assert await archive.days_pass(0) == ([], []), "the decision is not made twice"
    assert archive.files == 0


async def test_a_disk_that_refuses_is_tried_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.closed()
    await archive.days_pass(10.1)
    sessions = tmp_path / "recordings" / "sessions"
    (sessions / SESSION).rename(tmp_path / "aside")
    (sessions / SESSION).write_text("in the way")
    assert await archive.days_pass(7.1) == ([], [SESSION])
    (sessions / SESSION).unlink()
    (tmp_path / "aside").rename(sessions / SESSION)
    await archive.days_pass(0)
    assert archive.files == 0


async def test_a_disk_that_is_not_mounted_is_waited_for(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.closed()
    await archive.days_pass(10.1)
    (tmp_path / "recordings").rename(tmp_path / "unmounted")
    (tmp_path / "recordings").mkdir()
    assert await archive.days_pass(7.1) == ([], [SESSION])
    (tmp_path / "recordings").rmdir()
    (tmp_path / "unmounted").rename(tmp_path / "recordings")
    assert archive.files == 2
    await archive.days_pass(0)
    assert archive.files == 0
