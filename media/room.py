"""One session's participants on one node: orders in, news out. It knows no case and no person."""

from __future__ import annotations

from media.forwarder import Hub
from media.node_api import (
    AddCandidates,
    Figures,
    Leave,
    LineChanged,
    Publish,
    RoomState,
    SetHold,
    SetSourceOn,
    SetSuspended,
    Source,
    Subscribe,
)
from media.peer import Peer, Tell
from media.recorder import Recorder
from media.transport import Surroundings

MAX_PARTICIPANTS = 16


class TooMany(Exception):
    """A bound of the node is reached; the message is a sentence."""


class Room:
    """`tell` takes the room's news."""

    def __init__(self, around: Surroundings, name: str, tell: Tell) -> None:
        self.name = name
        self.held = False
        self.empty_since: float | None = around.clock.monotonic()
        """Since when the room has no connection; None while it has one."""
        self._around = around
        self._tell = tell
        self._peers: dict[str, Peer] = {}
        self._hubs: dict[tuple[str, Source], Hub] = {}
        self._cnames: dict[str, str] = {}
        self._recorder: Recorder | None = None

    def _hub(self, participant: str, source: Source) -> Hub:
        """The hub of a source; wanted before it is published, it waits."""
        hub = self._hubs.get((participant, source))
        if hub is None:
            hub = self._hubs[participant, source] = Hub(participant, source)
            hub.held = self.held
            if self._recorder is not None:
                self._recorder.watch(hub, self._around.clock.monotonic())
        return hub

    def _cname(self, participant: str) -> str:
        """One name for all that a participant sends, over all epochs, so that lips stay in sync (RFC 8834 §4.9)."""
        return self._cnames.setdefault(participant, f"{self._around.chance.getrandbits(64):016x}")

    def _peer(self, participant: str) -> Peer:
        peer = self._peers.get(participant)
        if peer is None:
            if len(self._peers) >= MAX_PARTICIPANTS:
                raise TooMany(f"the room has {MAX_PARTICIPANTS} participants")
            peer = self._peers[participant] = Peer(
                self._around, self.name, participant, self._cname(participant), self._hub, self._cname, self._tell
            )
        return peer

    # ---- orders

    def publish(self, order: Publish) -> str:
        """Answer; raises `BadSdp`, `Stale`, `TooMany`, OSError."""
        return self._peer(order.participant).publish(order.epoch, order.sdp, order.sources)

    def subscribe(self, order: Subscribe) -> str:
        """Answer; raises as `publish`."""
        return self._peer(order.participant).subscribe(order.sdp, order.wants, fresh=order.fresh)

    def add_candidates(self, order: AddCandidates) -> None:
        self._peer(order.participant).add_candidates(order.connection, order.candidates)

    def set_hold(self, order: SetHold) -> None:
        """Nothing is forwarded while held, whoever sends; afterwards every picture begins with a keyframe."""
        self.held = order.on
        now = self._around.clock.monotonic()
        if self._recorder is not None:
            self._recorder.before_hold(order.on, now)
        for hub in self._hubs.values():
            hub.set_state(on=hub.on, held=order.on, now=now)
        if self._recorder is not None:
            self._recorder.after_change(now)

    def set_source_on(self, order: SetSourceOn) -> None:
        hub = self._hub(order.participant, order.source)
        now = self._around.clock.monotonic()
        if self._recorder is not None:
            self._recorder.before_source(order.participant, order.source, order.on, now)
        hub.set_state(on=order.on, held=self.held, now=now)
        if self._recorder is not None:
            self._recorder.after_change(now)

    def set_suspended(self, order: SetSuspended) -> None:
        if self._recorder is not None:
            self._recorder.set_suspended(order.on, self._around.clock.monotonic())

    def leave(self, order: Leave) -> None:
        peer = self._peers.pop(order.participant, None)
        if peer is not None:
            if self._recorder is not None:
                self._recorder.before_leave(order.participant, self._around.clock.monotonic())
            peer.close()

    @property
    def recorded(self) -> str | None:
        """The session that is recorded here."""
        return None if self._recorder is None else self._recorder.session

    def record(self, recorder: Recorder) -> None:
        """Let the recorder in; nothing before this moment is recorded."""
        self._recorder = recorder
        now = self._around.clock.monotonic()
        if self.held:
            recorder.before_hold(True, now)
        for hub in self._hubs.values():
            recorder.watch(hub, now)

    def state(self) -> RoomState:
        epochs = {name: peer.epoch for name, peer in self._peers.items() if peer.epoch}
        return RoomState(room=self.name, held=self.held, epochs=epochs, recorded=self.recorded)

    def figures(self, order_id: int) -> Figures:
        hubs = [hub for hub in self._hubs.values() if hub.current is not None or hub.counters.received]
        return Figures(order_id, self.name, [hub.figures() for hub in hubs])

    # ---- life

    @property
    def connections(self) -> int:
        return sum(peer.connections for peer in self._peers.values())

    def beat(self, now: float) -> None:
        """Ten times a second, for everything that has its time."""
        shares: dict[str, list[float]] = {}
        losses: dict[str, int] = {}
        for peer in self._peers.values():
            for subscription in peer.subscriptions:
                for participant, share in subscription.shares(now).items():
                    shares.setdefault(participant, []).append(share)
                for participant, loss in subscription.audio_losses().items():
                    losses[participant] = max(loss, losses.get(participant, 0))
        for name, peer in list(self._peers.items()):
            peer.beat(now, shares.get(name, []), losses.get(name, 0))
        if self._recorder is not None:
            self._recorder.beat(now)
        if self.connections:
            self.empty_since = None
        elif self.empty_since is None:
            self.empty_since = now

    def lines(self, now: float) -> list[LineChanged]:
        """Those lines that are not good, for a server that has just taken over."""
        return [line for peer in self._peers.values() for line in peer.lines(now)]

    def close(self) -> None:
        """End every connection in it, and what is recorded of it."""
        if self._recorder is not None:
            self._recorder.close(self._around.clock.monotonic())
            self._recorder = None
        for peer in self._peers.values():
            peer.close()
        self._peers.clear()
