"""Who is asking: people by password, kiosks by device key, both afterwards by an opaque token in a cookie."""

from signaling.auth.backoff import TryLater
from signaling.auth.service import Auth, Enrolled, LoggedIn

__all__ = ["Auth", "Enrolled", "LoggedIn", "TryLater"]
