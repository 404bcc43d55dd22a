"""What both ends see of a visit's cases and of the people in them: pure projections."""

from __future__ import annotations

from signaling.domain.folder import Folder
from signaling.domain.id_number import masked
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
        )
        for n, case in enumerate(folder.cases)
    ]


def parties_view(ticket: Ticket, folder: Folder, *, whole: bool) -> list[cases.TalkParty]:
    """Who asks. `whole`: with the identity number, as only the clerk who serves them sees it."""
    return [
        cases.TalkParty(party.name, level, party.id_number if whole or party.id_number is None else masked(party.id_number))
        for party, level in zip(ticket.parties, (*folder.people, *(each.level for each in ticket.parties[len(folder.people):])), strict=True)
    ]
