"""`virtual-window admin jurisdictions …`: each authority with its hours, kiosks, counters, how long it keeps recordings, and its keys."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from config.calendar import beijing
from config.jurisdiction import Hours
from recordings.keys import KeysError, load_public
from signaling.admin_desk import Desk, Verb, Verbs, known_jurisdiction, with_json
from signaling.admin_kiosks import kiosks, place_of
from signaling.admin_print import answer_facts, answer_json, answer_table, both, named


def add_to(verbs: Verbs, verb: Verb) -> None:
    """The verbs of `admin jurisdictions`."""
    with_json(verb(verbs, "list", list_jurisdictions, "list the jurisdictions: whether open now, how many kiosks and counters"))
    with_json(verb(verbs, "show", show, "show one: names, hours, kiosks, counters, retention, fingerprints of its keys")).add_argument("code")


async def list_jurisdictions(desk: Desk, arguments: argparse.Namespace) -> None:
    found = [await _as_data(desk, arguments, code) for code in desk.jurisdictions]
    if arguments.json:
        answer_json({"jurisdictions": found})
        return
    answer_table(
        ("code", "GB/T 2260", "now", "kiosks", "counters", "keys", "name"),
        [
            (each["code"], each["administrative_code"], "open" if each["open"] else "closed", str(len(each["kiosks"])), str(len(each["counters"])),
             "in use" if each["keys"] else "none", named(desk.jurisdictions[each["code"]].name))
            for each in found
        ],
    )  # fmt: skip


async def show(desk: Desk, arguments: argparse.Namespace) -> None:
    code = known_jurisdiction(desk.jurisdictions, arguments.code)
    found = await _as_data(desk, arguments, code)
    if arguments.json:
        answer_json({"jurisdiction": found})
        return
    jurisdiction, keys = desk.jurisdictions[code], found["keys"] or {}
    opens = "open" if found["open"] else f"closed, opens {found['opens']}" if found["opens"] else "closed for the next 60 days"
    answer_facts([
        ("code", code),
        ("name", named(jurisdiction.name)),
        ("administrative code", jurisdiction.administrative_code),
        ("ticket letter", jurisdiction.letter),
        ("now", opens),
        *(("hours", _hours(each)) for each in jurisdiction.hours),
        *(("closed besides", day) for day in found["closed"]),
        ("staffed window", jurisdiction.staffed_window.en),
        *(("kiosk", f"{each['kiosk']} ({each['state']}), {place_of(each)}") for each in found["kiosks"]),
        *(("counter", f"{each.id}, {named(each.name)}") for each in jurisdiction.counters),
        *(("keeps", f"{days} days when {outcome}") for outcome, days in found["retention"].items()),
        ("signing key", keys.get("signing", "none: make them before the first visit")),
        ("sealing key", keys.get("sealing", "none")),
    ])  # fmt: skip


async def _as_data(desk: Desk, arguments: argparse.Namespace, code: str) -> dict[str, Any]:
    jurisdiction, now = desk.jurisdictions[code], desk.clock.now()
    opens = desk.jurisdictions.next_opening(code, now)
    return {
        "code": code,
        "administrative_code": jurisdiction.administrative_code,
        "name": both(jurisdiction.name),
        "short": both(jurisdiction.short),
        "letter": jurisdiction.letter,
        "open": desk.jurisdictions.is_open(code, now),
        "opens": None if opens is None else beijing(opens).isoformat(timespec="minutes"),
        "hours": [{"days": list(each.days), "open": each.open, "close": each.close} for each in jurisdiction.hours],
        "closed": [day.isoformat() for day in jurisdiction.closed],
        "kiosks": [each for each in await kiosks(desk) if each["jurisdiction"] == code],
        "counters": [{"counter": each.id, "name": both(each.name)} for each in jurisdiction.counters],
        "retention": msgspec.to_builtins(jurisdiction.retention),
        "keys": _keys(arguments, code),
    }


def _keys(arguments: argparse.Namespace, code: str) -> dict[str, str] | None:
    try:
        public = load_public(arguments.data, code)
    except KeysError:
        return None
    return {"signing": public.signing_fingerprint, "sealing": public.sealing_fingerprint, "valid_from": public.valid_from}


def _hours(each: Hours) -> str:
    return f"{', '.join(each.days)} {each.open}-{each.close}"
