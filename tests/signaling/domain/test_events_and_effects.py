"""Events and effects: each one means something, none can be changed, and no effect carries a person."""

from __future__ import annotations

import dataclasses
import random
from typing import get_args

import pytest

from signaling.domain.effects import Effect, Enter
from signaling.domain.events import Event
from signaling.domain.machine import TRANSITIONS
from signaling.domain.refusals import NotNow
from signaling.domain.session import begin, step
from tests.stories.any_visit import MAKE
from tests.stories.visit import EVERY_STATE, POLICY, ticket


@pytest.mark.parametrize("event", get_args(Event), ids=lambda e: e.__name__)
def test_every_event_has_a_rule_somewhere_and_cannot_be_changed(event: type) -> None:
    assert any(known is event for _, known in TRANSITIONS)
    made = MAKE[event](random.Random(1), 0.0)
    for field in dataclasses.fields(made):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)


def every_effect() -> list[Effect]:
    """What every event does in every state, as far as it is allowed."""
    rng = random.Random(1)
    found = list(begin(ticket(), 0.0)[1])
    for state in EVERY_STATE:
        for make in MAKE.values():
            for _ in range(20):
                try:
                    found.extend(step(state, make(rng, 20.0), 20.0, POLICY)[1])
                except NotNow:
                    continue
    return found


def test_every_kind_of_effect_is_ordered_by_some_rule() -> None:
    assert {type(effect) for effect in every_effect()} == set(get_args(Effect))


def test_no_effect_carries_the_residents_name() -> None:
    assert ticket().resident == "张明月"
    for effect in every_effect():
        assert ticket().resident not in repr(effect)


def test_the_ledger_says_what_happened_in_a_few_stable_words() -> None:
    words = {effect.what for effect in every_effect() if isinstance(effect, Enter)}
    assert words >= {
        "ticket-taken", "consent-given", "ringing", "picked", "answered", "declined", "missed", "clerk-lost", "resident-away", "resident-back",
        "hold-began", "hold-ended", "source-on", "source-off", "connection", "node-lost", "line-lost", "line-back", "continued",
        "talk-ended", "rated", "closed", "recording-ordered", "recording-light", "recording-late", "suspension-began", "suspension-ended",
        "acceptance-allowed",
    }
