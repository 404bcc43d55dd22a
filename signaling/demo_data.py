"""People and kiosks for a trial, with random passwords and keys, written to DIR/demo.json. Never into a store that is in use."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Protocol

import msgspec

from config.catalogue import Catalogue, load_catalogue
from config.clock import Clock, SystemClock
from config.jurisdiction import Jurisdictions
from config.settings import Login
from signaling.auth.passwords import OF_RANDOM_ONES, Passwords, new_password
from signaling.auth.ports import Kiosks, People
from signaling.auth.tokens import new_token, token_hash
from signaling.domain.people import Person, Role

FILE = "demo.json"
MOST_CLERKS = 3
AT_ONCE = 8
"""People who are added at the same time: enough to keep the hashing threads busy, below what they let wait."""

# Sample names, the same three families in each jurisdiction: nobody in particular.
CLERKS = ("李晓燕", "王建平", "陈雨桐")
SUPERVISOR = "周敏"
HELPER = "何桂芳"
"""Of each jurisdiction that has kiosks: whoever helps there also stands at its staffed window."""
ADMINISTRATORS: dict[Role, tuple[str, str]] = {
    "system-administrator": ("system", "吴海峰"), "security-administrator": ("security", "郑丽华"), "audit-administrator": ("audit", "孙志强"),
}  # fmt: skip
"""Role → the end of the login, the name."""


class DemoKiosk(msgspec.Struct):
    """A kiosk and its device key."""

    id: str
    jurisdiction: str
    key: str


class DemoPerson(msgspec.Struct):
    """Somebody who can log in."""

    login: str
    password: str
    role: Role
    jurisdiction: str
    skills: list[str]


class Demo(msgspec.Struct):
    """DIR/demo.json: for whoever tries the product, and for tests."""

    server: str
    kiosks: list[DemoKiosk]
    people: list[DemoPerson]


class _Password(msgspec.Struct):
    login: str
    password: str


class _Kept(msgspec.Struct):
    """What a second start takes over from the file, also from one of an older program with other roles."""

    kiosks: list[DemoKiosk]
    people: list[_Password]


class Accounts(Protocol):
    """The part of the store that is filled."""

    @property
    def people(self) -> People: ...

    @property
    def kiosks(self) -> Kiosks: ...


async def fill_demo(
    store: Accounts, data: Path, server: str, jurisdictions: Jurisdictions, catalogue: Catalogue | None = None, *,
    clock: Clock | None = None, passwords: Passwords | None = None,
) -> None:
    """Make sure that a trial's people and kiosks exist, and that DIR/demo.json names them and the `server` they are at.

    Passwords and keys are made once; a second start changes only what is new (address, services, kiosks). The file is written
    before the store, so that a start that was interrupted is completed by the next. `passwords` and `clock` are given by tests. Raises SystemExit `not-a-trial` for a store
    with people or kiosks but without the file: somebody works with it.
    """
    clock = clock or SystemClock()
    file = data / FILE
    known = await asyncio.to_thread(_read, file)
    persons = {person.login: person for person in await store.people.persons()}
    keyed = {kiosk.kiosk for kiosk in await store.kiosks.kiosks()}
    if known is None and (persons or keyed):
        raise SystemExit(f"not-a-trial: {data} has people or kiosks that no {FILE} tells of; --demo is for an empty folder")
    demo = _completed(known, server, jurisdictions, catalogue or load_catalogue(jurisdictions=jurisdictions), clock.now())
    await asyncio.to_thread(_write, file, demo)

    hashing = passwords or Passwords(Login().hashes_at_once, OF_RANDOM_ONES)
    few = asyncio.Semaphore(AT_ONCE)
    try:
        async with asyncio.TaskGroup() as group:
            for person in demo.people:
                if person.login not in persons:
                    group.create_task(_add(store.people, person, hashing, few, clock.now()))
                elif persons[person.login].skills != tuple(person.skills):
                    group.create_task(store.people.set_skills(person.login, tuple(person.skills)))
    finally:
        hashing.close()
    for kiosk in demo.kiosks:
        if kiosk.id not in keyed:
            await store.kiosks.put_key(kiosk.id, kiosk.jurisdiction, token_hash(kiosk.key) or "", clock.now())


async def _add(people: People, person: DemoPerson, passwords: Passwords, few: asyncio.Semaphore, now: float) -> None:
    known = Person(person.login, _name(person), person.role, person.jurisdiction, tuple(person.skills))
    async with few:
        await people.add_person(known, await passwords.hash(person.password), now)


def _completed(known: _Kept | None, server: str, jurisdictions: Jurisdictions, catalogue: Catalogue, now: float) -> Demo:
    """Everybody and everything that the configuration asks for; who has a password or a key already keeps it."""
    passwords = {person.login: person.password for person in known.people} if known else {}
    keys = {kiosk.id: kiosk.key for kiosk in known.kiosks} if known else {}
    demo = Demo(server, [], [])
    for code, jurisdiction in jurisdictions.items():
        for kiosk in jurisdiction.kiosks:
            demo.kiosks.append(DemoKiosk(kiosk.id, code, keys.get(kiosk.id) or new_token(secrets.token_bytes)))
        skills = sorted({offer.service.code for offer in catalogue.of_home(code, now)})
        logins: list[tuple[str, Role]] = [(f"{code}-clerk-{n}", "clerk") for n in range(1, min(MOST_CLERKS, max(2, len(jurisdiction.counters))) + 1)]
        helper: list[tuple[str, Role]] = [(f"{code}-helper", "helper")] if jurisdiction.kiosks else []
        others: list[tuple[str, Role]] = [*helper, (f"{code}-supervisor", "supervisor"), *((f"{code}-{end}", role) for role, (end, _) in ADMINISTRATORS.items())]
        for login, role in (*logins, *others):
            password = passwords.get(login) or new_password(secrets.token_bytes)
            demo.people.append(DemoPerson(login, password, role, code, skills if role == "clerk" else []))
    return demo


def _name(person: DemoPerson) -> str:
    if person.role == "supervisor":
        return SUPERVISOR
    if person.role == "helper":
        return HELPER
    if person.role in ADMINISTRATORS:
        return ADMINISTRATORS[person.role][1]
    return CLERKS[(int(person.login.rpartition("-")[2]) - 1) % len(CLERKS)]


def _read(file: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise SystemExit(f"not-a-trial: {file} cannot be read ({error}); remove it together with the trial's database") from None


def _write(file: Path, demo: Demo) -> None:
    """Whole or not at all, and for its owner only: it holds passwords."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(demo)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
