"""A kiosk without a browser: its devices, its line to the server, and the media of its talks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.clock import Clock
from config.logs import Logger
from config.tasks import Tasks
from media.capture.equipment import Equipment
from media.end_keeper import EndKeeper
from signaling.participant import KioskKey, Participant, TalkMedia
from signaling.wire.visit import KioskView

Line = Participant[KioskView]


@dataclass(frozen=True, slots=True)
class Booth:
    """Which kiosk this is and where its server is."""

    server: str
    key: KioskKey
    ca: Path | None = None


def connect(booth: Booth, clock: Clock, log: Logger) -> Line:
    """The kiosk's line; enter it with `async with`."""
    return Participant.kiosk(booth.server, booth.key, clock, ca=booth.ca, log=log)


def talk_media(line: Line, equipment: Equipment, clock: Clock, log: Logger, tasks: Tasks) -> TalkMedia[EndKeeper]:
    """The media of one visit: cameras and microphone go out, what the counter sends comes in, first pictures are reported."""
    return TalkMedia(line, lambda talking: EndKeeper.over(talking, equipment, clock, log, tasks))
