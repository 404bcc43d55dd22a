"""What a simulated resident does when the clerk asks for something: a page, a signature, an operation, a word."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from urllib.parse import quote, urlencode

import msgspec

from config.logs import Logger
from config.tasks import Tasks
from kiosk.ink import signed
from kiosk.operate.jpeg import jpeg
from media.capture import CaptureError, Picture
from media.capture.synthetic import page_picture
from signaling.participant import ParticipantError, new_id
from signaling.wire.asks import AnswerAsk, AskedControl, AskedPage, AskedScreen, AskedSignature
from signaling.wire.base import Command, Language
from signaling.wire.control import SendText
from signaling.wire.http import StillReceived
from signaling.wire.talk import SetSource, Talk

PAGE = (3264, 2448)
"""Pixels of the page that is drawn where there is no document camera: eight million, as such cameras have."""
FORM = "form"
"""The only thing that a simulated resident lets a clerk operate: the form on the kiosk's own page."""

LINES: dict[str, dict[Language, str]] = {
    "read": {"zh-CN": "听到了。", "en": "I read you."},
    "simulated": {
        "zh-CN": "我是模拟的居民，不会自己填表。您可以请求代填。",
        "en": "I am a simulated resident and do not fill in forms. You may ask to fill it in for me.",
    },
    "no-screen": {"zh-CN": "不好意思，我这里没有屏幕可以给您看。", "en": "I am sorry, I have no screen to show."},
    "no-window": {"zh-CN": "不好意思，我这里没有这个窗口。", "en": "I am sorry, I have no such window."},
    "other-page": {"zh-CN": "不好意思，我看到的不是这一页，先不签。", "en": "I am sorry, that is not the page that I see. I do not sign it."},
}


class Line(Protocol):
    """What carries commands and files: a participant."""

    async def command(self, command: Command) -> object: ...
    async def exchange(self, method: str, route: str, body: bytes | None, headers: Mapping[str, str]) -> bytes: ...


class DocumentCamera(Protocol):
    """Where pages are laid: `media.capture.document.DocumentCamera`."""

    def still(self) -> Picture: ...


class Resident:
    """Say with `follow` what the talk looks like now; each question and each written line is answered once, beside whatever else happens.

    Without a document camera the page that is laid is a drawn one.
    """

    def __init__(self, line: Line, name: str, language: Language, camera: DocumentCamera | None, log: Logger) -> None:
        self._line, self._name, self._language, self._camera, self._log = line, name, language, camera, log
        self._tasks = Tasks(lambda work, error: log.error("answer failed", answer=work, error=repr(error)))
        self._asked = self._take = ""
        self._read: int | None = None
        self._told = False

    async def close(self) -> None:
        """Nothing is answered any more."""
        await self._tasks.close()

    def follow(self, talk: Talk) -> None:
        """The talk as the server describes it now."""
        self._see_question(talk)
        if talk.form is not None and talk.form.laid and talk.form.frozen is None and not self._told:
            self._told = True
            self._do("form", lambda: self._write(talk.session, "simulated"))
        newest = max((line.n for line in talk.texts), default=0)
        before = newest if self._read is None else self._read  # what was written before we came was for somebody else
        self._read = max(before, newest)
        for line in talk.texts:
            if line.n > before and line.by != talk.me:
                self._do("text", lambda: self._write(talk.session, "read"))

    def _see_question(self, talk: Talk) -> None:
        asked = talk.asked
        if asked is None:
            return
        new, self._asked = asked.id != self._asked, asked.id
        match asked:
            case AskedPage(take=take):
                if new and self._camera is not None and any((each.participant, each.source, each.on) == (talk.me, "document", False) for each in talk.sources):
                    self._do("show-page", lambda: self._command(SetSource(new_id(), talk.session, "document", True)))
                if take is not None and take != self._take:
                    self._take = take
                    self._do("page", lambda: self._photograph(talk.session, asked.id, take))
            case AskedSignature() if new:
                self._do("signature", lambda: self._sign(talk, asked))
            case AskedScreen() if new:
                self._do("screen", lambda: self._decline(talk.session, asked.id, "no-screen"))
            case AskedControl(scope=scope) if new and scope != FORM:
                self._do("control", lambda: self._decline(talk.session, asked.id, "no-window"))
            case AskedControl() if new:
                self._do("control", lambda: self._command(AnswerAsk(new_id(), talk.session, asked.id, True)))

    # --- answers ----------------------------------------------------------------------------------

    async def _photograph(self, session: str, ask: str, take: str) -> None:
        """One picture of the page at full resolution, as the kiosk's page uploads it."""
        picture = await asyncio.to_thread(self._picture)
        digest = base64.b64encode(hashlib.sha256(picture).digest()).decode()
        route = f"sessions/{quote(session, '')}/stills?{urlencode({'ask': ask, 'take': take})}"
        answer = await self._line.exchange("POST", route, picture, {"Content-Type": "image/jpeg", "Repr-Digest": f"sha-256=:{digest}:"})
        received = msgspec.json.decode(answer, type=StillReceived)
        self._log.info("page taken", still=received.number, reasons=received.reasons, bytes=len(picture))

    def _picture(self) -> bytes:
        return jpeg(self._camera.still().image if self._camera is not None else page_picture(0, *PAGE))

    async def _sign(self, talk: Talk, asked: AskedSignature) -> None:
        """What is signed is the page that was fetched, and none that is not in the frozen paper."""
        frozen = talk.form.frozen if talk.form is not None else None
        if frozen is None or frozen.id != asked.form:
            return await self._decline(talk.session, asked.id, "other-page")
        page = frozen.places[asked.signer].page
        picture = await self._line.exchange("GET", f"sessions/{quote(talk.session, '')}/form/pages/{page + 1}?as=kiosk", None, {})
        shown = hashlib.sha256(picture).hexdigest()
        if shown != frozen.pages[page].digest:
            return await self._decline(talk.session, asked.id, "other-page")
        route = f"sessions/{quote(talk.session, '')}/signatures?{urlencode({'ask': asked.id})}"
        await self._line.exchange("POST", route, msgspec.json.encode(signed(self._name, shown)), {"Content-Type": "application/json"})
        self._log.info("signed", form=frozen.id, signer=asked.signer)

    async def _decline(self, session: str, ask: str, why: str) -> None:
        """No, and why, in a line."""
        await self._command(AnswerAsk(new_id(), session, ask, False))
        await self._write(session, why)

    async def _write(self, session: str, line: str) -> None:
        await self._command(SendText(new_id(), session, LINES[line][self._language]))

    async def _command(self, command: Command) -> None:
        await self._line.command(command)

    def _do(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Beside the visit: what the course of things has overtaken, or a line that is away, changes nothing."""

        async def done() -> None:
            try:
                await work()
            except (ParticipantError, CaptureError) as error:
                self._log.info("not answered", question=what, code=error.code, text=error.text)

        self._tasks.start(done(), what)
