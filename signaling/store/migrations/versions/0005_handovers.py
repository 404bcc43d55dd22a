"""Hand-overs to the home's own system: one for each case that is decided, those of before too.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("case_number", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("due", sa.String(10)),
        sa.Column("queued_at", sa.Double, nullable=False),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("stuck_at", sa.Double),
        sa.Column("metadata", sa.Text),
        sa.Column("digest", sa.String(64)),
        sa.Column("receipt", sa.String(64)),
        sa.Column("settled_at", sa.Double),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_handover_session"),
        sa.PrimaryKeyConstraint("home", "case_number", "n", name="pk_handover"),
    )
    op.create_index("ix_handover_state", "handover", ["state", "home", "next_at"])
    _queue_what_was_decided()


def _queue_what_was_decided() -> None:
    """Cases of before were never handed over."""
    connection = op.get_bind()
    session = sa.table("session", sa.column("id", sa.String), sa.column("state", sa.Text), sa.column("state_name", sa.String))
    handover = sa.table("handover", *(sa.column(name) for name in (
        "home", "case_number", "n", "session", "service", "outcome", "due", "queued_at", "next_at", "state", "attempts",
    )))  # fmt: skip
    for row in connection.execute(sa.select(session.c.id, session.c.state).where(session.c.state_name == "Closed")).all():
        closed = json.loads(row.state)
        if closed.get("outcome") is None:
            continue
        ticket = closed["ticket"]
        connection.execute(sa.insert(handover).values(
            home=ticket["home"], case_number=ticket["case"], n=1, session=row.id, service=ticket["service"], outcome=closed["outcome"],
            due=closed.get("due"), queued_at=closed["at"], next_at=closed["at"], state="queued", attempts=0,
        ))  # fmt: skip
