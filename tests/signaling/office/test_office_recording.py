"""A recording as both ends see it: the light on two screens, the suspension for a secret, the receipt, and what a node's word changes."""

from __future__ import annotations

from typing import Any

import pytest

from media import node_api
from recordings import heads, ledger
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import talk_of
from signaling.office.notary import SETTLE_SECONDS
from signaling.wire import desk, talk, visit
from tests.signaling.office.world import Town, request
from tests.signaling.office.writer import LIFE, USUAL

ZHOU = Actor("supervisor", "zhou", "jinshan")


def lights(town: Town, kiosk: Actor) -> tuple[str, bool]:
    """What the light says, and whether the case may be accepted: the same at both ends."""
    screen, of_the_desk = town.mail.kiosk[kiosk.id].screen, town.mail.desk["li"].talk
    assert isinstance(screen, visit.Talking) and of_the_desk is not None
    shown = [(each.recording, each.acceptable) for each in (screen.talk, of_the_desk)]
    assert shown[0] == shown[1], "both ends are told the same"
    return shown[0]


def farewell(town: Town, kiosk: Actor) -> visit.Farewell:
    screen = town.mail.kiosk[kiosk.id].screen
    assert isinstance(screen, visit.Farewell)
    return screen


def orders(town: Town, *kinds: str) -> list[tuple[Any, ...]]:
    return [order for order in town.node.orders if order[0] in kinds]


async def begun(town: Town) -> tuple[Actor, Actor, str]:
    """A talk of which no byte is on a disk yet."""
    kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
    session = await town.ticket(kiosk)
    await town.does(li, desk.AnswerRing(request(), session))
    return kiosk, li, session


# --- the order ------------------------------------------------------------------------------------


async def test_a_talk_is_ordered_to_be_recorded_with_its_room_sealed_to_its_home() -> None:
    async with Town() as town:
        _, _, session = await begun(town)
        sealed_to = await town.seals.sealed_to("jinshan")
        origin = round(town.clock.now() * 1000)
        assert orders(town, "record") == [("record", f"{session}.1", session, origin, "jinshan", sealed_to.key)]
        assert town.node.orders[0][0] == "open"
        [ordered] = [entry for entry in await town.store.ledger_of(session) if entry.what == "recording-ordered"]
        assert dict(ordered.body) == {"home_key": sealed_to.fingerprint, "origin": origin, "required": list(USUAL)}


async def test_a_key_that_changes_meanwhile_is_for_visits_that_come_later() -> None:
    async with Town() as town:
        await begun(town)
        old, new = await town.seals.sealed_to("jinshan"), town.seals.change("jinshan")
        town.office.talks.node_up([])
        await town.settle()
        assert [order[-1] for order in orders(town, "record")] == [old.key, old.key] != [new.key, new.key]
        stored = await town.store.session(await town.ticket(await town.kiosk_comes(2)))
        assert stored is not None and new.key in repr(stored.state)


async def test_when_nothing_can_be_recorded_no_visit_begins() -> None:
    async with Town() as town:
        kiosk = await town.kiosk_comes()
        town.seals.refuses = True
        assert (await town.refuses(kiosk, town.wish())).code == "not-recordable"
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()
        town.seals.refuses = False
        assert town.state(await town.ticket(kiosk)) == "Waiting", "the kiosk is not stuck"


async def test_a_running_talk_goes_on_when_nothing_new_can_be_begun() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        town.seals.refuses = True
        town.office.talks.node_up([])
        await town.settle()
        await town.recorded(session)
        assert lights(town, kiosk) == ("recording", True)
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert town.state(session) == "WrappingUp"


# --- the light ------------------------------------------------------------------------------------


async def test_without_a_byte_both_are_told_after_five_seconds_and_the_case_waits_for_a_supervisor() -> None:
    async with Town() as town:
        kiosk, li, session = await begun(town)
        assert lights(town, kiosk) == ("starting", False)
        await town.later(5)
        assert lights(town, kiosk) == ("not-recorded", False)
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "not-recorded"
        await town.office.allow_acceptance(ZHOU, session, "no-disk")
        await town.settle()
        assert lights(town, kiosk) == ("not-recorded", True), "the word changes no light"
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        [word] = [entry for entry in await town.store.ledger_of(session) if entry.what == "acceptance-allowed"]
        assert (word.actor, dict(word.body)) == ("supervisor:zhou", {"supervisor": "zhou", "reason": "no-disk"})


async def test_a_word_during_the_wrap_up_is_seen_at_the_desk() -> None:
    async with Town() as town:
        kiosk, li, session = await begun(town)
        await town.later(5)
        await town.does(kiosk, visit.EndVisit(request(), session))
        wrap_up = town.mail.desk["li"].wrap_up
        assert wrap_up is not None and not wrap_up.acceptable
        assert (await town.refuses(li, desk.CompleteWrapUp(request(), session, "accepted", ""))).code == "not-recorded"
        await town.office.allow_acceptance(ZHOU, session, "no-disk")
        await town.settle()
        wrap_up = town.mail.desk["li"].wrap_up
        assert wrap_up is not None and wrap_up.acceptable
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        assert town.state(session) == "Closed"


