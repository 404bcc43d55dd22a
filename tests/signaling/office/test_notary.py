"""The notary: what was recorded is declared as it is, the home signs and the host countersigns, each thing once."""

from __future__ import annotations

from typing import Any

import pytest

from signaling.domain.events import Rated, ResidentLeft, WrapUpCompleted
from signaling.office.notary import AGAIN_MOST, SETTLE_SECONDS
from tests.contract.visits import KIOSK, moved, opened
from tests.signaling.office.chancery import DONE, ONE, a_chancery

# --- declared and signed --------------------------------------------------------------------------


async def test_a_talk_that_was_recorded_is_declared_complete_signed_and_countersigned() -> None:
    async with a_chancery() as chancery:
        await chancery.recorded()
        await chancery.looks()
        assert await chancery.said() == DONE
        assert await chancery.declared() == [("recording-complete", [])]
        home, host = await chancery.heads()
        assert (home.by, home.role, host.by, host.role) == ("jinshan", "home", "haiyan", "host")
        assert home.seq == host.seq == len(await chancery.store.ledger_of(ONE)) - 2, "everything that there was before the signatures"
        assert await chancery.store.evidence.unattended() == []


async def test_the_receipt_says_who_signed_what_and_how_far() -> None:
    async with a_chancery() as chancery:
        await chancery.recorded()
        await chancery.looks()
        home, _ = await chancery.heads()
        [(session, receipt)] = chancery.receipts
        assert (session, receipt.code) == (ONE, home.code)
        digest = (await chancery.store.ledger_of(ONE))[home.seq - 1].digest
        assert receipt.proof == f"VW1 jinshan session-1 {home.seq} {digest} {home.code}"
        assert await chancery.store.evidence.session_of_code(receipt.code) == ONE


async def test_what_is_missing_is_named_and_becomes_an_incident() -> None:
    async with a_chancery() as chancery:
        await chancery.recorded(end=30_000, without=["clerk.camera"])
        await chancery.looks()
        assert await chancery.declared() == [("evidence-incomplete", [{"publication": "clerk.camera", "start": 0, "end": 30_000}])]
        assert [incident.kind for incident in await chancery.store.evidence.incidents("jinshan")] == ["evidence-incomplete"]
        assert len(await chancery.heads()) == 2, "what there is, is signed all the same"


async def test_a_gap_that_is_explained_is_not_missing() -> None:
    async with a_chancery() as chancery:
        before = await chancery.talks()
        await chancery.writes(chancery.writer.begins(ONE))
        await chancery.ends(before)
        await chancery.writes([chancery.writer.gap(ONE, "clerk.camera", 0, 30_000), *chancery.writer.ends(ONE, 30_000, without=["clerk.camera"])])
        await chancery.looks()
        assert await chancery.declared() == [("recording-complete", [])]


async def test_nothing_is_declared_or_signed_while_they_talk() -> None:
    async with a_chancery() as chancery:
        before = await chancery.talks()
        await chancery.writes([*chancery.writer.begins(ONE), *chancery.writer.ends(ONE)])
        for _ in range(3):
            await chancery.looks()
            await chancery.later(SETTLE_SECONDS)
        assert await chancery.heads() == [] == await chancery.declared()
        assert chancery.custodians.found.total() == 0
        await chancery.ends(before)
        await chancery.looks()
        assert len(await chancery.heads()) == 2


async def test_who_left_the_line_was_never_recorded_and_is_signed_for_all_the_same() -> None:
    async with a_chancery() as chancery:
        await chancery.ends(await opened(chancery.store, ONE), ResidentLeft())
        await chancery.looks()
        assert await chancery.said() == ["ticket-taken", "party", "consent-given", "closed", "head-signed", "head-signed"]
        assert [head.seq for head in await chancery.heads()] == [4, 4]
        assert len(chancery.receipts) == 1


async def test_a_home_that_is_its_own_host_signs_once() -> None:
    async with a_chancery() as chancery:
        await chancery.talks(home="haiyan")
        await chancery.writes(chancery.writer.begins(ONE))
        stored = await chancery.store.session(ONE)
        assert stored is not None
        await chancery.ends(stored)
        await chancery.writes(chancery.writer.ends(ONE))
        await chancery.looks()
        assert [(head.by, head.role) for head in await chancery.heads()] == [("haiyan", "home")]
        assert await chancery.store.evidence.unattended() == []


async def test_a_session_that_nobody_knows_is_nothing() -> None:
    async with a_chancery() as chancery:
        await chancery.looks("no-such-session")
        assert chancery.custodians.found.total() == 0


# --- as it goes on --------------------------------------------------------------------------------


async def test_the_close_is_signed_too_and_a_rating_after_it_need_not_be() -> None:
    async with a_chancery() as chancery:
        over = await chancery.recorded()
        await chancery.looks()
        first = await chancery.heads()
        closed = await chancery.ends(over, WrapUpCompleted("accepted"))
        await chancery.looks()
        assert [(head.role, head.seq) for head in (await chancery.heads())[2:]] == [("home", first[0].seq + 3), ("host", first[0].seq + 3)]
        await moved(chancery.store, closed, Rated(5), cause=KIOSK)
        await chancery.looks()
        assert len(await chancery.heads()) == 4
        assert len(await chancery.declared()) == 1, "what was said and is still so is not said again"


@pytest.mark.parametrize("looks", [1, 2, 10])
async def test_however_often_it_looks_everything_is_done_once(looks: int) -> None:
    async with a_chancery() as chancery:
        await chancery.recorded()
        for _ in range(looks):
            chancery.notary.soon(ONE)
        await chancery.rest()
        for _ in range(looks):
            await chancery.looks()
            await chancery.later(AGAIN_MOST)
        assert await chancery.said() == DONE
        assert (chancery.custodians["jinshan"].asked, chancery.custodians["haiyan"].asked, len(chancery.receipts)) == (1, 1, 1)


async def test_what_happens_while_it_looks_is_looked_at_after_that() -> None:
    async with a_chancery() as chancery:
        over = await chancery.recorded()
        custody = chancery.custodians["jinshan"]
        sign = custody.sign

        async def slow(*question: Any) -> dict[str, Any]:
            custody.sign = sign  # type: ignore[method-assign] # the first time only
            await chancery.ends(over, WrapUpCompleted("accepted"))
            chancery.notary.soon(ONE)
            return await sign(*question)

        custody.sign = slow  # type: ignore[method-assign] # a visit goes on while custody writes
        await chancery.looks()
        seqs = [head.seq for head in await chancery.heads() if head.role == "home"]
        assert len(seqs) == 2 and "closed" in await chancery.said()
        assert await chancery.store.evidence.unattended() == []
