"""How the server reaches each jurisdiction's custody: here by its socket, elsewhere by its address and token, away when it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from recordings import canonical, heads
from recordings.custody_client import CustodyAway, CustodyRefused
from recordings.keys import TOKEN, ensure_demo_keys, load_public
from signaling.custodians import Custodians
from tests.recordings.custodian import NOW, head, running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_demo_keys(tmp_path, ["jinshan", "haiyan"], NOW)
    return tmp_path


@asynccontextmanager
async def reaching(data: Path, elsewhere: Mapping[str, str] | None = None) -> AsyncIterator[Custodians]:
    custodians = Custodians(data, elsewhere or {})
    try:
        yield custodians
    finally:
        await custodians.close()


async def test_each_jurisdiction_signs_with_its_own_key(data: Path) -> None:
    async with running(data), running(data, "haiyan"), reaching(data) as custodians:
        for by, role in (("jinshan", "home"), ("haiyan", "host")):
            custody = await custodians.of(by)
            record = canonical.write(await custody.sign(head(role=role, by=by)))
            assert heads.verify(record, load_public(data, by).signing).head.by == by
        with pytest.raises(CustodyRefused):
            await (await custodians.of("jinshan")).sign(head(by="haiyan"))


async def test_one_client_serves_all_who_ask(data: Path) -> None:
    async with running(data), reaching(data) as custodians:
        clients = await asyncio.gather(*(custodians.of("jinshan") for _ in range(8)))
        assert len({id(client) for client in clients}) == 1
        signed = await asyncio.gather(*(client.sign(head(session=f"s-{n:08}")) for n, client in enumerate(clients)))
        assert len({record["signature"] for record in signed}) == 8


async def test_a_custody_that_does_not_run_is_away_and_there_when_it_does_and_after_it_was_restarted(data: Path) -> None:
    async with reaching(data) as custodians:
        custody = await custodians.of("jinshan")
        for seq in (4, 5):
            with pytest.raises(CustodyAway):
                await custody.sign(head(seq))
            async with running(data):
                assert (await custody.sign(head(seq)))["head"]["seq"] == seq
        assert await custodians.of("jinshan") is custody


async def test_who_has_no_custody_here_and_none_elsewhere_is_away(data: Path) -> None:
    async with reaching(data) as custodians:
        with pytest.raises(CustodyAway, match="pinghu"):
            await custodians.of("pinghu")
        ensure_demo_keys(data, ["pinghu"], NOW)
        assert await custodians.of("pinghu"), "keys that are made later are found"


async def test_a_custody_elsewhere_is_shown_the_callers_token(data: Path, tmp_path: Path) -> None:
    async with running(data, "jinshan", "--listen", "127.0.0.1:0") as process:
        here = tmp_path / "another-house"
        token = here / "custody/jinshan" / TOKEN
        token.parent.mkdir(parents=True)
        token.touch(mode=0o600)
        token.write_text((data / "custody/jinshan" / TOKEN).read_text())
        async with reaching(here, {"jinshan": process.where}) as custodians:
            assert (await (await custodians.of("jinshan")).sign(head()))["head"] == head()
        token.write_text("not the token of these callers\n")
        async with reaching(here, {"jinshan": process.where}) as custodians:
            with pytest.raises(CustodyRefused, match="bad-token"):
                await (await custodians.of("jinshan")).sign(head())


async def test_a_custody_elsewhere_that_nobody_can_reach_is_away(data: Path) -> None:
    async with running(data, "jinshan", "--listen", "127.0.0.1:0") as process:
        where = process.where
    async with reaching(data, {"jinshan": where}) as custodians:
        with pytest.raises(CustodyAway):
            await (await custodians.of("jinshan")).sign(head())


async def test_a_token_that_is_not_there_yet_is_a_custody_that_is_away(data: Path) -> None:
    """It is made when that custody first starts: whoever asks before must ask again, not fail for good."""
    async with reaching(data, {"jinshan": "http://127.0.0.1:9"}) as custodians:
        with pytest.raises(CustodyAway):
            await custodians.of("jinshan")
