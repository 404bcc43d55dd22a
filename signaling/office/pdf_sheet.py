"""A4 paper of our own making: PDF/A, Chinese set in whatever fonts the machine has, the same bytes for the same content. The only door to `fpdf`."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from fpdf import FPDF
from fpdf.enums import DocumentCompliance
from fpdf.fonts import TTFFont

from config.calendar import beijing
from config.text import Language, Text
from signaling.office.form_fonts import Fonts, MissingGlyph
from signaling.office.form_lines import broken

LEFT, WIDTH = 20.0, 170.0
TOP, BOTTOM = 18.0, 272.0
"""Millimetres of an A4 page."""

_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
    <rdf:Description rdf:about="" xmp:CreateDate="{moment}" xmp:ModifyDate="{moment}" xmp:MetadataDate="{moment}" pdf:Producer="virtual-window">
      <pdfaid:part>2</pdfaid:part>
      <pdfaid:conformance>U</pdfaid:conformance>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""


class Sheet(FPDF):
    """Pages that are written from the top down. `made_at`: seconds since 1970, as it stands in the file; `language`: the resident's."""

    def __init__(self, title: str, made_at: float, language: Language, fonts: Fonts) -> None:
        super().__init__(format="A4", enforce_compliance=DocumentCompliance.PDFA_2U)
        self._language, self._fonts = language, fonts
        self.set_creation_date(beijing(made_at))
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_producer("virtual-window")
        # The library would write the present moment into it, and the same paper would never be the same file twice.
        self.set_xmp_metadata(_XMP.format(title=escape(title), moment=beijing(made_at).isoformat(timespec="seconds")))
        self.set_auto_page_break(False)
        self.set_margins(LEFT, TOP, LEFT)
        self.add_font("bold", fname=fonts.bold.path, collection_font_number=fonts.bold.number)
        self._added: set[str] = set()
        self.set_line_width(0.25)
        self.alias_nb_pages("{pages}")

    def close(self) -> None:
        """The library leaves its font files open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    # --- letters --------------------------------------------------------------------------------------------------------

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        """(face, letters) one after the other."""
        run, before = "", ""
        for character in text:
            name = f"face{self._fonts.face_of(character)}"
            if name != before and run:
                yield before, run
                run = ""
            run, before = run + character, name
        if run:
            yield before, run

    def _use(self, face: str, size: float) -> None:
        if face != "bold" and face not in self._added:
            found = self._fonts.faces[int(face.removeprefix("face"))]
            self.add_font(face, fname=found.path, collection_font_number=found.number)
            self._added.add(face)
        self.set_font(face, size=size)

    def measure(self, text: str, size: float) -> float:
        """Millimetres."""
        width = 0.0
        for face, run in self._runs(text):
            self._use(face, size)
            width += float(self.get_string_width(run))
        return width

    def put(self, x: float, y: float, text: str, size: float, grey: int = 0) -> None:
        """One line, `y` at its foot."""
        self.set_text_color(grey)
        for face, run in self._runs(text):
            self._use(face, size)
            self.text(x, y, run)
            x += float(self.get_string_width(run))
        self.set_text_color(0)

    def lines(self, text: str, width: float, size: float) -> list[str]:
        return broken(text, width, lambda part: self.measure(part, size))

    def both(self, text: Text) -> list[str]:
        """Chinese, and the resident's language where it is another."""
        # A Chinese face draws the curly apostrophe as wide as a character.
        return [text.zh] if self._language == "zh-CN" else [text.zh, text.in_(self._language).replace("’", "'")]

    def drawable(self, text: str) -> None:
        """The bold face has what the first of the others has; only titles are set in it. Raises MissingGlyph."""
        for character in text:
            if self._fonts.face_of(character) != 0:
                raise MissingGlyph(character)

    def room(self, height: float) -> float:
        """Where something of this height may begin; on a new page when this one is full."""
        if self.get_y() + height > BOTTOM:
            self.add_page()
            self.set_y(TOP)
        return float(self.get_y())

    def foot(self, first: str, second: str) -> None:
        """Two small lines under a rule, and which page this is."""
        self.set_draw_color(120)
        self.line(LEFT, 279, LEFT + WIDTH, 279)
        self.set_draw_color(0)
        self.put(LEFT, 283.5, first, 7.5, 60)
        self.put(LEFT, 287.5, second, 7.5, 60)
        self._use("face0", 7.5)
        self.set_xy(LEFT + WIDTH - 27, 284.8)
        self.cell(27, 4, f"第 {self.page_no()} 页，共 {{pages}} 页")
