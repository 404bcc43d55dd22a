"""Who is connected by which link, and messages to them. One page or agent an end: the newest wins, the older is told why."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec

from config.clock import Clock
from signaling.domain.permissions import Actor
from signaling.link import Closed, ServerLink

Who = tuple[str, str]
"""("kiosk", its id) or ("person", the login)."""


def who_is(actor: Actor) -> Who:
    """The key under which an end's link is kept."""
    return ("kiosk" if actor.kind == "kiosk" else "person", actor.id)


@dataclass(eq=False, slots=True)
class Connection:
    """One socket with its link. `wake` is set when there is something to write."""

    who: Who
    actor: Actor
    link: ServerLink
    login: str
    """Which login it came by: two logins of one kiosk's key at the same time mean a copied key."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    farewell: Closed | None = None
    """How the link ended, once it has."""


class Outbound:
    """Implements `office.ports.Post`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._connections: dict[Who, Connection] = {}
        self._encode = msgspec.json.Encoder().encode

    def connection(self, who: Who) -> Connection | None:
        """The end's present connection."""
        return self._connections.get(who)

    def attach(self, connection: Connection) -> Connection | None:
        """This is the end's connection from now on; returns the one it replaces."""
        before = self._connections.get(connection.who)
        self._connections[connection.who] = connection
        return before if before is not connection else None

    def detach(self, connection: Connection) -> bool:
        """The socket ended; False when another has taken over meanwhile."""
        if self._connections.get(connection.who) is not connection:
            return False
        del self._connections[connection.who]
        return True

    def all(self) -> list[Connection]:
        """Every end that is connected now."""
        return list(self._connections.values())

    def __len__(self) -> int:
        return len(self._connections)

    # --- office.ports.Post ----------------------------------------------------------------------

    def to_kiosk(self, kiosk: str, message: Any) -> None:
        self._send(("kiosk", kiosk), message)

    def to_clerk(self, login: str, message: Any) -> None:
        self._send(("person", login), message)

    def _send(self, who: Who, message: Any) -> None:
        connection = self._connections.get(who)
        if connection is not None:  # an end that is away is shown everything when it comes back
            self.reply(connection, message)

    def reply(self, connection: Connection, message: Any) -> None:
        """A message on this very link, delivered also if it is resumed on another socket."""
        connection.link.send(self._encode(message), self._clock.monotonic())
        connection.wake.set()
        current = self._connections.get(connection.who)
        if current is not None and current is not connection and current.link is connection.link:
            current.wake.set()
