"""HTTP: every route in one table, each behind the one policy, each with typed bodies and stable refusals."""
