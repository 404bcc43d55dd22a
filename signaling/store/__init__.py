"""Facts that survive: every SQL statement of the project is in this room."""
