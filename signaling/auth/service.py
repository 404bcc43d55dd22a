"""Logging in and being recognised: the rules of auth, over its ports. Every refusal is a `Refusal` with a stable code.

Codes: `bad-login`, `try-later` (with seconds), `bad-code`, `code-used`, `code-expired`, `weak-password`, `login-taken`,
`bad-name` (a login or name that cannot be one), `unknown-jurisdiction`.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from argon2 import PasswordHasher

from config.clock import Clock
from config.settings import Login
from signaling.auth.backoff import Backoff
from signaling.auth.passwords import LONGEST, Passwords, check_strength
from signaling.auth.ports import Kiosks, People
from signaling.auth.tickets import Tickets
from signaling.auth.tokens import RandomBytes, code_hash, new_code, new_token, token_hash
from signaling.domain.administration import OPERATOR, Deed, guards
from signaling.domain.people import ROLES, CodeFate, EnrolledKiosk, Person, Role
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotNow, Refusal

LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}", re.ASCII)
_FATES: dict[CodeFate, str] = {"unknown": "bad-code", "used": "code-used", "expired": "code-expired"}


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A person has proved who they are; `token` is the cookie's value and known to nobody else."""

    token: str
    person: Person


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A kiosk has its device key, shown this once, and is logged in."""

    kiosk: EnrolledKiosk
    key: str
    token: str


class Auth:
    """`policy` has the durations and bounds; `jurisdictions`, where given, are the only ones a person may belong to. Close it."""

    def __init__(
        self, people: People, kiosks: Kiosks, policy: Login, clock: Clock, *, jurisdictions: Collection[str] | None = None,
        hasher: PasswordHasher | None = None, random: RandomBytes = secrets.token_bytes,
    ) -> None:
        self._people, self._kiosks, self._policy, self._clock, self._random = people, kiosks, policy, clock, random
        self._jurisdictions = jurisdictions
        self._passwords = Passwords(policy.hashes_at_once, hasher)
        self._backoff = Backoff(policy.free_attempts, policy.backoff_seconds, policy.backoff_max_seconds)
        self._tickets: Tickets[tuple[Actor, str]] = Tickets(policy.ticket_seconds, random)

    def close(self) -> None:
        """Lets the threads that hash passwords end."""
        self._passwords.close()

    # --- people -----------------------------------------------------------------------------------

    async def login(self, login: str, password: str, address: str) -> LoggedIn:
        """Raises `bad-login`, which says no more than that, and `try-later`. An unknown login takes as long as a wrong password."""
        login = login.strip().lower()
        attempt = self._backoff.begin(f"person:{login[:64]}", address, self._clock.monotonic())
        try:
            person = await self._people.person(login)
            known = await self._people.password_hash(login)
            right = len(password) <= LONGEST and await self._passwords.matches(password, known)
            if right and person is not None and person.active:
                if known is not None and self._passwords.outdated(known):
                    await self._people.set_password(login, await self._passwords.hash(password))
                token = await self._begin_login(person)
                self._backoff.right(attempt)
                return LoggedIn(token, person)
        except Exception:
            self._backoff.undo(attempt)
            raise
        raise Refusal("bad-login")

    async def logout(self, token: str) -> None:
        """The login is over at once, wherever its token is. Idempotent."""
        if (known := token_hash(token)) is not None:
            await self._people.end_login(known, self._clock.now())

    async def who(self, token: str) -> Actor | None:
        """The person behind a login's token. Asked anew each time: a login that was revoked is over with the next question."""
        person = await self.person(token)
        return None if person is None else person.actor

    async def person(self, token: str) -> Person | None:
        """Like `who`, with the name."""
        known = token_hash(token)
        return None if known is None else await self._people.logged_in(known, self._clock.now())

    async def proved(self, login: str, password: str, address: str) -> Person:
        """Who they are, without a login that stays. Raises `bad-login`, `try-later`."""
        found = await self.login(login, password, address)
        await self.logout(found.token)
        return found.person

    async def add_person(
        self, login: str, name: str, role: Role, jurisdiction: str, password: str, skills: Collection[str] = (), by: str | None = None
    ) -> Person:
        """`by`: who adds them, for the record. Raises `bad-name`, `unknown-jurisdiction`, `weak-password`, `login-taken`."""
        person = self._checked(login, name, role, jurisdiction, password, skills)
        body = {"login": person.login, "role": role, "skills": list(person.skills)}
        deed = None if by is None else Deed(jurisdiction, by, "person-added", body)
        if not await self._people.add_person(person, await self._passwords.hash(password), self._clock.now(), deed):
            raise Refusal("login-taken", person.login, "$.login")
        return person

    async def set_password(self, person: Person, password: str, by: str) -> None:
        """A new password; every login of the person is over. Raises `weak-password`, `bad-login` (they are gone)."""
        check_strength(password, person.login, person.name)
        deed = Deed(person.jurisdiction, by, "password-changed", {"login": person.login})
        if not await self._people.reset_password(person.login, await self._passwords.hash(password), self._clock.now(), deed):
            raise Refusal("bad-login", f"there is no {person.login}")

    # --- the first security administrator -----------------------------------------------------------

    async def has_guard(self, jurisdiction: str) -> bool:
        """Whether somebody there can let others in."""
        return any(guards(person) for person in await self._people.persons(jurisdiction))

    async def setup_code(self, jurisdiction: str | None = None, *, break_glass: bool = False) -> str:
        """A one-time code for `setup`, the only valid one of the jurisdiction, or of a server where nobody guards anything.

        Raises `not-now` when there is a security administrator, unless the glass is broken: that needs a jurisdiction, and stands in its record.
        """
        now, code = self._clock.now(), new_code(self._random)
        deed = Deed(jurisdiction, OPERATOR, "glass-broken") if break_glass and jurisdiction is not None else None
        if not await self._people.put_setup_code(_hash_of(code), now, now + self._policy.setup_hours * 3600, jurisdiction, deed=deed):
            raise NotNow("there is a security administrator already, who adds the others")
        return code

    async def setup(self, code: str, login: str, name: str, password: str, jurisdiction: str, address: str = "") -> Person:
        """The first security administrator. Raises `bad-code`, `code-used`, `code-expired`, `try-later` and what `add_person` raises."""
        attempt = self._backoff.begin(None, address, self._clock.monotonic())
        try:
            person = self._checked(login, name, "security-administrator", jurisdiction, password, ())
            deed = Deed(jurisdiction, person.actor.name, "set-up", {"login": person.login})
            known = code_hash(code)
            hashed = await self._passwords.hash(password)
            fate = "unknown" if known is None else await self._people.use_setup_code(known, person, hashed, self._clock.now(), deed)
        except Exception:
            self._backoff.undo(attempt)
            raise
        if fate is None:
            self._backoff.undo(attempt)
            raise Refusal("login-taken", person.login, "$.login")
        if fate != "good":
            raise Refusal(_FATES[fate], path="$.code")
        self._backoff.right(attempt)
        return person

    # --- kiosks -----------------------------------------------------------------------------------

    async def enrolment_code(self, kiosk: str, jurisdiction: str, by: str | None = None) -> str:
        """A one-time code by which the kiosk gets its key; the only valid one for this kiosk. `by`: who made it, for the record."""
        now, code = self._clock.now(), new_code(self._random)
        deed = None if by is None else Deed(jurisdiction, by, "enrolment-code-made", {"kiosk": kiosk})
        await self._kiosks.put_enrolment_code(_hash_of(code), kiosk, jurisdiction, now, now + self._policy.enrolment_minutes * 60, deed)
        return code

    async def enrol(self, code: str, address: str = "") -> Enrolled:
        """A fresh device key for the code's kiosk; an older key is over. Raises `bad-code`, `code-used`, `code-expired`, `try-later`."""
        attempt = self._backoff.begin(None, address, self._clock.monotonic())
        try:
            known, key = code_hash(code), new_token(self._random)
            found = "unknown" if known is None else await self._kiosks.use_enrolment_code(known, _hash_of_token(key), self._clock.now())
        except Exception:
            self._backoff.undo(attempt)
            raise
        if not isinstance(found, EnrolledKiosk):
            raise Refusal(_FATES[found], path="$.code")
        self._backoff.right(attempt)
        return Enrolled(found, key, await self._begin_kiosk_login(found.kiosk))

    async def kiosk_login(self, kiosk: str, key: str, address: str) -> str:
        """The token of a kiosk that knows its key. Raises `bad-login`, `try-later`."""
        attempt = self._backoff.begin(f"kiosk:{kiosk[:64]}", address, self._clock.monotonic())
        try:
            known = await self._kiosks.key_hash(kiosk)
            if hmac.compare_digest(token_hash(key) or "", known or "-"):
                token = await self._begin_kiosk_login(kiosk)
                self._backoff.right(attempt)
                return token
        except Exception:
            self._backoff.undo(attempt)
            raise
        raise Refusal("bad-login")

    async def which_kiosk(self, token: str) -> Actor | None:
        """The kiosk behind a login's token."""
        known = token_hash(token)
        kiosk = None if known is None else await self._kiosks.kiosk_logged_in(known, self._clock.now())
        return None if kiosk is None else kiosk.actor

    # --- sockets ----------------------------------------------------------------------------------

    def socket_ticket(self, actor: Actor, token: str = "") -> str:
        """A one-time ticket for a socket of `actor`, who is logged in by `token`."""
        return self._tickets.issue((actor, token_hash(token) or ""), self._clock.monotonic())

    def redeem(self, ticket: str) -> tuple[Actor, str] | None:
        """Whom the ticket stands for, once, and a mark of their login (two logins of one kiosk's key mean a copied key).

        None for a ticket that is unknown, used or too old.
        """
        return self._tickets.redeem(ticket, self._clock.monotonic())

    async def is_current(self, actor: Actor, login: str = "") -> bool:
        """Whether an open socket may stay open: the person is active and what they were, the kiosk was not revoked. Ask every few seconds.

        `login` is the mark that `redeem` gave: a socket ends with a login that somebody ended, not with one that has run out.
        """
        if actor.kind == "kiosk":
            return await self._kiosks.key_hash(actor.id) is not None
        if login and await self._people.was_ended(login):
            return False
        person = await self._people.person(actor.id)
        return person is not None and person.active and person.actor == actor

    # --- shared -----------------------------------------------------------------------------------

    def _checked(self, login: str, name: str, role: Role, jurisdiction: str, password: str, skills: Collection[str]) -> Person:
        login, name = login.strip().lower(), name.strip()
        if not LOGIN_NAME.fullmatch(login):
            raise Refusal("bad-name", "a login is 1 to 32 of a-z 0-9 . _ - and begins with a letter or digit", "$.login")
        if not 1 <= len(name) <= 60 or not name.isprintable():
            raise Refusal("bad-name", "a name has 1 to 60 printable characters", "$.name")
        if role not in ROLES:
            raise Refusal("bad-name", f"a role is one of {', '.join(ROLES)}", "$.role")
        if self._jurisdictions is not None and jurisdiction not in self._jurisdictions:
            raise Refusal("unknown-jurisdiction", jurisdiction, "$.jurisdiction")
        check_strength(password, login, name)
        return Person(login, name, role, jurisdiction, tuple(sorted(set(skills))))

    async def _begin_login(self, person: Person) -> str:
        token, now = new_token(self._random), self._clock.now()
        await self._people.begin_login(_hash_of_token(token), person.login, now, now + self._policy.hours * 3600)
        return token

    async def _begin_kiosk_login(self, kiosk: str) -> str:
        token, now = new_token(self._random), self._clock.now()
        await self._kiosks.begin_kiosk_login(_hash_of_token(token), kiosk, now, now + self._policy.kiosk_days * 86_400)
        return token


def _hash_of(code: str) -> str:
    known = code_hash(code)
    assert known is not None, "a code that was made is a code"
    return known


def _hash_of_token(token: str) -> str:
    known = token_hash(token)
    assert known is not None, "a token that was made is a token"
    return known
