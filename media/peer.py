"""A participant at the node: a publish and a subscribe connection, each replaced make-before-break."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from media.forwarder import Hub
from media.ice import RemoteCandidate, remote_candidate
from media.node_api import ConnectionUp, Kind, LineChanged, OfferWanted, Reply, Source, Wanted
from media.publication import Publication
from media.sdp import BadSdp, Offer, read_offer
from media.subscription import Subscription
from media.transport import Surroundings

OVERLAP = 2.0
"""Seconds after the first packet of a new epoch until the old one ends, even if a source has not appeared in the new one yet."""
MAX_TRICKLED = 100

Tell = Callable[[Reply], None]


class Stale(Exception):
    """The epoch is behind the running one, or its connection has ended."""


class Peer:
    """One participant of a room."""

    def __init__(
        self,
        around: Surroundings,
        room: str,
        name: str,
        cname: str,
        hub_of: Callable[[str, Source], Hub],
        cname_of: Callable[[str], str],
        tell: Tell,
    ) -> None:
        self.name = name
        self._around = around
        self._room = room
        self._cname = cname
        self._hub_of = hub_of
        self._cname_of = cname_of
        self._tell = tell
        self.publications: list[Publication] = []
        """Ascending epochs: the running one, and perhaps its successor."""
        self.subscriptions: list[Subscription] = []
        """The running one, and perhaps its successor."""
        self._epoch = 0
        self._subscribed = 0
        self._trickled: dict[Kind, list[str]] = {"publish": [], "subscribe": []}

    @property
    def epoch(self) -> int:
        """Of the newest publish connection; 0 before the first."""
        return self._epoch

    @property
    def connections(self) -> int:
        return len(self.publications) + len(self.subscriptions)

    def _connections(self) -> list[Publication | Subscription]:
        return [*self.publications, *self.subscriptions]

    # ---- orders

    def publish(self, epoch: int, sdp: str, sources: Mapping[str, Source]) -> str:
        """The answer to a publish offer; raises `BadSdp` or `Stale`, and then nothing has changed."""
        if epoch < self._epoch:
            raise Stale(f"epoch {epoch} is behind {self._epoch}")
        if epoch == self._epoch and (not self.publications or self.publications[-1].epoch != epoch):
            raise Stale(f"the connection of epoch {epoch} has ended; offer a new one with the next epoch")
        offer = read_offer(sdp)
        if epoch == self._epoch:
            return self.publications[-1].answer(offer, sources, self._candidates(offer, "publish"))

        def up() -> None:
            self._tell(ConnectionUp(self._room, self.name, "publish", epoch))

        def down() -> None:
            self._ended(publication)

        publication = Publication(self._around, epoch, self._cname, lambda source: self._hub_of(self.name, source), up, down)
        try:
            answer = publication.answer(offer, sources, self._candidates(offer, "publish"))
        except BadSdp:
            publication.close()
            raise
        for overtaken in self.publications[1:]:
            self._drop_publication(overtaken)
        self._epoch = epoch
        self.publications.append(publication)
        return answer

    def subscribe(self, sdp: str, wants: list[Wanted], *, fresh: bool) -> str:
        """The answer to a subscribe offer; raises `BadSdp` or `Stale`, and then nothing has changed."""
        if not fresh and not self.subscriptions:
            raise Stale("there is no subscribe connection to renegotiate; offer a fresh one")
        offer = read_offer(sdp)
        if not fresh:
            return self.subscriptions[-1].answer(offer, wants, self._candidates(offer, "subscribe"))

        number = self._subscribed + 1

        def up() -> None:
            for older in self.subscriptions[: self.subscriptions.index(subscription)]:
                self._drop_subscription(older)
            self._tell(ConnectionUp(self._room, self.name, "subscribe", number))

        def down() -> None:
            self._ended(subscription)

        subscription = Subscription(self._around, self.name, number, self._hub_of, self._cname_of, up, down)
        try:
            answer = subscription.answer(offer, wants, self._candidates(offer, "subscribe"))
        except BadSdp:
            subscription.close()
            raise
        for overtaken in self.subscriptions[1:]:
            self._drop_subscription(overtaken)
        self._subscribed = number
        self.subscriptions.append(subscription)
        return answer

    def _candidates(self, offer: Offer, kind: Kind) -> list[RemoteCandidate]:
        """Those in the offer and those that came before it, as far as they may be tried."""
        early, self._trickled[kind] = self._trickled[kind], []
        return self._allowed([*offer.candidates, *early])

    def _allowed(self, lines: list[str]) -> list[RemoteCandidate]:
        found = (remote_candidate(line, self._around.addresses) for line in lines)
        return list(dict.fromkeys(candidate for candidate in found if candidate is not None))

    def add_candidates(self, kind: Kind, lines: list[str]) -> None:
        """Candidates after the offer, or before it: those wait for it. At most 100 are kept."""
        connections = self.publications if kind == "publish" else self.subscriptions
        if connections:
            connections[-1].transport.add_candidates(self._allowed(lines[:MAX_TRICKLED]))
        else:
            waiting = self._trickled[kind]
            waiting += lines[: MAX_TRICKLED - len(waiting)]

    # ---- life

    def _ended(self, connection: Publication | Subscription) -> None:
        """The transport failed or was closed by the other side."""
        if isinstance(connection, Publication):
            newest = connection is self.publications[-1] if self.publications else False
            self._drop_publication(connection)
        else:
            newest = connection is self.subscriptions[-1] if self.subscriptions else False
            self._drop_subscription(connection)
        if newest:
            self._tell(OfferWanted(self._room, self.name, _kind(connection), connection.epoch))

    def _drop_publication(self, publication: Publication) -> None:
        if publication in self.publications:
            self.publications.remove(publication)
            publication.close()

    def _drop_subscription(self, subscription: Subscription) -> None:
        if subscription in self.subscriptions:
            self.subscriptions.remove(subscription)
            subscription.close()

    def beat(self, now: float, shares: list[float], audio_loss: int) -> None:
        """Ten times a second: reports, limits, liveness, and the end of what was replaced."""
        for publication in self.publications:
            publication.beat(now, shares, audio_loss)
        for subscription in self.subscriptions:
            subscription.beat(now)
        if len(self.publications) > 1:
            began = self.publications[-1].first_packet
            if began is not None and (now - began > OVERLAP or (now - began > 0.5 and self.publications[-1].has_taken_over())):
                for replaced in self.publications[:-1]:
                    self._drop_publication(replaced)
        for connection in self._connections():
            if connection.line.look(now):
                self._tell(self.line(connection, now))

    def line(self, connection: Publication | Subscription, now: float) -> LineChanged:
        """The level of a connection's line, as news."""
        return LineChanged(
            self._room, self.name, _kind(connection), connection.epoch, connection.line.level, round(connection.line.silent(now), 2)
        )

    def lines(self, now: float) -> list[LineChanged]:
        """Those of its lines that are not good."""
        return [self.line(c, now) for c in self._connections() if c.line.level != "good"]

    def close(self) -> None:
        """End every connection."""
        for publication in list(self.publications):
            self._drop_publication(publication)
        for subscription in list(self.subscriptions):
            self._drop_subscription(subscription)


def _kind(connection: Publication | Subscription) -> Kind:
    return "publish" if isinstance(connection, Publication) else "subscribe"
