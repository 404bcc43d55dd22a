"""Cases with their own rows: several in a visit, several visits for one; and the people of a visit as a list.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_record",
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Double, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("due", sa.String(10)),
        sa.Column("referred_to", sa.String(64)),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("handed", sa.Integer, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Double, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_case_record_session"),
        sa.PrimaryKeyConstraint("number", name="pk_case_record"),
    )
    op.create_index("ix_case_record_home", "case_record", ["home", "changed_at"])
    op.create_table(
        "case_session",
        sa.Column("case_number", sa.String(64), nullable=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["case_record.number"], name="fk_case_session_case_number"),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_case_session_session"),
        sa.PrimaryKeyConstraint("case_number", "session", name="pk_case_session"),
    )
    op.create_index("ix_case_session_session", "case_session", ["session"])
    _take_over()


def _take_over() -> None:
    """Every visit of before had one case and one person."""
    connection = op.get_bind()
    session = sa.table("session", *(sa.column(name) for name in ("id", "state", "state_name", "clerk", "home", "host", "service", "case_number", "opened_at")))
    record = sa.table("case_record", *(sa.column(name) for name in (
        "number", "home", "host", "service", "as_of", "level", "state", "due", "referred_to", "session", "outcome", "handed", "file", "opened_at", "changed_at",
    )))  # fmt: skip
    link = sa.table("case_session", sa.column("case_number"), sa.column("session"))
    for row in connection.execute(sa.select(session)).all():
        state = json.loads(row.state)
        ticket = _ticket(state)
        _with_people(state)
        _with_folders(state, ticket)
        if row.state_name == "Closed":
            state["cases"] = [_case(ticket, state.get("outcome"), state.get("due"))]
        connection.execute(sa.update(session).where(session.c.id == row.id).values(state=json.dumps(state, ensure_ascii=False)))
        seen = row.state_name not in ("Waiting", "SteppedAway", "Ringing", "Closed") or state.get("clerk") is not None
        stands = state.get("outcome") or ("collecting" if seen else "closed" if row.state_name == "Closed" else "drafted")
        connection.execute(sa.insert(record).values(
            number=row.case_number, home=row.home, host=row.host, service=row.service, as_of=row.opened_at, level="declared", state=stands,
            due=state.get("due"), referred_to=None, session=row.id, outcome=state.get("outcome"),
            handed=int(state.get("outcome") is not None), file="{}", opened_at=row.opened_at, changed_at=state.get("at", row.opened_at),
        ))  # fmt: skip
        connection.execute(sa.insert(link).values(case_number=row.case_number, session=row.id))


def _ticket(node: dict[str, Any]) -> dict[str, Any]:
    """Of whichever state: it stands in it, or in the talk or the waiting in it."""
    if "ticket" in node:
        return dict(node["ticket"])
    return _ticket(next(node[name] for name in ("waiting", "talk", "before") if name in node))


def _with_people(node: Any) -> None:
    if isinstance(node, dict):
        if "resident" in node and "taken_at" in node:
            node["parties"] = [{"name": node.pop("resident")}]
        for value in node.values():
            _with_people(value)


def _with_folders(node: Any, ticket: dict[str, Any]) -> None:
    """A talk, and what one leaves to the next, kept its papers and its lines in a file of its own."""
    if not isinstance(node, dict):
        return
    if "clerk_epoch" in node:
        file = node.pop("file", {})
        lines = {name: file.pop(name) for name in ("texts", "texts_kept") if name in file}
        node["folder"] = {"cases": [_case(ticket, None, None) | {"file": file}], **lines}
    for value in node.values():
        _with_folders(value, ticket)


def _case(ticket: dict[str, Any], outcome: str | None, due: str | None) -> dict[str, Any]:
    return {"number": ticket["case"], "service": ticket["service"], "as_of": ticket["taken_at"], "outcome": outcome, "due": due}
