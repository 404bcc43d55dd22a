"""The finished form on paper: a PDF/A of A4 pages that looks like an official form.

The same form, values, facts, fonts and signatures give the same bytes. It stands in the office and not in `recordings`: it knows forms and words,
and what must be true in ten years is the PDF itself, which is kept with its digest and never made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from types import MappingProxyType

from config.calendar import beijing
from config.forms import Field, Form, Page
from config.text import Language, Text
from signaling.domain.form_rules import frozen_digest, frozen_values, shown_fields, shown_pages
from signaling.domain.refusals import Refusal
from signaling.domain.signature import Strokes
from signaling.office.form_fonts import BOLD, FACES, Face, Fonts
from signaling.office.pdf_sheet import BOTTOM, LEFT, TOP, WIDTH, Sheet
from signaling.office.signature_ink import fitted

LABEL = 52.0
"""Millimetres that the names of fields have."""
NOTHING = "／"
"""In a field that was left empty, so that nothing can be added to it afterwards."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on the paper beside the answers. `frozen_at`: seconds since 1970-01-01 UTC."""

    number: str
    """The case's."""
    home: Text
    host: Text
    frozen_at: float
    language: Language = "zh-CN"
    """The resident's: Chinese always stands there, the other language below it."""
    digest: str | None = None
    """SHA-256 of what was frozen, in hex, where that was done with a salt; None: of the values as they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signature will stand: page from 0, millimetres from the upper left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was given. `at`: seconds since 1970-01-01 UTC."""

    strokes: Strokes
    at: float
    number: int
    """The signature's, as the case and the ledger name it."""
    digest: str
    """SHA-256 of the record's canonical bytes, in hex."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The paper, and the places of its signatures in the order of `Form.signed_by`."""

    pdf: bytes
    places: tuple[Place, ...]


def render(
    form: Form,
    values: Mapping[str, str],
    facts: Facts,
    faces: tuple[Face, ...] = FACES,
    bold: Face | None = BOLD,
    signatures: Mapping[int, Signed] = MappingProxyType({}),
) -> Rendered:
    """Takes half a second or so: on a thread.

    `signatures`: place in `Form.signed_by` → what was signed there. They move nothing: everything else stands where it stood.
    Raises MissingGlyph, and Refusal `no-font` when none of `faces` is there, `unknown-signer` when nobody signs at such a place.
    """
    if strangers := set(signatures) - set(range(len(form.signed_by))):
        raise Refusal("unknown-signer", f"{form.code} is not signed at {sorted(strangers)}")
    written = frozen_values(form, values)
    asked = {field.id for field in shown_fields(form, values)}
    with closing(_Paper(form, facts, facts.digest or frozen_digest(form, values), Fonts(faces, bold))) as paper:
        paper.head()
        for page in shown_pages(form, values):
            paper.section(page)
            for field in page.fields:
                if field.id in asked:
                    paper.row(field, written.get(field.id, ""))
        places = tuple(paper.signatures(signatures))
        return Rendered(bytes(paper.output()), places)


