"""A form on the table for tests: fill it in as either side, see how it refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from pycrdt import Doc, Map

from config.forms import Form, load_forms
from signaling.domain.form_rules import page_digest
from signaling.domain.form_steps import Side
from signaling.domain.id_number import check_digit
from signaling.domain.refusals import Refusal
from signaling.office.form_paper import FormPaper
from tests.signaling.office.typists import typing

TODAY = dt.date(2026, 11, 23)
FORMS = load_forms()
ID_NUMBER = "33042419580312154" + check_digit("33042419580312154")


def the_form(code: str = "identity-card-application") -> Form:
    form = FORMS.form(code, dt.datetime(2026, 11, 23, tzinfo=dt.UTC).timestamp())
    assert form is not None
    return form


FORM = the_form()


_names = iter(range(1000, 10**9))


def write(paper: FormPaper, by: Side, **values: str) -> None:
    """Fill fields in as one side; `_` stands for `-`. A choice is picked, everything else typed at the end."""
    for name, value in values.items():
        id = name.replace("_", "-")
        field = paper.form.field(id)
        assert field is not None
        if field.answers:
            doc: Doc[Map[str]] = Doc(client_id=next(_names))
            doc.apply_update(paper.stored(id))
            doc.get("choice", type=Map)["value"] = value
            paper.apply(id, bytes(doc.get_update(paper.vector(id))), by)
        else:
            paper.apply(id, typing(next(_names), value)[0], by)


def code_of(paper: FormPaper, field: str, update: bytes, by: Side = "clerk") -> str:
    """With which code an update is refused; and nothing has changed."""
    before = paper.snapshot()
    with pytest.raises(Refusal) as caught:
        paper.apply(field, update, by)
    assert paper.snapshot() == before
    return caught.value.code


def seen(paper: FormPaper, page: str) -> str:
    found = paper.form.page(page)
    assert found is not None
    return page_digest(paper.form, found, paper.values())


def filled_in(paper: FormPaper) -> None:
    write(paper, "resident", name="张𠮷", sex="male", ethnic_group="汉族", birth="1958年3月12日", household="浙江省海盐县武原街道1号")
    write(paper, "resident", id_number=ID_NUMBER)
    write(paper, "clerk", reason="renewal", under_16="no", delivery="collect")
    write(paper, "resident", phone="138 0013 8000")
