"""The form on the table between resident and clerk: what each has typed, who may see it, what is confirmed, and what is signed at last.

The server's copy decides. It lives in the session's actor, one update after the other, without I/O and without a clock; whoever wires it
stores `stored()` or `snapshot()` first and then sends what `apply` hands back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from config.forms import CHOSEN, Field, Form
from signaling.domain import form_steps
from signaling.domain.form_rules import ProblemCode, frozen_bytes, frozen_values, problems, shown_fields
from signaling.domain.form_steps import SIDES, Filling, FormState, Frozen, Side, check_writing, known_field, known_page, may_read
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.office.form_leaf import Leaf
from signaling.office.form_updates import Run, read_vector

MOST_WRITERS = 200
"""Names under which the two ends have typed: each load of a page takes a new one."""
MOST_TOTAL = 200_000
"""Letters ever typed into one form."""


class Applied(msgspec.Struct, frozen=True):
    """An update was taken. `to` is who is sent `update`; nobody where it said nothing new (an end repeats what was not acknowledged)."""

    field: str
    update: bytes
    to: tuple[Side, ...]
    filled: bool


class Sheet(msgspec.Struct, frozen=True):
    """What an end that comes back lacks of one field, and what is known of it here (so that it sends what is lacking here)."""

    update: bytes
    vector: bytes


class PaperView(msgspec.Struct, frozen=True):
    """All that an end shows beside the letters themselves; sent whole whenever any of it changes."""

    form: str
    version: str
    frozen: str | None
    """Digest of what is signed."""
    confirmed: list[str]
    shown: list[str]
    """Sensitive fields that the clerk sees."""
    filled: list[str]
    """Fields that hold anything, hidden ones too."""
    problems: dict[str, ProblemCode]
    pointed: str | None
    """The field that the clerk points at."""


class _Stored(msgspec.Struct, frozen=True):
    form: str
    version: str
    state: FormState
    fields: dict[str, bytes]
    writers: dict[int, Side]
    salt: str = ""


class FormPaper:
    """One form in one session."""

    def __init__(self, form: Form, salt: str = "") -> None:
        """`salt`: random, in hex; goes into every digest of what was answered."""
        self.form = form
        self.salt = salt
        self.state: FormState = Filling()
        self.pointed: str | None = None
        self._leaves = {field.id: Leaf("chosen" if field.kind in CHOSEN else "typed") for field in form.fields}
        self._writers: dict[int, Side] = {}

    # --- typing ---------------------------------------------------------------------------------------------------------

    def apply(self, field: str, update: bytes, by: Side, *, operated: bool = False) -> Applied:
        """Take what one end typed; `operated`: the clerk may fill in what is the resident's, by their leave. Raises Refusal and changes nothing:

        `unknown-field`, `form-frozen`, `page-confirmed`, `field-hidden`, `not-your-field`, `too-large`, `bad-update`, `not-an-edit`,
        `not-an-option`, `not-your-letters` (typed under the other side's name), `out-of-order`, `field-full`, `form-full`.
        """
        asked = known_field(self.form, field)
        check_writing(self.form, self.state, asked, by, operated=operated)
        before = self._leaves[field]
        after, said = before.with_update(update, most=2 * asked.limit)
        if before.mode == "chosen" and any(run.text is not None and run.text not in asked.answers for run in said.runs):
            raise Refusal("not-an-option")
        new = [run for run in said.runs if run.clock + run.length > before.vector.get(run.client, 0)]
        writers = self._writers_after(new, by)
        if sum(sum(leaf.vector.values()) for leaf in self._leaves.values()) + sum(run.length for run in new) > MOST_TOTAL:
            raise Refusal("form-full")
        self._leaves[field], self._writers = after, writers
        repeated = any(run.clock < before.vector.get(run.client, 0) for run in said.runs)
        changed = after.vector != before.vector or after.value != before.value
        # Of an update that repeats letters only what is new is passed on, in our own words.
        passed_on = after.since(before.vector) if repeated else update
        return Applied(field, passed_on if changed else b"", self._readers(asked, but=by) if changed else (), bool(after.value))

    def _writers_after(self, new: list[Run], by: Side) -> dict[int, Side]:
        names = {run.client for run in new}
        if any(self._writers.get(name, by) != by for name in names):
            raise NotAllowed("typed under the other side's name", code="not-your-letters")
        writers = {**self._writers, **dict.fromkeys(names, by)}
        if len(writers) > MOST_WRITERS:
            raise Refusal("form-full", "too many names")
        return writers

    def welcome(self, side: Side, vectors: Mapping[str, bytes]) -> dict[str, Sheet]:
        """What an end lacks of every field that it may see. `vectors`: field → what it knows. Raises `unknown-field`, `bad-vector`.

        The end then sends what `Sheet.vector` lacks, and both have the same.
        """
        known = {known_field(self.form, name).id: read_vector(vector) for name, vector in vectors.items()}
        return {
            field.id: Sheet(self._leaves[field.id].since(known.get(field.id, {})), self.vector(field.id))
            for field in self.form.fields
            if may_read(self.state, field, side)
        }

    def vector(self, field: str) -> bytes:
        """Which letters of a field are known here."""
        return self._leaves[field].known

    # --- showing, pointing, confirming, freezing ------------------------------------------------------------------------

    def show(self, field: str, by: Side, shown: bool = True) -> dict[str, Sheet]:
        """The resident shows or hides a sensitive field; what is to be sent to the clerk: all of it, or nothing."""
        asked = known_field(self.form, field)
        self.state = form_steps.show(self.state, asked, by, shown)
        return {field: Sheet(self._leaves[field].state(), self.vector(field))} if shown else {}

    def point(self, field: str | None, by: Side) -> None:
        """The clerk points at a field (None: at nothing). Raises `unknown-field`, `not-your-field`."""
        if by != "clerk":
            raise NotAllowed("the clerk points", code="not-your-field")
        self.pointed = None if field is None else known_field(self.form, field).id

    def confirm(self, page: str, seen: str, by: Side, today: dt.date) -> None:
        """See `form_steps.confirm`. A confirmed page takes no more letters."""
        self.state = form_steps.confirm(self.form, self.state, known_page(self.form, page), self.values(), seen, by, today)

    def reopen(self, page: str) -> None:
        """See `form_steps.reopen`."""
        self.state = form_steps.reopen(self.state, known_page(self.form, page))

    def freeze(self, today: dt.date) -> Frozen:
        """See `form_steps.freeze`."""
        frozen = form_steps.freeze(self.form, self.state, self.values(), today, self.salt)
        self.state, self.pointed = frozen, None
        return frozen

    def melt(self) -> None:
        """See `form_steps.melt`."""
        self.state = form_steps.melt(self.state)

    # --- reading --------------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, str]:
        """Field → what stands in it, everything; for the server only."""
        return {name: leaf.value for name, leaf in self._leaves.items()}

    def frozen_values(self) -> dict[str, str]:
        """What is signed, and is put on paper."""
        return frozen_values(self.form, self.values())

    def frozen_bytes(self) -> bytes:
        """The bytes whose digest is signed."""
        return frozen_bytes(self.form, self.values(), self.salt)

    def view(self, today: dt.date) -> PaperView:
        """The same for both sides: no letter of a hidden field is in it."""
        values = self.values()
        state = self.state
        return PaperView(
            self.form.code,
            self.form.version,
            state.digest if isinstance(state, Frozen) else None,
            sorted(state.confirmed) if isinstance(state, Filling) else [page.id for page in self.form.pages],
            sorted(state.shown),
            [field.id for field in shown_fields(self.form, values) if values[field.id]],
            problems(self.form, values, today),
            self.pointed,
        )

    def _readers(self, field: Field, but: Side) -> tuple[Side, ...]:
        return tuple(side for side in SIDES if side != but and may_read(self.state, field, side))

    # --- storing --------------------------------------------------------------------------------------------------------

    def stored(self, field: str) -> bytes:
        """One field, for a row of its own."""
        return self._leaves[field].state()

    def snapshot(self) -> bytes:
        """Everything, for the store."""
        fields = {name: leaf.state() for name, leaf in self._leaves.items() if leaf.vector}
        return msgspec.msgpack.encode(_Stored(self.form.code, self.form.version, self.state, fields, self._writers, self.salt))

    @classmethod
    def load(cls, form: Form, snapshot: bytes) -> FormPaper:
        """After a restart. Raises Refusal `bad-snapshot` when it is damaged or of another form or version."""
        try:
            stored = msgspec.msgpack.decode(snapshot, type=_Stored)
        except msgspec.MsgspecError as error:
            raise Refusal("bad-snapshot", str(error)) from None
        if (stored.form, stored.version) != (form.code, form.version):
            raise Refusal("bad-snapshot", f"of {stored.form} {stored.version}")
        paper = cls(form, stored.salt)
        try:
            for name, state in stored.fields.items():
                field = known_field(form, name).id
                paper._leaves[field] = Leaf(paper._leaves[field].mode, state)
        except Refusal as refusal:
            raise Refusal("bad-snapshot", str(refusal)) from None
        paper.state, paper._writers = stored.state, stored.writers
        return paper
