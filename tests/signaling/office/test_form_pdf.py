"""The form on paper: what is read on it is what is signed, the same file each time, and no empty box for a name's rare character."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from config.calendar import BEIJING
from config.forms import Form, load_forms
from config.text import Language, Text
from signaling.domain.form_rules import frozen_digest, frozen_values
from signaling.domain.refusals import Refusal
from signaling.office.form_fonts import FACES, Face, MissingGlyph
from signaling.office.form_pdf import Facts, render
from signaling.office.form_pictures import page_texts

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
