"""`virtual-window admin kiosks …`: which kiosks there are, the one-time code by which one gets its key, and the end of a key.

Enrolling and revoking is done by the system administrator of the jurisdiction where the kiosk stands, on the record.
"""

from __future__ import annotations

import argparse
from typing import Any

from recordings.ledger import utc
from signaling.admin_desk import Desk, Verb, Verbs, acting, known_jurisdiction, with_json, with_person
from signaling.admin_print import answer, answer_json, answer_table, both, tell
from signaling.domain.refusals import Refusal


def add_to(verbs: Verbs, verb: Verb) -> None:
    """The verbs of `admin kiosks`."""
    listing = with_json(verb(verbs, "list", list_kiosks, "list kiosks: whether they have a key, and where they stand"))
    listing.add_argument("--jurisdiction", metavar="CODE")
    for name, command, text in (
        ("enrol", enrol, "print the one-time code by which the kiosk gets its key"),
        ("revoke", revoke, "end the kiosk's key, its logins and codes that were not used"),
    ):
        with_json(with_person(verb(verbs, name, command, text))).add_argument("kiosk")


async def list_kiosks(desk: Desk, arguments: argparse.Namespace) -> None:
    if arguments.jurisdiction is not None:
        known_jurisdiction(desk.jurisdictions, arguments.jurisdiction)
    found = [each for each in await kiosks(desk) if arguments.jurisdiction in (None, each["jurisdiction"])]
    if arguments.json:
        answer_json({"kiosks": found})
        return
    answer_table(("kiosk", "jurisdiction", "state", "place"), [(each["kiosk"], each["jurisdiction"], _state(each), place_of(each)) for each in found])


async def enrol(desk: Desk, arguments: argparse.Namespace) -> None:
    jurisdiction, kiosk = _configured(desk, arguments.kiosk)
    code = await desk.administration.enrol(await acting(desk, arguments, "kiosks-enrol"), kiosk, jurisdiction)
    minutes = desk.settings.login.enrolment_minutes
    if arguments.json:
        answer_json({"kiosk": kiosk, "jurisdiction": jurisdiction, "code": code, "minutes": minutes})
        return
    tell(f"for the kiosk {kiosk} of {jurisdiction}, good for {minutes:g} minutes, once:")
    answer(code)


async def revoke(desk: Desk, arguments: argparse.Namespace) -> None:
    enrolled = next((each for each in await desk.store.kiosks.kiosks() if each.kiosk == arguments.kiosk), None)
    # A kiosk that is no longer in the configuration may still hold a key.
    jurisdiction, kiosk = (enrolled.jurisdiction, enrolled.kiosk) if enrolled is not None else _configured(desk, arguments.kiosk)
    await desk.administration.revoke(await acting(desk, arguments, "kiosks-revoke"), kiosk, jurisdiction)
    if arguments.json:
        answer_json({"kiosk": kiosk, "jurisdiction": jurisdiction, "state": "revoked"})
        return
    tell(f"{kiosk} has no key any more")


async def kiosks(desk: Desk) -> list[dict[str, Any]]:
    """Every kiosk that is configured or was ever enrolled, by id."""
    enrolled = {each.kiosk: each for each in await desk.store.kiosks.kiosks()}
    configured = {kiosk.id: (code, kiosk) for code, each in desk.jurisdictions.items() for kiosk in each.kiosks}
    found = []
    for kiosk in sorted(enrolled.keys() | configured.keys()):
        key, stands = enrolled.get(kiosk), configured.get(kiosk)
        found.append({
            "kiosk": kiosk,
            "jurisdiction": stands[0] if stands else key.jurisdiction if key else "",
            "state": "not-enrolled" if key is None else "enrolled" if key.revoked_at is None else "revoked",
            "enrolled_at": None if key is None else utc(key.enrolled_at),
            "revoked_at": None if key is None or key.revoked_at is None else utc(key.revoked_at),
            "configured": stands is not None,
            "place": both(stands[1].place) if stands else None,
        })  # fmt: skip
    return found


def place_of(kiosk: dict[str, Any]) -> str:
    """Where it stands, as a line has it."""
    return kiosk["place"]["zh-CN"] if kiosk["place"] else ""


def _state(kiosk: dict[str, Any]) -> str:
    since = kiosk["revoked_at"] or kiosk["enrolled_at"]
    words = "not enrolled" if since is None else f"{kiosk['state']} {since}"
    return words if kiosk["configured"] else f"{words}, not in the configuration"


def _configured(desk: Desk, kiosk: str) -> tuple[str, str]:
    found = desk.jurisdictions.kiosk(kiosk)
    if found is None:
        known = ", ".join(k.id for each in desk.jurisdictions.values() for k in each.kiosks)
        raise Refusal("unknown-kiosk", f"{kiosk} is not in the configuration; known: {known}")
    return found[0].code, found[1].id
