"""The table that is the machine: rules enter themselves with `when`, `step` looks them up, the docs' diagram is printed from it.

`python -m signaling.domain.machine` prints the diagram (Mermaid) for docs/session.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from signaling.domain.consent import check_covered
from signaling.domain.effects import Effect
from signaling.domain.events import Event
from signaling.domain.letting_go import let_go
from signaling.domain.refusals import NotNow
from signaling.domain.states import AnyState

S = TypeVar("S")
E = TypeVar("E")
Step = tuple[AnyState, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """The numbers of a visit, in seconds (docs/session.md)."""

    ring: float = 20
    declined_pause: float = 60
    clerk_grace: float = 60
    resident_grace: float = 90
    waiting_grace: float = 90
    parked: float = 600
    wrap_up: float = 600
    recording_late: float = 5
    recording_again_late: float = 15
    suspension: float = 120
    answer: float = 45
    """For a question: whoever is 75 reads it twice, or has it read aloud."""
    page: float = 300
    """For laying a page under the camera, counted anew with each picture."""
    signature: float = 300
    """For reading what one signs, and signing."""


Rule = Callable[[Any, Any, float, SessionPolicy], Step]
TRANSITIONS: dict[tuple[type, type], tuple[tuple[type, ...], Rule]] = {}


def when(
    state: type[S], event: type[E], *, to: type | tuple[type, ...]
) -> Callable[[Callable[[S, E, float, SessionPolicy], Step]], Callable[[S, E, float, SessionPolicy], Step]]:
    """Enter a rule: in `state`, `event` leads to one of `to`. Two rules for one pair are a programming error."""

    def enter(rule: Callable[[S, E, float, SessionPolicy], Step]) -> Callable[[S, E, float, SessionPolicy], Step]:
        assert (state, event) not in TRANSITIONS, f"two rules for {event.__name__} while {state.__name__}"
        TRANSITIONS[state, event] = (to if isinstance(to, tuple) else (to,), rule)
        return rule

    return enter


SAME: tuple[type, ...] = ()
"""`to=SAME`: the rule stays in the kind of state it found."""


def whenever(states: tuple[type, ...], event: type[E], *, to: type | tuple[type, ...]) -> Callable[[Rule], Rule]:
    """Enter one rule for several states."""

    def enter(rule: Rule) -> Rule:
        for state in states:
            when(state, event, to=state if to == SAME else to)(rule)
        return rule

    return enter


def step(state: AnyState, event: Event, now: float, policy: SessionPolicy) -> Step:
    """The next state and what to do about it; raises `NotNow` (state unchanged) where the table has no rule or the rule refuses."""
    try:
        targets, rule = TRANSITIONS[type(state), type(event)]
    except KeyError:
        raise NotNow(f"{type(event).__name__} while {type(state).__name__}") from None
    check_covered(state, event)
    after, effects = rule(state, event, now, policy)
    assert isinstance(after, targets), f"{rule.__name__} promised {targets}, came to {type(after).__name__}"
    after, endings = let_go(state, after, event)
    return after, (*effects, *endings)


def diagram() -> str:
    """The table as a Mermaid state diagram, in the order of `states` and `events`; rules that stay in their state are left out."""
    states, events = get_args(AnyState), get_args(Event)
    rows = sorted(TRANSITIONS.items(), key=lambda row: (states.index(row[0][0]), events.index(row[0][1])))
    edges: dict[tuple[str, str], list[str]] = {}
    for (state, event), (targets, _) in rows:
        for target in targets:
            if target is not state:
                edges.setdefault((state.__name__, target.__name__), []).append(event.__name__)
    lines = [f"    {a} --> {b}: {' / '.join(names)}" for (a, b), names in edges.items()]
    return "\n".join(["stateDiagram-v2", "    [*] --> Waiting: ticket taken", *lines, "    Closed --> [*]"])


if __name__ == "__main__":
    import sys

    # Run as a program this file is a second module named __main__; the rules enter themselves into the one with the real name.
    from signaling.domain import machine, session

    assert session.step is machine.step
    sys.stdout.write(machine.diagram() + "\n")
