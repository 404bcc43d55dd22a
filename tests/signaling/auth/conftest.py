"""What every story about auth begins with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.signaling.auth.office import Office


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.auth.close()
