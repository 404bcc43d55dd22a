"""What a simulated resident answers: each question once, each line once, and nothing that nobody asked."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
import structlog

from kiosk.resident import LINES, PAGE, DocumentCamera, Resident
from media.capture import CaptureError, Image, Picture
from media.imaging import judge
from signaling.participant import ParticipantError
from signaling.wire.asks import AnswerAsk, AskedControl, AskedPage, AskedScreen, AskedSignature
from signaling.wire.base import Command, Language
from signaling.wire.control import SendText, TextLine
from signaling.wire.forms import FrozenForm, FrozenPage, SignatureBody, SignPlace, TalkForm
from signaling.wire.http import StillReceived
from signaling.wire.talk import End, SetSource, SourceState, Talk
from tests.waiting import LONG

PNG = b"\x89PNG a page"
SHOWN = hashlib.sha256(PNG).hexdigest()


class Wire:
    """A line that notes what is said; `refused` answers every file with this code."""

    def __init__(self) -> None:
        self.said: list[Command] = []
        self.files: list[tuple[str, str, bytes | None, Mapping[str, str]]] = []
        self.refused: str | None = None
        self.heard = asyncio.Event()

    async def command(self, command: Command) -> object:
        self.said.append(command)
        self.heard.set()
        return None

    async def exchange(self, method: str, route: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        self.files.append((method, route, body, headers))
        self.heard.set()
        if self.refused is not None:
            raise ParticipantError(self.refused, "as the test says")
        return PNG if method == "GET" else msgspec.json.encode(StillReceived(7, [], None))

    async def until(self, count: int, what: str = "said") -> list[Any]:
        """So many commands (or files) have been sent."""
        async with asyncio.timeout(LONG):
            while len(getattr(self, what)) < count:
                self.heard.clear()
                await self.heard.wait()
        found: list[Any] = getattr(self, what)
        return found


def talk(asked: Any = None, *, texts: tuple[tuple[str, str], ...] = (), form: TalkForm | None = None, document: bool = True) -> Talk:
    return Talk(
        session="session-1", case="c", number="B1", home="jinshan", service="s", service_name="s", since=0, held=False, room="r", me="resident",
        ends=[End("resident", "resident", "王", "k", True), End("clerk", "clerk", "李", "c", True)],
        sources=[SourceState("resident", "document", document)], recording="recording", acceptable=True, asked=asked, form=form,
        texts=[TextLine(n, by, 0, text) for n, (by, text) in enumerate(texts, 1)],
    )  # fmt: skip


def laid(frozen: FrozenForm | None = None) -> TalkForm:
    return TalkForm("1-1", "return-home", "1", True, frozen)


def paper(digest: str = SHOWN) -> FrozenForm:
    return FrozenForm("500", [FrozenPage("500-1", "1" * 64, 9, 9), FrozenPage("500-2", digest, 9, 9)], [SignPlace(1, 0, 0, 9, 9, False)], None)


class Camera:
    """A document camera over one picture; without one it gives none."""

    def __init__(self, image: Image | None) -> None:
        self.image = image

    def still(self) -> Picture:
        if self.image is None:
            raise CaptureError("no-picture", "nothing lies there")
        return Picture(self.image, 1, 0.0)


@asynccontextmanager
async def resident(camera: DocumentCamera | None = None, language: Language = "zh-CN") -> AsyncIterator[tuple[Resident, Wire]]:
    wire = Wire()
    somebody = Resident(wire, "王小明", language, camera, structlog.get_logger())
    yield somebody, wire
    await somebody.close()


async def quiet(wire: Wire) -> None:
    """Everything that was begun has been said: a task takes its first step before this one comes back."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_page_is_photographed_once_for_each_picture_that_is_wanted() -> None:
    async with resident() as (wang, wire):
        wang.follow(talk(AskedPage("ask/1", 9.0, 0, "身份证", None)))
        for n, take in ((1, "take-1"), (1, "take-1"), (2, "take-2")):
            wang.follow(talk(AskedPage("ask/1", 9.0, 0, "身份证", take)))
            files = await wire.until(n, "files")
        await quiet(wire)
        assert [(method, route) for method, route, _, _ in files] == [("POST", f"sessions/session-1/stills?ask=ask%2F1&take=take-{n}") for n in (1, 2)]
        _, _, picture, headers = files[0]
        digest = base64.b64encode(hashlib.sha256(picture).digest()).decode()
        assert headers == {"Content-Type": "image/jpeg", "Repr-Digest": f"sha-256=:{digest}:"}
        seen = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
        assert seen is not None and (seen.shape[1], seen.shape[0]) == PAGE
        assert judge(np.asarray(seen, np.uint8)).judgement.reasons == (), "good enough for the case"
        assert wire.said == []


