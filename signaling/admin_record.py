"""`virtual-window admin record list`: what was done and refused in a jurisdiction beside its sessions. For its audit administrator."""

from __future__ import annotations

import argparse
import json

from signaling.admin_desk import Desk, Verb, Verbs, acting, with_json, with_person
from signaling.admin_print import answer_json, answer_table, tell
from signaling.domain.refusals import Refusal


def add_to(verbs: Verbs, verb: Verb) -> None:
    """The verb of `admin record`."""
    listing = with_json(with_person(verb(verbs, "list", list_record, "list what was done and refused in one's own jurisdiction")))
    listing.add_argument("--verify", action="store_true", help="check the chain from its first entry; exit code 1 where it breaks")


async def list_record(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "record-list")
    deeds = await desk.administration.deeds(who)
    broken = await desk.administration.verified(who) if arguments.verify else None
    if arguments.json:
        record = [{"seq": e.seq, "at": e.at, "actor": e.actor, "what": e.what, "body": dict(e.body), "digest": e.digest} for e in deeds]
        about = {"verified": broken is None, "broken_at": None if broken is None else broken.place} if arguments.verify else {}
        answer_json({"jurisdiction": who.jurisdiction, "record": record, **about})
    else:
        rows = [(str(e.seq), e.at, e.actor, e.what, " ".join(f"{key}={_plain(value)}" for key, value in e.body.items())) for e in deeds]
        answer_table(("no.", "at", "by", "what", "about"), rows)
    if broken is not None:
        raise Refusal("record-broken", str(broken))
    if arguments.verify and not arguments.json:
        tell(f"the chain of {len(deeds)} entries holds")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ",".join(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else json.dumps(value)
