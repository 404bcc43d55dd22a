"""Every decided case has its place in the outbox, and what was acknowledged stands in its ledger, once."""

from __future__ import annotations

from signaling.doctor.handovers import HandOversOfSession
from signaling.domain import handover as rules
from signaling.store.sqlite import SqlStore
from tests.contract.visits import T0
from tests.signaling.doctor.folder import LEFT, RECORDED, SPILLED, Patient


async def acknowledge(store: SqlStore) -> None:
    """Both decided cases have reached their home."""
    for row in await store.handovers.handovers():
        fixed = rules.prepared(row, "{}", "a" * 64)
        await store.handovers.change(row, fixed, (), T0 + 140, "server")
        done, entries = rules.acknowledged(fixed, "R-1", T0 + 140)
        await store.handovers.change(fixed, done, entries, T0 + 140, "server")


def test_decided_and_handed_over_nothing_is_found(patient: Patient) -> None:
    patient.finds()
    patient.served(acknowledge)
    patient.finds()


def test_a_decided_case_that_the_outbox_does_not_have(patient: Patient) -> None:
    patient.sql("DELETE FROM handover WHERE session = ?", RECORDED)
    patient.finds(f"handover-missing session {RECORDED}")


def test_a_case_in_the_outbox_that_nobody_decided(patient: Patient) -> None:
    patient.sql("UPDATE handover SET session = ? WHERE session = ?", LEFT, RECORDED)
    patient.finds(f"handover-missing session {RECORDED}", f"handover-differs session {LEFT}")


def test_acknowledged_without_its_entry_or_the_entry_without_that(patient: Patient) -> None:
    patient.sql("UPDATE handover SET state = 'acknowledged' WHERE session = ?", RECORDED)
    patient.finds(f"handover-differs session {RECORDED}", f"case-disagrees session {RECORDED}")
    patient.sql("UPDATE handover SET state = 'queued' WHERE session = ?", RECORDED)
    patient.served(acknowledge)
    patient.sql("UPDATE handover SET receipt = 'R-2' WHERE session = ?", SPILLED)
    patient.sql("UPDATE handover SET state = 'queued' WHERE session = ?", RECORDED)
    differ = (f"handover-differs session {session}, entry {patient.seq(session, 'handed-over')}" for session in (RECORDED, SPILLED))
    patient.finds(*differ, f"case-disagrees session {RECORDED}")


def test_told_twice_or_of_another_case(patient: Patient) -> None:
    patient.served(acknowledge)
    [[case]] = patient.sql("SELECT case_number FROM handover WHERE session = ?", RECORDED)
    patient.note(RECORDED, "handed-over", {"case": case, "n": 1, "digest": "a" * 64, "receipt": "R-1"})
    patient.note(SPILLED, "handed-over", {"case": "JS-99", "n": 1, "digest": "a" * 64, "receipt": "R-1"})
    patient.finds(
        f"handed-over-twice session {RECORDED}, entry {patient.seq(RECORDED, 'handed-over', 1)}",
        f"handover-differs session {SPILLED}, entry {patient.seq(SPILLED, 'handed-over', 1)}",
    )


def test_what_was_refused_is_pending(patient: Patient) -> None:
    async def refuse(store: SqlStore) -> None:
        [row] = [each for each in await store.handovers.handovers() if each.session == RECORDED]
        await store.handovers.change(row, *rules.refused(row, "unknown-service", T0 + 140), T0 + 140, "server")

    patient.served(refuse)
    patient.finds(f"pending handover-waiting session {RECORDED}")


def test_a_state_that_cannot_be_read_owes_nothing() -> None:
    assert list(HandOversOfSession("session-1", None, ()).end()) == []
