"""`virtual-window admin handovers …`: decided cases on their way to their home's own system, and the word to try a refused one again.

Again is said by the system administrator of the case's home, and stands in the visit's ledger under their name.
"""

from __future__ import annotations

import argparse
from typing import Any

from recordings.ledger import utc
from signaling.admin_desk import Desk, Verb, Verbs, acting, known_jurisdiction, with_json, with_person
from signaling.admin_print import answer_json, answer_table, tell
from signaling.domain import handover as rules
from signaling.domain.handover import HandOver
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.office.ports import Conflict

STATES = ("queued", "refused", "acknowledged")


def add_to(verbs: Verbs, verb: Verb) -> None:
    """The verbs of `admin handovers`."""
    listing = with_json(verb(verbs, "list", list_handovers, "list cases that are owed to their home's system, or handed over, the newest first"))
    listing.add_argument("--home", metavar="CODE", help="of this jurisdiction")
    listing.add_argument("--state", choices=STATES, help="only these")
    again = with_json(with_person(verb(verbs, "again", try_again, "try a case again that was refused, or that waits, at once")))
    again.add_argument("case", help="its number")


async def list_handovers(desk: Desk, arguments: argparse.Namespace) -> None:
    if arguments.home is not None:
        known_jurisdiction(desk.jurisdictions, arguments.home)
    found = await desk.store.handovers.handovers(arguments.home, arguments.state)
    if arguments.json:
        answer_json({"handovers": [plain(each) for each in found]})
        return
    answer_table(
        ("case", "home", "outcome", "state", "attempts", "since", "code or receipt"),
        [(e.case, e.home, e.outcome, _state(e), str(e.attempts), utc(e.settled_at or e.queued_at), e.receipt or e.code or "") for e in found],
    )


async def try_again(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "handovers-again")
    found = await desk.store.handovers.handovers_of_case(arguments.case)
    if not found:
        raise Refusal("unknown-case", f"nothing was decided under {arguments.case}")
    async with desk.administration.handing_over_again(who, arguments.case, found[0].home):
        await _queue_again(desk, found, who)
    if arguments.json:
        answer_json({"handovers": [plain(each) for each in await desk.store.handovers.handovers_of_case(arguments.case)]})
        return
    tell(f"{arguments.case} is tried again, within half a minute where the server runs")


async def _queue_again(desk: Desk, found: list[HandOver], who: Actor) -> None:
    owed = [each for each in found if each.state != "acknowledged"]
    if not owed:
        raise Refusal("already-handed-over", f"{found[0].case} was acknowledged as {found[0].receipt}")
    for each in owed:
        queued, entries = rules.again(each, desk.clock.now())
        try:
            await desk.store.handovers.change(each, queued, entries, desk.clock.now(), who.name)
        except Conflict:
            raise Refusal("not-now", "it is being handed over at this moment; look at the list again") from None


def plain(handover: HandOver) -> dict[str, Any]:
    """As programs read it. What the metadata say of people is not shown."""
    return {
        "case": handover.case, "n": handover.n, "home": handover.home, "session": handover.session, "service": handover.service,
        "outcome": handover.outcome, "due": handover.due, "state": handover.state, "attempts": handover.attempts, "code": handover.code,
        "digest": handover.digest, "receipt": handover.receipt, "queued_at": utc(handover.queued_at),
        "next_at": utc(handover.next_at) if handover.state == "queued" else None,
        "stuck_at": None if handover.stuck_at is None else utc(handover.stuck_at),
        "settled_at": None if handover.settled_at is None else utc(handover.settled_at),
    }  # fmt: skip


def _state(handover: HandOver) -> str:
    return "stuck" if handover.state == "queued" and handover.stuck_at is not None else handover.state
