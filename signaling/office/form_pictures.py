"""The paper as pictures: what the kiosk shows is drawn from the very file that is signed. The only door to `pypdfium2`."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2 as pdfium

MOST_PAGES = 40


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


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, for a screen reader and for tests."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()
