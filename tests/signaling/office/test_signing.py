"""From confirmed pages to a signed paper: printed as confirmed, sealed before anybody hears of it, signed as shown, and made whole after any break."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence

import pytest

from config.tasks import Tasks
from recordings import canonical
from recordings.album import Picture, Put, Sealing
from signaling.domain import signature as ink
from signaling.domain.refusals import Refusal
from signaling.domain.states import talk_of
from signaling.office.ports import StoreAway
from signaling.office.press import Job, Pressed
from signaling.wire import forms
from signaling.wire.asks import WithdrawAsk
from signaling.wire.desk import EndSession, Hold, Resume
from tests.signaling.office.album import MemoryPutting, PaperPress
from tests.signaling.office.declaration import BY_RESIDENT, STROKE, Declaration
from tests.signaling.office.world import Town, request


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


@pytest.fixture
async def table() -> AsyncIterator[Declaration]:
    async with Town() as town:
        yield await Declaration.begun(town)


@pytest.fixture
async def confirmed(table: Declaration) -> Declaration:
    """Filled in and confirmed."""
    await table.fill_in()
    await table.confirm()
    return table


@pytest.fixture
async def frozen(confirmed: Declaration) -> Declaration:
    """And frozen."""
    await confirmed.does("clerk", forms.FreezeForm(request(), confirmed.session))
    return confirmed


class SlowPress(PaperPress):
    """Prints when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def print(self, job: Job) -> Pressed:
        await self.let_go.wait()
        return await super().print(job)


def slowed(table: Declaration, monkeypatch: pytest.MonkeyPatch) -> SlowPress:
    """The town's press from now on."""
    press = SlowPress()
    monkeypatch.setattr(table.town.press, "print", press.print)
    return press


# --- frozen ---------------------------------------------------------------------------------------


async def test_what_was_confirmed_is_printed_sealed_and_on_record(frozen: Declaration) -> None:
    paper, album = frozen.paper, frozen.town.album
    (job,) = frozen.town.press.jobs
    assert job.values["man-name"] == "张𠮷" and job.values["registry-note" if "registry-note" in job.values else "phone"] == BY_RESIDENT["phone"]
    assert (job.facts.digest, job.facts.frozen_at) == (paper.values, paper.at)
    assert paper.values == frozen.town.tools.forms.paper(frozen.session).view(frozen.town.tools.forms._today()).frozen
    (pdf,) = album.of(frozen.session, "form.paper")
    pages = [*album.of(frozen.session, "form-1.picture"), *album.of(frozen.session, "form-2.picture")]
    assert (sha(pdf), [sha(page) for page in pages]) == (paper.pdf, [page.digest for page in paper.pages])
    (entry,) = await frozen.entries("form-frozen")
    assert entry.body == {"case": (await frozen.entries("ticket-taken"))[0].body["case"], "form": paper.id, "code": "marriage-declaration", "version": frozen.form.version, "values": paper.values, "digest": paper.pdf}  # type: ignore[union-attr] # there is one
    assert [entry.body["digest"] for entry in await frozen.entries("form-page")] == [page.digest for page in paper.pages]


