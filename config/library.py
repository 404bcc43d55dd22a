"""Everything that is data of the jurisdictions, loaded together: what one of them names stands in the others."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from config.catalogue import Catalogue, load_catalogue
from config.forms import Forms, load_forms
from config.jurisdiction import Jurisdictions, load_jurisdictions
from config.powers import Powers, load_powers
from config.text import HERE


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
