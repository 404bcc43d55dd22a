"""Message → event: what each command of an end asks of the office, and the reply it gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from signaling.domain import events as ev
from signaling.domain.control import Window
from signaling.domain.permissions import Actor, end_of
from signaling.domain.refusals import Refusal
from signaling.domain.states import ENDS, talk_of
from signaling.office.case_tools import CaseTools
from signaling.office.office import Office
from signaling.wire import asks, cases, consents, control, desk, forms, notices, pointing, talk, visit
from signaling.wire.base import Command
from signaling.wire.forms import FormWelcome
from signaling.wire.replies import Done, MediaAnswer

STEPS: dict[type[Any], Callable[[Any, Actor], ev.Event]] = {
    visit.LeaveLine: lambda m, who: ev.ResidentLeft(),
    visit.ContinueVisit: lambda m, who: ev.ResidentContinued(),
    visit.EndVisit: lambda m, who: ev.ResidentEnded(),
    visit.Rate: lambda m, who: ev.Rated(m.stars),
    desk.AnswerRing: lambda m, who: ev.Answered(who.id),
    desk.DeclineRing: lambda m, who: ev.Declined(who.id),
    desk.Hold: lambda m, who: ev.HoldBegan(),
    desk.Resume: lambda m, who: ev.HoldEnded(),
    desk.SuspendRecording: lambda m, who: ev.SuspensionBegan(),
    desk.ResumeRecording: lambda m, who: ev.SuspensionEnded(),
    asks.AskForScreen: lambda m, who: ev.ScreenAsked(m.id),
    asks.TakeStill: lambda m, who: ev.TakeAsked(m.ask, m.id),
    asks.WithdrawAsk: lambda m, who: ev.AskWithdrawn(m.ask),
    asks.KeepStill: lambda m, who: ev.StillKept(m.still),
    asks.DropStill: lambda m, who: ev.StillDropped(m.still),
    asks.AnswerAsk: lambda m, who: ev.AskAnswered(m.ask, m.yes),
    forms.PutFormAway: lambda m, who: ev.FormPutAway(),
    forms.AskForSignature: lambda m, who: ev.SignatureAsked(m.id, m.signer),
    control.AskForControl: lambda m, who: ev.ControlAsked(m.id, m.scope, m.level, m.purpose, m.minutes),
    control.StopControl: lambda m, who: ev.ControlStopped(m.grant, end_of(who), m.reason),
    control.OfferWindows: lambda m, who: ev.WindowsOffered(tuple(Window(each.window, each.zh, each.en) for each in m.windows)),
    consents.WithdrawConsent: lambda m, who: ev.ConsentWithdrawn(m.text),
    consents.GiveConsent: lambda m, who: ev.ConsentGivenAgain(m.text, m.language),
    consents.EnterSpokenConsent: lambda m, who: ev.ConsentGivenAgain(m.text, method="spoken") if m.given else ev.ConsentWithdrawn(m.text, "spoken"),
    talk.SetSource: lambda m, who: ev.SourceSwitched(end_of(who), m.source, m.on),
}
"""Commands that are one step of a session's machine."""

Meter = Callable[[str, float], None]


