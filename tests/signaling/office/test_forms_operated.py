"""The clerk fills in the form by the resident's leave: what is the resident's too, each field entered once, not a letter after the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from signaling.wire import control, forms
from tests.signaling.office.declaration import Declaration
from tests.signaling.office.world import Town, request


@pytest.fixture
async def table() -> AsyncIterator[Declaration]:
    async with Town() as town:
        yield await Declaration.begun(town)


async def test_the_clerk_fills_in_what_is_the_residents_by_their_leave_and_each_field_is_entered_once(table: Declaration) -> None:
    grant = await table.operated()
    await table.write("clerk", man_agrees="yes")
    for letter in "138":
        await table.write("clerk", phone=letter)
    await table.write("clerk", man_name="张")
    used = [entry.body for entry in await table.entries("control-used")]
    assert [(body["grant"], body["did"], body["field"], body["count"], body["code"]) for body in used] == [
        (grant, "typed", field, 1, None) for field in ("man-agrees", "phone", "man-name")
    ]
    assert await table.refused("clerk", table.writes("clerk", "man-id-number", "3")) == "field-hidden", "what is hidden stays hidden"
    await table.does("resident", control.StopControl(request(), table.session, grant, "stop-key"))
    assert await table.refused("clerk", table.writes("clerk", "woman-agrees", "yes")) == "not-your-field"


async def test_the_next_grant_is_entered_anew_and_what_the_resident_types_is_not(table: Declaration) -> None:
    first = await table.operated()
    await table.write("clerk", phone="1")
    await table.does("clerk", control.StopControl(request(), table.session, first, "done"))
    second = await table.operated()
    await table.write("resident", phone="2")
    await table.write("clerk", phone="3")
    assert [entry.body["grant"] for entry in await table.entries("control-used")] == [first, second]


async def test_a_letter_that_meets_the_stop_key_is_not_taken(table: Declaration) -> None:
    """The stop is being stored when the letter comes: the letter's turn is after it."""
    grant = await table.operated()
    stop = control.StopControl(request(), table.session, grant, "stop-key")
    edit = table.writes("clerk", "man-agrees", "yes")
    done, late = await asyncio.gather(table.town.inbound.handle(table.kiosk, stop), table.town.inbound.handle(table.clerk, edit), return_exceptions=True)
    assert not isinstance(done, BaseException) and getattr(late, "code", None) == "no-grant"
    assert table.values == {} and await table.entries("control-used") == []


async def test_the_clerk_turns_the_residents_page_only_by_their_leave(table: Declaration) -> None:
    turn = forms.TurnPage(request(), table.session, "woman")
    assert await table.refused("clerk", turn) == "no-grant"
    await table.operated()
    await table.does("clerk", turn)
    assert [turned.page for turned in table.told("resident", forms.PageTurned)] == ["woman"]
    assert await table.refused("clerk", forms.TurnPage(request(), table.session, "nothing")) == "unknown-page"
