"""Pointing at what both see: fading strokes over a picture, passed on at once and kept nowhere."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from signaling.wire.base import Code, Command, Message, Part, ParticipantId, SessionId, Source

Place = Annotated[int, Meta(ge=0, le=10_000, description="ten-thousandths of the picture's width or height, from its top left")]
Stroke = Annotated[int, Meta(ge=0, le=2**31 - 1, description="chosen by whoever points; the same for all parts of one stroke")]


class Spot(Part, frozen=True):
    """A place in the picture itself, however large or turned it is shown."""

    x: Place
    y: Place


Spots = Annotated[list[Spot], Meta(min_length=1, max_length=64)]


class Point(Command, frozen=True):
    """The next part of a stroke over what `participant` shows from `source`. Never part of the evidence: the picture is what was sent."""

    session: SessionId
    participant: ParticipantId
    source: Source
    stroke: Stroke
    spots: Spots
    ended: bool


class Pointed(Message, frozen=True):
    """The other end points."""

    session: SessionId
    by: ParticipantId
    participant: ParticipantId
    source: Source
    stroke: Stroke
    spots: Spots
    ended: bool


class PointInForm(Command, frozen=True):
    """The next part of a stroke over the form: `spots` are places in the box of that field, whose size differs from page to page."""

    session: SessionId
    field: Code
    stroke: Stroke
    spots: Spots
    ended: bool


class PointedInForm(Message, frozen=True):
    """The other end points at the form."""

    session: SessionId
    by: ParticipantId
    field: Code
    stroke: Stroke
    spots: Spots
    ended: bool
