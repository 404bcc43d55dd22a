"""`virtual-window admin counters list`: which counters there are, who sits there now and since when. Logins only, no names."""

from __future__ import annotations

import argparse
from typing import Any

from recordings.ledger import utc
from signaling.admin_desk import Desk, Verb, Verbs, known_jurisdiction, with_json
from signaling.admin_print import answer_json, answer_table, both
from signaling.domain.presence import Shift


def add_to(verbs: Verbs, verb: Verb) -> None:
    """The verb of `admin counters`."""
    listing = with_json(verb(verbs, "list", list_counters, "list counters: who sits there now, and since when"))
    listing.add_argument("--jurisdiction", metavar="CODE")


async def list_counters(desk: Desk, arguments: argparse.Namespace) -> None:
    if arguments.jurisdiction is not None:
        known_jurisdiction(desk.jurisdictions, arguments.jurisdiction)
    shifts = {shift.counter: shift for shift in await desk.store.shifts()}
    found = [
        _counter(code, counter.id, both(counter.name), shifts.get(counter.id))
        for code, each in desk.jurisdictions.items()
        if arguments.jurisdiction in (None, code)
        for counter in each.counters
    ]
    if arguments.json:
        answer_json({"counters": found})
        return
    answer_table(
        ("counter", "jurisdiction", "clerk", "state", "since", "name"),
        [(each["counter"], each["jurisdiction"], each["clerk"] or "", each["state"], each["since"] or "", each["name"]["zh-CN"]) for each in found],
    )


def _counter(jurisdiction: str, counter: str, name: dict[str, str], shift: Shift | None) -> dict[str, Any]:
    """`state` is what the clerk declared: `available`, away for a `break`, away after a `missed` ring; `free` where nobody sits."""
    return {
        "counter": counter, "jurisdiction": jurisdiction, "name": name,
        "clerk": None if shift is None else shift.clerk,
        "state": "free" if shift is None else "available" if shift.available else shift.because or "break",
        "since": None if shift is None else utc(shift.since),
    }  # fmt: skip
