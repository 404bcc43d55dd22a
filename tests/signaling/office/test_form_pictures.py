"""What the kiosk shows is drawn from the file that is signed."""

from __future__ import annotations

import io

from PIL import Image

from signaling.office.form_pdf import render
from signaling.office.form_pictures import page_pictures, page_texts
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
