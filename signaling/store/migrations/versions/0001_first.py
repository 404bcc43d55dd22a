"""The first shape: sessions and their ledgers, commands carried out, shifts, people, kiosks and how they prove themselves.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state_name", sa.String(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("kiosk", sa.String(64), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(64)),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("day", sa.String(8), nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("case_number", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.Double, nullable=False),
        sa.Column("closed_at", sa.Double),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("home", "day", "serial", name="uq_session_home_day_serial"),
    )
    held = sa.text("clerk IS NOT NULL")
    live = sa.text("closed_at IS NULL")
    op.create_index("ux_session_clerk", "session", ["clerk"], unique=True, sqlite_where=held, postgresql_where=held)
    op.create_index("ix_session_live", "session", ["opened_at"], sqlite_where=live, postgresql_where=live)
    op.create_index("ix_session_home", "session", ["home", "opened_at"])

    op.create_table(
        "ledger",
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("mono", sa.BigInteger),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("session", "seq", name="pk_ledger"),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name="fk_ledger_session"),
    )
    op.create_table(
        "handled",
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("request", sa.String(40), nullable=False),
        sa.Column("session", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("actor", "request", name="pk_handled"),
    )
    op.create_table(
        "shift",
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("counter", sa.String(64), nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.Column("because", sa.String(16)),
        sa.Column("since", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("clerk", name="pk_shift"),
        sa.UniqueConstraint("counter", name="uq_shift_counter"),
    )

    op.create_table(
        "person",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("jurisdiction", sa.String(64), nullable=False),
        sa.Column("skills", sa.Text, nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_person"),
    )
    op.create_table(
        "kiosk_key",
        sa.Column("kiosk", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("enrolled_at", sa.Double, nullable=False),
        sa.Column("revoked_at", sa.Double),
        sa.PrimaryKeyConstraint("kiosk", name="pk_kiosk_key"),
    )
    for table, owner, owners in (("login", "person", "person.login"), ("kiosk_login", "kiosk", "kiosk_key.kiosk")):
        op.create_table(
            table,
            sa.Column("token_hash", sa.String(64), nullable=False),
            sa.Column(owner, sa.String(64), nullable=False),
            sa.Column("created_at", sa.Double, nullable=False),
            sa.Column("expires_at", sa.Double, nullable=False),
            sa.Column("revoked_at", sa.Double),
            sa.PrimaryKeyConstraint("token_hash", name=f"pk_{table}"),
            sa.ForeignKeyConstraint([owner], [owners], name=f"fk_{table}_{owner}"),
        )
        op.create_index(f"ix_{table}_{owner}", table, [owner])
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("kiosk", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("used_at", sa.Double),
        sa.PrimaryKeyConstraint("code_hash", name="pk_enrolment_code"),
    )
    op.create_table(
        "setup_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("used_at", sa.Double),
        sa.PrimaryKeyConstraint("code_hash", name="pk_setup_code"),
    )
