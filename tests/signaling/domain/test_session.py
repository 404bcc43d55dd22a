"""The session under hypothesis: whatever is tried in whatever order, the witness has nothing to object."""

from __future__ import annotations

from typing import get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signaling.domain import events as ev
from signaling.domain.events import Event
from signaling.domain.refusals import NotNow
from signaling.domain.session import SessionPolicy, begin, reopen, step
from signaling.domain.states import (
    ENDS,
    SOURCES,
    Closed,
    End,
    OnHold,
    Outcome,
    Reconnecting,
    Ringing,
    Source,
    SteppedAway,
    Waiting,
    WrappingUp,
    holder_of,
    talk_of,
)
from tests.notices import GAPS, TOLD
from tests.stories.visit import ticket
from tests.stories.witness import Witness

clerks = st.sampled_from(["li", "chen", "wu"])
ends, sources, outcomes = st.sampled_from(ENDS), st.sampled_from(SOURCES), st.sampled_from(get_args(Outcome))
# Uneven numbers, so that no two timers agree by chance; a policy may be anything that is positive.
seconds = st.sampled_from([1.0, 7.5, 20.0, 33.0, 60.0, 90.0, 600.0])
policies = st.builds(SessionPolicy, **dict.fromkeys(SessionPolicy.__dataclass_fields__, seconds))


