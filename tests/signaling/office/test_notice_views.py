"""A notice as both sides see it, in their language, and nothing that was written on it."""

from __future__ import annotations

import msgspec

from signaling.domain.case_file import CaseFile
from signaling.domain.notice import Notice, NoticeLine
from signaling.domain.states import Closed
from signaling.office.notary import Receipt
from signaling.office.notice_views import farewell_notices, given_view, own_papers
from signaling.wire import notices as wire
from tests.signaling.office.test_views import BOOKS, NOW
from tests.stories.visit import ticket

T = msgspec.structs.replace(ticket("J012", kiosk="haiyan-k1"), service="jinshan-marriage-certificate", taken_at=NOW)
NOTICE = Notice(2, "47", "da" * 32, 3, "materials", (NoticeLine(0, "seen"), NoticeLine(1, "follows")), None, "2026-12-15")
CASE = msgspec.structs.replace(T.folder.case, outcome="accepted-with-gaps", file=CaseFile(notice=NOTICE).shelved(T.session))
OVER = Closed(T, "completed", "accepted-with-gaps", "li", NOW, cases=(CASE,))


def test_the_clerk_sees_codes_and_the_resident_what_is_lacking() -> None:
    assert given_view(None) is None and farewell_notices(msgspec.structs.replace(OVER, cases=()), "en", BOOKS) == []
    seen = given_view(NOTICE)
    assert seen is not None and (seen.n, seen.only_follows, len(seen.lines)) == (2, True, 2)
    for language in ("zh-CN", "en"):
        (shown,) = farewell_notices(OVER, language, BOOKS)
        assert (shown.case, shown.service, shown.outcome) == (CASE.number, CASE.service, "accepted-with-gaps")
        assert shown.service_name == BOOKS.service_name(CASE.service, language)
        assert shown.lines == [wire.LackingLine(str(BOOKS.material_name(T.service, NOW, 1, language)), "follows")]


def notice(pages: int, number: str = CASE.number) -> wire.OwnPaper:
    return wire.OwnPaper("notice", pages, number, BOOKS.service_name(CASE.service, "en"))


def test_what_may_be_printed_is_what_has_pages() -> None:
    code = Receipt("AAAAA-BBBBB", "VW1")
    assert own_papers(OVER, None, "en", BOOKS) == own_papers(OVER, code, "en", BOOKS) == [notice(3)]
    made = msgspec.convert({"code": "A", "proof": "B", "pages": 1}, Receipt)
    assert own_papers(OVER, made, "en", BOOKS) == [notice(3), wire.OwnPaper("receipt", 1)]


def test_of_several_cases_each_has_its_notice_and_none_of_an_earlier_visit_is_shown() -> None:
    newer = msgspec.structs.replace(NOTICE, paper="148", lines=(NoticeLine(0, "expired"),), pages=1)
    other = msgspec.structs.replace(CASE, number=f"{CASE.number}-2", outcome="returned", file=CaseFile(notice=newer))
    both = msgspec.structs.replace(OVER, cases=(CASE, other))
    shown = farewell_notices(both, "en", BOOKS)
    assert [(each.case, each.outcome, [line.reason for line in each.lines]) for each in shown] == [
        (CASE.number, "accepted-with-gaps", ["follows"]), (other.number, "returned", ["expired"]),
    ]  # fmt: skip
    assert own_papers(both, None, "en", BOOKS) == [notice(3), notice(1, other.number)]
    earlier = msgspec.structs.replace(CASE, file=CaseFile(notice=newer).shelved("visit-J001"))
    assert farewell_notices(msgspec.structs.replace(OVER, cases=(earlier,)), "en", BOOKS) == []
