"""The catalogue: which services there are, for whom, from where, what to bring, what is asked and agreed to. Typed and checked when loaded.

A service or a consent text may stand in several versions with their dates; what counts is the version valid on the day of the visit.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Protocol, TypeVar, get_args

import msgspec
from msgspec import Meta

from config.calendar import beijing
from config.forms import Forms
from config.jurisdiction import Jurisdictions
from config.problem import BadConfiguration, Problem
from config.strict import TomlText
from config.text import HERE, Code, Text, read_folder

ConsentCode = Literal["recording", "identity-check", "papers-to-home"]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One plain yes-or-no question, asked before queueing."""

    id: Code
    text: Text
    needed: bool
    """The answer with which the visit goes on."""
    otherwise: Text
    """What to do, and where to go, with the other answer."""


class Material(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to bring."""

    name: Text
    need: Literal["required", "optional", "may-follow"] = "required"


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one service of a home jurisdiction."""

    code: Code
    name: Text
    life_event: Code
    offered_at: Annotated[list[Code], Meta(min_length=1)]
    """Host jurisdictions at whose kiosks it may be asked for."""
    channel: Literal["remote-window", "self-service", "staffed-window"]
    mode: Literal["guided-online", "collected-for-home"]
    """全程网办 (the clerk guides an online form) or 异地代收代办 (papers are collected for the home window)."""
    identity_level: Literal["declared", "card-seen", "card-read"]
    """The least that must be known of who the resident is."""
    person: Literal["in-person", "agent-allowed"]
    working_days: Annotated[int, Meta(ge=0, le=90)]
    """Promised time until the decision, in working days; 0 is at once."""
    minutes: Annotated[int, Meta(ge=1, le=180)]
    """Typical length of the talk, for estimates of the wait."""
    materials: list[Material]
    consents: list[ConsentCode]
    valid_from: dt.date
    result: Text
    """What the resident leaves with."""
    questions: list[Question] = []
    form: Code | None = None
    """What is filled in together and signed (config/forms); None: nothing."""
    valid_to: dt.date | None = None
    """Last day of this version."""
    popular: Annotated[int, Meta(ge=0, le=100)] = 0
    """Place among the most used, 1 first; 0 is none."""
    retention_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    """Recordings of this service are kept at least so long; None: as the home keeps the others."""
    sample: bool = False
    """The name is sample data: public sources give only how many services there are."""


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


D = TypeVar("D", bound=Dated)


class Offer(msgspec.Struct, frozen=True):
    """A service with its home."""

    home: Code
    service: Service


class Catalogue:
    """All services and consent texts. `at` is seconds since 1970-01-01 UTC; versions change at midnight in Beijing."""

    def __init__(self, homes: list[HomeServices], consents: list[Consent], life_events: list[LifeEvent]) -> None:
        self.life_events = tuple(life_events)
        self._versions: dict[str, list[Offer]] = {}
        for home in homes:
            for service in home.services:
                self._versions.setdefault(service.code, []).append(Offer(home.home, service))
        self._consents: Mapping[ConsentCode, Consent] = {each.code: each for each in consents}

    def service(self, code: str, at: float) -> Offer | None:
        """The version of the service that is valid at `at`, with its home."""
        day = beijing(at).date()
        return next((each for each in self._versions.get(code, []) if _is_valid(each.service, day)), None)

    def offered_at(self, host: str, at: float) -> list[Offer]:
        """What may be asked for at kiosks of `host`, in the order of the files."""
        found = (self.service(code, at) for code in self._versions)
        return [each for each in found if each is not None and host in each.service.offered_at]

    def of_home(self, home: str, at: float) -> list[Offer]:
        """What clerks of `home` decide."""
        found = (self.service(code, at) for code in self._versions)
        return [each for each in found if each is not None and each.home == home]

    def consent(self, code: ConsentCode, at: float) -> ConsentVersion:
        """The wording that is valid at `at`. Raises LookupError before the first one."""
        day = beijing(at).date()
        for version in self._consents[code].versions:
            if _is_valid(version, day):
                return version
        raise LookupError(f"no wording of {code} is valid on {day}")

    def wording(self, code: str, version: str) -> ConsentVersion | None:
        """One version of a consent's text, in force or not; None when nobody ever had it."""
        found = next((each for each in self._consents.values() if each.code == code), None)
        return next((each for each in found.versions if each.version == version), None) if found else None

    def consents(self, at: float) -> list[tuple[ConsentCode, ConsentVersion]]:
        """Every consent with the wording valid at `at`, in the order in which they are asked."""
        return [(code, self.consent(code, at)) for code in self._consents]


def load_catalogue(folder: Path = HERE, jurisdictions: Jurisdictions | None = None, forms: Forms | None = None) -> Catalogue:
    """The catalogue out of `folder` (`services/*.toml`, `consents/*.toml`, `life_events.toml`).

    With `jurisdictions` the codes of homes and hosts are checked too, with `forms` those of forms. Raises BadConfiguration `bad-catalogue` with every mistake.
    """
    homes, problems = read_folder(folder / "services", HomeServices)
    consents, more = read_folder(folder / "consents", Consent)
    events_file = folder / "life_events.toml"
    events_text = TomlText(events_file.read_text(encoding="utf-8") if events_file.exists() else "", str(events_file))
    events = events_text.into(LifeEvents) or LifeEvents([])
    problems += [*more, *events_text.problems]
    problems += _service_problems(homes, {each.code for each in events.life_events}, {each.code for _, each in consents}, jurisdictions, forms)
    for text, consent in consents:
        problems += _overlaps(text, ("versions",), list(enumerate(consent.versions)), consent.code)
    if problems:
        raise BadConfiguration("bad-catalogue", problems)
    # The order in which they are asked is that of the type, not of the file names.
    order: list[str] = list(get_args(ConsentCode))
    return Catalogue([home for _, home in homes], sorted((each for _, each in consents), key=lambda c: order.index(c.code)), events.life_events)


def _service_problems(
    homes: list[tuple[TomlText, HomeServices]], events: set[str], consents: set[str], jurisdictions: Jurisdictions | None,
    forms: Forms | None,
) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for text, home in homes:
        if jurisdictions is not None and home.home not in jurisdictions:
            yield text.problem(("home",), f"{home.home} is no jurisdiction", "known: " + ", ".join(jurisdictions))
        by_code: dict[str, list[tuple[int, Service]]] = {}
        for i, service in enumerate(home.services):
            at = ("services", i)
            by_code.setdefault(service.code, []).append((i, service))
            if owner.setdefault(service.code, home.home) != home.home:
                yield text.problem((*at, "code"), f"{service.code} is already a service of {owner[service.code]}")
            if service.life_event not in events:
                yield text.problem((*at, "life_event"), f"{service.life_event} is no life event", "known: " + ", ".join(sorted(events)))
            if service.form is not None and forms is not None and service.form not in forms:
                yield text.problem((*at, "form"), f"{service.form} is no form")
            for host in service.offered_at:
                if host == home.home or (jurisdictions is not None and host not in jurisdictions):
                    yield text.problem((*at, "offered_at"), f"{host} is no other jurisdiction")
            for consent in service.consents:
                if consent not in consents:
                    yield text.problem((*at, "consents"), f"{consent} has no wording")
            ids = [question.id for question in service.questions]
            if len(set(ids)) < len(ids):
                yield text.problem((*at, "questions"), "two questions have the same id")
        for code, versions in by_code.items():
            yield from _overlaps(text, ("services",), versions, code)


def _overlaps(text: TomlText, table: tuple[str, ...], versions: list[tuple[int, D]], code: str) -> Iterator[Problem]:
    """Of one thing at most one version is valid on any day."""
    ordered = sorted(versions, key=lambda each: each[1].valid_from)
    for (_, before), (i, after) in itertools.pairwise(ordered):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            yield text.problem((*table, i, "valid_from"), f"{code}: the version from {before.valid_from} is still valid then")
    for i, each in ordered:
        if each.valid_to is not None and each.valid_to < each.valid_from:
            yield text.problem((*table, i, "valid_to"), "is before valid_from")


def _is_valid(each: Dated, day: dt.date) -> bool:
    return each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
