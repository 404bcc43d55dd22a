"""What auth needs to remember, owned by auth; implemented in store/. Secrets arrive here as hashes only.

`at` and `expires` are seconds since 1970-01-01 UTC. Every method is one transaction and may raise `office.ports.StoreAway`. A `deed` goes on
its jurisdiction's record in the same transaction, if and only if something was done; None: a program acts, nobody administers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from recordings.ledger import Entry, Head
from signaling.domain.administration import Deed
from signaling.domain.people import CodeFate, EnrolledKiosk, Person


class People(Protocol):
    """Persons, their logins, and the set-up code of the first security administrator."""

    async def person(self, login: str) -> Person | None:
        """Active or not."""
        ...

    async def persons(self, jurisdiction: str | None = None) -> list[Person]:
        """Everybody, or everybody of one jurisdiction, by login."""
        ...

    async def password_hash(self, login: str) -> str | None:
        """None for an unknown login."""
        ...

    async def add_person(self, person: Person, password_hash: str, at: float, deed: Deed | None = None) -> bool:
        """False, and nothing done, when the login is taken."""
        ...

    async def set_password(self, login: str, password_hash: str) -> bool:
        """False for an unknown login. Logins that run are left running."""
        ...

    async def set_skills(self, login: str, skills: tuple[str, ...]) -> bool:
        """False for an unknown login."""
        ...

    async def change_person(self, login: str, change: Callable[[Person, int], Person], deed: Deed, at: float) -> Person | None:
        """The person as they are now; None for an unknown login. Whoever is no longer active, or has another role, is logged out everywhere.

        `change` gets the person and how many other active security administrators their jurisdiction has, in whose record nobody else
        writes meanwhile; what it raises undoes everything. Without a change there is no deed.
        """
        ...

    async def reset_password(self, login: str, password_hash: str, at: float, deed: Deed) -> bool:
        """False for an unknown login. Every login of the person is over."""
        ...

    async def begin_login(self, token_hash: str, login: str, at: float, expires: float) -> None:
        """A person has proved who they are."""
        ...

    async def logged_in(self, token_hash: str, at: float) -> Person | None:
        """The active person behind a login that is neither expired nor revoked."""
        ...

    async def end_login(self, token_hash: str, at: float) -> None:
        """Idempotent."""
        ...

    async def end_logins(self, login: str, at: float, deed: Deed | None = None) -> None:
        """All of one person. Idempotent."""
        ...

    async def was_ended(self, token_hash: str) -> bool:
        """Whether somebody ended this login; one that has run out was not ended."""
        ...

    async def put_setup_code(self, code_hash: str, at: float, expires: float, jurisdiction: str | None = None, *, deed: Deed | None = None) -> bool:
        """The only valid one of this jurisdiction (None: of a server on which nobody guards anything) from now on.

        False, and nothing done, when there is an active security administrator, there or anywhere; with a `deed` it is given all the same.
        """
        ...

    async def use_setup_code(self, code_hash: str, person: Person, password_hash: str, at: float, deed: Deed) -> CodeFate | None:
        """Add the first security administrator. `unknown` for another jurisdiction's code, `used` when there is one already and the glass
        was not broken; None, and the code not used, when the login is taken."""
        ...


class Kiosks(Protocol):
    """Kiosks, their device keys and logins, and the one-time codes by which they get a key."""

    async def kiosks(self) -> list[EnrolledKiosk]:
        """Every kiosk that was ever enrolled, by id."""
        ...

    async def put_enrolment_code(self, code_hash: str, kiosk: str, jurisdiction: str, at: float, expires: float, deed: Deed | None = None) -> None:
        """The only valid one of this kiosk from now on."""
        ...

    async def use_enrolment_code(self, code_hash: str, key_hash: str, at: float) -> EnrolledKiosk | CodeFate:
        """Give the code's kiosk this key; its old key and its logins are over. Otherwise what is the matter with the code."""
        ...

    async def put_key(self, kiosk: str, jurisdiction: str, key_hash: str, at: float) -> None:
        """Give a kiosk this key; its old key and its logins are over."""
        ...

    async def key_hash(self, kiosk: str) -> str | None:
        """None for a kiosk that is unknown or revoked."""
        ...

    async def revoke(self, kiosk: str, at: float, deed: Deed | None = None) -> bool:
        """Its key and its logins are over, and so are codes not used yet. False for a kiosk without a valid key."""
        ...

    async def begin_kiosk_login(self, token_hash: str, kiosk: str, at: float, expires: float) -> None:
        """A kiosk has proved which one it is."""
        ...

    async def kiosk_logged_in(self, token_hash: str, at: float) -> EnrolledKiosk | None:
        """The kiosk behind a login that is neither expired nor revoked."""
        ...


class Record(Protocol):
    """Each jurisdiction's record of administrative acts and refusals: append only, chained (`store.chain.chain_of`)."""

    async def note(self, deed: Deed, at: float) -> None:
        """Something that changed nothing: a refusal."""
        ...

    async def deeds(self, jurisdiction: str) -> list[Entry]:
        """By number."""
        ...

    async def reach(self, jurisdiction: str) -> Head:
        """How far it reaches, noted apart from its entries."""
        ...
