"""The routes of forms: a form's definition, the frozen paper for those who sign it, and what the glass gave, within its bounds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from config.forms import load_forms
from signaling.api.form_handlers import LARGEST_SIGNATURE, FormHandlers
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.ports import Cause
from signaling.wire import forms
from tests.contract.visits import moved, opened, rung_by
from tests.signaling.api.porch import Porch

SESSION = "session-1"
OF = f"/api/v1/sessions/{SESSION}"
FORMS = load_forms()
BOTH: list[dict[str, Any]] = [{"kiosk": "here"}, {"login": "li"}]
BODY: dict[str, Any] = {"shown": "d2" * 32, "device": "pen", "width": 1000, "height": 400, "strokes": [[[100, 200, 500, 0], [700, 210, 500, 900]]]}


class Signing:
    """A paper of two pages; takes what comes and says so."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str, forms.SignatureBody]] = []
        self.refuses: str | None = None

    async def sign(self, kiosk: Actor, session: str, ask: str, body: forms.SignatureBody) -> forms.SignatureReceived:
        if self.refuses is not None:
            raise Refusal(self.refuses)
        self.taken.append((kiosk.id, session, ask, body))
        return forms.SignatureReceived("12000", "e1" * 32)

    async def page(self, session: str, number: int) -> AsyncIterator[bytes]:
        if number not in (1, 2):
            raise Refusal("unknown-page")
        return _pieces(f"page {number}")

    async def pdf(self, session: str, part: str) -> AsyncIterator[bytes]:
        return _pieces(f"the {part}")


async def _pieces(text: str) -> AsyncIterator[bytes]:
    for letter in text:
        yield letter.encode()


class Books:
    def form(self, code: str, version: str) -> Any:
        return FORMS.version(code, version)


class Hall:
    """One talk of Jinshan at the kiosk haiyan-1."""

    def __init__(self) -> None:
        self.signing = Signing()
        self.porch = Porch(more=FormHandlers(Books(), self.signing).routes())  # type: ignore[arg-type] # stand-ins
        skilled = frozenset({"marriage-registration"})
        self.porch.doorman.tokens |= {
            "here": Actor("kiosk", "haiyan-1", "haiyan"), "elsewhere": Actor("kiosk", "haiyan-2", "haiyan"),
            "li": Actor("clerk", "li", "jinshan", skilled), "wu": Actor("clerk", "wu", "jinshan", skilled),
        }  # fmt: skip

    async def begin(self) -> None:
        await moved(self.porch.store, await opened(self.porch.store, SESSION), *rung_by("li"), cause=Cause("clerk:li"))

    async def sign(self, body: Any = None, *, kiosk: str = "here", raw: bytes | None = None) -> tuple[int, Any]:
        said = BODY if body is None and raw is None else body
        status, answer, _ = await self.porch.ask("POST", f"{OF}/signatures?ask=ask-00001", said, raw=raw, kiosk=kiosk)
        return status, answer


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    async with hall.porch:
        await hall.begin()
        yield hall


# --- the form -------------------------------------------------------------------------------------


async def test_a_version_of_a_form_is_read_by_whoever_fills_it_in(hall: Hall) -> None:
    form = FORMS.form("marriage-declaration", 1_795_399_200.0)
    assert form is not None
    for who in BOTH:
        status, said, _ = await hall.porch.ask("GET", f"/api/v1/forms/marriage-declaration/{form.version}", **who)
        assert (status, said["code"], [page["id"] for page in said["pages"]]) == (200, "marriage-declaration", [page.id for page in form.pages])
        assert said["pages"][0]["fields"][0]["label"]["zh-CN"] == form.pages[0].fields[0].label.zh
    assert (await hall.porch.ask("GET", f"/api/v1/forms/marriage-declaration/{form.version}"))[0] == 401


@pytest.mark.parametrize("path", ["marriage-declaration/1999-01-01", "nothing/2026-01-01", "..%2f..%2fetc/passwd"])
async def test_a_form_that_nobody_has_is_not_found(hall: Hall, path: str) -> None:
    assert (await hall.porch.ask("GET", f"/api/v1/forms/{path}", login="li"))[0] == 404