async def test_the_page_under_the_camera_is_the_one_that_is_shown_and_taken() -> None:
    image = np.full((300, 400, 3), 128, np.uint8)
    async with resident(Camera(image)) as (wang, wire):
        wang.follow(talk(AskedPage("ask-1", 9.0, 0, "身份证", None), document=False))
        [shown] = await wire.until(1)
        assert isinstance(shown, SetSource) and (shown.source, shown.on) == ("document", True)
        wang.follow(talk(AskedPage("ask-1", 9.0, 0, "身份证", "take-1")))
        [(_, _, picture, _)] = await wire.until(1, "files")
        seen = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
        assert seen is not None and seen.shape == image.shape


async def test_a_camera_that_gives_nothing_and_a_server_that_refuses_leave_the_question_standing() -> None:
    async with resident(Camera(None)) as (wang, wire):
        wang.follow(talk(AskedPage("ask-1", 9.0, 0, "身份证", "take-1")))
        wang.follow(talk(AskedScreen("ask-2", 9.0)))  # whatever became of the page, it goes on answering
        await wire.until(2)
        assert all(getattr(each, "ask", "ask-2") == "ask-2" for each in wire.said) and not wire.files
    async with resident() as (wang, wire):
        wire.refused = "still-not-wanted"
        wang.follow(talk(AskedPage("ask-1", 9.0, 0, "身份证", "take-1")))
        await wire.until(1, "files")
        await quiet(wire)
        assert wire.said == []


async def test_what_is_signed_is_the_page_that_was_fetched() -> None:
    async with resident() as (wang, wire):
        for _ in range(3):
            wang.follow(talk(AskedSignature("ask-1", 9.0, "500", 0), form=laid(paper())))
        (get, post) = await wire.until(2, "files")
        await quiet(wire)
        assert get[:2] == ("GET", "sessions/session-1/form/pages/2?as=kiosk"), "the page with the line"
        assert post[:2] == ("POST", "sessions/session-1/signatures?ask=ask-1")
        assert msgspec.json.decode(post[2], type=SignatureBody).shown == SHOWN
        assert len(wire.files) == 2 and wire.said == []


@pytest.mark.parametrize(("ask", "frozen"), [("499", paper()), ("500", paper("2" * 64)), ("500", None)])
async def test_another_paper_than_was_asked_for_is_not_signed(ask: str, frozen: FrozenForm | None) -> None:
    async with resident() as (wang, wire):
        wang._told = True  # about forms
        wang.follow(talk(AskedSignature("ask-1", 9.0, ask, 0), form=laid(frozen)))
        answer, why = await wire.until(2)
        assert isinstance(answer, AnswerAsk) and not answer.yes
        assert why.text == LINES["other-page"]["zh-CN"]
        assert not any(method == "POST" for method, *_ in wire.files)


@pytest.mark.parametrize(("asked", "yes", "why"), [
    (AskedScreen("ask-1", 9.0), False, "no-screen"), (AskedControl("ask-1", 9.0, "tax", "税务", "control", "fill-in", 5), False, "no-window"),
    (AskedControl("ask-1", 9.0, "form", "表格", "control", "fill-in", 5), True, None),
])  # fmt: skip
async def test_the_form_may_be_operated_and_nothing_else(asked: Any, yes: bool, why: str | None) -> None:
    async with resident(language="en") as (wang, wire):
        wang.follow(talk(asked))
        wang.follow(talk(asked))
        said = await wire.until(1 if why is None else 2)
        await quiet(wire)
        assert (said[0].ask, said[0].yes) == ("ask-1", yes)
        assert [line.text for line in said[1:]] == ([] if why is None else [LINES[why]["en"]])


async def test_each_line_of_the_clerk_is_answered_once_and_ones_own_never() -> None:
    async with resident() as (wang, wire):
        wang.follow(talk())
        one = (("clerk", "身份证带了吗？"),)
        wang.follow(talk(texts=one))
        wang.follow(talk(texts=one))
        answers = await wire.until(1)
        wang.follow(talk(texts=(*one, ("resident", answers[0].text))))
        await quiet(wire)
        assert [line.text for line in wire.said if isinstance(line, SendText)] == [LINES["read"]["zh-CN"]], "no answer to an answer"
        wang.follow(talk(texts=(*one, ("resident", answers[0].text), ("clerk", "好"), ("clerk", "请稍等"))))
        assert len(await wire.until(3)) == 3


async def test_what_was_written_before_it_came_is_not_answered() -> None:
    async with resident() as (wang, wire):
        wang.follow(talk(texts=(("clerk", "身份证带了吗？"),)))
        await quiet(wire)
        assert wire.said == []


async def test_it_says_what_it_is_when_a_form_is_laid_and_confirms_nothing() -> None:
    async with resident() as (wang, wire):
        wang.follow(talk(form=laid()))
        wang.follow(talk(form=laid()))
        wang.follow(talk(form=laid(paper())))
        await wire.until(1)
        await quiet(wire)
        assert [type(each) for each in wire.said] == [SendText]
        assert wire.said[0].text == LINES["simulated"]["zh-CN"]  # type: ignore[attr-defined] # as the line before says
