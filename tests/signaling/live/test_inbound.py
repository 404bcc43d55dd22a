"""Every command of the wire has a use case, and the reply names the command it answers."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from signaling.domain.permissions import RULES, Actor
from signaling.domain.refusals import Refusal
from signaling.domain.states import ticket_of
from signaling.live import inbound as inbounds
from signaling.office.ports import StoreAway
from signaling.wire import asks, cases, consents, control, desk, forms, notices, pointing, talk, visit
from signaling.wire.base import Command
from signaling.wire.desk import FromDesk
from signaling.wire.replies import Done, MediaAnswer
from signaling.wire.visit import FromKiosk
from tests.signaling.office.world import SDP, Town, request

FROM_KIOSK: tuple[type[Command], ...] = get_args(FromKiosk)
FROM_DESK: tuple[type[Command], ...] = get_args(FromDesk)


def tag(message: type[Command]) -> str:
    return str(message.__struct_config__.tag)


def case_of(town: Town, session: str) -> str:
    state = town.office.floor.state(session)
    assert state is not None
    return ticket_of(state).case


def a_command(kind: type[Command], town: Town, session: str) -> Command:
    """One of each kind, well formed."""
    extra: dict[type[Any], dict[str, Any]] = {
        visit.Rate: {"stars": 5},
        desk.StartShift: {"counter": "jinshan-1"},
        desk.SetPresence: {"wish": "away"},
        desk.EndSession: {"outcome": "accepted"},
        desk.Transfer: {"counter": None},
        desk.SaveNote: {"note": "x"},
        desk.CompleteWrapUp: {"outcome": "accepted", "note": "x"},
        talk.PublishOffer: {"sdp": SDP, "sources": {"0": "microphone"}},
        talk.SubscribeOffer: {"sdp": SDP, "wants": [talk.Want("0", "clerk", "camera")]},
        talk.IceCandidates: {"connection": "publish", "candidates": []},
        talk.SetSource: {"source": "camera", "on": False},
        talk.ReportFirstFrame: {"participant": "clerk", "after_ms": 700},
        asks.AskForPage: {"material": 0},
        asks.TakeStill: {"ask": "ask-00001"},
        asks.WithdrawAsk: {"ask": "ask-00001"},
        asks.KeepStill: {"still": 4200},
        asks.DropStill: {"still": 4200},
        asks.AnswerAsk: {"ask": "ask-00001", "yes": True},
        pointing.Point: {"participant": "clerk", "source": "screen", "stroke": 1, "spots": [pointing.Spot(5000, 5000)], "ended": True},
        pointing.PointInForm: {"field": "name", "stroke": 1, "spots": [pointing.Spot(5000, 5000)], "ended": True},
        asks.StopShare: {"participant": "clerk"},
        asks.CheckStill: {"still": 4200},
        forms.FormHello: {"vectors": {}},
        forms.EditForm: {"field": "name", "update": "AAA="},
        forms.ReopenPage: {"page": "person"},
        forms.ShowField: {"field": "id-number", "shown": True},
        forms.ConfirmPage: {"page": "person", "seen": "ab" * 32},
        forms.PointAtField: {"field": "name"},
        forms.TurnPage: {"page": "person"},
        forms.AskForSignature: {"signer": 0},
        control.AskForControl: {"scope": "form", "level": "control", "purpose": "fill-in", "minutes": 5},
        control.Operate: {"grant": "ask-00001", "action": control.Release()},
        control.OfferWindows: {"windows": [control.OfferedWindow("portal", "办事网", "Portal")]},
        control.ReportControl: {"grant": "ask-00001", "lines": [control.UsedLine("pressed", "name")]},
        control.StopControl: {"grant": "ask-00001", "reason": "stop-key"},
        control.SendText: {"text": "听得到吗"},
        cases.OpenCase: {"service": "jinshan-temporary-identity-card"},
        cases.TurnToCase: {"case": "310116-330424-20261123-0001"},
        cases.DropCase: {"case": "310116-330424-20261123-0001"},
        cases.SettleCase: {"case": case_of(town, session), "outcome": "referred"},
        cases.ConfirmIdentity: {"party": 0},
        notices.GiveNotice: {"because": "withdrawn"},
        consents.WithdrawConsent: {"text": "papers-to-home"},
        consents.GiveConsent: {"text": "papers-to-home", "language": "en"},
        consents.EnterSpokenConsent: {"text": "papers-to-home", "given": False},
    }
    if kind is visit.TakeTicket:
        return town.wish()
    named = {"session": session} if "session" in kind.__struct_fields__ else {}
    return kind(id=request(), **named, **extra.get(kind, {}))


def test_every_command_has_a_rule_in_the_policy() -> None:
    assert {tag(kind) for kind in (*FROM_KIOSK, *FROM_DESK)} == {action for action in RULES if " " not in action}


def test_the_steps_are_commands_that_name_their_session() -> None:
    for kind in inbounds.STEPS:
        assert kind in FROM_KIOSK + FROM_DESK
        assert "session" in kind.__struct_fields__


@pytest.mark.parametrize("kind", FROM_KIOSK, ids=tag)
async def test_every_command_of_a_kiosk_has_a_use_case(kind: type[Command]) -> None:
    async with Town() as town:
        kiosk, _, session = await town.talk()
        message = a_command(kind, town, session)
        try:
            reply = await town.does(kiosk, message)
        except Refusal as refused:
            assert refused.code in ("not-now", "kiosk-busy", "no-form", "no-grant"), "known, if not now"
        else:
            assert isinstance(reply, MediaAnswer if kind in (talk.PublishOffer, talk.SubscribeOffer) else Done)
            assert reply.re == message.id
            assert kind in (visit.EndVisit, visit.LeaveLine, talk.PublishOffer, talk.SubscribeOffer, talk.IceCandidates, talk.SetSource, talk.ReportFirstFrame, pointing.Point, control.OfferWindows, control.SendText, consents.WithdrawConsent)


@pytest.mark.parametrize("kind", FROM_DESK, ids=tag)
async def test_every_command_of_a_desk_has_a_use_case(kind: type[Command]) -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        message = a_command(kind, town, session)
        if isinstance(message, talk.SubscribeOffer):
            message = talk.SubscribeOffer(message.id, session, SDP, [talk.Want("0", "resident", "camera")])
        try:
            reply = await town.does(li, message)
        except Refusal as refused:
            assert refused.code in ("not-now", "already-taken", "unknown-still", "unknown-participant", "no-form", "no-grant", "unknown-case"), "known, if not now"
        else:
            assert reply.re == message.id
            if hasattr(message, "session") and isinstance(reply, Done):
                assert reply.session == session


@pytest.mark.parametrize("kind", [*FROM_KIOSK, *FROM_DESK], ids=tag)
async def test_nobody_at_all_may_do_any_of_it(kind: type[Command]) -> None:
    async with Town() as town:
        _, _, session = await town.talk()
        if kind is visit.Forget:
            session = "session-0001"
        refused = await town.refuses(Actor("nobody", "", ""), a_command(kind, town, session))
        assert refused.code in ("not-allowed", "unknown-session")


async def test_a_message_without_a_use_case_is_a_mistake_of_ours() -> None:
    class OpenDoor(Command, frozen=True):
        """Not on the wire."""

    async with Town() as town:
        with pytest.raises(TypeError, match="open-door"):
            await town.inbound.handle(await town.kiosk_comes(), OpenDoor(id=request()))


async def test_the_whole_way_of_a_command_nothing_is_answered_before_it_is_stored() -> None:
    async with Town() as town:
        kiosk, li = await town.kiosk_comes(), await town.clerk_comes("li")
        session = await town.ticket(kiosk)
        town.store.away = True
        for who, message in ((li, desk.AnswerRing(request(), session)), (kiosk, visit.LeaveLine(request(), session)), (li, desk.StartShift(request(), "jinshan-2"))):
            with pytest.raises(StoreAway):
                await town.inbound.handle(who, message)
        town.store.away = False
        assert town.state(session) == "Ringing"


async def test_a_wrap_up_is_stored_with_its_note_and_a_refused_one_writes_none() -> None:
    async with Town() as town:
        _, li, session = await town.talk()
        early = desk.CompleteWrapUp(request(), session, "accepted", "too early")
        assert (await town.refuses(li, early)).code == "not-now"
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        wu = await town.clerk_comes("wu", 2)
        assert (await town.refuses(wu, desk.CompleteWrapUp(request(), session, "accepted", "not mine"))).code == "not-now"
        await town.does(li, desk.CompleteWrapUp(request(), session, "referred", "缺户口簿"))
        stored = await town.store.session(session)
        assert stored is not None
        assert stored.note == "缺户口簿"
