"""A record in a database that somebody has changed behind the programs' back: seen, and its place named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from config.clock import HandClock
from recordings.ledger import Broken, verify
from signaling.domain.administration import Deed
from signaling.store.chain import chain_of
from signaling.store.look import look
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.visits import T0


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    async with await open_store(tmp_path / FILE_NAME, HandClock()) as store:
        for n in range(5):
            await store.record.note(Deed("jinshan", "system-administrator:wu", "enrolment-code-made", {"kiosk": f"jinshan-k{n}"}), T0 + n)
    return tmp_path / FILE_NAME


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("UPDATE deed SET body = '{\"kiosk\":\"other\"}' WHERE seq = 4", 4),
        ("UPDATE deed SET body = 'nonsense' WHERE seq = 3", 3),
        ("UPDATE deed SET actor = 'system-administrator:li' WHERE seq = 1", 1),
        ("UPDATE deed SET at = '2026-11-23T02:00:00.009Z' WHERE seq = 2", 2),
        ("DELETE FROM deed WHERE seq = 2", 2),
        ("DELETE FROM deed WHERE seq = 5", 5),
        ("UPDATE record SET digest = prev FROM deed WHERE deed.seq = 5", 5),
    ],
)
async def test_a_record_changed_behind_the_programs_back_is_seen(file: Path, tampering: str, place: int) -> None:
    with sqlite3.connect(file) as somebody:
        assert somebody.execute(tampering).rowcount == 1
    somebody.close()
    async with await open_store(file, HandClock()) as store:
        with pytest.raises(Broken) as broken:
            verify(chain_of("jinshan"), await store.record.deeds("jinshan"), await store.record.reach("jinshan"))
    assert broken.value.place == place


async def test_whoever_checks_a_store_reads_the_same(file: Path) -> None:
    async with await open_store(file, HandClock()) as store:
        deeds, reach = await store.record.deeds("jinshan"), await store.record.reach("jinshan")
    assert look(file, lambda store: store.records()) == {"jinshan": reach}
    assert look(file, lambda store: [written.entry for written in store.deeds("jinshan")]) == deeds
