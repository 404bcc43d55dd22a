"""What every store of evidence promises of views, and of what needs two people."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.approvals import Approval, approved, used
from signaling.domain.effects import Enter
from signaling.office.ports import Conflict
from tests.contract.conftest import AnyStore
from tests.contract.evidence import ASKED, talked, what, wish
from tests.contract.visits import T0

VIEWED = Enter("viewed", {"purpose": "complaint"})


# --- views ----------------------------------------------------------------------------------------


async def test_who_looks_at_a_session_is_remembered_and_entered(store: AnyStore) -> None:
    await talked(store)
    assert await store.evidence.view_since("session-1", "zhou") is None
    await store.evidence.open_view("session-1", "zhou", "complaint", T0 + 1, VIEWED)
    await store.evidence.open_view("session-1", "sun", "audit", T0 + 2, VIEWED)
    await store.evidence.open_view("session-1", "zhou", "quality", T0 + 3, VIEWED)
    assert [await store.evidence.view_since("session-1", person) for person in ("zhou", "sun", "wu")] == [T0 + 3, T0 + 2, None]
    assert await store.evidence.view_since("session-2", "zhou") is None
    entries = [entry for entry in await store.ledger_of("session-1") if entry.what == "viewed"]
    assert [entry.actor for entry in entries] == ["supervisor:zhou", "supervisor:sun", "supervisor:zhou"], "every time"


async def test_a_session_that_nobody_knows_is_looked_at_by_nobody(store: AnyStore) -> None:
    with pytest.raises(Conflict):
        await store.evidence.open_view("session-9", "zhou", "complaint", T0, VIEWED)
    assert await store.evidence.view_since("session-9", "zhou") is None


async def test_eight_who_look_at_once_are_eight(store: AnyStore) -> None:
    await talked(store)
    await asyncio.gather(*(store.evidence.open_view("session-1", f"p{n % 4}", "audit", T0 + n, VIEWED) for n in range(8)))
    assert (await what(store)).count("viewed") == 8
    assert all([await store.evidence.view_since("session-1", f"p{n}") is not None for n in range(4)])


# --- two people -----------------------------------------------------------------------------------


async def test_a_wish_is_kept_as_it_was_said_and_the_newest_is_read_first(store: AnyStore) -> None:
    await talked(store)
    wishes = [wish("r-1", at=T0), wish("r-2", at=T0 + 5, deed="release-hold"), wish("r-3", at=T0 + 5)]
    for each in wishes:
        await store.evidence.ask(each, ASKED)
        assert await store.evidence.request(each.id) == each
    assert await store.evidence.requests_of("session-1") == [wishes[1], wishes[2], wishes[0]]
    assert await store.evidence.requests_of("session-2") == [] and await store.evidence.request("r-9") is None
    entries = [entry for entry in await store.ledger_of("session-1") if entry.what == "export-asked"]
    assert [entry.actor for entry in entries] == ["person:zhou"] * 3


async def test_a_wish_has_its_own_id_and_a_known_session(store: AnyStore) -> None:
    await talked(store)
    await store.evidence.ask(wish(), ASKED)
    with pytest.raises(Conflict):
        await store.evidence.ask(wish(by="sun", at=T0 + 1), ASKED)
    with pytest.raises(Conflict):
        await store.evidence.ask(wish("r-2", "session-9"), ASKED)
    assert await store.evidence.request("r-1") == wish()
    assert await store.evidence.request("r-2") is None
    assert (await what(store)).count("export-asked") == 1


async def test_a_wish_is_changed_by_who_knows_it_as_it_is(store: AnyStore) -> None:
    await talked(store)
    asked = wish()
    await store.evidence.ask(asked, ASKED)
    both = approved(asked, "sun", T0 + 60)
    await store.evidence.change_request(asked, both, Enter("export-approved", {"request": "r-1"}), T0 + 60, "supervisor:sun")
    assert await store.evidence.request("r-1") == both
    with pytest.raises(Conflict):
        await store.evidence.change_request(asked, approved(asked, "wu", T0 + 61), Enter("export-approved"), T0 + 61, "supervisor:wu")
    with pytest.raises(Conflict):
        await store.evidence.change_request(wish("r-9"), wish("r-9"), Enter("export-approved"), T0 + 61, "supervisor:wu")
    done = used(both, T0 + 70)
    await store.evidence.change_request(both, done, Enter("exported"), T0 + 70, "supervisor:zhou")
    assert await store.evidence.request("r-1") == done
    entries = await store.ledger_of("session-1")
    assert [(e.what, e.actor) for e in entries[-3:]] == [
        ("export-asked", "person:zhou"), ("export-approved", "supervisor:sun"), ("exported", "supervisor:zhou"),
    ]  # fmt: skip


async def test_of_eight_who_approve_at_once_one_has_and_it_is_used_once(store: AnyStore) -> None:
    await talked(store)
    asked = wish()
    await store.evidence.ask(asked, ASKED)

    async def tries(before: Approval, after: Approval, entry: str) -> Approval | None:
        try:
            await store.evidence.change_request(before, after, Enter(entry), T0 + 1, "server")
        except Conflict:
            return None
        return after

    yes = [each for each in await asyncio.gather(*(tries(asked, approved(asked, f"p{n}", T0 + n), "export-approved") for n in range(8))) if each]
    assert len(yes) == 1 and await store.evidence.request("r-1") == yes[0]
    done = [each for each in await asyncio.gather(*(tries(yes[0], used(yes[0], T0 + 10 + n), "exported") for n in range(8))) if each]
    assert len(done) == 1 and await store.evidence.request("r-1") == done[0]
    names = await what(store)
    assert (names.count("export-approved"), names.count("exported")) == (1, 1)
