"""The server: who waits, who answers, what is allowed, what happened."""
