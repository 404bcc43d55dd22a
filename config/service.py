"""What one entry of the catalogue says: a service, a consent text, a stage of life. Types only; what is wrong with them is in `catalogue_checks`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import Meta

from config.eligibility import ANYBODY, Eligibility, PlainQuestion, from_plain
from config.text import Code, Text

ConsentCode = Literal["recording", "identity-check", "papers-to-home"]
Delivery = Literal["on-the-spot", "collect-at-home", "collect-nearby", "post", "electronic"]
"""How the outcome reaches the resident: at once; at the home's office; at a window near the kiosk; by post; as an electronic document."""


class Material(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to bring."""

    name: Text
    need: Literal["required", "optional", "may-follow"] = "required"


class Fee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the service costs the resident."""

    yuan: Annotated[int, Meta(ge=0, le=10_000)]
    """The fee, or the least of them; 0 is free."""
    up_to: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """The highest, where it depends on the case; then `note` says on what."""
    note: Text | None = None


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many ask for it, all of them at the kiosk."""

    least: Annotated[int, Meta(ge=1, le=4)] = 1
    most: Annotated[int, Meta(ge=1, le=4)] = 4
    """As many as a kiosk names: a couple with two witnesses, a buyer and a seller with their agents."""


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"short_rules": "questions"}):
    """One version of one service of a home jurisdiction; `valid_from` is also the version's name."""

    code: Code
    name: Text
    life_event: Code
    offered_at: Annotated[list[Code], Meta(min_length=1)]
    """Host jurisdictions at whose kiosks it may be asked for."""
    channel: Literal["remote-window", "self-service", "staffed-window"]
    mode: Literal["guided-online", "collected-for-home", "guided-appointment"]
    """全程网办 (the clerk guides an online form), 异地代收代办 (papers are collected for the home window), or the papers are prepared and
    an appointment is made, because the law wants the resident in person before the office."""
    identity_level: Literal["declared", "card-seen", "card-read"]
    """The least that must be known of who the resident is."""
    person: Literal["in-person", "agent-allowed"]
    working_days: Annotated[int, Meta(ge=0, le=90)]
    """Promised time until the decision, in working days; 0 is at once."""
    fee: Fee
    delivery: Annotated[list[Delivery], Meta(min_length=1)]
    minutes: Annotated[int, Meta(ge=1, le=180)]
    """Typical length of the talk, for estimates of the wait."""
    materials: list[Material]
    consents: list[ConsentCode]
    valid_from: dt.date
    result: Text
    """What the resident leaves with."""
    short_rules: list[PlainQuestion] = []
    """Who may ask for it, where every question has one answer that goes on; `questions` in the file."""
    eligibility: Eligibility | None = None
    """Who may ask for it, where more is to be said. A service has one of the two, or asks nothing."""
    parties: People = People()
    """当事人: how many ask for it together. Left out: one, and whoever comes along."""
    form: Code | None = None
    """What is filled in together and signed (config/forms); None: nothing."""
    valid_to: dt.date | None = None
    """Last day of this version."""
    popular: Annotated[int, Meta(ge=0, le=100)] = 0
    """Place among the most used, 1 first; 0 is none."""
    retention_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    """Recordings of this service are kept at least so long; None: as the home keeps the others."""
    basis: Text | None = None
    """The published rule that it follows; sample data has none."""
    sample: bool = False
    """The name is sample data: public sources give only how many services there are."""

    @property
    def version(self) -> str:
        """For instance `2025-05-10`."""
        return self.valid_from.isoformat()

    @property
    def rules(self) -> Eligibility:
        """Who may ask for it: one form, however the file says it."""
        return self.eligibility or (from_plain(self.short_rules) if self.short_rules else ANYBODY)


class HomeServices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: the services of one home jurisdiction."""

    home: Code
    services: Annotated[list[Service], Meta(min_length=1)]


class ConsentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"zh": "zh-CN"}):
    """The full wording in both languages."""

    zh: Annotated[str, Meta(min_length=20, max_length=2000)]
    en: Annotated[str, Meta(min_length=20, max_length=2000)]


class ConsentVersion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wording from one day on; `valid_from` is also the version's name."""

    valid_from: dt.date
    title: Text
    body: ConsentBody
    required: bool
    """Whether there is no remote visit without it."""
    valid_to: dt.date | None = None

    @property
    def version(self) -> str:
        """For instance `2026-11-01`."""
        return self.valid_from.isoformat()


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One consent, asked for on a card of its own."""

    code: ConsentCode
    versions: Annotated[list[ConsentVersion], Meta(min_length=1)]


class LifeEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stage of life under which services are found."""

    code: Code
    name: Text


class LifeEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In the order of their tiles."""

    life_events: Annotated[list[LifeEvent], Meta(min_length=1)]


class Dated(Protocol):
    """Something that is valid between two days, both included."""

    @property
    def valid_from(self) -> dt.date: ...

    @property
    def valid_to(self) -> dt.date | None: ...


def is_valid(each: Dated, day: dt.date) -> bool:
    """Whether it is in force on that day in Beijing."""
    return each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
