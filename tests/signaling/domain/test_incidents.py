"""What a supervisor must look at is read off the ledger: which entries are incidents, and that each kind is one thing to do in a session."""

from __future__ import annotations

import random
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.effects import Enter
from signaling.domain.incidents import Incident, IncidentKind, incident_id, incident_of
from signaling.domain.refusals import NotNow
from signaling.domain.session import step
from signaling.store.tables import incident as table
from tests.stories.any_visit import MAKE
from tests.stories.visit import EVERY_STATE, POLICY

KINDS: tuple[IncidentKind, ...] = get_args(IncidentKind)
RAISED: list[tuple[str, dict[str, Any], IncidentKind | None]] = [
    ("recording-late", {}, "recording-late"),
    ("evidence-incomplete", {"missing": [{"publication": "resident.camera", "start": 0, "end": 9000}]}, "evidence-incomplete"),
    ("acceptance-allowed", {"supervisor": "zhou", "reason": "no-disk"}, "acceptance-allowed"),
    ("notice-given", {"n": 1}, None), ("notice-given", {"n": 2}, "notice-twice"),
    ("handover-stuck", {"case": "c", "n": 1, "code": "home-away"}, "handover-stuck"),
    ("handover-refused", {"case": "c", "n": 1, "code": "unknown-service"}, "handover-refused"), ("handed-over", {"case": "c", "n": 1}, None),
    ("recording-light", {"on": False, "reason": "no-disk"}, "recording-broken"),
    ("recording-light", {"on": False, "reason": "stalled"}, "recording-broken"),
    ("recording-light", {"on": False, "reason": "no-writer"}, "recording-broken"),
    ("recording-light", {"on": False, "reason": "node-lost"}, None),
    ("recording-light", {"on": True}, None),
    ("rec-gap", {"cause": "disk"}, "recording-broken"),
    ("rec-gap", {"cause": "writer-crash"}, None),
    ("rec-gap", {"cause": "line"}, None),
    ("rec-segment", {"state": "suspect"}, "segment-suspect"),
    ("rec-segment", {"state": "whole"}, None),
    ("rec-segment", {"state": "cut"}, None),
    ("exported", {"break-glass": True}, "break-glass"),
    ("exported", {"break-glass": False}, None),
    ("exported", {}, None),
    ("recording-complete", {"missing": []}, None),
    ("recording-ordered", {"origin": 0, "home_key": "5e", "required": []}, None),
]


@pytest.mark.parametrize(("what", "body", "kind"), RAISED)
def test_which_entry_is_an_incident(what: str, body: dict[str, Any], kind: IncidentKind | None) -> None:
    assert incident_of(what, body) == kind


def test_there_is_an_entry_for_every_kind() -> None:
    assert {kind for _, _, kind in RAISED if kind is not None} == set(KINDS)


@given(what=st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True), body=st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.booleans()))
def test_no_other_entry_is_one(what: str, body: dict[str, Any]) -> None:
    if what not in {known for known, _, _ in RAISED}:
        assert incident_of(what, body) is None


def test_whatever_a_visit_enters_can_be_judged() -> None:
    """No entry that the machine makes lacks what is asked of it here."""
    rng, kinds = random.Random(7), set()
    for state in EVERY_STATE:
        for make in MAKE.values():
            for _ in range(20):
                try:
                    _, effects = step(state, make(rng, 20.0), 20.0, POLICY)
                except NotNow:
                    continue
                kinds |= {incident_of(effect.what, effect.body) for effect in effects if isinstance(effect, Enter)}
    assert kinds == {None, "recording-late", "recording-broken", "acceptance-allowed"}


def test_raised_again_it_is_the_same_one() -> None:
    names = {incident_id(session, kind) for session in ("session-1", "session-2") for kind in KINDS for _ in range(2)}
    assert len(names) == 2 * len(KINDS)
    assert max(len(incident_id("s" * 40, kind)) for kind in KINDS) <= table.c.id.type.length, "the longest fits its column"
    assert max(map(len, KINDS)) <= table.c.kind.type.length


def test_it_says_what_where_and_when_and_no_name() -> None:
    assert Incident.__struct_fields__ == ("id", "session", "home", "kind", "at", "done_at", "done_by")
    incident = Incident("session-1.break-glass", "session-1", "jinshan", "break-glass", 5.0)
    assert (incident.done_at, incident.done_by) == (None, None)
    with pytest.raises(AttributeError):
        incident.home = "haiyan"  # type: ignore[misc] # that is the point
    assert msgspec.json.decode(msgspec.json.encode(incident), type=Incident) == incident
