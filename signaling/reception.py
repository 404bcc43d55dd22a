"""Between the routes and auth: grants with their lifetimes, and lists as the pages read them. Part of the composition, wired in app.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from config.jurisdiction import Jurisdictions
from config.settings import Login
from signaling.auth.service import Auth
from signaling.domain.people import EnrolledKiosk
from signaling.domain.permissions import Actor
from signaling.domain.records import VisitRecord
from signaling.domain.refusals import Refusal
from signaling.store.sqlite import SqlStore
from signaling.wire.http import SessionSummary


@dataclass(frozen=True, slots=True)
class Granted:
    """A login that has been made (`api.ports.Grant`, `api.ports.NewKiosk`)."""

    token: str
    actor: Actor
    seconds: int
    key: str = ""


class Reception:
    """Implements `api.ports.Doorman` and `api.ports.Reports`."""

    def __init__(self, auth: Auth, store: SqlStore, policy: Login, jurisdictions: Jurisdictions) -> None:
        self._auth = auth
        self._store = store
        self._person_seconds = int(policy.hours * 3600)
        self._kiosk_seconds = int(policy.kiosk_days * 86_400)
        self._jurisdictions = jurisdictions
        self.on_logout: Callable[[Actor], None] = lambda person: None
        """Told who has logged out: their open desk is closed."""

    async def login(self, login: str, password: str, address: str) -> Granted:
        found = await self._auth.login(login, password, address)
        return Granted(found.token, found.person.actor, self._person_seconds)

    async def logout(self, token: str) -> None:
        person = await self._auth.who(token)
        await self._auth.logout(token)
        if person is not None:
            self.on_logout(person)

    async def who(self, token: str) -> Actor | None:
        return await self._auth.who(token)

    async def enrol(self, code: str, address: str) -> Granted:
        enrolled = await self._auth.enrol(code, address)
        return Granted(enrolled.token, self._standing(enrolled.kiosk).actor, self._kiosk_seconds, enrolled.key)

    async def kiosk_login(self, kiosk: str, key: str, address: str) -> Granted:
        token = await self._auth.kiosk_login(kiosk, key, address)
        actor = await self._auth.which_kiosk(token)
        if actor is None:
            raise Refusal("bad-login")
        return Granted(token, actor, self._kiosk_seconds)

    async def which_kiosk(self, token: str) -> Actor | None:
        return await self._auth.which_kiosk(token)

    def socket_ticket(self, actor: Actor, login: str) -> str:
        return self._auth.socket_ticket(actor, login)

    async def setup(self, code: str, login: str, name: str, password: str, jurisdiction: str, address: str) -> None:
        await self._auth.setup(code, login, name, password, jurisdiction, address)

    async def sessions_of(self, home: str, limit: int, wanted: Mapping[str, str] | None = None) -> Sequence[SessionSummary]:
        found = await self._store.search(home, wanted or {}, limit)
        return [_summary(record, rating, incidents) for record, rating, incidents in found]

    def _standing(self, kiosk: EnrolledKiosk) -> EnrolledKiosk:
        """A kiosk that the configuration no longer has cannot be shown anything."""
        if self._jurisdictions.kiosk(kiosk.kiosk) is None:
            raise Refusal("unknown-kiosk")
        return kiosk


def _summary(r: VisitRecord, rating: int | None, incidents: Sequence[str]) -> SessionSummary:
    return SessionSummary(
        session=r.session, case=r.case, number=r.number, service=r.service, kiosk=r.kiosk, host=r.host, clerk=r.clerk, state=r.state,
        outcome=r.outcome, opened_at=r.opened_at, closed_at=r.closed_at, rating=rating, incidents=list(incidents),
    )
