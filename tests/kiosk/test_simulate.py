"""A resident without a browser: the whole visit through the kiosk's own program, over real sockets and real media."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from config.clock import SystemClock
from kiosk.simulate import VisitFailed, Wishes, consents, people
from media.capture.synthetic import clock_picture, read_number
from signaling.wire.base import Command
from signaling.wire.http import CataloguePeople
from signaling.wire.talk import PublishOffer, ReportFirstFrame, SubscribeOffer
from signaling.wire.visit import ContinueVisit, EndVisit, Forget, LeaveLine, Rate, TakeTicket
from tests.programs import Program
from tests.scripted_media import ScriptedMedia
from tests.scripted_office import BOOTH, CASE, CATALOGUE, SERVICE, SESSION, ScriptedOffice
from tests.waiting import until


@pytest.fixture
async def office() -> AsyncIterator[ScriptedOffice]:
    media = ScriptedMedia()
    media.play("clerk", SystemClock())
    running = ScriptedOffice(media, clerk=False)
    async with running.server:
        running.show()
        yield running
    await media.close()


def kiosk(office: ScriptedOffice, folder: Path, *more: str, variables: dict[str, str] | None = None) -> Program:
    secret = folder / "key"
    secret.write_text("k" * 32 + "\n")
    secret.chmod(0o600)
    return Program(
        "kiosk", "simulate", "--server", office.server.url, "--kiosk", "haiyan-hall-1", "--key-file", str(secret),
        "--home", "jinshan", "--service", SERVICE, *more, variables=variables,
    )  # fmt: skip


def heard(office: ScriptedOffice, kind: type[Command]) -> list[Command]:
    return [command for _, command in office.server.heard if isinstance(command, kind)]


async def test_a_whole_visit_that_the_resident_ends(office: ScriptedOffice, tmp_path: Path) -> None:
    picture = tmp_path / "clerk.png"
    async with kiosk(office, tmp_path, "--seconds", "2", "--frame-out", str(picture), "--name", "王小明") as program:
        ended = await program.ended()
    assert ended.status == 0, ended.log
    [line] = ended.lines
    assert (line["session"], line["case"], line["outcome"], line["reason"]) == (SESSION, CASE, None, "ended-by-resident")
    assert line["epochs"] == 1
    assert line["first_frame_ms"] > 0
    for way in ("sent", "received"):
        assert set(line[way]) == {"microphone", "camera"}
        for count in line[way].values():
            assert count["packets"] >= count["frames"] > 0
            assert count["lost"] == 0
    [ticket] = heard(office, TakeTicket)
    assert isinstance(ticket, TakeTicket)
    assert [each.name for each in ticket.parties] == ["王小明"]
    assert [(each.text, each.version, each.given) for each in ticket.consents] == [
        ("recording", "2026-11-01", True), ("papers-to-home", "2026-11-03", True),
    ]  # fmt: skip
    assert ticket.answers == {"both-free": "no"}, "what the rules ask, and no more"
    assert len(heard(office, EndVisit)) == len(heard(office, Rate)) == len(heard(office, Forget)) == 1
    assert len(heard(office, ReportFirstFrame)) == 1
    seen = cv2.imread(str(picture))
    assert seen is not None
    number = read_number(np.asarray(seen, np.uint8))
    assert number is not None
    expected = clock_picture(number, 320, 240, 10, "CLERK")
    assert np.abs(seen.astype(int) - expected).mean() < 12, "what was shown is what was seen"


async def test_a_visit_that_the_clerk_ends(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path) as program:
        await until(lambda: heard(office, ReportFirstFrame))
        office.enter("farewell")
        ended = await program.ended()
    assert (ended.status, ended.lines[0]["outcome"]) == (0, "accepted"), ended.log
    assert heard(office, EndVisit) == []


async def test_the_talk_goes_on_while_the_server_restarts(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path) as program:
        await until(lambda: heard(office, ReportFirstFrame))
        offers = list(office.offers)
        await office.server.stop()
        office.server.forget()
        await office.server.start()
        await until(lambda: BOOTH in office.server.sockets and office.server.sockets[BOOTH][1].open)
        office.show()
        office.enter("farewell")
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert office.offers == offers and sorted(offers) == ["resident publish room.1", "resident subscribe room.1"]
    assert ended.lines[0]["epochs"] == 1


async def test_another_room_means_both_connections_anew_and_the_next_epoch(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path) as program:
        await until(lambda: heard(office, ReportFirstFrame))
        office.move_to_another_room()
        await until(lambda: len(office.offers) == 4)
        await until(lambda: program.log.count("connection up") == 4)
        office.enter("farewell")
        ended = await program.ended()
    assert sorted(office.offers[2:]) == ["resident publish room.2", "resident subscribe room.2"]
    assert (ended.status, ended.lines[0]["epochs"]) == (0, 2), ended.log


async def test_an_end_that_is_not_heard_any_more_builds_anew(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path) as program:
        await until(lambda: heard(office, ReportFirstFrame))
        office.hear_no_more(BOOTH, "clerk")
        office.hear_no_more(BOOTH, "resident")
        await until(lambda: sorted(office.offers[2:]) == ["resident publish room.1", "resident subscribe room.1"])
        await until(lambda: program.log.count("connection up") == 4)
        office.enter("farewell")
        assert (await program.ended()).status == 0


async def test_an_offer_that_is_refused_is_made_again(office: ScriptedOffice, tmp_path: Path) -> None:
    office.refuse = {PublishOffer: "no-media-node", SubscribeOffer: "no-media-node"}
    async with kiosk(office, tmp_path) as program:
        await until(lambda: len(heard(office, PublishOffer)) >= 2)
        office.refuse = {}
        await until(lambda: heard(office, ReportFirstFrame))
        office.enter("farewell")
        ended = await program.ended()
    assert (ended.status, ended.lines[0]["epochs"]) == (0, 1), ended.log


async def test_a_parked_visit_is_taken_up(office: ScriptedOffice, tmp_path: Path) -> None:
    async def when_continued(command: Command) -> None:
        if isinstance(command, ContinueVisit):
            office.enter("talking")

    office.then = when_continued
    office.enter("parked")
    async with kiosk(office, tmp_path, "--seconds", "0.5") as program:
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert heard(office, TakeTicket) == []
    assert len(heard(office, ContinueVisit)) == 1


@pytest.mark.parametrize(("phase", "command", "status"), [("talking", EndVisit, 0), ("waiting", LeaveLine, 0), ("idle", TakeTicket, 0)])
async def test_sigterm_leaves_politely(office: ScriptedOffice, tmp_path: Path, phase: str, command: type[Command], status: int) -> None:
    office.real_clerk = phase == "waiting"  # so that nobody answers
    async with kiosk(office, tmp_path, *(("--forever", "--pause", "600", "--seconds", "0.2") if phase == "idle" else ())) as program:
        await until(lambda: office.phase == phase and heard(office, TakeTicket) and "screen" in program.log)
        if phase == "talking":
            await until(lambda: heard(office, ReportFirstFrame))
        if phase == "idle":
            await until(lambda: program.out.count("\n") == 1)
        program.process.send_signal(signal.SIGTERM)
        ended = await program.ended()
    assert ended.status == status, ended.log
    assert heard(office, command)
    assert "Traceback" not in ended.log


async def test_one_visit_after_the_other(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path, "--forever", "--pause", "0.1", "--seconds", "0.3") as program:
        await until(lambda: program.out.count("\n") >= 3)
        program.process.send_signal(signal.SIGTERM)
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert all(line["case"] == CASE for line in ended.lines)


@pytest.mark.parametrize(("reason", "code"), [("abandoned", "visit-abandoned"), ("closed-by-office", "visit-closed-by-office")])
async def test_a_visit_that_comes_to_nothing_says_so(office: ScriptedOffice, tmp_path: Path, reason: str, code: str) -> None:
    async with kiosk(office, tmp_path) as program:
        await until(lambda: office.phase == "talking")
        office.reason = reason
        office.enter("farewell")
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith(f"error: {code}: ")
    assert ended.out == ""
    assert len(heard(office, Forget)) == 1


async def test_a_refused_ticket_a_wrong_key_and_a_server_that_says_no_are_told_with_their_codes(office: ScriptedOffice, tmp_path: Path) -> None:
    office.refuse = {TakeTicket: "closed-now"}
    async with kiosk(office, tmp_path) as program:
        refused = await program.ended()
    office.server.kiosks["haiyan-hall-1"] = "another key"
    async with kiosk(office, tmp_path) as program:
        unknown = await program.ended()
    assert [ended.status for ended in (refused, unknown)] == [1, 1]
    assert refused.log.splitlines()[-1].startswith("error: closed-now: ")
    assert unknown.log.splitlines()[-1].startswith("error: bad-login: ")


@pytest.mark.parametrize(("arguments", "code"), [
    (("--camera", "missing.avi"), "bad-film"), (("--microphone", "missing.wav"), "bad-sound"), (("--service", "unheard-of"), "unknown-service"),
])  # fmt: skip
async def test_what_cannot_be_is_told_with_its_code(office: ScriptedOffice, tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    async with kiosk(office, tmp_path, *arguments) as program:
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith(f"error: {code}: ")
    assert "Traceback" not in ended.log


async def test_a_secret_that_others_can_read_is_not_used(office: ScriptedOffice, tmp_path: Path) -> None:
    program = kiosk(office, tmp_path)
    (tmp_path / "key").chmod(0o644)
    async with program:
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith("error: bad-secret: ")
    assert "k" * 32 not in ended.log


async def test_a_document_camera_is_published_too(office: ScriptedOffice, tmp_path: Path) -> None:
    async with kiosk(office, tmp_path, "--document", "synthetic", "--seconds", "1") as program:
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert set(ended.lines[0]["sent"]) == {"microphone", "camera", "document"}
    assert ("resident", "document") in office.media.published


def test_only_what_a_service_asks_for_is_consented_to() -> None:
    given = consents(CATALOGUE, Wishes("jinshan", SERVICE, "王", "en"))
    assert [(each.text, each.language) for each in given] == [("recording", "en"), ("papers-to-home", "en")]
    with pytest.raises(VisitFailed, match=SERVICE):
        consents(CATALOGUE, Wishes("jinshan", "unheard-of", "王"))
    with pytest.raises(VisitFailed, match="nothing"):
        consents(CATALOGUE, Wishes("pinghu", SERVICE, "王"))


def test_as_many_come_as_the_service_wants() -> None:
    wishes = Wishes("jinshan", SERVICE, "王小明")
    assert [each.name for each in people(CATALOGUE, wishes)] == ["王小明"]
    for_two = msgspec.structs.replace(CATALOGUE.services[0], parties=CataloguePeople(2, 2))
    couple = people(msgspec.structs.replace(CATALOGUE, services=[for_two]), wishes)
    assert len({each.name for each in couple}) == 2 and couple[0].name == "王小明"
