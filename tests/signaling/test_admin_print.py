"""How commands answer: columns under each other, whatever stands in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from signaling.admin_print import GAP, table, width


def test_columns_stand_under_each_other_in_chinese_too() -> None:
    assert table([("kiosk", "place"), ("a", "x"), ("海盐", "大厅")]) == ["kiosk  place", "a      x", "海盐   大厅"]
    assert (width("海盐1号"), width("a\u0301")) == (7, 1)


def test_nothing_in_a_cell_moves_the_terminal() -> None:
    (line,) = table([("a\x1b[31m", "b\nc")])
    assert "\x1b" not in line and "\n" not in line


@given(some.lists(some.lists(some.text("ab 海盐号é", min_size=1, max_size=5).filter(lambda cell: cell == cell.strip()), min_size=2, max_size=2), min_size=1, max_size=6))
def test_every_second_column_begins_at_one_place(rows: list[list[str]]) -> None:
    begin = max(width(first) for first, _ in rows) + len(GAP)
    for line, (first, second) in zip(table(rows), rows, strict=True):
        assert line == first + " " * (begin - width(first)) + second
