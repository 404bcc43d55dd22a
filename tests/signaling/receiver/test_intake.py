"""What the reference receiver takes, and that it takes it once: whoever comes again gets the same receipt, whatever was killed in between."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from config.clock import HandClock
from recordings.handover import receipt_number, statement_of
from signaling.receiver.intake import FILE, Intake, Refused
from tests.signaling.receiver.cases import Cases


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(tmp_path / "home")


@pytest.fixture
def intake(tmp_path: Path, cases: Cases) -> Intake:
    return Intake(tmp_path / "receiver", [cases.keys["jinshan"]], HandClock())


def take(intake: Intake, event: dict[str, str], file: bytes) -> tuple[bytes, bool]:
    with intake.place() as folder:
        (folder / FILE).write_bytes(file)
        return intake.take(event, folder)


def kept(tmp_path: Path) -> list[str]:
    return sorted(folder.name for folder in (tmp_path / "receiver" / "cases").iterdir())


def test_a_case_is_kept_whole_with_its_event_and_its_receipt(tmp_path: Path, cases: Cases, intake: Intake) -> None:
    delivery = cases.delivery()
    event, file = cases.event()
    receipt, new = take(intake, event, file)
    assert new and receipt_number(receipt, delivery.statement)
    [name] = kept(tmp_path)
    assert name == "jinshan.310116-330424-20261123-0001.1"
    folder = tmp_path / "receiver" / "cases" / name
    assert (folder / "file.zip").read_bytes() == file and (folder / "receipt.json").read_bytes() == receipt
    assert json.loads((folder / "event.json").read_bytes()) == event
    assert not list((tmp_path / "receiver" / "incoming").iterdir())


def test_the_same_again_is_the_same_receipt(tmp_path: Path, cases: Cases, intake: Intake) -> None:
    event, file = cases.event()
    first, _ = take(intake, event, file)
    assert [take(intake, event, file) for _ in range(3)] == [(first, False)] * 3
    again = Intake(tmp_path / "receiver", [cases.keys["jinshan"]], HandClock(2e9))
    assert take(again, event, file) == (first, False) and len(kept(tmp_path)) == 1


def test_many_at_once_are_one(tmp_path: Path, cases: Cases, intake: Intake) -> None:
    event, file = cases.event()
    with ThreadPoolExecutor(8) as threads:
        answers = [each.result() for each in [threads.submit(take, intake, event, file) for _ in range(24)]]
    assert len({receipt for receipt, _ in answers}) == 1 and sum(new for _, new in answers) == 1
    assert len(kept(tmp_path)) == 1


def test_another_file_under_a_known_id_is_refused(tmp_path: Path, cases: Cases, intake: Intake) -> None:
    take(intake, *cases.event())
    with pytest.raises(Refused) as refused:
        take(intake, *cases.event(page=b"another page"))
    assert refused.value.code == "other-digest" and len(kept(tmp_path)) == 1


@pytest.mark.parametrize(("how", "code"), [({"home": "haiyan"}, "not-signed"), ({"case": "other-1", "n": 2}, "bad-file"), ({"told": b"another"}, "bad-file"), ({"outcome": "returned"}, "bad-file")])
def test_what_does_not_hold_is_refused_and_nothing_is_kept(tmp_path: Path, cases: Cases, intake: Intake, how: dict[str, Any], code: str) -> None:
    """Another home's key, a file of another case, a page that the signed ledger does not tell of, another decision than it tells of."""
    with pytest.raises(Refused) as refused:
        take(intake, *cases.event(**how))
    assert refused.value.code == code and not kept(tmp_path)


def test_other_bytes_than_were_signed_are_refused(tmp_path: Path, cases: Cases, intake: Intake) -> None:
    event, file = cases.event()
    for other in (b"", file[:-1], file + b"\0", file[:100] + bytes([file[100] ^ 1]) + file[101:]):
        with pytest.raises(Refused) as refused:
            take(intake, event, other)
        assert refused.value.code == "other-file"
    with pytest.raises(Refused, match="not-signed"):
        intake.announced({**event, "id": "another/1"})
    assert not kept(tmp_path) and take(intake, event, file)[1]


def test_what_was_not_finished_is_gone_after_the_next_start(tmp_path: Path, cases: Cases, intake: Intake) -> None:
    left = tmp_path / "receiver" / "incoming" / "0123"
    left.mkdir()
    (left / FILE).write_bytes(b"half a file")
    intake.tidy()
    assert not list((tmp_path / "receiver" / "incoming").iterdir())
    assert statement_of(cases.delivery().statement.plain()) == cases.delivery().statement
