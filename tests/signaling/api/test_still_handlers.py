"""The routes of stills: bounds before anything is read, a digest that must fit, and a picture that nobody's browser takes for a page."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from signaling.api.openapi import document
from signaling.api.still_handlers import LARGEST, StillHandlers
from signaling.domain.case_file import Still
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.ports import Cause
from tests.contract.visits import moved, opened, rung_by
from tests.signaling.api.porch import Porch

SESSION = "session-1"
PICTURE = b"\xff\xd8 a household book \xff\xd9"
DIGEST = f"sha-256=:{base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()}:"
STILLS = f"/api/v1/sessions/{SESSION}/stills"


class Stills:
    """Takes what comes and says so."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str, str, int, str]] = []
        self.refuses: str | None = None

    async def take(self, kiosk: Actor, session: str, ask: str, take: str, data: bytes, digest: str) -> Still:
        if self.refuses is not None:
            raise Refusal(self.refuses)
        self.taken.append((kiosk.id, session, ask, take, len(data), digest))
        return Still(4200, 1, 2100, 1480, ("glare",), "top-right")

    async def picture(self, session: str, number: int, form: str) -> AsyncIterator[bytes]:
        if number != 4200:
            raise Refusal("unknown-still")

        async def pieces() -> AsyncIterator[bytes]:
            yield form.encode()

        return pieces()


class Hall:
    """One talk of Jinshan at the kiosk haiyan-1."""

    def __init__(self) -> None:
        self.stills = Stills()
        self.porch = Porch(more=StillHandlers(self.stills).routes())  # type: ignore[arg-type] # a stand-in
        self.porch.doorman.tokens |= {
            "here": Actor("kiosk", "haiyan-1", "haiyan"), "elsewhere": Actor("kiosk", "haiyan-2", "haiyan"),
            "li": Actor("clerk", "li", "jinshan", frozenset({"marriage-registration"})), "wu": Actor("clerk", "wu", "jinshan", frozenset({"marriage-registration"})),
        }  # fmt: skip

    async def begin(self) -> None:
        await moved(self.porch.store, await opened(self.porch.store, SESSION), *rung_by("li"), cause=Cause("clerk:li"))

    async def post(self, data: Any = PICTURE, *, digest: str = DIGEST, kind: str = "image/jpeg", kiosk: str = "here") -> tuple[int, Any]:
        headers = {"Content-Type": kind, "Repr-Digest": digest}
        status, said, _ = await self.porch.ask("POST", f"{STILLS}?ask=ask-00001&take=take-0001", raw=data, kiosk=kiosk, headers=headers)
        return status, said


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    async with hall.porch:
        await hall.begin()
        yield hall


async def test_a_picture_is_handed_on_and_what_was_seen_comes_back(hall: Hall) -> None:
    status, said = await hall.post()
    assert (status, said) == (200, {"number": 4200, "reasons": ["glare"], "glare": "top-right"})
    assert hall.stills.taken == [("haiyan-1", SESSION, "ask-00001", "take-0001", len(PICTURE), DIGEST[9:-1])]


@pytest.mark.parametrize("digest", ["", "sha-256=:abc:", "md5=:rL0Y20zC+Fzt72VPzMSk2A==:", f"{DIGEST}, {DIGEST}", DIGEST.replace(":", "")])
async def test_without_a_digest_of_the_usual_form_nothing_is_taken(hall: Hall, digest: str) -> None:
    status, said = await hall.post(digest=digest)
    assert (status, said["code"], hall.stills.taken) == (400, "digest-wrong", [])


async def test_what_is_no_picture_or_too_long_is_not_read_to_its_end(hall: Hall) -> None:
    assert (await hall.post(kind="text/html"))[1]["code"] == "not-a-picture"
    assert (await hall.post(io.BytesIO(bytes(LARGEST + 1))))[1]["code"] == "body-too-big"

    async def without_a_length() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // (1 << 20) + 1):
            yield bytes(1 << 20)

    assert (await hall.post(without_a_length()))[1]["code"] == "body-too-big"
    assert hall.stills.taken == []


@pytest.mark.parametrize(("code", "status"), [("still-not-wanted", 409), ("picture-damaged", 422), ("picture-too-big", 413), ("not-a-picture", 415), ("not-recordable", 503), ("no-reader", 503)])
async def test_refusals_have_their_status(hall: Hall, code: str, status: int) -> None:
    hall.stills.refuses = code
    found, said = await hall.post()
    assert (found, said["code"]) == (status, code)


async def test_another_kiosk_and_a_clerk_upload_nothing(hall: Hall) -> None:
    assert (await hall.post(kiosk="elsewhere"))[1]["code"] == "unknown-session"
    assert (await hall.post(kiosk="li"))[1]["code"] == "not-logged-in"
    assert hall.stills.taken == [] and hall.porch.sessions.refusals == [("kiosk:haiyan-2", SESSION, "unknown-session")]


async def test_the_clerk_of_the_talk_sees_it_as_a_picture_and_nothing_else(hall: Hall) -> None:
    for form in ("original", "page"):
        status, said, answer = await hall.porch.ask("GET", f"{STILLS}/4200/{form}", login="li")
        assert (status, said) == (200, form)
        assert answer.content_type == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], "opened by itself it is still no page"
    for path in ("4200/thumbnail", "4201/page", "-1/page", "04200000000/page", "x/page"):
        assert (await hall.porch.ask("GET", f"{STILLS}/{path}", login="li"))[1]["code"] == "unknown-still", path


async def test_a_colleague_and_the_kiosk_see_nothing(hall: Hall) -> None:
    assert (await hall.porch.ask("GET", f"{STILLS}/4200/page", login="wu"))[0] in (404, 409)
    assert (await hall.porch.ask("GET", f"{STILLS}/4200/page", kiosk="here"))[0] == 401


async def test_the_description_says_what_is_uploaded(hall: Hall) -> None:
    described = document(hall.porch.table, "1")["paths"]["/api/v1/sessions/{session}/stills"]["post"]
    assert set(described["requestBody"]["content"]) == {"image/jpeg", "image/png"}
