"""From the first letter to the signature: who may do what, and in which order."""

from __future__ import annotations

import datetime as dt

import pytest

from config.forms import Field, Form, OnlyIf, Page
from config.text import Text
from signaling.domain.form_rules import page_digest
from signaling.domain.form_steps import (
    Filling,
    FormState,
    Frozen,
    check_writing,
    confirm,
    freeze,
    known_field,
    known_page,
    may_read,
    melt,
    reopen,
    show,
)
from signaling.domain.refusals import NotAllowed, NotNow, Refusal

TODAY = dt.date(2026, 11, 23)
WORD = Text("甲", "A")
NAME = Field(id="name", label=WORD, kind="text")
NUMBER = Field(id="number", label=WORD, kind="text", sensitive=True)
AGREE = Field(id="agree", label=WORD, kind="yes-no", filled_by="resident")
NOTE = Field(id="note", label=WORD, kind="text", filled_by="clerk", required=False)
WHY = Field(id="why", label=WORD, kind="text", only_if=OnlyIf("agree", "no"))
ONE, TWO, THREE = Page("one", WORD, [NAME, NUMBER]), Page("two", WORD, [AGREE, NOTE]), Page("three", WORD, [WHY])
FORM = Form("form", WORD, TODAY, [ONE, TWO, THREE], [WORD])
VALUES = {"name": "张三", "number": "1", "agree": "yes"}


def code(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def confirmed(state: FormState, *pages: Page, values: dict[str, str] = VALUES) -> FormState:
    for page in pages:
        state = confirm(FORM, state, page, values, page_digest(FORM, page, values), "resident", TODAY)
    return state


def test_confirmed_page_by_page_and_frozen() -> None:
    state = confirmed(Filling(), ONE, TWO)
    frozen = freeze(FORM, state, VALUES, TODAY)
    assert isinstance(frozen, Frozen) and len(frozen.digest) == 64
    assert melt(frozen) == Filling()
    for again in (lambda: freeze(FORM, frozen, VALUES, TODAY), lambda: reopen(frozen, ONE), lambda: show(frozen, NUMBER, "resident", True), lambda: check_writing(FORM, frozen, NAME, "clerk")):
        with pytest.raises(NotNow) as refused:
            again()
        assert code(refused) == "form-frozen"


def test_nothing_is_frozen_that_was_not_confirmed() -> None:
    with pytest.raises(NotNow) as refused:
        freeze(FORM, confirmed(Filling(), ONE), VALUES, TODAY)
    assert code(refused) == "page-open" and refused.value.path == "two"
    state = confirmed(Filling(), ONE, TWO)
    with pytest.raises(NotNow) as refused:
        freeze(FORM, state, {**VALUES, "name": "李四"}, TODAY)
    assert code(refused) == "page-changed"
    with pytest.raises(NotNow) as refused:  # the answer asks a new page
        freeze(FORM, confirmed(Filling(), ONE, TWO, values={**VALUES, "agree": "no"}), {**VALUES, "agree": "no"}, TODAY)
    assert code(refused) == "page-open" and refused.value.path == "three"
    with pytest.raises(NotNow) as refused:
        melt(state)
    assert code(refused) == "form-open"


def test_a_page_is_confirmed_by_the_resident_as_it_was_seen_and_complete() -> None:
    seen = page_digest(FORM, ONE, VALUES)
    with pytest.raises(NotAllowed) as denied:
        confirm(FORM, Filling(), ONE, VALUES, seen, "clerk", TODAY)
    assert code(denied) == "not-your-page"
    with pytest.raises(NotNow) as refused:
        confirm(FORM, Filling(), ONE, {**VALUES, "name": "张三丰"}, seen, "resident", TODAY)
    assert code(refused) == "page-changed"
    with pytest.raises(NotNow) as refused:
        confirmed(Filling(), ONE, values={"name": "张三"})
    assert code(refused) == "page-incomplete" and refused.value.path == "number"


def test_a_confirmed_page_is_closed_until_it_is_opened_again() -> None:
    state = confirmed(Filling(), ONE)
    with pytest.raises(NotNow) as refused:
        check_writing(FORM, state, NAME, "clerk")
    assert code(refused) == "page-confirmed"
    check_writing(FORM, state, NOTE, "clerk")
    check_writing(FORM, reopen(state, ONE), NAME, "clerk")


def test_who_writes_and_reads_what() -> None:
    for field, by, why in ((AGREE, "clerk", "not-your-field"), (NOTE, "resident", "not-your-field"), (NUMBER, "clerk", "field-hidden")):
        with pytest.raises(NotAllowed) as denied:
            check_writing(FORM, Filling(), field, by)  # type: ignore[arg-type]  # one of the two sides
        assert code(denied) == why
    assert may_read(Filling(), NAME, "clerk") and not may_read(Filling(), NUMBER, "clerk") and may_read(Filling(), NUMBER, "resident")
    shown = show(Filling(), NUMBER, "resident", True)
    assert may_read(shown, NUMBER, "clerk")
    check_writing(FORM, shown, NUMBER, "clerk")
    assert not may_read(show(shown, NUMBER, "resident", False), NUMBER, "clerk")
    assert melt(Frozen("", shown.shown)) == shown
    with pytest.raises(NotAllowed):
        show(Filling(), NUMBER, "clerk", True)
    with pytest.raises(NotNow) as refused:
        show(Filling(), NAME, "resident", True)
    assert code(refused) == "not-sensitive"


def test_what_there_is_not() -> None:
    with pytest.raises(NotAllowed, match="unknown-field"):
        known_field(FORM, "x" * 10_000)
    with pytest.raises(NotAllowed, match="unknown-page"):
        known_page(FORM, "x")
