"""The form on paper: what is read on it is what is signed, the same file each time, and no empty box for a name's rare character."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import math
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from config.calendar import BEIJING
from config.forms import Form, load_forms
from config.text import Language, Text
from signaling.domain.form_rules import frozen_digest, frozen_values
from signaling.domain.refusals import Refusal
from signaling.domain.signature import Strokes
from signaling.office.form_fonts import FACES, Face, MissingGlyph
from signaling.office.form_pdf import Facts, Signed, render
from signaling.office.form_pictures import page_pictures, page_texts, place_on_page

AT = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BEIJING).timestamp()
FORMS = load_forms()
CARD = {
    "name": "张𠮷㐂䶮", "sex": "male", "ethnic-group": "汉族", "birth": "1958年3月12日", "id-number": "33042419580312154X",
    "household": "浙江省嘉兴市海盐县武原街道新桥北路188号海利社区服务中心3幢2单元1201室", "reason": "renewal", "under-16": "no",
    "phone": "138 0013 8000", "delivery": "collect", "guardian-name": "不在纸上",
}  # fmt: skip


def form(code: str = "identity-card-application") -> Form:
    found = FORMS.form(code, AT)
    assert found is not None
    return found


def facts(language: Language = "zh-CN") -> Facts:
    return Facts("310116-330424-20261123-0012", Text("上海市金山区", "Jinshan, Shanghai"), Text("浙江省海盐县", "Haiyan, Zhejiang"), AT, language)


def joined(pdf: bytes) -> str:
    """All text without what lines and blanks make of it."""
    return "".join("".join(page_texts(pdf)).split())


def test_what_is_read_on_paper_is_what_is_signed() -> None:
    text = joined(render(form(), CARD, facts()).pdf)
    values = frozen_values(form(), CARD)
    for field in form().fields:
        if field.id in values and not field.answers:
            assert values[field.id] in text, field.id
            assert field.label.zh in text
    assert "■男□女" in text and "□是■否" in text and "备注／" in text
    assert "不在纸上" not in text and "监护人姓名" not in text
    assert frozen_digest(form(), CARD) in text and "310116-330424-20261123-0012" in text
    assert "2026年11月23日10:30" in text and "第1页，共1页" in text and "申领人（监护人）签名：" in text


def test_the_same_values_give_the_same_bytes_and_others_do_not() -> None:
    one = render(form("general-application"), {"name": "张三"}, facts())
    assert one == render(form("general-application"), {"name": " 张三"}, facts())
    assert one.pdf != render(form("general-application"), {"name": "张三丰"}, facts()).pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in one.pdf and b"/OutputIntents" in one.pdf


def test_the_digest_of_a_salted_form_is_the_one_that_was_frozen() -> None:
    digest = frozen_digest(form(), CARD, "a1b2")
    text = joined(render(form(), CARD, dataclasses.replace(facts(), digest=digest)).pdf)
    assert digest in text and frozen_digest(form(), CARD) not in text


def test_the_resident_reads_it_in_their_language_and_the_office_in_chinese() -> None:
    marriage = form("marriage-declaration")
    values = {"man-name": "Zoë O’Brien", "man-nationality": "other", "man-nationality-other": "Ireland", "man-agrees": "yes"}
    rendered = render(marriage, values, facts("en"))
    text = " ".join(" ".join(page_texts(rendered.pdf)).split())
    for words in ("申请结婚登记声明书", "Declaration for the registration of a marriage", "姓名", "Name", "■ 是 Yes □ 否 No", "民法典", "of our own free will"):
        assert words in text, words
    assert "Zoë" in text and "Ireland" in text
    assert [place.page for place in rendered.places] == [rendered.places[0].page] * 2
    assert all(place.y + place.height < 279 and place.width == 64 for place in rendered.places)


def test_a_long_answer_goes_on_on_the_next_page_and_nothing_of_it_is_lost() -> None:
    long = "".join(f"第{i}条：由于旧证损坏，需要换领新证。" for i in range(1, 60))[:1000]
    pages = page_texts(render(form("general-application"), {"matter": long}, facts()).pdf)
    assert len(pages) >= 2
    body = "".join("".join("".join(page.split()).rpartition("数据摘要")[0] for page in pages).split())
    assert long in body.replace("申请内容", "")  # the label stands again beside what goes on


@pytest.mark.parametrize(("character", "name"), [("\U0003134a", "U+3134A"), ("\U000e0100", "U+E0100"), ("😀", "U+1F600"), ("\u0e01", "U+0E01")])
def test_what_no_font_can_draw_is_refused_by_name(character: str, name: str) -> None:
    with pytest.raises(MissingGlyph) as caught:
        render(form("general-application"), {"name": f"张{character}"}, facts())
    assert caught.value.code == "no-glyph" and caught.value.character == character
    assert name in caught.value.reason


def test_another_font_lends_what_the_first_lacks() -> None:
    """The first face here has no 𠮷."""
    poor = next(face for face in FACES if "wqy" in str(face.path) or "droid" in str(face.path).lower())
    assert poor.path.exists()
    text = joined(render(form("general-application"), {"name": "张𠮷三"}, facts(), (poor, FACES[0]), bold=None).pdf)
    assert "张𠮷三" in text
    with pytest.raises(MissingGlyph, match=r"U\+20BB7 𠮷"):
        render(form("general-application"), {"name": "张𠮷三"}, facts(), (poor,), bold=None)


def test_no_font_at_all_is_told() -> None:
    with pytest.raises(Refusal, match="no-font"):
        render(form(), CARD, facts(), (Face(Path("/nowhere.ttc")),))


# --- signed -----------------------------------------------------------------------------------------------------------------


def signed(x: int = 300, number: int = 12_034) -> Signed:
    """Somebody's name, written from corner to corner of the pad."""
    first = tuple((x + (2600 - x) * i // 60, round(500 + 500 * math.sin(i / 5)), 500 + 8 * i, 8 * i) for i in range(61))
    corners = ((0, 0, 1000, 600), (3200, 1000, 1000, 700), (3200, 0, 1000, 800), (0, 1000, 1000, 900))
    return Signed(Strokes(3200, 1000, "pen", (first, corners)), AT + 86_400, number, hashlib.sha256(b"%d" % number).hexdigest())


def changed(before: bytes, after: bytes, page: int) -> tuple[Image.Image, tuple[int, int]]:
    """White where a page's pictures differ; and their size."""
    pictures = [Image.open(io.BytesIO(page_pictures(pdf, 1050)[page])) for pdf in (before, after)]
    difference = ImageChops.difference(*pictures).point(lambda grey: 255 if grey > 8 else 0)
    size = pictures[0].size
    for picture in pictures:
        picture.close()
    return difference, size


def test_a_paper_without_signatures_is_the_paper_that_was_shown() -> None:
    plain = render(form("general-application"), {"name": "张三"}, facts())
    assert render(form("general-application"), {"name": "张三"}, facts(), signatures={}) == plain


def test_the_ink_is_inside_its_place_and_nothing_else_moves() -> None:
    marriage, values = form("marriage-declaration"), {"man-agrees": "yes"}
    plain = render(marriage, values, facts("en"))
    for signer in (0, 1):
        paper = render(marriage, values, facts("en"), signatures={signer: signed()})
        assert paper.places == plain.places
        place = plain.places[signer]
        difference, (width, height) = changed(plain.pdf, paper.pdf, place.page)
        page, x, y, w, h = place_on_page(place)
        assert page == place.page
        box = (x * width // 10_000, y * height // 10_000, -(-(x + w) * width // 10_000), -(-(y + h) * height // 10_000))
        ink = difference.crop(box).getbbox()
        assert ink is not None and ink[2] - ink[0] > 0.6 * (box[2] - box[0]) and ink[3] - ink[1] > 0.8 * (box[3] - box[1])
        # Without the ink: the date to the right of the place, and the digest just below.
        difference.paste(0, box)
        rest = difference.getbbox()
        assert rest is not None
        assert rest[0] >= box[0] - 1 and rest[1] >= box[1] and rest[2] <= width * 190 / 210 + 1 and rest[3] <= box[3] + height * 4 / 297
        difference.paste(0, (0, box[3] - 2, width, height))
        date = difference.getbbox()
        assert date is not None and date[0] > width * 158 / 210
        other_pages = [n for n in range(len(page_texts(plain.pdf))) if n != place.page]
        assert all(changed(plain.pdf, paper.pdf, n)[0].getbbox() is None for n in other_pages)


def test_when_it_was_signed_and_by_which_record_is_read_on_the_paper() -> None:
    rendered = render(form("marriage-declaration"), {"man-agrees": "yes"}, facts(), signatures={0: signed(), 1: signed(700, 99_001)})
    text = joined(rendered.pdf)
    assert text.count("2026年11月24日") == 2
    for number in (12_034, 99_001):
        assert f"签名记录{number}SHA-256：{signed(number=number).digest}" in text
    assert frozen_digest(form("marriage-declaration"), {"man-agrees": "yes"}) in text
    assert b"<pdfaid:part>2</pdfaid:part>" in rendered.pdf


def test_the_same_signatures_give_the_same_bytes_and_others_do_not() -> None:
    def paper(given: Signed) -> bytes:
        return render(form("general-application"), {"name": "张三"}, facts(), signatures={0: given}).pdf

    assert paper(signed()) == paper(signed())
    assert len({paper(signed()), paper(signed(301)), paper(signed(number=12_035))}) == 3


def test_a_signature_of_somebody_whom_the_form_does_not_name_is_not_left_out_in_silence() -> None:
    with pytest.raises(Refusal, match="unknown-signer"):
        render(form("general-application"), {"name": "张三"}, facts(), signatures={1: signed()})
