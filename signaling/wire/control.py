"""Remote operation, and lines that both write to each other."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from signaling.wire.base import Code, Command, Message, Part, ParticipantId, RequestId, Seconds, SessionId, ShortText

Level = Literal["view", "control"]
Purpose = Literal["fill-in", "correct", "find", "show-how"]
Share = Annotated[float, Meta(ge=0, le=1, description="share of the window's width or height, from its upper left corner")]


# --- what both see --------------------------------------------------------------------------------


class WindowOffered(Part, frozen=True):
    """A window that the kiosk's desktop can open."""

    window: Code
    name: ShortText


class Granted(Part, frozen=True):
    """What the resident lets the clerk operate."""

    id: RequestId
    scope: Code
    """`form`, or a window of the kiosk's desktop."""
    level: Level
    purpose: Purpose
    until: Seconds


class TextLine(Part, frozen=True):
    """Something that was written."""

    n: int
    by: ParticipantId
    at: Seconds
    text: str


class UsedLine(Part, frozen=True):
    """What was done under a grant: where, never what."""

    did: Literal["typed", "pressed", "key", "wheel", "moved", "refused"]
    field: Code | None = None
    count: Annotated[int, Meta(ge=0, le=100_000)] = 1
    code: Code | None = None
    """Why it was refused."""


class OperateNow(Message, frozen=True):
    """To the kiosk: the clerk does this."""

    session: SessionId
    grant: RequestId
    action: Action


class ControlReported(Message, frozen=True):
    """To the clerk: what became of it."""

    session: SessionId
    grant: RequestId
    lines: list[UsedLine]


# --- the clerk ------------------------------------------------------------------------------------


class AskForControl(Command, frozen=True):
    """May I operate this? Refused with `asking-already`, `no-form`, `unknown-window`."""

    session: SessionId
    scope: Code
    level: Level
    purpose: Purpose
    minutes: Annotated[int, Meta(ge=1, le=15)]


class Move(Part, frozen=True, tag_field="do", tag="move"):
    """The pointer to a place in the window."""

    x: Share
    y: Share


class Press(Part, frozen=True, tag_field="do", tag="press"):
    """The first button goes down there."""

    x: Share
    y: Share


class Release(Part, frozen=True, tag_field="do", tag="release"):
    """The button goes up."""


class Wheel(Part, frozen=True, tag_field="do", tag="wheel"):
    """Notches, down when positive."""

    x: Share
    y: Share
    steps: Annotated[int, Meta(ge=-10, le=10)]


class Letters(Part, frozen=True, tag_field="do", tag="text"):
    """Characters into the field that has the focus."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]


class Key(Part, frozen=True, tag_field="do", tag="key"):
    """A key pressed and released, by its name and one modifier or none."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z]{1,12}$")]
    modifier: Annotated[str, Meta(pattern=r"^[A-Za-z]{0,12}$")] = ""


Action = Move | Press | Release | Wheel | Letters | Key


class Operate(Command, frozen=True):
    """Does this in the granted window. Passed on at once and kept nowhere; the kiosk decides. Refused with `no-grant`."""

    session: SessionId
    grant: RequestId
    action: Action


# --- the kiosk ------------------------------------------------------------------------------------


class OfferedWindow(Part, frozen=True):
    """A window of the kiosk's desktop, with its name in both languages."""

    window: Code
    zh: Annotated[str, Meta(min_length=1, max_length=60)]
    en: Annotated[str, Meta(min_length=1, max_length=60)]


class OfferWindows(Command, frozen=True):
    """What the kiosk's desktop can open now; nothing when it is not there."""

    session: SessionId
    windows: Annotated[list[OfferedWindow], Meta(max_length=12)]


class ReportControl(Command, frozen=True):
    """What was done under a grant, for the ledger and for the clerk."""

    session: SessionId
    grant: RequestId
    lines: Annotated[list[UsedLine], Meta(min_length=1, max_length=50)]


# --- both -----------------------------------------------------------------------------------------


class StopControl(Command, frozen=True):
    """Ends the operation; `reason` says why (`stop-key`, `window-gone`, …)."""

    session: SessionId
    grant: RequestId
    reason: Code


class SendText(Command, frozen=True):
    """Writes a line. Refused with `too-many-texts`."""

    session: SessionId
    text: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\S")]