class Inbound:
    """`meter(role, seconds)` is told of each first picture that an end reports."""

    def __init__(self, office: Office, tools: CaseTools, meter: Meter) -> None:
        self._office = office
        self._tools = tools
        self._meter = meter

    async def handle(self, who: Actor, message: Command) -> Done | MediaAnswer | FormWelcome:
        """Carry the command out; the reply leaves only after everything it reports is stored.

        Raises `Refusal`, `StoreAway`.
        """
        tag = str(type(message).__struct_config__.tag)
        to_event = STEPS.get(type(message))
        if to_event is not None:
            session: str = message.session  # type: ignore[attr-defined] # every step names its session
            await self._office.floor.happen(who, session, tag, to_event(message, who), message.id)
            return Done(message.id, session)
        match message:
            case talk.PublishOffer():
                return await self._office.talks.publish(who, message)
            case talk.SubscribeOffer():
                return await self._office.talks.subscribe(who, message)
            case talk.IceCandidates():
                await self._office.talks.candidates(who, message)
                return Done(message.id, message.session)
            case forms.FormHello():
                return await self._tools.forms.hello(who, message)
            case pointing.Point() | pointing.PointInForm() | control.Operate():
                self._pass_on(who, message)
                return Done(message.id, message.session)
            case talk.ReportFirstFrame():
                self._office.check(who, tag, message.session)
                self._meter(end_of(who), message.after_ms / 1000)
                return Done(message.id, message.session)
            case asks.AskForPage():
                await self._office.ask_for_page(who, message)
                return Done(message.id, message.session)
            case control.ReportControl():
                await self._office.talks.report(who, message)
                return Done(message.id, message.session)
            case asks.StopShare():
                self._office.check(who, tag, message.session)
                if message.participant not in ENDS or message.participant == end_of(who):
                    raise Refusal("unknown-participant", path="$.participant")
                await self._office.floor.happen(who, message.session, tag, ev.ShareStopped(message.participant), message.id)
                return Done(message.id, message.session)
            case visit.TakeTicket() | visit.Forget():
                return await self._kiosk(who, tag, message)
            case _ if (tool := self._tool(message)) is not None:
                await tool(who, message)
                return Done(message.id, message.session)  # type: ignore[attr-defined] # every tool's command names its session
            case _:
                return await self._desk(who, tag, message)

    def _pass_on(self, who: Actor, message: pointing.Point | pointing.PointInForm | control.Operate) -> None:
        """What is of use now or never."""
        if isinstance(message, pointing.Point):
            self._office.talks.point(who, message)
        elif isinstance(message, pointing.PointInForm):
            self._office.talks.point_in_form(who, message)
        else:
            self._office.talks.operate(who, message)

    def _tool(self, message: Command) -> Callable[[Actor, Any], Awaitable[None]] | None:
        """Whose command this is, among the clerk's tools."""
        tools = self._tools
        by_kind: dict[type[Command], Callable[[Actor, Any], Awaitable[None]]] = {
            forms.LayForm: tools.forms.lay, forms.EditForm: tools.forms.edit, forms.ReopenPage: tools.forms.reopen, forms.ShowField: tools.forms.show,
            forms.ConfirmPage: tools.forms.confirm, forms.PointAtField: tools.forms.point, forms.TurnPage: tools.forms.turn_page,
            forms.FreezeForm: tools.signing.freeze, forms.MeltForm: tools.signing.melt, control.SendText: tools.texts.send,
            asks.CheckStill: tools.stills.check, notices.GiveNotice: tools.notices.give,
            cases.OpenCase: self._office.cases.open, cases.TurnToCase: self._office.cases.turn, cases.DropCase: self._office.cases.drop,
            cases.SettleCase: self._office.cases.settle, cases.ConfirmIdentity: self._office.cases.confirm,
        }  # fmt: skip
        return by_kind.get(type(message))

    async def _kiosk(self, who: Actor, tag: str, message: visit.TakeTicket | visit.Forget) -> Done:
        if isinstance(message, visit.TakeTicket):
            self._office.check(who, tag)
            return Done(message.id, await self._office.visits.take_ticket(who, message))
        if self._office.floor.state(message.session) is not None:  # a session that has left the floor is forgotten already
            self._office.check(who, tag, message.session)
            self._office.visits.forget(who, message.session)
            self._office.forgotten(who)
        return Done(message.id, message.session)

    async def _desk(self, who: Actor, tag: str, message: Command) -> Done:
        office = self._office
        match message:
            case desk.PickTicket():
                await office.floor.pick(who, message.session, message.id)
                return Done(message.id, message.session)
            case desk.EndSession():
                await office.cases.end(who, message)
                return Done(message.id, message.session)
            case desk.Transfer():
                await office.transfer(who, message)
                return Done(message.id, message.session)
            case desk.CompleteWrapUp():
                return await self._complete(who, tag, message)
            case desk.SaveNote():
                await office.desks.save_note(who, message.session, message.note, message.id)
                return Done(message.id, message.session)
            case desk.StartShift():
                office.check(who, tag)
                await office.desks.start_shift(who, message.counter, message.id)
            case desk.EndShift():
                office.check(who, tag)
                await office.desks.end_shift(who, message.id)
            case desk.SetPresence():
                office.check(who, tag)
                await office.desks.set_presence(who, available=message.wish == "available", request=message.id)
            case _:
                raise TypeError(f"no use case for {tag}")
        office.desk_changed(who)
        return Done(message.id)

    async def _complete(self, who: Actor, tag: str, message: desk.CompleteWrapUp) -> Done:
        """The note is stored first: when the session has closed, the clerk no longer holds it."""
        state = self._office.floor.state(message.session)
        if state is not None and talk_of(state) is None and self._office.floor.held_by(who.id) is state:
            await self._office.desks.save_note(who, message.session, message.note, f"{message.id}-note")
        await self._office.cases.complete(who, message)
        return Done(message.id, message.session)
