"""A connection's liveness is watched only while it is up, and a silent one is asked."""

from __future__ import annotations

from typing import cast

from media.line import Line
from media.transport import Transport


class Wire:
    """What a line needs of a transport."""

    def __init__(self) -> None:
        self.up = False
        self.last_heard = 0.0
        self.probes: list[float] = []
        self.now = 0.0

    def probe(self) -> None:
        self.probes.append(self.now)


def watch(wire: Wire, line: Line, until: float) -> list[tuple[float, str]]:
    changes = []
    while wire.now < until:
        wire.now = round(wire.now + 0.1, 1)
        if line.look(wire.now):
            changes.append((wire.now, line.level))
    return changes


def test_nothing_is_said_of_a_line_that_is_not_up() -> None:
    wire = Wire()
    line = Line(cast(Transport, wire), 0.0)
    assert watch(wire, line, 10.0) == []
    assert (line.level, wire.probes) == ("good", [])


def test_a_line_that_falls_silent_is_asked_and_then_named() -> None:
    wire = Wire()
    wire.up = True
    line = Line(cast(Transport, wire), 0.0)
    assert watch(wire, line, 6.0) == [(2.0, "degraded"), (5.0, "lost")]
    assert len(wire.probes) > 5
    assert line.silent(6.0) == 6.0
    wire.last_heard = 6.0
    assert watch(wire, line, 6.1) == [(6.1, "good")]
