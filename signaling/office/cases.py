"""The clerk's use cases about the cases of a visit: one more, another one on the table, what has become of each."""

from __future__ import annotations

from signaling.domain import events as ev
from signaling.domain.case import ACCEPTED, Case, Outcome, case_number, further_number, serial_of
from signaling.domain.consent import check_again
from signaling.domain.parties import at_least, check_count
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import Refusal
from signaling.domain.states import AnyState, InSession, Talk, Ticket, WrappingUp, folder_of, talk_of, ticket_of
from signaling.office.floor import Floor
from signaling.office.ports import Books
from signaling.office.visits import day_of
from signaling.wire.cases import ConfirmIdentity, DropCase, Openable, OpenCase, SettleCase, Settlement, TurnToCase
from signaling.wire.desk import CompleteWrapUp, EndSession


class Cases:
    """`books` know what may be asked for where, and what is promised for it."""

    def __init__(self, floor: Floor, books: Books) -> None:
        self._floor = floor
        self._books = books

    async def open(self, clerk: Actor, asked: OpenCase) -> None:
        """Raises `unknown-service`, `not-offered-here`, `consent-needed`, `parties-wrong`, and what the machine refuses."""
        state = self._floor.state(asked.session)
        may(clerk, "open-case", state)
        talk = talk_of(state) if state is not None else None
        if talk is None or asked.service not in clerk.skills:
            raise Refusal("unknown-service", path="$.service")
        ticket = talk.ticket
        terms = self._books.terms(asked.service, ticket.home, ticket.host)
        check_again(terms.consents, ticket.consents)
        now = self._books.now()
        check_count(len(ticket.parties), *self._books.people(asked.service, now), "$.service")
        own = self._own_number(ticket)
        number = further_number(own, _begun(talk, own))
        case = Case(number, asked.service, now, terms.level)
        await self._floor.happen(clerk, asked.session, "open-case", ev.CaseOpened(case), asked.id)

    async def turn(self, clerk: Actor, asked: TurnToCase) -> None:
        await self._floor.happen(clerk, asked.session, "turn-to-case", ev.CaseTurned(asked.case), asked.id)

    async def drop(self, clerk: Actor, asked: DropCase) -> None:
        await self._floor.happen(clerk, asked.session, "drop-case", ev.CaseDropped(asked.case), asked.id)

    async def confirm(self, clerk: Actor, asked: ConfirmIdentity) -> None:
        await self._floor.happen(clerk, asked.session, "confirm-identity", ev.IdentitySeen(asked.party), asked.id)

    async def settle(self, clerk: Actor, asked: SettleCase) -> None:
        """Raises `unknown-jurisdiction`, and what the machine refuses."""
        state, outcome = self._floor.state(asked.session), _outcome(asked.outcome)
        event = ev.CaseLeftOpen(asked.case) if outcome is None else ev.CaseSettled(
            asked.case, outcome, self._due(state, asked.case, outcome), self._where(state, outcome, asked.refer_to)
        )
        await self._floor.happen(clerk, asked.session, "settle-case", event, asked.id)

    async def end(self, clerk: Actor, asked: EndSession) -> None:
        """The talk ends with the outcome of the case on the table, and, where that is accepted, with the day until which it is decided."""
        state = self._floor.state(asked.session)
        due, where = self._due(state, None, asked.outcome), self._where(state, asked.outcome, asked.refer_to)
        await self._floor.happen(clerk, asked.session, "end-session", ev.ClerkEnded(asked.outcome, due, where), asked.id)

    async def complete(self, clerk: Actor, asked: CompleteWrapUp) -> None:
        """The cases are written up."""
        state, outcome = self._floor.state(asked.session), _outcome(asked.outcome)
        due, where = self._due(state, None, outcome), self._where(state, outcome, asked.refer_to)
        await self._floor.happen(clerk, asked.session, "complete-wrap-up", ev.WrapUpCompleted(outcome, due, where), asked.id)

    def openable(self, clerk: Actor, state: AnyState) -> list[Openable]:
        """For what this clerk may open one more case in this talk."""
        if not isinstance(state, InSession):
            return []
        ticket = ticket_of(state)
        open_now = {case.service for case in state.talk.folder.open_cases}
        count, now = len(ticket.parties), self._books.now()

        def for_so_many(service: str) -> bool:
            least, most = self._books.people(service, now)
            return least <= count <= most

        return [
            Openable(code, self._books.service_name(code, "zh-CN"))
            for code in self._books.offered(ticket.home, ticket.host)
            if code in clerk.skills and code not in open_now and for_so_many(code)
        ]

    def _own_number(self, ticket: Ticket) -> str:
        """After which further cases are named: the visit's own, also where it goes on with the case of another one, which may have several."""
        home, host = self._books.administrative_code(ticket.home), self._books.administrative_code(ticket.host)
        return case_number(home, host, day_of(ticket.taken_at), serial_of(ticket.number))

    def _due(self, state: AnyState | None, number: str | None, outcome: Outcome | None) -> str | None:
        """What was promised stays promised; a case that is accepted only afterwards is promised from then on."""
        if state is None or outcome not in ACCEPTED:
            return None
        folder = folder_of(state)
        case = folder.case if number is None else folder.find(number)
        if case is None:
            return None
        return case.due if case.due is not None else self._books.promise(ticket_of(state).home, case.service, case.as_of).due

    def _where(self, state: AnyState | None, outcome: Outcome | None, to: str | None) -> str | None:
        """Another home, for what is referred; nobody is sent to where they are."""
        if outcome != "referred" or to is None or state is None:
            return None
        if to == ticket_of(state).home or not self._books.is_home(to):
            raise Refusal("unknown-jurisdiction", path="$.refer_to")
        return to


def _outcome(said: Settlement) -> Outcome | None:
    """None: it stays open."""
    return None if said == "stays-open" else said


def is_known(talk: Talk) -> bool:
    """Whether everybody is known as well as the case on the table asks."""
    return all(at_least(level, talk.case.level) for level in talk.folder.people)


def talk_in(state: AnyState) -> Talk | None:
    """The talk that runs or was held."""
    return state.talk if isinstance(state, WrappingUp) else talk_of(state)


def _begun(talk: Talk, own: str) -> int:
    """How many cases were begun in this visit. A number that nothing was done under may be given again."""
    names = [case.number.removeprefix(f"{own}-") for case in talk.folder.cases]
    return max((int(name) for name in names if name.isdigit()), default=1)
