"""What both ends see of a visit's cases and of the people in them: pure projections."""

from __future__ import annotations

from typing import Literal

from signaling.domain.case import Case
from signaling.domain.folder import Folder
from signaling.domain.id_number import masked
from signaling.domain.notice import Notice
from signaling.domain.states import Ticket
from signaling.office.ports import Books
from signaling.wire import cases


def cases_view(folder: Folder, ticket: Ticket, language: str, books: Books) -> list[cases.TalkCase]:
    """Every case of the visit."""
    return [
        cases.TalkCase(
            number=case.number,
            service=case.service,
            service_name=books.service_name(case.service, language),
            on_table=n == folder.table,
            pages=sum(still.kept for still in case.file.stills),
            signed=bool(case.file.signed) or (case.file.form is not None and case.file.form.frozen is not None and case.file.form.frozen.complete),
            outcome=case.outcome,
            due=case.due,
            working_days=books.promise(ticket.home, case.service, case.as_of).working_days,
            referred_to=case.referred_to,
            may_be_dropped=case.number != ticket.case and case.is_empty and case.outcome is None,
            told=_told(case.file.told),
            stays_open=case.left_open,
        )
        for n, case in enumerate(folder.cases)
    ]


def answered_view(ticket: Ticket, case: Case) -> cases.Answered:
    """What was answered before queueing for this case: with the visit's ticket, unless the case began earlier or later than the visit."""
    if case.number != ticket.case:
        return cases.Answered("not", "", {})
    if case.stood is not None:
        return cases.Answered("first-visit", "", {})
    return cases.Answered("this-visit", ticket.version, dict(ticket.answers))


def _told(notice: Notice | None) -> Literal["lacks", "follows"] | None:
    """What stands on a notice of this visit."""
    return None if notice is None else "follows" if notice.only_follows else "lacks"


def parties_view(ticket: Ticket, folder: Folder, *, whole: bool) -> list[cases.TalkParty]:
    """Who asks. `whole`: with the identity number, as only the clerk who serves them sees it."""
    return [
        cases.TalkParty(party.name, level, party.id_number if whole or party.id_number is None else masked(party.id_number))
        for party, level in zip(ticket.parties, (*folder.people, *(each.level for each in ticket.parties[len(folder.people):])), strict=True)
    ]
