"""What the three administrators do, each act and each refusal on the record of their jurisdiction, with the act or not at all.

Codes besides those of `Auth`: `not-allowed`, `own-rights`, `last-security-administrator`, `unknown-person`, `unknown-kiosk`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

import msgspec

from config.clock import Clock
from recordings.ledger import Broken, Entry, verify
from signaling.auth.ports import Kiosks, People, Record
from signaling.auth.service import LOGIN_NAME, Auth
from signaling.domain.administration import OPERATOR, Act, Deed, check_change, may_administer
from signaling.domain.people import Person, Role
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
"""What may stand in a record: whatever else somebody typed could be a name."""


class Administration:
    """Every method raises `Refusal`; what an administrator was refused is on the record then. `chain_of` names a jurisdiction's chain."""

    def __init__(self, auth: Auth, people: People, kiosks: Kiosks, record: Record, clock: Clock, chain_of: Callable[[str], str]) -> None:
        self._auth, self._people, self._kiosks, self._record, self._clock, self._chain_of = auth, people, kiosks, record, clock, chain_of

    async def prove(self, login: str, password: str, act: Act) -> Actor:
        """The person who wants to do `act`. Raises `bad-login`, `try-later`."""
        login = login.strip().lower()
        try:
            return (await self._auth.proved(login, password, "local")).actor
        except Refusal as refused:
            known = await self._people.person(login) if LOGIN_NAME.fullmatch(login) else None
            if known is not None:
                await self._refused(Deed(known.jurisdiction, OPERATOR, "act-refused", {"act": act, "as": login, "code": refused.code}))
            raise

    # --- people: the security administrator ---------------------------------------------------------

    async def people(self, who: Actor) -> list[Person]:
        """Everybody of one's own jurisdiction, by login."""
        async with self._act(who, "people-list"):
            return await self._people.persons(who.jurisdiction)

    async def add(self, who: Actor, login: str, name: str, role: Role, password: str, skills: Collection[str] = ()) -> Person:
        """Into one's own jurisdiction."""
        async with self._act(who, "people-add", login=login):
            return await self._auth.add_person(login, name, role, who.jurisdiction, password, skills, who.name)

    async def set_role(self, who: Actor, login: str, role: Role) -> Person:
        """One role each: the new one takes the old one's place, and their logins are over."""
        deed = Deed(who.jurisdiction, who.name, "role-changed", {"login": login, "role": role})
        return await self._change(who, "people-role", login, deed, role=role)

    async def set_skills(self, who: Actor, login: str, skills: Collection[str]) -> Person:
        """For which services a clerk may be rung."""
        wanted = tuple(sorted(set(skills)))
        deed = Deed(who.jurisdiction, who.name, "skills-changed", {"login": login, "skills": list(wanted)})
        return await self._change(who, "people-skills", login, deed, skills=wanted)

    async def set_active(self, who: Actor, login: str, active: bool) -> Person:
        """Who is disabled is out at once, everywhere."""
        act: Act = "people-enable" if active else "people-disable"
        deed = Deed(who.jurisdiction, who.name, "person-enabled" if active else "person-disabled", {"login": login})
        return await self._change(who, act, login, deed, active=active)

    async def set_password(self, who: Actor, login: str, password: str) -> Person:
        """A new one; their logins are over."""
        async with self._act(who, "people-password", login=login):
            person = await self._mine(who, login)
            await self._auth.set_password(person, password, who.name)
            return person

    async def log_out(self, who: Actor, login: str) -> Person:
        """Their logins are over; they may log in again."""
        async with self._act(who, "people-logout", login=login):
            person = await self._mine(who, login)
            await self._people.end_logins(person.login, self._clock.now(), Deed(who.jurisdiction, who.name, "logins-ended", {"login": person.login}))
            return person

    @asynccontextmanager
    async def renewing(self, who: Actor, act: Act, jurisdiction: str, entry: dict[str, str]) -> AsyncIterator[None]:
        """Around the making of keys, which are files: `entry` holds their fingerprints when it is done, and is on record then."""
        async with self._act(who, act, jurisdiction):
            yield
        await self._record.note(Deed(jurisdiction, who.name, "keys-made" if act == "keys-make" else "keys-rotated", entry), self._clock.now())

    # --- kiosks: the system administrator -----------------------------------------------------------

    async def enrol(self, who: Actor, kiosk: str, jurisdiction: str) -> str:
        """A one-time code by which the kiosk gets its key."""
        async with self._act(who, "kiosks-enrol", jurisdiction, kiosk=kiosk):
            return await self._auth.enrolment_code(kiosk, jurisdiction, who.name)

    async def revoke(self, who: Actor, kiosk: str, jurisdiction: str) -> None:
        """Its key, its logins and its unused codes are over at once. Raises `unknown-kiosk` when it has no key."""
        async with self._act(who, "kiosks-revoke", jurisdiction, kiosk=kiosk):
            if not await self._kiosks.revoke(kiosk, self._clock.now(), Deed(jurisdiction, who.name, "kiosk-revoked", {"kiosk": kiosk})):
                raise Refusal("unknown-kiosk", f"{kiosk} has no key")

    @asynccontextmanager
    async def handing_over_again(self, who: Actor, case: str, home: str) -> AsyncIterator[None]:
        """Around the word to try a case again, which stands in its visit's ledger."""
        async with self._act(who, "handovers-again", home, case=case):
            yield

    # --- the record: the audit administrator ----------------------------------------------------------

    async def deeds(self, who: Actor) -> list[Entry]:
        """What was done and refused in one's own jurisdiction, by number."""
        async with self._act(who, "record-list"):
            return await self._record.deeds(who.jurisdiction)

    async def verified(self, who: Actor) -> Broken | None:
        """Whether the chain holds from its first entry to where the record says that it reaches; None: it does."""
        async with self._act(who, "record-list"):
            reach, deeds = await self._record.reach(who.jurisdiction), await self._record.deeds(who.jurisdiction)
        try:
            verify(self._chain_of(who.jurisdiction), deeds[: reach.seq], reach)
        except Broken as broken:
            return broken
        return None

    # --- shared ---------------------------------------------------------------------------------------

    async def _change(self, who: Actor, act: Act, login: str, deed: Deed, **fields: object) -> Person:
        async with self._act(who, act, login=login):
            if not LOGIN_NAME.fullmatch(login):
                raise _nobody(login)

            def change(before: Person, others: int) -> Person:
                if before.jurisdiction != who.jurisdiction:
                    raise _nobody(login)
                after = msgspec.structs.replace(before, **fields)
                check_change(who, before, after, others)
                return after

            changed = await self._people.change_person(login, change, deed, self._clock.now())
            if changed is None:
                raise _nobody(login)
            return changed

    async def _mine(self, who: Actor, login: str) -> Person:
        person = await self._people.person(login)
        if person is None or person.jurisdiction != who.jurisdiction:
            raise _nobody(login)
        return person

    @asynccontextmanager
    async def _act(self, who: Actor, act: Act, jurisdiction: str | None = None, **on: str) -> AsyncIterator[None]:
        """Whether they may, and what they were refused."""
        try:
            may_administer(who, act, jurisdiction or who.jurisdiction)
            yield
        except Refusal as refused:
            about = {key: value for key, value in on.items() if _ID.fullmatch(value)}
            await self._refused(Deed(who.jurisdiction, who.name, "act-refused", {"act": act, "code": refused.code, **about}))
            raise

    async def _refused(self, deed: Deed) -> None:
        await self._record.note(deed, self._clock.now())


def _nobody(login: str) -> Refusal:
    """The same for somebody of another jurisdiction as for nobody."""
    return Refusal("unknown-person", f"there is no {login} here")
