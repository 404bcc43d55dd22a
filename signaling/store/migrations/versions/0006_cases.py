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
    session = sa.table("session", *(sa.column(name) for name in ("id", "state", "state_name", "home", "host", "service", "case_number", "opened_at")))
    handover = sa.table("handover", *(sa.column(name) for name in ("session", "state")))
    record = sa.table("case_record", *(sa.column(name) for name in (
        "number", "home", "host", "service", "as_of", "level", "state", "due", "referred_to", "session", "outcome", "handed", "file", "opened_at", "changed_at",
    )))  # fmt: skip
    link = sa.table("case_session", sa.column("case_number"), sa.column("session"))
    acknowledged = set(connection.scalars(sa.select(handover.c.session).where(handover.c.state == "acknowledged")))
    for row in connection.execute(sa.select(session)).all():
        state, over = json.loads(row.state), row.state_name == "Closed"
        ticket = _ticket(state)
        if ticket is None:
            continue  # no program can read it
        outcome, due = state.get("outcome"), state.get("due")
        talked = _talked(state)
        _with_people(state)
        _with_folders(state, _case(ticket, outcome, due))
        file = {"notice": notice | {"session": row.id}} if over and (notice := state.pop("notice", None)) is not None else {}
        if over:
            state["cases"] = [_case(ticket, outcome, due) | {"file": file}]
        connection.execute(sa.update(session).where(session.c.id == row.id).values(state=json.dumps(state, ensure_ascii=False)))
        stands = outcome or ("collecting" if talked else "closed" if over else "drafted")
        connection.execute(sa.insert(record).values(
            number=row.case_number, home=row.home, host=row.host, service=row.service, as_of=ticket["taken_at"], level="declared",
            state="handed-over" if row.id in acknowledged and outcome != "returned" else stands, due=due, referred_to=None, session=row.id,
            outcome=outcome, handed=int(over and outcome is not None), file=json.dumps(file), opened_at=row.opened_at,
            changed_at=state.get("at", row.opened_at),
        ))  # fmt: skip
        connection.execute(sa.insert(link).values(case_number=row.case_number, session=row.id))


def _ticket(node: dict[str, Any]) -> dict[str, Any] | None:
    """Of whichever state: it stands in it, or in the talk or the waiting in it."""
    if "ticket" in node:
        return dict(node["ticket"])
    inner = next((node[name] for name in ("waiting", "talk", "before") if name in node), None)
    return _ticket(inner) if inner is not None else None


def _talked(state: dict[str, Any]) -> bool:
    """Whether a clerk has talked to the resident."""
    waiting = state.get("waiting", state)
    return waiting.get("earlier") is not None or "talk" in state or "before" in state or (state["type"] == "Closed" and state["clerk"] is not None)


def _with_people(node: Any) -> None:
    if isinstance(node, dict):
        if "resident" in node and "taken_at" in node:
            node["parties"] = [{"name": node.pop("resident")}]
        for value in node.values():
            _with_people(value)


def _with_folders(node: Any, case: dict[str, Any]) -> None:
    """A talk, and what one leaves to the next, kept its papers and its lines in a file of its own."""
    if not isinstance(node, dict):
        return
    if "clerk_epoch" in node:
        file = node.pop("file", {})
        lines = {name: file.pop(name) for name in ("texts", "texts_kept") if name in file}
        node["folder"] = {"cases": [case | {"file": file}], **lines}
    for value in node.values():
        _with_folders(value, case)


def _case(ticket: dict[str, Any], outcome: str | None, due: str | None) -> dict[str, Any]:
    return {"number": ticket["case"], "service": ticket["service"], "as_of": ticket["taken_at"], "outcome": outcome, "due": due}