class AnySession(RuleBasedStateMachine):
    """Shrinks to the shortest story that breaks a rule."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.policy = SessionPolicy()
        self.state, effects = begin(ticket(), self.now)
        self.witness = Witness(self.state, effects, self.now, self.policy)

    @precondition(lambda self: isinstance(self.state, Waiting) and not self.witness.timers)
    @rule(policy=policies)
    def another_policy(self, policy: SessionPolicy) -> None:
        self.policy = self.witness.policy = policy

    def happens(self, event: Event) -> None:
        try:
            after, effects = step(self.state, event, self.now, self.policy)
        except NotNow:
            return
        self.witness.saw(self.state, event, after, effects, self.now)
        self.state = after

    @precondition(lambda self: isinstance(self.state, Waiting))
    @rule(clerk=clerks, picked=st.booleans())
    def a_clerk_is_found(self, clerk: str, picked: bool) -> None:
        self.happens(ev.Picked(clerk, f"at-{clerk}") if picked else ev.CounterChosen(clerk, f"at-{clerk}"))

    @precondition(lambda self: isinstance(self.state, Ringing))
    @rule(answers=st.booleans())
    def the_clerk_reacts(self, answers: bool) -> None:
        clerk = holder_of(self.state)
        assert clerk is not None
        self.happens(ev.Answered(clerk) if answers else ev.Declined(clerk))

    @rule(end=ends)
    def a_line_breaks(self, end: End) -> None:
        self.happens(ev.EndLost(end))

    @precondition(lambda self: isinstance(self.state, Reconnecting | SteppedAway))
    @rule(end=ends)
    def a_line_comes_back(self, end: End) -> None:
        self.happens(ev.EndReturned(end))

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(on=st.booleans())
    def hold_or_resume(self, on: bool) -> None:
        self.happens(ev.HoldBegan() if on else ev.HoldEnded())

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(end=ends, source=sources, on=st.booleans())
    def a_source_is_switched(self, end: End, source: Source, on: bool) -> None:
        self.happens(ev.SourceSwitched(end, source, on))

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(end=ends)
    def an_end_connects(self, end: End) -> None:
        self.happens(ev.ConnectionOffered(end))

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(generation=st.integers(1, 4))
    def a_node_is_lost(self, generation: int) -> None:
        self.happens(ev.NodeLost(generation))

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(ago=st.sampled_from([0.0, 0.4, 30.0]))
    def bytes_reach_a_disk(self, ago: float) -> None:
        self.happens(ev.BytesOnDisk(self.now - ago))

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(ok=st.booleans())
    def the_disk_refuses_or_takes_bytes_again(self, ok: bool) -> None:
        self.happens(ev.RecordingMended() if ok else ev.RecordingBroke("no-disk"))

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(on=st.booleans())
    def a_secret_is_typed(self, on: bool) -> None:
        self.happens(ev.SuspensionBegan() if on else ev.SuspensionEnded())

    @precondition(lambda self: talk_of(self.state) is not None or isinstance(self.state, WrappingUp))
    @rule()
    def a_supervisor_answers_for_it(self) -> None:
        self.happens(ev.AcceptanceAllowed("zhou", "no-disk"))

    @precondition(lambda self: talk_of(self.state) is not None or isinstance(self.state, WrappingUp))
    @rule(given=st.sampled_from([TOLD, GAPS]))
    def the_clerk_gives_notice(self, given: ev.NoticeGiven) -> None:
        self.happens(given)

    @precondition(lambda self: talk_of(self.state) is not None)
    @rule(outcome=outcomes)
    def the_clerk_ends_it(self, outcome: Outcome) -> None:
        self.happens(ev.ClerkEnded(outcome))

    @precondition(lambda self: isinstance(self.state, WrappingUp))
    @rule(outcome=outcomes)
    def the_clerk_writes_it_up(self, outcome: Outcome) -> None:
        self.happens(ev.WrapUpCompleted(outcome))

    @rule(stars=st.integers(1, 5))
    def the_resident_rates(self, stars: int) -> None:
        over, rated = isinstance(self.state, WrappingUp | Closed), getattr(self.state, "rated", False)
        self.happens(ev.Rated(stars))
        assert getattr(self.state, "rated", False) == (over or rated)

    @rule()
    def the_resident_continues(self) -> None:
        self.happens(ev.ResidentContinued())

    @rule(leaves=st.booleans(), really=st.integers(0, 9))
    def the_resident_stops(self, leaves: bool, really: int) -> None:
        if really < 9 and not isinstance(self.state, WrappingUp | Closed):
            return  # most stories would be over before they begin
        self.happens(ev.ResidentLeft() if leaves else ev.ResidentEnded())
        assert isinstance(self.state, WrappingUp | Closed)

    @rule(forged=st.one_of(
        st.builds(ev.GraceEnded, ends, st.floats(-1e6, -1)),
        st.builds(ev.RingUnanswered, st.floats(-1e6, -1)),
        st.builds(ev.ParkingEnded, st.floats(-1e6, -1)),
        st.builds(ev.WrapUpRanOut, st.floats(-1e6, -1)),
        st.builds(ev.RecordingLate, st.floats(-1e6, -1)),
        st.builds(ev.SuspensionRanOut, st.floats(-1e6, -1)),
    ))
    def a_timer_of_long_ago_comes(self, forged: Event) -> None:
        before = self.state
        self.happens(forged)
        assert self.state is before

    @rule(wait=st.floats(0, 700))
    def time_passes(self, wait: float) -> None:
        until = self.now + wait
        while self.witness.timers and (first := min(t.at for t in self.witness.timers)) <= until:
            self.now = max(self.now, first)
            self.happens(next(self.witness.due(self.now)).event)
        self.now = until

    @rule()
    def the_server_is_restarted(self) -> None:
        was_held = isinstance(self.state, OnHold) or (isinstance(self.state, Reconnecting) and isinstance(self.state.before, OnHold))
        self.state, effects = reopen(self.state, self.now, self.policy)
        self.witness.saw_restart(self.state, effects, self.now)
        assert was_held == (isinstance(self.state, Reconnecting) and isinstance(self.state.before, OnHold))

    @invariant()
    def at_most_one_clerk_holds_it_and_it_is_one_of_ours(self) -> None:
        assert holder_of(self.state) in (None, "li", "chen", "wu")


AnySession.TestCase.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
TestAnySession = AnySession.TestCase
