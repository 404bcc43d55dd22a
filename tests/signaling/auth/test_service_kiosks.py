"""Kiosks and sockets: enrolment, device keys, one-time tickets."""

from __future__ import annotations

import pytest

from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from tests.signaling.auth.office import DESK, GOOD, Office, Refused, switched_off

# --- kiosks ---------------------------------------------------------------------------------------


async def test_a_kiosk_is_enrolled_and_logs_in_with_its_key(office: Office) -> None:
    auth = office.auth
    enrolled = await auth.enrol(await auth.enrolment_code("haiyan-1", "haiyan"), DESK)
    kiosk = Actor("kiosk", "haiyan-1", "haiyan")
    assert enrolled.kiosk.kiosk == "haiyan-1" and len(enrolled.key) == 43
    assert await auth.which_kiosk(enrolled.token) == kiosk
    assert await auth.which_kiosk(await auth.kiosk_login("haiyan-1", enrolled.key, DESK)) == kiosk
    assert await auth.who(enrolled.token) is None
    for stored in (office.store.kiosks._keys, office.store.kiosks._logins):
        assert enrolled.key not in str(stored) and enrolled.token not in str(stored)


async def test_an_enrolment_code_works_once_and_for_an_hour(office: Office) -> None:
    auth = office.auth
    code = await auth.enrolment_code("haiyan-1", "haiyan")
    await auth.enrol(code)
    with Refused("code-used"):
        await auth.enrol(code)
    late = await auth.enrolment_code("haiyan-2", "haiyan")
    office.clock.advance(3600)
    with Refused("code-expired"):
        await auth.enrol(late)
    for wrong in ("", "7K2MD-X90QA", "nonsense"):
        with Refused("bad-code"):
            await auth.enrol(wrong)


async def test_codes_cannot_be_tried_out(office: Office) -> None:
    code = await office.auth.enrolment_code("haiyan-1", "haiyan")
    codes: list[str] = []
    for _ in range(100):
        with pytest.raises(Refusal) as refused:
            await office.auth.enrol("7K2MD-X90QA", "203.0.113.1")
        codes.append(refused.value.code)
    assert codes.count("bad-code") == 12, "four times a person's free attempts"
    assert codes[12:] == ["try-later"] * 88
    assert await office.auth.enrol(code, DESK)


@pytest.mark.parametrize(("kiosk", "key"), [("haiyan-1", "x" * 43), ("haiyan-9", ""), ("haiyan-1", ""), ("", ""), ("haiyan-1", "é" * 43)])
async def test_a_wrong_key_opens_nothing(office: Office, kiosk: str, key: str) -> None:
    await office.auth.enrol(await office.auth.enrolment_code("haiyan-1", "haiyan"))
    with Refused("bad-login"):
        await office.auth.kiosk_login(kiosk, key, DESK)


async def test_a_kiosk_enrolled_anew_has_only_the_new_key(office: Office) -> None:
    auth = office.auth
    first = await auth.enrol(await auth.enrolment_code("haiyan-1", "haiyan"))
    second = await auth.enrol(await auth.enrolment_code("haiyan-1", "haiyan"))
    assert await auth.which_kiosk(first.token) is None
    with Refused("bad-login"):
        await auth.kiosk_login("haiyan-1", first.key, DESK)
    assert await auth.kiosk_login("haiyan-1", second.key, DESK)


# --- sockets --------------------------------------------------------------------------------------


async def test_a_socket_ticket_stands_for_its_actor_once(office: Office) -> None:
    actor = Actor("kiosk", "haiyan-1", "haiyan")
    ticket, late = office.auth.socket_ticket(actor), office.auth.socket_ticket(actor)
    assert office.auth.redeem(ticket) == (actor, "")
    assert office.auth.redeem(ticket) is None
    office.clock.advance(30)
    assert office.auth.redeem(late) is None


async def test_a_ticket_says_from_which_login_it_came_and_not_how_to_use_that(office: Office) -> None:
    """Two logins of one kiosk's key at once mean a copied key."""
    auth = office.auth
    enrolled = await auth.enrol(await auth.enrolment_code("haiyan-1", "haiyan"))
    other = await auth.kiosk_login("haiyan-1", enrolled.key, DESK)
    marks = [auth.redeem(auth.socket_ticket(enrolled.kiosk.actor, token)) for token in (enrolled.token, enrolled.token, other)]
    assert marks[0] == marks[1] != marks[2]
    assert enrolled.token not in str(marks)


async def test_an_open_socket_may_stay_while_its_owner_is_who_they_were(office: Office) -> None:
    auth = await office.with_li()
    person, kiosk = (await auth.login("li", GOOD, DESK)).person, (await auth.enrol(await auth.enrolment_code("haiyan-1", "haiyan"))).kiosk
    assert await auth.is_current(person.actor) and await auth.is_current(kiosk.actor)
    assert not await auth.is_current(Actor("supervisor", "li", "jinshan")), "what they no longer are"
    assert not await auth.is_current(Actor("clerk", "nobody", "jinshan"))
    await switched_off(office, "li")
    await office.store.kiosks.revoke("haiyan-1", office.clock.now())
    assert not await auth.is_current(person.actor)
    assert not await auth.is_current(kiosk.actor)


async def test_a_socket_ends_with_the_login_that_somebody_ended_and_not_with_one_that_has_run_out(office: Office) -> None:
    auth = await office.with_li()
    here, there = await auth.login("li", GOOD, DESK), await auth.login("li", GOOD, DESK)
    marks = [found[1] for each in (here, there) if (found := auth.redeem(auth.socket_ticket(each.person.actor, each.token)))]
    await auth.logout(here.token)
    assert [await auth.is_current(here.person.actor, mark) for mark in marks] == [False, True]
    office.clock.advance(13 * 3600)
    assert await auth.is_current(there.person.actor, marks[1]), "whoever is in the middle of a talk finishes it"
