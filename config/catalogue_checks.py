"""The catalogue's files read and held together: every mistake with file, line and reason, all of them at once."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar, get_args

from config.calendar import BEIJING
from config.eligibility import MOST, eligibility_mistakes
from config.forms import Forms
from config.jurisdiction import Jurisdictions
from config.problem import BadConfiguration, Problem
from config.service import Consent, ConsentCode, Dated, HomeServices, LifeEvent, LifeEvents, Service, is_valid
from config.strict import TomlText
from config.text import read_folder

D = TypeVar("D", bound=Dated)
Mistake = tuple[tuple[str | int, ...], str, str]
"""Where in the entry, the reason, what is allowed."""
LAST_DAY = dt.date(2099, 12, 31)
"""Of a version that is open."""


def read_catalogue(
    folder: Path, jurisdictions: Jurisdictions | None, forms: Forms | None
) -> tuple[list[HomeServices], list[Consent], list[LifeEvent]]:
    """See `config.catalogue.load_catalogue`."""
    homes, bad_homes = read_folder(folder / "services", HomeServices)
    consents, bad_consents = read_folder(folder / "consents", Consent)
    events, bad_events = _life_events(folder / "life_events.toml")
    problems = [*bad_homes, *bad_consents, *bad_events]
    # What was left out because of its own mistakes is not missed by others too.
    checks = Checks(
        homes, jurisdictions, forms, all_homes=not bad_homes,
        events=None if bad_events else [each.code for each in events], consents=None if bad_consents else [each.code for _, each in consents],
    )  # fmt: skip
    problems += checks.problems()
    for text, consent in consents:
        problems += overlaps(text, ("versions",), list(enumerate(consent.versions)), consent.code)
    if problems:
        raise BadConfiguration("bad-catalogue", problems)
    # The order in which they are asked is that of the type, not of the file names.
    order: list[str] = list(get_args(ConsentCode))
    return [home for _, home in homes], sorted((each for _, each in consents), key=lambda c: order.index(c.code)), events


def _life_events(file: Path) -> tuple[list[LifeEvent], list[Problem]]:
    try:
        text = TomlText(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError:
        return [], [Problem(str(file), None, "", "is missing")]
    except (OSError, UnicodeDecodeError) as error:
        return [], [Problem(str(file), None, "", f"cannot be read as UTF-8 text: {error}")]
    events = text.into(LifeEvents)
    codes = [each.code for each in events.life_events] if events else []
    twice = [text.problem(("life_events", i, "code"), f"{code} is already a life event") for i, code in enumerate(codes) if code in codes[:i]]
    return events.life_events if events else [], [*text.problems, *twice]


class Checks:
    """What one entry says about others: homes, hosts, forms, consents, life events, its own versions."""

    def __init__(
        self, homes: Sequence[tuple[TomlText, HomeServices]], jurisdictions: Jurisdictions | None, forms: Forms | None, *,
        all_homes: bool, events: Sequence[str] | None, consents: Sequence[str] | None,
    ) -> None:  # fmt: skip
        """What is None is not known and nothing is checked against it; `all_homes`: what is not in `homes` is nowhere."""
        self._homes, self._jurisdictions, self._forms = homes, jurisdictions, forms
        self._all_homes, self._events, self._consents = all_homes, events, consents
        self._offered: dict[str, set[str]] = {}
        for _, home in homes:
            self._offered.setdefault(home.home, set()).update(*(service.offered_at for service in home.services))

    def problems(self) -> Iterator[Problem]:
        """Every mistake between the entries of services."""
        owner: dict[str, str] = {}
        for text, home in self._homes:
            if Path(text.file).stem != home.home:
                yield text.problem(("home",), f"is {home.home} in a file of another name")
            if self._jurisdictions is not None and home.home not in self._jurisdictions:
                yield text.problem(("home",), f"{home.home} is no jurisdiction", self._known_jurisdictions())
            by_code: dict[str, list[tuple[int, Service]]] = {}
            for i, service in enumerate(home.services):
                by_code.setdefault(service.code, []).append((i, service))
                if owner.setdefault(service.code, text.file) != text.file:
                    yield text.problem(("services", i, "code"), f"{service.code} already stands in {Path(owner[service.code]).name}")
                for at, reason, allowed in self._service(home.home, service):
                    yield text.problem(("services", i, *at), reason, allowed)
            for code, versions in by_code.items():
                yield from overlaps(text, ("services",), versions, code)
            yield from _places(text, home)

    def _service(self, home: str, service: Service) -> Iterator[Mistake]:
        if self._events is not None and service.life_event not in self._events:
            yield ("life_event",), f"{service.life_event} is no life event", "known: " + ", ".join(self._events)
        yield from self._form(service)
        for i, host in enumerate(service.offered_at):
            if host == home:
                yield ("offered_at", i), f"{host} is its own home, and no other jurisdiction", ""
            elif self._jurisdictions is not None and host not in self._jurisdictions:
                yield ("offered_at", i), f"{host} is no jurisdiction", self._known_jurisdictions()
            elif host in service.offered_at[:i]:
                yield ("offered_at", i), f"{host} is named twice", ""
        for i, consent in enumerate(service.consents):
            if self._consents is not None and consent not in self._consents:
                yield ("consents", i), f"{consent} has no wording", ""
            if consent in service.consents[:i]:
                yield ("consents", i), f"{consent} is asked twice", ""
        if "recording" not in service.consents:
            yield ("consents",), "does not ask for the recording", "every talk is recorded"
        yield from _plain_facts(service)
        yield from self._eligibility(home, service)

    def _form(self, service: Service) -> Iterator[Mistake]:
        if service.form is not None and self._forms is not None:
            if service.form not in self._forms:
                yield ("form",), f"{service.form} is no form", ""
            elif not all(self._forms.form(service.form, _noon(day)) for day in (service.valid_from, service.valid_to or LAST_DAY)):
                yield ("form",), f"{service.form} has no version on the first or the last day of this one", ""

    def _eligibility(self, home: str, service: Service) -> Iterator[Mistake]:
        ids = [question.id for question in service.short_rules]
        for i, id in enumerate(ids):
            if id in ids[:i]:
                yield ("questions", i, "id"), f"two questions have the same id: {id}", ""
        if len(ids) > MOST["questions"]:
            yield ("questions",), f"asks {len(ids)} questions", f"at most {MOST['questions']}"
        if service.eligibility is None:
            return
        if ids:
            yield ("questions",), "stands beside eligibility", "one of the two"
        for at, reason, allowed in eligibility_mistakes(service.eligibility):
            yield ("eligibility", *at), reason, allowed
        for i, rule in enumerate(service.eligibility.rules):
            if rule.go_to is not None and (why := self._cannot_go(home, service, rule.go_to)):
                yield ("eligibility", "rules", i, "go_to"), why, ""

    def _cannot_go(self, home: str, service: Service, to: str) -> str | None:
        """A resident is sent only where the same kiosk leads."""
        if to == home:
            return f"{to} is this home"
        if not self._all_homes:
            return None
        if to not in self._offered:
            return f"{to} is no home"
        missing = [host for host in service.offered_at if host not in self._offered[to]]
        return f"{to} offers nothing at the kiosks of {', '.join(missing)}" if missing else None

    def _known_jurisdictions(self) -> str:
        return "known: " + ", ".join(self._jurisdictions or ())


def _noon(day: dt.date) -> float:
    return dt.datetime.combine(day, dt.time(12), BEIJING).timestamp()


def _plain_facts(service: Service) -> Iterator[Mistake]:
    """What no type says of one entry by itself."""
    names = [material.name for material in service.materials]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("materials", i), "stands there twice", ""
    for i, way in enumerate(service.delivery):
        if way in service.delivery[:i]:
            yield ("delivery", i), f"{way} is named twice", ""
    if service.parties.least > service.parties.most:
        yield ("parties", "least"), f"is above {service.parties.most}, the most", ""
    fee = service.fee
    if fee.up_to is not None and fee.up_to <= fee.yuan:
        yield ("fee", "up_to"), f"is not above {fee.yuan}", ""
    if fee.up_to is not None and fee.note is None:
        yield ("fee",), "does not say on what it depends", "a note"
    if service.sample == (service.basis is not None):
        yield ("basis",), "sample data follows no published rule" if service.sample else "does not say which published rule it follows", ""
    if service.identity_level == "declared" and "identity-check" in service.consents:
        yield ("consents",), "asks for an identity check that is not made", ""
    if service.identity_level != "declared" and "identity-check" not in service.consents:
        yield ("consents",), "does not ask for the identity check that is made", ""
    if service.mode == "guided-appointment" and service.person == "agent-allowed":
        yield ("person",), "an appointment in person is for no agent", ""


def _places(text: TomlText, home: HomeServices) -> Iterator[Problem]:
    """Among the most used, each place is taken once on any day."""
    for i, later in enumerate(home.services):
        for j, earlier in enumerate(home.services[:i]):
            meet = is_valid(later, earlier.valid_from) or is_valid(earlier, later.valid_from)
            if later.popular and later.popular == earlier.popular and later.code != earlier.code and meet:
                yield text.problem(("services", i, "popular"), f"{later.popular} is already the place of services[{j}], {earlier.code}")


def overlaps(text: TomlText, table: tuple[str, ...], versions: list[tuple[int, D]], code: str) -> Iterator[Problem]:
    """Of one thing at most one version is valid on any day."""
    ordered = sorted(versions, key=lambda each: each[1].valid_from)
    for (_, before), (i, after) in itertools.pairwise(ordered):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            yield text.problem((*table, i, "valid_from"), f"{code}: the version from {before.valid_from} is still valid then")
    for i, each in ordered:
        if each.valid_to is not None and each.valid_to < each.valid_from:
            yield text.problem((*table, i, "valid_to"), "is before valid_from")
