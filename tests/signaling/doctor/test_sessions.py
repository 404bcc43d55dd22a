"""A session's row and its ledger tell one story, the chain holds, and what is missing of a recording is declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from recordings.ledger import Entry
from signaling.doctor.sessions import check_completeness, is_young, state_of, undeclared
from signaling.store.look import SessionRow, Written, look
from signaling.store.sqlite import FILE_NAME
from tests.contract.visits import T0
from tests.signaling.doctor.folder import LEFT, LIVE, NOW, RECORDED, SPILLED, Patient

FIRST = f"session {RECORDED}, entry 1"


def closed_entry(patient: Patient, session: str = RECORDED) -> str:
    return f"session {session}, entry {patient.seq(session, 'closed')}"


# --- the row --------------------------------------------------------------------------------------


ROWS: list[tuple[str, object]] = [
    ("state_name", "Waiting"), ("home", "pinghu"), ("host", "pinghu"), ("kiosk", "haiyan-9"), ("service", "x"), ("clerk", "li"),
    ("number", "J999"), ("case_number", "JS-0"), ("opened_at", T0 + 1), ("closed_at", T0 + 121),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), ROWS)
def test_a_column_that_is_not_what_the_state_says(patient: Patient, column: str, value: object) -> None:
    patient.sql(f"UPDATE session SET {column} = ? WHERE id = ?", value, LEFT)
    found = [f for f in patient.found() if f.place == f"session {LEFT}" and f.code == "row-differs"]
    assert len(found) == 1 and column in found[0].text
    assert str(value) not in found[0].text


def test_a_state_that_is_none_is_never_shown(patient: Patient) -> None:
    patient.sql("UPDATE session SET state = replace(state, 'Closed', 'Forgotten') WHERE id = ?", LEFT)
    found = patient.finds(f"row-unreadable session {LEFT}")
    assert "张" not in str(found)


@pytest.mark.parametrize("state", ["", "garbage", "[]", "{}", b"\xff"])
def test_any_state_at_all_is_survived(patient: Patient, state: object) -> None:
    patient.sql("UPDATE session SET state = ? WHERE id = ?", state, LEFT)
    patient.finds(f"row-unreadable session {LEFT}")


def test_a_row_of_another_kind_is_said_and_the_others_are_examined(patient: Patient) -> None:
    patient.sql("UPDATE head SET record = x'ff' WHERE session = ? AND role = 'host'", LEFT)
    patient.sql("DELETE FROM ledger WHERE session = ? AND what = 'closed'", SPILLED)
    codes = patient.codes()
    assert {"check-failed", "not-closed"} <= codes


def test_a_clerk_holds_one_session(running: Patient) -> None:
    running.sql("DROP INDEX ux_session_clerk")
    running.sql("UPDATE session SET clerk = 'zhao' WHERE id = ?", LEFT)
    found = {(f.code, f.place, f.text) for f in running.found() if f.severity == "broken"}
    assert ("clerk-holds-two", "clerk zhao", f"holds the sessions {LEFT}, {LIVE} at the same time") in found


# --- beginning and end ----------------------------------------------------------------------------


def test_a_second_end(patient: Patient) -> None:
    patient.note(RECORDED, "closed", {"reason": "completed", "outcome": "accepted"})
    newest = f"session {RECORDED}, entry {patient.seq(RECORDED, 'closed', 1)}"
    patient.finds(f"closed-twice {newest}", f"head-behind {newest}")


def test_an_end_that_the_row_does_not_know(running: Patient) -> None:
    running.note(LIVE, "closed", {"reason": "completed", "outcome": None})
    assert [f.code for f in running.found() if f.severity == "broken"] == ["closed-and-live"]


def test_a_row_that_is_closed_without_an_end(patient: Patient) -> None:
    seq = patient.seq(LEFT, "closed")
    patient.sql("UPDATE ledger SET what = 'opened' WHERE session = ? AND seq = ?", LEFT, seq)
    codes = {f.code for f in patient.found()}
    assert {"not-closed", "ledger-broken"} <= codes


@pytest.mark.parametrize(("before", "after"), [('"at":1795399250.0', '"at":1795399251.0'), ('"left-line"', '"abandoned"'), ('"outcome":null,"clerk"', '"outcome":"accepted","clerk"')])
def test_a_row_that_was_closed_otherwise(patient: Patient, before: str, after: str) -> None:
    state = patient.sql("SELECT state FROM session WHERE id = ?", LEFT)[0][0]
    assert before in state
    patient.sql("UPDATE session SET state = ? WHERE id = ?", state.replace(before, after), LEFT)
    patient.sql("UPDATE session SET closed_at = json_extract(state, '$.at') WHERE id = ?", LEFT)
    patient.finds(f"row-and-ledger-differ {closed_entry(patient, LEFT)}")


def test_a_case_that_was_decided_otherwise(patient: Patient) -> None:
    """Who says that it was decided says that it is handed over."""
    state = json.loads(patient.sql("SELECT state FROM session WHERE id = ?", LEFT)[0][0])
    [case] = state["cases"]
    case["outcome"] = "accepted"
    patient.sql("UPDATE session SET state = ? WHERE id = ?", json.dumps(state, ensure_ascii=False), LEFT)
    patient.finds(f"case-disagrees session {LEFT}", f"handover-missing session {LEFT}")


def test_a_row_with_another_ticket(patient: Patient) -> None:
    state = patient.sql("SELECT state FROM session WHERE id = ?", LEFT)[0][0]
    patient.sql("UPDATE session SET state = ?, number = 'J999' WHERE id = ?", state.replace("J003", "J999"), LEFT)
    patient.finds(f"row-and-ledger-differ session {LEFT}, entry 1")


def test_a_ledger_without_a_ticket_has_no_beginning(patient: Patient) -> None:
    patient.sql("UPDATE ledger SET what = 'ticket-lost' WHERE session = ? AND seq = 1", RECORDED)
    patient.finds(f"no-beginning session {RECORDED}", f"ledger-broken {FIRST}")


def test_no_ledger_at_all(patient: Patient) -> None:
    patient.sql("DELETE FROM ledger WHERE session = ?", LEFT)
    codes = patient.codes("broken")
    assert {"no-beginning", "not-closed", "ledger-rolled-back"} <= codes


# --- the chain ------------------------------------------------------------------------------------


def delete(patient: Patient, seq: int) -> None:
    patient.sql("DELETE FROM ledger WHERE session = ? AND seq = ?", RECORDED, seq)


def change(column: str, value: object) -> Callable[[Patient, int], object]:
    return lambda patient, seq: patient.sql(f"UPDATE ledger SET {column} = ? WHERE session = ? AND seq = ?", value, RECORDED, seq)


def swap(patient: Patient, seq: int) -> None:
    for a, b in ((seq, -1), (seq + 1, seq), (-1, seq + 1)):
        patient.sql("UPDATE ledger SET seq = ? WHERE session = ? AND seq = ?", b, RECORDED, a)


EDITS: list[tuple[str, Callable[[Patient, int], object]]] = [
    ("deleted", delete), ("swapped", swap), ("at", change("at", "2026-11-23T02:00:00.001Z")), ("actor", change("actor", "clerk:wu")),
    ("what", change("what", "refused")), ("body", change("body", '{"clerk":"wu"}')), ("body-garbage", change("body", "garbage")),
    ("prev", change("prev", "0" * 64)), ("digest", change("digest", "0" * 64)), ("digest-none", change("digest", "x")), ("mono", change("mono", 5)),
    ("number", change("seq", 900)),
]  # fmt: skip


@pytest.mark.parametrize("edit", [edit for _, edit in EDITS], ids=[name for name, _ in EDITS])
def test_an_edited_ledger_is_named_at_its_entry(patient: Patient, edit: Callable[[Patient, int], object]) -> None:
    seq = patient.seq(RECORDED, "answered")
    edit(patient, seq)
    found = [f for f in patient.found() if f.severity == "broken"]
    assert [(f.code, f.place) for f in found] == [("ledger-broken", f"session {RECORDED}, entry {seq}")], found


def test_behind_the_break_everything_else_is_still_examined(patient: Patient) -> None:
    delete(patient, 2)
    patient.flip(patient.file(), -1)
    patient.note(RECORDED, "closed", {"reason": "completed", "outcome": "accepted"})
    assert {"ledger-broken", "segment-altered", "closed-twice"} <= patient.codes("broken")


# --- completeness ---------------------------------------------------------------------------------


class Ledger:
    """A session's ledger as a list, to be changed; nothing but completeness is asked of it."""

    def __init__(self, patient: Patient, session: str) -> None:
        file = patient.data / FILE_NAME
        self.row = look(file, lambda store: next(row for row in store.sessions() if row.id == session))
        self.entries = look(file, lambda store: [written.entry for written in store.ledger(session)])

    def without(self, what: str, nth: int | None = None) -> Ledger:
        """Without entries of this kind, or one of them."""
        seqs = [entry.seq for entry in self.entries if entry.what == what]
        gone = set(seqs if nth is None else seqs[nth : nth + 1])
        self.entries = [entry for entry in self.entries if entry.seq not in gone]
        return self

    def add(self, what: str, body: dict[str, Any]) -> Ledger:
        last = self.entries[-1]
        self.entries.append(Entry(last.seq + 1, last.at, "server", what, body, last.digest, last.digest))
        return self

    def told(self, now: float = NOW) -> set[str]:
        found = check_completeness(self.row, lambda: (Written(entry, "") for entry in self.entries), now)
        return {f"{'' if f.severity == 'broken' else 'pending '}{f.code} {f.place}" for f in found}


