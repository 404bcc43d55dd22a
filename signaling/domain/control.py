"""Remote operation as the resident allowed it: what the clerk may operate, how far, why, and until when."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["view", "control"]
Purpose = Literal["fill-in", "correct", "find", "show-how"]

FORM = "form"
"""The scope that is the guided form on the kiosk's own page; every other scope names a window of the kiosk's desktop."""
MOST_WINDOWS = 12
MOST_MINUTES = 15


class Window(msgspec.Struct, frozen=True):
    """A window that the kiosk's desktop can open for an operation."""

    code: str
    zh: str
    en: str


class Grant(msgspec.Struct, frozen=True):
    """Given by the resident's touch. `id` is that of the question; at `until` it ends by itself."""

    id: str
    scope: str
    level: Level
    purpose: Purpose
    until: float


class Used(msgspec.Struct, frozen=True):
    """What was done under a grant: never what was typed, only where. `code` says why it was refused; None: it was done."""

    did: Literal["typed", "pressed", "key", "wheel", "moved", "turned", "refused"]
    field: str | None = None
    count: int = 1
    code: str | None = None


def facts(grant: Grant) -> dict[str, str]:
    """What the ledger says of it."""
    return {"grant": grant.id, "scope": grant.scope, "level": grant.level, "purpose": grant.purpose}
