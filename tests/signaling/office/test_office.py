"""The office as a whole: a visit from the ticket to the kiosk's forgetting, told by what both ends are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from config.clock import HandClock
from signaling.domain.permissions import Actor, ActorKind
from signaling.live.inbound import Inbound
from signaling.office.floor import FAREWELL_SECONDS
from signaling.store.memory import MemoryStore
from signaling.wire import desk, talk, visit
from signaling.wire.base import Command
from signaling.wire.notices import GiveNotice
from signaling.wire.replies import Done, MediaAnswer
from tests.signaling.office.world import SDP, Town, request


async def test_a_whole_visit() -> None:
    async with Town() as town:
        inbound = Inbound(town.office, town.tools, lambda end, seconds: None)
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        assert town.mail.desk["li"].presence == "available"

        done = await inbound.handle(kiosk, town.wish())
        assert isinstance(done, Done) and done.session is not None
        session = done.session
        await town.settle()
        ringing = town.mail.kiosk[kiosk.id].screen
        assert isinstance(ringing, visit.Ringing)
        assert ringing.number == "J001"
        ring = town.mail.desk["li"].ring
        assert ring is not None
        assert ring.resident == "王小明"

        await inbound.handle(li, desk.AnswerRing(request(), session))
        await town.settle()
        talking = town.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert talking.talk.room == f"{session}.1"
        assert town.mail.desk["li"].presence == "busy"
        assert ("open", f"{session}.1") in town.node.orders
        assert talking.talk.recording == "starting"
        await town.recorded(session)
        talking = town.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert (talking.talk.recording, talking.talk.acceptable) == ("recording", True)

        answer = await inbound.handle(kiosk, talk.PublishOffer(request(), session, SDP, {"0": "microphone"}))
        assert isinstance(answer, MediaAnswer) and answer.epoch == 1
        again = await inbound.handle(kiosk, talk.PublishOffer(request(), session, SDP, {"0": "microphone"}))
        assert isinstance(again, MediaAnswer) and again.epoch == 2

        await inbound.handle(li, desk.Hold(request(), session))
        assert ("hold", f"{session}.1", True) in town.node.orders
        await inbound.handle(li, desk.Resume(request(), session))
        await inbound.handle(li, desk.SaveNote(request(), session, "带齐材料"))
        await inbound.handle(li, desk.EndSession(request(), session, "accepted"))
        await town.settle()
        assert ("close", f"{session}.1") in town.node.orders
        farewell = town.mail.kiosk[kiosk.id].screen
        assert isinstance(farewell, visit.Farewell)
        assert farewell.outcome == "accepted"
        wrap_up = town.mail.desk["li"].wrap_up
        assert wrap_up is not None
        assert wrap_up.note == "带齐材料"

        await inbound.handle(kiosk, visit.Rate(request(), session, 5))
        await inbound.handle(kiosk, visit.Forget(request(), session))
        await town.settle()
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        await inbound.handle(li, desk.CompleteWrapUp(request(), session, "accepted", "带齐材料，已受理"))
        await town.settle()
        assert town.mail.desk["li"].presence == "available"
        assert town.office.floor.state(session) is None


async def test_a_missed_ring_makes_the_clerk_away_and_rings_the_next() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        await town.clerk_comes("li", 1)
        await town.later(1)
        await town.clerk_comes("wu", 2)
        await town.ticket(kiosk)
        assert town.mail.desk["li"].ring is not None
        await town.later(20)
        assert town.mail.desk["li"].presence == "away"
        assert town.mail.desk["li"].away_because == "missed"
        assert town.mail.desk["wu"].ring is not None


async def test_the_office_takes_up_a_talk_after_a_restart() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        await Inbound(town.office, town.tools, lambda end, seconds: None).handle(li, desk.AnswerRing(request(), session))
        store, clock = town.store, town.clock
    async with Town(store, clock) as after:
        after.office.kiosk_connected(kiosk)
        await after.settle()
        talking = after.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert [e.present for e in talking.talk.ends] == [True, False]
        after.office.clerk_connected(li)
        await after.settle()
        talking = after.mail.kiosk[kiosk.id].screen
        assert isinstance(talking, visit.Talking)
        assert [e.present for e in talking.talk.ends] == [True, True]
        assert after.mail.desk["li"].talk is not None


# --- a restart in every state ---------------------------------------------------------------------

STAGES = ("Waiting", "SteppedAway", "Ringing", "InSession", "OnHold", "Reconnecting", "Parked", "WrappingUp", "Closed")


async def bring_to(town: Town, stage: str) -> str:
    """One visit, brought to a state; returns the session's id."""
    kiosk = await town.kiosk_comes()
    li = await town.clerk_comes("li")
    if stage in ("Waiting", "SteppedAway"):
        await town.does(li, desk.SetPresence(request(), "away"))
    session = await town.ticket(kiosk)
    if stage in STAGES[3:]:
        await town.does(li, desk.AnswerRing(request(), session))
        await town.recorded(session)
    match stage:
        case "OnHold":
            await town.does(li, desk.Hold(request(), session))
        case "SteppedAway" | "Reconnecting" | "Parked":
            town.office.kiosk_disconnected(kiosk.id)
            await town.settle()
            await town.later(91 if stage == "Parked" else 1)
        case "WrappingUp" | "Closed":
            await town.does(li, desk.SaveNote(request(), session, "带齐材料"))
            await town.does(li, desk.EndSession(request(), session, "accepted"))
            if stage == "Closed":
                await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", "已受理"))
    assert town.state(session) == stage
    return session


