"""From a finished form to paper, with the real printer: the PDF, its pages as pictures, and the places where one signs."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from config.calendar import BEIJING
from config.forms import load_forms
from config.text import Text
from media.picture_file import examine
from signaling.domain.refusals import Refusal
from signaling.domain.signature import Strokes
from signaling.office.form_pdf import Facts, Signed
from signaling.office.form_pictures import page_texts
from signaling.office.press import Job, Pressed, pressed

AT = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BEIJING).timestamp()
FACTS = Facts("310116-330424-20261123-0012", Text("上海市金山区", "Jinshan"), Text("浙江省海盐县", "Haiyan"), AT, "zh-CN", "ab" * 32)
INK = Signed(Strokes(1000, 400, "pen", (tuple((100 + 40 * n, 200, 500, 16 * n) for n in range(20)),)), AT, 12000, "cd" * 32)


def job(name: str = "张𠮷", *, signed: bool = False) -> Job:
    form = load_forms().form("marriage-declaration", AT)
    assert form is not None
    return Job(form, {"man-name": name, "man-nationality": "china"}, FACTS, {0: INK, 1: INK} if signed else {})


@pytest.fixture(scope="module")
def paper() -> Pressed:
    return pressed(job())


def test_the_paper_its_pages_and_a_place_for_everybody_who_signs(paper: Pressed) -> None:
    assert paper.pdf.startswith(b"%PDF") and "张𠮷" in "".join(page_texts(paper.pdf))
    assert len(paper.pages) == len(page_texts(paper.pdf))
    for sheet in paper.pages:
        seen = examine(sheet.png)
        assert sheet.png.startswith(b"\x89PNG") and (seen.width, seen.height) == (sheet.width, sheet.height)
    assert len(paper.places) == len(job().form.signed_by) == 2
    for place in paper.places:
        assert 0 <= place.page < len(paper.pages)
        assert 0 <= place.x < place.x + place.width <= 10_000 and 0 <= place.y < place.y + place.height <= 10_000


def test_the_digest_that_is_signed_stands_on_it(paper: Pressed) -> None:
    assert FACTS.digest is not None and FACTS.digest in "".join("".join(page_texts(paper.pdf)).split())


def test_the_same_job_is_the_same_paper(paper: Pressed) -> None:
    again = pressed(job())
    assert hashlib.sha256(again.pdf).digest() == hashlib.sha256(paper.pdf).digest() and again.places == paper.places


def test_a_signed_paper_has_no_pictures_since_nobody_signs_it_again(paper: Pressed) -> None:
    signed = pressed(job(signed=True))
    assert signed.pages == () and signed.places == paper.places, "everything stands where it stood"
    assert INK.digest in "".join("".join(page_texts(signed.pdf)).split()) and signed.pdf != paper.pdf


def test_a_character_that_no_font_draws_is_named() -> None:
    with pytest.raises(Refusal) as refusal:
        pressed(job("张\U000f0000"))
    assert (refusal.value.code, refusal.value.path) == ("no-glyph", "\U000f0000")
