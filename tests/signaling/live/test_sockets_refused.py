"""Over real sockets: every message that the policy refuses is an event before its sender hears of it, and so is a socket that is none of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import msgspec

from recordings.ledger import verify
from signaling.domain.permissions import Actor
from signaling.store.chain import chain_of
from signaling.wire import desk
from signaling.wire.base import Command
from signaling.wire.desk import FromDesk
from signaling.wire.visit import FromKiosk
from tests.signaling.domain.test_permissions import OF_A_SESSION, expected
from tests.signaling.every_entry import ACTORS, HOMES, KIOSK, LI, SERVICE
from tests.signaling.live.hall import LIMITS, Caller, Hall
from tests.signaling.live.test_inbound import a_command
from tests.signaling.office.world import request

ROOMY = replace(LIMITS, greeting_per_address=100)
SUN = Actor("supervisor", "sun", "haiyan")
Refused = tuple[str, str, str]


async def everybody(hall: Hall) -> tuple[dict[Actor, Caller], str]:
    """Every kiosk and every clerk at a socket of their own, and a visit in which two of them talk."""
    callers = {actor: await hall.caller(actor) for actor in ACTORS if actor.kind in ("kiosk", "clerk")}
    await callers[LI].ask(desk.StartShift(request(), "jinshan-1"))
    session = str((await callers[KIOSK].ask(hall.town.wish(service=SERVICE)))["session"])
    await callers[LI].sees(lambda view: view["ring"] is not None)
    await callers[LI].ask(desk.AnswerRing(request(), session))
    await hall.town.recorded(session)
    return callers, session


def says(actor: Actor) -> Iterator[tuple[str, type[Command]]]:
    """What is in this end's conversation, and about a session."""
    for kind in get_args(FromKiosk if actor.kind == "kiosk" else FromDesk):
        tag = str(kind.__struct_config__.tag)
        if tag in OF_A_SESSION:
            yield tag, kind


async def of_ledger(hall: Hall, session: str) -> list[Refused]:
    entries = await hall.town.store.ledger_of(session)
    return [(entry.actor, entry.body["act"], entry.body["code"]) for entry in entries if entry.what == "access-refused"]


async def of_records(hall: Hall) -> list[Refused]:
    """Each in the jurisdiction of whoever asked, and every chain holds."""
    found, record = [], hall.town.store.record
    for home in HOMES:
        entries = await record.deeds(home)
        verify(chain_of(home), entries, await record.reach(home))
        assert {entry.what for entry in entries} <= {"access-refused"}
        assert {entry.actor for entry in entries} <= {actor.name for actor in (*ACTORS, SUN) if actor.jurisdiction == home}
        found += [(entry.actor, entry.body["act"], entry.body["code"]) for entry in entries]
    return found


async def test_every_refused_message_is_an_event_of_the_session_that_it_names() -> None:
    async with Hall(limits=ROOMY) as hall:
        callers, session = await everybody(hall)
        state, refused = hall.town.office.floor.state(session), list[Refused]()
        for actor, caller in callers.items():
            for tag, kind in says(actor):
                if not expected(actor, tag, state) and actor not in (KIOSK, LI):
                    reply = await caller.ask(a_command(kind, hall.town, session))
                    refused.append((actor.name, tag, reply["code"]))
        assert {code for _, __, code in refused} == {"unknown-session", "not-now"}
        assert sorted(await of_ledger(hall, session)) == sorted(refused) and await of_records(hall) == []
        print(f"{len(refused)} refused messages, {len(refused)} events, 0 silent")


async def test_every_message_about_a_session_that_never_was_is_an_event_of_whoever_sent_it() -> None:
    async with Hall(limits=ROOMY) as hall:
        callers, session = await everybody(hall)
        refused = list[Refused]()
        for guess, guessing in (("session-that-never-was", callers), ("another-guess", (LI,))):
            for actor in guessing:
                for tag, kind in says(actor):
                    if tag != "forget":  # what is gone is forgotten already
                        message = msgspec.structs.replace(a_command(kind, hall.town, session), session=guess)
                        reply = await callers[actor].ask(message)
                        refused.append((actor.name, tag, reply["code"]))
        assert {code for _, __, code in refused} == {"unknown-session"} and await of_ledger(hall, session) == []
        assert sorted(await of_records(hall)) == sorted(set(refused)) and hall.counts["unknown-session again"] == len(refused) - len(set(refused)) > 0


async def test_who_has_no_desk_has_no_socket_and_that_is_an_event_too() -> None:
    async with Hall() as hall:
        for _ in range(3):
            sun = await hall.caller(SUN)
            assert sun.bye is not None and (sun.bye.code, sun.view) == ("not-allowed", None)
        assert await of_records(hall) == [("supervisor:sun", "GET /api/v1/socket", "not-allowed")] and hall.counts["not-allowed again"] == 2


async def test_while_the_store_is_away_nobody_is_refused_without_an_event() -> None:
    async with Hall(limits=ROOMY) as hall:
        callers, session = await everybody(hall)
        stranger = next(caller for actor, caller in callers.items() if actor.kind == "clerk" and actor.jurisdiction == "pinghu")
        hall.town.store.away = True
        assert (await stranger.ask(desk.Hold(request(), session)))["code"] == "store-away"
        sun = await hall.caller(SUN)
        assert sun.bye is not None and sun.bye.code == "store-away"
        hall.town.store.away = False
        assert (await stranger.ask(desk.Hold(request(), session)))["code"] == "unknown-session"
        assert await of_ledger(hall, session) == [(stranger.actor.name, "hold", "unknown-session")]