class _Paper(Sheet):
    """Rows of a table, down the page."""

    def __init__(self, form: Form, facts: Facts, digest: str, fonts: Fonts) -> None:
        super().__init__(form.title.zh, facts.frozen_at, facts.language, fonts)
        self._form, self._facts, self._digest = form, facts, digest

    # --- the page -------------------------------------------------------------------------------------------------------

    def head(self) -> None:
        self.add_page()
        self._use("bold", 20)
        self.drawable(self._form.title.zh)
        self.text((210 - float(self.get_string_width(self._form.title.zh))) / 2, TOP + 8, self._form.title.zh)
        y = TOP + 14
        for other in self.both(self._form.title)[1:]:
            self.put((210 - self.measure(other, 11)) / 2, y, other, 11, 60)
            y += 6
        moment = beijing(self._facts.frozen_at)
        self.put(LEFT, y + 3, f"编号：{self._facts.number}", 9)
        when = f"填写完成：{moment:%Y年%m月%d日 %H:%M}（北京时间）"
        self.put(LEFT + WIDTH - self.measure(when, 9), y + 3, when, 9)
        self.put(LEFT, y + 8, f"办理地：{self._facts.home.zh}", 9)
        host = f"收件地：{self._facts.host.zh}"
        self.put(LEFT + WIDTH - self.measure(host, 9), y + 8, host, 9)
        self.set_y(y + 11)

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.foot(f"数据摘要 SHA-256：{self._digest}", f"表单：{self._form.code} {self._form.version}")

    def section(self, page: Page) -> None:
        title = " ".join(self.both(page.title))
        statement = [self.lines(part, WIDTH - 8, 11) for part in self.both(page.statement)] if page.statement else []
        height = 9.0 + sum(6.2 * len(part) for part in statement) + (4 if statement else 0)
        y = self.room(height + 14)
        self.set_fill_color(236)
        self.rect(LEFT, y, WIDTH, 9, style="DF")
        self.drawable(page.title.zh)
        self._use("bold", 12)
        self.text(LEFT + 4, y + 6.2, page.title.zh)
        if title != page.title.zh:
            self.put(LEFT + 8 + float(self.get_string_width(page.title.zh)), y + 6.2, title.removeprefix(page.title.zh).strip(), 10, 60)
        if statement:
            self.rect(LEFT, y + 9, WIDTH, height - 9)
            down = y + 15.2
            for part in statement:
                for line in part:
                    self.put(LEFT + 4, down, line, 11)
                    down += 6.2
        self.set_y(y + height)

    def row(self, field: Field, value: str) -> None:
        """A label and what was answered. A long answer goes on on the next page."""
        labels = [(line, 11.0 if i == 0 else 8.5) for i, part in enumerate(self.both(field.label)) for line in self.lines(part, LABEL - 6, 11.0 if i == 0 else 8.5)]
        answer = self.lines(_answer(field, value, self._facts.language) or NOTHING, WIDTH - LABEL - 8, 12)
        while answer:
            y = self.room(max(10.0, len(labels) * 5 + 5))
            fits = max(1, int((BOTTOM - y - 4) / 6.4))
            here, answer = answer[:fits], answer[fits:]
            height = max(10.0, len(here) * 6.4 + 3.6, len(labels) * 5 + 4)
            self.rect(LEFT, y, LABEL, height)
            self.rect(LEFT + LABEL, y, WIDTH - LABEL, height)
            self._middle(LEFT + 3, y, height, labels, 5)
            self._middle(LEFT + LABEL + 4, y, height, [(line, 12.0) for line in here], 6.4)
            self.set_y(y + height)

    def _middle(self, x: float, y: float, height: float, lines: list[tuple[str, float]], step: float) -> None:
        down = y + (height - step * len(lines)) / 2 + step * 0.74
        for line, size in lines:
            self.put(x, down, line, size, 0 if size > 9 else 60)
            down += step

    def signatures(self, given: Mapping[int, Signed]) -> Iterator[Place]:
        """The lines on which is signed, all on one page, and what is signed there."""
        signers = self._form.signed_by
        y = self.room(14 + 24 * len(signers)) + 6
        words = "本人已阅读以上内容，确认填写属实。"
        self.put(LEFT, y + 4, words, 10.5)
        if self._facts.language != "zh-CN":
            self.put(LEFT, y + 8.5, "I have read the above and confirm that it is true.", 9, 60)
        y += 8
        for number, signer in enumerate(signers):
            foot = y + 18
            for i, part in enumerate(self.both(signer)):
                self.put(LEFT, foot - 1 + 4 * i, part + ("：" if i == 0 else ""), 11 if i == 0 else 8.5, 0 if i == 0 else 60)
            self.line(LEFT + 56, foot, LEFT + 120, foot)
            self.put(LEFT + 126, foot - 1, "日期：", 11)
            self.line(LEFT + 139, foot, LEFT + WIDTH, foot)
            place = Place(self.page_no() - 1, LEFT + 56, foot - 16, 64, 16)
            if number in given:
                self._sign(place, given[number])
            yield place
            y += 24

    def _sign(self, place: Place, signed: Signed) -> None:
        """Ink, date, and the digest of the record by which both can be proved."""
        foot = place.y + place.height
        for line in fitted(signed.strokes, place.x, place.y, place.width, place.height):
            with self.local_context(line_width=line.width, stroke_cap_style="ROUND", stroke_join_style="ROUND"):
                self.polyline(line.spots if len(line.spots) > 1 else line.spots * 2)
        self.put(LEFT + 139.5, foot - 1, f"{beijing(signed.at):%Y年%m月%d日}", 10.5)
        self.put(place.x, foot + 3, f"签名记录 {signed.number}　SHA-256：{signed.digest}", 6, 60)


def _answer(field: Field, value: str, language: Language) -> str:
    """What is read on paper; a choice with all its answers and the one that was taken marked."""
    if not value or not field.answers:
        return value
    if field.kind == "yes-no":
        labels = {"yes": Text("是", "Yes"), "no": Text("否", "No")}
    else:
        labels = {option.code: option.label for option in field.options}
    parts = []
    for code, label in labels.items():
        words = label.zh if language == "zh-CN" else f"{label.zh} {label.in_(language)}"
        parts.append(f"{'■' if code == value else '□'} {words}")
    return ("\n" if any(len(part) > 16 for part in parts) else "    ").join(parts)
