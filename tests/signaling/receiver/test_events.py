"""The receiver's door, knocked at by strangers and by homes: a signature before anything is read, a bound, and a broken line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError
from aiohttp.test_utils import TestClient, TestServer

from config.clock import HandClock
from config.logs import get_logger
from signaling.receiver.events import EventDoor
from signaling.receiver.intake import Intake
from tests.signaling.receiver.cases import Cases
from tests.waiting import until


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(tmp_path / "home")


@pytest.fixture
async def door(tmp_path: Path, cases: Cases) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    intake = Intake(tmp_path / "receiver", [cases.keys["jinshan"]], HandClock())
    async with TestClient(TestServer(EventDoor(intake, get_logger("test"), largest=100_000).application())) as client:
        yield client


def headers(event: dict[str, str]) -> dict[str, str]:
    told = dict(event)
    return {"Content-Type": told.pop("datacontenttype"), **{f"ce-{name}": value for name, value in told.items()}}


async def test_first_201_then_200_with_the_same_receipt(door: TestClient, cases: Cases) -> None:  # type: ignore[type-arg]
    event, file = cases.event()
    first = await door.post("/cases", headers=headers(event), data=file)
    again = await door.post("/cases", headers=headers(event), data=file)
    assert (first.status, again.status) == (201, 200) and await first.read() == await again.read()
    assert (await door.get("/healthz")).status == 200


async def test_each_refusal_has_its_status_and_its_code(door: TestClient, cases: Cases) -> None:  # type: ignore[type-arg]
    event, file = cases.event()
    big, content = cases.event(page=b"x" * 200_000, case="other-1")
    other, another = cases.event(page=b"another")
    assert (await door.post("/cases", headers=headers(event), data=file)).status == 201
    for told, data, status, code in (
        ({"Content-Type": "text/plain"}, b"", 400, "bad-event"), ({"Content-Type": "application/zip"}, file, 401, "not-signed"),
        (headers({**event, "time": "now"}), file, 401, "not-signed"), (headers(big), content, 413, "too-large"),
        (headers(cases.event(case="other-2")[0]), file, 422, "other-file"), (headers(other), another, 409, "other-digest"),
    ):  # fmt: skip
        answer = await door.post("/cases", headers=told, data=data)
        assert (answer.status, (await answer.json())["error"]) == (status, code)


async def test_a_sender_that_breaks_off_leaves_nothing_and_comes_again(door: TestClient, cases: Cases, tmp_path: Path) -> None:  # type: ignore[type-arg]
    event, file = cases.event()

    async def half() -> AsyncIterator[bytes]:
        yield file[: len(file) // 2]
        raise ConnectionResetError

    with pytest.raises((ClientConnectionError, ClientPayloadError, ConnectionResetError)):
        await door.post("/cases", headers={**headers(event), "Content-Length": str(len(file))}, data=half())
    await until(lambda: not list((tmp_path / "receiver" / "incoming").iterdir()))
    assert not list((tmp_path / "receiver" / "cases").iterdir())
    assert (await door.post("/cases", headers=headers(event), data=file)).status == 201
