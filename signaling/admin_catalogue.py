"""`virtual-window admin catalogue check`: jurisdictions, forms, services and powers read as the server reads them. Needs no server and no store.

Right: how many services each home offers at each host today. Wrong: every mistake, one a line, as `FILE:LINE: KEY: REASON`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.calendar import beijing
from config.clock import SystemClock
from config.library import Library, check_library
from config.problem import BadConfiguration
from config.text import HERE
from signaling.admin_print import answer as _answer

DONE, REFUSED = 0, 1


def add_to(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb of `admin catalogue`; it leaves its mark in `catalogue_check`."""
    text = "read jurisdictions, forms, services and powers; print how many there are, or every mistake with file and line"
    check = verbs.add_parser("check", help=text, description=text)
    check.add_argument("--folder", type=Path, default=HERE, metavar="DIR", help="where they stand (default: what came with the product)")
    check.add_argument("--json", action="store_true", help="the same for programs")
    check.set_defaults(catalogue_check=True)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when everything is right, 1 when something is not."""
    library, wrong = check_library(arguments.folder)
    now = SystemClock().now()
    if arguments.json:
        _answer(json.dumps(_as_data(library, wrong, now), ensure_ascii=False, indent=2))
    elif library is None:
        for bad in wrong:
            for problem in bad.problems:
                _answer(str(problem))
    else:
        for row in _counts(library, now):
            _answer(f"{row['home']}\tat {row['host']}\t{row['services']} services\t{row['sample']} of them sample data")
    return REFUSED if library is None else DONE


def _counts(library: Library, now: float) -> Iterator[dict[str, Any]]:
    """One row for each pair of a home and a host that offers something of it on that day."""
    for home in library.jurisdictions:
        for host in library.jurisdictions:
            offers = [offer.service for offer in library.catalogue.offered_at(host, now) if offer.home == home]
            if offers:
                yield {"home": home, "host": host, "services": len(offers), "sample": sum(service.sample for service in offers)}


def _as_data(library: Library | None, wrong: list[BadConfiguration], now: float) -> dict[str, Any]:
    mistakes = [
        {"code": bad.code, "file": each.file, "line": each.line, "key": each.key, "reason": each.reason, "allowed": each.allowed}
        for bad in wrong
        for each in bad.problems
    ]
    return {
        "right": library is not None,
        "day": beijing(now).date().isoformat(),
        "services": list(_counts(library, now)) if library else [],
        "mistakes": mistakes,
    }
