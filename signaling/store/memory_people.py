"""People and kiosks without a disk: auth's ports in memory, with the same promises as in SQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from signaling.domain.administration import Deed, guards
from signaling.domain.people import CodeFate, EnrolledKiosk, Person
from signaling.store.memory_record import MemoryRecord


@dataclass(frozen=True, slots=True)
class _Login:
    whose: str
    expires: float


@dataclass(frozen=True, slots=True)
class _Code:
    expires: float
    used: bool = False
    kiosk: str = ""
    jurisdiction: str | None = None
    break_glass: bool = False

    def fate(self, at: float) -> CodeFate:
        return "used" if self.used else "expired" if self.expires <= at else "good"


class MemoryPeople:
    """The `auth.ports.People` in memory."""

    def __init__(self, record: MemoryRecord) -> None:
        self._record = record
        self._ended: set[str] = set()
        self._persons: dict[str, tuple[Person, str]] = {}
        self._logins: dict[str, _Login] = {}
        self._codes: dict[str, _Code] = {}

    async def person(self, login: str) -> Person | None:
        """Active or not."""
        await asyncio.sleep(0)
        return self._persons[login][0] if login in self._persons else None

    async def persons(self, jurisdiction: str | None = None) -> list[Person]:
        """Everybody, or everybody of one jurisdiction, by login."""
        await asyncio.sleep(0)
        found = [person for person, _ in self._persons.values() if jurisdiction in (None, person.jurisdiction)]
        return sorted(found, key=lambda person: person.login)

    async def password_hash(self, login: str) -> str | None:
        """None for an unknown login."""
        await asyncio.sleep(0)
        return self._persons[login][1] if login in self._persons else None

    async def add_person(self, person: Person, password_hash: str, at: float, deed: Deed | None = None) -> bool:
        """False, and nothing done, when the login is taken."""
        await asyncio.sleep(0)
        if person.login in self._persons:
            return False
        self._record.put(deed, at)
        self._persons[person.login] = (person, password_hash)
        return True

    async def set_password(self, login: str, password_hash: str) -> bool:
        """False for an unknown login."""
        await asyncio.sleep(0)
        if login not in self._persons:
            return False
        self._persons[login] = (self._persons[login][0], password_hash)
        return True

    async def set_skills(self, login: str, skills: tuple[str, ...]) -> bool:
        """False for an unknown login."""
        await asyncio.sleep(0)
        if login not in self._persons:
            return False
        person, password_hash = self._persons[login]
        self._persons[login] = (msgspec.structs.replace(person, skills=skills), password_hash)
        return True

    async def change_person(self, login: str, change: Callable[[Person, int], Person], deed: Deed, at: float) -> Person | None:
        """The person as they are now; None, and nothing done, for an unknown login. What `change` raises undoes everything."""
        await asyncio.sleep(0)
        if login not in self._persons:
            return None
        before, password_hash = self._persons[login]
        after = change(before, sum(guard != login for guard in self._guards(before.jurisdiction)))
        if after != before:
            self._persons[login] = (after, password_hash)
            if not after.active or after.role != before.role:
                self._end(login)
            self._record.put(deed, at)
        return after

    async def reset_password(self, login: str, password_hash: str, at: float, deed: Deed) -> bool:
        """False, and nothing done, for an unknown login."""
        await asyncio.sleep(0)
        if login not in self._persons:
            return False
        self._persons[login] = (self._persons[login][0], password_hash)
        self._end(login)
        self._record.put(deed, at)
        return True

    async def begin_login(self, token_hash: str, login: str, at: float, expires: float) -> None:
        """A person has proved who they are."""
        await asyncio.sleep(0)
        self._logins[token_hash] = _Login(login, expires)

    async def logged_in(self, token_hash: str, at: float) -> Person | None:
        """The active person behind a login that is neither expired nor revoked."""
        await asyncio.sleep(0)
        login = self._logins.get(token_hash)
        person = None if login is None or login.expires <= at else self._persons[login.whose][0]
        return person if person is not None and person.active else None

    async def end_login(self, token_hash: str, at: float) -> None:
        """Idempotent."""
        await asyncio.sleep(0)
        if self._logins.pop(token_hash, None) is not None:
            self._ended.add(token_hash)

    async def end_logins(self, login: str, at: float, deed: Deed | None = None) -> None:
        """All of one person. Idempotent."""
        await asyncio.sleep(0)
        self._end(login)
        self._record.put(deed, at)

    async def was_ended(self, token_hash: str) -> bool:
        """Whether somebody ended this login; one that has run out was not ended."""
        await asyncio.sleep(0)
        return token_hash in self._ended

    async def put_setup_code(self, code_hash: str, at: float, expires: float, jurisdiction: str | None = None, *, deed: Deed | None = None) -> bool:
        """False, and nothing done, when there is an active security administrator and no deed breaks the glass."""
        await asyncio.sleep(0)
        if deed is None and self._guards(jurisdiction):
            return False
        self._record.put(deed, at)
        self._codes = {known: code for known, code in self._codes.items() if code.used or code.jurisdiction != jurisdiction}
        self._codes[code_hash] = _Code(expires, jurisdiction=jurisdiction, break_glass=deed is not None)
        return True

    async def use_setup_code(self, code_hash: str, person: Person, password_hash: str, at: float, deed: Deed) -> CodeFate | None:
        """Add the first security administrator; None when the login is taken."""
        await asyncio.sleep(0)
        code = self._codes.get(code_hash)
        if code is None or code.jurisdiction not in (None, person.jurisdiction):
            return "unknown"
        fate: CodeFate = "used" if not code.break_glass and self._guards(code.jurisdiction) else code.fate(at)
        if fate == "good":
            if person.login in self._persons:
                return None
            self._codes[code_hash] = replace(code, used=True)
            self._persons[person.login] = (person, password_hash)
            self._record.put(deed, at)
        return fate

    def _guards(self, jurisdiction: str | None) -> list[str]:
        return [person.login for person, _ in self._persons.values() if guards(person) and jurisdiction in (None, person.jurisdiction)]

    def _end(self, login: str) -> None:
        self._ended |= {token for token, each in self._logins.items() if each.whose == login}
        self._logins = {token: each for token, each in self._logins.items() if each.whose != login}


class MemoryKiosks:
    """The `auth.ports.Kiosks` in memory."""

    def __init__(self, record: MemoryRecord) -> None:
        self._record = record
        self._keys: dict[str, tuple[EnrolledKiosk, str]] = {}
        self._logins: dict[str, _Login] = {}
        self._codes: dict[str, _Code] = {}

    async def kiosks(self) -> list[EnrolledKiosk]:
        """Every kiosk that was ever enrolled, by id."""
        await asyncio.sleep(0)
        return [self._keys[kiosk][0] for kiosk in sorted(self._keys)]

    async def put_enrolment_code(self, code_hash: str, kiosk: str, jurisdiction: str, at: float, expires: float, deed: Deed | None = None) -> None:
        """The only valid one of this kiosk from now on."""
        await asyncio.sleep(0)
        self._record.put(deed, at)
        self._forget_codes(kiosk)
        self._codes[code_hash] = _Code(expires, kiosk=kiosk, jurisdiction=jurisdiction)

    async def use_enrolment_code(self, code_hash: str, key_hash: str, at: float) -> EnrolledKiosk | CodeFate:
        """Give the code's kiosk this key, or say what is the matter with the code."""
        await asyncio.sleep(0)
        code = self._codes.get(code_hash)
        if code is None:
            return "unknown"
        if (fate := code.fate(at)) != "good":
            return fate
        self._codes[code_hash] = replace(code, used=True)
        return self._put(code.kiosk, code.jurisdiction or "", key_hash, at)

    async def put_key(self, kiosk: str, jurisdiction: str, key_hash: str, at: float) -> None:
        """Give a kiosk this key; its old key and its logins are over."""
        await asyncio.sleep(0)
        self._put(kiosk, jurisdiction, key_hash, at)

    async def key_hash(self, kiosk: str) -> str | None:
        """None for a kiosk that is unknown or revoked."""
        await asyncio.sleep(0)
        return self._keys[kiosk][1] if self._valid(kiosk) else None

    async def revoke(self, kiosk: str, at: float, deed: Deed | None = None) -> bool:
        """False for a kiosk without a valid key."""
        await asyncio.sleep(0)
        self._forget_codes(kiosk)
        self._end(kiosk)
        if not self._valid(kiosk):
            return False
        self._record.put(deed, at)
        enrolled, key_hash = self._keys[kiosk]
        self._keys[kiosk] = (msgspec.structs.replace(enrolled, revoked_at=at), key_hash)
        return True

    async def begin_kiosk_login(self, token_hash: str, kiosk: str, at: float, expires: float) -> None:
        """A kiosk has proved which one it is."""
        await asyncio.sleep(0)
        self._logins[token_hash] = _Login(kiosk, expires)

    async def kiosk_logged_in(self, token_hash: str, at: float) -> EnrolledKiosk | None:
        """The kiosk behind a login that is neither expired nor revoked."""
        await asyncio.sleep(0)
        login = self._logins.get(token_hash)
        return self._keys[login.whose][0] if login is not None and login.expires > at and self._valid(login.whose) else None

    def _valid(self, kiosk: str) -> bool:
        return kiosk in self._keys and self._keys[kiosk][0].revoked_at is None

    def _put(self, kiosk: str, jurisdiction: str, key_hash: str, at: float) -> EnrolledKiosk:
        self._end(kiosk)
        enrolled = EnrolledKiosk(kiosk, jurisdiction, at)
        self._keys[kiosk] = (enrolled, key_hash)
        return enrolled

    def _end(self, kiosk: str) -> None:
        self._logins = {token: each for token, each in self._logins.items() if each.whose != kiosk}

    def _forget_codes(self, kiosk: str) -> None:
        self._codes = {known: code for known, code in self._codes.items() if code.used or code.kiosk != kiosk}
