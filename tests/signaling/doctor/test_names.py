"""A resident's name stands in no log and no ledger; where it does, the place is told and never the name."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.doctor import names as module
from signaling.doctor import program
from signaling.doctor.names import Persons, in_logs, lines
from tests.signaling.doctor.folder import LEFT, RESIDENT, Patient

# --- in a folder ----------------------------------------------------------------------------------


SPELLINGS = [RESIDENT, json.dumps(RESIDENT)[1:-1], quote(RESIDENT), quote(RESIDENT).lower(), f'{{"event": "x", "who": "{RESIDENT}"}}']


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_in_a_log_is_named_by_file_and_line(patient: Patient, spelling: str) -> None:
    log = patient.data / "logs" / "node.log"
    log.write_text(log.read_text() + f"{spelling}\nnothing\n", encoding="utf-8")
    found = patient.finds("name-in-log logs/node.log, line 3")
    assert spelling not in str(found) and RESIDENT not in str(found)


def test_logs_in_deeper_folders_and_without_an_end(patient: Patient) -> None:
    (patient.data / "logs" / "old").mkdir()
    (patient.data / "logs" / "old" / "node.log.1").write_text(f"a\nb\n{RESIDENT}", encoding="utf-8")
    patient.finds("name-in-log logs/old/node.log.1, line 3")


def test_logs_that_are_kept_elsewhere(patient: Patient, tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    log.write_text(RESIDENT, encoding="utf-8")
    assert patient.found() == []
    patient.logs = [log, tmp_path / "no-such.log"]
    patient.finds(f"name-in-log {log}, line 1")


def test_a_canary_in_a_log_and_in_a_ledger(patient: Patient) -> None:
    (patient.data / "logs" / "node.log").write_text("x\nkkx4417xx\n")
    patient.canaries = ["x4417", "JS-3", "not-there"]
    patient.finds("name-in-log logs/node.log, line 2", f"name-in-ledger session {LEFT}, entry 1")


def test_a_name_in_a_ledger(patient: Patient) -> None:
    patient.note(LEFT, "viewed", {"by": "wang", "of": RESIDENT})
    found = patient.finds(f"name-in-ledger session {LEFT}, entry 7")
    assert RESIDENT not in str(found)


def test_a_log_full_of_names_is_told_in_bounds(patient: Patient) -> None:
    (patient.data / "logs" / "node.log").write_text(f"{RESIDENT}\n" * 1000, encoding="utf-8")
    found = patient.found()
    assert [f.place for f in found] == [*(f"logs/node.log, line {n}" for n in range(1, module.PLACES + 1)), "logs/node.log"]
    assert found[-1].text == f"and in {1000 - module.PLACES} more lines"


def test_no_logs_at_all(tmp_path: Path) -> None:
    assert list(in_logs(Persons(["Ada Lovelace"]), tmp_path)) == []


def test_a_log_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "x.log").touch()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert [(f.code, f.place) for f in in_logs(Persons(["Ada Lovelace"]), tmp_path)] == [("log-unreadable", "logs/x.log")]


# --- what counts as standing there ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stands"),
    [("Li Wei called", True), ("by Li.", True), ("(Li)", True), ("Listening", False), ("eLi", False), ("LI", False), ("Li Weird", True), ("Weird", False), ("Wei", False)],
)
def test_a_name_counts_as_a_word(text: str, stands: bool) -> None:
    assert Persons(["Li", "Li Wei"]).stand_in(text.encode()) is stands


def test_a_name_in_chinese_counts_wherever_it_stands() -> None:
    assert Persons(["明月"]).stand_in("居民张明月先生x".encode())
    assert Persons(["欧阳Li"]).stand_in("a欧阳Li".encode())
    assert not Persons(["欧阳Li"]).stand_in("欧阳Lin".encode())


def test_a_single_character_and_nothing_are_no_names() -> None:
    assert not Persons(["", " ", "张", "x"], [""]).stand_in("张 x".encode())


def test_a_name_across_the_pieces_of_a_long_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE", 16)
    log = tmp_path / "x.log"
    for offset in range(40):
        log.write_bytes(b"first\n" + b"." * offset + "张明月".encode() + b"." * 30 + b"\nlast\n")
        persons = Persons(["张明月"])
        assert list(lines(log, persons.reach, {"name-in-log": persons.stand_in})) == [(2, "name-in-log")], offset


TEXTS = st.text(alphabet="abAB明月 .", min_size=2, max_size=6).filter(lambda text: len(text.strip()) >= 2)


@given(st.lists(TEXTS, max_size=12), st.text(alphabet="abAB明月 .", max_size=30))
def test_canaries_are_found_exactly_where_they_stand(canaries: list[str], text: str) -> None:
    assert Persons([], canaries).stand_in(text.encode()) is any(canary in text for canary in canaries if canary)


@given(st.lists(TEXTS, max_size=12), st.text(alphabet="abAB明月 .", max_size=30))
def test_names_are_found_where_a_plain_search_finds_them(names: list[str], text: str) -> None:
    def is_word(character: str) -> bool:
        return character.isascii() and character.isalnum()

    def stands(name: str) -> bool:
        for start in range(len(text)):
            if text.startswith(name, start):
                before, after = text[start - 1 : start] if start else "", text[start + len(name) : start + len(name) + 1]
                if not (is_word(name[0]) and before and is_word(before)) and not (is_word(name[-1]) and after and is_word(after)):
                    return True
        return False

    assert Persons(names).stand_in(text.encode()) is any(stands(name.strip()) for name in names)


def test_thousands_of_names_cost_little_more_than_one() -> None:
    """As an expression: it branches only where names differ."""
    persons = Persons([f"{family}{first}{second}" for family in "张王李赵" for first in "明月伟芳娜" for second in "明月伟芳娜秀英敏静"] + [f"Resident {n:05}" for n in range(5000)])
    assert persons.stand_in(b"by Resident 04217, at")
    assert not persons.stand_in(b"by Resident 05217, at")
    assert not persons.stand_in(b"by Resident 042170, at")


def test_finding_says_nothing_of_the_line(patient: Patient) -> None:
    (patient.data / "logs" / "node.log").write_text(f"secret {RESIDENT} words\n", encoding="utf-8")
    out = io.StringIO()
    with redirect_stdout(out):
        assert program.main(["--data", str(patient.data), "--json"]) == 1
    assert RESIDENT not in out.getvalue() and "secret" not in out.getvalue() and "words" not in out.getvalue()
