"""What is asked, what is wrong with an answer, and the one byte form of a finished form."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.forms import Field, Form, Kind, OnlyIf, Option, Page, Rules, load_forms
from config.text import Text
from recordings import canonical
from signaling.domain.form_rules import (
    frozen_bytes,
    frozen_digest,
    frozen_values,
    moving_day,
    page_digest,
    plain,
    problem,
    problems,
    shown_fields,
    shown_pages,
    written,
)
from signaling.domain.id_number import check_digit

TODAY = dt.date(2026, 11, 23)
WORD = Text("甲", "A")
FORMS = load_forms()


def a_form(code: str = "identity-card-application") -> Form:
    form = FORMS.form(code, dt.datetime(2026, 11, 23, tzinfo=dt.UTC).timestamp())
    assert form is not None
    return form


CARD = a_form()


def wrong(kind: str, value: str, **more: object) -> str | None:
    """The code for one value in a field of a kind."""
    rules = Rules(**{name: more.pop(name) for name in list(more) if name in Rules.__struct_fields__})  # type: ignore[arg-type]  # the caller's words
    field = Field(id="x", label=WORD, kind=kind, rules=rules, **more)  # type: ignore[arg-type]  # the caller's words
    return problem(field, {"x": value}, TODAY)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("text", "张三", None),
        ("text", "", "needed"),
        ("text", " 　\n", "needed"),
        ("text", "长" * 61, "too-long"),
        ("text", "𠮷" * 60, None),
        ("text", "张\n三", "bad-character"),
        ("text", "张\u202e三", "bad-character"),
        ("text", "张\u200b三", "bad-character"),
        ("text", "张\x00三", "bad-character"),
        ("text", "张\ufffd", "bad-character"),
        ("long-text", "一\n二", None),
        ("long-text", "一\t二", "bad-character"),
        ("date", "1958-03-12", None),
        ("date", "19580312", None),
        ("date", "1958年3月12日", None),
        ("date", "１９５８.３.１２", None),
        ("date", "1958/3/12", None),
        ("date", "1958 3 12", None),
        ("date", "1958-02-30", "not-a-date"),
        ("date", "58-3-12", "not-a-date"),
        ("date", "yesterday", "not-a-date"),
        ("yes-no", "yes", None),
        ("yes-no", "maybe", "not-an-option"),
        ("id-number", "11010519491231002X", None),
        ("id-number", "110105 19491231 002x", None),
        ("id-number", "１１０１０５１９４９１２３１００２Ｘ", None),
        ("id-number", "110105194912310021", "bad-id-number"),
        ("phone", "138 0013 8000", None),
        ("phone", "0573-86112345", None),
        ("phone", "+33 1 23 45 67 89", None),
        ("phone", "12800138000", "bad-phone"),
        ("phone", "110", "bad-phone"),
        ("number", "3", None),
        ("number", "１,２００.５０", None),
        ("number", "drei", "not-a-number"),
        ("number", "1e5", "not-a-number"),
        ("address", "浙江省海盐县", None),
    ],
)
def test_one_answer(kind: str, value: str, code: str | None) -> None:
    assert wrong(kind, value) == code


def test_bounds_and_patterns() -> None:
    assert wrong("date", "2004-11-23", latest="today-22y") is None
    assert wrong("date", "2004-11-24", latest="today-22y") == "too-late"
    assert wrong("date", "1899-12-31", earliest="1900-01-01") == "too-early"
    assert wrong("number", "0", least=1) == "too-small" and wrong("number", "21", most=20) == "too-large" and wrong("number", "20", least=1, most=20) is None
    assert wrong("text", "12345", pattern="[0-9]{6}") == "not-as-asked" and wrong("text", "123456", pattern="[0-9]{6}") is None
    assert wrong("yes-no", "no", pattern="yes") == "not-as-asked"
    assert wrong("text", "", required=False) is None
    assert wrong("text", "四个字儿", max_length=3) == "too-long"
    assert wrong("choice", "b", options=[Option("a", WORD), Option("b", WORD)]) is None


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("today", "2024-02-29"),
        ("today-1y", "2023-02-28"),
        ("today-4y", "2020-02-29"),
        ("today+30d", "2024-03-30"),
        ("today-1m", "2024-01-29"),
        ("today+12m", "2025-02-28"),
        ("2026-01-31+1m", "2026-02-28"),
        ("2026-01-31", "2026-01-31"),
        ("today-3m", "2023-11-29"),
    ],
)
def test_days_that_move(rule: str, day: str) -> None:
    assert moving_day(rule, dt.date(2024, 2, 29)) == dt.date.fromisoformat(day)


def test_a_birth_date_and_an_identity_number_agree() -> None:
    number = "33042419580312123" + check_digit("33042419580312123")
    asked = {"birth": "1958年3月12日", "id-number": number}
    assert "id-number" not in problems(CARD, asked, TODAY)
    assert problems(CARD, {**asked, "birth": "1958-03-13"}, TODAY)["id-number"] == "not-that-birth-date"
    assert "id-number" not in problems(CARD, {**asked, "birth": "soon"}, TODAY)  # that is the birth date's own problem
    assert problems(CARD, {**asked, "birth": "soon"}, TODAY)["birth"] == "not-a-date"


def test_what_is_asked_follows_from_the_answers() -> None:
    assert "guardian-name" not in {field.id for field in shown_fields(CARD, {})}
    assert "guardian-name" in {field.id for field in shown_fields(CARD, {"under-16": "yes"})}
    assert "guardian-name" not in problems(CARD, {"under-16": "no"}, TODAY)
    assert problems(CARD, {"under-16": "yes"}, TODAY)["guardian-name"] == "needed"
    assert [page.id for page in shown_pages(CARD, {})] == ["person", "application", "delivery"]


def test_a_question_behind_a_question_goes_with_it() -> None:
    one = Field(id="a", label=WORD, kind="yes-no")
    two = Field(id="b", label=WORD, kind="yes-no", only_if=OnlyIf("a", "yes"))
    three = Field(id="c", label=WORD, kind="text", only_if=OnlyIf("b", "yes"))
    form = Form("f", WORD, TODAY, [Page("p", WORD, [one]), Page("q", WORD, [two, three])], [WORD])
    assert [field.id for field in shown_fields(form, {"a": "no", "b": "yes"})] == ["a"]
    assert [page.id for page in shown_pages(form, {"a": "no", "b": "yes"})] == ["p"]
    assert [field.id for field in shown_fields(form, {"a": "yes", "b": "yes"})] == ["a", "b", "c"]


DIGEST = "e75f71e92e4918bdc19bce811f9f02f024d836a5084aa941c2ff3bfd770104db"
VALUES = {"name": "张𠮷 ", "sex": "male", "birth": "1958年3月12日", "phone": "138 0013 8000", "under-16": "no", "guardian-name": "stays behind"}


def test_what_is_signed_is_as_on_paper_and_only_what_is_asked() -> None:
    assert frozen_values(CARD, VALUES) == {"name": "张𠮷", "sex": "male", "birth": "1958-03-12", "under-16": "no", "phone": "13800138000"}
    expected = '{"form":"identity-card-application","salt":"5a17","values":{"birth":"1958-03-12","name":"张𠮷","phone":"13800138000","sex":"male","under-16":"no"},"version":"2026-01-01"}'
    assert frozen_bytes(CARD, VALUES, "5a17") == expected.encode()
    assert frozen_digest(CARD, VALUES, "5a17") == hashlib.sha256(expected.encode()).hexdigest()


def test_the_byte_form_is_that_of_the_evidence() -> None:
    data = frozen_bytes(CARD, VALUES)
    assert canonical.write(canonical.read(data)) == data


@given(st.dictionaries(st.sampled_from([field.id for field in CARD.fields]), st.text(max_size=40)))
def test_freezing_twice_changes_nothing(values: dict[str, str]) -> None:
    once = frozen_values(CARD, values)
    assert frozen_values(CARD, once) == once
    assert json.loads(frozen_bytes(CARD, values))["values"] == once


@given(st.text(max_size=60))
def test_the_plain_form_is_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    for kind in get_args(Kind):
        field = Field(id="x", label=WORD, kind=kind)
        assert written(field, written(field, text)) == written(field, text)


def test_spelling_makes_no_difference() -> None:
    assert frozen_digest(CARD, {"name": "e\u0301"}) == frozen_digest(CARD, {"name": "é"})
    assert plain("a\r\nb\rc") == "a\nb\nc"


def test_a_page_as_the_resident_sees_it_has_the_same_digest_in_the_browser() -> None:
    """The same page and digest stand in signaling/web/form/page_digest.test.ts."""
    form = a_form("general-application")
    seen = {"name": "张𠮷\u3000", "id-number": "330424\u2028\"\\", "phone": "\t1380013\r\n8000", "address": "e\u0301"}
    assert page_digest(form, form.pages[0], seen) == DIGEST
    assert page_digest(form, form.pages[0], {**seen, "matter": "of another page"}) == DIGEST
    assert page_digest(form, form.pages[1], seen) != DIGEST
