"""A notice as each side is shown it. Pure."""

from __future__ import annotations

from signaling.domain.case import Case
from signaling.domain.notice import FormLack, Notice, form_lack
from signaling.domain.states import AnyState, Talk, ticket_of
from signaling.office.notary import Receipt
from signaling.office.own_papers import told_in
from signaling.office.ports import Books
from signaling.wire import notices as wire


def given_view(notice: Notice | None) -> wire.NoticeGiven | None:
    """For the clerk."""
    if notice is None:
        return None
    lines = [wire.NoticeSaid(line.material, line.reason) for line in notice.lines]
    return wire.NoticeGiven(notice.n, notice.because, lines, notice.form, notice.follow_by, notice.only_follows)


def lack_of(talk: Talk, books: Books) -> FormLack | None:
    """What the form of a visit lacks now."""
    return form_lack(talk.file.form, wanted=books.form_of(talk.case.service, talk.case.as_of) is not None)


def farewell_notices(state: AnyState, language: str, books: Books) -> list[wire.FarewellNotice]:
    """For the resident, in their language: one of each case that was told of."""
    return [
        wire.FarewellNotice(
            case.number, case.service, books.service_name(case.service, language), case.outcome, notice.because,
            [
                wire.LackingLine(books.material_name(case.service, case.as_of, line.material, language) or "", line.reason)
                for line in notice.lacking
            ],
            notice.form, notice.follow_by, may_hand_out(state, case, books),
        )
        for case, notice in told_in(state)
    ]  # fmt: skip


def may_hand_out(state: AnyState, case: Case, books: Books) -> bool:
    """Whether the window where the kiosk stands may give the case's notice on paper."""
    return books.basis("one-time-notice", ticket_of(state), case.service) is not None


def own_papers(state: AnyState, receipt: Receipt | None, language: str, books: Books) -> list[wire.OwnPaper]:
    """What may be printed now at the kiosk."""
    papers = [
        wire.OwnPaper("notice", notice.pages, case.number, books.service_name(case.service, language))
        for case, notice in told_in(state) if may_hand_out(state, case, books)
    ]
    return [*papers, *([wire.OwnPaper("receipt", receipt.pages)] if receipt is not None and receipt.pages else [])]
