"""A notice as each side is shown it. Pure."""

from __future__ import annotations

from signaling.domain.notice import FormLack, Notice, form_lack
from signaling.domain.states import AnyState, Talk
from signaling.office.notary import Receipt
from signaling.office.own_papers import notice_of, told_in
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


def farewell_notice(state: AnyState, language: str, books: Books) -> wire.FarewellNotice | None:
    """For the resident, in their language."""
    told = told_in(state)
    if told is None:
        return None
    case, notice = told
    lines = [
        wire.LackingLine(books.material_name(case.service, case.as_of, line.material, language) or "", line.reason)
        for line in notice.lacking
    ]
    return wire.FarewellNotice(notice.because, lines, notice.form, notice.follow_by)


def own_papers(state: AnyState, receipt: Receipt | None) -> list[wire.OwnPaper]:
    """What may be printed now."""
    notice = notice_of(state)
    papers = [wire.OwnPaper("notice", notice.pages)] if notice is not None else []
    return [*papers, *([wire.OwnPaper("receipt", receipt.pages)] if receipt is not None and receipt.pages else [])]
