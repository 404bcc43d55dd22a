"""What the kiosk shows is drawn from the file that is signed."""

from __future__ import annotations

import io

from PIL import Image

from signaling.office.form_pdf import Place, render
from signaling.office.form_pictures import page_pictures, page_texts, place_on_page
from tests.signaling.office.test_form_pdf import CARD, facts, form


def test_a_picture_a_page_with_ink_on_it() -> None:
    pdf = render(form(), {**CARD, "remark": "备注。" * 90}, facts()).pdf
    pictures = page_pictures(pdf, width=800)
    assert len(pictures) == len(page_texts(pdf)) == 2
    for png in pictures:
        with Image.open(io.BytesIO(png)) as picture:
            assert picture.format == "PNG" and picture.width == 800 and abs(picture.height - 800 * 297 / 210) < 3
            assert min(picture.get_flattened_data()) < 60 and max(picture.get_flattened_data()) == 255
    assert page_pictures(pdf, width=800) == pictures


def test_a_place_on_paper_is_a_place_on_its_picture() -> None:
    assert place_on_page(Place(2, 0, 0, 210, 297)) == (2, 0, 0, 10_000, 10_000)
    assert place_on_page(Place(0, 105, 148.5, 21, 29.7)) == (0, 5_000, 5_000, 1_000, 1_000)
    # The line under it is where its lower edge is.
    rendered = render(form(), CARD, facts())
    page, x, y, width, height = place_on_page(rendered.places[0])
    with Image.open(io.BytesIO(page_pictures(rendered.pdf, width=2000)[page])) as picture:
        foot = round((y + height) / 10_000 * picture.height)
        middle = round((x + width / 2) / 10_000 * picture.width)
        assert min(picture.getpixel((middle, foot + n)) for n in range(-2, 3)) < 60
        assert min(picture.getpixel((middle, foot - n)) for n in range(8, 60)) == 255
