"""Jurisdictions and catalogue as the office reads them (`ports.Books`), always in the version of the day."""

from __future__ import annotations

import math
from collections.abc import Sequence

from config.clock import Clock
from config.forms import Form
from config.library import Library
from config.powers import Act, Hand
from config.service import Delivery, Material
from config.text import Language, Text
from signaling.domain.consent import ConsentAsked
from signaling.domain.parties import MOST_PARTIES
from signaling.domain.powers import OWN_WINDOW, Basis, basis, ways_here
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import Ticket
from signaling.domain.working_days import due
from signaling.office.ports import Promise, ServiceTerms

USUAL_MINUTES = 20.0
"""Length of a talk about a service that today's catalogue no longer has."""


def reader(language: str) -> Language:
    """A language we have words in; Chinese where it is any other."""
    return "en" if language == "en" else "zh-CN"


class ConfiguredBooks:
    """`ports.Books` over config/."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._jurisdictions, self._catalogue, self._forms, self._powers = library
        self._clock = clock

    def terms(self, service: str, home: str, host: str) -> ServiceTerms:
        now = self._clock.now()
        offer = self._catalogue.service(service, now)
        if offer is None or offer.home != home:
            raise Refusal("unknown-service", path="$.service")
        if host not in offer.service.offered_at:
            raise Refusal("not-offered-here", path="$.service")
        texts = [(code, self._catalogue.consent(code, now)) for code in offer.service.consents]
        asked = tuple(ConsentAsked(code, text.version, text.required) for code, text in texts)
        return ServiceTerms(service, home, offer.service.version, asked, offer.service.rules, offer.service.identity_level)

    def opens(self, home: str, now: float) -> float | None:
        if home not in self._jurisdictions:
            raise Refusal("unknown-jurisdiction", path="$.home")
        if self._jurisdictions.is_open(home, now):
            return None
        opening = self._jurisdictions.next_opening(home, now)
        return math.inf if opening is None else opening

    def wording(self, text: str, version: str, language: str) -> str | None:
        """A consent as it was shown, for the exported package."""
        found = self._catalogue.wording(text, version)
        if found is None:
            return None
        english = reader(language) == "en"
        return f"{found.title.en if english else found.title.zh}\n\n{(found.body.en if english else found.body.zh).strip()}\n"

    def letter(self, home: str) -> str:
        return self._jurisdictions[home].letter

    def administrative_code(self, jurisdiction: str) -> str:
        return self._jurisdictions[jurisdiction].administrative_code

    def minutes(self, service: str) -> float:
        offer = self._catalogue.service(service, self._clock.now())
        return offer.service.minutes if offer else USUAL_MINUTES

    def service_name(self, service: str, language: str) -> str:
        # A running case keeps its service even when today's catalogue no longer has it: then its code must do.
        offer = self._catalogue.service(service, self._clock.now())
        return offer.service.name.in_(reader(language)) if offer else service

    def material_name(self, service: str, at: float, place: int, language: str) -> str | None:
        offer = self._catalogue.service(service, at)
        if offer is None or place >= len(offer.service.materials):
            return None
        return offer.service.materials[place].name.in_(reader(language))

    def form_of(self, service: str, at: float) -> Form | None:
        offer = self._catalogue.service(service, at)
        return None if offer is None or offer.service.form is None else self._forms.form(offer.service.form, at)

    def form(self, code: str, version: str) -> Form | None:
        return self._forms.version(code, version)

    def people(self, service: str, at: float) -> tuple[int, int]:
        offer = self._catalogue.service(service, at)
        return (1, MOST_PARTIES) if offer is None else (offer.service.parties.least, offer.service.parties.most)

    def offered(self, home: str, host: str) -> Sequence[str]:
        return [offer.service.code for offer in self._catalogue.offered_at(host, self._clock.now()) if offer.home == home]

    def is_home(self, code: str) -> bool:
        return code in self._jurisdictions

    def now(self) -> float:
        return self._clock.now()

    def checklist(self, service: str, at: float) -> Sequence[Material]:
        offer = self._catalogue.service(service, at)
        return offer.service.materials if offer is not None else ()

    def service_title(self, service: str, at: float) -> Text:
        offer = self._catalogue.service(service, at)
        return offer.service.name if offer is not None else Text(service, service)

    def promise(self, home: str, service: str, as_of: float) -> Promise:
        offer = self._catalogue.service(service, as_of)
        days = offer.service.working_days if offer is not None else 0
        return Promise(days, self.follow_by(home, days))  # a promise in days is one too

    def follow_by(self, home: str, working_days: int) -> str | None:
        at = self._clock.now()
        try:
            return due(self._jurisdictions.calendar_of(home), at, working_days, self._jurisdictions.closes(home, at)).isoformat()
        except NotNow:
            return None

    def basis(self, act: Act, ticket: Ticket, service: str) -> Basis | None:
        power = self._powers.granted(act, ticket.home, ticket.host, service, ticket.kiosk, self._clock.now())
        return basis(ticket.home, ticket.host, None if power is None else power.agreement)

    def basis_at(self, act: Act, home: str, window: str, service: str, hand: Hand) -> Basis | None:
        power = self._powers.granted(act, home, window, service, None, self._clock.now(), hand)
        return basis(home, window, None if power is None else power.agreement)

    def delivery(self, ticket: Ticket, service: str, as_of: float) -> tuple[Sequence[Delivery], Basis]:
        offer = self._catalogue.service(service, as_of)
        found = self.basis("deliver-outcome", ticket, service)
        ways = ways_here(offer.service.delivery if offer is not None else (), may_deliver=found is not None)
        return ways, found if found is not None and "collect-nearby" in ways else OWN_WINDOW

    def title(self, code: str) -> Text:
        return self._jurisdictions[code].name

    def kiosk_name(self, kiosk: str, language: str) -> str:
        found = self._jurisdictions.kiosk(kiosk)
        return found[1].name.in_(reader(language)) if found else kiosk

    def counter_name(self, counter: str, language: str) -> str:
        found = self._jurisdictions.counter(counter)
        return found[1].name.in_(reader(language)) if found else counter

    def counters(self, home: str) -> Sequence[str]:
        return [counter.id for counter in self._jurisdictions[home].counters] if home in self._jurisdictions else []
