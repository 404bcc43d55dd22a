"""What a clerk asks of the resident during a talk: one question at a time, since the kiosk shows one; silence is no."""

from __future__ import annotations

import msgspec


class Ask(msgspec.Struct, frozen=True, tag=True):
    """A question that stands. `id` is the command's that asked it; at `until` it ends by itself, unanswered."""

    id: str
    until: float


class AskScreen(Ask, frozen=True):
    """May the clerk see the kiosk's screen?"""


class AskPage(Ask, frozen=True):
    """Lay a page of this material (its place in the service's list, from 0) under the camera.

    `take` is the picture that is wanted now, a new id for each; None until the clerk has asked for one.
    """

    material: int
    take: str | None = None


AnyAsk = AskScreen | AskPage


def facts(ask: AnyAsk) -> dict[str, str | int]:
    """What the ledger says of it."""
    match ask:
        case AskScreen():
            return {"ask": ask.id, "kind": "screen"}
        case AskPage():
            return {"ask": ask.id, "kind": "page", "material": ask.material}
