"""How long each home keeps its recordings, out of the configuration: jurisdictions' own numbers, and those of single services."""

from __future__ import annotations

import msgspec

from config.catalogue import Catalogue
from config.jurisdiction import Jurisdictions
from recordings.retention import RetentionPolicy


def retention_policies(jurisdictions: Jurisdictions, catalogue: Catalogue, now: float) -> dict[str, RetentionPolicy]:
    """Home → how long its recordings are kept."""
    return {
        code: RetentionPolicy(
            msgspec.to_builtins(each.retention),
            {o.service.code: o.service.retention_days for o in catalogue.of_home(code, now) if o.service.retention_days is not None},
        )
        for code, each in jurisdictions.items()
    }
