"""Bodies of the HTTP routes. Requests are strict (an unknown field is an error with its path), answers are what the pages read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from signaling.wire.base import Code, Part, PersonName

Login = Annotated[str, Meta(min_length=1, max_length=64)]
Password = Annotated[str, Meta(min_length=1, max_length=256)]


class Problem(Part, frozen=True):
    """Every refusal: a stable code, a sentence for a person, and where the mistake is."""

    code: str
    text: str
    path: str | None = None


class Nothing(Part, frozen=True):
    """An empty object."""


class LoginRequest(Part, frozen=True):
    login: Login
    password: Password


class Me(Part, frozen=True):
    """The person of the login cookie."""

    login: str
    name: str
    role: Literal["clerk", "supervisor", "administrator"]
    jurisdiction: Code


class SetupRequest(Part, frozen=True):
    """The first administrator, by the one-time set-up code."""

    code: Annotated[str, Meta(max_length=64)]
    login: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{1,31}$")]
    name: PersonName
    password: Annotated[str, Meta(min_length=10, max_length=256)]
    jurisdiction: Code


class EnrolRequest(Part, frozen=True):
    """A one-time enrolment code, from an administrator."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class Enrolled(Part, frozen=True):
    """The kiosk and its device key, shown this once; the cookie is set too."""

    kiosk: Code
    name: str
    key: str


class KioskLoginRequest(Part, frozen=True):
    kiosk: Code
    key: Annotated[str, Meta(min_length=1, max_length=256)]


class KioskMe(Part, frozen=True):
    """The kiosk of the device cookie."""

    kiosk: Code
    name: str
    jurisdiction: Code


class SocketTicketRequest(Part, frozen=True, rename={"as_": "as"}):
    """One browser may hold both cookies; `as` says for which conversation the socket is."""

    as_: Literal["person", "kiosk"]


class SocketTicket(Part, frozen=True):
    """Good once, for some seconds, as the first frame's `ticket`."""

    ticket: str


class BothLanguages(Part, frozen=True, rename={"zh": "zh-CN"}):
    """One text in both languages."""

    zh: str
    en: str


class CatalogueJurisdiction(Part, frozen=True):
    code: str
    name: BothLanguages
    short: BothLanguages
    accent: str
    open: bool
    opens: float | None
    """When it opens next; null while it is open or when that is not known."""
    here: bool
    """Whether this kiosk stands there, or this person works there."""


class CatalogueQuestion(Part, frozen=True):
    id: str
    text: BothLanguages
    needed: bool
    otherwise: BothLanguages


class CatalogueMaterial(Part, frozen=True, rename={"zh": "zh-CN"}):
    """Something to bring."""

    zh: str
    en: str
    need: Literal["required", "optional", "may-follow"]


class CatalogueService(Part, frozen=True):
    code: str
    home: str
    name: BothLanguages
    life_event: str
    materials: list[CatalogueMaterial]
    questions: list[CatalogueQuestion]
    consents: list[str]
    minutes: int
    working_days: int
    popular: int
    sample: bool


class CatalogueConsent(Part, frozen=True):
    text: str
    version: str
    title: BothLanguages
    body: BothLanguages
    required: bool


class CatalogueLifeEvent(Part, frozen=True):
    code: str
    name: BothLanguages


class MediaSource(Part, frozen=True):
    """How one source is captured and encoded; zero where it does not apply. Bit rates in bit/s."""

    width: int
    height: int
    fps: int
    max_bitrate: int


class MediaProfile(Part, frozen=True):
    microphone: MediaSource
    camera: MediaSource
    screen: MediaSource
    document: MediaSource


class Catalogue(Part, frozen=True):
    """What may be asked for here, and all the texts of asking."""

    jurisdictions: list[CatalogueJurisdiction]
    services: list[CatalogueService]
    consents: list[CatalogueConsent]
    life_events: list[CatalogueLifeEvent]
    media: MediaProfile
    staffed_window: BothLanguages
    farewell_seconds: float


class SessionSummary(Part, frozen=True):
    """One session as a supervisor of its home jurisdiction lists it."""

    session: str
    case: str
    number: str
    service: str
    kiosk: str
    host: str
    clerk: str | None
    state: str
    outcome: str | None
    opened_at: float
    closed_at: float | None
    rating: int | None
    incidents: list[str]
    """Kinds of those that are still to do."""


class Sessions(Part, frozen=True):
    sessions: list[SessionSummary]


class Health(Part, frozen=True):
    """Whether the process lives."""

    ok: bool


class Ready(Part, frozen=True):
    """Whether it may be sent residents: store reachable, node up, not draining."""

    ready: bool
    store: bool
    node: bool
    draining: bool


class Version(Part, frozen=True):
    version: str
    protocol: int


class StillReceived(Part, frozen=True):
    """An upload has been looked at and lies sealed. `reasons` say why another should be taken; empty when it is good."""

    number: int
    reasons: list[str]
    glare: str | None
