"""What a clerk asks of the resident during a talk: one question at a time, since the kiosk shows one; silence is no."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.control import Level, Purpose


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


class AskSignature(Ask, frozen=True):
    """Sign the frozen paper `form`, on the line of that signer (from 0)."""

    form: str
    signer: int


class AskControl(Ask, frozen=True):
    """May the clerk operate this, so far, for so many minutes?"""

    scope: str
    level: Level
    purpose: Purpose
    minutes: int


AnyAsk = AskScreen | AskPage | AskSignature | AskControl
Kind = Literal["screen", "page", "signature", "control"]


class Ended(msgspec.Struct, frozen=True):
    """The question, or the permission, that ended last in this talk, and why: whoever asked need not guess it from what is gone.

    `because` as the ledger says it; `by` whoever ended a permission, None where it ended by itself.
    """

    id: str
    what: Kind | Literal["grant"]
    because: str
    by: Literal["resident", "clerk"] | None = None


def kind_of(ask: AnyAsk) -> Kind:
    match ask:
        case AskScreen():
            return "screen"
        case AskPage():
            return "page"
        case AskSignature():
            return "signature"
        case AskControl():
            return "control"


def facts(ask: AnyAsk) -> dict[str, str | int]:
    """What the ledger says of it."""
    name: dict[str, str | int] = {"ask": ask.id, "kind": kind_of(ask)}
    match ask:
        case AskScreen():
            return name
        case AskPage():
            return {**name, "material": ask.material}
        case AskSignature():
            return {**name, "form": ask.form, "signer": ask.signer}
        case AskControl():
            return {**name, "scope": ask.scope, "level": ask.level, "purpose": ask.purpose, "minutes": ask.minutes}
