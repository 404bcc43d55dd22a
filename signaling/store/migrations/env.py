"""Run by Alembic for every migration: on the connection, and in the transaction, that `signaling/store/migrate.py` hands over."""

from __future__ import annotations

from alembic import context

from signaling.store.tables import metadata

# SQLite can undo changes of the schema like any other; Alembic assumes that it cannot.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
