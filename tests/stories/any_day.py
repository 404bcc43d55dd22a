"""Any day at the windows: a random day on a whole floor from a seed. `python -m tests.stories.any_day SEED` tells it again."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

from signaling.domain import events as ev
from signaling.domain.states import Closed, OnHold, Parked, Reconnecting, Ringing, SteppedAway, WrappingUp, holder_of, talk_of
from tests.stories.whole_floor import WholeFloor, is_rung, is_talking, office_of

HAPPENINGS = 150


def live_through(seed: int, tell: Callable[[str], None] = lambda line: None) -> WholeFloor:
    """A day in which anything happens, and then an evening in which the clerks answer. Raises `AssertionError`."""
    rng = random.Random(seed)
    floor = WholeFloor(office_of(rng, 1000.0), 1000.0, tell)
    for n in range(HAPPENINGS):
        _something_happens(rng, floor, n)
    _evening(floor)
    return floor


def _something_happens(rng: random.Random, floor: WholeFloor, n: int) -> None:
    roll = rng.random()
    login = rng.choice(list(floor.clerks))
    session = rng.choice(floor.live) if floor.live else None
    if session is None or roll < 0.18:
        home = rng.choice(("jinshan", "haiyan"))
        service = rng.choice(sorted({s for c in floor.clerks.values() if c.home == home for s in c.skills}))
        floor.take_ticket(f"{home[0].upper()}{n + 1:03d}", home, service)
    elif roll < 0.38:
        floor.time_passes(rng.choice((1, 5, 10, 20, 30, 60)))
    elif roll < 0.46:
        floor.clerk_link(login, up=not floor.clerks[login].connected)
    elif roll < 0.52:
        floor.clerk_wishes(login, available=rng.random() < 0.7)
    elif roll < 0.54:
        floor.pick(login, session)
    elif roll < 0.55:
        floor.restart()
    else:
        _somebody_acts(rng, floor, session)


def _somebody_acts(rng: random.Random, floor: WholeFloor, session: str) -> None:
    """Mostly the next thing that people do in such a state, now and then something else."""
    state = floor.states[session]
    clerk = holder_of(state)
    there = clerk is not None and floor.clerks[clerk].connected
    roll = rng.random()
    if roll < 0.1:
        floor.happens(session, ev.EndLost("resident"))
    elif roll < 0.13:
        floor.happens(session, rng.choice((ev.ResidentLeft(), ev.ResidentEnded())))
    elif isinstance(state, Ringing) and clerk is not None:
        floor.happens(session, ev.Answered(clerk) if roll < 0.75 else ev.Declined(clerk))
    elif isinstance(state, SteppedAway) or (isinstance(state, Reconnecting) and any(m.end == "resident" for m in state.missing)):
        floor.happens(session, ev.EndReturned("resident"))
    elif isinstance(state, Parked):
        floor.happens(session, ev.ResidentContinued())
    elif (talk := talk_of(state)) is not None and there:
        hold = ev.HoldEnded() if isinstance(state, OnHold) else ev.HoldBegan()
        floor.happens(session, rng.choice((hold, ev.BytesOnDisk(floor.now), ev.ClerkEnded("accepted"), ev.ConnectionOffered("clerk"), ev.NodeLost(talk.generation))))
    elif isinstance(state, WrappingUp) and there:
        floor.happens(session, ev.WrapUpCompleted("accepted"))


def _evening(floor: WholeFloor) -> None:
    """Every clerk is back and answers, every resident who has not left is back: everybody is served."""
    in_line = {place.session for place in floor.line()}
    for login in floor.clerks:
        floor.clerk_link(login, up=True)
    for session in floor.live:
        floor.happens(session, ev.EndReturned("resident"))
        floor.happens(session, ev.ResidentContinued())
        in_line.add(session)
    for _ in range(len(floor.live) + 20):  # each round serves at least one, but for the minute in which everybody has declined
        for login in floor.clerks:
            if floor.presence(login) == "away":
                floor.clerk_wishes(login, available=True)
        for session in floor.live:
            _is_served(floor, session)
        floor.time_passes(5)
    assert not floor.live, f"never served: {[(s, type(floor.states[s]).__name__) for s in floor.live]}"
    for session in in_line:
        state = floor.states[session]
        assert isinstance(state, Closed)
        assert state.reason in ("completed", "ended-by-resident"), f"{session} was given up: {state.reason}"
        assert state.clerk is not None


def _is_served(floor: WholeFloor, session: str) -> None:
    clerk = holder_of(floor.states[session])
    if clerk is None:
        return
    if is_rung(floor.states[session]):
        floor.happens(session, ev.Answered(clerk))
    if is_talking(floor.states[session]):
        floor.happens(session, ev.BytesOnDisk(floor.now))
        floor.happens(session, ev.RecordingMended())
        floor.happens(session, ev.ClerkEnded("accepted"))
    if isinstance(floor.states[session], WrappingUp):
        floor.happens(session, ev.AcceptanceAllowed("zhou", "no-disk"))  # refused where the talk was recorded
        floor.happens(session, ev.WrapUpCompleted("accepted"))


if __name__ == "__main__":
    live_through(int(sys.argv[1]), tell=print)