@pytest.mark.parametrize("who", [Actor("supervisor", "sun", "haiyan"), Actor("audit-administrator", "zhou", "jinshan"), Actor("clerk", "li", "jinshan")])
async def test_nobody_else_gives_that_word(who: Actor) -> None:
    async with Town() as town:
        kiosk, _, session = await begun(town)
        await town.later(5)
        with pytest.raises(Refusal) as refused:
            await town.office.allow_acceptance(who, session, "no-disk")
        await town.settle()
        assert refused.value.code == "unknown-session"
        assert lights(town, kiosk) == ("not-recorded", False)


async def test_a_disk_that_refuses_is_seen_at_every_talk_and_its_return_too() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        says = town.office.talks.node_says
        says(node_api.RecordingState(False, "no-disk"))
        await town.settle()
        assert lights(town, kiosk) == ("interrupted", False)
        assert (await town.refuses(li, desk.EndSession(request(), session, "accepted"))).code == "not-recorded"
        says(node_api.RecordingState(False, "stalled"))
        says(node_api.RecordingState(True, ""))
        await town.settle()
        assert lights(town, kiosk) == ("recording", True)
        bodies = [dict(entry.body) for entry in await town.store.ledger_of(session) if entry.what == "recording-light"]
        assert bodies == [{"on": True}, {"on": False, "reason": "no-disk"}, {"on": True}]
        assert [incident.kind for incident in await town.store.evidence.incidents("jinshan")] == ["recording-broken"]


async def test_a_node_that_is_back_is_good_until_it_says_otherwise() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        town.office.talks.node_says(node_api.RecordingState(False, "no-writer"))
        town.office.talks.node_down()
        await town.settle()
        standing = [node_api.RoomState(f"{session}.1", False, {})]
        town.office.talks.node_up(standing)
        await town.settle()
        assert lights(town, kiosk) == ("recording", True)
        town.office.talks.node_up(standing)
        town.office.talks.node_says(node_api.RecordingState(False, "no-writer"))
        await town.settle()
        assert lights(town, kiosk) == ("interrupted", False)


async def test_a_hold_shows_that_nothing_is_recorded_of_it() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.Hold(request(), session))
        assert lights(town, kiosk) == ("held", True)
        await town.does(li, desk.Resume(request(), session))
        assert lights(town, kiosk) == ("recording", True)


async def test_a_room_that_was_lost_is_recorded_again_on_the_same_clock_within_fifteen_seconds() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        await town.later(30)
        town.office.talks.node_up([])
        await town.settle()
        first, second = orders(town, "record")
        assert (second[1], second[3]) == (f"{session}.2", first[3]), "one clock for the whole session"
        assert lights(town, kiosk) == ("starting", True), "a room that was lost is recorded again by itself"
        await town.later(14)
        assert lights(town, kiosk) == ("starting", True)
        await town.later(1)
        assert lights(town, kiosk) == ("not-recorded", False)
        await town.recorded(session)
        assert lights(town, kiosk) == ("recording", True)
        assert [i.kind for i in await town.store.evidence.incidents("jinshan")] == ["recording-late"], "a lost room itself is none"


# --- the suspension -------------------------------------------------------------------------------


async def test_a_clerk_lets_the_recording_rest_and_go_on_and_is_reminded_by_the_clock() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        room = f"{session}.1"
        for end in ("the clerk", "the clock"):
            await town.does(li, desk.SuspendRecording(request(), session))
            assert lights(town, kiosk) == ("suspended", True)
            assert (await town.refuses(li, desk.SuspendRecording(request(), session))).code == "not-now"
            if end == "the clerk":
                await town.does(li, desk.ResumeRecording(request(), session))
            else:
                await town.later(119)
                assert lights(town, kiosk) == ("suspended", True)
                await town.later(1)
            assert lights(town, kiosk) == ("recording", True)
            assert (await town.refuses(li, desk.ResumeRecording(request(), session))).code == "not-now"
        assert orders(town, "suspend") == [("suspend", room, True), ("suspend", room, False)] * 2
        ends = [entry.body["by"] for entry in await town.store.ledger_of(session) if entry.what == "suspension-ended"]
        assert ends == ["clerk", "time"]


