"""The forms that a service has filled in: pages, typed fields, rules and help in both languages. Typed and checked when loaded.

A form may stand in several versions with their dates; a talk keeps the version with which it began to fill one in.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.calendar import beijing
from config.problem import BadConfiguration, Problem
from config.strict import TomlText
from config.text import HERE, Code, Text, read_folder

Kind = Literal["text", "long-text", "date", "choice", "yes-no", "id-number", "phone", "number", "address"]
Filler = Literal["both", "resident", "clerk"]
Day = Annotated[str, Meta(pattern=r"^(today|[0-9]{4}-[0-9]{2}-[0-9]{2})([+-][0-9]{1,3}[ymd])?$")]
"""A day, or one that moves with the calendar: `today-22y`, `2026-01-01`, `today+30d`."""

CHOSEN: frozenset[Kind] = frozenset({"choice", "yes-no"})
"""Kinds that are picked as a whole; the others are typed letter by letter."""
YES_NO = ("yes", "no")
MOST = {"pages": 20, "fields": 20, "signed_by": 4}
"""Of a form, of a page, of a form: a paper that fits on a screen and in a memory."""
LIMITS: dict[Kind, int] = {
    "text": 60, "long-text": 1000, "date": 20, "choice": 64, "yes-no": 3, "id-number": 24, "phone": 30, "number": 20, "address": 200,
}  # fmt: skip
"""Most characters of a value, where the field itself does not say. Room is left for how people write: spaces, 年月日, dashes."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a choice."""

    code: Code
    label: Text


class OnlyIf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"value": "is"}):
    """Asked only when an earlier choice has this answer."""

    field: Code
    value: Code


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a value must be beyond its kind."""

    pattern: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """A regular expression for the whole value."""
    earliest: Day | None = None
    latest: Day | None = None
    least: float | None = None
    most: float | None = None
    birth_date: Code | None = None
    """The field of the birth date that this identity number must carry."""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is asked."""

    id: Code
    label: Text
    kind: Kind
    help: Text | None = None
    required: bool = True
    max_length: Annotated[int, Meta(ge=1, le=2000)] | None = None
    options: list[Option] = []
    only_if: OnlyIf | None = None
    rules: Rules = Rules()
    filled_by: Filler = "both"
    sensitive: bool = False
    """The resident's; the clerk sees only whether it is filled in, until the resident shows it."""

    @property
    def limit(self) -> int:
        """Most characters of its value."""
        return self.max_length or LIMITS[self.kind]

    @property
    def answers(self) -> tuple[str, ...]:
        """What may be picked; nothing where the value is typed."""
        return YES_NO if self.kind == "yes-no" else tuple(option.code for option in self.options)


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is filled in and confirmed together."""

    id: Code
    title: Text
    fields: list[Field]
    statement: Text | None = None
    """What the resident declares with this page, read before its fields and printed."""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a form; `valid_from` is also the version's name."""

    code: Code
    title: Text
    valid_from: dt.date
    pages: list[Page]
    signed_by: list[Text]
    """Who signs, in the order of the lines on the paper."""
    valid_to: dt.date | None = None
    sample: bool = False
    """The fields are sample data: no public form was at hand."""

    @property
    def version(self) -> str:
        """For instance `2025-05-10`."""
        return self.valid_from.isoformat()

    @property
    def fields(self) -> list[Field]:
        """All fields, in the order of the paper."""
        return [field for page in self.pages for field in page.fields]

    def field(self, id: str) -> Field | None:
        """One field; None when there is none of that name."""
        return next((field for field in self.fields if field.id == id), None)

    def page(self, id: str) -> Page | None:
        """One page; None when there is none of that name."""
        return next((page for page in self.pages if page.id == id), None)

    def page_of(self, field: str) -> Page:
        """The page on which a field stands. Raises LookupError."""
        for page in self.pages:
            if any(each.id == field for each in page.fields):
                return page
        raise LookupError(f"{self.code} has no field {field}")


class FormFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: forms, or versions of one form."""

    forms: list[Form]


class Forms:
    """All forms. `at` is seconds since 1970-01-01 UTC; versions change at midnight in Beijing."""

    def __init__(self, forms: list[Form]) -> None:
        self._versions: dict[str, list[Form]] = {}
        for form in forms:
            self._versions.setdefault(form.code, []).append(form)

    def __contains__(self, code: object) -> bool:
        return code in self._versions

    def form(self, code: str, at: float) -> Form | None:
        """The version that is valid at `at`."""
        day = beijing(at).date()
        return next((each for each in self._versions.get(code, []) if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)), None)

    def version(self, code: str, version: str) -> Form | None:
        """One version, in force or not; None when nobody ever had it."""
        return next((each for each in self._versions.get(code, []) if each.version == version), None)


def load_forms(folder: Path = HERE) -> Forms:
    """The forms out of `folder` (`forms/*.toml`). Raises BadConfiguration `bad-forms` with every mistake."""
    files, problems = read_folder(folder / "forms", FormFile)
    home: dict[str, str] = {}
    for text, file in files:
        for i, form in enumerate(file.forms):
            problems += _form_problems(text, ("forms", i), form)
            if home.setdefault(form.code, text.file) != text.file:
                problems.append(text.problem(("forms", i, "code"), f"{form.code} already stands in {home[form.code]}"))
        problems += _version_problems(text, file.forms)
    if problems:
        raise BadConfiguration("bad-forms", problems)
    return Forms([form for _, file in files for form in file.forms])


def _version_problems(text: TomlText, forms: list[Form]) -> Iterator[Problem]:
    """Of one form at most one version is valid on any day."""
    ordered = sorted(enumerate(forms), key=lambda each: (each[1].code, each[1].valid_from))
    for (_, before), (i, after) in itertools.pairwise(ordered):
        if before.code == after.code and (before.valid_to is None or before.valid_to >= after.valid_from):
            yield text.problem(("forms", i, "valid_from"), f"{after.code}: the version from {before.valid_from} is still valid then")
    for i, form in ordered:
        if form.valid_to is not None and form.valid_to < form.valid_from:
            yield text.problem(("forms", i, "valid_to"), "is before valid_from")


def _form_problems(text: TomlText, at: tuple[str | int, ...], form: Form) -> Iterator[Problem]:
    before: dict[str, Field] = {}
    pages: set[str] = set()
    for key, count in {"pages": len(form.pages), "signed_by": len(form.signed_by)}.items():
        if not 0 < count <= MOST[key]:
            yield text.problem((*at, key), f"1 to {MOST[key]}")
    for i, page in enumerate(form.pages):
        if not 0 < len(page.fields) <= MOST["fields"]:
            yield text.problem((*at, "pages", i, "fields"), f"1 to {MOST['fields']}")
        if page.id in pages:
            yield text.problem((*at, "pages", i, "id"), f"{page.id} is already a page")
        pages.add(page.id)
        for j, field in enumerate(page.fields):
            here = (*at, "pages", i, "fields", j)
            if field.id in before:
                yield text.problem((*here, "id"), f"{field.id} is already a field")
            for key, reason in _field_mistakes(field, before):
                yield text.problem((*here, *key.split(".")), reason)
            before[field.id] = field


def _field_mistakes(field: Field, before: dict[str, Field]) -> Iterator[tuple[str, str]]:
    """(key, reason). A field may refer only to one that was asked before it: so nothing goes in a circle."""
    if (field.kind == "choice") != bool(field.options):
        yield "options", "a choice needs options" if field.kind == "choice" else f"a {field.kind} has none"
    if len(set(field.answers)) < len(field.answers) or len(field.options) == 1:
        yield "options", "at least two, all different"
    if field.kind in CHOSEN and field.max_length is not None:
        yield "max_length", f"a {field.kind} is not typed"
    if field.sensitive and (field.filled_by == "clerk" or field.kind in CHOSEN):
        # The resident signs only what the resident has seen; and what other fields depend on must be seen by both.
        yield "sensitive", "only what the resident types can be hidden"
    if (condition := field.only_if) is not None:
        asked = before.get(condition.field)
        if asked is None:
            yield "only_if", f"{condition.field} is no field before this one"
        elif condition.value not in asked.answers:
            yield "only_if", f"{condition.value} is no answer of {condition.field}"
    yield from _rule_mistakes(field, before)


def _rule_mistakes(field: Field, before: dict[str, Field]) -> Iterator[tuple[str, str]]:
    rules = field.rules
    for rule, kinds in {"earliest": ("date",), "latest": ("date",), "least": ("number",), "most": ("number",), "birth_date": ("id-number",)}.items():
        if getattr(rules, rule) is not None and field.kind not in kinds:
            yield f"rules.{rule}", f"is no rule of a {field.kind}"
    if rules.birth_date is not None and (asked := before.get(rules.birth_date)) is not None and asked.kind != "date":
        yield "rules.birth_date", f"{rules.birth_date} is no date"
    elif rules.birth_date is not None and rules.birth_date not in before:
        yield "rules.birth_date", f"{rules.birth_date} is no field before this one"
    for day in filter(None, (rules.earliest, rules.latest)):
        if not day.startswith("today"):
            try:
                dt.date.fromisoformat(day[:10])
            except ValueError:
                yield "rules", f"{day[:10]} is no day of the calendar"
    if rules.pattern is not None:
        try:
            re.compile(rules.pattern)
        except re.error as error:
            yield "rules.pattern", f"is no pattern: {error}"
