"""What the routes need of the rest, owned here; wired in app.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from signaling.domain.permissions import Actor
from signaling.domain.states import AnyState
from signaling.wire.http import Catalogue, CatalogueConsent, Ready, SessionSummary


class Grant(Protocol):
    """A login that has been made: the cookie's token, for how long, and whose it is."""

    @property
    def token(self) -> str: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def seconds(self) -> int: ...


class EnrolledKiosk(Protocol):
    """A kiosk that has just been enrolled: `key` is shown once."""

    @property
    def token(self) -> str: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def seconds(self) -> int: ...

    @property
    def key(self) -> str: ...


class Doorman(Protocol):
    """Who is who. Refusals: `bad-login`, `try-later`, `bad-code`, `code-used`, `code-expired`, `weak-password`, `login-taken`."""

    async def login(self, login: str, password: str, address: str) -> Grant: ...

    async def logout(self, token: str) -> None: ...

    async def who(self, token: str) -> Actor | None: ...

    async def enrol(self, code: str, address: str) -> EnrolledKiosk: ...

    async def kiosk_login(self, kiosk: str, key: str, address: str) -> Grant: ...

    async def which_kiosk(self, token: str) -> Actor | None: ...

    def socket_ticket(self, actor: Actor, login: str) -> str: ...

    async def setup(self, code: str, login: str, name: str, password: str, jurisdiction: str, address: str) -> None: ...


class Offerings(Protocol):
    """The catalogue as a page reads it."""

    def for_kiosk(self, kiosk: str, jurisdiction: str) -> Catalogue: ...

    def for_person(self, jurisdiction: str) -> Catalogue: ...

    def wording(self, text: str, version: str) -> CatalogueConsent | None: ...

    def kiosk_name(self, kiosk: str) -> str: ...

    def knows_jurisdiction(self, code: str) -> bool: ...


class Reports(Protocol):
    """What supervisors list."""

    async def sessions_of(self, home: str, limit: int, wanted: Mapping[str, str]) -> Sequence[SessionSummary]:
        """The newest of a home that fit everything that is wanted (`handlers.SEARCHED`)."""
        ...


class Sessions(Protocol):
    """The session that a path names, and what was refused about it."""

    async def state_of(self, session: str) -> AnyState | None: ...

    async def judged(self, actor: Actor, state: AnyState | None, action: str, code: str) -> None:
        """The policy refused somebody something about it, or (None) about no session that there is: entered where it belongs, once for a while."""
        ...


class Condition(Protocol):
    """How the server is."""

    async def ready(self) -> Ready: ...
