"""What the three administrators do and are refused, and that all of it is on the record of their jurisdiction."""

from __future__ import annotations

import pytest

from recordings.canonical import write
from signaling.auth.administration import Administration
from signaling.domain.permissions import Actor
from signaling.store.chain import chain_of
from tests.signaling.auth.office import DESK, GOOD, Office, Refused

ZHENG, WU, SUN = (Actor(kind, login, "jinshan") for kind, login in (("security-administrator", "zheng"), ("system-administrator", "wu"), ("audit-administrator", "sun")))


class Bureau:
    """An office with its administrators."""

    def __init__(self, office: Office) -> None:
        self.office = office
        store = office.store
        self.does = Administration(office.auth, store.people, store.kiosks, store.record, office.clock, chain_of)

    async def told(self, home: str = "jinshan") -> list[tuple[str, str, object]]:
        """The record: by whom, what, and the code where it was refused."""
        return [(deed.actor.partition(":")[2], deed.what, deed.body.get("code")) for deed in await self.office.store.record.deeds(home)]


@pytest.fixture
async def bureau(office: Office) -> Bureau:
    for login, role in (("zheng", "security-administrator"), ("wu", "system-administrator"), ("sun", "audit-administrator")):
        await office.auth.add_person(login, "管理员", role, "jinshan", GOOD)  # type: ignore[arg-type] # roles all of them
    return Bureau(office)


async def test_a_person_is_added_changed_and_sent_away_and_everything_is_on_record(bureau: Bureau) -> None:
    does, auth = bureau.does, bureau.office.auth
    await does.add(ZHENG, "li", "李雷", "clerk", GOOD, ("newborn",))
    token = (await auth.login("li", GOOD, DESK)).token
    assert (await does.set_skills(ZHENG, "li", ("pension", "newborn"))).skills == ("newborn", "pension")
    assert await auth.who(token) is not None
    await does.log_out(ZHENG, "li")
    assert await auth.who(token) is None
    assert (await does.set_role(ZHENG, "li", "supervisor")).role == "supervisor"
    await does.set_active(ZHENG, "li", False)
    with Refused("bad-login"):
        await auth.login("li", GOOD, DESK)
    await does.set_active(ZHENG, "li", True)
    await does.set_password(ZHENG, "li", "four yellow lamps")
    assert await auth.login("li", "four yellow lamps", DESK)
    assert [what for _, what, _ in await bureau.told()] == [
        "person-added", "skills-changed", "logins-ended", "role-changed", "person-disabled", "person-enabled", "password-changed",
    ]  # fmt: skip
    for deed in await bureau.office.store.record.deeds("jinshan"):
        assert "李雷".encode() not in write(deed.body) and deed.actor == "security-administrator:zheng"
    assert await does.verified(SUN) is None


async def test_nobody_does_anothers_work_and_the_attempt_is_on_record(bureau: Bureau) -> None:
    does = bureau.does
    for who in (WU, SUN, Actor("supervisor", "zhou", "jinshan"), Actor("clerk", "li", "jinshan")):
        with Refused("not-allowed"):
            await does.add(who, "friend", "朋友", "supervisor", GOOD)
    with Refused("not-allowed"):
        await does.enrol(ZHENG, "jinshan-k1", "jinshan")
    with Refused("not-allowed"):
        await does.deeds(ZHENG)
    with Refused("not-allowed"):
        await does.enrol(WU, "haiyan-k1", "haiyan")
    assert [code for _, _, code in await bureau.told()] == ["not-allowed"] * 7
    assert await bureau.told("haiyan") == [], "what somebody of Jinshan tried stands in Jinshan's record"
    assert await bureau.office.store.people.person("friend") is None


async def test_somebody_of_another_jurisdiction_does_not_exist(bureau: Bureau) -> None:
    await bureau.office.auth.add_person("hai", "海", "clerk", "haiyan", GOOD)
    for login in ("hai", "nobody", "../etc", "李雷"):
        for attempt in (
            bureau.does.set_active(ZHENG, login, False), bureau.does.set_password(ZHENG, login, "four yellow lamps"),
            bureau.does.log_out(ZHENG, login), bureau.does.set_skills(ZHENG, login, ()), bureau.does.set_role(ZHENG, login, "supervisor"),
        ):  # fmt: skip
            with Refused("unknown-person"):
                await attempt
    assert await bureau.office.auth.login("hai", GOOD, DESK)
    bodies = [deed.body for deed in await bureau.office.store.record.deeds("jinshan")]
    assert {body.get("login") for body in bodies} == {"hai", "nobody", None}, "what could be a name is not written down"
    assert {person.login for person in await bureau.does.people(SUN)} == {"zheng", "wu", "sun"}


async def test_nobody_changes_their_own_rights(bureau: Bureau) -> None:
    await bureau.does.add(ZHENG, "qian", "钱", "security-administrator", GOOD)
    for attempt in (bureau.does.set_role(ZHENG, "zheng", "audit-administrator"), bureau.does.set_active(ZHENG, "zheng", False), bureau.does.set_skills(ZHENG, "zheng", ("x",))):
        with Refused("own-rights"):
            await attempt
    await bureau.does.set_password(ZHENG, "zheng", "four yellow lamps")  # a password is no right


async def test_the_last_security_administrator_stays(bureau: Bureau) -> None:
    with Refused("last-security-administrator"):
        await bureau.does.set_active(ZHENG, "zheng", False)
    await bureau.does.add(ZHENG, "qian", "钱", "security-administrator", GOOD)
    qian = Actor("security-administrator", "qian", "jinshan")
    await bureau.does.set_active(qian, "zheng", False)
    with Refused("last-security-administrator"):
        await bureau.does.set_role(ZHENG, "qian", "clerk")
    assert await bureau.told() == [
        ("zheng", "act-refused", "last-security-administrator"), ("zheng", "person-added", None), ("qian", "person-disabled", None),
        ("zheng", "act-refused", "last-security-administrator"),
    ]  # fmt: skip


async def test_who_acts_shows_who_they_are_and_a_wrong_password_is_on_record(bureau: Bureau) -> None:
    assert await bureau.does.prove(" Zheng ", GOOD, "people-add") == Actor("security-administrator", "zheng", "jinshan", display="管理员")
    for login in ("zheng", "nobody", "李雷"):
        with Refused("bad-login"):
            await bureau.does.prove(login, "not the password", "people-add")
    (deed,) = await bureau.office.store.record.deeds("jinshan")
    assert (deed.actor, deed.what, deed.body) == ("operator:local", "act-refused", {"act": "people-add", "as": "zheng", "code": "bad-login"})


async def test_a_kiosk_that_is_revoked_is_out_at_once(bureau: Bureau) -> None:
    auth = bureau.office.auth
    enrolled = await auth.enrol(await bureau.does.enrol(WU, "jinshan-k1", "jinshan"), DESK)
    await bureau.does.revoke(WU, "jinshan-k1", "jinshan")
    assert await auth.which_kiosk(enrolled.token) is None
    with Refused("unknown-kiosk"):
        await bureau.does.revoke(WU, "jinshan-k1", "jinshan")
    assert await bureau.told() == [("wu", "enrolment-code-made", None), ("wu", "kiosk-revoked", None), ("wu", "act-refused", "unknown-kiosk")]