AFTER = {
    "Waiting": "SteppedAway", "SteppedAway": "SteppedAway", "Ringing": "SteppedAway", "InSession": "Reconnecting", "OnHold": "Reconnecting",
    "Reconnecting": "Reconnecting", "Parked": "Parked", "WrappingUp": "WrappingUp", "Closed": None,
}
"""What is known right after the start: nobody is connected yet."""
BACK = {
    "Waiting": "Waiting", "SteppedAway": "Waiting", "Ringing": "Ringing", "InSession": "InSession", "OnHold": "OnHold",
    "Reconnecting": "InSession", "Parked": "Parked", "WrappingUp": "WrappingUp", "Closed": None,
}
"""And when both ends are back."""
SHOWN = {
    "Waiting": visit.Waiting, "SteppedAway": visit.Waiting, "Ringing": visit.Ringing, "InSession": visit.Talking, "OnHold": visit.Talking,
    "Reconnecting": visit.Talking, "Parked": visit.Parked, "WrappingUp": visit.Idle, "Closed": visit.Idle,
}
"""A visit that is over is not shown again: the kiosk may have forgotten it, and the next resident may be standing there."""


@pytest.mark.parametrize("stage", STAGES)
async def test_after_a_restart_everybody_finds_themselves_where_they_were(stage: str) -> None:
    async with Town() as town:
        session = await bring_to(town, stage)
        store, clock = town.store, town.clock
        entries = len(await store.ledger_of(session))
    async with Town(store, clock) as after:
        assert after.state(session) == AFTER[stage]
        kiosk, li = after.kiosk(), Actor("clerk", "li", "jinshan", after.services_of("jinshan"), "Li")
        after.office.kiosk_connected(kiosk)
        after.office.clerk_connected(li)
        await after.settle()
        assert after.state(session) == BACK[stage]
        assert type(after.mail.kiosk[kiosk.id].screen) is SHOWN[stage]
        assert after.mail.desk["li"].counter == "jinshan-1"
        if stage == "WrappingUp":
            wrap_up = after.mail.desk["li"].wrap_up
            assert wrap_up is not None
            assert (wrap_up.note, wrap_up.outcome) == ("带齐材料", "accepted")
        ledger = await store.ledger_of(session)
        assert [entry.seq for entry in ledger] == list(range(ledger[0].seq, ledger[0].seq + len(ledger)))
        assert sum(entry.what == "reopened" for entry in ledger[entries:]) == (stage != "Closed")


@pytest.mark.parametrize("stage", STAGES)
async def test_after_a_restart_the_timers_run_again(stage: str) -> None:
    """Whoever does not come back is given up in their time; nothing lives for ever."""
    async with Town() as town:
        session = await bring_to(town, stage)
        store, clock = town.store, town.clock
    async with Town(store, clock) as after:
        await after.later(91)
        if stage in ("InSession", "OnHold", "Reconnecting", "Parked"):
            assert after.state(session) == "Parked"
        await after.later(601 + FAREWELL_SECONDS)
        assert after.state(session) is None
        assert [entry.what for entry in await store.ledger_of(session)].count("closed") == 1


async def test_no_second_restart_adds_anything_but_its_own_mark() -> None:
    async with Town() as town:
        session = await bring_to(town, "InSession")
        store, clock = town.store, town.clock
    for _ in range(3):
        async with Town(store, clock) as again:
            assert again.state(session) == "Reconnecting"
    assert (await town.ledger(session)).count("reopened") == 3
    assert (await town.ledger(session)).count("line-lost") == 0


