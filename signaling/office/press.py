"""From a finished form, or a slip to take along, to paper: the PDF, its pages as pictures, places of signatures. Pure and slow: for a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from config.forms import Form
from media.picture_file import examine
from signaling.domain.form_on_table import SignPlace
from signaling.domain.refusals import Refusal
from signaling.office import slip_pdf
from signaling.office.form_fonts import MissingGlyph
from signaling.office.form_pdf import Facts, Signed, render
from signaling.office.form_pictures import page_pictures, place_on_page
from signaling.office.slip import Slip


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be printed. `signatures`: place in `Form.signed_by` → what was signed there."""

    form: Form
    values: Mapping[str, str]
    facts: Facts
    signatures: Mapping[int, Signed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as a PNG, with its size in pixels."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """The paper. `pages` are empty for a signed one: nobody signs that again."""

    pdf: bytes
    pages: tuple[Sheet, ...]
    places: tuple[SignPlace, ...]


class Press(Protocol):
    """Whoever prints, well away from the event loop."""

    async def print(self, job: Job | Slip) -> Pressed:
        """Raises `Refusal`: `no-glyph`, `no-font`, `no-press`."""
        ...

    async def pictures(self, pdf: bytes) -> tuple[Sheet, ...]:
        """The pages of a paper that was printed here, sharp enough to be printed from. Raises `Refusal` `no-press`."""
        ...


PRINTED_WIDTH = 1654
"""Pixels of an A4 page at 200 to the inch."""


def pressed(job: Job | Slip) -> Pressed:
    """A second or two. A slip's pages are as many pictures as it has; nobody signs it. Raises `Refusal` `no-glyph` (a character that no font draws; `path` is the character), `no-font`."""
    try:
        if isinstance(job, Slip):
            pdf = slip_pdf.render(job)
            return Pressed(pdf, pictured(pdf), ())
        paper = render(job.form, job.values, job.facts, signatures=job.signatures)
    except MissingGlyph as missing:
        raise Refusal(missing.code, missing.reason, missing.character) from None
    sheets = [] if job.signatures else [_sheet(png) for png in page_pictures(paper.pdf)]
    return Pressed(paper.pdf, tuple(sheets), tuple(SignPlace(*place_on_page(place)) for place in paper.places))


def pictured(pdf: bytes) -> tuple[Sheet, ...]:
    """Each page as it goes to a printer; some 0.2 s a page."""
    return tuple(_sheet(png) for png in page_pictures(pdf, PRINTED_WIDTH))


def _sheet(png: bytes) -> Sheet:
    seen = examine(png)
    return Sheet(png, seen.width, seen.height)
