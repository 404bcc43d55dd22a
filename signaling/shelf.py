"""The server's links by holder: a link that lost its socket waits here, for a while, to be taken up again. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from signaling.link import LinkPolicy, ServerLink
from signaling.wire.link import Hello

Who = TypeVar("Who", bound=Hashable)


class Shelf(Generic[Who]):
    """Links by who holds them. `who` is what a socket ticket proved, for instance ("kiosk", "haiyan-hall-1").

    A token that is stale, or that belongs to somebody else, gets a fresh link: it tells a stranger nothing.
    """

    def __init__(self, policy: LinkPolicy, keep_seconds: float = 30.0) -> None:
        self._policy, self._keep = policy, keep_seconds
        self._links: dict[Who, list[ServerLink]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._links.values()))

    def greet(self, hello: Hello, who: Who, token: str, now: float, wall: float) -> ServerLink:
        """The link that this hello takes up, or a fresh one; welcomed. `Established.resumed` among its events says which.

        A link whose old socket still seems open is taken up too (the end knows better); its owner must stop using that socket.
        `token` is the new resume token, `wall` the time of day in seconds since 1970.
        """
        links = self._links.setdefault(who, [])
        link = next((link for link in links if link.resumes(hello) and not self._expired(link, now)), None)
        if link is None:
            link = ServerLink(self._policy, now)
            links.append(link)
        link.welcome(hello, token, now, wall)
        return link

    def held_by(self, who: Who) -> list[ServerLink]:
        """The links of one holder, open or waiting."""
        return list(self._links.get(who, ()))

    def expire(self, now: float) -> list[tuple[ServerLink, Who]]:
        """Take down what is closed for good or was lost too long ago, and return it. To be called every few seconds."""
        gone: list[tuple[ServerLink, Who]] = []
        for who, links in list(self._links.items()):
            gone += [(link, who) for link in links if self._expired(link, now)]
            links[:] = [link for link in links if not self._expired(link, now)]
            if not links:
                del self._links[who]
        return gone

    def _expired(self, link: ServerLink, now: float) -> bool:
        return link.dead or now - link.lost_at >= self._keep
