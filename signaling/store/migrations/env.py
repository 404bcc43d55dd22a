"""Run by Alembic for every migration: on the connection, and in the transaction, that `signaling/store/migrate.py` hands over."""

from __future__ import annotations

from alembic import context

from signaling.store.tables import metadata

# The connection is in a transaction that spans all steps, so none of them is committed alone.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
