"""The notary once more: late lines, a custody or a store that is away, a server that died: it ends as if nothing had been in the way."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from config.clock import HandClock
from recordings import heads, ledger
from signaling.domain.events import ResidentLeft
from signaling.office.notary import AGAIN_MOST, AGAIN_SECONDS, SETTLE_SECONDS
from tests.contract.visits import T0, opened
from tests.signaling.office.chancery import DONE, ONE, a_chancery

# --- late lines -----------------------------------------------------------------------------------


async def test_a_recording_that_is_not_all_there_is_waited_for_and_then_declared_as_it_stands() -> None:
    async with a_chancery() as chancery:
        before = await chancery.talks()
        await chancery.writes([*chancery.writer.begins(ONE), chancery.writer.segment(ONE, "resident.camera", 0, 0, 9000)])
        await chancery.ends(before)
        await chancery.looks()
        await chancery.later(SETTLE_SECONDS - 1)
        assert await chancery.declared() == [] == await chancery.heads()
        with capture_logs() as logs:
            await chancery.later(1)
        assert [log["session"] for log in logs if log["event"] == "recording-not-settled"] == [ONE]
        [(what, missing)] = await chancery.declared()
        assert what == "evidence-incomplete"
        assert {hole["publication"] for hole in missing} == {"resident.microphone", "clerk.microphone", "clerk.camera"}
        assert len(await chancery.heads()) == 2


async def test_the_wait_is_one_however_many_lines_come_meanwhile() -> None:
    async with a_chancery() as chancery:
        before = await chancery.talks()
        await chancery.writes(chancery.writer.begins(ONE))
        await chancery.ends(before)
        for second in range(round(SETTLE_SECONDS)):
            await chancery.writes([chancery.writer.gap(ONE, "clerk.camera", second * 1000, second * 1000 + 1000)])
            await chancery.looks()
            assert await chancery.heads() == []
            await chancery.later(1)
        assert len(await chancery.heads()) == 2, "nobody puts a signature off by telling more and more"


async def test_what_comes_late_is_declared_and_signed_again_and_the_receipts_code_stays_good() -> None:
    async with a_chancery() as chancery:
        before = await chancery.talks()
        await chancery.writes(chancery.writer.begins(ONE))
        await chancery.ends(before)
        await chancery.looks()
        await chancery.later(SETTLE_SECONDS)
        first = await chancery.heads()
        assert [what for what, _ in await chancery.declared()] == ["recording-complete"], "four seconds may be missing: nobody can say yet"
        await chancery.writes(chancery.writer.ends(ONE, 30_000, without=["clerk.camera"]))
        await chancery.looks()
        assert [what for what, _ in await chancery.declared()] == ["recording-complete", "evidence-incomplete"]
        await chancery.writes([chancery.writer.gap(ONE, "clerk.camera", 0, 30_000)])
        await chancery.looks()
        assert [what for what, _ in await chancery.declared()] == ["recording-complete", "evidence-incomplete", "recording-complete"]
        every = await chancery.heads()
        assert len(every) == 6 and every[:2] == first
        assert [head.role for head in every] == ["home", "host"] * 3
        assert await chancery.store.evidence.session_of_code(str(first[0].code)) == ONE


# --- whoever is away ------------------------------------------------------------------------------


async def test_a_home_that_is_away_is_asked_again_at_longer_and_longer_intervals() -> None:
    async with a_chancery() as chancery:
        home = chancery.custodians["jinshan"]
        home.away = True
        await chancery.recorded()
        with capture_logs() as logs:
            await chancery.looks()
            await chancery.later(300)
        pauses = [log["again"] for log in logs if log["event"] == "notary-waits"]
        assert pauses[:7] == [AGAIN_SECONDS, 2.0, 4.0, 8.0, 16.0, 32.0, AGAIN_MOST]
        assert set(pauses[7:]) == {AGAIN_MOST}
        assert await chancery.heads() == [] == chancery.receipts
        assert await chancery.declared() == [("recording-complete", [])], "said once, and known before anybody signs it"
        home.away = False
        await chancery.later(AGAIN_MOST)
        assert await chancery.said() == DONE


async def test_late_lines_make_no_custody_be_asked_later_nor_more_often() -> None:
    async with a_chancery() as chancery:
        home = chancery.custodians["jinshan"]
        home.away = True
        await chancery.recorded()
        with capture_logs() as logs:
            for _ in range(20):
                await chancery.looks()
            assert [log["again"] for log in logs if log["event"] == "notary-waits"] == [AGAIN_SECONDS]
            home.away = False
            await chancery.later(AGAIN_SECONDS)
        assert await chancery.said() == DONE


async def test_a_host_that_is_away_holds_up_no_receipt_and_signs_the_same_later() -> None:
    async with a_chancery() as chancery:
        chancery.custodians.nobody.add("haiyan")
        await chancery.recorded()
        await chancery.looks()
        [home] = await chancery.heads()
        assert [receipt.code for _, receipt in chancery.receipts] == [home.code]
        assert [standing.session for standing in await chancery.store.evidence.unattended()] == [ONE]
        chancery.custodians.nobody.clear()
        await chancery.later(AGAIN_SECONDS)
        assert [(head.by, head.seq) for head in await chancery.heads()] == [("jinshan", home.seq), ("haiyan", home.seq)]
        assert len(chancery.receipts) == 1


async def test_a_store_that_is_away_is_no_reason_to_forget_it() -> None:
    async with a_chancery() as chancery:
        await chancery.recorded()
        chancery.store.away = True
        await chancery.looks()
        chancery.store.away = False
        assert await chancery.heads() == []
        await chancery.later(AGAIN_SECONDS)
        assert await chancery.said() == DONE


async def test_a_refusal_is_told_as_such_and_asked_about_again() -> None:
    async with a_chancery() as chancery:
        home = chancery.custodians["jinshan"]
        home.refuses = "not-written"
        await chancery.recorded()
        with capture_logs() as logs:
            await chancery.looks()
        assert [log["error"] for log in logs if log["event"] == "notary-refused"] == ["not-written: as the test says"]
        home.refuses = None
        await chancery.later(AGAIN_SECONDS)
        assert await chancery.said() == DONE


async def test_one_that_waits_holds_up_no_other() -> None:
    async with a_chancery() as chancery:
        chancery.custodians.nobody.add("jinshan")
        await chancery.recorded()
        await chancery.looks()
        await chancery.ends(await opened(chancery.store, "session-2", home="pinghu"), ResidentLeft())
        await chancery.looks("session-2")
        assert await chancery.heads() == []
        assert [head.by for head in await chancery.heads("session-2")] == ["pinghu", "haiyan"]


@pytest.mark.parametrize(("seconds", "without", "code"), [(1.0, [], "contradicts"), (0.0, ["clerk.camera"], "older")])
async def test_a_database_that_was_put_back_is_found_out_by_who_signed_it(seconds: float, without: list[str], code: str) -> None:
    """The home vouched for another ledger, or for more of it, and says so as often as it is asked."""
    async with a_chancery() as chancery:
        await chancery.recorded()
        await chancery.looks()
        custodians = chancery.custodians
    async with a_chancery(custodians=custodians, clock=HandClock(T0 + 60 + seconds)) as put_back:
        await put_back.recorded(without=without)
        with capture_logs() as logs:
            await put_back.looks()
            await put_back.later(AGAIN_SECONDS)
        assert [log["error"].partition(":")[0] for log in logs if log["event"] == "notary-refused"] == [code, code]
        assert await put_back.heads() == [] == put_back.receipts


# --- after a restart ------------------------------------------------------------------------------


async def test_a_server_that_starts_takes_up_what_was_left_unsigned() -> None:
    async with a_chancery() as chancery:
        chancery.custodians.nobody |= {"jinshan", "haiyan"}
        await chancery.recorded()
        await chancery.looks()
        await chancery.talks("session-2", home="pinghu", clerk="hu")
        store, custodians, clock = chancery.store, chancery.custodians, chancery.clock
    custodians.nobody.clear()
    async with a_chancery(store, custodians, clock) as after:
        await after.notary.open()
        await after.rest()
        assert await after.said() == DONE
        assert [session for session, _ in after.receipts] == [ONE]
        assert await after.heads("session-2") == [], "they talk"
        asked = custodians.found.total()
        await after.notary.open()
        await after.rest()
        assert custodians.found.total() == asked, "nothing is left"


async def test_a_signature_that_was_given_but_not_kept_is_the_same_one_when_it_is_asked_for_again() -> None:
    """The server died between the two: the record of then, with its time, is what the resident's code is made of."""
    async with a_chancery() as chancery:
        await chancery.recorded()

        async def dies(*_: object) -> None:
            raise asyncio.CancelledError

        chancery.store.evidence.add_head = dies  # type: ignore[method-assign] # the server is killed here
        await chancery.looks()
        store, custodians, clock = chancery.store, chancery.custodians, chancery.clock
    assert custodians["jinshan"].asked == 1
    del store.evidence.add_head  # type: ignore[attr-defined] # the class's own again
    clock.advance(3600)
    async with a_chancery(store, custodians, clock) as after:
        await after.notary.open()
        await after.rest()
        home, _ = await after.heads()
        assert heads.read(home.record).head.at == ledger.utc(T0 + 60)
        assert [receipt.code for _, receipt in after.receipts] == [heads.short_code(home.record)]


async def test_lines_that_come_after_the_restart_are_declared_and_signed() -> None:
    async with a_chancery() as chancery:
        before = await chancery.talks()
        await chancery.writes(chancery.writer.begins(ONE))
        await chancery.ends(before)
        writer, store, custodians, clock = chancery.writer, chancery.store, chancery.custodians, chancery.clock
    async with a_chancery(store, custodians, clock) as after:
        await after.notary.open()
        await after.rest()
        assert await after.heads() == []
        await after.writes(writer.ends(ONE))
        await after.looks()
        assert await after.said() == DONE
