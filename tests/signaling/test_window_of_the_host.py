"""The staffed window over the whole server: its routes, its real store, real custodies that sign. Who may is asked of the home's powers."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from config.calendar import beijing
from config.clock import SystemClock
from config.library import Library
from config.powers import Power, Powers
from recordings import heads
from recordings.keys import ensure_demo_keys
from signaling.api.routes import LOGIN_COOKIE
from signaling.doctor import program
from signaling.domain.permissions import Actor
from signaling.office import notary
from signaling.wire import desk, visit
from signaling.wire.notices import GiveNotice, NoticeLine
from tests.signaling.every_entry import KIOSK, LI, SERVICE
from tests.signaling.live.hall import ORIGIN
from tests.signaling.office.world import request
from tests.signaling.whole import Whole
from tests.waiting import until_found

HELPER = Actor("helper", "zhang", "haiyan")
CLERK = Actor("clerk", "qian", "haiyan")
THIRD = Actor("helper", "he", "pinghu")
OVERSEES = Actor("supervisor", "supervisor-jinshan", "jinshan")
SECONDS = 60.0


def until_yesterday(shipped: Library) -> Library:
    """Jinshan's grant to Haiyan's windows held until yesterday."""
    yesterday = beijing(SystemClock().now()).date() - dt.timedelta(days=1)
    power = Power(
        grantor="jinshan", grantee="haiyan", act="accept-papers", services="all", agreement="2023-09-22", valid_from=dt.date(2023, 9, 22),
        valid_to=yesterday, hands=["kiosk", "clerk", "helper"],
    )  # fmt: skip
    return shipped._replace(powers=Powers([power], shipped.jurisdictions, shipped.catalogue))


class Street:
    """A visit that is over, its receipt's code, and what is asked for at windows."""

    def __init__(self, whole: Whole, session: str, code: str, case: str) -> None:
        self.whole, self.session, self.code, self.case = whole, session, code, case

    async def asks(self, who: Actor, what: str, **body: Any) -> tuple[int, Any]:
        """(status, JSON or bytes)."""
        headers = {"Origin": ORIGIN, "Cookie": f"{LOGIN_COOKIE}={self.whole._tokens[who]}"}
        sent = {"code": self.code, **({} if what == "receipts" else {"case": self.case}), **body}
        async with self.whole.http.post(f"{self.whole.address}/api/v1/window/{what}", json=sent, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else await answer.read()

    async def entered(self, what: str) -> list[dict[str, Any]]:
        return await self.whole.entered(self.session, what)


@asynccontextmanager
async def street(folder: Path, patch: pytest.MonkeyPatch, library: Callable[[Library], Library] = lambda shipped: shipped) -> AsyncIterator[Street]:
    """A resident of Haiyan's kiosk was sent home by Jinshan's clerk with a notice, and holds a receipt."""
    patch.setattr(notary, "SETTLE_SECONDS", 0.1)  # no node is there whose recording could still be told of
    async with Whole(folder, patch, library=library) as whole:
        ensure_demo_keys(folder, ["pinghu"], whole.clock.now())
        whole.tasks.start(whole.server._custodies.run(), "custodies")
        for actor in (KIOSK, LI, HELPER, CLERK, THIRD, OVERSEES):
            await whole.knows(actor)
        session = await whole.talk(KIOSK, LI, SERVICE)
        await whole.does(LI, GiveNotice(request(), session, "materials", [NoticeLine(0, "not-brought")], "form-missing"))
        await whole.does(LI, desk.EndSession(request(), session, "returned"))
        await whole.does(LI, desk.CompleteWrapUp(request(), session, "returned", ""))
        await whole.does(KIOSK, visit.Forget(request(), session))

        async def codes() -> list[str]:
            return [head.code for head in await whole.store.evidence.heads_of(session) if head.code]

        await until_found(codes, SECONDS)
        (record,) = await whole.store.cases_of(session)
        yield Street(whole, session, (await codes())[0], record.number)


async def test_a_helper_hands_the_notice_out_and_takes_paper_in_and_both_jurisdictions_sign_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with street(tmp_path, monkeypatch) as at:
        status, said = await at.asks(HELPER, "receipts")
        assert (status, said["home"]) == (200, "jinshan")
        (case,) = said["cases"]
        assert (case["case"], case["state"], case["notice"]) == (at.case, "returned", True)
        assert case["may"] == [{"act": "accept-papers", "agreement": "2023-09-22"}, {"act": "one-time-notice", "agreement": "sample"}]
        assert not any(secret in str(said) for secret in ("王小明", at.session, "J001"))
        status, pdf = await at.asks(HELPER, "notices")
        assert (status, pdf[:5]) == (200, b"%PDF-")
        status, said = await at.asks(HELPER, "papers", material=0, copies=2)
        assert (status, [line["received"] for line in said["cases"][0]["lacking"]]) == (200, [2])
        (entry,) = await at.entered("paper-received")
        assert (entry["actor"], entry["window"], entry["agreement"]) == ("helper:zhang", "haiyan", "2023-09-22")

        async def reached() -> bool:
            """Also over the receipt's paper, which is printed in its own time: it is the last that is entered of itself."""
            entered = [entry for entry in await at.whole.store.ledger_of(at.session) if heads.is_evidence(entry.what)]
            kept = await at.whole.store.evidence.heads_of(at.session)
            signed = {head.role for head in kept if head.seq >= entered[-1].seq} == {"home", "host"}
            return signed and any(entry.what == "receipt-given" for entry in entered)

        await until_found(reached, SECONDS)
        assert await at.whole.store.evidence.unattended() == []
        assert (await at.asks(HELPER, "papers", material=1, copies=1))[1]["code"] == "unknown-material"
        assert (await at.asks(HELPER, "papers", material=0, copies=21))[0] == 400
        assert (await at.asks(CLERK, "outcomes", collected_by="applicant"))[0] == 409, "nothing was accepted"
    (tmp_path / "virtual-window.toml").write_text("[recording]\nwarn_below = 0\nrefuse_below = 0\n")  # this machine's disk tells nothing
    found = await asyncio.to_thread(program.main, ["--data", str(tmp_path), "--json"], SystemClock())
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found, said["findings"]) == (0, []), "the doctor finds nothing wrong with it"


