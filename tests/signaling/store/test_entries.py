"""An entry and what follows from it are one transaction: the chain, what must be signed, and what somebody must look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from config.clock import HandClock
from recordings import canonical
from recordings.ledger import verify
from signaling.domain.effects import Enter
from signaling.office.ports import Conflict
from signaling.store import tables as t
from signaling.store.entries import enter, held, ledger, lock, readable
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.visits import T0, opened

LATE, NOTED = Enter("recording-late"), Enter("noted", {"n": 1})


values = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.LARGEST, canonical.LARGEST) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[A-Za-z0-9_.:-]{1,6}", fullmatch=True), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9_.:-]{1,6}", fullmatch=True), values, max_size=5))
def test_a_body_is_read_as_it_was_written(body: dict[str, Any]) -> None:
    try:
        written = canonical.write(body)
    except canonical.NotCanonical:  # nested too deep
        assume(False)
    assert readable(written.decode()) == canonical.read(written)


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "1", '{"n":1', '{"n": 1}', '{"n":1,"n":2}', '{"b":1,"a":2}', '{"n":1}\n', '"x"', "null", '{"n":"\\ud800"}'])
def test_a_body_that_somebody_has_changed_the_spelling_of_is_another_one(text: str) -> None:
    assert readable(text) == {"unreadable": True}


@pytest.fixture
async def store(tmp_path: Path) -> Any:
    async with await open_store(tmp_path / FILE_NAME, HandClock()) as opening:
        await opened(opening, "session-1")
        yield opening


async def facts(store: SqlStore) -> tuple[list[str], int, list[str]]:
    """The ledger, how far it is evidence, and the incidents."""

    async def work(c: AsyncConnection) -> tuple[list[str], int, list[str]]:
        entries = await ledger(c, "session-1")
        verify("session-1", entries)
        seq = await c.scalar(select(t.session.c.evidence_seq).where(t.session.c.id == "session-1"))
        kinds = (await c.scalars(select(t.incident.c.kind).order_by(t.incident.c.kind))).all()
        return [entry.what for entry in entries], int(seq or 0), list(kinds)

    return await store._database.read(work)


async def write(store: SqlStore, *work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    async def all_of_it(c: AsyncConnection) -> None:
        for each in work:
            await each(c)

    await store._database.write(all_of_it)


def entering(*entries: Enter) -> Callable[[AsyncConnection], Awaitable[None]]:
    return lambda c: enter(c, "session-1", "jinshan", entries, T0, "server")


async def test_what_follows_from_an_entry_is_written_with_it(store: SqlStore) -> None:
    assert await facts(store) == (["ticket-taken", "party", "consent-given"], 3, [])
    await write(store, entering(NOTED, LATE, NOTED))
    assert await facts(store) == (["ticket-taken", "party", "consent-given", "noted", "recording-late", "noted"], 5, ["recording-late"])
    await write(store, entering(NOTED), entering(), entering(LATE))
    assert (await facts(store))[1:] == (8, ["recording-late"])


@pytest.mark.parametrize("bad", [Enter("Not a kind"), Enter("noted", {"姓名": 1}), Enter("noted", {"n": 2**60})])
async def test_of_a_transaction_that_fails_nothing_is_left(store: SqlStore, bad: Enter) -> None:
    before = await facts(store)
    with pytest.raises(ValueError):
        await write(store, entering(LATE), entering(NOTED, bad))
    assert await facts(store) == before
    await write(store, entering(LATE))
    assert (await facts(store))[2] == ["recording-late"]


async def test_a_session_is_taken_until_the_end_of_the_transaction_if_there_is_one(store: SqlStore) -> None:
    async def work(c: AsyncConnection) -> None:
        assert (await lock(c, "session-1"), await held(c, "session-1")) == ("jinshan", "jinshan")
        assert await lock(c, "session-9") is None
        with pytest.raises(Conflict):
            await held(c, "session-9")

    before = await facts(store)
    await write(store, work)
    assert await facts(store) == before, "taking it changes nothing"
