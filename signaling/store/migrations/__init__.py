"""From one shape of the database to the next; each step is a file in `versions/`, carried out by Alembic."""
