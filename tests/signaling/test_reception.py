"""Between the routes and auth: grants last as long as the settings say, and logging out closes the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.clock import HandClock
from config.jurisdiction import load_jurisdictions
from config.settings import Login
from signaling.auth.service import Auth
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.reception import Reception
from signaling.store.sqlite import FILE_NAME, open_store

PASSWORD = "correct horse battery staple"


@pytest.fixture
async def reception(tmp_path: Path) -> AsyncIterator[tuple[Reception, Auth]]:
    clock, policy, jurisdictions = HandClock(), Login(hours=2, kiosk_days=30), load_jurisdictions()
    store = await open_store(tmp_path / FILE_NAME, clock)
    auth = Auth(store.people, store.kiosks, policy, clock, jurisdictions=jurisdictions)
    try:
        yield Reception(auth, store, policy, jurisdictions), auth
    finally:
        auth.close()
        await store.close()


async def test_a_clerk_logs_in_for_a_shift_and_out_again(reception: tuple[Reception, Auth]) -> None:
    desk, auth = reception
    await auth.add_person("li", "李敏", "clerk", "jinshan", PASSWORD, ["jinshan-newborn"])
    left: list[Actor] = []
    desk.on_logout = left.append
    grant = await desk.login("li", PASSWORD, "192.0.2.9")
    assert grant.seconds == 2 * 3600
    assert (grant.actor.kind, grant.actor.display) == ("clerk", "李敏")
    assert await desk.who(grant.token) == grant.actor
    await desk.logout(grant.token)
    assert left == [grant.actor]
    assert await desk.who(grant.token) is None


async def test_a_kiosk_is_enrolled_once_and_logs_in_by_its_key(reception: tuple[Reception, Auth]) -> None:
    desk, auth = reception
    enrolled = await desk.enrol(await auth.enrolment_code("haiyan-k1", "haiyan"), "192.0.2.9")
    assert enrolled.actor == Actor("kiosk", "haiyan-k1", "haiyan")
    again = await desk.kiosk_login("haiyan-k1", enrolled.key, "192.0.2.9")
    assert again.actor == enrolled.actor
    assert again.seconds == 30 * 86_400
    with pytest.raises(Refusal, match="bad-login"):
        await desk.kiosk_login("haiyan-k1", "guess" * 10, "192.0.2.9")


async def test_a_kiosk_that_the_configuration_no_longer_has_is_not_let_in(reception: tuple[Reception, Auth]) -> None:
    desk, auth = reception
    code = await auth.enrolment_code("haiyan-k99", "haiyan")
    with pytest.raises(Refusal, match="unknown-kiosk"):
        await desk.enrol(code, "192.0.2.9")


async def test_a_socket_ticket_tells_two_logins_of_one_kiosk_apart(reception: tuple[Reception, Auth]) -> None:
    desk, auth = reception
    enrolled = await desk.enrol(await auth.enrolment_code("haiyan-k1", "haiyan"), "")
    other = await desk.kiosk_login("haiyan-k1", enrolled.key, "")
    marks = [auth.redeem(desk.socket_ticket(grant.actor, grant.token)) for grant in (enrolled, other)]
    assert all(mark is not None and mark[0] == enrolled.actor for mark in marks)
    assert marks[0] != marks[1]


async def test_nothing_to_list_is_an_empty_list(reception: tuple[Reception, Auth]) -> None:
    desk, _ = reception
    assert await desk.sessions_of("jinshan", 10) == []
