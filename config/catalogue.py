"""The catalogue: which services there are, for whom, from where, what to bring, what is asked and agreed to. Typed and checked when loaded.

A service or a consent text may stand in several versions with their dates; what counts is the version valid on the day of the visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from config.calendar import beijing
from config.catalogue_checks import read_catalogue
from config.forms import Forms
from config.jurisdiction import Jurisdictions
from config.service import Consent, ConsentCode, ConsentVersion, HomeServices, LifeEvent, Service, is_valid
from config.text import HERE, Code


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
        return next((each for each in self._versions.get(code, []) if is_valid(each.service, day)), None)

    def versions(self, code: str) -> list[Offer]:
        """Every version of the service, in force or not; none of a code that nobody ever had."""
        return list(self._versions.get(code, []))

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
            if is_valid(version, day):
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
    homes, consents, life_events = read_catalogue(folder, jurisdictions, forms)
    return Catalogue(homes, consents, life_events)
