"""Evidence: journals entered, heads signed, incidents, views, approvals, and how long recordings are kept.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("evidence_seq", "home_seq", "host_seq"):
        op.add_column("session", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "journal",
        sa.Column("life", sa.String(16), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("life", name="pk_journal"),
    )
    op.create_table(
        "head",
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("role", sa.String(4), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("code", sa.String(16)),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_head_session"),
        sa.PrimaryKeyConstraint("session", "seq", "role", name="pk_head"),
    )
    op.create_index("ix_head_code", "head", ["code"])
    op.create_table(
        "incident",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("done_at", sa.Double),
        sa.Column("done_by", sa.String(64)),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_incident_session"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index("ix_incident_home", "incident", ["home", "at"])
    op.create_table(
        "view",
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_view_session"),
        sa.PrimaryKeyConstraint("session", "person", name="pk_view"),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("approved_at", sa.Double),
        sa.Column("used_at", sa.Double),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_approval_session"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_session", "approval", ["session"])
    op.create_table(
        "keeping",
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("held_by", sa.String(64)),
        sa.Column("held_at", sa.Double),
        sa.Column("marked_at", sa.Double),
        sa.Column("erased_at", sa.Double),
        sa.Column("gone_at", sa.Double),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_keeping_session"),
        sa.PrimaryKeyConstraint("session", name="pk_keeping"),
    )
    _retell_states()


def _retell_states() -> None:
    """Visits from before recordings: what they are sealed to is nothing, and a talk that runs is one that is not recorded."""
    connection = op.get_bind()
    session = sa.table("session", sa.column("id", sa.String), sa.column("state", sa.Text))
    for row in connection.execute(sa.select(session.c.id, session.c.state)).all():
        state = json.dumps(_retold(json.loads(row.state)), ensure_ascii=False, separators=(",", ":"))
        connection.execute(sa.update(session).where(session.c.id == row.id).values(state=state))


def _retold(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    told = {key: _retold(each) for key, each in value.items()}
    if "consents" in told and "taken_at" in told:  # a ticket
        told.setdefault("sealed_to", {"key": "", "fingerprint": ""})
    elif "generation" in told and "counter" in told:  # a talk
        since = told["since"]
        told.setdefault("recording", {
            "origin": round(since * 1000), "since": since, "light": "late", "began": False, "suspended": None, "word": None,
        })  # fmt: skip
    elif "generation" in told and "clerk" in told:  # what an earlier talk left
        told.setdefault("origin", 0)
    return told
