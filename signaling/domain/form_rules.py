"""What is asked, what is wrong with an answer, and the one byte form of a finished form. Pure: the day is an argument.

Values are `dict[str, str]`, field → what stands in it; a field that was never touched may be missing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from typing import Literal

from config.forms import CHOSEN, Field, Form, Page
from signaling.domain.id_number import birth_date, is_id_number

Values = Mapping[str, str]
ProblemCode = Literal[
    "needed", "too-long", "bad-character", "not-a-date", "too-early", "too-late", "not-an-option", "bad-id-number",
    "not-that-birth-date", "bad-phone", "not-a-number", "too-small", "too-large", "not-as-asked",
]  # fmt: skip

_EDGES = " \t\n\u00a0\u3000"
"""What is cut off at both ends. The pages cut the same, letter for letter: `page_digest` is computed on both sides."""
_UNSEEN = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]")
"""Letters that are not seen, or that change the order of those around them: what is signed must be what is read."""
_NARROW = {0x3000: " ", **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}}
_DATE = re.compile(r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|[-./年 ]+([0-9]{1,2})[-./月 ]+([0-9]{1,2})日?)")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|\+[0-9]{7,15}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_MOVING = re.compile(r"(today|[0-9-]{10})(?:([+-][0-9]+)([ymd]))?")


def shown_fields(form: Form, values: Values) -> list[Field]:
    """The fields that are asked, given the answers so far, in the order of the paper."""
    asked: set[str] = set()
    shown = []
    for field in form.fields:
        condition = field.only_if
        if condition is None or (condition.field in asked and plain(values.get(condition.field, "")) == condition.value):
            asked.add(field.id)
            shown.append(field)
    return shown


def shown_pages(form: Form, values: Values) -> list[Page]:
    """The pages on which anything is asked."""
    asked = {field.id for field in shown_fields(form, values)}
    return [page for page in form.pages if any(field.id in asked for field in page.fields)]


def problems(form: Form, values: Values, today: dt.date) -> dict[str, ProblemCode]:
    """Field → what is wrong with it, for the fields that are asked. `today` is the day in Beijing."""
    found = ((field.id, problem(field, values, today)) for field in shown_fields(form, values))
    return {name: code for name, code in found if code is not None}


def problem(field: Field, values: Values, today: dt.date) -> ProblemCode | None:
    """The first thing that is wrong with one field; None when nothing is."""
    typed = plain(values.get(field.id, ""))
    if not typed:
        return "needed" if field.required else None
    if field.kind in CHOSEN and typed not in field.answers:
        return "not-an-option"
    if len(typed) > field.limit:
        return "too-long"
    if _UNSEEN.search(typed) or ("\n" in typed and field.kind != "long-text"):
        return "bad-character"
    value = written(field, typed)
    match field.kind:
        case "date":
            wrong = _date_problem(field, value, today)
        case "number":
            wrong = _number_problem(field, value)
        case "phone":
            wrong = None if _PHONE.fullmatch(value) else "bad-phone"
        case "id-number":
            wrong = _id_problem(field, value, values)
        case _:
            wrong = None
    if wrong is None and field.rules.pattern is not None and not re.fullmatch(field.rules.pattern, value):
        return "not-as-asked"
    return wrong


def _date_problem(field: Field, value: str, today: dt.date) -> ProblemCode | None:
    day = _day(value)
    if day is None:
        return "not-a-date"
    if field.rules.earliest is not None and day < moving_day(field.rules.earliest, today):
        return "too-early"
    if field.rules.latest is not None and day > moving_day(field.rules.latest, today):
        return "too-late"
    return None


def _number_problem(field: Field, value: str) -> ProblemCode | None:
    if not _NUMBER.fullmatch(value):
        return "not-a-number"
    if field.rules.least is not None and float(value) < field.rules.least:
        return "too-small"
    if field.rules.most is not None and float(value) > field.rules.most:
        return "too-large"
    return None


def _id_problem(field: Field, value: str, values: Values) -> ProblemCode | None:
    if not is_id_number(value):
        return "bad-id-number"
    named = field.rules.birth_date
    said = None if named is None else _day(_iso(_halfwidth(plain(values.get(named, "")))))
    return "not-that-birth-date" if said is not None and said != birth_date(value) else None


def plain(text: str) -> str:
    """As it was typed, in one spelling: NFC, lines end in a newline, nothing blank at the ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip(_EDGES)


def written(field: Field, text: str) -> str:
    """As it is put on paper: `1958年3月12日` → `1958-03-12`, full-width digits narrow, no blanks inside numbers."""
    value = plain(text)
    match field.kind:
        case "date":
            return _iso(_halfwidth(value))
        case "id-number":
            return plain(re.sub(r"[\s-]", "", _halfwidth(value)).upper())
        case "phone":
            return plain(re.sub(r"[\s()-]", "", _halfwidth(value)))
        case "number":
            return plain(re.sub(r"[\s,]", "", _halfwidth(value)))
        case _:
            return value


def _halfwidth(text: str) -> str:
    """The wide digits and letters of a Chinese keyboard made narrow. Not NFKC, which changes more, and twice is not once."""
    return plain(text.translate(_NARROW))


def _iso(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 — a day of the calendar, no moment
    except ValueError:
        return None


def moving_day(rule: str, today: dt.date) -> dt.date:
    """`today-22y` and the like as a day. The 29th of February becomes the 28th where there is none."""
    found = _MOVING.fullmatch(rule)
    assert found is not None, "the loader checks the shape"
    day = today if found[1] == "today" else dt.date.fromisoformat(found[1])
    count = int(found[2] or 0)
    if found[3] == "d":
        return day + dt.timedelta(days=count)
    months = day.year * 12 + day.month - 1 + count * (12 if found[3] == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def frozen_values(form: Form, values: Values) -> dict[str, str]:
    """What is signed: the fields that are asked and filled in, as they are put on paper."""
    found = ((field.id, written(field, values.get(field.id, ""))) for field in shown_fields(form, values))
    return {name: value for name, value in found if value}


def frozen_bytes(form: Form, values: Values, salt: str = "") -> bytes:
    """The one byte form of a finished form: JSON, keys sorted, no blanks, UTF-8, NFC. Freezing what is frozen changes nothing.

    `salt`: random, in hex; without it, whoever knows a resident well could try out of a ledger's digest what they answered.
    """
    return _bytes({"form": form.code, "salt": salt, "values": frozen_values(form, values), "version": form.version})


def frozen_digest(form: Form, values: Values, salt: str = "") -> str:
    """SHA-256 of `frozen_bytes`, in hex."""
    return hashlib.sha256(frozen_bytes(form, values, salt)).hexdigest()


def page_digest(form: Form, page: Page, values: Values) -> str:
    """SHA-256, in hex, of what stands on a page as it was typed. The resident's page computes the same over what it shows."""
    asked = {field.id for field in shown_fields(form, values)}
    seen = {field.id: plain(values.get(field.id, "")) for field in page.fields if field.id in asked}
    return hashlib.sha256(_bytes({"form": form.code, "page": page.id, "values": seen, "version": form.version})).hexdigest()


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