@pytest.fixture
def recorded(patient: Patient) -> Ledger:
    return Ledger(patient, RECORDED)


HOLE = {"publication": "resident.camera", "start": 4500, "end": 8000}
SECOND_PICTURES = 5
"""Microphone, camera, microphone, camera; then the resident's second microphone, and camera."""
MISSING = f"time-missing session {RECORDED}, resident.camera from 4500 to 8000 ms"


def test_a_complete_recording(recorded: Ledger) -> None:
    assert recorded.told() == set()


def test_one_of_which_nothing_says_whether_it_is_complete(recorded: Ledger) -> None:
    recorded.without("recording-complete")
    assert recorded.told() == {f"not-declared session {RECORDED}"}
    assert recorded.told(T0 + 130) == {f"pending not-declared session {RECORDED}"}, "the server is at it"


def test_time_that_nothing_explains(recorded: Ledger) -> None:
    recorded.without("rec-segment", SECOND_PICTURES)
    assert recorded.told() == {MISSING}
    assert recorded.told(T0 + 130) == {f"pending {MISSING}"}, "its line may be on its way"


def test_time_that_is_explained_or_declared_missing(recorded: Ledger) -> None:
    recorded.without("rec-segment", SECOND_PICTURES).add("evidence-incomplete", {"missing": [HOLE]})
    assert recorded.told() == set()
    recorded.without("evidence-incomplete").add("rec-gap", {**HOLE, "cause": "line", "epoch": 1, "lost": 9})
    assert recorded.told() == set()


