"""The form between two ends: what one types is stored and reaches the other, what is hidden reaches nobody, what is repeated is done once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator

import pytest
from pycrdt import Doc, Text

from config.tasks import Tasks
from signaling.domain.states import Reconnecting
from signaling.office.ports import StoreAway
from signaling.wire import forms
from signaling.wire.base import Command
from signaling.wire.desk import EndSession, Hold, Resume
from tests.signaling.office.declaration import BY_RESIDENT, MAN, Declaration, Leaf, chosen, coded, typed
from tests.signaling.office.world import Town, request


@pytest.fixture
async def table() -> AsyncIterator[Declaration]:
    async with Town() as town:
        yield await Declaration.begun(town)


async def hello(table: Declaration, side: str, **vectors: str) -> forms.FormWelcome:
    welcome = await table.does(side, forms.FormHello(request(), table.session, {name.replace("_", "-"): vector for name, vector in vectors.items()}))
    assert isinstance(welcome, forms.FormWelcome)
    return welcome


def said(sheet: forms.Sheet) -> str:
    doc: Doc[Text] = Doc()
    doc.apply_update(base64.b64decode(sheet.update))
    return str(doc.get("text", type=Text))


# --- laid and typed -------------------------------------------------------------------------------


async def test_both_see_the_form_that_the_service_has(table: Declaration) -> None:
    for side in ("resident", "clerk"):
        (view,) = [changed.view for changed in table.told(side, forms.FormChanged)]
        assert (view.form, view.filled, view.confirmed, view.frozen) == ("marriage-declaration", [], [], None)
        assert set((await hello(table, side)).view.problems) >= {"man-name", "phone"}


async def test_what_one_types_is_stored_and_then_shown_to_the_other(table: Declaration) -> None:
    edit = table.writes("resident", "man-name", "张𠮷")
    await table.does("resident", edit)
    (edited,) = table.told("clerk", forms.FormEdited)
    assert (edited.field, edited.update) == ("man-name", edit.update) and table.told("resident", forms.FormEdited) == []
    assert table.values == {"man-name": "张𠮷"}
    assert table.told("clerk", forms.FormChanged)[-1].view.filled == ["man-name"]
    await table.write("clerk", woman_name="李娜")
    assert [edited.field for edited in table.told("resident", forms.FormEdited)] == ["woman-name"]


async def test_nothing_is_told_before_it_is_stored(table: Declaration) -> None:
    """The kiosk hears of the view, and the clerk of the letters, only after the store has them."""
    table.town.store.away = True
    tasks = Tasks(lambda name, error: None)
    waiting = tasks.start(table.town.inbound.handle(table.kiosk, table.writes("resident", "man-name", "张")), "edit")
    await table.town.settle()
    assert table.told("clerk", forms.FormEdited) == [] and not waiting.done()
    table.town.store.away = False
    await waiting
    await table.town.settle()
    assert [edited.field for edited in table.told("clerk", forms.FormEdited)] == ["man-name"] and table.values == {"man-name": "张"}


async def test_an_end_that_was_away_is_given_what_it_lacks_and_says_what_is_lacking_here(table: Declaration) -> None:
    await table.write("resident", man_name="张", man_household="海盐")
    leaf = Leaf()
    welcome = await hello(table, "clerk")
    leaf.doc.apply_update(base64.b64decode(welcome.sheets["man-name"].update))
    await table.write("resident", man_name="三")
    again = await hello(table, "clerk", man_name=coded(bytes(leaf.doc.get_state())))
    leaf.doc.apply_update(base64.b64decode(again.sheets["man-name"].update))
    assert str(leaf.doc.get("text", type=Text)) == "张三"
    assert "张" not in base64.b64decode(again.sheets["man-name"].update).decode("utf-8", "replace"), "only what it lacks"
    mine = table.leaves["resident", "man-name"].doc
    assert bytes(mine.get_update(base64.b64decode(again.sheets["man-name"].vector))) == b"\x00\x00", "and nothing is lacking here"


async def test_two_who_type_at_once_are_taken_one_after_the_other(table: Declaration) -> None:
    edits = [table.edit("resident", "man-household", typed(letter)) for letter in "甲乙丙丁"] + [table.edit("clerk", "man-household", typed(letter)) for letter in "子丑"]
    await asyncio.gather(*(table.town.inbound.handle(table.kiosk if n < 4 else table.clerk, edit) for n, edit in enumerate(edits)))
    await table.town.settle()
    there = table.values["man-household"]
    assert sorted(there) == sorted("甲乙丙丁子丑") and [letter for letter in there if letter in "甲乙丙丁"] == list("甲乙丙丁")
    assert [edited.update for edited in table.told("clerk", forms.FormEdited)] == [edit.update for edit in edits[:4]]


@pytest.mark.parametrize("update", ["A", "AA=", "AAAAA"])
async def test_what_is_no_base64_is_refused_and_not_a_fault_of_the_server(table: Declaration, update: str) -> None:
    assert await table.refused("resident", forms.EditForm(request(), table.session, "man-name", update)) == "bad-update"
    assert await table.refused("clerk", forms.FormHello(request(), table.session, {"man-name": update})) == "bad-vector"


async def test_what_the_paper_refuses_is_refused(table: Declaration) -> None:
    assert await table.refused("clerk", table.writes("clerk", "man-agrees", "yes")) == "not-your-field"
    assert await table.refused("resident", table.writes("resident", "registry-note", "x")) == "not-your-field"
    assert await table.refused("clerk", table.writes("clerk", "man-id-number", "3")) == "field-hidden"
    assert await table.refused("resident", forms.EditForm(request(), table.session, "nothing", coded(b"\x00\x00"))) == "unknown-field"
    assert await table.refused("resident", table.edit("resident", "man-nationality", chosen("mars"))) == "not-an-option"


async def test_without_a_form_there_is_nothing_to_fill_in() -> None:
    async with Town() as town:
        table = await Declaration.begun(town, laid=False)
        assert await table.refused("resident", forms.FormHello(request(), table.session, {})) == "no-form"
        assert await table.refused("clerk", forms.PointAtField(request(), table.session, "man-name")) == "no-form"
        assert await table.refused("clerk", forms.PutFormAway(request(), table.session)) == "no-form"


async def test_a_service_without_a_form_has_none_to_lay(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Town() as town:
        monkeypatch.setattr(town.books, "form_of", lambda service, at: None)
        table = await Declaration.begun(town, laid=False)
        assert await table.refused("clerk", forms.LayForm(request(), table.session)) == "no-form"


async def test_a_form_that_was_begun_is_laid_again_even_if_the_service_has_none_any_more(table: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    await table.does("clerk", forms.PutFormAway(request(), table.session))
    monkeypatch.setattr(table.town.books, "form_of", lambda service, at: None)
    await table.does("clerk", forms.LayForm(request(), table.session))
    assert table.form is not None and (table.form.code, table.form.laid) == ("marriage-declaration", True)


# --- away and held --------------------------------------------------------------------------------


async def test_put_away_and_on_hold_nothing_is_typed_pointed_at_or_turned(table: Declaration) -> None:
    await table.write("resident", man_name="张")
    await table.does("clerk", Hold(request(), table.session))
    assert await table.refused("resident", table.writes("resident", "man-name", "三")) == "not-now"
    assert await table.refused("clerk", forms.PointAtField(request(), table.session, "man-name")) == "no-form"
    await table.does("clerk", Resume(request(), table.session))
    await table.does("clerk", forms.PutFormAway(request(), table.session))
    assert await table.refused("resident", table.writes("resident", "man-household", "海")) == "no-form"
    assert await table.refused("clerk", forms.PointAtField(request(), table.session, "man-name")) == "no-form"
    assert await table.refused("clerk", forms.TurnPage(request(), table.session, "man")) == "no-grant"
    await table.does("clerk", forms.LayForm(request(), table.session))
    assert said((await hello(table, "clerk")).sheets["man-name"]) == "张"


async def test_when_the_talk_is_over_so_is_the_form(table: Declaration) -> None:
    await table.does("clerk", EndSession(request(), table.session, "referred"))
    assert (await table.town.refuses(table.kiosk, forms.EditForm(request(), table.session, "man-name", coded(b"\x00\x00")))).code == "not-now"
    assert (await table.town.refuses(table.clerk, forms.FormHello(request(), table.session, {}))).code == "not-now"


async def test_a_talk_that_ends_while_a_letter_is_stored_is_no_fault(table: Declaration) -> None:
    edit, end = table.writes("resident", "man-name", "张"), EndSession(request(), table.session, "referred")
    await asyncio.gather(table.town.inbound.handle(table.kiosk, edit), table.town.inbound.handle(table.clerk, end))
    await table.town.settle()
    assert table.town.state(table.session) == "WrappingUp"


# --- hidden ---------------------------------------------------------------------------------------


async def test_nothing_of_a_hidden_field_ever_goes_to_the_clerk(table: Declaration) -> None:
    for digit in MAN:
        await table.write("resident", man_id_number=digit)
    await hello(table, "clerk")
    await table.write("resident", man_name="张")
    await table.does("clerk", forms.PointAtField(request(), table.session, "man-id-number"))
    there = table.everything_for("clerk")
    assert "张" in there and "man-id-number" in there, "that it is filled in may be known"
    sent = [message for message in table.told("clerk", forms.FormEdited) if message.field == "man-id-number"]
    assert sent == [] and "man-id-number" not in (await hello(table, "clerk")).sheets
    assert MAN[6:12] not in there and MAN[12:] not in there, "the rest of it is the place, which other things have too"
    assert MAN in said((await hello(table, "resident")).sheets["man-id-number"])


async def test_it_is_shown_and_hidden_again_and_what_is_typed_afterwards_is_not_seen(table: Declaration) -> None:
    await table.write("resident", man_id_number=MAN[:6])
    await table.does("resident", forms.ShowField(request(), table.session, "man-id-number", True))
    (revealed,) = table.told("clerk", forms.FieldRevealed)
    assert said(revealed.sheet) == MAN[:6] and table.told("resident", forms.FieldRevealed) == []
    await table.does("resident", forms.ShowField(request(), table.session, "man-id-number", False))
    assert len(table.told("clerk", forms.FieldHidden)) == 1
    before = len(table.told("clerk", forms.FormEdited))
    await table.write("resident", man_id_number="1995")
    assert len(table.told("clerk", forms.FormEdited)) == before and "1995" not in table.everything_for("clerk")
    shown, hidden = [entry.body for entry in await table.entries("form-shown", "form-hidden")]
    assert shown == hidden == {"field": "man-id-number"}


async def test_to_show_it_said_twice_shows_no_letter_of_what_was_typed_since_it_was_hidden(table: Declaration) -> None:
    """A page that lost its line says again what was not answered, in order; the first may be long out of date."""
    show = forms.ShowField(request(), table.session, "man-id-number", True)
    await table.does("resident", show)
    await table.does("resident", forms.ShowField(request(), table.session, "man-id-number", False))
    await table.write("resident", man_id_number=MAN)
    await table.does("resident", show)
    assert MAN not in table.everything_for("clerk")
    assert isinstance(table.town.mail.sent[-1][1], forms.FieldHidden) or not table.told("clerk", forms.FieldRevealed)[1:]
    assert len(await table.entries("form-shown")) == 1


async def test_to_show_it_said_twice_after_it_was_frozen_is_no_fault(table: Declaration) -> None:
    show = forms.ShowField(request(), table.session, "man-id-number", True)
    await table.does("resident", show)
    await table.freeze()
    await table.does("resident", show)


async def test_the_clerk_shows_nothing_and_what_is_not_hidden_is_not_shown(table: Declaration) -> None:
    assert await table.refused("clerk", forms.ShowField(request(), table.session, "man-id-number", True)) in ("unknown-session", "not-allowed")
    assert await table.refused("resident", forms.ShowField(request(), table.session, "man-name", True)) == "not-sensitive"


async def test_the_ledger_never_has_a_letter(table: Declaration) -> None:
    await table.freeze()
    told = " ".join(str(entry.body) for entry in await table.town.store.ledger_of(table.session))
    assert not any(value in told for value in BY_RESIDENT.values() if len(value) > 3 and value != "china")


# --- pointed, confirmed ---------------------------------------------------------------------------


async def test_the_clerk_points_and_both_see_where(table: Declaration) -> None:
    before = len(await table.town.store.ledger_of(table.session))
    await table.does("clerk", forms.PointAtField(request(), table.session, "phone"))
    assert [table.told(side, forms.FormChanged)[-1].view.pointed for side in ("resident", "clerk")] == ["phone", "phone"]
    await table.write("resident", man_name="张")
    assert table.told("resident", forms.FormChanged)[-1].view.pointed == "phone", "typing elsewhere does not undo it"
    await table.does("clerk", forms.PointAtField(request(), table.session, None))
    assert table.told("resident", forms.FormChanged)[-1].view.pointed is None
    assert len(await table.town.store.ledger_of(table.session)) == before
    assert await table.refused("clerk", forms.PointAtField(request(), table.session, "nothing")) == "unknown-field"


async def test_a_page_is_confirmed_as_it_was_seen_and_opened_again_by_either(table: Declaration) -> None:
    await table.fill_in()
    early = table.confirmation("man")
    await table.write("clerk", man_household="室")
    assert await table.refused("resident", early) == "page-changed"
    await table.does("resident", table.confirmation("man"))
    assert table.told("clerk", forms.FormChanged)[-1].view.confirmed == ["man"]
    assert await table.refused("clerk", table.writes("clerk", "man-household", "!")) == "page-confirmed"
    assert await table.refused("clerk", forms.ConfirmPage(request(), table.session, "man", table.seen("man"))) in ("unknown-session", "not-allowed")
    await table.does("clerk", forms.ReopenPage(request(), table.session, "man"))
    assert table.told("resident", forms.FormChanged)[-1].view.confirmed == []
    confirmed, reopened = [entry.body for entry in await table.entries("form-confirmed", "form-reopened")]
    salted = hashlib.sha256(f"{table.town.tools.forms.paper(table.session).salt}{table.seen('man')}".encode()).hexdigest()
    assert confirmed == {"page": "man", "digest": salted} and reopened == {"page": "man"}


async def test_what_is_incomplete_is_not_confirmed(table: Declaration) -> None:
    assert await table.refused("resident", table.confirmation("man")) == "page-incomplete"
    assert await table.refused("resident", forms.ConfirmPage(request(), table.session, "nothing", "0" * 64)) == "unknown-page"


async def test_what_is_said_twice_is_done_once(table: Declaration) -> None:
    lay = forms.LayForm(request(), table.session)
    await table.does("clerk", forms.PutFormAway(request(), table.session))
    await table.does("clerk", lay)
    await table.fill_in()
    confirm, edit = table.confirmation("man"), table.edit("resident", "phone", typed(""))
    show, reopen = forms.ShowField(request(), table.session, "woman-id-number", True), forms.ReopenPage(request(), table.session, "man")
    for side, command in (("resident", confirm), ("resident", show), ("clerk", reopen)):
        await table.does(side, command)
    assert table.form is not None
    form, ledger = table.form, await table.town.ledger(table.session)
    again: list[tuple[str, Command]] = [("clerk", lay), ("resident", confirm), ("resident", show), ("clerk", reopen), ("resident", edit)]
    for side, said_before in again:
        await table.does(side, said_before)
        assert table.form == form and await table.town.ledger(table.session) == ledger, said_before
    assert table.told("clerk", forms.FormChanged)[-1].view.confirmed == []


async def test_letters_said_twice_stand_there_once_and_are_passed_on_once(table: Declaration) -> None:
    edit = table.writes("resident", "man-name", "张")
    for _ in range(3):
        await table.does("resident", edit)
    assert table.values == {"man-name": "张"} and len(table.told("clerk", forms.FormEdited)) == 1


# --- the store is away, the server restarts -------------------------------------------------------


async def test_while_the_store_is_away_steps_are_refused_and_the_paper_is_as_it_is_stored(table: Declaration) -> None:
    await table.fill_in()
    before = table.town.tools.forms.paper(table.session).snapshot()
    sent = len(table.town.mail.sent)
    table.town.store.away = True
    for side, command in (("resident", table.confirmation("man")), ("resident", forms.ShowField(request(), table.session, "man-id-number", True))):
        with pytest.raises(StoreAway):
            await table.does(side, command)
    table.town.store.away = False
    assert table.town.tools.forms.paper(table.session).snapshot() == before
    assert table.town.mail.sent[sent:] == [], "nobody heard of what did not happen"
    await table.does("resident", table.confirmation("man"))


async def test_the_next_server_takes_the_form_up_where_it_was() -> None:
    async with Town() as town:
        table = await Declaration.begun(town)
        await table.fill_in()
        await table.does("resident", forms.ShowField(request(), table.session, "woman-id-number", True))
        await table.does("resident", table.confirmation("man"))
        show = forms.ShowField(request(), table.session, "man-id-number", True)
    async with Town(town.store, town.clock) as again:
        assert isinstance(again.office.floor.state(table.session), Reconnecting)
        await table.after_restart(again)
        welcome = await hello(table, "clerk")
        assert welcome.view.confirmed == ["man"] and welcome.view.shown == ["woman-id-number"]
        assert "man-id-number" not in welcome.sheets and said(welcome.sheets["man-name"]) == BY_RESIDENT["man-name"]
        assert await table.refused("resident", table.writes("resident", "man-name", "!")) == "page-confirmed"
        await table.does("resident", show)
        assert said(table.told("clerk", forms.FieldRevealed)[-1].sheet) == MAN
