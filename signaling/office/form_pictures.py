"""The paper as pictures: what the kiosk shows is drawn from the very file that is signed. The only door to `pypdfium2`."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2 as pdfium

from signaling.office.form_pdf import Place

MOST_PAGES = 40
A4 = (210.0, 297.0)
"""Millimetres."""
WHOLE = 10_000


def page_pictures(pdf: bytes, width: int = 1080) -> list[bytes]:
    """A PNG of each page, `width` pixels wide. For files of our own making; some 0.1 s a page: on a thread."""
    return list(_pictures(pdf, width))


def _pictures(pdf: bytes, width: int) -> Iterator[bytes]:
    document = pdfium.PdfDocument(pdf)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            picture = page.render(scale=width / page.get_width()).to_pil().convert("L")
            page.close()
            file = io.BytesIO()
            picture.save(file, format="PNG", optimize=False)
            yield file.getvalue()
    finally:
        document.close()


def place_on_page(place: Place) -> tuple[int, int, int, int, int]:
    """A place of the paper on its page's picture, of whatever size: page from 0, then x, y, width and height in ten-thousandths of
    the page's own width and height, from its upper left corner."""
    width, height = A4
    left, top = round(place.x / width * WHOLE), round(place.y / height * WHOLE)
    right, bottom = round((place.x + place.width) / width * WHOLE), round((place.y + place.height) / height * WHOLE)
    return place.page, left, top, right - left, bottom - top


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, for a screen reader and for tests."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()
