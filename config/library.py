"""Everything that is data of the jurisdictions, loaded together: what one of them names stands in the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from config.catalogue import Catalogue, load_catalogue
from config.forms import Forms, load_forms
from config.jurisdiction import Jurisdictions, load_jurisdictions
from config.powers import Powers, load_powers
from config.problem import BadConfiguration
from config.text import HERE

T = TypeVar("T")


class Library(NamedTuple):
    """Who there is, what they decide, what is filled in for it, and what they let each other do."""

    jurisdictions: Jurisdictions
    catalogue: Catalogue
    forms: Forms
    powers: Powers


def load_library(folder: Path = HERE, *, always_open: bool = False) -> Library:
    """Out of `folder`. Raises BadConfiguration of whichever is wrong first, with all mistakes in it."""
    jurisdictions = load_jurisdictions(folder / "jurisdictions", always_open=always_open)
    forms = load_forms(folder)
    catalogue = load_catalogue(folder, jurisdictions, forms)
    return Library(jurisdictions, catalogue, forms, load_powers(jurisdictions, catalogue, folder))


def check_library(folder: Path = HERE) -> tuple[Library | None, list[BadConfiguration]]:
    """Out of `folder`, or everything that is wrong with it: a part is read even where one that it names is wrong, without what it would name."""
    wrong: list[BadConfiguration] = []

    def read(load: Callable[[], T]) -> T | None:
        try:
            return load()
        except BadConfiguration as bad:
            wrong.append(bad)
            return None

    jurisdictions = read(lambda: load_jurisdictions(folder / "jurisdictions"))
    forms = read(lambda: load_forms(folder))
    catalogue = read(lambda: load_catalogue(folder, jurisdictions, forms))
    if jurisdictions is None or catalogue is None:  # every power names both
        return None, wrong
    powers = read(lambda: load_powers(jurisdictions, catalogue, folder))
    return (None if forms is None or powers is None else Library(jurisdictions, catalogue, forms, powers)), wrong
