"""A server's auth with a clock that is turned by hand, for the stories about it."""

from __future__ import annotations

import msgspec
from argon2 import PasswordHasher

from config.clock import HandClock
from config.settings import Login
from signaling.auth import Auth
from signaling.domain.administration import Deed
from signaling.domain.refusals import Refusal
from signaling.store.memory import MemoryStore

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
GOOD, DESK = "three green lamps", "10.0.0.7"
POLICY = Login(hours=12, kiosk_days=30, free_attempts=3, backoff_seconds=2, ticket_seconds=30, enrolment_minutes=60, setup_hours=24)


class Office:
    """A server's auth with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), HandClock()
        self.auth = self.restarted()

    def restarted(self) -> Auth:
        self.auth = Auth(self.store.people, self.store.kiosks, POLICY, self.clock, jurisdictions=("haiyan", "jinshan"), hasher=QUICK)
        return self.auth

    async def with_li(self) -> Auth:
        await self.auth.add_person("li", "李雷", "clerk", "jinshan", GOOD, ("marriage-registration", "birth-registration"))
        return self.auth


async def switched_off(office: Office, login: str) -> None:
    """As a security administrator does it."""
    deed = Deed("jinshan", "security-administrator:zhao", "person-disabled", {"login": login})
    await office.store.people.change_person(login, lambda person, others: msgspec.structs.replace(person, active=False), deed, office.clock.now())


class Refused:
    """`with Refused("bad-login"): …`"""

    def __init__(self, code: str) -> None:
        self.code = code
        self.refusal: Refusal | None = None

    def __enter__(self) -> Refused:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        assert isinstance(error, Refusal), f"not refused: {error!r}"
        assert error.code == self.code
        self.refusal = error
        return True
