"""Whoever holds a receipt reads how the case stands, at any kiosk; whoever guesses learns nothing."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.heads import short_code
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.office.look_up import Finder, Found, LookUp, as_written
from signaling.wire import desk
from signaling.wire.notices import GiveNotice, NoticeLine
from tests.signaling.office.world import Town, request

ELSEWHERE = Actor("kiosk", "jinshan-k1", "jinshan")


def look_up(town: Town) -> LookUp:
    return LookUp(town.store.evidence, town.store, town.books, town.clock, answer_seconds=0)


async def code_of(town: Town, session: str) -> str:
    return next(str(head.code) for head in await town.store.evidence.heads_of(session) if head.code)


@given(st.binary(max_size=64), st.sampled_from(["", " ", "-", " - "]), st.booleans())
def test_a_code_is_found_however_it_is_typed(record: bytes, between: str, lower: bool) -> None:
    code = short_code(record)
    typed = between.join(code.replace("-", between).replace("O", "0").replace("I", "1").replace("B", "8"))
    assert as_written(typed.lower() if lower else typed) == code


@given(st.text(max_size=32))
def test_anything_else_is_a_code_or_nothing(typed: str) -> None:
    written = as_written(typed)
    assert written == "" or (len(written) == 11 and written[5] == "-")


async def test_it_says_how_the_case_stands_and_names_nobody_also_elsewhere() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        town.says(town.writer.ends(session))
        await town.settle()
        code = await code_of(town, session)
        for where in (kiosk, ELSEWHERE):
            status = await look_up(town).look_up(where, code.lower().replace("-", " "))
        stored = await town.store.session(session)
        assert stored is not None
        (case,) = status.cases
        assert (case.state, case.due, case.over, case.lacking, case.goes_on) == ("accepted", stored.state.due, False, [], None)  # type: ignore[union-attr] # it is being written up
        assert status.home_name.zh == town.books.title("jinshan").zh
        said = msgspec.json.encode(status).decode()
        assert not any(secret in said for secret in ("王小明", session, "310116", "J001"))
        looked = [entry for entry in await town.store.ledger_of(session) if entry.what == "receipt-looked-up"]
        assert [(entry.actor, dict(entry.body)) for entry in looked] == [(each.name, {"kiosk": each.id}) for each in (kiosk, ELSEWHERE)]


async def test_what_may_still_be_brought_is_said_and_when_the_day_is_past() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        place = next(n for n, material in enumerate(town.books.checklist(town.wish().service, town.clock.now())) if material.need == "may-follow")
        required = [NoticeLine(n, "seen") for n, material in enumerate(town.books.checklist(town.wish().service, town.clock.now())) if material.need == "required"]
        await town.does(li, GiveNotice(request(), session, "materials", [*required, NoticeLine(place, "follows")], follow_days=5))
        await town.does(li, desk.EndSession(request(), session, "accepted-with-gaps"))
        town.says(town.writer.ends(session))
        await town.settle()
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted-with-gaps", ""))
        code = await code_of(town, session)
        (case,) = (await look_up(town).look_up(ELSEWHERE, code)).cases
        assert [(line.name.zh, line.reason) for line in case.lacking] == [(town.books.checklist(town.wish().service, town.clock.now())[place].name.zh, "follows")]
        assert case.follow_by is not None and not case.over
        town.clock.advance(120 * 86_400)
        assert (await look_up(town).look_up(ELSEWHERE, code)).cases[0].over


@pytest.mark.parametrize("typed", ["the receipt's", "AAAAA-AAAAA", ""])
async def test_no_answer_comes_before_its_time_whether_there_is_such_a_receipt_whether_it_is_refused_or_not(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opens, sleep = asyncio.Event(), asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: opens.wait() if seconds == 7.0 else sleep(seconds))

    async def not_for_you(found: Found) -> None:
        raise NotAllowed(code="no-power", session=found.session)

    async with Town() as town:
        _, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        town.says(town.writer.ends(session))
        await town.settle()
        code = await code_of(town, session) if typed == "the receipt's" else typed
        look = LookUp(town.store.evidence, town.store, town.books, town.clock, answer_seconds=7.0)
        finder = Finder(town.store.evidence, town.store, answer_seconds=7.0)
        asked = [asyncio.gather(each, return_exceptions=True) for each in (look.look_up(ELSEWHERE, code), finder.answer(code, not_for_you))]
        await town.settle()
        assert not any(each.done() for each in asked)
        opens.set()
        said = [(await each)[0] for each in asked]
        codes = [each.code if isinstance(each, Refusal) else "" for each in said]
        assert codes == (["", "no-power"] if typed == "the receipt's" else ["unknown-receipt"] * 2)


@pytest.mark.parametrize("typed", ["AAAAA-AAAAA", "", "王小明", "A" * 32, "' OR 1=1 --"])
async def test_an_unknown_code_is_unknown_however_it_is_wrong(typed: str) -> None:
    async with Town() as town:
        with pytest.raises(Refusal) as refused:
            await look_up(town).look_up(ELSEWHERE, typed)
        assert refused.value.code == "unknown-receipt"