async def test_a_command_that_is_repeated_is_done_and_never_doubled_also_after_a_restart() -> None:
    """A whole visit with a restart after every command; each time everything that was ever asked for is asked for again."""
    store, clock = MemoryStore(), HandClock()
    asked: list[tuple[Actor, Command, object]] = []

    async def one_more(step: Callable[[Town, Actor, Actor, str], tuple[Actor, Command]], session: str) -> Any:
        async with Town(store, clock) as town:
            kiosk, li = await town.kiosk_comes(), Actor("clerk", "li", "jinshan", town.services_of("jinshan"), "Li")
            town.office.clerk_connected(li)
            await town.settle()
            before = await town.facts()
            for who, message, answer in asked:
                assert await town.does(who, message) == answer, f"{message} was carried out before"
            assert await town.facts() == before
            who, message = step(town, kiosk, li, session)
            answer = await town.does(who, message)
            asked.append((who, message, answer))
            return answer

    await one_more(lambda town, kiosk, li, s: (li, desk.StartShift(request(), "jinshan-1")), "")
    await one_more(lambda town, kiosk, li, s: (li, desk.SetPresence(request(), "away")), "")
    session = (await one_more(lambda town, kiosk, li, s: (kiosk, town.wish()), "")).session
    steps: list[Callable[[Town, Actor, Actor, str], tuple[Actor, Command]]] = [
        lambda town, kiosk, li, s: (li, desk.PickTicket(request(), s)),
        lambda town, kiosk, li, s: (kiosk, talk.SetSource(request(), s, "camera", on=False)),
        lambda town, kiosk, li, s: (li, desk.Hold(request(), s)),
        lambda town, kiosk, li, s: (li, desk.Resume(request(), s)),
        lambda town, kiosk, li, s: (li, desk.SaveNote(request(), s, "带齐材料")),
        lambda town, kiosk, li, s: (kiosk, visit.EndVisit(request(), s)),
        lambda town, kiosk, li, s: (kiosk, visit.Rate(request(), s, 4)),
        lambda town, kiosk, li, s: (li, GiveNotice(request(), s, "withdrawn")),
        lambda town, kiosk, li, s: (li, desk.CompleteWrapUp(request(), s, "returned", "缺户口簿")),
        lambda town, kiosk, li, s: (kiosk, visit.Forget(request(), s)),
        lambda town, kiosk, li, s: (li, desk.EndShift(request())),
        lambda town, kiosk, li, s: (li, desk.EndShift(request())),
    ]
    for step in steps:
        await one_more(step, session)
    stored = await store.session(session)
    assert stored is not None
    assert stored.note == "缺户口簿"
    what = [entry.what for entry in await store.ledger_of(session)]
    for once in ("ticket-taken", "picked", "source-off", "hold-began", "hold-ended", "talk-ended", "notice-given", "rated", "closed"):
        assert what.count(once) == 1, what


async def test_a_ring_that_was_declined_or_answered_is_so_when_it_is_said_again() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        decline = desk.DeclineRing(request(), session)
        await town.does(li, decline)
        await town.later(61)
        answer = desk.AnswerRing(request(), session)
        await town.does(li, answer)
        before = await town.facts()
        await town.does(li, decline)
        await town.does(li, answer)
        assert await town.facts() == before


# --- who may know of what -------------------------------------------------------------------------


async def test_another_jurisdictions_ids_in_every_message_are_unknown_and_nothing_changes() -> None:
    async with Town() as town:
        _, _, session = await town.talk()
        waiting = await town.ticket(await town.kiosk_comes(2))
        hu, stranger = await town.clerk_comes("hu", 1, home="pinghu"), await town.kiosk_comes(3)
        for target in (session, waiting, "no-such-session"):
            of_a_desk: list[Command] = [
                desk.AnswerRing(request(), target), desk.DeclineRing(request(), target), desk.PickTicket(request(), target),
                desk.Hold(request(), target), desk.Resume(request(), target), desk.SuspendRecording(request(), target),
                desk.ResumeRecording(request(), target), desk.EndSession(request(), target, "accepted"),
                desk.SaveNote(request(), target, "x"), desk.CompleteWrapUp(request(), target, "accepted", ""),
            ]  # fmt: skip
            for message in of_a_desk:
                assert (await town.refuses(hu, message)).code == "unknown-session", message
            of_a_kiosk: list[Command] = [
                visit.LeaveLine(request(), target), visit.ContinueVisit(request(), target), visit.EndVisit(request(), target),
                visit.Rate(request(), target, 1),
            ]  # fmt: skip
            for message in of_a_kiosk:
                assert (await town.refuses(stranger, message)).code == "unknown-session", message
        assert town.mail.desk["hu"].line == []


async def test_a_supervisor_or_administrator_decides_nothing_at_a_desk() -> None:
    async with Town() as town:
        _, _, session = await town.talk()
        kinds: tuple[ActorKind, ...] = ("helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator", "nobody")
        for kind in kinds:
            somebody = Actor(kind, "li", "jinshan", town.services_of("jinshan"))
            for message in (desk.EndSession(request(), session, "accepted"), desk.StartShift(request(), "jinshan-2"), desk.SetPresence(request(), "away"), desk.EndShift(request())):
                assert (await town.refuses(somebody, message)).code in ("unknown-session", "not-allowed")
            assert (await town.refuses(somebody, town.wish())).code == "not-allowed"


async def test_a_view_is_shown_also_when_the_service_is_no_longer_in_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        await town.does(li, desk.SetPresence(request(), "away"))
        session = await town.ticket(kiosk)
        monkeypatch.setattr(town.catalogue, "service", lambda code, now: None)
        await town.does(li, desk.SetPresence(request(), "available"))
        ringing = town.mail.kiosk[kiosk.id].screen
        assert isinstance(ringing, visit.Ringing)
        assert ringing.session == session
        assert ringing.service_name == ringing.service
