"""A clerk without a browser: sits down, answers, talks, decides, writes up, goes home; and a kiosk's program on the other side."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from config.clock import SystemClock
from media.capture.synthetic import read_number
from signaling.wire import desk
from signaling.wire.base import Command
from signaling.wire.cases import ConfirmIdentity, TalkParty
from signaling.wire.talk import ReportFirstFrame, SetSource
from tests.kiosk.test_simulate import kiosk
from tests.programs import Program
from tests.scripted_media import ScriptedMedia
from tests.scripted_office import CASE, CLERK, SESSION, ScriptedOffice
from tests.waiting import until


@pytest.fixture
async def office() -> AsyncIterator[ScriptedOffice]:
    media = ScriptedMedia()
    running = ScriptedOffice(media, clerk=True)
    async with running.server:
        running.show()
        yield running
    await media.close()


@pytest.fixture
async def with_resident(office: ScriptedOffice) -> ScriptedOffice:
    """A resident waits, played by the media stand-in."""
    office.media.play("resident", SystemClock())
    office.enter("waiting")
    return office


def counter(office: ScriptedOffice, folder: Path, *more: str) -> Program:
    secret = folder / "password"
    secret.write_text("p" * 12 + "\n")
    secret.chmod(0o600)
    return Program("counter", "simulate", "--server", office.server.url, "--login", "clerk-1", "--password-file", str(secret), *more)


def heard(office: ScriptedOffice, kind: type[Command]) -> list[Command]:
    return [command for who, command in office.server.heard if who == CLERK and isinstance(command, kind)]


async def test_both_ends_make_a_whole_visit(office: ScriptedOffice, tmp_path: Path) -> None:
    picture = tmp_path / "resident.png"
    async with kiosk(office, tmp_path) as resident:
        clerk = counter(office, tmp_path, "--seconds", "2", "--outcome", "returned", "--note", "少一张照片", "--frame-out", str(picture))
        async with clerk:
            at_counter, at_kiosk = await clerk.ended(), await resident.ended()
    assert at_counter.status == 0, at_counter.log
    assert at_kiosk.status == 0, at_kiosk.log
    ours, theirs = at_counter.lines[0], at_kiosk.lines[0]
    for line in (ours, theirs):
        assert (line["session"], line["case"], line["outcome"], line["epochs"]) == (SESSION, CASE, "returned", 1)
        assert all(count["frames"] > 0 and count["lost"] == 0 for way in ("sent", "received") for count in line[way].values())
    assert ours["received"].keys() == theirs["sent"].keys() == {"microphone", "camera"}
    [written] = heard(office, desk.CompleteWrapUp)
    assert isinstance(written, desk.CompleteWrapUp)
    assert (written.outcome, written.note) == ("returned", "少一张照片")
    assert len(heard(office, desk.EndShift)) == 1
    seen = cv2.imread(str(picture))
    assert seen is not None
    assert read_number(np.asarray(seen, np.uint8)) is not None


async def test_whoever_gave_a_name_alone_is_looked_at_before_anything_is_accepted(with_resident: ScriptedOffice, tmp_path: Path) -> None:
    office = with_resident
    office.parties = [TalkParty("样本甲", "card-read"), TalkParty("王小明", "declared")]
    async with counter(office, tmp_path, "--seconds", "0.2") as program:
        assert (await program.ended()).status == 0
    assert {command.party for command in heard(office, ConfirmIdentity)} == {1}  # type: ignore[attr-defined] # they are ConfirmIdentity


async def test_the_first_free_counter_is_taken(with_resident: ScriptedOffice, tmp_path: Path) -> None:
    async with counter(with_resident, tmp_path, "--seconds", "0.2") as program:
        assert (await program.ended()).status == 0
    assert [command.counter for command in heard(with_resident, desk.StartShift)] == ["jinshan-2"]  # type: ignore[attr-defined] # they are StartShift


async def test_a_counter_that_is_taken_or_unknown_is_told(office: ScriptedOffice, tmp_path: Path) -> None:
    logs = []
    for wanted in ("jinshan-1", "jinshan-9"):
        async with counter(office, tmp_path, "--counter", wanted) as program:
            ended = await program.ended()
        assert ended.status == 1
        logs.append(ended.log.splitlines()[-1])
    assert [log.startswith("error: no-counter: ") for log in logs] == [True, True]


async def test_a_resident_who_ends_the_talk_leaves_the_outcome_to_the_clerk(office: ScriptedOffice, tmp_path: Path) -> None:
    async with counter(office, tmp_path, "--outcome", "referred") as clerk, kiosk(office, tmp_path, "--seconds", "1") as resident:
        at_counter, at_kiosk = await clerk.ended(), await resident.ended()
    assert (at_counter.status, at_counter.lines[0]["outcome"]) == (0, "referred"), at_counter.log
    assert (at_kiosk.status, at_kiosk.lines[0]["reason"]) == (0, "ended-by-resident"), at_kiosk.log


async def test_a_shared_screen_is_published_and_switched_on(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path) as resident, counter(office, tmp_path, "--screen", "synthetic", "--seconds", "1.5") as clerk:
        at_counter = await clerk.ended()
        assert (await resident.ended()).status == 0
    assert at_counter.status == 0, at_counter.log
    assert set(at_counter.lines[0]["sent"]) == {"microphone", "camera", "screen"}
    [switched] = heard(office, SetSource)
    assert isinstance(switched, SetSource)
    assert (switched.source, switched.on) == ("screen", True)


async def test_the_talk_goes_on_in_another_room_and_over_a_restart(with_resident: ScriptedOffice, tmp_path: Path) -> None:
    office = with_resident
    async with counter(office, tmp_path) as clerk:
        await until(lambda: heard(office, ReportFirstFrame))
        await office.server.stop()
        office.server.forget()
        await office.server.start()
        await until(lambda: CLERK in office.server.sockets and office.server.sockets[CLERK][1].open)
        assert len(office.offers) == 2
        office.move_to_another_room()
        await until(lambda: clerk.log.count("connection up") == 4)
        office.phase, office.wrap_up = "farewell", True
        office.show()
        ended = await clerk.ended()
    assert (ended.status, ended.lines[0]["epochs"]) == (0, 2), ended.log


async def test_sigterm_ends_the_session_with_its_outcome_and_the_shift(with_resident: ScriptedOffice, tmp_path: Path) -> None:
    office = with_resident
    async with counter(office, tmp_path, "--forever") as clerk:
        await until(lambda: heard(office, ReportFirstFrame))
        clerk.process.send_signal(signal.SIGTERM)
        ended = await clerk.ended()
    assert ended.status == 0, ended.log
    assert len(ended.lines) == len(heard(office, desk.EndSession)) == len(heard(office, desk.CompleteWrapUp)) == len(heard(office, desk.EndShift)) == 1


async def test_sigterm_at_an_idle_desk_ends_the_shift(office: ScriptedOffice, tmp_path: Path) -> None:
    async with counter(office, tmp_path, "--forever") as clerk:
        await until(lambda: office.counter is not None and "shift started" in clerk.log)
        clerk.process.send_signal(signal.SIGTERM)
        ended = await clerk.ended()
    assert (ended.status, ended.out) == (0, ""), ended.log
    assert office.counter is None


async def test_one_resident_after_the_other(office: ScriptedOffice, tmp_path: Path) -> None:
    async with counter(office, tmp_path, "--forever", "--seconds", "0.5") as clerk:
        for visits in (1, 2):
            async with kiosk(office, tmp_path) as resident:
                assert (await resident.ended()).status == 0
            await until(lambda visits=visits: clerk.out.count("\n") == visits)
        clerk.process.send_signal(signal.SIGTERM)
        ended = await clerk.ended()
    assert (ended.status, len(ended.lines)) == (0, 2), ended.log
    assert [line["session"] for line in ended.lines] == ["session-1", "session-2"]


async def test_a_missed_bell_is_made_good(office: ScriptedOffice, tmp_path: Path) -> None:
    office.refuse = {desk.AnswerRing: "already-taken"}
    office.media.play("resident", SystemClock())
    office.enter("waiting")
    async with counter(office, tmp_path, "--seconds", "0.2") as clerk:
        await until(lambda: heard(office, desk.AnswerRing))
        office.refuse = {}
        office.server.show(CLERK, desk.DeskView(
            login="clerk-1", name="李", jurisdiction="jinshan", counter="jinshan-2", counters=[], presence="away", away_because="missed",
            line=[], ring=None, talk=None, resident=None, note="", wrap_up=None,
        ))  # fmt: skip
        await until(lambda: heard(office, desk.SetPresence))
        ended = await clerk.ended()
    assert ended.status == 0, ended.log


async def test_a_wrong_password_is_told(office: ScriptedOffice, tmp_path: Path) -> None:
    office.server.people["clerk-1"] = "another"
    async with counter(office, tmp_path) as clerk:
        ended = await clerk.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith("error: bad-login: ")
