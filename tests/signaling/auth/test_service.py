"""People: logging in, being recognised, and the first security administrator."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from signaling.auth import TryLater
from signaling.auth.passwords import Passwords
from signaling.domain.people import Person
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.ports import StoreAway
from tests.signaling.auth.office import DESK, GOOD, QUICK, Office, Refused, switched_off

BY = "security-administrator:zhao"

# --- people ---------------------------------------------------------------------------------------


async def test_a_clerk_logs_in_and_is_recognised_with_their_skills(office: Office) -> None:
    auth = await office.with_li()
    logged_in = await auth.login(" Li ", GOOD, DESK)
    assert (logged_in.person.name, logged_in.person.role) == ("李雷", "clerk")
    assert await auth.who(logged_in.token) == Actor("clerk", "li", "jinshan", frozenset({"marriage-registration", "birth-registration"}), "李雷")
    assert await office.restarted().who(logged_in.token) is not None, "a restart of the server logs nobody out"


async def test_wrong_unknown_and_switched_off_are_the_same_refusal(office: Office) -> None:
    auth = await office.with_li()
    refusals = []
    for login, password in (("li", "three green lampS"), ("nobody", GOOD), ("", ""), ("li", "x" * 100_000), ("\ud800", "\ud800")):
        with Refused("bad-login") as refused:
            await auth.login(login, password, "")
        refusals.append(str(refused.refusal))
    await switched_off(office, "li")
    with Refused("bad-login") as refused:
        await auth.login("li", GOOD, "")
    assert {*refusals, str(refused.refusal)} == {"bad-login"}


async def test_logging_out_is_over_at_once_and_only_here(office: Office) -> None:
    auth = await office.with_li()
    here, there = await auth.login("li", GOOD, DESK), await auth.login("li", GOOD, DESK)
    assert here.token != there.token
    await auth.logout(here.token)
    await auth.logout(here.token)
    await auth.logout("nonsense")
    assert await auth.who(here.token) is None
    assert await auth.who(there.token) is not None


async def test_a_login_lasts_a_working_day(office: Office) -> None:
    auth = await office.with_li()
    token = (await auth.login("li", GOOD, DESK)).token
    office.clock.advance(12 * 3600 - 1)
    assert await auth.who(token) is not None
    office.clock.advance(1)
    assert await auth.who(token) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "é" * 43])
async def test_an_invented_token_is_nobody(office: Office, token: str) -> None:
    assert await office.auth.who(token) is None
    assert await office.auth.which_kiosk(token) is None


async def test_a_token_of_a_person_is_no_token_of_a_kiosk(office: Office) -> None:
    auth = await office.with_li()
    assert await auth.which_kiosk((await auth.login("li", GOOD, DESK)).token) is None


async def test_guessing_has_to_wait_and_the_wait_is_told(office: Office) -> None:
    auth = await office.with_li()
    for _ in range(3):
        with Refused("bad-login"):
            await auth.login("li", "wrong wrong wrong", "203.0.113.1")
    with pytest.raises(TryLater) as later:
        await auth.login("li", GOOD, "203.0.113.1")
    assert (later.value.code, later.value.seconds) == ("try-later", 2)
    office.clock.advance(2)
    assert await auth.login("li", GOOD, "203.0.113.1"), "and nobody is locked out"


async def test_fifty_guesses_at_once_are_no_way_around(office: Office) -> None:
    auth = await office.with_li()
    outcomes = await asyncio.gather(*(auth.login("li", f"wrong wrong wrong {n}", f"203.0.113.{n}") for n in range(50)), return_exceptions=True)
    codes = sorted(outcome.code for outcome in outcomes if isinstance(outcome, Refusal))
    assert codes == ["bad-login"] * 3 + ["try-later"] * 47


async def test_every_wrong_login_costs_one_hash_whether_there_is_such_a_person_or_not(office: Office) -> None:
    """Otherwise the time of an answer tells who exists."""
    auth = await office.with_li()
    await auth.add_person("off", "已停用", "clerk", "jinshan", GOOD)
    await switched_off(office, "off")
    computed: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            try:
                return super().verify(hash, password)
            except VerifyMismatchError:  # computed and compared; a malformed hash would end at once with another error
                computed.append(login)
                raise

    auth._passwords = Passwords(1, Counting(time_cost=1, memory_cost=64, parallelism=1))
    for login in ("li", "nobody", "off"):
        with Refused("bad-login"):
            await auth.login(login, "wrong wrong wrong", "")
    auth.close()
    assert computed == ["li", "nobody", "off"]


async def test_while_the_store_is_away_nobody_is_blamed(office: Office) -> None:
    auth = await office.with_li()

    class Away:
        def __getattr__(self, name: str) -> object:
            async def away(*args: object) -> object:
                raise StoreAway(name)

            return away

    auth._people, people = Away(), auth._people  # type: ignore[assignment] # a store that is away
    for _ in range(10):
        with pytest.raises(StoreAway):
            await auth.login("li", GOOD, DESK)
    auth._people = people
    assert await auth.login("li", GOOD, DESK)


async def test_an_old_hash_is_renewed_when_the_password_is_shown(office: Office) -> None:
    auth = await office.with_li()
    old = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(GOOD)
    await office.store.people.set_password("li", old)
    await auth.login("li", GOOD, DESK)
    renewed = await office.store.people.password_hash("li")
    assert renewed is not None and renewed != old and not QUICK.check_needs_rehash(renewed)
    assert await auth.login("li", GOOD, DESK)


async def test_a_new_password_ends_every_login(office: Office) -> None:
    auth = await office.with_li()
    token = (await auth.login("li", GOOD, DESK)).token
    li = await office.store.people.person("li")
    assert li is not None
    with Refused("weak-password"):
        await auth.set_password(li, "short", BY)
    with Refused("bad-login"):
        await auth.set_password(Person("wang", "王", "clerk", "jinshan"), "four yellow lamps", BY)
    await auth.set_password(li, "four yellow lamps", BY)
    assert await auth.who(token) is None
    with Refused("bad-login"):
        await auth.login("li", GOOD, DESK)
    assert await auth.login("li", "four yellow lamps", DESK)


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"login": ""}, "bad-name", "$.login"), ({"login": "li lei"}, "bad-name", "$.login"), ({"login": "../li"}, "bad-name", "$.login"),
        ({"login": "l" * 33}, "bad-name", "$.login"), ({"login": "李雷"}, "bad-name", "$.login"), ({"name": ""}, "bad-name", "$.name"),
        ({"name": "x" * 61}, "bad-name", "$.name"), ({"name": "李\n雷"}, "bad-name", "$.name"), ({"name": "李\u202e雷"}, "bad-name", "$.name"),
        ({"role": "root"}, "bad-name", "$.role"), ({"jurisdiction": "nowhere"}, "unknown-jurisdiction", "$.jurisdiction"),
        ({"password": "short"}, "weak-password", "$.password"),
    ],
)
async def test_a_person_who_cannot_be_is_not_added(office: Office, changed: dict[str, str], code: str, path: str) -> None:
    wanted = {"login": "li", "name": "李雷", "role": "clerk", "jurisdiction": "jinshan", "password": GOOD, **changed}
    with Refused(code) as refused:
        await office.auth.add_person(**wanted)  # type: ignore[arg-type] # the role is wrong on purpose
    assert refused.refusal is not None and refused.refusal.path == path
    assert await office.store.people.persons() == []


async def test_a_login_name_is_taken_once(office: Office) -> None:
    auth = await office.with_li()
    with Refused("login-taken"):
        await auth.add_person("LI", "李莉", "audit-administrator", "haiyan", "four yellow lamps")
    assert (await auth.login("li", GOOD, DESK)).person.role == "clerk"


async def test_only_a_clerks_skills_count(office: Office) -> None:
    person = await office.auth.add_person("sun", "孙", "supervisor", "jinshan", GOOD, ("marriage-registration",))
    assert person.actor == Actor("supervisor", "sun", "jinshan", display="孙")


# --- the first security administrator --------------------------------------------------------------


async def test_the_first_security_administrator_comes_from_a_code_that_works_once(office: Office) -> None:
    auth = office.auth
    code = await auth.setup_code()
    with Refused("weak-password"):
        await auth.setup(code, "zhao", "赵敏", "short", "haiyan", DESK)
    person = await auth.setup(code.lower().replace("-", " "), "zhao", "赵敏", GOOD, "haiyan", DESK)
    assert person.actor == Actor("security-administrator", "zhao", "haiyan", display="赵敏")
    assert await auth.login("zhao", GOOD, DESK)
    with Refused("code-used"):
        await auth.setup(code, "qian", "钱", GOOD, "haiyan", DESK)
    with Refused("not-now"):
        await auth.setup_code()


async def test_a_set_up_code_is_good_for_a_day(office: Office) -> None:
    code = await office.auth.setup_code()
    office.clock.advance(24 * 3600)
    with Refused("code-expired"):
        await office.auth.setup(code, "zhao", "赵敏", GOOD, "haiyan", DESK)
    again = await office.auth.setup_code()
    with Refused("bad-code"):
        await office.auth.setup(code, "zhao", "赵敏", GOOD, "haiyan", DESK)
    assert await office.auth.setup(again, "zhao", "赵敏", GOOD, "haiyan", DESK)


async def test_a_taken_login_leaves_the_set_up_code_good(office: Office) -> None:
    auth = await office.with_li()
    code = await auth.setup_code()
    with Refused("login-taken"):
        await auth.setup(code, "li", "李雷", GOOD, "haiyan", DESK)
    assert await auth.setup(code, "zhao", "赵敏", GOOD, "haiyan", DESK)


async def test_each_jurisdiction_has_its_own_first_security_administrator(office: Office) -> None:
    auth = office.auth
    await auth.setup(await auth.setup_code(), "zhao", "赵敏", GOOD, "haiyan", DESK)
    code = await auth.setup_code("jinshan")
    with Refused("bad-code"):
        await auth.setup(code, "qian", "钱", GOOD, "haiyan", DESK)
    assert (await auth.setup(code, "qian", "钱", GOOD, "jinshan", DESK)).role == "security-administrator"
    with Refused("not-now"):
        await auth.setup_code("jinshan")


async def test_a_lost_password_is_no_dead_end_and_breaking_the_glass_is_on_the_record(office: Office) -> None:
    auth = office.auth
    await auth.setup(await auth.setup_code(), "zhao", "赵敏", GOOD, "haiyan", DESK)
    code = await auth.setup_code("haiyan", break_glass=True)
    assert await auth.setup(code, "qian", "钱", GOOD, "haiyan", DESK)
    told = [(deed.actor, deed.what) for deed in await office.store.record.deeds("haiyan")]
    assert told == [("security-administrator:zhao", "set-up"), ("operator:local", "glass-broken"), ("security-administrator:qian", "set-up")]
