"""What stands on the papers to take along: both languages, everything that was said, nobody's name."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.words import load_words
from signaling.domain.case import Case, Outcome
from signaling.domain.notice import NoticeLine
from signaling.domain.parties import Party
from signaling.office.notary import Receipt
from signaling.office.slip import Slip
from signaling.office.slips import Said, SlipMaker, Standing, masked
from tests.signaling.office.test_views import BOOKS, NOW
from tests.stories.visit import ticket

MAKER = SlipMaker(load_words(), BOOKS)
T = msgspec.structs.replace(ticket("J012"), service="jinshan-marriage-certificate", taken_at=NOW, parties=(Party("欧阳小明"),), language="en")
CASE = T.folder.case
LIST = BOOKS.checklist(T.service, NOW)
PROOF = Receipt("AB2CD-EF3GH", "VW1 jinshan visit-J012 12 aa AB2CD-EF3GH")


def titles(slip: Slip) -> list[str]:
    return [section.title.zh for section in slip.sections]


def facts(slip: Slip) -> dict[str, str]:
    return {label.en: value.en for label, value in slip.facts}


@given(st.text(min_size=1, max_size=12).filter(str.strip))
def test_of_a_name_one_character_is_kept(name: str) -> None:
    shown, kept = masked(name), name.strip()
    assert shown[0] == kept[0] and set(shown[1:]) == {"＊"} and 2 <= len(shown) <= 4


def test_a_notice_has_a_list_of_its_own_for_each_kind_of_lack() -> None:
    said = Said("materials", (NoticeLine(0, "expired"), NoticeLine(1, "follows"), NoticeLine(2, "not-brought")), "signature-missing", "2026-12-15", "周一也可以来", {0: "去年到期"})
    slip = MAKER.notice(T, CASE, said, LIST, NOW)
    assert titles(slip) == ["告知原因", "还没有带来的材料", "需要重新准备的材料", "可以后补的材料", "申请表"]
    assert [row.text for section in slip.sections[1:4] for row in section.rows] == [LIST[2].name, LIST[0].name, LIST[1].name]
    assert slip.sections[2].rows[0].note == "去年到期" and slip.sections[0].rows[0].note == "周一也可以来"
    follows = slip.sections[3].rows[0].more
    assert follows is not None and "2026年12月15日" in follows.zh and "15 December 2026" in follows.en
    assert "欧阳" not in repr(slip) and "欧＊＊＊" in repr(slip) and slip.proof is None


def test_what_was_seen_is_not_lacking_and_a_day_that_is_not_known_is_not_invented() -> None:
    slip = MAKER.notice(T, CASE, Said("materials", (NoticeLine(0, "seen"), NoticeLine(1, "follows")), None, None), LIST, NOW)
    assert titles(slip) == ["告知原因", "可以后补的材料"]
    more = slip.sections[1].rows[0].more
    assert more is not None and more.zh == "请尽快补交"


@pytest.mark.parametrize(("outcome", "due", "says"), [
    ("accepted", "2026-12-15", "15 December 2026 at the latest"), ("accepted", None, "within 5 working days"), ("returned", None, None), (None, None, None),
])  # fmt: skip
def test_a_receipt_says_what_was_received_and_promised(outcome: Outcome | None, due: str | None, says: str | None) -> None:
    case = CASE.settled(outcome, due, None) if outcome is not None else CASE
    slip = MAKER.receipt(T, [Standing(case, 5, {0: 2, 1: 0, 9: 4}, LIST)], PROOF, NOW)
    (section,) = slip.sections
    assert [(row.text, row.more.zh if row.more else "") for row in section.rows] == [(LIST[0].name, "共 2 页")]
    assert slip.proof is not None and (slip.proof.code, slip.proof.square) == (PROOF.code, PROOF.proof)
    decided = [value.en for label, value in slip.facts if label.zh == "办结日期"]
    assert decided == ([says] if says else [])
    assert facts(slip)["Outcome"] == (MAKER.say(f"outcome.{outcome}").en if outcome else MAKER.say("paper.outcome.open").en)


def test_of_a_card_that_was_read_the_number_is_masked_and_of_a_name_there_is_none() -> None:
    number = "330424199003074516"
    two = msgspec.structs.replace(T, parties=(Party("欧阳小明"), Party("李国强", "card-read", number)))
    slip = MAKER.receipt(two, [Standing(CASE, 5, {}, LIST)], PROOF, NOW)
    assert facts(slip)["Resident"] == "欧＊＊＊、李＊＊（3****************6）"
    assert number not in repr(slip)


def test_a_receipt_of_nothing_says_so() -> None:
    (section,) = MAKER.receipt(T, [Standing(CASE.settled("referred", None, None), 0, {}, LIST)], PROOF, NOW).sections
    assert section.rows[0].text.zh == "这次没有收取材料"


def test_a_receipt_of_several_cases_says_of_each_what_came_of_it() -> None:
    other = Case(f"{CASE.number}-2", "jinshan-id-card-replacement", NOW).settled("referred", None, "pinghu")
    slip = MAKER.receipt(T, [Standing(CASE.settled("accepted", "2026-12-15", None), 5, {0: 2}, LIST), Standing(other, 0, {}, ())], PROOF, NOW)
    first, second = slip.sections
    assert (first.title.zh.split("　")[1], second.title.zh.split("　")[1]) == (CASE.number, other.number)
    assert [row.more.zh if row.more else row.text.zh for row in first.rows] == [MAKER.say("outcome.accepted").zh, "2026年12月15日之前", "共 2 页"]
    assert [row.text.zh for row in second.rows][1:] == ["这次没有收取材料"] and "Outcome" not in facts(slip)
    assert [value.zh for label, value in slip.facts if label.en == "Case number"] == [CASE.number, other.number]
