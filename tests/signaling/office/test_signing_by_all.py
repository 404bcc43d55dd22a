"""Everybody has signed: the same paper once more with their ink on it, whatever came between the last signature and the printing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from signaling.domain.refusals import Refusal
from signaling.office.press import Job, Pressed
from signaling.wire import forms
from signaling.wire.desk import AnswerRing, EndSession
from signaling.wire.visit import ContinueVisit
from tests.signaling.office.declaration import STROKE, Declaration
from tests.signaling.office.world import Town, request


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


@pytest.fixture
async def frozen() -> AsyncIterator[Declaration]:
    async with Town() as town:
        table = await Declaration.begun(town)
        await table.freeze()
        yield table


async def test_when_all_have_signed_the_paper_is_printed_with_their_ink(frozen: Declaration) -> None:
    await frozen.sign(0)
    assert len(frozen.town.press.jobs) == 1, "one is not everybody"
    frozen.town.clock.advance(60)
    await frozen.sign(1)
    await frozen.signed()
    plain, signed = frozen.town.press.jobs
    assert (signed.values, signed.facts) == (plain.values, plain.facts), "the same paper"
    assert {place: each.strokes.strokes for place, each in signed.signatures.items()} == {0: (tuple(STROKE),), 1: (tuple(STROKE),)}
    assert [signed.signatures[n].digest for n in (0, 1)] == [frozen.paper.signature(n).digest for n in (0, 1)]  # type: ignore[union-attr] # both signed
    (pdf,) = frozen.town.album.of(frozen.session, "form.signed")
    (entry,) = await frozen.entries("form-signed")
    assert entry.body == {"paper": frozen.paper.signed, "form": frozen.paper.id, "digest": hashlib.sha256(pdf).hexdigest()}
    assert await whole(await frozen.town.tools.signing.pdf(frozen.session, "signed")) == pdf


async def test_whoever_signs_again_has_the_paper_made_anew(frozen: Declaration) -> None:
    for signer, times in ((0, 0), (1, 1), (0, 2)):
        frozen.town.clock.advance(10)
        await frozen.sign(signer)
        await frozen.signed(times)
    assert len(await frozen.entries("signature-given")) == 3 and len(await frozen.entries("form-signed")) == 2
    newest = frozen.town.album.of(frozen.session, "form.signed")[-1]
    assert await whole(await frozen.town.tools.signing.pdf(frozen.session, "signed")) == newest


async def test_a_paper_that_melted_has_no_pages_and_its_signatures_stay_proved(frozen: Declaration) -> None:
    await frozen.sign(0)
    await frozen.does("clerk", forms.MeltForm(request(), frozen.session))
    with pytest.raises(Refusal, match="unknown-page"):
        await frozen.town.tools.signing.page(frozen.session, 1)
    assert len(await frozen.entries("signature-given")) == 1 and len(frozen.town.album.of(frozen.session, "signature.record")) == 1
    frozen.town.clock.advance(10)
    await frozen.confirm()
    await frozen.does("clerk", forms.FreezeForm(request(), frozen.session))
    assert frozen.paper.signatures == ()


async def test_a_signed_paper_that_was_not_printed_is_printed_by_the_next_server() -> None:
    async with Town() as town:
        table = await Declaration.begun(town)
        await table.freeze()
        await table.sign(0)
        town.press.refuses = Refusal("no-press")
        town.clock.advance(1)
        await table.sign(1)
        assert table.paper.complete and table.paper.signed is None
    async with Town(town.store, town.clock) as again:
        await table.after_restart(again)
        await table.signed()
        assert table.paper.signed is not None and len(await table.entries("form-signed")) == 1
        (job,) = again.press.jobs
        assert sorted(job.signatures) == [0, 1] and job.facts == town.press.jobs[0].facts


async def test_and_by_the_next_talk_of_a_visit_that_was_interrupted(frozen: Declaration) -> None:
    town = frozen.town
    await frozen.sign(0)
    town.press.refuses = Refusal("no-press")
    town.clock.advance(1)
    await frozen.sign(1)
    town.press.refuses = None
    town.office.kiosk_disconnected(frozen.kiosk.id)
    await town.later(91)
    assert town.state(frozen.session) == "Parked"
    await frozen.town.kiosk_comes()
    await frozen.does("resident", ContinueVisit(request(), frozen.session))
    await frozen.does("clerk", AnswerRing(request(), frozen.session))
    await frozen.signed()
    assert frozen.paper.signed is not None and len(await frozen.entries("form-signed")) == 1


async def test_a_talk_that_ends_before_it_is_printed_has_its_signed_paper_all_the_same(frozen: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes two seconds to print, and whoever has signed is done."""
    await frozen.sign(0)
    press, let_go = frozen.town.press.print, asyncio.Event()

    async def slow(job: Job) -> Pressed:
        await let_go.wait()
        return await press(job)

    monkeypatch.setattr(frozen.town.press, "print", slow)
    frozen.town.clock.advance(1)
    await frozen.sign(1)
    await frozen.does("clerk", EndSession(request(), frozen.session, "accepted"))
    assert frozen.town.state(frozen.session) == "WrappingUp" and await frozen.entries("form-signed") == []
    let_go.set()
    await frozen.signed()
    assert (await whole(await frozen.town.tools.signing.pdf(frozen.session, "signed"))).startswith(b"{")
