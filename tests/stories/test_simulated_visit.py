"""A resident in Haiyan and a clerk in Jinshan, both without browsers, over a real server and a real media node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from config.clock import SystemClock
from config.secret import Secret
from signaling.participant import Participant, PersonKey, new_id
from signaling.wire.asks import AskedPage, AskForPage, AskForScreen, KeepStill, TakeStill
from signaling.wire.control import AskForControl, SendText
from signaling.wire.desk import AnswerRing, DeskView, EndSession, SetPresence, StartShift
from signaling.wire.forms import LayForm
from signaling.wire.talk import Talk
from tests.serving import serving
from tests.simulated import QUARTERS, clerk, film, resident


def middle_of_quarters(file: Path) -> list[np.ndarray]:
    """Mean colour (blue, green, red) around the middle of each quarter of a picture."""
    picture = cv2.imread(str(file))
    assert picture is not None, file
    height, width = picture.shape[:2]
    return [
        picture[y - 10 : y + 10, x - 10 : x + 10].reshape(-1, 3).mean(axis=0)
        for y in (height // 4, 3 * height // 4)
        for x in (width // 4, 3 * width // 4)
    ]


async def test_pictures_filmed_at_one_end_are_the_pictures_seen_at_the_other(tmp_path: Path) -> None:
    movie = film(tmp_path / "quarters.avi")
    seen_by_clerk, seen_by_resident = tmp_path / "clerk.png", tmp_path / "resident.png"
    async with (
        serving(tmp_path / "data") as served,
        clerk(served, "--camera", str(movie), "--seconds", "6", "--frame-out", str(seen_by_clerk)) as li,
        resident(served, "--camera", str(movie), "--frame-out", str(seen_by_resident)) as wang,
    ):
        at_kiosk, at_counter = await wang.result(), await li.result()

    assert at_kiosk["session"] == at_counter["session"]
    assert at_kiosk["case"] == at_counter["case"]
    assert at_kiosk["outcome"] == at_counter["outcome"] == "accepted"
    for end in (at_kiosk, at_counter):
        assert end["epochs"] == 1
        assert end["first_frame_ms"] > 0
        for source in ("camera", "microphone"):
            assert end["sent"][source]["packets"] > 0
            assert end["received"][source]["frames"] > 0
            assert end["received"][source]["lost"] == 0, "the node lost packets"
    for file in (seen_by_clerk, seen_by_resident):
        for seen, filmed in zip(middle_of_quarters(file), QUARTERS, strict=True):
            assert np.abs(seen - filmed).max() < 30, f"{file.name}: {seen} was filmed as {filmed}"


async def test_the_stop_key_ends_the_visit_and_the_clerk_still_decides(tmp_path: Path) -> None:
    async with (
        serving(tmp_path / "data") as served,
        clerk(served, "--outcome", "returned") as li,
        resident(served, "--seconds", "2") as wang,
    ):
        at_kiosk, at_counter = await wang.result(), await li.result()
    assert at_kiosk["reason"] == "ended-by-resident"
    assert at_kiosk["outcome"] is None
    assert at_counter["outcome"] == "returned"


async def test_the_resident_does_what_the_clerk_asks(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as served, resident(served, "--document", "synthetic") as wang:
        person = served.person("jinshan")
        async with Participant.person(served.url, PersonKey(person["login"], Secret(person["password"])), SystemClock()) as li:
            session = await in_a_talk(li)
            await li.command(AskForPage(new_id(), session, 0))
            page = (await sees(li, lambda talk: isinstance(talk.asked, AskedPage))).asked
            assert page is not None
            await li.command(TakeStill(new_id(), session, page.id))
            [still] = (await sees(li, lambda talk: bool(talk.stills))).stills
            assert still.reasons == [], "good enough for the case"
            await li.command(KeepStill(new_id(), session, still.number))
            await sees(li, lambda talk: talk.asked is None)

            await li.command(AskForScreen(new_id(), session))
            await sees(li, lambda talk: talk.asked is None and len(talk.texts) == 1 and not talk.may_show)
            await li.command(SendText(new_id(), session, "没关系"))
            answered = await sees(li, lambda talk: len(talk.texts) == 3)
            assert [line.by for line in answered.texts] == ["resident", "clerk", "resident"], "politely, and once"

            await li.command(LayForm(new_id(), session))
            await sees(li, lambda talk: len(talk.texts) == 4)
            await li.command(AskForControl(new_id(), session, "form", "control", "fill-in", 5))
            await sees(li, lambda talk: talk.grant is not None)
            await li.command(EndSession(new_id(), session, "referred"))
            assert (await wang.result())["outcome"] == "referred"


async def in_a_talk(li: Participant[DeskView]) -> str:
    """From the login to the resident: sat down, available, answered. Returns the session."""
    view = await until_view(li, lambda view: True)
    await li.command(StartShift(new_id(), next(each.id for each in view.counters if not each.taken)))
    await li.command(SetPresence(new_id(), "available"))
    view = await until_view(li, lambda view: view.ring is not None)
    assert view.ring is not None
    await li.command(AnswerRing(new_id(), view.ring.session))
    return view.ring.session


async def sees(li: Participant[DeskView], what: Callable[[Talk], bool]) -> Talk:
    """The talk, as soon as it is as described."""
    view = await until_view(li, lambda view: view.talk is not None and what(view.talk))
    assert view.talk is not None
    return view.talk


async def until_view(li: Participant[DeskView], what: Callable[[DeskView], bool]) -> DeskView:
    async with asyncio.timeout(60):
        async for view in li.views():
            if what(view):
                return view
    raise AssertionError("views never end")
