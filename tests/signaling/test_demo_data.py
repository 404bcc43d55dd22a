"""A trial's people and kiosks: made once, completed after an interruption, never put into a store that is in use."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from config.catalogue import load_catalogue
from config.clock import HandClock
from config.jurisdiction import load_jurisdictions
from config.settings import Login
from signaling.auth.passwords import Passwords
from signaling.auth.service import Auth
from signaling.demo_data import fill_demo
from signaling.domain.people import Person
from signaling.store.memory import MemoryStore

JURISDICTIONS = load_jurisdictions()
CATALOGUE = load_catalogue(jurisdictions=JURISDICTIONS)
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
CLOCK = HandClock()


async def fill(store: MemoryStore, data: Path, server: str = "http://127.0.0.1:8443") -> dict[str, Any]:
    await fill_demo(store, data, server, JURISDICTIONS, CATALOGUE, clock=CLOCK, passwords=Passwords(2, QUICK))
    return read(data)


def read(data: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


async def test_everybody_in_the_file_can_log_in_and_every_kiosk_too(store: MemoryStore, tmp_path: Path) -> None:
    demo = await fill(store, tmp_path)
    assert demo.keys() == {"server", "kiosks", "people"}
    auth = Auth(store.people, store.kiosks, Login(), CLOCK, hasher=QUICK)
    for person in demo["people"]:
        assert person.keys() == {"login", "password", "role", "jurisdiction", "skills"}
        found = (await auth.login(person["login"], person["password"], "")).person
        assert (found.role, found.jurisdiction, list(found.skills)) == (person["role"], person["jurisdiction"], person["skills"])
    for kiosk in demo["kiosks"]:
        assert kiosk.keys() == {"id", "jurisdiction", "key"}
        actor = await auth.which_kiosk(await auth.kiosk_login(kiosk["id"], kiosk["key"], ""))
        assert actor is not None and actor.jurisdiction == kiosk["jurisdiction"]
    auth.close()


async def test_each_jurisdiction_has_clerks_for_all_its_services_and_its_kiosks(store: MemoryStore, tmp_path: Path) -> None:
    demo = await fill(store, tmp_path)
    for code, jurisdiction in JURISDICTIONS.items():
        mine = [person for person in demo["people"] if person["jurisdiction"] == code]
        services = {offer.service.code for offer in CATALOGUE.of_home(code, CLOCK.now())}
        clerks = [person for person in mine if person["role"] == "clerk"]
        assert 2 <= len(clerks) <= 3
        assert services and all(set(clerk["skills"]) == services for clerk in clerks)
        assert sorted(person["role"] for person in mine if person["role"] != "clerk") == [
            "audit-administrator", *(["helper"] if jurisdiction.kiosks else []), "security-administrator", "supervisor", "system-administrator",
        ]  # fmt: skip
        assert [k["id"] for k in demo["kiosks"] if k["jurisdiction"] == code] == [k.id for k in jurisdiction.kiosks]
    secrets = [person["password"] for person in demo["people"]] + [kiosk["key"] for kiosk in demo["kiosks"]]
    assert len(set(secrets)) == len(secrets)


async def test_a_random_password_is_hashed_quickly_and_as_every_other_from_its_first_log_in_on(store: MemoryStore, tmp_path: Path) -> None:
    await fill_demo(store, tmp_path, "http://127.0.0.1:8443", JURISDICTIONS, CATALOGUE, clock=CLOCK)
    person = read(tmp_path)["people"][0]
    auth = Auth(store.people, store.kiosks, Login(), CLOCK)
    assert PasswordHasher().check_needs_rehash(await store.people.password_hash(person["login"]) or "")
    await auth.login(person["login"], person["password"], "")
    assert not PasswordHasher().check_needs_rehash(await store.people.password_hash(person["login"]) or "")
    auth.close()


async def test_the_file_is_its_owners_alone(store: MemoryStore, tmp_path: Path) -> None:
    await fill(store, tmp_path)
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in sorted(tmp_path.iterdir())} == {"demo.json": 0o600}


async def test_a_second_start_changes_only_the_address(store: MemoryStore, tmp_path: Path) -> None:
    first = await fill(store, tmp_path)
    hashes = [await store.people.password_hash(person["login"]) for person in first["people"]]
    second = await fill(store, tmp_path, "http://127.0.0.1:9999")
    assert second == {**first, "server": "http://127.0.0.1:9999"}
    assert hashes == [await store.people.password_hash(person["login"]) for person in first["people"]]


async def test_what_somebody_has_changed_meanwhile_stays(store: MemoryStore, tmp_path: Path) -> None:
    demo = await fill(store, tmp_path)
    login, kiosk = demo["people"][0]["login"], demo["kiosks"][1]["id"]
    await store.people.set_password(login, "another hash")
    await store.kiosks.put_key(kiosk, "haiyan", "another key", CLOCK.now())
    await fill(store, tmp_path)
    assert await store.people.password_hash(login) == "another hash"
    assert await store.kiosks.key_hash(kiosk) == "another key"


async def test_an_interrupted_start_is_completed_by_the_next(store: MemoryStore, tmp_path: Path) -> None:
    demo = await fill(store, tmp_path)
    half = MemoryStore()
    await half.kiosks.put_key("haiyan-k1", "haiyan", "a key", CLOCK.now())
    assert await fill(half, tmp_path) == demo
    assert len(await half.people.persons()) == len(demo["people"])
    assert await half.kiosks.key_hash("haiyan-k1") == "a key"


async def test_new_services_of_a_newer_catalogue_become_skills(store: MemoryStore, tmp_path: Path) -> None:
    demo = await fill(store, tmp_path)
    login = next(person["login"] for person in demo["people"] if person["role"] == "clerk")
    await store.people.set_skills(login, ())
    await fill(store, tmp_path)
    person = await store.people.person(login)
    assert person is not None and len(person.skills) > 0


async def test_a_store_that_is_in_use_is_left_alone(store: MemoryStore, tmp_path: Path) -> None:
    await store.people.add_person(Person("li", "李雷", "clerk", "jinshan"), "hash", CLOCK.now())
    with pytest.raises(SystemExit, match="not-a-trial"):
        await fill(store, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(await store.people.persons()) == 1


@pytest.fixture
def scribbled(tmp_path: Path) -> Path:
    (tmp_path / "demo.json").write_text("{")
    return tmp_path


async def test_a_file_that_cannot_be_read_is_not_overwritten(store: MemoryStore, scribbled: Path) -> None:
    with pytest.raises(SystemExit, match="not-a-trial"):
        await fill(store, scribbled)
    assert await store.people.persons() == []
