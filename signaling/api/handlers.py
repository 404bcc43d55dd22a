"""The handlers: a few lines each, since the policy, the bodies and the refusals are dealt with around them."""

from __future__ import annotations

from collections.abc import Sequence

from signaling.api.ports import Condition, Doorman, Offerings, Reports
from signaling.api.routes import KIOSK_COOKIE, LOGIN_COOKIE, Answer, Call, Route, SetCookie, Table
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import Refusal
from signaling.wire import PROTOCOL, http

SESSIONS_LISTED = 200
SEARCHED = ("q", "service", "clerk", "kiosk", "outcome", "state", "from", "to", "rating", "incident")
"""What the list may be narrowed by: `q` is a session's id, a case's or a ticket's number, or the code of a receipt; `from` and `to` are days."""


class Handlers:
    """All JSON routes."""

    def __init__(
        self, doorman: Doorman, offerings: Offerings, reports: Reports, condition: Condition, version: str, more: Sequence[Route] = ()
    ) -> None:
        self._more = more
        self._doorman = doorman
        self._offerings = offerings
        self._reports = reports
        self._condition = condition
        self._version = version

    def table(self) -> Table:
        """The route table; the policy has a rule for each `action` in it."""
        v1 = "/api/v1"
        return Table((
            Route("POST", f"{v1}/login", self.login, http.Me, "A person logs in.", http.LoginRequest),
            Route("POST", f"{v1}/logout", self.logout, http.Nothing, "The person logs out; the login is worth nothing from now on.", http.Nothing),
            Route("GET", f"{v1}/me", self.me, http.Me, "Who the login cookie says one is."),
            Route("POST", f"{v1}/setup", self.setup, http.Nothing, "The first security administrator, by the one-time set-up code.", http.SetupRequest),
            Route("POST", f"{v1}/kiosks/enrol", self.enrol, http.Enrolled, "A browser or agent becomes a kiosk, by a one-time code.", http.EnrolRequest, "kiosk"),
            Route("POST", f"{v1}/kiosks/login", self.kiosk_login, http.KioskMe, "A kiosk proves itself by its device key.", http.KioskLoginRequest, "kiosk"),
            Route("GET", f"{v1}/kiosks/me", self.kiosk_me, http.KioskMe, "Which kiosk this is.", by="kiosk"),
            Route("POST", f"{v1}/socket-tickets", self.socket_ticket, http.SocketTicket, "A one-time ticket for the socket.", http.SocketTicketRequest, "either"),
            Route("GET", f"{v1}/catalogue", self.catalogue, http.Catalogue, "What may be asked for here.", by="either"),
            Route("GET", f"{v1}/consents/{{text}}/{{version}}", self.wording, http.CatalogueConsent, "A consent in the version in which it was read.", by="either"),
            Route("GET", f"{v1}/sessions", self.sessions, http.Sessions, "The newest sessions of one's own jurisdiction."),
            Route("GET", "/healthz", self.health, http.Health, "Whether the process lives."),
            Route("GET", "/readyz", self.ready, http.Ready, "Whether residents may be sent here; 503 when not."),
            Route("GET", "/version", self.version, http.Version, "Which version this is."),
            *self._more,
        ))  # fmt: skip

    async def login(self, call: Call) -> Answer:
        body: http.LoginRequest = call.body
        grant = await self._doorman.login(body.login, body.password, call.address)
        return Answer(_me(grant.actor), (SetCookie(LOGIN_COOKIE, grant.token, grant.seconds),))

    async def logout(self, call: Call) -> Answer:
        await self._doorman.logout(call.token)
        return Answer(http.Nothing(), (SetCookie(LOGIN_COOKIE, "", 0),))

    async def me(self, call: Call) -> Answer:
        return Answer(_me(call.actor))

    async def setup(self, call: Call) -> Answer:
        body: http.SetupRequest = call.body
        if not self._offerings.knows_jurisdiction(body.jurisdiction):
            raise Refusal("unknown-jurisdiction", path="$.jurisdiction")
        await self._doorman.setup(body.code, body.login, body.name, body.password, body.jurisdiction, call.address)
        return Answer(http.Nothing())

    async def enrol(self, call: Call) -> Answer:
        body: http.EnrolRequest = call.body
        enrolled = await self._doorman.enrol(body.code, call.address)
        kiosk = enrolled.actor.id
        answer = http.Enrolled(kiosk, self._offerings.kiosk_name(kiosk), enrolled.key)
        return Answer(answer, (SetCookie(KIOSK_COOKIE, enrolled.token, enrolled.seconds),))

    async def kiosk_login(self, call: Call) -> Answer:
        body: http.KioskLoginRequest = call.body
        grant = await self._doorman.kiosk_login(body.kiosk, body.key, call.address)
        return Answer(self._kiosk(grant.actor), (SetCookie(KIOSK_COOKIE, grant.token, grant.seconds),))

    async def kiosk_me(self, call: Call) -> Answer:
        return Answer(self._kiosk(call.actor))

    async def socket_ticket(self, call: Call) -> Answer:
        body: http.SocketTicketRequest = call.body
        # The gate took whichever cookie it found first; the body says which conversation is meant.
        token = call.request.cookies.get(KIOSK_COOKIE if body.as_ == "kiosk" else LOGIN_COOKIE, "")
        actor = await (self._doorman.which_kiosk(token) if body.as_ == "kiosk" else self._doorman.who(token)) if token else None
        if actor is None:
            raise Refusal("not-logged-in")
        may(actor, "POST /api/v1/socket-tickets")
        return Answer(http.SocketTicket(self._doorman.socket_ticket(actor, token)))

    async def catalogue(self, call: Call) -> Answer:
        who = call.actor
        return Answer(self._offerings.for_kiosk(who.id, who.jurisdiction) if who.kind == "kiosk" else self._offerings.for_person(who.jurisdiction))

    async def wording(self, call: Call) -> Answer:
        found = self._offerings.wording(call.part("text"), call.part("version"))
        if found is None:
            raise Refusal("not-found")
        return Answer(found)

    async def sessions(self, call: Call) -> Answer:
        wanted = {name: value[:64] for name, value in call.request.query.items() if name in SEARCHED and value}
        return Answer(http.Sessions(list(await self._reports.sessions_of(call.actor.jurisdiction, SESSIONS_LISTED, wanted))))

    async def health(self, call: Call) -> Answer:
        return Answer(http.Health(ok=True))

    async def ready(self, call: Call) -> Answer:
        ready = await self._condition.ready()
        return Answer(ready, status=200 if ready.ready else 503)

    async def version(self, call: Call) -> Answer:
        return Answer(http.Version(self._version, PROTOCOL))

    def _kiosk(self, actor: Actor) -> http.KioskMe:
        return http.KioskMe(actor.id, self._offerings.kiosk_name(actor.id), actor.jurisdiction)


def _me(actor: Actor) -> http.Me:
    assert actor.kind != "nobody" and actor.kind != "kiosk", actor.kind
    return http.Me(actor.id, actor.display or actor.id, actor.kind, actor.jurisdiction)