async def test_a_suspension_outlives_a_restart_a_lost_room_and_a_line_that_broke() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.SuspendRecording(request(), session))
        store, clock = town.store, town.clock
    async with Town(store, clock) as after:
        after.office.talks.node_up([node_api.RoomState(f"{session}.1", False, {})])
        await after.settle()
        room = f"{session}.1"
        assert [order[0] for order in orders(after, "record", "suspend", "hold")] == ["record", "suspend", "hold"]
        assert ("suspend", room, True) in after.node.orders
        after.office.talks.node_up([])
        await after.settle()
        assert ("suspend", f"{session}.2", True) in after.node.orders
        after.office.kiosk_connected(kiosk)
        after.office.clerk_connected(li)
        await after.later(80)
        await after.recorded(session)
        assert lights(after, kiosk) == ("suspended", True)
        await after.later(40)
        assert lights(after, kiosk) == ("recording", True)


async def test_a_room_that_runs_on_is_told_that_nothing_rests_any_more() -> None:
    """The order to go on was lost with the line: what stands is told anew, off and on alike."""
    async with Town() as town:
        _, li, session = await town.talk()
        await town.does(li, desk.SuspendRecording(request(), session))
        town.office.talks.node_down()
        await town.does(li, desk.ResumeRecording(request(), session))
        town.node.orders.clear()
        town.office.talks.node_up([node_api.RoomState(f"{session}.1", False, {})])
        await town.settle()
        assert orders(town, "suspend") == [("suspend", f"{session}.1", False)]
        state = town.office.floor.state(session)
        running = talk_of(state) if state is not None else None
        assert running is not None
        assert orders(town, "record") == [("record", f"{session}.1", session, running.recording.origin, "jinshan", running.ticket.sealed_to.key)]


async def test_the_resident_does_not_press_the_clerks_button() -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        wu = await town.clerk_comes("wu", 2)
        for message in (desk.SuspendRecording(request(), session), desk.ResumeRecording(request(), session)):
            assert (await town.refuses(kiosk, message)).code == "unknown-session"
            assert (await town.refuses(wu, message)).code == "not-now"
        assert not orders(town, "suspend")


# --- the receipt ----------------------------------------------------------------------------------


async def test_the_kiosk_shows_the_code_of_the_first_head_and_keeps_it_when_the_close_is_signed_too() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        assert (farewell(town, kiosk).code, farewell(town, kiosk).proof) == (None, None), "not before the home has signed"
        town.says(town.writer.ends(session))
        await town.settle()
        [home, _] = await town.store.evidence.heads_of(session)
        assert farewell(town, kiosk).code == home.code
        assert farewell(town, kiosk).proof == f"VW1 jinshan {session} {home.seq} {heads.read(home.record).head.digest} {home.code}"
        await town.does(li, desk.CompleteWrapUp(request(), session, "accepted", ""))
        again = [head for head in await town.store.evidence.heads_of(session) if head.role == "home"]
        assert len(again) == 2 and again[1].code != home.code
        assert farewell(town, kiosk).code == home.code, "that one they have written down"
        for head in again:
            assert await town.store.evidence.session_of_code(str(head.code)) == session
        await town.does(kiosk, visit.Forget(request(), session))
        assert town.mail.kiosk[kiosk.id].screen == visit.Idle()


async def test_a_code_that_comes_after_the_kiosk_has_forgotten_is_shown_to_nobody() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        town.custodians["jinshan"].away = True
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        town.says(town.writer.ends(session))
        await town.does(kiosk, visit.Forget(request(), session))
        await town.ticket(kiosk)
        town.custodians["jinshan"].away = False
        await town.later(2)
        assert len(await town.store.evidence.heads_of(session)) == 2
        codes = [m.screen.code for _, m in town.mail.sent if isinstance(m, visit.KioskView) and isinstance(m.screen, visit.Farewell)]
        assert set(codes) == {None}


async def test_a_talk_whose_writer_says_no_more_is_declared_and_signed_in_its_time() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        await town.later(SETTLE_SECONDS)
        assert farewell(town, kiosk).code is not None
        what = await town.ledger(session)
        assert what.count("head-signed") == 2
        ledger.verify(session, await town.store.ledger_of(session))
        town.says(town.writer.ends(session, 60_000, without=["clerk.camera"]))
        await town.settle()
        assert (await town.ledger(session))[-3:] == ["evidence-incomplete", "head-signed", "head-signed"]


async def test_lines_of_a_talk_that_goes_on_are_no_reason_to_sign() -> None:
    async with Town() as town:
        _, _, session = await town.talk()
        town.says(town.writer.segment(session), town.writer.room_closed(session))
        await town.later(60)
        assert town.custodians.found.total() == 0
        assert town.node.acknowledged[-1] == (LIFE, len(town.writer.lines))


async def test_each_end_sees_the_light_and_nobody_a_key() -> None:
    async with Town() as town:
        await town.talk()
        sealed_to = await town.seals.sealed_to("jinshan")
        shown = [m for _, m in town.mail.sent if isinstance(m, visit.KioskView | desk.DeskView | talk.Talk)]
        assert shown and sealed_to.key not in repr(shown) and sealed_to.fingerprint not in repr(shown)
