"""A notice as both sides see it, in their language, and nothing that was written on it."""

from __future__ import annotations

import msgspec

from signaling.domain.case_file import CaseFile
from signaling.domain.notice import Notice, NoticeLine
from signaling.domain.states import Closed
from signaling.office.notary import Receipt
from signaling.office.notice_views import farewell_notice, given_view, own_papers
from signaling.wire import notices as wire
from tests.signaling.office.test_views import BOOKS, NOW
from tests.stories.visit import ticket

T = msgspec.structs.replace(ticket("J012"), service="jinshan-marriage-certificate", taken_at=NOW)
NOTICE = Notice(2, "47", "da" * 32, 3, "materials", (NoticeLine(0, "seen"), NoticeLine(1, "follows")), None, "2026-12-15")
CASE = msgspec.structs.replace(T.folder.case, outcome="accepted-with-gaps", file=CaseFile(notice=NOTICE).shelved(T.session))
OVER = Closed(T, "completed", "accepted-with-gaps", "li", NOW, cases=(CASE,))


def test_the_clerk_sees_codes_and_the_resident_what_is_lacking() -> None:
    assert given_view(None) is None and farewell_notice(msgspec.structs.replace(OVER, cases=()), "en", BOOKS) is None
    seen = given_view(NOTICE)
    assert seen is not None and (seen.n, seen.only_follows, len(seen.lines)) == (2, True, 2)
    for language in ("zh-CN", "en"):
        shown = farewell_notice(OVER, language, BOOKS)
        assert shown is not None
        assert shown.lines == [wire.LackingLine(str(BOOKS.material_name(T.service, NOW, 1, language)), "follows")]


def test_what_may_be_printed_is_what_has_pages() -> None:
    code = Receipt("AAAAA-BBBBB", "VW1")
    assert own_papers(OVER, None) == own_papers(OVER, code) == [wire.OwnPaper("notice", 3)]
    assert own_papers(OVER, msgspec.convert({"code": "A", "proof": "B", "pages": 1}, Receipt)) == [wire.OwnPaper("notice", 3), wire.OwnPaper("receipt", 1)]


def test_of_several_notices_the_newest_of_this_visit_is_shown_and_none_of_an_earlier_one() -> None:
    newer = msgspec.structs.replace(NOTICE, paper="148", lines=(NoticeLine(0, "expired"),), pages=1)
    other = msgspec.structs.replace(CASE, number=f"{CASE.number}-2", file=CaseFile(notice=newer))
    both = msgspec.structs.replace(OVER, cases=(CASE, other))
    shown = farewell_notice(both, "en", BOOKS)
    assert shown is not None and [line.reason for line in shown.lines] == ["expired"] and own_papers(both, None) == [wire.OwnPaper("notice", 1)]
    earlier = msgspec.structs.replace(CASE, file=CaseFile(notice=newer).shelved("visit-J001"))
    assert farewell_notice(msgspec.structs.replace(OVER, cases=(earlier,)), "en", BOOKS) is None
