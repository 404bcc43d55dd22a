"""What the kiosk's page and its desktop agent say to each other: JSON in text frames, by hand the same in `kiosk/web/desktop.ts`.

The page is not trusted more than a clerk: what an action may be is decided by `grant.judge`, here is only what can be read at all.
Pictures of the window go to the page as binary frames, one JPEG file in each.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from kiosk.operate import grant as rules
from kiosk.operate.journal import Entry

LONGEST = 16 * 1024
"""Bytes of a frame from the page."""
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
GrantId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Chosen by the page for one grant."""
Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=0)]


def kebab(name: str) -> str:
    """`TakeTicket` → `take-ticket`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=kebab):
    """Anything that is said, by either side."""


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag=kebab):
    """What a clerk does; places are shares of the window's width and height."""


class Move(Action, frozen=True):
    x: float
    y: float


class Press(Action, frozen=True):
    x: float
    y: float


class Release(Action, frozen=True):
    pass


class Wheel(Action, frozen=True):
    x: float
    y: float
    steps: Annotated[int, Meta(ge=-100, le=100)]


class Text(Action, frozen=True):
    text: str


class Key(Action, frozen=True):
    name: str
    modifier: str = ""


# --- the page says ---


class Hello(Said, frozen=True):
    """The first thing that is said."""

    token: Annotated[str, Meta(max_length=200)]


class Grant(Said, frozen=True):
    """The resident has said yes to this window. Answered by `granted` or `refused`; it opens meanwhile, which takes seconds."""

    id: GrantId
    window: Code
    level: Literal["view", "control"]
    seconds: Annotated[float, Meta(gt=0, le=3600)]


class Act(Said, frozen=True):
    """Answered by `acted` with the same `n`, in the order of the questions unless too many wait."""

    n: Number
    action: Move | Press | Release | Wheel | Text | Key


class Revoke(Said, frozen=True):
    """The end, whatever stands; nothing is said to it when nothing stands."""

    reason: Code


FromPage = Hello | Grant | Act | Revoke


# --- the agent says ---


class Choice(msgspec.Struct, frozen=True):
    """A window that can be opened, and what people call it."""

    window: Code
    zh: str
    en: str


class Ready(Said, frozen=True):
    """The page has proved itself; these windows there are."""

    windows: list[Choice]


class Granted(Said, frozen=True):
    """The window is open and framed; pictures follow."""

    id: GrantId


class Refused(Said, frozen=True):
    """The window was not granted, and nothing of it is there (any more)."""

    id: GrantId
    code: Code


class Acted(Said, frozen=True):
    """`count` things were done (letters of a text); `refused` says why no more."""

    n: Number
    count: Count
    refused: Code | None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="did", tag=str.lower):
    """One line for the ledger: never what was typed, never a word of the page."""


class Opened(Line, frozen=True, tag="granted"):
    level: Literal["view", "control"]
    seconds: Count


class Clicked(Line, frozen=True):
    field: Code | None = None
    count: Count = 1


class Scrolled(Line, frozen=True):
    field: Code | None = None
    count: Count = 1


class Typed(Line, frozen=True):
    field: Code | None = None
    count: Count = 1


class Pressed(Line, frozen=True):
    """A key with a meaning of its own, for instance `Tab` or `Control+A`; letters are only counted."""

    key: Annotated[str, Meta(pattern=r"^([A-Z][a-z]+\+)?[A-Z][A-Za-z]*$")]
    field: Code | None = None
    count: Count = 1


class NotDone(Line, frozen=True, tag="refused"):
    code: Code
    count: Count = 1


class Revoked(Line, frozen=True):
    reason: Code


Lines = Opened | Clicked | Scrolled | Typed | Pressed | NotDone | Revoked


class Happened(Said, frozen=True):
    """Lines for the ledger of one grant; those that could not be said to the page before it was lost are said to the next one."""

    id: GrantId
    n: Number
    """Place of the first line in its grant, from 1: a line that was on its way when a page was lost may be said twice."""
    entries: list[Lines]


class Ended(Said, frozen=True):
    """The grant is over: nothing is done and no picture comes any more."""

    id: GrantId
    reason: Code


FromAgent = Ready | Granted | Refused | Acted | Happened | Ended

_READER: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)
_WRITER = msgspec.json.Encoder()
_ACTIONS: dict[type[Action], type[rules.Action]] = {
    Move: rules.Move, Press: rules.Press, Release: rules.Release, Wheel: rules.Wheel, Text: rules.Text, Key: rules.Key,
}  # fmt: skip


def read(frame: str | bytes) -> FromPage:
    """What the page said. Raises ValueError for anything else: a binary frame, another type, a further field, a value out of bounds."""
    if isinstance(frame, bytes):
        raise ValueError("the page speaks in text frames")
    said: FromPage = _READER.decode(frame)
    return said


def write(said: FromAgent) -> str:
    """As one text frame."""
    return _WRITER.encode(said).decode()


def rule(action: Action) -> rules.Action:
    """The same action in the words of the rules."""
    made: rules.Action = _ACTIONS[type(action)](**msgspec.structs.asdict(action))
    return made


def line(entry: Entry) -> Lines:
    """A journal's entry as a line. Raises ValueError for one that is none: nothing that has not its place here leaves the agent."""
    known: dict[str, Any] = {name: value for name, value in entry.items() if (name, value) != ("field", "")}
    made: Lines = msgspec.convert(known, Lines)
    return made
