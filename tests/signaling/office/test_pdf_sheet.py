"""The paper's sheet: letters in whatever face has them, lines that fit, both languages, room on the next page."""

from __future__ import annotations

from contextlib import closing

import pytest

from config.text import Text
from signaling.office.form_fonts import BOLD, FACES, Fonts, MissingGlyph
from signaling.office.form_pictures import page_texts
from signaling.office.pdf_sheet import BOTTOM, TOP, Sheet


def sheet(language: str = "en") -> Sheet:
    made = Sheet("试", 1_796_000_000.0, language, Fonts(FACES, BOLD))  # type: ignore[arg-type] # one of the two
    made.add_page()
    return made


def test_what_is_put_down_can_be_read_and_measured() -> None:
    with closing(sheet()) as made:
        made.put(20, 40, "张𠮷 and 李", 12)
        assert made.measure("中中", 12) == pytest.approx(2 * made.measure("中", 12))
        assert all(made.measure(line, 12) <= 40 for line in made.lines("一二三四五六七八九十" * 4, 40, 12))
        made.foot("摘要", "第二行")
        assert "张𠮷" in "".join(page_texts(bytes(made.output())))


def test_chinese_always_stands_there_and_the_other_language_below_it() -> None:
    for language, lines in (("zh-CN", ["户口簿"]), ("en", ["户口簿", "one's book"])):
        with closing(sheet(language)) as made:
            assert made.both(Text("户口簿", "one’s book")) == lines


def test_what_does_not_fit_begins_on_the_next_page() -> None:
    with closing(sheet()) as made:
        made.set_y(BOTTOM - 5)
        assert made.room(4) == BOTTOM - 5 and made.page_no() == 1
        assert made.room(6) == TOP and made.page_no() == 2


def test_a_title_is_set_in_one_face_or_not_at_all() -> None:
    with closing(sheet()) as made:
        made.drawable("一次性告知单")
        with pytest.raises(MissingGlyph):
            made.drawable("\U000f0000")
