"""`virtual-window doctor` as it is typed: what it prints, how it ends, and what it says to whoever gives it garbage."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.clock import HandClock
from recordings.inspection import broken, pending
from signaling.doctor import program
from signaling.doctor.examination import Checked, Report
from signaling.store.sqlite import FILE_NAME
from tests.programs import ROOT
from tests.signaling.doctor.folder import LEFT, NOW, RECORDED, Patient

ROOM = "[recording]\nwarn_below = 0\nrefuse_below = 0\n"
"""How full this machine's disk is tells nothing of a folder."""


class Shell:
    """Types the command and reads what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""

    def __call__(self, *arguments: str, code: int = 0) -> str:
        found = program.main([*arguments], HandClock(NOW))
        printed = self._capsys.readouterr()
        self.said = printed.err
        assert found == code, printed
        return printed.out

    def json(self, patient: Patient, *more: str, code: int = 0) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self("--data", str(patient.data), "--json", *more, code=code))
        return result


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def settled(patient: Patient) -> Patient:
    (patient.data / "virtual-window.toml").write_text(ROOM)
    return patient


# --- what is printed ------------------------------------------------------------------------------


def test_a_healthy_folder(shell: Shell, settled: Patient) -> None:
    assert shell("--data", str(settled.data)).startswith("nothing found; checked: 3 sessions, 60 entries, 16 segments, 12 heads, 2 journals, 0 deeds (0.0 MB)")
    assert shell.said == "", "how far it is is for terminals"


def test_a_healthy_folder_for_programs(shell: Shell, settled: Patient) -> None:
    found = shell.json(settled)
    size = sum(file.stat().st_size for file in settled.data.rglob("*.seg"))
    checked = {"sessions": 3, "entries": 60, "segments": 16, "bytes": size, "heads": 12, "journals": 2, "deeds": 0}
    assert found == {"ok": True, "checked": checked, "findings": []}


def test_what_is_broken_ends_with_one(shell: Shell, settled: Patient) -> None:
    settled.flip(settled.file(), -1)
    found = shell.json(settled, code=1)
    assert (found["ok"], len(found["findings"])) == (False, 1)
    finding = found["findings"][0]
    assert finding.keys() == {"code", "severity", "place", "text"}
    assert (finding["code"], finding["severity"], finding["place"]) == ("segment-altered", "broken", f"recordings/sessions/{RECORDED}/resident.camera-1-0.seg")
    lines = shell("--data", str(settled.data), code=1).splitlines()
    assert lines[0] == f"broken   segment-altered  {finding['place']}: {finding['text']}"
    assert lines[1].startswith("1 broken, 0 pending; checked: 3 sessions")


def test_what_is_pending_is_shown_and_ends_well(shell: Shell, running: Patient) -> None:
    (running.data / "virtual-window.toml").write_text(ROOM)
    found = shell.json(running)
    assert found["ok"] and {f["severity"] for f in found["findings"]} == {"pending"}
    assert shell("--data", str(running.data)).splitlines()[-1].startswith("0 broken, 4 pending; checked: 4 sessions")


def test_what_is_broken_stands_first_and_each_in_one_line() -> None:
    report = Report(Checked(), [pending("a", "b", "c"), broken("d", "e\n\x1b[2J", "f")])
    assert program.as_text(report).splitlines() == [
        r"broken   d  e\n\u001b[2J: f", "pending  a  b: c",
        "1 broken, 1 pending; checked: 0 sessions, 0 entries, 0 segments, 0 heads, 0 journals, 0 deeds (0.0 MB)",
    ]  # fmt: skip


def test_canaries_and_further_logs(shell: Shell, settled: Patient, tmp_path: Path) -> None:
    (tmp_path / "serve.log").write_text("kkx4417xx\n")
    more = ["--canary", "x4417", "--canary", "JS-3", "--log", str(tmp_path / "serve.log")]
    found = shell.json(settled, *more, code=1)["findings"]
    assert {(f["code"], f["place"]) for f in found} == {
        ("name-in-log", f"{tmp_path}/serve.log, line 1"), ("name-in-ledger", f"session {LEFT}, entry 1"),
    }  # fmt: skip


def test_the_settings_say_when_a_disk_is_full(shell: Shell, patient: Patient) -> None:
    (patient.data / "virtual-window.toml").write_text("[recording]\nwarn_below = 1\nrefuse_below = 1\n")
    assert [f["code"] for f in shell.json(patient)["findings"]] == ["disk-full"]


def test_the_settings_say_where_the_store_is(shell: Shell, settled: Patient, tmp_path: Path) -> None:
    (settled.data / FILE_NAME).rename(tmp_path / "elsewhere.db")
    other = tmp_path / "other.toml"
    other.write_text(f'{ROOM}[store]\nurl = "sqlite:///{tmp_path}/elsewhere.db"\n')
    assert shell.json(settled, "--settings", str(other))["checked"]["sessions"] == 3
    shell("--data", str(settled.data), code=2)


# --- how far it is --------------------------------------------------------------------------------


def test_on_a_terminal_it_shows_how_far_it_is(shell: Shell, settled: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shell("--data", str(settled.data))
    assert shell.said.startswith("\r\x1b[K0 sessions") or "1 sessions" in shell.said
    assert shell.said.endswith("\r\x1b[K"), "and leaves nothing of it"
    assert shell.said.count("sessions") == 1, "the clock has not moved: it is not written again"


# --- misuse ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["--data"], ["--dada", "x"], ["--data", "x", "more"]])
def test_a_wrong_command_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(arguments)
    assert ended.value.code == 2
    assert "virtual-window doctor" in capsys.readouterr().err


def nothing(path: Path) -> None: ...


def a_file(path: Path) -> None:
    path.write_text("garbage")


def an_empty_folder(path: Path) -> None:
    path.mkdir()


def a_folder_of_garbage(path: Path) -> None:
    path.mkdir()
    for name in (FILE_NAME, "custody", "keys", "recordings", "spill", "logs"):
        (path / name).write_bytes(b"\xff\x00garbage" * 100)


def another_database(path: Path) -> None:
    path.mkdir()
    with closing(sqlite3.connect(path / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE session (id)")


def bad_settings(path: Path) -> None:
    path.mkdir()
    (path / "virtual-window.toml").write_text("[recording]\nwarn_bellow = 1\n")


def a_folder_as_database(path: Path) -> None:
    (path / FILE_NAME).mkdir(parents=True)


@pytest.mark.parametrize(
    ("make", "code"),
    [(nothing, "no-such-folder"), (a_file, "no-such-folder"), (an_empty_folder, "no-store"), (a_folder_of_garbage, "not-a-store"),
     (another_database, "not-a-store"), (bad_settings, "bad-settings"), (a_folder_as_database, "no-store")],
)  # fmt: skip
def test_garbage_is_said_to_be_so_in_a_sentence(shell: Shell, tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    make(tmp_path / "data")
    assert shell("--data", str(tmp_path / "data"), "--json", code=2) == ""
    assert code in shell.said and "Traceback" not in shell.said


# --- the page -------------------------------------------------------------------------------------


def test_the_page_names_every_code_and_no_other() -> None:
    """Whatever looks like a code in the checks and is none is a kind of entry."""
    entries = {"evidence-incomplete", "head-signed", "recording-complete", "ticket-taken", "key-wrapped", "rec-key-wrapped", "rec-segment", "rec-picture", "recording-ordered", "handed-over"}
    sources = [ROOT / "recordings" / "inspection.py", *(ROOT / "signaling" / "doctor").glob("*.py")]
    used = {code for file in sources for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', file.read_text(encoding="utf-8"))} - entries
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}
    assert named | {"no-such-folder"} == used | {"stranger"}
    refusals = set(re.findall(r'Unreadable\("([a-z-]+)"', (ROOT / "signaling" / "store" / "look.py").read_text(encoding="utf-8")))
    assert all(f"`{code}`" in page for code in refusals | {"no-such-folder", "no-driver", "bad-settings"})
