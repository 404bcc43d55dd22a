"""Reading a page's answer; what the script itself sees is tried in a real browser (test_portal.py)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operate.eyes import CODE, NUMBER, answer, code_of, question
from kiosk.operate.grant import Field


def told(**other: Any) -> dict[str, Any]:
    field = {"names": [None, "Full_Name"], "mark": 4, "secret": False, "personal": True, "typeable": True, "lists": False}
    return {
        "doc": "d", "handled": 3, "origin": "https://portal.example", "width": 900, "height": 600.4, "focused": field, "at": None,
        "masks": [[10.6, 20.2, 110.2, 40.9]], **other,
    }  # fmt: skip


def test_an_answer_is_read_and_its_masks_are_wide_enough() -> None:
    look = answer(told())
    assert (look.doc, look.handled, look.origin) == ("d", 3, "https://portal.example")
    assert look.focused == Field("full-name", personal=True, typeable=True)
    assert look.focused.mark == "d/4"
    [(left, top, width, height)] = look.boxes(900, 600)
    assert left <= 10
    assert top <= 20
    assert left + width >= 111
    assert top + height >= 41


def test_a_page_that_does_not_fill_its_window_is_masked_whole() -> None:
    look = answer(told(height=560))
    assert look.boxes(900, 600) == ((0, 0, 900, 600),)


@pytest.mark.parametrize(
    "wrong", [None, {}, 3, told(masks=[[1, 2]]), told(masks=[["a", 0, 0, 0]]), told(focused={}), told(width=None)]
)
def test_anything_else_is_no_answer(wrong: Any) -> None:
    with pytest.raises(ValueError):
        answer(wrong)


def test_a_question_is_one_expression_whatever_is_asked() -> None:
    assert question((0.5, 0.25), ('d"\u2028', 3), 100) == 'look([0.5, 0.25], ["d\\"\\u2028", 3], 100)'
    assert question(None, None, 5) == "look(null, null, 5)"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["Full_Name", "x"], "full-name"), ([None, "phone"], "phone"), (["", "tel2"], "tel2"), (["姓名", "name"], "name"), (["a b", None], ""),
        ([":r1:", ""], ""), (["-a"], ""), (["a" * 64], "a" * 64), (["a" * 65], ""), (["field-3", "third"], "third"),
        (["id-330424199001011234", None], ""), ([None, None], ""),
    ],
)  # fmt: skip
def test_a_name_is_a_code_or_nothing(names: list[str | None], code: str) -> None:
    assert code_of(names) == code


@given(st.lists(st.one_of(st.none(), st.text(max_size=80), st.from_regex(r"[A-Za-z0-9_-]{1,70}", fullmatch=True)), max_size=2))
def test_no_name_makes_anything_but_a_code(names: list[str | None]) -> None:
    code = code_of(names)
    assert code == "" or (CODE.fullmatch(code) and code.isascii() and not NUMBER.search(code) and not code.startswith("field-1"))
