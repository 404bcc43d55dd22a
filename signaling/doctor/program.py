"""`virtual-window doctor`: holds a data folder against what must always be true. Reads only, beside a running server or without one.

Findings go to standard output, a line each or with --json as one object; how far it is to standard error, on a terminal.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from config.clock import Clock, SystemClock
from config.load import load, secret
from config.logs import one_line
from config.problem import BadConfiguration
from signaling.doctor.examination import Checked, Folder, Report, examine
from signaling.store.look import Unreadable
from signaling.store.sqlite import FILE_NAME

HEALTHY, ILL, MISUSED = 0, 1, 2
"""Exit codes: nothing is broken (something may be pending) · something is · a wrong command line, or nothing that could be examined."""
EVERY_SECONDS = 0.2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        prog="virtual-window doctor", description="Check what must always be true of a server's folder. Changes nothing; works while the server runs."
    )
    p.add_argument("--data", type=Path, required=True, metavar="DIR", help="the server's folder")
    p.add_argument("--json", action="store_true", help="print one JSON object")
    p.add_argument("--log", type=Path, action="append", default=[], metavar="PATH", help="a log file or folder beside DIR/logs; may be repeated")
    p.add_argument("--canary", action="append", default=[], metavar="TEXT", help="a text that must stand in no log and no ledger; may be repeated")
    p.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default DIR/virtual-window.toml)")
    return p


def main(argv: Sequence[str], clock: Clock | None = None) -> int:
    """Exit code 0 when nothing is broken, 1 when something is, 2 for a wrong command line or a folder that cannot be examined."""
    arguments = parser().parse_args(list(argv))
    clock = clock or SystemClock()
    try:
        folder = folder_of(arguments)
        shown = Shown(clock)
        report = examine(folder, clock.now(), shown)
        shown.clear()
    except (BadConfiguration, Unreadable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return MISUSED
    sys.stdout.write(as_json(report) if arguments.json else as_text(report))
    return HEALTHY if report.ok else ILL


def folder_of(arguments: argparse.Namespace) -> Folder:
    """What is to be examined, as the settings say. Raises BadConfiguration, Unreadable `no-such-folder`."""
    data: Path = arguments.data
    if not data.is_dir():
        raise Unreadable("no-such-folder", str(data))
    file = arguments.settings or data / "virtual-window.toml"
    settings = load(file if arguments.settings or file.exists() else None)
    return Folder(
        data, settings.store.url or data / FILE_NAME, secret("store", settings.store.password_file),
        settings.recording.warn_below, settings.recording.refuse_below, arguments.canary, arguments.log,
    )  # fmt: skip


def as_json(report: Report) -> str:
    """`{"ok", "checked", "findings"}`, in one line."""
    found = [{"code": f.code, "severity": f.severity, "place": f.place, "text": f.text} for f in report.findings]
    return json.dumps({"ok": report.ok, "checked": asdict(report.checked), "findings": found}, ensure_ascii=False) + "\n"


def as_text(report: Report) -> str:
    """A line for each finding, what is broken first, and one for the whole."""
    found = sorted(report.findings, key=lambda finding: finding.severity != "broken")
    lines = [one_line(f"{f.severity:7}  {f.code}  {f.place}: {f.text}") for f in found]
    broken = sum(f.severity == "broken" for f in found)
    sum_up = f"{broken} broken, {len(found) - broken} pending" if found else "nothing found"
    return "\n".join([*lines, f"{sum_up}; checked: {counts(report.checked)}"]) + "\n"


def counts(checked: Checked) -> str:
    """`3 sessions, 40 entries, …`"""
    numbers = asdict(checked)
    size = numbers.pop("bytes")
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items()) + f" ({size / 1e6:,.1f} MB)"


class Shown:
    """How far it is, in one line of a terminal that is written again and again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._on = sys.stderr.isatty()
        self._due = 0.0

    def __call__(self, checked: Checked) -> None:
        now = self._clock.monotonic()
        if self._on and now >= self._due:
            self._due = now + EVERY_SECONDS
            sys.stderr.write(f"\r\x1b[K{counts(checked)}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
