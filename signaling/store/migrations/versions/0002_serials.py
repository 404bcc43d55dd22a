"""The day's serials get a row of their own: several servers that take tickets at once wait for each other instead of colliding.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "serial",
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("day", sa.String(8), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("home", "day", name="pk_serial"),
    )
    op.execute(sa.text("INSERT INTO serial (home, day, last) SELECT home, day, MAX(serial) FROM session GROUP BY home, day"))
