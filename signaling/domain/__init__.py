"""The rules of a visit: pure and synchronous. Nothing here waits, sends, stores, logs or asks for the time."""
