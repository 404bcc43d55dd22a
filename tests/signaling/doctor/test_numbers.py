"""An identity number stands in no log, no ledger and no incident; where it does, the place is told and never the number."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.id_number import check_digit, is_id_number
from signaling.doctor import names
from signaling.doctor.names import Persons, in_logs
from signaling.doctor.numbers import REACH, number_stands_in
from tests.signaling.doctor.folder import LEFT, RESIDENT, T0, Patient

NUMBER = "11010519491231002X"
WIDE = NUMBER.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


@pytest.mark.parametrize("spelling", [NUMBER, NUMBER.lower(), f"a9{NUMBER}b", "110105 19491231 002X", "110105-1949-1231-002X", WIDE, f'{{"card": "{NUMBER}"}}'])
def test_a_number_in_a_log_is_named_by_file_and_line(patient: Patient, spelling: str) -> None:
    log = patient.data / "logs" / "node.log"
    log.write_text(log.read_text() + f"{spelling}\nnothing\n", encoding="utf-8")
    found = patient.finds("number-in-log logs/node.log, line 3")
    assert spelling not in str(found) and NUMBER not in str(found)


def test_a_name_and_a_number_in_one_line_are_told_both(patient: Patient) -> None:
    (patient.data / "logs" / "node.log").write_text(f"{RESIDENT} {NUMBER}\n", encoding="utf-8")
    patient.finds("name-in-log logs/node.log, line 1", "number-in-log logs/node.log, line 1")


def test_a_number_in_a_ledger(patient: Patient) -> None:
    patient.note(LEFT, "viewed", {"by": "wang", "of": NUMBER})
    assert NUMBER not in str(patient.finds(f"number-in-ledger session {LEFT}, entry 7"))


def test_a_number_in_what_is_told_of_an_incident(patient: Patient) -> None:
    columns = "INSERT INTO incident (id, session, home, kind, at, done_at, done_by) VALUES (?, ?, 'jinshan', ?, ?, ?, ?)"
    patient.sql(columns, "a", LEFT, "bell-blocked", T0, None, None)
    assert patient.found() == []
    patient.sql(columns, "b", LEFT, "bell-blocked", T0, T0, f"wang {NUMBER}")
    assert NUMBER not in str(patient.finds(f"number-in-incident session {LEFT}, incident 2"))


def test_a_log_full_of_numbers_is_told_in_bounds(patient: Patient) -> None:
    (patient.data / "logs" / "node.log").write_text(f"{NUMBER}\n" * 100, encoding="utf-8")
    found = patient.found()
    assert [f.place for f in found] == [*(f"logs/node.log, line {n}" for n in range(1, names.PLACES + 1)), "logs/node.log"]


def test_a_number_across_the_pieces_of_a_long_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "LINE", 16)
    (tmp_path / "logs").mkdir()
    for offset in range(40):
        for spelling in (NUMBER, WIDE):
            (tmp_path / "logs" / "x.log").write_text(f"first\n{'.' * offset}{spelling}{'.' * 30}\nlast\n", encoding="utf-8")
            assert [f.place for f in in_logs(Persons([]), tmp_path)] == ["logs/x.log, line 2"], offset
    assert len(WIDE.encode()) <= REACH


def test_digits_of_a_digest_are_no_number() -> None:
    digest = hashlib.sha256(b"").hexdigest()
    assert not number_stands_in(f'"{digest[:40]}{NUMBER[:17]}{digest[57:]}", {digest[:8]}'.encode())
    assert not number_stands_in(f"{digest[:20]}330424199001011239{digest[38:]}".encode())
    assert number_stands_in(f"{digest} 330424199001011239".encode())


@given(st.integers(100000, 999999), st.integers(0, 99999999), st.integers(0, 999), st.text(max_size=6))
def test_only_what_can_be_a_number_is_one(region: int, day: int, serial: int, around: str) -> None:
    first = f"{region}{day:08d}{serial:03d}"
    number = first + check_digit(first)
    if is_id_number(number):
        assert number_stands_in(f"{around}{number}{around}".encode("utf-8", "replace"))
    if not any(character.isdigit() or character in "xXＸｘⅩⅹ" for character in around):
        assert number_stands_in(f"{around}{number}{around}".encode("utf-8", "replace")) is is_id_number(number)
