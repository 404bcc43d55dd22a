"""Why something was not done: typed, with a stable code; the state is unchanged.

    Refusal
    ├── NotNow        the state does not allow it (not-now, already-taken, kiosk-busy, closed-now, consent-needed, …)
    └── NotAllowed    this actor may not (not-allowed), or may not even know of the thing (unknown-session)
"""

from __future__ import annotations


class Refusal(Exception):
    """Something was asked for and is refused. `code` is for programs; the sentence for people stands in config/words."""

    def __init__(self, code: str, reason: str = "", path: str | None = None) -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
        self.reason = reason
        self.path = path


class NotNow(Refusal):
    """It cannot happen in this state."""

    def __init__(self, reason: str = "", code: str = "not-now", path: str | None = None) -> None:
        super().__init__(code, reason, path)


class NotAllowed(Refusal):
    """It may not be done by this actor. A thing one may not know of is reported as not existing.

    `session`: of which session it was asked, where the request itself does not name it.
    """

    def __init__(self, reason: str = "", code: str = "not-allowed", path: str | None = None, session: str | None = None) -> None:
        super().__init__(code, reason, path)
        self.session = session
