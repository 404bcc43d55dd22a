"""The tables, as queries see them. How a database gets them, and from one shape to the next, stands in `migrations/`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                       "ix": "ix_%(table_name)s_%(column_0_N_name)s"}
)

# Times are seconds since 1970-01-01 UTC, except in the ledger, where they are part of what is hashed and therefore text.
session = Table(
    "session", metadata,
    Column("id", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state_name", String(32), nullable=False),
    Column("state", Text, nullable=False),  # the state as it is, JSON tagged by its name
    Column("home", String(64), nullable=False),
    Column("host", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("service", String(64), nullable=False),
    Column("clerk", String(64)),  # who holds it now
    Column("number", String(16), nullable=False),
    Column("day", String(8), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("case_number", String(64), nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("closed_at", Double),
    Column("note", Text, nullable=False, server_default=""),
    Column("evidence_seq", Integer, nullable=False, server_default="0"),  # newest entry that a head must cover
    Column("home_seq", Integer, nullable=False, server_default="0"),  # how far the home has signed
    Column("host_seq", Integer, nullable=False, server_default="0"),  # how far the host has countersigned
    UniqueConstraint("home", "day", "serial"),
)
# A clerk holds one session at most, whatever a program believes.
Index("ux_session_clerk", session.c.clerk, unique=True, sqlite_where=session.c.clerk.is_not(None), postgresql_where=session.c.clerk.is_not(None))
Index("ix_session_live", session.c.opened_at, sqlite_where=session.c.closed_at.is_(None), postgresql_where=session.c.closed_at.is_(None))
Index("ix_session_home", session.c.home, session.c.opened_at)

serial = Table(
    "serial", metadata,  # the last number that was given to a ticket of a home on a day
    Column("home", String(64), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)

case_record = Table(
    "case_record", metadata,  # one for each case; what is typed for it stands in the session's state only
    Column("number", String(64), primary_key=True),
    Column("home", String(64), nullable=False),
    Column("host", String(64), nullable=False),
    Column("service", String(64), nullable=False),
    Column("as_of", Double, nullable=False),  # the version of the service that was in force then holds to the end
    Column("level", String(16), nullable=False),
    Column("state", String(32), nullable=False),
    Column("due", String(10)),
    Column("referred_to", String(64)),
    Column("session", String(40), ForeignKey("session.id"), nullable=False),  # the visit that worked at it last
    Column("outcome", String(32)),
    Column("handed", Integer, nullable=False),
    Column("file", Text, nullable=False),  # JSON: what an ended visit leaves to the next
    Column("opened_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
)
Index("ix_case_record_home", case_record.c.home, case_record.c.changed_at)

case_session = Table(
    "case_session", metadata,  # which visits have worked at which cases
    Column("case_number", String(64), ForeignKey("case_record.number"), primary_key=True),
    Column("session", String(40), ForeignKey("session.id"), primary_key=True, index=True),
)

ledger = Table(
    "ledger", metadata,
    Column("session", String(40), ForeignKey("session.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(24), nullable=False),
    Column("mono", BigInteger),
    Column("actor", String(128), nullable=False),
    Column("what", String(64), nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON
    Column("prev", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)

journal = Table(
    "journal", metadata,  # how far each life of a writer has been entered
    Column("life", String(16), primary_key=True),
    Column("n", Integer, nullable=False),
)

head = Table(
    "head", metadata,  # signed heads of ledgers
    Column("session", String(40), ForeignKey("session.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("role", String(4), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("code", String(16), index=True),  # the short code on the receipt; the home's only
    Column("record", Text, nullable=False),  # canonical JSON
    Column("at", Double, nullable=False),
)

incident = Table(
    "incident", metadata,
    Column("id", String(80), primary_key=True),
    Column("session", String(40), ForeignKey("session.id"), nullable=False),
    Column("home", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", Double, nullable=False),
    Column("done_at", Double),
    Column("done_by", String(64)),
)
Index("ix_incident_home", incident.c.home, incident.c.at)

view = Table(
    "view", metadata,  # with which purpose a person looks at a session
    Column("session", String(40), ForeignKey("session.id"), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("at", Double, nullable=False),
)

approval = Table(
    "approval", metadata,  # what needs two people
    Column("id", String(40), primary_key=True),
    Column("deed", String(16), nullable=False),
    Column("session", String(40), ForeignKey("session.id"), nullable=False, index=True),
    Column("home", String(64), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("approved_by", String(64)),
    Column("approved_at", Double),
    Column("used_at", Double),
)

keeping = Table(
    "keeping", metadata,  # legal hold and deletion of a session's recording
    Column("session", String(40), ForeignKey("session.id"), primary_key=True),
    Column("held_by", String(64)),
    Column("held_at", Double),
    Column("marked_at", Double),
    Column("erased_at", Double),
    Column("gone_at", Double),
)

handover = Table(
    "handover", metadata,  # the outbox: every decided case on its way to its home's own system
    Column("home", String(64), primary_key=True),
    Column("case_number", String(64), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("session", String(40), ForeignKey("session.id"), nullable=False),
    Column("service", String(64), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("due", String(10)),
    Column("queued_at", Double, nullable=False),
    Column("next_at", Double, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("code", String(64)),
    Column("stuck_at", Double),
    Column("metadata", Text),  # canonical JSON, until it is acknowledged
    Column("digest", String(64)),
    Column("receipt", String(64)),
    Column("settled_at", Double),
)
Index("ix_handover_state", handover.c.state, handover.c.home, handover.c.next_at)

handled = Table(
    "handled", metadata,  # commands that were carried out, so that a repeated one is not carried out twice
    Column("actor", String(128), primary_key=True),
    Column("request", String(40), primary_key=True),
    Column("session", String(40), nullable=False),  # "" when it concerned none
    Column("at", Double, nullable=False),
)

shift = Table(
    "shift", metadata,
    Column("clerk", String(64), primary_key=True),
    Column("counter", String(64), nullable=False),
    Column("available", Boolean, nullable=False),
    Column("because", String(16)),
    Column("since", Double, nullable=False),
    UniqueConstraint("counter"),
)

person = Table(
    "person", metadata,
    Column("login", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(32), nullable=False),
    Column("jurisdiction", String(64), nullable=False),
    Column("skills", Text, nullable=False),  # JSON list of service codes
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Double, nullable=False),
)

login = Table(
    "login", metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person", String(64), ForeignKey("person.login"), nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("revoked_at", Double),
)

kiosk_key = Table(
    "kiosk_key", metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("jurisdiction", String(64), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("enrolled_at", Double, nullable=False),
    Column("revoked_at", Double),
)

kiosk_login = Table(
    "kiosk_login", metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kiosk", String(64), ForeignKey("kiosk_key.kiosk"), nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("revoked_at", Double),
)

enrolment_code = Table(
    "enrolment_code", metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("kiosk", String(64), nullable=False),
    Column("jurisdiction", String(64), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
)

setup_code = Table(
    "setup_code", metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
    Column("jurisdiction", String(64)),  # for whose security administrator; None: the first of all
    Column("break_glass", Boolean, nullable=False, server_default=false()),  # good although there is one
)

record = Table(
    "record", metadata,  # how far each jurisdiction's record of administrative acts reaches
    Column("jurisdiction", String(64), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)

deed = Table(
    "deed", metadata,  # its entries, chained as those of a session's ledger
    Column("jurisdiction", String(64), ForeignKey("record.jurisdiction"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(24), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("what", String(64), nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON
    Column("prev", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
