"""What every store of people and kiosks promises, whatever it keeps them in."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from signaling.auth.ports import Kiosks, People
from signaling.domain.administration import Deed
from signaling.domain.people import EnrolledKiosk, Person
from signaling.domain.refusals import NotNow
from tests.contract.conftest import AnyStore
from tests.contract.visits import T0

LI = Person("li", "李雷", "clerk", "jinshan", ("birth-registration", "marriage-registration"))
ZHAO = Person("zhao", "赵敏", "security-administrator", "haiyan")
HOUR = 3600.0


def deed(what: str = "set-up", home: str = "haiyan") -> Deed:
    return Deed(home, "security-administrator:zhao", what, {"login": "zhao"})


async def switch(store: AnyStore, login: str, active: bool, at: float = T0) -> Person | None:
    """A change of a person, as administration makes it."""
    return await store.people.change_person(login, lambda person, others: msgspec.structs.replace(person, active=active), deed("person-changed"), at)


def test_they_fit_the_ports(store: AnyStore) -> None:
    people: People = store.people
    kiosks: Kiosks = store.kiosks
    assert people is not kiosks


# --- people ---------------------------------------------------------------------------------------


async def test_a_person_is_kept_whole(store: AnyStore) -> None:
    assert await store.people.add_person(LI, "hash-of-li", T0)
    assert await store.people.person("li") == LI
    assert await store.people.password_hash("li") == "hash-of-li"
    assert await store.people.person("wang") is None
    assert await store.people.password_hash("wang") is None


async def test_a_login_name_is_taken_once(store: AnyStore) -> None:
    taken = await asyncio.gather(*(store.people.add_person(Person("li", f"No. {n}", "clerk", "jinshan"), f"hash-{n}", T0) for n in range(6)))
    assert sum(taken) == 1
    assert await store.people.password_hash("li") == f"hash-{taken.index(True)}"
    assert not await store.people.add_person(Person("li", f"No. {taken.index(True)}", "clerk", "jinshan"), f"hash-{taken.index(True)}", T0)


async def test_a_jurisdiction_lists_its_own_people(store: AnyStore) -> None:
    for person in (ZHAO, LI, Person("chen", "陈晨", "supervisor", "jinshan")):
        await store.people.add_person(person, "hash", T0)
    assert [each.login for each in await store.people.persons()] == ["chen", "li", "zhao"]
    assert [each.login for each in await store.people.persons("jinshan")] == ["chen", "li"]
    assert await store.people.persons("pinghu") == []


async def test_a_login_lasts_until_it_expires_or_is_ended(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    for token in ("one", "two", "three"):
        await store.people.begin_login(token, "li", T0, T0 + HOUR)
    assert await store.people.logged_in("one", T0 + HOUR - 0.1) == LI
    assert await store.people.logged_in("one", T0 + HOUR) is None
    assert await store.people.logged_in("four", T0) is None

    await store.people.end_login("one", T0 + 1)
    await store.people.end_login("one", T0 + 2)
    await store.people.end_login("four", T0 + 2)
    assert await store.people.logged_in("one", T0 + 2) is None
    assert await store.people.logged_in("two", T0 + 2) == LI
    await store.people.end_logins("li", T0 + 3)
    assert await store.people.logged_in("two", T0 + 3) is None
    await store.people.begin_login("five", "li", T0 + 2 * HOUR, T0 + 3 * HOUR)
    assert await store.people.logged_in("five", T0 + 2 * HOUR) == LI


async def test_who_is_switched_off_is_out_at_once_and_stays_known(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    await store.people.begin_login("one", "li", T0, T0 + HOUR)
    assert await switch(store, "li", False, T0 + 1)
    assert await store.people.logged_in("one", T0 + 1) is None
    off = await store.people.person("li")
    assert off is not None and not off.active
    # A login that began at the same moment is none.
    await store.people.begin_login("two", "li", T0 + 1, T0 + HOUR)
    assert await store.people.logged_in("two", T0 + 1) is None

    assert await switch(store, "li", True, T0 + 2)
    assert await store.people.logged_in("one", T0 + 2) is None, "an old login does not come back"
    assert await switch(store, "wang", False, T0) is None


async def test_a_password_is_replaced(store: AnyStore) -> None:
    await store.people.add_person(LI, "old", T0)
    assert await store.people.set_password("li", "new")
    assert await store.people.password_hash("li") == "new"
    assert not await store.people.set_password("wang", "new")


async def test_skills_are_replaced_and_count_at_once(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    await store.people.begin_login("one", "li", T0, T0 + HOUR)
    assert await store.people.set_skills("li", ("marriage-registration",))
    person = await store.people.logged_in("one", T0)
    assert person is not None and person.actor.skills == {"marriage-registration"}
    assert not await store.people.set_skills("wang", ())


async def test_another_role_is_another_person_to_every_page_that_is_open(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    await store.people.begin_login("one", "li", T0, T0 + HOUR)
    changed = await store.people.change_person("li", lambda person, others: msgspec.structs.replace(person, role="supervisor"), deed(), T0)
    assert changed is not None and changed == await store.people.person("li")
    assert await store.people.logged_in("one", T0) is None
    assert await store.people.password_hash("li") == "hash"


async def test_a_change_knows_how_many_others_could_let_people_in(store: AnyStore) -> None:
    away, elsewhere = Person("qian", "钱", "security-administrator", "haiyan", active=False), Person("sun", "孙", "security-administrator", "jinshan")
    for person in (ZHAO, away, elsewhere, Person("zhou", "周", "audit-administrator", "haiyan")):
        await store.people.add_person(person, "hash", T0)
    seen: list[int] = []

    def look(person: Person, others: int) -> Person:
        seen.append(others)
        return person

    for login in ("zhao", "qian"):
        await store.people.change_person(login, look, deed(), T0)
    assert seen == [0, 1]
    assert await store.record.deeds("haiyan") == [], "nothing was changed"


async def test_of_two_who_switch_each_other_off_at_once_one_stays(store: AnyStore) -> None:
    for login in ("zhao", "qian"):
        await store.people.add_person(Person(login, "赵", "security-administrator", "haiyan"), "hash", T0)

    def off(person: Person, others: int) -> Person:
        if not others:
            raise NotNow(code="last-security-administrator")
        return msgspec.structs.replace(person, active=False)

    done = await asyncio.gather(*(store.people.change_person(login, off, deed("person-disabled"), T0) for login in ("zhao", "qian")), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["NotNow", "Person"]
    assert sum(person.active for person in await store.people.persons("haiyan")) == 1
    assert [each.what for each in await store.record.deeds("haiyan")] == ["person-disabled"]


async def test_what_a_change_raises_undoes_everything(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)

    def no(person: Person, others: int) -> Person:
        raise NotNow(code="own-rights")

    with pytest.raises(NotNow):
        await store.people.change_person("li", no, deed(), T0)
    assert await store.people.person("li") == LI
    assert await store.record.deeds("haiyan") == []


async def test_a_password_that_is_reset_ends_every_login(store: AnyStore) -> None:
    await store.people.add_person(LI, "old", T0)
    await store.people.begin_login("one", "li", T0, T0 + HOUR)
    assert await store.people.reset_password("li", "new", T0, deed("password-changed"))
    assert await store.people.password_hash("li") == "new" and await store.people.logged_in("one", T0) is None
    assert not await store.people.reset_password("wang", "new", T0, deed("password-changed"))
    assert [each.what for each in await store.record.deeds("haiyan")] == ["password-changed"]


async def test_a_login_that_was_ended_is_told_from_one_that_has_run_out(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    for token in ("one", "two", "three"):
        await store.people.begin_login(token, "li", T0, T0 + HOUR)
    await store.people.end_login("one", T0)
    assert [await store.people.was_ended(token) for token in ("one", "two", "three", "never")] == [True, False, False, False]
    await store.people.end_logins("li", T0, deed("logins-ended"))
    assert [await store.people.was_ended(token) for token in ("one", "two", "three")] == [True, True, True]


# --- the first security administrator --------------------------------------------------------------


async def test_the_set_up_code_makes_one_security_administrator(store: AnyStore) -> None:
    assert await store.people.put_setup_code("code", T0, T0 + HOUR)
    assert await store.people.use_setup_code("wrong", ZHAO, "hash", T0, deed()) == "unknown"
    fates = await asyncio.gather(
        *(store.people.use_setup_code("code", Person(f"zhao{n}", "赵敏", "security-administrator", "haiyan"), "hash", T0, deed()) for n in range(5))
    )
    assert sorted(map(str, fates)) == ["good", "used", "used", "used", "used"]
    assert [each.role for each in await store.people.persons()] == ["security-administrator"]
    assert [each.what for each in await store.record.deeds("haiyan")] == ["set-up"]
    assert not await store.people.put_setup_code("another", T0, T0 + HOUR)


async def test_a_newer_set_up_code_replaces_the_older(store: AnyStore) -> None:
    await store.people.put_setup_code("older", T0, T0 + HOUR)
    await store.people.put_setup_code("newer", T0, T0 + HOUR)
    assert await store.people.use_setup_code("older", ZHAO, "hash", T0, deed()) == "unknown"
    assert await store.people.use_setup_code("newer", ZHAO, "hash", T0 + HOUR, deed()) == "expired"
    assert await store.people.persons() == []


async def test_a_taken_login_does_not_use_the_set_up_code_up(store: AnyStore) -> None:
    await store.people.add_person(LI, "hash", T0)
    await store.people.put_setup_code("code", T0, T0 + HOUR)
    assert await store.people.use_setup_code("code", Person("li", "李雷", "security-administrator", "haiyan"), "hash", T0, deed()) is None
    assert await store.people.use_setup_code("code", ZHAO, "hash", T0, deed()) == "good"
    assert await store.people.person("li") == LI


async def test_without_an_active_security_administrator_there_may_be_a_first_one_again(store: AnyStore) -> None:
    await store.people.add_person(ZHAO, "hash", T0)
    assert not await store.people.put_setup_code("code", T0, T0 + HOUR)
    await switch(store, "zhao", False)
    assert await store.people.put_setup_code("code", T0, T0 + HOUR)
    await switch(store, "zhao", True)
    assert await store.people.use_setup_code("code", Person("qian", "钱", "security-administrator", "haiyan"), "hash", T0, deed()) == "used"


async def test_a_code_of_one_jurisdiction_is_none_of_another(store: AnyStore) -> None:
    await store.people.add_person(ZHAO, "hash", T0)
    assert not await store.people.put_setup_code("again", T0, T0 + HOUR, "haiyan")
    assert await store.people.put_setup_code("code", T0, T0 + HOUR, "jinshan")
    assert await store.people.use_setup_code("code", Person("qian", "钱", "security-administrator", "haiyan"), "hash", T0, deed()) == "unknown"
    sun = Person("sun", "孙", "security-administrator", "jinshan")
    assert await store.people.use_setup_code("code", sun, "hash", T0, deed(home="jinshan")) == "good"


async def test_a_deed_breaks_the_glass(store: AnyStore) -> None:
    await store.people.add_person(ZHAO, "hash", T0)
    assert await store.people.put_setup_code("code", T0, T0 + HOUR, "haiyan", deed=deed("glass-broken"))
    qian = Person("qian", "钱", "security-administrator", "haiyan")
    assert await store.people.use_setup_code("code", qian, "hash", T0, deed()) == "good"
    assert await store.people.use_setup_code("code", Person("wu", "吴", "security-administrator", "haiyan"), "hash", T0, deed()) == "used"
    assert [each.what for each in await store.record.deeds("haiyan")] == ["glass-broken", "set-up"]


# --- kiosks ---------------------------------------------------------------------------------------


async def test_an_enrolment_code_gives_one_kiosk_one_key(store: AnyStore) -> None:
    await store.kiosks.put_enrolment_code("code", "haiyan-1", "haiyan", T0, T0 + HOUR)
    assert await store.kiosks.use_enrolment_code("wrong", "key", T0) == "unknown"
    found = await asyncio.gather(*(store.kiosks.use_enrolment_code("code", f"key-{n}", T0 + 1) for n in range(5)))
    enrolled = EnrolledKiosk("haiyan-1", "haiyan", T0 + 1)
    assert [each for each in found if each != "used"] == [enrolled]
    assert await store.kiosks.key_hash("haiyan-1") == f"key-{found.index(enrolled)}"
    assert await store.kiosks.kiosks() == [enrolled]


async def test_an_enrolment_code_expires_and_a_newer_one_replaces_it(store: AnyStore) -> None:
    await store.kiosks.put_enrolment_code("older", "haiyan-1", "haiyan", T0, T0 + HOUR)
    await store.kiosks.put_enrolment_code("other", "haiyan-2", "haiyan", T0, T0 + HOUR)
    await store.kiosks.put_enrolment_code("newer", "haiyan-1", "haiyan", T0, T0 + HOUR)
    assert await store.kiosks.use_enrolment_code("older", "key", T0) == "unknown"
    assert await store.kiosks.use_enrolment_code("newer", "key", T0 + HOUR) == "expired"
    assert isinstance(await store.kiosks.use_enrolment_code("other", "key", T0), EnrolledKiosk)
    assert await store.kiosks.key_hash("haiyan-1") is None


async def test_a_new_key_ends_the_old_one_and_its_logins(store: AnyStore) -> None:
    await store.kiosks.put_key("haiyan-1", "haiyan", "old", T0)
    await store.kiosks.begin_kiosk_login("token", "haiyan-1", T0, T0 + HOUR)
    assert await store.kiosks.kiosk_logged_in("token", T0) == EnrolledKiosk("haiyan-1", "haiyan", T0)
    await store.kiosks.put_key("haiyan-1", "haiyan", "new", T0 + 5)
    assert await store.kiosks.key_hash("haiyan-1") == "new"
    assert await store.kiosks.kiosk_logged_in("token", T0 + 5) is None


async def test_a_revoked_kiosk_is_out_at_once_until_it_is_enrolled_again(store: AnyStore) -> None:
    await store.kiosks.put_key("haiyan-1", "haiyan", "key", T0)
    await store.kiosks.begin_kiosk_login("token", "haiyan-1", T0, T0 + HOUR)
    await store.kiosks.put_enrolment_code("pending", "haiyan-1", "haiyan", T0, T0 + HOUR)
    assert await store.kiosks.revoke("haiyan-1", T0 + 1)
    assert not await store.kiosks.revoke("haiyan-1", T0 + 2)
    assert not await store.kiosks.revoke("nowhere", T0 + 2)
    assert await store.kiosks.key_hash("haiyan-1") is None
    assert await store.kiosks.kiosk_logged_in("token", T0 + 1) is None
    assert await store.kiosks.use_enrolment_code("pending", "key", T0 + 1) == "unknown"
    assert await store.kiosks.kiosks() == [EnrolledKiosk("haiyan-1", "haiyan", T0, T0 + 1)]

    await store.kiosks.put_enrolment_code("code", "haiyan-1", "haiyan", T0 + 3, T0 + HOUR)
    assert await store.kiosks.use_enrolment_code("code", "again", T0 + 4) == EnrolledKiosk("haiyan-1", "haiyan", T0 + 4)
    assert await store.kiosks.kiosk_logged_in("token", T0 + 4) is None


async def test_a_kiosk_login_expires(store: AnyStore) -> None:
    await store.kiosks.put_key("haiyan-1", "haiyan", "key", T0)
    await store.kiosks.begin_kiosk_login("token", "haiyan-1", T0, T0 + HOUR)
    assert await store.kiosks.kiosk_logged_in("token", T0 + HOUR) is None
    assert await store.kiosks.kiosk_logged_in("nonsense", T0) is None
    await store.kiosks.begin_kiosk_login("later", "haiyan-1", T0 + 2 * HOUR, T0 + 3 * HOUR)
    assert await store.kiosks.kiosk_logged_in("later", T0 + 2 * HOUR) is not None