async def test_nobody_hears_of_it_before_it_lies_sealed(confirmed: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    put = confirmed.town.album.put

    def watched(sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int, begun: MemoryPutting | None = None) -> Put:
        told.append(sum(changed.view.frozen is not None for side in ("resident", "clerk") for changed in confirmed.told(side, forms.FormChanged)))
        assert confirmed.form is not None and confirmed.form.frozen is None
        return put(sealing, number, pictures, now_ms, begun)

    monkeypatch.setattr(confirmed.town.album, "put", watched)
    await confirmed.does("clerk", forms.FreezeForm(request(), confirmed.session))
    assert told == [0]
    assert [confirmed.told(side, forms.FormChanged)[-1].view.frozen for side in ("resident", "clerk")] == [confirmed.paper.values] * 2


async def test_both_see_each_page_and_the_clerk_the_paper(frozen: Declaration) -> None:
    signing = frozen.town.tools.signing
    for n, page in enumerate(frozen.paper.pages, 1):
        assert sha(await whole(await signing.page(frozen.session, n))) == page.digest
    assert sha(await whole(await signing.pdf(frozen.session, "paper"))) == frozen.paper.pdf
    for n in (0, 3, 99):
        with pytest.raises(Refusal, match="unknown-page"):
            await signing.page(frozen.session, n)
    with pytest.raises(Refusal, match="unknown-page"):
        await signing.pdf(frozen.session, "signed")
    await frozen.does("clerk", EndSession(request(), frozen.session, "referred"))
    assert sha(await whole(await signing.page(frozen.session, 1))) == frozen_page(frozen), "also while the case is completed"


def frozen_page(table: Declaration) -> str:
    state = table.town.office.floor.state(table.session)
    return state.talk.file.form.frozen.pages[0].digest  # type: ignore[union-attr] # completed, frozen


@pytest.mark.parametrize("code", ["no-glyph", "no-font", "no-press"])
async def test_a_paper_that_cannot_be_printed_leaves_the_form_as_it_was(confirmed: Declaration, code: str) -> None:
    confirmed.town.press.refuses = Refusal(code)
    assert await confirmed.refused("clerk", forms.FreezeForm(request(), confirmed.session)) == code
    confirmed.town.press.refuses = None
    await confirmed.does("clerk", forms.FreezeForm(request(), confirmed.session))
    assert confirmed.paper.pages


async def test_a_paper_that_no_disk_takes_leaves_the_form_as_it_was(confirmed: Declaration) -> None:
    confirmed.town.album.full = True
    assert await confirmed.refused("clerk", forms.FreezeForm(request(), confirmed.session)) == "not-recordable"
    await confirmed.does("clerk", forms.ReopenPage(request(), confirmed.session, "man"))
    confirmed.town.album.full = False


async def test_what_is_not_confirmed_is_not_even_printed(table: Declaration) -> None:
    await table.fill_in()
    assert await table.refused("clerk", forms.FreezeForm(request(), table.session)) == "page-open"
    assert table.town.press.jobs == []


async def test_the_store_is_away_and_nothing_is_frozen(confirmed: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    press = slowed(confirmed, monkeypatch)
    tasks = Tasks(lambda name, error: None)
    freezing = tasks.start(confirmed.town.inbound.handle(confirmed.clerk, freeze := forms.FreezeForm(request(), confirmed.session)), "freeze")
    await confirmed.town.settle()
    confirmed.town.store.away = True
    press.let_go.set()
    with pytest.raises(StoreAway):
        await freezing
    confirmed.town.store.away = False
    assert confirmed.town.tools.forms.paper(confirmed.session).view(confirmed.town.tools.forms._today()).frozen is None
    confirmed.town.clock.advance(1)
    await confirmed.does("clerk", freeze)
    assert confirmed.paper.pages, "the same command again, and now it is done"


async def test_a_hold_that_begins_while_it_is_printed_wins(confirmed: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    press = slowed(confirmed, monkeypatch)
    tasks = Tasks(lambda name, error: None)
    freezing = tasks.start(confirmed.town.inbound.handle(confirmed.clerk, forms.FreezeForm(request(), confirmed.session)), "freeze")
    await confirmed.town.settle()
    await confirmed.does("clerk", Hold(request(), confirmed.session))
    press.let_go.set()
    with pytest.raises(Refusal, match="not-now"):
        await freezing
    await confirmed.does("clerk", Resume(request(), confirmed.session))
    await confirmed.does("clerk", forms.ReopenPage(request(), confirmed.session, "man"))
    assert confirmed.form is not None and confirmed.form.frozen is None


async def test_what_is_typed_while_it_is_printed_waits_and_comes_too_late(confirmed: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    press = slowed(confirmed, monkeypatch)
    tasks = Tasks(lambda name, error: None)
    freezing = tasks.start(confirmed.town.inbound.handle(confirmed.clerk, forms.FreezeForm(request(), confirmed.session)), "freeze")
    await confirmed.town.settle()
    typing = tasks.start(confirmed.town.inbound.handle(confirmed.kiosk, forms.ReopenPage(request(), confirmed.session, "man")), "reopen")
    await confirmed.town.settle()
    assert not typing.done()
    press.let_go.set()
    await freezing
    with pytest.raises(Refusal, match="form-frozen"):
        await typing


async def test_frozen_and_melted_said_twice_are_done_once(confirmed: Declaration) -> None:
    freeze, melt = forms.FreezeForm(request(), confirmed.session), forms.MeltForm(request(), confirmed.session)
    for _ in range(2):
        await confirmed.does("clerk", freeze)
    assert len(confirmed.town.press.jobs) == 1 and len(await confirmed.entries("form-frozen")) == 1
    for _ in range(2):
        await confirmed.does("clerk", melt)
    await confirmed.does("clerk", freeze)
    assert confirmed.form is not None and confirmed.form.frozen is None and len(await confirmed.entries("form-melted")) == 1
    assert await confirmed.refused("clerk", forms.MeltForm(request(), confirmed.session)) == "form-open"


async def test_another_number_for_each_paper_though_the_clock_stands_still(frozen: Declaration) -> None:
    first = frozen.paper
    await frozen.does("clerk", forms.MeltForm(request(), frozen.session))
    await frozen.confirm()
    await frozen.does("clerk", forms.FreezeForm(request(), frozen.session))
    assert frozen.paper.number > first.number and len(frozen.town.album.of(frozen.session, "form.paper")) == 2


# --- signed ---------------------------------------------------------------------------------------


async def test_a_signature_is_sealed_as_a_record_of_every_stroke_and_as_a_picture(frozen: Declaration) -> None:
    ask = await frozen.asked_to_sign(1)
    paper, town = frozen.paper, frozen.town
    received = await town.tools.signing.sign(frozen.kiosk, frozen.session, ask, frozen.body())
    await town.settle()  # the views
    (record,) = town.album.of(frozen.session, "signature.record")
    (drawn,) = town.album.of(frozen.session, "signature.picture")
    place, state = paper.places[1], town.office.floor.state(frozen.session)
    talk = talk_of(state) if state is not None else None
    page = paper.pages[place.page]
    assert talk is not None
    assert record == canonical.write(ink.signature_record(
        frozen.session, talk.ticket.case, ink.SignedForm("marriage-declaration", frozen.form.version, paper.values, paper.pdf),  # type: ignore[union-attr] # there is one
        ink.ShownPage(page.id, page.digest, 1080, 1527), ink.SignedPlace(1, place.page, place.x, place.y, place.width, place.height), 1, ask,
        round(town.clock.now() * 1000), ink.Strokes(1000, 400, "pen", (tuple(STROKE),)),
    ))  # fmt: skip
    assert received == forms.SignatureReceived(frozen.paper.signatures[0].id, sha(record))
    (entry,) = await frozen.entries("signature-given")
    assert (entry.body["digest"], entry.body["form"], entry.body["pdf"], entry.body["shown"], entry.body["place"]) == (sha(record), paper.id, paper.pdf, page.digest, 1)
    (picture,) = await frozen.entries("signature-drawn")
    assert drawn.startswith(b"\x89PNG") and picture.body == {"picture": entry.body["drawn"], "digest": sha(drawn)}
    screen = town.mail.desk[frozen.clerk.id].talk
    assert screen is not None and screen.form is not None and screen.form.frozen is not None
    assert [place.signed for place in screen.form.frozen.places] == [False, True] and screen.asked is None


async def refused(table: Declaration, ask: str, body: forms.SignatureBody) -> str:
    before, sealed = table.town.office.floor.state(table.session), dict(table.town.album.papers)
    with pytest.raises(Refusal) as caught:
        await table.town.tools.signing.sign(table.kiosk, table.session, ask, body)
    await table.town.settle()
    assert table.town.office.floor.state(table.session) == before and table.town.album.papers == sealed
    return caught.value.code


async def test_what_is_no_signature_is_refused_and_the_question_stands(frozen: Declaration) -> None:
    ask = await frozen.asked_to_sign()
    assert await refused(frozen, ask, frozen.body(shown=frozen.paper.pages[0].digest)) == "shown-otherwise"
    assert await refused(frozen, ask, frozen.body([[(500, 200, 500, 0)]])) == "signature-empty"
    assert await refused(frozen, ask, frozen.body([[(100, 200, 500, 0), (2000, 200, 500, 16)]])) == "signature-broken"
    assert await refused(frozen, ask, frozen.body([[(n % 900, 200, 500, n) for n in range(6000)], STROKE])) == "signature-too-long"
    assert await refused(frozen, "another-ask", frozen.body()) == "signature-not-wanted"
    frozen.town.album.full = True
    assert await refused(frozen, ask, frozen.body()) == "not-recordable"
    frozen.town.album.full = False
    await frozen.town.tools.signing.sign(frozen.kiosk, frozen.session, ask, frozen.body())


@pytest.mark.parametrize("meanwhile", ["withdrawn", "held", "melted", "put away", "ended"])
async def test_a_signature_that_comes_too_late_is_not_wanted(frozen: Declaration, meanwhile: str) -> None:
    ask, body = await frozen.asked_to_sign(), frozen.body()
    session = frozen.session
    await frozen.does("clerk", {
        "withdrawn": WithdrawAsk(request(), session, ask), "held": Hold(request(), session), "melted": forms.MeltForm(request(), session),
        "put away": forms.PutFormAway(request(), session), "ended": EndSession(request(), session, "referred"),
    }[meanwhile])  # fmt: skip
    assert await refused(frozen, ask, body) == "signature-not-wanted"


async def test_a_question_that_is_withdrawn_while_the_ink_dries_is_not_answered(frozen: Declaration) -> None:
    ask = await frozen.asked_to_sign()
    signing = frozen.town.tools.signing.sign(frozen.kiosk, frozen.session, ask, frozen.body())
    late, _ = await asyncio.gather(
        signing, frozen.town.inbound.handle(frozen.clerk, WithdrawAsk(request(), frozen.session, ask)), return_exceptions=True
    )
    assert isinstance(late, Refusal) and late.code == "signature-not-wanted" and frozen.paper.signatures == ()


async def test_of_two_who_answer_one_question_the_first_has_signed(frozen: Declaration) -> None:
    ask = await frozen.asked_to_sign()
    both = [frozen.town.tools.signing.sign(frozen.kiosk, frozen.session, ask, frozen.body()) for _ in range(2)]
    first, second = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(first, forms.SignatureReceived) and isinstance(second, Refusal) and second.code == "signature-not-wanted"


async def test_another_kiosk_signs_nothing(frozen: Declaration) -> None:
    ask = await frozen.asked_to_sign()
    with pytest.raises(Refusal, match="unknown-session"):
        await frozen.town.tools.signing.sign(frozen.town.kiosk(2), frozen.session, ask, frozen.body())
    assert frozen.paper.signatures == ()