async def test_who_may_not_is_told_no_power_and_nothing_else_and_stands_in_the_visits_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with street(tmp_path, monkeypatch, until_yesterday) as at:
        for who in (HELPER, CLERK, THIRD):
            for what, body in (("receipts", {}), ("notices", {}), ("papers", {"material": 0, "copies": 1}), ("outcomes", {"collected_by": "applicant"})):
                status, said = await at.asks(who, what, **body)
                if said["code"] != "try-later":
                    assert (status, said["code"], set(said)) == (403, "no-power", {"code", "text", "path"})
        refused = {(entry["actor"], entry["act"], entry["code"]) for entry in await at.entered("access-refused")}
        assert {(who.name, "POST /api/v1/window/receipts", "no-power") for who in (HELPER, CLERK, THIRD)} <= refused
        assert await at.entered("receipt-looked-up") == await at.entered("paper-received") == []
        for who in (OVERSEES, KIOSK):
            assert (await at.asks(who, "receipts"))[0] in (401, 403)


async def test_a_code_that_nobody_has_is_unknown_and_whoever_goes_on_trying_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with street(tmp_path, monkeypatch) as at:
        said = [(await at.asks(THIRD, "receipts", code=f"AAAAA-AAA{n:02}"))[1]["code"] for n in range(9)]
        assert said[0] == "unknown-receipt" and said[-1] == "try-later"
        async with at.whole.http.get(f"{at.whole.address}/window") as answer:
            assert (answer.status, await answer.read()) == (200, b"<!doctype html>"), "the page itself is anybody's"
