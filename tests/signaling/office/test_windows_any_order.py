"""Whoever does what at whichever window in whatever order, and at once: what stands in the ledger was allowed to whom it names, and nothing twice."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.powers import Hand
from signaling.domain.case import ACCEPTED
from signaling.domain.permissions import Actor
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.window import ACTS, WindowAct
from signaling.wire.cases import Outcome
from tests.signaling.office.staffed_window import CLERK, HELPER, OWN_HELPER, THIRD, Window, at_noon, let

PEOPLE = (CLERK, HELPER, OWN_HELPER, THIRD, Actor("clerk", "wang", "jinshan"), Actor("helper", "he", "pinghu"))
ENTRY: dict[WindowAct, str] = {"accept-papers": "paper-received", "one-time-notice": "paper-handed-out", "deliver-outcome": "outcome-delivered"}
HANDS = st.lists(st.sampled_from(get_args(Hand)), min_size=1, unique=True)
STEPS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTS)), min_size=1, max_size=10)
OUTCOMES: tuple[Outcome, ...] = ("accepted", "accepted-with-gaps", "returned")


async def does(window: Window, who: Actor, act: WindowAct) -> str | None:
    """None, or why not."""
    number = await window.number()
    try:
        match act:
            case "accept-papers":
                await window.windows.papers(who, window.code, number, 2, 1)
            case "one-time-notice":
                await window.windows.notice(who, window.code, number)
            case "deliver-outcome":
                await window.windows.outcome(who, window.code, number, "applicant")
    except NotAllowed as refused:
        assert (refused.code, refused.session) == ("no-power", window.session)
        return refused.code
    except Refusal as refused:
        return refused.code
    return None


async def any_order(outcome: Outcome, hands: dict[WindowAct, list[Hand]], steps: Sequence[tuple[Actor, WindowAct]], *, at_once: bool) -> None:
    async with at_noon(let(*((act, tuple(granted)) for act, granted in hands.items()))) as town:
        window = await Window(town).ended(outcome)
        if at_once:
            said = await asyncio.gather(*(does(window, *step) for step in steps))
        else:
            said = [await does(window, *step) for step in steps]
        await town.settle()
        for (who, act), refused in zip(steps, said, strict=True):
            powerless = who.jurisdiction != "jinshan" and not (who.jurisdiction == "haiyan" and who.kind in hands.get(act, []))
            assert (refused == "no-power") == powerless, (who, act, refused)
        went_through = {act: [who.name for (who, done), refused in zip(steps, said, strict=True) if done == act and refused is None] for act in ACTS}
        for act, entry in ENTRY.items():
            entered = await window.entries(entry)
            assert {each["actor"] for each in entered} == set(went_through[act]), "who did it, and nobody else"
            for each in entered:
                assert each["window"] == next(who.jurisdiction for who in PEOPLE if who.name == each["actor"])
                assert ("agreement" in each) == (each["window"] != "jinshan")
        assert len(await window.entries("paper-received")) == len(went_through["accept-papers"])
        delivered = await window.entries("outcome-delivered")
        may_be = outcome in ACCEPTED and any(refused != "no-power" for (_, act), refused in zip(steps, said, strict=True) if act == "deliver-outcome")
        assert len(delivered) == int(may_be), "once where something was accepted and somebody may, and otherwise never"
        (case,) = (await window.windows.look_up(OWN_HELPER, window.code)).cases
        assert sum(line.received for line in case.lacking) == len(went_through["accept-papers"])
        assert (case.delivered_on is not None) == bool(delivered) and case.delivered_on in (None, dt.date(2026, 11, 26).isoformat())
        assert await town.store.evidence.unattended() == [], "home and host have signed what is evidence"


@settings(max_examples=40, deadline=None)
@example("accepted", {"deliver-outcome": ["clerk"]}, [(CLERK, "deliver-outcome"), (OWN_HELPER, "deliver-outcome")] * 2, True)
@given(
    outcome=st.sampled_from(OUTCOMES), hands=st.dictionaries(st.sampled_from(ACTS), HANDS), steps=STEPS, at_once=st.booleans(),
)  # fmt: skip
def test_what_stands_in_the_ledger_was_allowed_to_whom_it_names_and_nothing_was_handed_out_twice(
    outcome: Outcome, hands: dict[WindowAct, list[Hand]], steps: list[tuple[Actor, WindowAct]], at_once: bool
) -> None:
    asyncio.run(any_order(outcome, hands, steps, at_once=at_once))
