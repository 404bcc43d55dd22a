"""The one-time notice 一次性告知: everything that a case still lacks, told once and whole, and which outcome may stand on it. Pure.

What is free text on it stands on the sealed paper alone; here are places of the service's list, and codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from signaling.domain.form_on_table import FormOnTable
from signaling.domain.refusals import Refusal

Because = Literal["materials", "not-eligible", "withdrawn", "technical", "other"]
"""Why the notice is given: something is lacking; or nothing that could be brought would help."""
Refused = Literal["blurred", "glare", "dark", "cut-off", "incomplete", "not-original", "expired", "other-person", "unsigned", "differs"]
"""Why what was brought cannot be taken: what the camera said of the still, or what the clerk sees in it."""
Reason = Literal["not-brought", "follows", "seen", Refused]
"""Of one material. `seen`: it was shown, and nothing of it has to be kept."""
FormLack = Literal["form-missing", "signature-missing"]
Need = Literal["required", "optional", "may-follow"]


class NoticeLine(msgspec.Struct, frozen=True):
    """What is said of one material, named by its place in the service's list, from 0."""

    material: int
    reason: Reason


class Notice(msgspec.Struct, frozen=True):
    """A notice that was given, the `n`-th of its case. `paper` is the number under which it lies sealed, `digest` its SHA-256, `pages` how
    many it has; `follow_by` the day until which the rest may follow, in ISO form."""

    n: int
    paper: str
    digest: str
    pages: int
    because: Because
    lines: tuple[NoticeLine, ...] = ()
    form: FormLack | None = None
    follow_by: str | None = None
    session: str | None = None
    """The visit that gave it, once that is over; it lies sealed there, and no later visit stands on it."""

    @property
    def lacking(self) -> tuple[NoticeLine, ...]:
        """What is to be brought or sent, of whatever kind."""
        return lacking(self.lines)

    @property
    def only_follows(self) -> bool:
        """Nothing is lacking but what may follow."""
        return self.because == "materials" and self.form is None and all(line.reason == "follows" for line in self.lacking)


@dataclass(frozen=True, slots=True)
class Checked:
    """A line of the service's list, and how many pages of it are in the case."""

    need: Need
    pages: int = 0


def lacking(lines: Sequence[NoticeLine]) -> tuple[NoticeLine, ...]:
    """Those that say that something is lacking."""
    return tuple(line for line in lines if line.reason != "seen")


def open_materials(checklist: Sequence[Checked]) -> tuple[int, ...]:
    """Places of what is required and of which nothing is in the case."""
    return tuple(place for place, line in enumerate(checklist) if line.need == "required" and line.pages == 0)


def check(
    checklist: Sequence[Checked], form: FormLack | None, because: Because, lines: Sequence[NoticeLine], says: FormLack | None, *, remarks: bool
) -> None:
    """Whether a notice may be given so. `form`: what the form really lacks, `says`: what the notice says of it; `remarks`: something is written on it.

    Raises `Refusal`: `unknown-material`, `notice-wrong` (it contradicts the case), `notice-incomplete` (it must name everything), `notice-empty`.
    """
    named = [line.material for line in lines]
    for index, line in enumerate(lines):
        path = f"$.lines[{index}]"
        if line.material >= len(checklist):
            raise Refusal("unknown-material", path=f"{path}.material")
        asked = checklist[line.material]
        if line.material in named[:index]:
            raise Refusal("notice-wrong", "a material is named once", path)
        if line.reason == "follows" and asked.need != "may-follow":
            raise Refusal("notice-wrong", "this material may not follow", path)
        if line.reason == "not-brought" and asked.pages:
            raise Refusal("notice-wrong", "pages of it are in the case", path)
    if says is not None and says != form:
        raise Refusal("notice-wrong", "the form is not so", "$.form")
    if because == "materials":
        if not lacking(lines) and says is None:
            raise Refusal("notice-empty", "nothing is lacking", "$.lines")
        if forgotten := set(open_materials(checklist)) - set(named):
            raise Refusal("notice-incomplete", f"nothing is said of {sorted(forgotten)}", "$.lines")
    elif because == "other" and not remarks:
        raise Refusal("notice-empty", "say in words why", "$.remark")


def objection(outcome: str, notice: Notice | None) -> str | None:
    """Why a case may not end so: `notice-needed`, `materials-missing`; None: it may.

    Who is sent home has it in writing why, and what to bring; what is accepted with gaps has its gaps named, and only such as may follow.
    """
    if outcome not in ("returned", "accepted-with-gaps"):
        return None
    if notice is None:
        return "notice-needed"
    return "materials-missing" if outcome == "accepted-with-gaps" and not notice.only_follows else None


def form_lack(form: FormOnTable | None, *, wanted: bool) -> FormLack | None:
    """What the form of a case still lacks; None where it is signed, or the service wants none and none lies there."""
    if form is None:
        return "form-missing" if wanted else None
    if form.frozen is None:
        return "form-missing"
    return None if form.frozen.complete else "signature-missing"