@pytest.mark.parametrize("declared", [[], [{**HOLE, "end": 7999}], [{**HOLE, "start": 4501}], [{**HOLE, "publication": "clerk.camera"}]])
def test_what_was_declared_otherwise_is_not_declared(recorded: Ledger, declared: list[dict[str, Any]]) -> None:
    recorded.without("rec-segment", SECOND_PICTURES).add("evidence-incomplete", {"missing": declared})
    assert recorded.told() == {MISSING}


def test_only_the_last_word_counts(recorded: Ledger) -> None:
    recorded.without("rec-segment", SECOND_PICTURES).add("evidence-incomplete", {"missing": [HOLE]}).add("recording-complete", {"missing": []})
    assert recorded.told() == {MISSING}


def test_a_recording_whose_last_lines_have_not_come(recorded: Ledger) -> None:
    recorded.without("rec-segment", SECOND_PICTURES).without("rec-room-closed")
    assert recorded.told() == {f"pending {MISSING}"}


def test_a_visit_that_runs_may_lack_its_last_seconds(running: Patient) -> None:
    ledger = Ledger(running, LIVE)
    assert {found.partition(" ")[0] for found in ledger.told()} == {"pending"}


def test_a_visit_that_was_never_recorded_says_nothing(patient: Patient) -> None:
    assert Ledger(patient, LEFT).told() == set()


def test_facts_that_are_not_in_their_form(recorded: Ledger) -> None:
    seq = recorded.entries[-1].seq + 1
    recorded.add("rec-gap", {"publication": "resident.camera"})
    assert recorded.told() == {f"fact-malformed session {RECORDED}, entry {seq}"}
    recorded.without("rec-gap").without("rec-segment", SECOND_PICTURES).add("evidence-incomplete", {"missing": [{}]})
    assert recorded.told() == {f"fact-malformed session {RECORDED}"}


# --- small things ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "young"), [("2026-11-23T02:00:00.000Z", True), ("2026-11-23T01:54:00.000Z", False), ("yesterday", False)])
def test_what_is_young(at: str, young: bool) -> None:
    assert is_young(Entry(1, at, "server", "closed", {}, "", ""), T0) is young
    assert not is_young(None, T0)


def test_holes_within_what_was_declared() -> None:
    wide = {"publication": "resident.camera", "start": 0, "end": 9000}
    assert undeclared([HOLE], [wide]) == []
    assert undeclared([wide], [HOLE]) == [wide]
    assert undeclared([], [HOLE]) == []


def test_a_state_is_read_from_its_row(patient: Patient) -> None:
    row: SessionRow = Ledger(patient, LEFT).row
    assert type(state_of(row)).__name__ == "Closed"
    assert state_of(row._replace(state="{}")) is None
