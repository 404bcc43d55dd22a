"""A notice says everything at once and contradicts nothing; an outcome stands on it or is refused."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.form_on_table import FormOnTable, FrozenPaper, PagePicture, Signature, SignPlace
from signaling.domain.notice import (
    Because,
    Checked,
    FormLack,
    Need,
    Notice,
    NoticeLine,
    Reason,
    check,
    form_lack,
    lacking,
    objection,
    open_materials,
)
from signaling.domain.refusals import Refusal
from signaling.domain.states import Outcome

checklists = st.lists(st.builds(Checked, st.sampled_from(get_args(Need)), st.integers(0, 3)), max_size=6)
lines = st.lists(st.builds(NoticeLine, st.integers(0, 7), st.sampled_from(get_args(Reason))), max_size=7)
lacks: st.SearchStrategy[FormLack | None] = st.sampled_from([None, *get_args(FormLack)])
becauses: st.SearchStrategy[Because] = st.sampled_from(get_args(Because))


@given(checklists, lacks, becauses, lines, lacks, st.booleans())
def test_what_is_given_is_whole_true_and_says_something(
    checklist: list[Checked], form: FormLack | None, because: Because, said: list[NoticeLine], says: FormLack | None, remarks: bool
) -> None:
    try:
        check(checklist, form, because, said, says, remarks=remarks)
    except Refusal as refusal:
        assert refusal.code in ("unknown-material", "notice-wrong", "notice-incomplete", "notice-empty")
        return
    named = {line.material for line in said}
    assert len(named) == len(said) and all(place < len(checklist) for place in named)
    assert says in (None, form)
    for line in said:
        assert line.reason != "follows" or checklist[line.material].need == "may-follow"
        assert line.reason != "not-brought" or checklist[line.material].pages == 0
    if because == "materials":
        assert set(open_materials(checklist)) <= named
        assert lacking(said) or says is not None
    assert because != "other" or remarks


@given(checklists, lacks)
def test_a_notice_that_names_all_that_is_open_can_always_be_given(checklist: list[Checked], form: FormLack | None) -> None:
    said = [NoticeLine(place, "not-brought") for place in open_materials(checklist)]
    if said or form:
        check(checklist, form, "materials", said, form, remarks=False)
    else:
        with pytest.raises(Refusal, match="notice-empty"):
            check(checklist, form, "materials", said, form, remarks=False)
    check(checklist, form, "withdrawn", (), None, remarks=False)


@given(checklists.filter(open_materials), lacks, st.data())
def test_leaving_out_one_that_is_required_is_refused(checklist: list[Checked], form: FormLack | None, data: st.DataObject) -> None:
    open_ones = open_materials(checklist)
    forgotten = data.draw(st.sampled_from(open_ones))
    said = [NoticeLine(place, "not-brought") for place in open_ones if place != forgotten]
    with pytest.raises(Refusal) as refused:
        check(checklist, form, "materials", said, form, remarks=True)
    assert refused.value.code in ("notice-incomplete", "notice-empty")


def notice(because: Because = "materials", said: tuple[NoticeLine, ...] = (), form: FormLack | None = None) -> Notice:
    return Notice(1, "47", "da", 1, because, said, form)


@given(st.sampled_from(get_args(Outcome)), st.none() | st.builds(notice, becauses, lines.map(tuple), lacks))
def test_who_is_sent_home_has_it_in_writing_and_gaps_are_such_as_may_follow(outcome: Outcome, given: Notice | None) -> None:
    said = objection(outcome, given)
    assert (said is None) or outcome in ("returned", "accepted-with-gaps")
    if outcome == "returned":
        assert said == (None if given else "notice-needed")
    elif outcome == "accepted-with-gaps" and given is not None:
        follows = given.because == "materials" and given.form is None and {line.reason for line in given.lines} <= {"follows", "seen"}
        assert said == (None if follows else "materials-missing")


PAGES, PLACES = (PagePicture("1-1", "aa", 1, 1),), (SignPlace(0, 1, 1, 1, 1), SignPlace(0, 1, 2, 1, 1))
ONE, BOTH = (Signature("2", 0, "bb"),), (Signature("2", 0, "bb"), Signature("3", 1, "cc"))


@pytest.mark.parametrize(("signatures", "lack"), [((), "signature-missing"), (ONE, "signature-missing"), (BOTH, None)])
def test_a_form_lacks_what_its_signers_have_not_signed(signatures: tuple[Signature, ...], lack: str | None) -> None:
    frozen = FormOnTable("declaration", "2026-01-01", b"", False, FrozenPaper(1, 1, "v", "p", PAGES, PLACES, signatures))
    assert form_lack(frozen, wanted=True) == lack


@pytest.mark.parametrize("wanted", [True, False])
def test_a_service_that_wants_no_form_lacks_none(wanted: bool) -> None:
    assert form_lack(None, wanted=wanted) == ("form-missing" if wanted else None)
    assert form_lack(FormOnTable("declaration", "2026-01-01", b""), wanted=wanted) == "form-missing"
