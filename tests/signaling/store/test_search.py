"""Sessions are found again by what is known of them, and never another home's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.clock import HandClock
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, Rated, WrapUpCompleted
from signaling.office.evidence_ports import KeptHead
from signaling.office.ports import Cause
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.contract.visits import RESIDENT, T0, moved, opened, rung_by
from tests.notices import TOLD

LI = Cause("clerk:li")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """One closed and rated session of Jinshan, one that waits, one of Pinghu."""
    async with await open_store(tmp_path / FILE_NAME, HandClock()) as opened_store:
        talking = await moved(opened_store, await opened(opened_store, "session-1"), *rung_by("li"), cause=LI)
        wrapping = await moved(opened_store, talking, ClerkEnded("referred"), cause=LI)
        closed = await moved(opened_store, wrapping, TOLD, WrapUpCompleted("returned"), cause=LI, now=T0 + 600)
        await moved(opened_store, closed, Rated(2), cause=LI)
        await opened_store.evidence.note("session-1", [Enter("evidence-incomplete", {"missing": []})], T0 + 601, "server")
        head = KeptHead("session-1", 3, "home", "jinshan", b"{}", "ABCDE-FGHIJ")
        await opened_store.evidence.add_head(head, Enter("head-signed", {"by": "jinshan"}), T0 + 602)
        await opened(opened_store, "session-2", at=T0 + 86_400)
        await opened(opened_store, "session-3", home="pinghu")
        yield opened_store


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["session-2", "session-1"]),
        ({"q": "session-1"}, ["session-1"]),
        ({"q": "J001"}, ["session-1"]),
        ({"q": "310116-330424-20261123-0001"}, ["session-1"]),
        ({"q": "abcde-fghij"}, ["session-1"]),
        ({"q": "session-3"}, []),
        ({"q": "%"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"clerk": "li"}, ["session-1"]),
        ({"outcome": "returned"}, ["session-1"]),
        ({"outcome": "accepted"}, []),
        ({"state": "Waiting"}, ["session-2"]),
        ({"kiosk": "haiyan-1"}, ["session-2", "session-1"]),
        ({"service": "pension"}, []),
        ({"from": "2026-11-24"}, ["session-2"]),
        ({"to": "2026-11-23"}, ["session-1"]),
        ({"from": "no day"}, ["session-2", "session-1"]),
        ({"rating": "2"}, ["session-1"]),
        ({"rating": "5"}, []),
        ({"incident": "any"}, ["session-1"]),
        ({"incident": "recording-late"}, []),
        ({"incident": "evidence-incomplete", "clerk": "li"}, ["session-1"]),
    ],
    ids=str,
)
async def test_what_is_wanted_is_found(store: SqlStore, wanted: dict[str, str], found: list[str]) -> None:
    assert [record.session for record, _, _ in await store.search("jinshan", wanted, 100)] == found


async def test_what_is_told_of_them_and_what_is_not(store: SqlStore) -> None:
    (waiting, stars, kinds), (closed, rating, raised) = await store.search("jinshan", {}, 100)
    assert (waiting.session, stars, kinds) == ("session-2", None, [])
    assert (closed.outcome, rating, raised) == ("returned", 2, ["evidence-incomplete"])
    assert RESIDENT not in str([waiting, closed])
    assert await store.evidence.end_incident("session-1.evidence-incomplete", "jinshan", "zhou", T0 + 700)
    assert [kinds for _, _, kinds in await store.search("jinshan", {"q": "session-1"}, 1)] == [[]]
