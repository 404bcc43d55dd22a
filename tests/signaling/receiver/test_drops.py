"""The letter box: what is dropped whole is taken once and answered beside it; what is half there, or is no case, is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.clock import HandClock
from config.logs import get_logger
from recordings.handover import receipt_number
from signaling.receiver.drops import LetterBox
from signaling.receiver.intake import Intake
from tests.signaling.receiver.cases import Cases

NAME = "310116-330424-20261123-0001.1"


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(tmp_path / "home")


@pytest.fixture
def box(tmp_path: Path, cases: Cases) -> LetterBox:
    intake = Intake(tmp_path / "receiver", [cases.keys["jinshan"]], HandClock())
    return LetterBox(tmp_path / "inbox", intake, get_logger("test"))


def drop(folder: Path, cases: Cases, page: bytes = b"page", **event: str) -> None:
    told, file = cases.event(page=page)
    folder.mkdir(exist_ok=True)
    (folder / f"{NAME}.zip").write_bytes(file)
    (folder / f"{NAME}.event.json").write_text(json.dumps({**told, "dataref": f"{NAME}.zip", **event}))


def test_a_dropped_case_is_acknowledged_once(tmp_path: Path, cases: Cases, box: LetterBox) -> None:
    assert box.look() == 0, "nobody has made the folder yet"
    drop(tmp_path / "inbox", cases, page=b"page")
    assert (box.look(), box.look()) == (1, 0)
    receipt = (tmp_path / "inbox" / f"{NAME}.receipt.json").read_bytes()
    assert receipt_number(receipt, cases.delivery(page=b"page").statement)
    (tmp_path / "inbox" / f"{NAME}.receipt.json").unlink()
    assert box.look() == 1
    assert (tmp_path / "inbox" / f"{NAME}.receipt.json").read_bytes() == receipt, "lost, and given again"


def test_a_file_without_its_event_is_not_whole_yet(tmp_path: Path, cases: Cases, box: LetterBox) -> None:
    drop(tmp_path / "inbox", cases)
    (tmp_path / "inbox" / f"{NAME}.event.json").unlink()
    (tmp_path / "inbox" / f".{NAME}.event.json.part").write_text("{")
    assert box.look() == 0


@pytest.mark.parametrize(("event", "code"), [({"dataref": "../../etc/passwd"}, "bad-event"), ({"subject": "other"}, "not-signed"), ({"signature": ""}, "not-signed")])
def test_what_does_not_hold_is_refused_beside_it(tmp_path: Path, cases: Cases, box: LetterBox, event: dict[str, str], code: str) -> None:
    drop(tmp_path / "inbox", cases, **event)
    assert (box.look(), box.look()) == (1, 0)
    assert json.loads((tmp_path / "inbox" / f"{NAME}.refusal.json").read_bytes()) == {"error": code}


def test_names_that_are_none_are_left_alone(tmp_path: Path, cases: Cases, box: LetterBox) -> None:
    drop(tmp_path / "inbox", cases)
    for name in ("..1", ".hidden.1", "case", "case.x", "case.1.2 3"):
        (tmp_path / "inbox" / f"{name}.event.json").write_text("{}")
    (tmp_path / "inbox" / "case-2.1.event.json").write_text("no json")
    assert box.look() == 2
    assert (tmp_path / "inbox" / "case-2.1.refusal.json").exists()
