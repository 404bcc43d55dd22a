"""What all tests of sockets share: whoever is to be taken down is so soon."""

from __future__ import annotations

import pytest

from signaling.live import sockets


@pytest.fixture(autouse=True)
def tidied_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "TIDY_SECONDS", 0.05)
