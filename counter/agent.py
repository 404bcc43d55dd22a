"""A counter without a browser: headset and camera, its line to the server, and the media of its talks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.clock import Clock
from config.logs import Logger
from config.tasks import Tasks
from media.capture.equipment import Equipment
from media.end_keeper import EndKeeper
from signaling.participant import Participant, PersonKey, TalkMedia
from signaling.wire.desk import DeskView

Line = Participant[DeskView]


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits here and where the server is."""

    server: str
    key: PersonKey
    ca: Path | None = None


def connect(seat: Seat, clock: Clock, log: Logger) -> Line:
    """The clerk's line; enter it with `async with`."""
    return Participant.person(seat.server, seat.key, clock, ca=seat.ca, log=log)


def talk_media(line: Line, equipment: Equipment, clock: Clock, log: Logger, tasks: Tasks) -> TalkMedia[EndKeeper]:
    """The media of one session: the clerk's face and voice go out, and a shared screen where there is one; the resident comes in."""
    return TalkMedia(line, lambda talking: EndKeeper.over(talking, equipment, clock, log, tasks))
