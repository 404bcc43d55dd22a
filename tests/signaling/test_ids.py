"""Ids: whatever is drawn can name a session everywhere: on a command line, in a folder and in a package."""

from __future__ import annotations

import secrets

import pytest

from recordings.names import session_id
from signaling.ids import fresh_id


def test_an_id_never_begins_as_an_option_does(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["-begins-as-one-x", "_begins-hidden-x", "Begins_as-a-name"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda length: next(drawn))
    assert fresh_id() == session_id("Begins_as-a-name")


def test_two_ids_differ() -> None:
    assert len({fresh_id() for _ in range(1000)}) == 1000