# --- the paper ------------------------------------------------------------------------------------


async def test_each_page_is_a_picture_for_both_ends(hall: Hall) -> None:
    for who in BOTH:
        status, said, answer = await hall.porch.ask("GET", f"{OF}/form/pages/2", **who)
        assert (status, said, answer.content_type) == (200, "page 2", "image/png")
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    for page in ("0", "3", "-1", "x", "1.0", "٢", "100"):
        assert (await hall.porch.ask("GET", f"{OF}/form/pages/{page}", login="li"))[1]["code"] == "unknown-page", page


async def test_the_paper_is_the_clerks(hall: Hall) -> None:
    for part in ("paper", "signed"):
        status, said, answer = await hall.porch.ask("GET", f"{OF}/form/{part}", login="li")
        assert (status, said, answer.content_type) == (200, f"the {part}", "application/pdf")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (await hall.porch.ask("GET", f"{OF}/form/draft", login="li"))[1]["code"] == "unknown-page"
    assert (await hall.porch.ask("GET", f"{OF}/form/paper", kiosk="here"))[0] == 401


async def test_a_colleague_and_another_kiosk_see_nothing(hall: Hall) -> None:
    for path in ("form/paper", "form/pages/1"):
        assert (await hall.porch.ask("GET", f"{OF}/{path}", login="wu"))[0] in (404, 409)
    assert (await hall.porch.ask("GET", f"{OF}/form/pages/1", kiosk="elsewhere"))[1]["code"] == "unknown-session"


# --- the signature --------------------------------------------------------------------------------


async def test_what_the_glass_gave_is_handed_on(hall: Hall) -> None:
    assert await hall.sign() == (200, {"signature": "12000", "digest": "e1" * 32})
    ((kiosk, session, ask, body),) = hall.signing.taken
    assert (kiosk, session, ask) == ("haiyan-1", SESSION, "ask-00001")
    assert body == forms.SignatureBody("d2" * 32, "pen", 1000, 400, [[(100, 200, 500, 0), (700, 210, 500, 900)]])


async def test_a_long_signature_is_taken_and_a_flood_is_not(hall: Hall) -> None:
    stroke = [[9999, 9999, 1000, 500_000 + n] for n in range(6000)]
    assert (await hall.sign(BODY | {"strokes": [stroke]}))[0] == 200
    status, said = await hall.sign(raw=json.dumps(BODY).encode() + b" " * LARGEST_SIGNATURE)
    assert (status, said["code"]) == (413, "body-too-big")
    assert len(hall.signing.taken) == 1


@pytest.mark.parametrize("wrong", [
    {"shown": "no digest"}, {"device": "nose"}, {"width": 0}, {"strokes": []}, {"strokes": [[]]}, {"strokes": [[[1, 2, 3]]]},
    {"strokes": [[[1, 2, 3, 4, 5]]]}, {"strokes": [[[1, 2, 1001, 0]]]}, {"strokes": [[[-1, 2, 3, 0]]]}, {"strokes": [[[1.5, 2, 3, 0]]]},
    {"strokes": [[[1, 2, 3, 0]]] * 61}, {"name": "章"},
], ids=str)  # fmt: skip
async def test_what_is_no_signature_at_all_goes_no_further(hall: Hall, wrong: dict[str, Any]) -> None:
    status, _ = await hall.sign(BODY | wrong)
    assert status == 400 and hall.signing.taken == []


@pytest.mark.parametrize(("code", "status"), [
    ("signature-empty", 422), ("signature-broken", 422), ("signature-too-long", 413), ("shown-otherwise", 409), ("signature-not-wanted", 409), ("not-recordable", 503),
])  # fmt: skip
async def test_refusals_have_their_status(hall: Hall, code: str, status: int) -> None:
    hall.signing.refuses = code
    found, said = await hall.sign()
    assert (found, said["code"]) == (status, code)


async def test_another_kiosk_and_a_clerk_sign_nothing(hall: Hall) -> None:
    assert (await hall.sign(kiosk="elsewhere"))[1]["code"] == "unknown-session"
    assert (await hall.sign(kiosk="li"))[1]["code"] == "not-logged-in"
    assert hall.signing.taken == []
