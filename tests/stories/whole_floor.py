"""A whole floor in memory: many residents, clerks of two jurisdictions, the pairing, and time. No office, no socket: only the rules.

Pairing runs when the domain asks for it (`FindClerk`) or a clerk becomes free to be rung, never otherwise: a forgotten `FindClerk` shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from signaling.domain import events as ev
from signaling.domain.effects import FindClerk, MarkAway
from signaling.domain.pairing import ClerkAtWork, may_serve, pair
from signaling.domain.presence import Presence, Shift, missed_a_ring, presence, start_shift, wish
from signaling.domain.refusals import NotNow
from signaling.domain.session import SessionPolicy, begin, reopen, step
from signaling.domain.states import AnyState, Closed, Ringing, holder_of, talk_of
from signaling.domain.waiting_line import Place, in_order, place_of
from tests.stories.visit import ticket
from tests.stories.witness import Witness

POLICY = SessionPolicy()


@dataclass
class Clerk:
    """A clerk as the floor knows them."""

    login: str
    home: str
    skills: frozenset[str]
    shift: Shift
    connected: bool = True

    def at_work(self) -> ClerkAtWork:
        return ClerkAtWork(self.login, self.shift.counter, self.home, self.skills, self.shift.since)


class WholeFloor:
    """`tell` hears every step, for a failure that is told again."""

    def __init__(self, clerks: list[Clerk], now: float, tell: Callable[[str], None] = lambda line: None) -> None:
        self.now = now
        self.clerks = {clerk.login: clerk for clerk in clerks}
        self.states: dict[str, AnyState] = {}
        self.witnesses: dict[str, Witness] = {}
        self.tell = tell
        self.pair_due = self.pairing = False
        self.rings = 0

    # --- looking --------------------------------------------------------------------------------

    def held_by(self, login: str) -> AnyState | None:
        """The session that this clerk holds: at most one."""
        held = [state for state in self.states.values() if holder_of(state) == login]
        assert len(held) <= 1, f"{login} holds {len(held)} sessions"
        return held[0] if held else None

    def presence(self, login: str) -> Presence:
        clerk = self.clerks[login]
        return presence(clerk.shift, connected=clerk.connected, holds=self.held_by(login))

    def available(self) -> list[ClerkAtWork]:
        return [clerk.at_work() for clerk in self.clerks.values() if self.presence(clerk.login) == "available"]

    def line(self) -> list[Place]:
        places = (place_of(state) for state in self.states.values())
        return in_order(p for p in places if p is not None)

    @property
    def live(self) -> list[str]:
        return [session for session, state in self.states.items() if not isinstance(state, Closed)]

    # --- happening ------------------------------------------------------------------------------

    def take_ticket(self, number: str, home: str, service: str) -> None:
        """A resident at a kiosk of their own."""
        facts = ticket(number, kiosk=f"kiosk-{number}", home=home, service=service, taken_at=self.now)
        state, effects = begin(facts, self.now)
        self.tell(f"{self.now:9.0f}  {number} for {home}/{service}")
        self.states[facts.session] = state
        self.witnesses[facts.session] = Witness(state, effects, self.now, POLICY)
        self.pair_due = True
        self._pair()

    def happens(self, session: str, event: ev.Event) -> bool:
        """Returns whether the session allowed it."""
        before = self.states[session]
        try:
            after, effects = step(before, event, self.now, POLICY)
        except NotNow:
            return False
        self.tell(f"{self.now:9.0f}  {session}: {event} -> {type(after).__name__}")
        self.states[session] = after
        self.witnesses[session].saw(before, event, after, effects, self.now)
        for effect in effects:
            if isinstance(effect, MarkAway):
                clerk = self.clerks[effect.clerk]
                clerk.shift = missed_a_ring(clerk.shift, self.now)
            self.pair_due |= isinstance(effect, FindClerk)
        self._pair()
        return True

    def clerk_link(self, login: str, *, up: bool) -> None:
        """The clerk's line comes or goes."""
        self.clerks[login].connected = up
        held = next((s for s, state in self.states.items() if holder_of(state) == login), None)
        if held is not None:
            self.happens(held, ev.EndReturned("clerk") if up else ev.EndLost("clerk"))
        self.pair_due |= up
        self._pair()

    def clerk_wishes(self, login: str, *, available: bool) -> None:
        clerk = self.clerks[login]
        clerk.shift = wish(clerk.shift, available=available, now=self.now)
        self.pair_due = True
        self._pair()

    def pick(self, login: str, session: str) -> None:
        """A clerk who is free takes a ticket out of turn; only one they could be rung for (the policy's business)."""
        place = place_of(self.states[session])
        clerk = self.clerks[login].at_work()
        if place is not None and self.presence(login) in ("available", "away") and may_serve(clerk, place):
            self.happens(session, ev.Picked(login, clerk.counter))

    def restart(self) -> None:
        """The server is killed and started: every link is new, every timer set again."""
        self.tell(f"{self.now:9.0f}  the server is restarted")
        for session, state in self.states.items():
            after, effects = reopen(state, self.now, POLICY)
            self.states[session] = after
            self.witnesses[session].saw_restart(after, effects, self.now)
        for clerk in self.clerks.values():
            clerk.connected = False

    def time_passes(self, seconds: float) -> None:
        """With every timer on its way, in order."""
        until = self.now + seconds
        while True:
            ripe = [(t.at, session) for session, witness in self.witnesses.items() for t in witness.timers if t.at <= until]
            if not ripe:
                break
            at, session = min(ripe)
            self.now = max(self.now, at)
            self.happens(session, next(self.witnesses[session].due(self.now)).event)
        self.now = until

    # --- pairing --------------------------------------------------------------------------------

    def _pair(self) -> None:
        if self.pairing:
            return
        self.pairing = True
        while self.pair_due:
            self.pair_due = False
            line, free = self.line(), {clerk.login: clerk for clerk in self.available()}
            choices = pair(line, free.values())
            self._is_fair(line, {c.session: free[c.clerk] for c in choices})
            for choice in choices:
                self.rings += 1
                rung = self.happens(choice.session, ev.CounterChosen(choice.clerk, choice.counter))
                assert rung, f"{choice} was refused"
        self.pairing = False
        self._nobody_waits_in_vain()

    def _is_fair(self, line: list[Place], chosen: dict[str, ClerkAtWork]) -> None:
        """First come, first served, among those of one home whom the clerk may serve; nobody is rung who must not be."""
        passed_over: list[Place] = []
        assert len({clerk.login for clerk in chosen.values()}) == len(chosen), "one clerk, two rings"
        for place in line:
            clerk = chosen.get(place.session)
            if clerk is None:
                passed_over.extend([place] if place.here else [])
                continue
            assert clerk.home == place.home, f"{clerk.login} of {clerk.home} rung for {place.home}"
            assert place.service in clerk.skills, f"{clerk.login} rung without the skill"
            assert place.here, "rung for an empty kiosk"
            assert clerk.login not in place.passed, "rung again although just declined"
            for earlier in passed_over:
                able = may_serve(clerk, earlier) and clerk.login not in earlier.passed
                assert not able, f"{place.session} was served before {earlier.session}"

    def _nobody_waits_in_vain(self) -> None:
        free = self.available()
        for place in self.line():
            for clerk in free:
                idle = place.here and may_serve(clerk, place) and clerk.login not in place.passed
                assert not idle, f"{place.session} waits while {clerk.login} sits idle"


def office_of(rng: random.Random, now: float) -> list[Clerk]:
    """Two jurisdictions; the first clerk of each has every skill, so that nobody waits for a power that does not exist."""
    services = {"jinshan": ("marriage-registration", "birth-certificate", "pension"), "haiyan": ("identity-card", "pension")}
    clerks = []
    for home, offered in services.items():
        for n in range(rng.randint(1, 3)):
            skills = offered if n == 0 else rng.sample(offered, rng.randint(1, len(offered)))
            login = f"{home}-clerk-{n + 1}"
            shift = start_shift(login, f"{home}-{n + 1}", now - rng.randint(0, 3))
            clerks.append(Clerk(login, home, frozenset(skills), shift))
    return clerks


def is_rung(state: AnyState) -> bool:
    return isinstance(state, Ringing)


def is_talking(state: AnyState) -> bool:
    return talk_of(state) is not None
