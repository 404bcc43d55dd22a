"""The store without a disk: what it does beyond the contract, for those who are tried on it."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.administration import Deed
from signaling.domain.presence import start_shift
from signaling.office.ports import BY_ITSELF, StoreAway
from signaling.store.memory import MemoryStore
from tests.contract.visits import T0, moved, opened, rung_by


async def test_it_can_be_away_and_come_back() -> None:
    store = MemoryStore()
    before = await opened(store, "session-1")
    store.away = True
    for call in (
        store.live_sessions(), opened(store, "session-2"), moved(store, before, *rung_by("li"), cause=BY_ITSELF), store.save_note("session-1", "x", BY_ITSELF),
        store.shifts(), store.save_shift(start_shift("li", "jinshan-3", T0), BY_ITSELF), store.end_shift("li", BY_ITSELF), store.done_before(BY_ITSELF),
        store.sessions_of("jinshan"), store.ledger_of("session-1"), store.session("session-1"),
        store.record.note(Deed("jinshan", "clerk:li", "access-refused"), T0), store.record.deeds("jinshan"), store.record.reach("jinshan"),
    ):
        with pytest.raises(StoreAway):
            await call
    store.away = False
    assert await store.live_sessions() == [before]
    assert await store.shifts() == []


async def test_others_get_a_turn_while_it_works() -> None:
    """Whoever believes that nothing happens during an `await` on the store is found out without a database."""
    store = MemoryStore()
    order: list[str] = []

    async def other() -> None:
        order.append("other")

    async with asyncio.TaskGroup() as group:
        group.create_task(other())
        await opened(store, "session-1")
        order.append("opened")
    assert order == ["other", "opened"]
