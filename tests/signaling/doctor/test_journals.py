"""Every line of every journal is entered, once and in order, and every file in a vault is one that something tells of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recordings import canonical
from recordings.ledger import Entry
from recordings.vault import Vault
from signaling.doctor.journals import Tallies, acknowledged
from signaling.store.look import Written
from tests.signaling.doctor.folder import LEFT, LIVE, LIVES, RECORDED, SPILLED, Patient

JOURNAL = "recordings/journal/00000000000000a1.jsonl"
LINES = 15
"""Lines in the journal of a whole visit: started, key, four first bytes, eight segments, closed."""
LIFE = LIVES[RECORDED]


def gap(session: str = RECORDED, n: int = LINES + 1, **more: Any) -> dict[str, Any]:
    return {"n": n, "what": "gap", "session": session, "publication": "resident.camera", "epoch": 1, "start": 8000, "end": 8100, "lost": 1, "cause": "line", **more}


def told_more(patient: Patient, *lines: dict[str, Any]) -> None:
    """Lines that the journal has, and nobody entered."""
    patient.write(patient.journal(), patient.journal().read_bytes() + b"".join(canonical.write(line) + b"\n" for line in lines))


def lines(patient: Patient, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Other lines, numbered anew."""
    changed = change(patient.journal().read_bytes().splitlines())
    numbered = [canonical.write({**canonical.read(line), "n": n}) + b"\n" for n, line in enumerate(changed, 1)]
    patient.write(patient.journal(), b"".join(numbered))


def reached(patient: Patient, n: int) -> None:
    patient.sql("UPDATE journal SET n = ? WHERE life = ?", n, LIFE)


def acked(patient: Patient, n: int) -> None:
    patient.journal().with_suffix(".acked").write_bytes(canonical.write({"length": -1, "n": n}))


# --- lines ----------------------------------------------------------------------------------------


def test_a_line_that_was_taken_and_never_entered(patient: Patient) -> None:
    told_more(patient, gap(), gap(n=LINES + 2))
    reached(patient, LINES + 2)
    found = patient.finds(f"line-not-entered {JOURNAL}, line {LINES + 1}")
    assert "1 more" in found[0].text


def test_a_line_that_was_acknowledged_and_that_the_database_does_not_have(patient: Patient) -> None:
    """As after a roll-back: the writer does not tell it again."""
    told_more(patient, gap())
    acked(patient, LINES + 1)
    patient.finds(f"line-not-entered {JOURNAL}, line {LINES + 1}")


def test_a_line_that_is_still_to_be_told_is_pending(patient: Patient) -> None:
    told_more(patient, gap(), gap(n=LINES + 2))
    found = patient.finds(f"pending line-waiting {JOURNAL}, line {LINES + 1}")
    assert "1 more" in found[0].text


def test_a_line_that_is_still_to_be_told_may_be_of_a_session_that_has_just_begun(patient: Patient) -> None:
    told_more(patient, gap("session-newest"))
    patient.finds(f"pending line-waiting {JOURNAL}, line {LINES + 1}")


def test_a_line_of_a_session_that_nobody_knows(patient: Patient) -> None:
    told_more(patient, gap("session-unheard-of"), gap("session-unheard-of", LINES + 2))
    acked(patient, LINES + 2)
    patient.finds(f"session-unknown {JOURNAL}, line {LINES + 1}")


def test_a_line_that_no_server_can_read(patient: Patient) -> None:
    told_more(patient, {"n": LINES + 1, "what": "rumour"}, gap(n=LINES + 2, start=9000))
    patient.finds(f"journal-line-unreadable {JOURNAL}, line {LINES + 1}", f"journal-line-unreadable {JOURNAL}, line {LINES + 2}")


def test_a_journal_row_that_would_have_lines_entered_twice(patient: Patient) -> None:
    reached(patient, LINES - 2)
    acked(patient, 0)
    patient.finds(f"row-differs {JOURNAL}, line {LINES - 1}")


def test_a_line_that_says_something_else_than_its_entry(patient: Patient) -> None:
    lines(patient, lambda told: [line.replace(b'"at":500', b'"at":501') for line in told])
    patient.finds(f"line-not-entered {JOURNAL}, line 3")


def test_lines_in_another_order_than_their_entries(patient: Patient) -> None:
    lines(patient, lambda told: [*told[:7], told[8], told[7], *told[9:]])
    patient.finds(f"line-not-entered {JOURNAL}, line 8")


def test_a_line_taken_out_of_the_middle(patient: Patient) -> None:
    lines(patient, lambda told: [*told[:7], *told[8:]])
    patient.finds(f"journal-cut {JOURNAL}, line {LINES}", f"line-not-entered {JOURNAL}, line 8")


def test_a_journal_that_ends_too_soon(patient: Patient) -> None:
    lines(patient, lambda told: told[:-1])
    closed = patient.seq(RECORDED, "rec-room-closed")
    patient.finds(f"journal-cut {JOURNAL}, line {LINES}", f"entry-not-told session {RECORDED}, entry {closed}")


def test_an_entry_that_no_journal_tells(patient: Patient) -> None:
    patient.note(RECORDED, "rec-gap", {k: v for k, v in gap().items() if k not in ("n", "what", "session")}, actor=f"writer:{LIFE}")
    entry = f"session {RECORDED}, entry {patient.seq(RECORDED, 'rec-gap')}"
    patient.finds(f"entry-not-told {entry}", f"head-behind {entry}")


