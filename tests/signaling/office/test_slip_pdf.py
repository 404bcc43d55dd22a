"""The slip on paper: read back as it was written, the same file each time, and a square that a camera reads."""

from __future__ import annotations

import datetime as dt
from functools import cache

import cv2
import numpy as np
import pytest

from config.calendar import BEIJING
from config.text import Text
from signaling.office.form_fonts import MissingGlyph
from signaling.office.form_pictures import page_pictures, page_texts
from signaling.office.press import PRINTED_WIDTH
from signaling.office.slip import Proof, Row, Section, Slip
from signaling.office.slip_pdf import dark_runs, render

AT = dt.datetime(2026, 11, 28, 10, 30, tzinfo=BEIJING).timestamp()
SQUARE = f"VW1 jinshan session-0001 123 {'ab' * 32} AB2CD-EF3GH"


def slip(rows: int = 2, note: str = "") -> Slip:
    lacking = tuple(Row(Text(f"第{n}份材料", f"Material {n}"), Text("没有带来", "Not brought"), note) for n in range(1, rows + 1))
    return Slip(
        Text("一次性告知单", "One-time notice"), "en", AT, ((Text("申请人", "Resident"), Text("王＊＊", "王＊＊")),),
        (Section(Text("还没有带来的材料", "Still to be brought"), lacking),), "310116-330424-20261128-0012",
        Proof("AB2CD-EF3GH", SQUARE, Text("凭码查询", "Look it up")), (Text("备齐再来", "Bring it all"),),
    )  # fmt: skip


@cache
def printed() -> bytes:
    return render(slip(note="带𠮷字的户口簿"))


def joined(pdf: bytes) -> str:
    return "".join("".join(page_texts(pdf)).split())


def test_what_was_said_is_read_on_paper_in_both_languages() -> None:
    text = joined(printed())
    for words in ("一次性告知单", "One-timenotice", "王＊＊", "第1份材料", "Material2", "没有带来", "Notbrought", "（带𠮷字的户口簿）", "AB2CD-EF3GH", "备齐再来", "2026年11月28日10:30", "第1页，共1页"):
        assert words in text, words


def test_the_same_slip_is_the_same_file() -> None:
    assert render(slip(note="带𠮷字的户口簿")) == printed()


def test_the_square_on_the_printed_page_is_read_by_a_camera() -> None:
    (png,) = page_pictures(printed(), PRINTED_WIDTH)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    read, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert read == SQUARE


def test_a_long_list_goes_on_on_the_next_page_and_loses_nothing() -> None:
    pdf = render(slip(40))
    text = joined(pdf)
    assert len(page_texts(pdf)) > 1 and all(f"第{n}份材料" in text for n in range(1, 41))


def test_what_no_font_draws_is_refused_and_not_printed_as_an_empty_box() -> None:
    with pytest.raises(MissingGlyph):
        render(slip(note="\U000f0000"))


def test_the_runs_of_a_square_are_its_dark_modules() -> None:
    side, runs = dark_runs("AB2CD-EF3GH")
    assert all(x >= 0 and x + length <= side and 0 <= y < side for x, y, length in runs)
    assert (0, 0, 7) in runs and (side - 7, 0, 7) in runs, "the corners by which it is found"
