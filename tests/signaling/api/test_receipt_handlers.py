"""The routes of notice and receipt: the kiosk of the visit has its papers, any kiosk asks by code, nobody else either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from signaling.api.receipt_handlers import ReceiptHandlers
from signaling.auth.backoff import TryLater
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.ports import Cause
from signaling.wire.http import BothLanguages
from signaling.wire.notices import ReceiptCase, ReceiptStatus
from tests.contract.visits import moved, opened, rung_by
from tests.signaling.api.porch import Porch

SESSION = "session-1"
PAPERS = f"/api/v1/sessions/{SESSION}/papers"
LOOK_UP = "/api/v1/receipts/lookup"


class Papers:
    async def pdf(self, who: Actor, session: str, paper: str, case: str | None = None) -> bytes:
        if paper not in ("notice", "receipt"):
            raise Refusal("unknown-paper")
        return f"%PDF {paper} for {who.id}{case or ''}".encode()

    async def page(self, who: Actor, session: str, paper: str, number: int, case: str | None = None) -> bytes:
        if number != 1:
            raise Refusal("unknown-page")
        return f"page of {paper}{case or ''}".encode()


class Counter:
    """One receipt; everything else is unknown."""

    async def look_up(self, kiosk: Actor, code: str) -> ReceiptStatus:
        if code != "AB2CD-EF3GH":
            raise Refusal("unknown-receipt")
        both = BothLanguages("金山", "Jinshan")
        return ReceiptStatus("jinshan", both, [ReceiptCase(both, "accepted", "2026-12-15", False, [], None, None, None)])


class Guesses:
    """Says who was charged and who was right; `later` refuses."""

    def __init__(self) -> None:
        self.charged: list[tuple[str, bool]] = []
        self.later = False

    def begin(self, kiosk: Actor, address: str) -> Callable[[], None]:
        if self.later:
            raise TryLater(7)
        self.charged.append((kiosk.id, False))

        def right() -> None:
            self.charged[-1] = (kiosk.id, True)

        return right


class Hall:
    """One talk of Jinshan at the kiosk haiyan-1."""

    def __init__(self) -> None:
        self.guesses = Guesses()
        self.porch = Porch(more=ReceiptHandlers(Papers(), Counter(), self.guesses).routes())  # type: ignore[arg-type] # stand-ins
        skilled = frozenset({"marriage-registration"})
        self.porch.doorman.tokens |= {
            "here": Actor("kiosk", "haiyan-1", "haiyan"), "elsewhere": Actor("kiosk", "jinshan-2", "jinshan"),
            "li": Actor("clerk", "li", "jinshan", skilled), "wu": Actor("clerk", "wu", "jinshan", skilled),
        }  # fmt: skip

    async def get(self, path: str, **who: Any) -> tuple[int, Any]:
        status, said, _ = await self.porch.ask("GET", f"{PAPERS}/{path}", **who)
        return status, said

    async def look_up(self, code: str, **who: Any) -> tuple[int, Any, Any]:
        return await self.porch.ask("POST", LOOK_UP, {"code": code}, **who)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    async with hall.porch:
        await moved(hall.porch.store, await opened(hall.porch.store, SESSION), *rung_by("li"), cause=Cause("clerk:li"))
        yield hall


async def test_the_kiosk_of_the_visit_and_its_clerk_have_the_papers(hall: Hall) -> None:
    for who in ({"kiosk": "here"}, {"login": "li"}):
        assert (await hall.get("notice", **who))[0] == 200
        assert (await hall.get("receipt/pages/1", **who))[0] == 200
    assert (await hall.get("form", kiosk="here"))[0] == 404
    for page in ("0", "2", "x", "999", "²"):
        assert (await hall.get(f"notice/pages/{page}", kiosk="here"))[0] == 404


@pytest.mark.parametrize("who", [{"kiosk": "elsewhere"}, {"login": "wu"}, {}], ids=str)
async def test_nobody_else_has_them(hall: Hall, who: dict[str, str]) -> None:
    for path in ("notice", "receipt", "notice/pages/1"):
        assert (await hall.get(path, **who))[0] in (401, 404, 409)


async def test_any_kiosk_asks_by_code_and_a_right_one_is_not_charged(hall: Hall) -> None:
    for kiosk in ("here", "elsewhere"):
        status, said, _ = await hall.look_up("AB2CD-EF3GH", kiosk=kiosk)
        assert (status, [case["state"] for case in said["cases"]]) == (200, ["accepted"])
    status, said, _ = await hall.look_up("AAAAA-AAAAA", kiosk="elsewhere")
    assert (status, said["code"]) == (404, "unknown-receipt")
    assert [right for _, right in hall.guesses.charged] == [True, True, False]


async def test_whoever_guesses_is_told_to_wait_and_nobody_but_a_kiosk_may_ask(hall: Hall) -> None:
    hall.guesses.later = True
    status, said, answer = await hall.look_up("AB2CD-EF3GH", kiosk="here")
    assert (status, said["code"], answer.headers["Retry-After"]) == (429, "try-later", "7")
    assert (await hall.look_up("AB2CD-EF3GH", login="li"))[0] in (401, 403)
    assert (await hall.look_up("A" * 33, kiosk="here"))[0] == 400
