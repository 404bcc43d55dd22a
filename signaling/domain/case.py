"""Case 办件: one request under one home. Its number, what a visit has gathered for it, and what has become of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.domain.case_file import CaseFile
from signaling.domain.parties import Level

Outcome = Literal["accepted", "accepted-with-gaps", "returned", "referred"]
CaseState = Literal["drafted", "collecting", "accepted", "accepted-with-gaps", "returned", "referred", "handed-over", "closed"]
"""Nobody has looked at it; a clerk gathers what it needs; four outcomes; the home's own system has it; nothing more will come of it."""
ACCEPTED: tuple[Outcome, ...] = ("accepted", "accepted-with-gaps")


class Case(msgspec.Struct, frozen=True):
    """A case as a visit holds it. `as_of`: the moment (seconds since 1970) whose version of the service holds for it to its end.

    `level` is how well everybody must be known before it is accepted. `due` is a day in ISO form, `referred_to` another home's code.
    """

    number: str
    service: str
    as_of: float
    level: Level = "declared"
    file: CaseFile = CaseFile()
    outcome: Outcome | None = None
    due: str | None = None
    referred_to: str | None = None
    left_open: bool = False
    """The clerk has said after the talk that it stays open: it has no outcome, and whoever holds the receipt goes on with it."""
    stood: CaseState | None = None
    """How it stood when this visit took it up; None for a case that began here."""
    decided: Outcome | None = None
    """What the visit before has decided; None where none did."""
    handed: int = 0
    """How often earlier visits have decided it, each of which was handed over to the home's own system."""

    @property
    def is_empty(self) -> bool:
        """Nothing has been gathered for it."""
        return self.file == CaseFile()

    def settled(self, outcome: Outcome, due: str | None, referred_to: str | None) -> Case:
        """With what has become of it."""
        return msgspec.structs.replace(self, outcome=outcome, due=due, referred_to=referred_to, left_open=False)

    def kept_open(self) -> Case:
        """Without an outcome, as was said."""
        return msgspec.structs.replace(self, outcome=None, due=None, referred_to=None, left_open=True)

    def shelved(self, session: str) -> Case:
        """As it is kept when its visit is over: what was typed goes with the visit, papers are named by the session that sealed them."""
        return msgspec.structs.replace(self, file=self.file.shelved(session))


def ticket_number(letter: str, serial: int) -> str:
    """`J012`: the home jurisdiction's letter and the day's serial, at least three digits. `serial` starts at 1."""
    if serial < 1 or len(letter) != 1:
        raise ValueError(f"no ticket number from {letter!r}, {serial}")
    return f"{letter}{serial:03d}"


def serial_of(number: str) -> int:
    """12 of `J012`."""
    return int(number[1:])


def case_number(home: str, host: str, day: str, serial: int) -> str:
    """`310116-330424-20261123-0012`: administrative codes (GB/T 2260) of home and host, the day in Asia/Shanghai, the day's serial."""
    if serial < 1 or len(day) != 8 or not day.isdigit():
        raise ValueError(f"no case number from {day!r}, {serial}")
    return f"{home}-{host}-{day}-{serial:04d}"


def further_number(first: str, count: int) -> str:
    """`310116-330424-20261123-0012-2`: the next case of a visit that has had `count`, named after its ticket's own."""
    if count < 1:
        raise ValueError(f"no further case after {count}")
    return f"{first}-{count + 1}"
