"""What home and host signed must still stand in the ledger, whoever changed the database meanwhile, and be signed by whom it says."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.clock import HandClock
from recordings import canonical
from recordings.journal import Journal
from signaling.doctor.heads import Registers, public_halves
from signaling.domain.events import ClerkEnded, WrapUpCompleted
from signaling.office.ports import Cause
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.visits import T0, moved
from tests.signaling.doctor.folder import LEFT, LIVE, RECORDED, SPILLED, House, Patient, copied

HEAD = f"session {RECORDED}, head 25"
HOME, HOST = 26, 27
"""Numbers of the entries that say who signed entries 1…25."""


# --- an older database, or another one ------------------------------------------------------------


def cut_off(patient: Patient, session: str, after: int) -> None:
    """As the database was when the ledger had so many entries."""
    patient.sql("DELETE FROM ledger WHERE session = ? AND seq > ?", session, after)
    patient.sql("DELETE FROM head WHERE session = ?", session)
    patient.sql("UPDATE session SET home_seq = 0, host_seq = 0, evidence_seq = ? WHERE id = ?", after, session)


def test_a_database_that_was_rolled_back_is_named_with_session_and_entry(patient: Patient, tmp_path: Path) -> None:
    """To a copy that was taken while the visit ran."""
    house, file = House(patient.data), patient.data / FILE_NAME

    async def visit() -> None:
        async with await open_store(file, HandClock()) as store:
            talk = await house.talk(store, LIVE, "zhao")
            await house.keep(store, *house.record("recordings", talk), T0 + 70)
        shutil.copy(file, tmp_path / "yesterday.db")
        async with await open_store(file, HandClock()) as store:
            over = await moved(store, talk, ClerkEnded("accepted"), WrapUpCompleted("accepted"), cause=Cause("clerk:zhao"), now=T0 + 120)
            await house.declare(store, LIVE)
            await house.sign(store, over)

    asyncio.run(visit())
    assert patient.found() == []
    shutil.copy(tmp_path / "yesterday.db", file)
    found = patient.finds(f"ledger-rolled-back session {LIVE}, entry 22")
    assert "signed entries 1…25" in found[0].text


def test_a_ledger_whose_end_was_cut_off(patient: Patient) -> None:
    cut_off(patient, RECORDED, 23)
    found = {f"{f.code} {f.place}" for f in patient.found()}
    assert f"ledger-rolled-back session {RECORDED}, entry 24" in found


def test_one_that_does_not_know_the_session_at_all(patient: Patient) -> None:
    for table, column in (("ledger", "session"), ("head", "session"), ("session", "id")):
        patient.sql(f"DELETE FROM {table} WHERE {column} = ?", LEFT)
    patient.finds(f"ledger-rolled-back session {LEFT}, entry 1")


def test_one_of_which_only_the_signature_is_lost_asks_again(patient: Patient) -> None:
    """Custody answers the same question with the same record: nothing is lost."""
    cut_off(patient, RECORDED, 25)
    patient.now = T0 + 130
    patient.finds(
        f"pending head-behind session {RECORDED}, entry 25", f"pending head-not-kept {HEAD} of the home", f"pending head-not-kept {HEAD} of the host"
    )


def test_a_ledger_that_was_written_anew_from_its_beginning(patient: Patient) -> None:
    entries = patient.sql("SELECT what, body, actor FROM ledger WHERE session = ? AND what != 'head-signed' ORDER BY seq", LEFT)
    for table in ("ledger", "head"):
        patient.sql(f"DELETE FROM {table} WHERE session = ?", LEFT)
    patient.sql("UPDATE session SET home_seq = 0, host_seq = 0 WHERE id = ?", LEFT)
    for what, body, actor in entries:
        text = {"language": "en", "text": "recording", "version": "2026-11-01"} if what == "consent-given" else canonical.read(body.encode())
        patient.note(LEFT, what, text, T0 + 50 if what == "closed" else T0, actor)
    found = {f"{f.code} {f.place}" for f in patient.found() if f.severity == "broken"}
    assert found == {f"ledger-rewritten session {LEFT}, entry 1", f"head-behind session {LEFT}, entry 4"}


def test_without_a_register_the_heads_in_the_database_still_count(patient: Patient) -> None:
    shutil.rmtree(patient.data / "custody")
    assert patient.found() == [], "custody elsewhere is no fault"
    patient.sql("DELETE FROM ledger WHERE session = ? AND seq > 23", RECORDED)
    assert f"session {RECORDED}, entry 24" in {f.place for f in patient.found() if f.code == "ledger-rolled-back"}


# --- signatures -----------------------------------------------------------------------------------


def remove_head(role: str) -> Callable[[Patient], object]:
    return lambda patient: patient.sql("DELETE FROM head WHERE session = ? AND role = ?", RECORDED, role)


def change_record(old: str, new: str) -> Callable[[Patient], object]:
    return lambda patient: patient.sql("UPDATE head SET record = replace(record, ?, ?) WHERE session = ? AND role = 'home'", old, new, RECORDED)


def forget_key(patient: Patient) -> None:
    for file in (patient.data / "keys").glob("*.json"):
        if b'"jinshan"' in file.read_bytes():
            file.unlink()


def another_jurisdictions_head(patient: Patient) -> None:
    patient.sql("UPDATE head SET record = (SELECT record FROM head WHERE session = ? AND role = 'host') WHERE session = ? AND role = 'home'", RECORDED, RECORDED)


def change_entry(patient: Patient) -> None:
    patient.sql("UPDATE ledger SET body = replace(body, '\"seq\":25', '\"seq\":24') WHERE session = ? AND seq = ?", RECORDED, HOME)


BEHIND = f"head-behind session {RECORDED}, entry 25"
DAMAGES: list[tuple[str, Callable[[Patient], object], set[str]]] = [
    ("home head removed", remove_head("home"), {f"head-missing session {RECORDED}, entry {HOME}", f"row-differs session {RECORDED}", BEHIND, f"pending head-not-kept {HEAD} of the home"}),
    ("host head removed", remove_head("host"), {f"head-missing session {RECORDED}, entry {HOST}", f"row-differs session {RECORDED}", f"pending head-not-kept {HEAD} of the host", f"pending not-countersigned {HEAD} of the home"}),
    ("another digest", change_record('"digest":"', '"digest":"0'), {f"head-damaged {HEAD} of the home", BEHIND}),
    ("another time", change_record("02:02:02", "02:02:03"), {f"head-damaged {HEAD} of the home", f"head-damaged {HEAD} of the home", BEHIND}),
    ("no record", change_record("{", "["), {f"head-damaged {HEAD} of the home", BEHIND}),
    ("another's record", another_jurisdictions_head, {f"signer-unknown {HEAD} of the home", BEHIND, f"head-differs session {RECORDED}, entry {HOME}"}),
    ("another code", lambda p: p.sql("UPDATE head SET code = 'AAAAA-BBBBB' WHERE session = ? AND role = 'home'", RECORDED), {f"head-damaged {HEAD} of the home", BEHIND, f"head-differs session {RECORDED}, entry {HOME}"}),
    ("another number", lambda p: p.sql("UPDATE head SET seq = 24 WHERE session = ? AND role = 'host'", RECORDED), {f"head-damaged session {RECORDED}, head 24 of the host", f"head-not-entered session {RECORDED}, head 24 of the host", f"head-missing session {RECORDED}, entry {HOST}", f"row-differs session {RECORDED}", f"pending head-not-kept {HEAD} of the host", f"pending not-countersigned {HEAD} of the home"}),
    ("the entry changed", change_entry, {f"ledger-broken session {RECORDED}, entry {HOME}", f"head-missing session {RECORDED}, entry {HOME}", f"head-not-entered {HEAD} of the home"}),
    ("host's column", lambda p: p.sql("UPDATE session SET host_seq = 0 WHERE id = ?", RECORDED), {f"row-differs session {RECORDED}"}),
    ("evidence's column", lambda p: p.sql("UPDATE session SET evidence_seq = 99 WHERE id = ?", RECORDED), {f"row-differs session {RECORDED}"}),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "expected"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES])
def test_every_damage_to_a_head_is_named(patient: Patient, damage: Callable[[Patient], object], expected: set[str]) -> None:
    damage(patient)
    patient.finds(*expected)


def test_a_signature_of_a_key_that_nobody_knows(patient: Patient) -> None:
    forget_key(patient)
    found = {(f.code, f.place) for f in patient.found() if f.code == "signer-unknown"}
    assert ("signer-unknown", f"{HEAD} of the home") in found
    assert ("signer-unknown", "custody/jinshan/signed.jsonl, line 1") in found


def test_a_home_that_is_not_asked_to_sign_what_came_after(patient: Patient) -> None:
    patient.note(RECORDED, "still-taken", {"still": "m-1", "digest": "0" * 64}, T0 + 1000)
    patient.finds(f"head-behind session {RECORDED}, entry 28")
    patient.now = T0 + 1100
    patient.finds(f"pending head-behind session {RECORDED}, entry 28")


def test_what_is_no_evidence_needs_no_signature(patient: Patient) -> None:
    patient.note(RECORDED, "viewed", {"by": "wang", "purpose": "complaint"}, T0 + 1000)
    assert patient.found() == []


def test_a_visit_that_runs_is_not_signed_yet(running: Patient) -> None:
    assert not any(LIVE in f.place for f in running.found() if f.code.startswith("head"))


# --- keys and registers ---------------------------------------------------------------------------


def test_public_keys_that_cannot_be_read_are_named(patient: Patient) -> None:
    (patient.data / "keys" / "haiyan.json").write_bytes(b"{}")
    patient.finds("keys-unreadable keys/haiyan.json")


def test_a_register_that_is_damaged(patient: Patient) -> None:
    file = patient.data / "custody" / "jinshan" / "signed.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"n":2', b'"n":9'))
    patient.finds("register-damaged custody/jinshan/signed.jsonl")


def test_a_signature_in_a_register_that_does_not_fit_accuses_nobody_else(patient: Patient) -> None:
    file = patient.data / "custody" / "jinshan" / "signed.jsonl"
    file.write_bytes(file.read_bytes().replace(SPILLED.encode(), b"session-another"))
    assert {(f.code, f.place) for f in patient.found()} == {("head-damaged", "custody/jinshan/signed.jsonl, line 2")}


def test_a_line_that_is_being_written_to_a_register_is_passed_over(patient: Patient) -> None:
    with (patient.data / "custody" / "jinshan" / "signed.jsonl").open("ab") as register:
        register.write(b'{"n":4,"rec')
    assert patient.found() == []


def test_days_and_exports_in_a_register_are_no_heads(patient: Patient) -> None:
    with Journal.opened(patient.data / "custody" / "jinshan" / "signed.jsonl") as register:
        register.append({"what": "day", "record": {"day": {}}})
    assert patient.found() == []


def test_a_register_that_may_not_be_read_is_said(patient: Patient) -> None:
    file = patient.data / "custody" / "haiyan" / "signed.jsonl"
    file.unlink()
    file.mkdir()
    patient.finds("pending register-not-read custody/haiyan/signed.jsonl")


def test_whatever_lies_in_a_register_as_a_head_is_read_with_care(patient: Patient) -> None:
    with Journal.opened(patient.data / "custody" / "jinshan" / "signed.jsonl") as register:
        register.append({"what": "head"}, {"what": "head", "record": None}, {"what": "head", "record": {"head": 1}})
    halves, wrong = public_halves(patient.data)
    found = Registers.read(patient.data, halves)
    assert (wrong, found.count) == ([], 6)
    assert [f.place for f in found.findings] == [f"custody/jinshan/signed.jsonl, line {n}" for n in (4, 5, 6)]


def test_no_keys_and_no_custody_at_all(tmp_path: Path) -> None:
    halves, wrong = public_halves(tmp_path)
    assert (halves.keys, wrong) == ({}, [])
    assert Registers.read(tmp_path, halves).heads == {}


def test_a_database_restored_from_before_a_visit(healthy: Path, tmp_path: Path) -> None:
    """Registers, journals and recordings went on; the database is of yesterday."""
    patient = copied(healthy, tmp_path / "data")
    kept = (patient.data / FILE_NAME).read_bytes()
    for table, column in (("ledger", "session"), ("head", "session"), ("session", "id")):
        patient.sql(f"DELETE FROM {table} WHERE {column} IN (?, ?)", RECORDED, SPILLED)
    patient.sql("DELETE FROM journal")
    assert (patient.data / FILE_NAME).read_bytes() != kept
    found = {f"{f.code} {f.place}" for f in patient.found()}
    assert {
        f"ledger-rolled-back session {RECORDED}, entry 1", f"session-unknown recordings/sessions/{RECORDED}",
        "session-unknown recordings/journal/00000000000000a1.jsonl, line 2", "session-unknown spill/journal/00000000000000b2.jsonl, line 2",
    } <= found  # fmt: skip
