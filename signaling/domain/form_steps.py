"""How a form gets from the first letter to the signature: filled in, confirmed page by page, frozen. Pure; refusals leave the state as it was."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from config.forms import Field, Form, Page
from signaling.domain.form_rules import Values, frozen_digest, page_digest, problems, shown_pages
from signaling.domain.refusals import NotAllowed, NotNow

Side = Literal["resident", "clerk"]
SIDES: tuple[Side, Side] = ("resident", "clerk")


class Filling(msgspec.Struct, frozen=True, tag="filling"):
    """It is being filled in."""

    confirmed: dict[str, str] = {}
    """Page → digest of what the resident saw on it."""
    shown: frozenset[str] = frozenset()
    """Sensitive fields that the resident lets the clerk see."""


class Frozen(msgspec.Struct, frozen=True, tag="frozen"):
    """It is finished: this is what is signed."""

    digest: str
    """SHA-256 of the frozen values, in hex."""
    shown: frozenset[str] = frozenset()
    """What the clerk could see meanwhile; the finished paper shows everything."""


FormState = Filling | Frozen


def known_field(form: Form, id: str) -> Field:
    """Raises `unknown-field`."""
    field = form.field(id)
    if field is None:
        raise NotAllowed(f"{form.code} has no field {id[:64]!r}", code="unknown-field")
    return field


def known_page(form: Form, id: str) -> Page:
    """Raises `unknown-page`."""
    page = form.page(id)
    if page is None:
        raise NotAllowed(f"{form.code} has no page {id[:64]!r}", code="unknown-page")
    return page


def may_read(state: FormState, field: Field, by: Side) -> bool:
    """Whether what is typed there is sent to this side."""
    return by == "resident" or not field.sensitive or field.id in state.shown


def check_writing(form: Form, state: FormState, field: Field, by: Side, *, operated: bool = False) -> None:
    """`operated`: the resident lets the clerk fill in what is theirs. Raises `form-frozen`, `page-confirmed`, `field-hidden` (the clerk, unless shown) or `not-your-field`."""
    if field.filled_by not in ("both", by) and not operated:
        raise NotAllowed(f"{field.id} is filled in by the {field.filled_by}", code="not-your-field")
    if not may_read(state, field, by):
        raise NotAllowed(f"{field.id} is hidden", code="field-hidden")
    if form.page_of(field.id).id in _filling(state).confirmed:
        raise NotNow(f"the page of {field.id} is confirmed", code="page-confirmed")


def show(state: FormState, field: Field, by: Side, shown: bool) -> Filling:
    """The resident lets the clerk see a sensitive field, or hides it again. Raises `not-your-field`, `not-sensitive`, `form-frozen`."""
    if by != "resident":
        raise NotAllowed("only the resident shows it", code="not-your-field")
    if not field.sensitive:
        raise NotNow(f"{field.id} is seen by both", code="not-sensitive")
    before = _filling(state)
    return msgspec.structs.replace(before, shown=before.shown | {field.id} if shown else before.shown - {field.id})


def confirm(form: Form, state: FormState, page: Page, values: Values, seen: str, by: Side, today: dt.date) -> Filling:
    """The resident says that a page is right. `seen` is the digest of what the resident's screen shows.

    Raises `not-your-page`, `form-frozen`, `page-changed` (something came in at that moment), `page-incomplete` (`path` names the field).
    """
    if by != "resident":
        raise NotAllowed("only the resident confirms", code="not-your-page")
    before = _filling(state)
    if seen != page_digest(form, page, values):
        raise NotNow(f"{page.id} is not what was seen", code="page-changed")
    wrong = problems(form, values, today)
    for field in page.fields:
        if field.id in wrong:
            raise NotNow(f"{field.id}: {wrong[field.id]}", code="page-incomplete", path=field.id)
    return msgspec.structs.replace(before, confirmed={**before.confirmed, page.id: seen})


def reopen(state: FormState, page: Page) -> Filling:
    """Either side takes a confirmation back, to change something; the resident confirms again. Raises `form-frozen`."""
    before = _filling(state)
    return msgspec.structs.replace(before, confirmed={name: seen for name, seen in before.confirmed.items() if name != page.id})


def freeze(form: Form, state: FormState, values: Values, today: dt.date, salt: str = "") -> Frozen:
    """Every page is confirmed and still says what was confirmed. Raises `form-frozen`, `page-open`, `page-changed`, `page-incomplete`."""
    before = _filling(state)
    for page in shown_pages(form, values):
        if page.id not in before.confirmed:
            raise NotNow(f"{page.id} is not confirmed", code="page-open", path=page.id)
        if before.confirmed[page.id] != page_digest(form, page, values):  # an answer on another page asks something new here
            raise NotNow(f"{page.id} is not what was confirmed", code="page-changed", path=page.id)
    wrong = problems(form, values, today)  # again: midnight may have passed
    if wrong:
        first = next(iter(wrong))
        raise NotNow(f"{first}: {wrong[first]}", code="page-incomplete", path=first)
    return Frozen(frozen_digest(form, values, salt), before.shown)


def melt(state: FormState) -> Filling:
    """Before anybody has signed, a mistake was found: everything is open again, nothing is confirmed. Raises `form-open`."""
    if isinstance(state, Filling):
        raise NotNow("nothing is frozen", code="form-open")
    return Filling(shown=state.shown)


def _filling(state: FormState) -> Filling:
    if isinstance(state, Frozen):
        raise NotNow("the form is frozen", code="form-frozen")
    return state
