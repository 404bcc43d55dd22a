"""Three administrators instead of one, and a record of what they do. Who was administrator runs machines from now on.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The longest role is longer than the column was; SQLite cannot widen one, so a new one takes its place.
    op.add_column("person", sa.Column("duty", sa.String(32), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE person SET duty = CASE role WHEN 'administrator' THEN 'system-administrator' ELSE role END"))
    op.execute(sa.text("ALTER TABLE person DROP COLUMN role"))
    op.execute(sa.text("ALTER TABLE person RENAME COLUMN duty TO role"))
    op.add_column("setup_code", sa.Column("jurisdiction", sa.String(64)))
    op.add_column("setup_code", sa.Column("break_glass", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "record",
        sa.Column("jurisdiction", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction", name="pk_record"),
    )
    op.create_table(
        "deed",
        sa.Column("jurisdiction", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction"], ["record.jurisdiction"], name="fk_deed_jurisdiction"),
        sa.PrimaryKeyConstraint("jurisdiction", "seq", name="pk_deed"),
    )
