"""One file a case: custody never signs that another one was handed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordings.register import Refused, Register
from tests.recordings.test_handover import statement
from tests.recordings.test_register import sign


def test_the_same_again_is_the_same_record_with_the_time_of_then(tmp_path: Path) -> None:
    book = Register(tmp_path / "signed.jsonl", "jinshan")
    first = book.sign("handover", statement().plain(), sign)
    book.close()
    again = Register(tmp_path / "signed.jsonl", "jinshan")
    assert again.sign("handover", statement(at="2026-11-24T10:00:00.000Z").plain(), sign) == first
    assert len(again) == 1
    again.close()


def test_another_file_of_the_same_case_is_never_signed(tmp_path: Path) -> None:
    book = Register(tmp_path / "signed.jsonl", "jinshan")
    book.sign("handover", statement().plain(), sign)
    for other in (statement(digest="b" * 64), statement(session="session-2")):
        with pytest.raises(Refused, match="contradicts"):
            book.sign("handover", other.plain(), sign)
    book.sign("handover", statement(n=2, digest="b" * 64).plain(), sign)
    book.sign("handover", statement(case="310116-330424-20261123-0002").plain(), sign)
    assert len(book) == 3
    book.close()


def test_what_is_no_statement_or_anothers_is_refused(tmp_path: Path) -> None:
    book = Register(tmp_path / "signed.jsonl", "jinshan")
    for wrong, code in (({}, "bad-statement"), (statement(by="haiyan").plain(), "not-ours"), ({**statement().plain(), "n": 0}, "bad-statement")):
        with pytest.raises(Refused) as refused:
            book.sign("handover", wrong, sign)
        assert refused.value.code == code
    with pytest.raises(Refused, match="bad-statement"):
        book.sign("export", statement().plain(), sign)
    book.close()
