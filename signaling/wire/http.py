"""Bodies of the HTTP routes. Requests are strict (an unknown field is an error with its path), answers are what the pages read."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
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
    role: Literal["clerk", "helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator"]
    jurisdiction: Code


class SetupRequest(Part, frozen=True):
    """The first security administrator, by the one-time set-up code."""

    code: Annotated[str, Meta(max_length=64)]
    login: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{1,31}$")]
    name: PersonName
    password: Annotated[str, Meta(min_length=10, max_length=256)]
    jurisdiction: Code


class EnrolRequest(Part, frozen=True):
    """A one-time enrolment code, from the system administrator."""

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


class CatalogueOption(Part, frozen=True):
    code: str
    label: BothLanguages


class CatalogueQuestion(Part, frozen=True):
    """Asked before anybody queues; without options it is answered by `yes` or `no`."""

    id: str
    text: BothLanguages
    options: list[CatalogueOption] = msgspec.field(default_factory=list)


class CatalogueCondition(Part, frozen=True, rename={"value": "is", "choice": "in", "all_of": "all", "any_of": "any", "negated": "not"}):
    """One of four forms: an answer to a question (`is`, or one of `in`), all of these, any of these, not this."""

    question: str | None = None
    value: str | None = None
    choice: list[str] | None = None
    all_of: list[CatalogueCondition] | None = None
    any_of: list[CatalogueCondition] | None = None
    negated: CatalogueCondition | None = None


class CatalogueRule(Part, frozen=True):
    """A verdict and when it is given: the first whose condition holds; without `when` it is given in all cases that are left."""

    kind: Literal["go-on", "go-on-bring", "another-home", "staffed-window", "not-possible"]
    reason: BothLanguages
    when: CatalogueCondition | None = None
    go_to: str | None = None
    """The home jurisdiction of `another-home`."""
    bring: list[BothLanguages] = msgspec.field(default_factory=list)
    """What `go-on-bring` asks for beside the materials."""


class CatalogueEligibility(Part, frozen=True):
    """Who may ask for a service: the questions in their order, and the rules over the answers. The server reads the same rules again."""

    questions: list[CatalogueQuestion]
    rules: list[CatalogueRule]


class CatalogueFee(Part, frozen=True):
    """Whole yuan; `up_to` where it depends on the case, and then `note` says on what."""

    yuan: int
    up_to: int | None = None
    note: BothLanguages | None = None


class CatalogueMaterial(Part, frozen=True, rename={"zh": "zh-CN"}):
    """Something to bring."""

    zh: str
    en: str
    need: Literal["required", "optional", "may-follow"]


class CataloguePeople(Part, frozen=True):
    """The fewest and the most, all of them at the kiosk."""

    least: int
    most: int


class CatalogueService(Part, frozen=True):
    code: str
    home: str
    name: BothLanguages
    life_event: str
    materials: list[CatalogueMaterial]
    eligibility: CatalogueEligibility
    consents: list[str]
    minutes: int
    working_days: int
    fee: CatalogueFee
    delivery: list[Literal["on-the-spot", "collect-at-home", "collect-nearby", "post", "electronic"]]
    """How the outcome reaches the resident."""
    result: BothLanguages
    """What the resident leaves with."""
    channel: Literal["remote-window", "self-service", "staffed-window"]
    mode: Literal["guided-online", "collected-for-home", "guided-appointment"]
    identity_level: Literal["declared", "card-seen", "card-read"]
    person: Literal["in-person", "agent-allowed"]
    parties: CataloguePeople
    """How many ask for it together."""
    version: str
    """The first day of these rules, for instance `2025-05-10`."""
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
    handovers_waiting: int = 0
    """Decided cases that their home's own system has not acknowledged; no reason not to be ready."""


class Version(Part, frozen=True):
    version: str
    protocol: int


class StillReceived(Part, frozen=True):
    """An upload has been looked at and lies sealed. `reasons` say why another should be taken; empty when it is good."""

    number: int
    reasons: list[str]
    glare: str | None
