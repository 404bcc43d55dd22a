"""A node process and a server that has dialled it; after each story the node must not have logged an error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from media import node_api as api
from tests.media.node_process import Node, Server, dialled, running_node


@pytest_asyncio.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running_node(tmp_path / "node") as running:
        yield running
        assert running.errors() == []


@pytest_asyncio.fixture
async def server(node: Node) -> AsyncIterator[Server]:
    """With room `r` open."""
    async with dialled(node) as orders:
        await orders.do(api.OpenRoom, room="r")
        yield orders