def test_a_journal_that_is_gone(patient: Patient) -> None:
    patient.journal().unlink()
    patient.finds("journal-missing journal/00000000000000a1.jsonl")


def test_entries_of_a_writer_that_never_was(patient: Patient) -> None:
    patient.sql("INSERT INTO journal (life, n) VALUES ('ffffffffffffffff', 3)")
    patient.finds("journal-missing journal/ffffffffffffffff.jsonl")


def test_a_damaged_journal(patient: Patient) -> None:
    patient.flip(patient.journal(), 200)
    patient.finds(f"journal-damaged {JOURNAL}")


def test_bytes_behind_the_last_line_of_a_journal_that_is_over(patient: Patient) -> None:
    patient.write(patient.journal(), patient.journal().read_bytes() + b'{"n":16')
    patient.finds(f"journal-damaged {JOURNAL}")


def test_a_line_that_is_being_written_is_passed_over(running: Patient) -> None:
    before = {(f.code, f.place) for f in running.found()}
    with running.journal(LIVE).open("ab") as journal:
        journal.write(b'{"n":16')
    assert {(f.code, f.place) for f in running.found()} == before


def test_a_journal_in_the_spill_is_read_like_any(patient: Patient) -> None:
    patient.sql("DELETE FROM ledger WHERE session = ? AND what = 'rec-room-closed'", SPILLED)
    assert f"line-not-entered spill/journal/{LIVES[SPILLED]}.jsonl, line {LINES}" in {f"{f.code} {f.place}" for f in patient.found()}


# --- files ----------------------------------------------------------------------------------------


def test_a_file_that_nothing_tells_of(patient: Patient) -> None:
    patient.write(patient.file(number=7), patient.file().read_bytes())
    patient.finds(f"orphan-file recordings/sessions/{RECORDED}/resident.camera-1-7.seg")


def test_a_file_in_the_folder_of_a_session_that_was_never_recorded(patient: Patient) -> None:
    folder = patient.data / "recordings" / "sessions" / LEFT
    folder.mkdir()
    patient.write(folder / f"{LEFT}.{LIFE}.key", b"{}")
    patient.finds(f"orphan-file recordings/sessions/{LEFT}/{LEFT}.{LIFE}.key")


def test_a_file_without_a_head_is_an_orphan_unless_a_writer_may_be_at_it(patient: Patient, running: Patient) -> None:
    for each in (patient, running):
        each.write(each.file(number=7), b"")
    assert patient.codes("broken") == {"orphan-file"}
    assert running.codes("broken") == set()


def test_a_file_whose_line_waits_is_explained_by_it(running: Patient) -> None:
    place = f"recordings/sessions/{LIVE}/resident.camera-1-2.seg"
    assert [f.place for f in running.found() if f.code == "segment-open"] == [place]
    assert [f.place for f in running.found() if f.code == "line-waiting"] == [f"recordings/journal/{LIVES[LIVE]}.jsonl, line 13"]


def test_an_open_segment_of_a_life_that_is_finished_is_an_orphan(running: Patient) -> None:
    running.journal(LIVE).chmod(0o400)
    assert {(f.code, f.place) for f in running.found() if f.severity == "broken"} == {
        ("orphan-file", f"recordings/sessions/{LIVE}/resident.camera-1-2.seg")
    }


def test_a_session_s_folder_that_the_database_does_not_know(patient: Patient) -> None:
    (patient.data / "spill" / "sessions" / "session-of-nobody").mkdir()
    patient.finds("session-unknown spill/sessions/session-of-nobody")


# --- notes ----------------------------------------------------------------------------------------


def test_acknowledgements_are_read_as_far_as_they_can_be(patient: Patient) -> None:
    vaults = [Vault(patient.data / "recordings", make=False), Vault(patient.data / "spill", make=False)]
    assert acknowledged(vaults) == {LIVES[RECORDED]: LINES, LIVES[SPILLED]: LINES}
    patient.journal().with_suffix(".acked").write_bytes(b"garbage")
    assert acknowledged(vaults) == {LIVES[SPILLED]: LINES}
    assert patient.found() == []


def test_a_tally_knows_order_and_content() -> None:
    def tally(*bodies: str, actor: str = "writer:a") -> object:
        tallies = Tallies()
        for body in bodies:
            tallies.take(Written(Entry(1, "", actor, "rec-gap", {}, "", ""), body))
        tallies.end("s")
        return tallies.of.get("a", {}).get("s")

    assert tally("1", "2") == tally("1", "2")
    assert len({tally(), tally("1"), tally("1", "2"), tally("2", "1"), tally("12")}) == 5
    assert tally("1", actor="server") is None


@pytest.mark.parametrize("session", [RECORDED, SPILLED])
def test_every_entry_of_a_writer_that_is_lost_is_seen_from_the_journal_too(patient: Patient, session: str) -> None:
    patient.sql("DELETE FROM ledger WHERE session = ? AND actor LIKE 'writer:%' AND seq > 10", session)
    assert {"ledger-broken", "line-not-entered"} <= patient.codes("broken")
