"""Every case of a visit has its row, and the row says what the stored state says; whichever visit works at it today."""

from __future__ import annotations

import msgspec
import pytest

from signaling.doctor.cases import check_cases
from signaling.domain.case import Case
from signaling.domain.case_records import CaseRecord, cases_of
from signaling.domain.events import CaseOpened, CaseSettled
from signaling.domain.handover import HandOver
from signaling.domain.states import AnyState, ticket_of
from signaling.office.ports import Cause
from signaling.store.look import CaseRow
from signaling.store.sqlite import SqlStore
from tests.contract.visits import T0, moved
from tests.signaling.doctor.folder import LEFT, LIVE, RECORDED, SPILLED, Patient
from tests.signaling.doctor.test_handovers import acknowledge
from tests.stories.visit import closed, in_session, ticket, waiting

HERE = f"case-disagrees session {RECORDED}"


def case_of(patient: Patient, session: str = RECORDED) -> str:
    number: str = patient.sql("SELECT case_number FROM session WHERE id = ?", session)[0][0]
    return number


@pytest.mark.parametrize(("column", "value"), [
    ("home", "pinghu"), ("host", "pinghu"), ("service", "x"), ("as_of", T0 - 1), ("level", "card-read"), ("state", "returned"), ("state", "handed-over"),
    ("due", "2026-12-24"), ("referred_to", "pinghu"), ("outcome", "returned"), ("handed", 2), ("file", "garbage"),
    ("file", '{"stills":[{"number":1,"material":0,"width":1,"height":1}]}'),
])  # fmt: skip
def test_a_column_that_is_not_what_the_state_says(patient: Patient, column: str, value: object) -> None:
    patient.sql(f"UPDATE case_record SET {column} = ? WHERE session = ?", value, RECORDED)
    (finding,) = patient.finds(HERE)
    assert finding.text.endswith(f": {column}") and str(value) not in finding.text


def test_a_case_without_a_row_or_that_no_visit_is_said_to_have_worked_at(patient: Patient) -> None:
    patient.sql("DELETE FROM case_record WHERE session = ?", RECORDED)
    patient.sql("DELETE FROM case_session WHERE session = ?", SPILLED)
    patient.finds(HERE, f"case-disagrees session {SPILLED}")


def test_a_case_of_another_visit(patient: Patient) -> None:
    patient.sql("INSERT INTO case_session VALUES (?, ?)", case_of(patient), LEFT)
    patient.finds(f"case-disagrees session {LEFT}")
    patient.sql("DELETE FROM case_session WHERE session = ?", LEFT)
    patient.finds(f"case-disagrees session {LEFT}")


def test_what_its_home_has_acknowledged_stands_so(patient: Patient) -> None:
    patient.served(acknowledge)
    patient.finds()
    patient.sql("UPDATE case_record SET state = 'accepted' WHERE session = ?", RECORDED)
    patient.finds(HERE)


def test_each_of_several_cases_is_looked_at(running: Patient) -> None:
    async def one_more(store: SqlStore) -> None:
        [live] = await store.live_sessions()
        first = ticket_of(live.state).case
        await moved(store, live, CaseOpened(Case(f"{first}-2", "birth", T0 + 61)), CaseSettled(first, "referred"), cause=Cause("clerk:zhao"), now=T0 + 61)

    running.served(one_more)
    assert not running.codes("broken")
    running.sql("UPDATE case_record SET service = 'x' WHERE number = ?", f"{case_of(running, LIVE)}-2")
    assert [f.place for f in running.found() if f.code == "case-disagrees"] == [f"session {LIVE}"]


# --- a later visit --------------------------------------------------------------------------------


def rows(*states: AnyState) -> list[CaseRow]:
    """The rows that these visits, one after the other, leave."""
    found: dict[str, CaseRecord] = {record.number: record for state in states for record in cases_of(state)}
    return [CaseRow(**{**msgspec.structs.asdict(each), "file": msgspec.json.encode(each.file).decode()}, linked=True) for each in found.values()]


BEFORE = closed("J012", "jinshan-3", outcome="accepted-with-gaps", at=100.0)
AGAIN = msgspec.structs.replace(ticket("J040"), case=ticket().case, taken_at=9000.0)
TAKEN_UP = cases_of(BEFORE)[0].taken_up()
LATER = msgspec.structs.replace(waiting("J040"), ticket=AGAIN, brought=msgspec.structs.replace(AGAIN.folder, cases=(TAKEN_UP,)))


def test_a_case_that_a_later_visit_has_is_held_against_that_one() -> None:
    today = rows(BEFORE, LATER)
    assert [list(check_cases(ticket_of(each).session, each, today, ())) for each in (BEFORE, LATER)] == [[], []]
    wrong = [row._replace(handed=7) for row in today]
    assert [len(list(check_cases(ticket_of(each).session, each, wrong, ()))) for each in (BEFORE, LATER)] == [0, 1]


def test_its_home_may_have_acknowledged_it_meanwhile() -> None:
    """While nobody has worked at it again; what is gathered anew is with its home no more."""
    [row] = rows(LATER)
    assert list(check_cases(AGAIN.session, LATER, [row._replace(state="handed-over")], ())) == []
    working = in_session("J040", "jinshan-3")
    working = msgspec.structs.replace(working, talk=msgspec.structs.replace(working.talk, ticket=AGAIN, folder=msgspec.structs.replace(AGAIN.folder, cases=(TAKEN_UP,))))
    [row] = rows(working)
    assert row.state == "collecting"
    assert len(list(check_cases(AGAIN.session, working, [row._replace(state="handed-over")], ()))) == 1


def test_of_an_unreadable_state_nothing_is_said_twice() -> None:
    assert list(check_cases("visit-J012", None, rows(BEFORE), ())) == []


def test_what_was_acknowledged_and_does_not_stand_so() -> None:
    told = HandOver("jinshan", ticket().case, 1, "visit-J012", "x", "accepted-with-gaps", None, 1.0, 1.0, state="acknowledged")
    assert [f.code for f in check_cases("visit-J012", BEFORE, rows(BEFORE), [told])] == ["case-disagrees"]
