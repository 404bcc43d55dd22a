"""The routes of a staffed window: clerks and helpers ask by code and act; whoever tries codes is slowed down, whoever works is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from signaling.api.window_handlers import WindowHandlers
from signaling.auth.backoff import TryLater
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, NotNow, Refusal
from signaling.wire.http import BothLanguages
from signaling.wire.window import WindowStatus
from tests.signaling.api.porch import Porch

CODE = "AB2CD-EF3GH"
CASE = "310116-330424-20261126-0001"
BODIES: dict[str, dict[str, Any]] = {
    "receipts": {}, "notices": {"case": CASE}, "papers": {"case": CASE, "material": 1, "copies": 2}, "outcomes": {"case": CASE, "collected_by": "applicant"},
}  # fmt: skip


class Windows:
    """One receipt; `refuses` says why not."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.refuses: Refusal | None = None

    def _hear(self, code: str, *what: Any) -> WindowStatus:
        if code != CODE:
            raise Refusal("unknown-receipt")
        self.heard.append(what)
        if self.refuses is not None:
            raise self.refuses
        return WindowStatus("jinshan", BothLanguages("金山", "Jinshan"), [])

    async def look_up(self, person: Actor, code: str) -> WindowStatus:
        return self._hear(code, "look-up", person.id)

    async def notice(self, person: Actor, code: str, case: str) -> bytes:
        self._hear(code, "notice", person.id, case)
        return b"%PDF-1.7 notice"

    async def papers(self, person: Actor, code: str, case: str, material: int, copies: int) -> WindowStatus:
        return self._hear(code, "papers", person.id, case, material, copies)

    async def outcome(self, person: Actor, code: str, case: str, collected_by: str) -> WindowStatus:
        return self._hear(code, "outcome", person.id, case, collected_by)


class Guesses:
    """Says who is still charged; `later` refuses."""

    def __init__(self) -> None:
        self.charged: list[str] = []
        self.later = False

    def begin(self, who: Actor, address: str) -> Callable[[], None]:
        if self.later:
            raise TryLater(7)
        self.charged.append(who.name)

        def right() -> None:
            self.charged.pop()

        return right


class Hall:
    def __init__(self) -> None:
        self.windows, self.guesses = Windows(), Guesses()
        self.porch = Porch(more=WindowHandlers(self.windows, self.guesses).routes())  # type: ignore[arg-type] # stand-ins
        self.porch.doorman.tokens |= {"helper": Actor("helper", "zhang", "haiyan"), "clerk": Actor("clerk", "qian", "haiyan"), "sees": Actor("supervisor", "sun", "haiyan")}

    async def asks(self, what: str, code: str = CODE, login: str = "helper", **changed: Any) -> tuple[int, Any]:
        status, said, _ = await self.porch.ask("POST", f"/api/v1/window/{what}", {"code": code, **BODIES[what], **changed}, login=login)
        return status, said


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall()
    async with hall.porch:
        yield hall


async def test_a_clerk_and_a_helper_ask_and_act(hall: Hall) -> None:
    for login, who in (("helper", "zhang"), ("clerk", "qian")):
        for what in BODIES:
            assert (await hall.asks(what, login=login))[0] == 200
        assert hall.windows.heard[-4:] == [
            ("look-up", who), ("notice", who, CASE), ("papers", who, CASE, 1, 2), ("outcome", who, CASE, "applicant"),
        ]  # fmt: skip
    _, _, answer = await hall.porch.ask("POST", "/api/v1/window/notices", {"code": CODE, "case": CASE}, login="helper")
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert hall.guesses.charged == []


@pytest.mark.parametrize("what", BODIES)
async def test_nobody_else_does(hall: Hall, what: str) -> None:
    assert (await hall.asks(what, login="sees"))[0] == 403
    assert (await hall.asks(what, login=""))[0] == 401
    assert hall.windows.heard == []


@pytest.mark.parametrize("what", BODIES)
async def test_a_wrong_code_and_one_of_a_case_that_is_none_of_ones_business_stay_charged(hall: Hall, what: str) -> None:
    assert (await hall.asks(what, "AAAAA-AAAAA"))[1]["code"] == "unknown-receipt"
    hall.windows.refuses = NotAllowed(code="no-power")
    assert (await hall.asks(what))[0] == 403
    assert hall.guesses.charged == ["helper:zhang"] * 2
    hall.windows.refuses = NotNow(code="already-delivered")
    status, said = await hall.asks(what)
    assert (status, said["code"]) == (409, "already-delivered")
    assert len(hall.guesses.charged) == 2, "a refusal about a case that one may see is no guess"
    hall.guesses.later = True
    assert (await hall.asks(what))[0] == 429


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("receipts", {"code": "A" * 33}), ("papers", {"copies": 0}), ("papers", {"copies": 21}), ("papers", {"material": -1}), ("outcomes", {"collected_by": "neighbour"}),
        ("notices", {"case": 7}),
    ],
    ids=str,
)  # fmt: skip
async def test_a_body_that_is_none_reaches_nobody(hall: Hall, what: str, changed: dict[str, Any]) -> None:
    body = {"code": CODE, **BODIES[what], **changed}
    assert (await hall.porch.ask("POST", f"/api/v1/window/{what}", body, login="helper"))[0] == 400
    assert hall.windows.heard == []
