"""`virtual-window admin powers …`: what one authority lets another do for it, by which agreement, and until when. Needs no server and no store."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from config.clock import SystemClock
from config.library import load_library
from config.powers import Power
from config.text import HERE
from signaling.admin_days import chosen_day, with_day
from signaling.admin_desk import Verbs, known_jurisdiction, with_json
from signaling.admin_print import answer_json, answer_table
from signaling.domain.refusals import Refusal

State = Literal["in-force", "not-yet", "expired"]
WORDS: dict[State, str] = {"in-force": "in force", "not-yet": "not yet in force", "expired": "EXPIRED"}
HEADS = ("agreement", "grantor", "grantee", "act", "services", "windows", "by", "from", "to", "state")


def add_to(verbs: Verbs) -> None:
    """The verbs of `admin powers`."""
    for name, command, text in (
        ("list", list_powers, "list powers and whether they hold on a day; those that are over are marked"),
        ("show", show, "show every power of one agreement"),
    ):
        verb = with_day(with_json(verbs.add_parser(name, help=text, description=text)))
        verb.set_defaults(plain_command=command)
    listing = verbs.choices["list"]
    listing.add_argument("--grantor", metavar="CODE", help="what this home grants")
    listing.add_argument("--grantee", metavar="CODE", help="what this host may do")
    listing.add_argument("--expiring", type=int, metavar="DAYS", help="only those in force that end within so many days")
    verbs.choices["show"].add_argument("agreement")


def list_powers(arguments: argparse.Namespace) -> None:
    library, day = load_library(HERE), chosen_day(arguments, SystemClock())
    for code in filter(None, (arguments.grantor, arguments.grantee)):
        known_jurisdiction(library.jurisdictions, code)
    found = [
        power
        for power in library.powers.every
        if arguments.grantor in (None, power.grantor) and arguments.grantee in (None, power.grantee)
        and (arguments.expiring is None or expires_within(power, day, arguments.expiring))
    ]  # fmt: skip
    _print(arguments, day, found)


def show(arguments: argparse.Namespace) -> None:
    found = [power for power in load_library(HERE).powers.every if power.agreement == arguments.agreement]
    if not found:
        raise Refusal("unknown-agreement", arguments.agreement)
    _print(arguments, chosen_day(arguments, SystemClock()), found)


def state_of(power: Power, day: dt.date) -> State:
    """Whether it holds on that day."""
    return "in-force" if power.holds_on(day) else "not-yet" if day < power.valid_from else "expired"


def expires_within(power: Power, day: dt.date, days: int) -> bool:
    """Whether it holds on that day and its last day comes within so many days after."""
    return power.holds_on(day) and power.valid_to is not None and (power.valid_to - day).days <= days


def _print(arguments: argparse.Namespace, day: dt.date, found: list[Power]) -> None:
    if arguments.json:
        answer_json({"day": day.isoformat(), "powers": [_as_data(power, day) for power in found]})
        return
    answer_table(HEADS, [
        (p.agreement, p.grantor, p.grantee, p.act, _listed(p.services), _listed(p.site), _listed(p.hands), p.valid_from.isoformat(),
         "open" if p.valid_to is None else p.valid_to.isoformat(), WORDS[state_of(p, day)] + (" (sample data)" if p.sample else ""))
        for p in found
    ])  # fmt: skip


def _as_data(power: Power, day: dt.date) -> dict[str, Any]:
    return {
        "agreement": power.agreement, "grantor": power.grantor, "grantee": power.grantee, "act": power.act, "services": power.services, "site": power.site,
        "hands": power.hands,
        "valid_from": power.valid_from.isoformat(), "valid_to": None if power.valid_to is None else power.valid_to.isoformat(),
        "state": state_of(power, day), "sample": power.sample,
    }  # fmt: skip


def _listed(codes: str | Sequence[str]) -> str:
    return codes if isinstance(codes, str) else ", ".join(codes)
