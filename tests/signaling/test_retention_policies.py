"""How long each home keeps its recordings stands in its own file, and for single services in the catalogue."""

from __future__ import annotations

from config.catalogue import load_catalogue
from config.jurisdiction import load_jurisdictions
from signaling.retention_policies import retention_policies


def test_every_home_has_a_policy() -> None:
    jurisdictions = load_jurisdictions()
    found = retention_policies(jurisdictions, load_catalogue(jurisdictions=jurisdictions), 1_795_399_200.0)
    assert found.keys() == set(jurisdictions)
