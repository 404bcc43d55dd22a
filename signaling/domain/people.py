"""People and kiosks as the server knows them: who they are and what they are, not how they prove it."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.permissions import Actor

Role = Literal["clerk", "helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator"]
ROLES: tuple[Role, ...] = ("clerk", "helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator")

CodeFate = Literal["good", "unknown", "used", "expired"]
"""What became of a one-time code that somebody showed."""


class Person(msgspec.Struct, frozen=True):
    """Somebody who logs in. `skills` are codes of services of their own jurisdiction; only a clerk's count."""

    login: str
    name: str
    role: Role
    jurisdiction: str
    skills: tuple[str, ...] = ()
    active: bool = True

    @property
    def actor(self) -> Actor:
        """As the policy sees them."""
        return Actor(self.role, self.login, self.jurisdiction, frozenset(self.skills) if self.role == "clerk" else frozenset(), self.name)


class EnrolledKiosk(msgspec.Struct, frozen=True):
    """A kiosk that holds a device key, or held one until it was revoked."""

    kiosk: str
    jurisdiction: str
    enrolled_at: float
    revoked_at: float | None = None

    @property
    def actor(self) -> Actor:
        """As the policy sees it."""
        return Actor("kiosk", self.kiosk, self.jurisdiction)
