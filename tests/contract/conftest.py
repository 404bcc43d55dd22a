"""The stores that the contract is checked on. `pytest tests/contract --store-url postgresql+asyncpg://…` adds an empty database of yours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from config.clock import HandClock
from signaling.store.memory import MemoryStore
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from signaling.store.tables import metadata

AnyStore = MemoryStore | SqlStore


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-url", default=None, help="a further database to check the store's contract on; its tables are dropped")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    more = metafunc.config.getoption("--store-url", default=None)
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("store", ["memory", "sqlite", *([more] if more else [])], indirect=True, ids=lambda kind: str(kind).partition(":")[0])


@pytest.fixture
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyStore]:
    """An empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    if request.param != "sqlite":
        await _emptied(request.param)
    async with await open_store(tmp_path / FILE_NAME if request.param == "sqlite" else request.param, HandClock()) as opened:
        yield opened


async def _emptied(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    await engine.dispose()
