"""One connection without I/O, both halves: hello and welcome, heartbeat, numbering, acknowledgement, resume, bounds.

A half is told what was received and what time it is (`now`, monotonic seconds) and keeps two lists for its owner: `frames()` to
put on the socket, and `events()` that happened. It never waits, never asks for the time, and invents no randomness. A *body* is
the JSON of one message of a conversation, as bytes; the link neither knows nor decodes it (`read` does, for the owner).

The server, for each socket (`signaling/shelf.py` keeps the links that lost theirs):

    door = Door(policy, now)                          # until the hello
    door.receive(text, now)                           # → Hello or None; also door.tick(now), door.refuse("bad-ticket", ...)
    link = shelf.greet(hello, who, token, now, wall)  # resumed, or a fresh one; token = secrets.token_urlsafe(32)
    loop:  link.receive(text, now) | link.tick(now) | link.send(body, now)
           for frame in link.frames(now): await socket.send_str(frame)
           for event in link.events():
               Received(seq, body) → got = link.read(decoder, body, now); a BadMessage is answered with `refused`
               BadMessage(...)     → the frame itself was wrong: answer with `refused`
               Closed(code, ...)   → close the socket with event.socket_code
           call tick() at link.deadline() at the latest
    link.lost(now)                                    # the socket ended without a bye; it may be resumed until the shelf expires it

An end: `link.hello(ticket, now)` on each new socket, then the same loop; `Established` says whether the line was resumed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, Literal, TypeVar

import msgspec

from signaling.bounds import Budget, Patience
from signaling.door import Door
from signaling.link_terms import BadMessage, Closed, Established, Event, LinkPolicy, Received, bad_message, bye, encode, unfit
from signaling.wire import PROTOCOL
from signaling.wire.link import Ack, Bye, Data, FromEnd, FromServer, Hello, Ping, Pong, Welcome

__all__ = ["BadMessage", "Closed", "Door", "EndLink", "Established", "Event", "LinkPolicy", "Received", "ServerLink"]

M = TypeVar("M")


class _Link:
    """What both halves do alike once they are connected."""

    _decoder: msgspec.json.Decoder[Any]
    _budget: Budget | None = None
    _pace: Budget | None = None

    def __init__(self, policy: LinkPolicy) -> None:
        self._policy = policy
        self._state: Literal["new", "greeting", "open", "lost", "dead"] = "new"
        self._heartbeat = policy.heartbeat
        self._patience = Patience(policy.mistakes, policy.mistakes_within)
        self._frames: list[str] = []
        self._events: list[Event] = []
        self._outbox: deque[tuple[int, bytes]] = deque()
        self._outbox_bytes = 0
        self._sent = 0  # highest number given to a body
        self._on_socket = 0  # highest number put on the present socket
        self._received = 0
        self._unacked, self._unacked_bytes, self._ack_at = 0, 0, math.inf
        self._pings, self._ping_sent, self._ping_at = 0, math.nan, math.inf
        self.rtt: float | None = None
        """Seconds from the last ping to its pong."""
        self.lost_at = math.inf
        """When the line was lost; infinite while it is not."""

    @property
    def open(self) -> bool:
        """Connected, and hello and welcome exchanged."""
        return self._state == "open"

    @property
    def dead(self) -> bool:
        """Closed for good: it cannot be resumed."""
        return self._state == "dead"

    def send(self, body: bytes, now: float) -> None:
        """Number a body and keep it until it is acknowledged, over drops of the line; beyond the bound the link closes, `too-slow`."""
        if self.dead:
            return
        self._sent += 1
        self._outbox.append((self._sent, body))
        self._outbox_bytes += len(body)
        if len(self._outbox) > self._policy.outbox_messages or self._outbox_bytes > self._policy.outbox_bytes:
            self._end(Closed("too-slow", "too much is waiting to be received", again=True), now)

    def receive(self, frame: str | bytes, now: float) -> None:
        """One WebSocket message came."""
        if self._state not in ("open", "greeting"):
            return
        self._pings, self._ping_at = 0, now + self._heartbeat
        if self._budget is not None and not self._budget.spend(now):
            return self._end(Closed("too-fast", f"at most {self._policy.per_second:g} messages a second"), now)
        if (misfit := unfit(frame, self._policy)) is not None:
            return self._end(misfit, now)
        try:
            message = self._decoder.decode(frame)
        except (msgspec.MsgspecError, UnicodeError) as error:
            self._events.append(bad_message(error, frame))
            return self.mistaken(now)
        self._handle(message, now)

    def read(self, decoder: msgspec.json.Decoder[M], body: bytes, now: float) -> M | BadMessage:
        """Decode a received body; one that does not decode counts as a mistake of the other side, and is to be answered."""
        try:
            return decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeError) as error:
            self.mistaken(now)
            return bad_message(error, body)

    def mistaken(self, now: float) -> None:
        """Count a mistake of the other side; too many within the window end the link."""
        if self._patience.mistake(now):
            self._end(Closed("too-many-mistakes", "too many messages that cannot be read"), now)

    def tick(self, now: float) -> None:
        """Time has passed: pings, and silence."""
        if self._state not in ("open", "greeting") or now < self._ping_at:
            return
        if self._state == "greeting":
            return self._end(Closed("welcome-expected", "no welcome within the deadline", again=True, resumable=True), now)
        if self._pings == 2:
            return self._end(Closed("silent", "nothing was heard for three heartbeats", again=True, resumable=True), now)
        self._pings += 1
        self._ping_sent, self._ping_at = now, now + self._heartbeat
        self._frames.append(encode(Ping(at=now)).decode())

    def lost(self, now: float) -> None:
        """The socket is gone and nobody said bye."""
        if self._state in ("open", "greeting"):
            self._state, self.lost_at = "lost", now
            self._frames.clear()

    def close(self, code: str, text: str, now: float, again: bool = False) -> None:
        """Say bye after what is waiting, for good."""
        self._end(Closed(code, text, again), now)

    def frames(self, now: float) -> list[str]:
        """What to put on the socket now, in order; each frame is given once."""
        if self._state == "open":
            self._release(now)
            if now >= self._ack_at or self._unacked >= self._policy.ack_messages or self._unacked_bytes >= self._policy.ack_bytes:
                self._frames.append(encode(Ack(ack=self._received)).decode())
                self._acknowledging()
        frames, self._frames = self._frames, []
        return frames

    def events(self) -> list[Event]:
        """What happened since it was last asked; each event is given once."""
        events, self._events = self._events, []
        return events

    def deadline(self) -> float:
        """When `tick()` and `frames()` are to be called again, if nothing else happens before; infinite when never."""
        if self._state not in ("open", "greeting"):
            return math.inf
        waiting = self._pace is not None and self._state == "open" and self._on_socket < self._sent
        return min(self._ping_at, self._ack_at, self._pace.next_at() if waiting and self._pace is not None else math.inf)

    # --- the inside -------------------------------------------------------------------------------

    def _connected(self, now: float, received_there: int) -> None:
        """A socket is greeted on both sides; all after `received_there` is to be sent (again)."""
        self._state, self.lost_at = "open", math.inf
        self._unacked, self._unacked_bytes, self._ack_at = 0, 0, math.inf
        self._pings, self._ping_at = 0, now + self._heartbeat
        self._forget(received_there)
        self._on_socket = received_there

    def _release(self, now: float) -> None:
        """Turn waiting bodies into frames, as fast as the pace allows."""
        first = self._outbox[0][0] if self._outbox else self._sent + 1
        for seq, body in list(islice(self._outbox, max(0, self._on_socket + 1 - first), None)):
            if self._pace is not None and not self._pace.spend(now):
                return
            self._frames.append(encode(Data(seq=seq, ack=self._received, body=msgspec.Raw(body))).decode())
            self._on_socket = seq
            self._acknowledging()

    def _acknowledging(self) -> None:
        self._unacked, self._unacked_bytes, self._ack_at = 0, 0, math.inf

    def _forget(self, received_there: int) -> None:
        while self._outbox and self._outbox[0][0] <= received_there:
            self._outbox_bytes -= len(self._outbox.popleft()[1])

    def _handle(self, message: Any, now: float) -> None:
        match message:
            case Data(seq, ack, body):
                if self._acked(ack, now):
                    self._take(seq, bytes(body), now)
            case Ack(ack):
                self._acked(ack, now)
            case Ping(at):
                self._frames.append(encode(Pong(at=at)).decode())
            case Pong(at):
                if at == self._ping_sent:
                    self.rtt, self._ping_sent = max(0.0, now - at), math.nan
            case Bye(code, text, again):
                self._state = "dead"
                self._events.append(Closed(code, text, again, by="them"))
            case _:
                self._events.append(BadMessage(f"`{type(message).__name__.lower()}` is not expected here", "$.type"))
                self.mistaken(now)

    def _take(self, seq: int, body: bytes, now: float) -> None:
        if seq > self._received + 1:
            return self._end(Closed("sequence-gap", f"number {self._received + 1} was expected"), now)
        self._unacked, self._unacked_bytes = self._unacked + 1, self._unacked_bytes + len(body)
        self._ack_at = min(self._ack_at, now + self._policy.ack_within)
        if seq == self._received + 1:  # otherwise a duplicate: acknowledged again, given to nobody
            self._received = seq
            self._events.append(Received(seq, body))

    def _acked(self, ack: int, now: float) -> bool:
        if ack > self._on_socket:
            self._end(Closed("sequence-gap", "acknowledged what was never sent"), now)
            return False
        self._forget(ack)
        return True

    def _end(self, closed: Closed, now: float) -> None:
        """Close on our side: what is waiting, then the bye."""
        if self._state == "dead":
            return
        if self._state == "open":
            self._release(now)
        if self._state in ("open", "greeting"):
            self._frames.append(bye(closed))
        self._events.append(closed)
        if closed.resumable:
            self._state, self.lost_at = "lost", now
        else:
            self._state = "dead"


class ServerLink(_Link):
    """The server's half. It survives its socket: after a drop its owner keeps it, and a later hello may take it up again."""

    def __init__(self, policy: LinkPolicy, now: float) -> None:
        super().__init__(policy)
        self._decoder = msgspec.json.Decoder(FromEnd)
        self._budget = Budget(policy.per_second, policy.burst, now)
        self._tokens: tuple[str, ...] = ()

    def resumes(self, hello: Hello) -> bool:
        """Whether this hello takes up this link: a token that is still good, and numbers that can be true."""
        first = self._outbox[0][0] if self._outbox else self._sent + 1
        return not self.dead and hello.link in self._tokens and first - 1 <= hello.received <= self._sent

    def welcome(self, hello: Hello, token: str, now: float, wall: float) -> None:
        """Greet a socket. `token` is the new resume token, `wall` the time of day in seconds since 1970.

        The token before stays good until the end has been heard on this socket: the welcome may be lost with the line.
        """
        resumed = self._state != "new"
        if resumed and not self.resumes(hello):
            raise ValueError("this hello does not take up this link; make a fresh one")
        self._tokens = (hello.link, token) if resumed and hello.link else (token,)
        self._frames.clear()
        self._frames.append(
            encode(Welcome(link=token, resumed=resumed, received=self._received, heartbeat=self._heartbeat, now=wall)).decode()
        )
        self._connected(now, hello.received if resumed else 0)
        self._events.append(Established(resumed))

    @property
    def tokens(self) -> tuple[str, ...]:
        """The resume tokens that are good now: the newest last."""
        return self._tokens

    def receive(self, frame: str | bytes, now: float) -> None:
        if self._state == "open":
            self._tokens = self._tokens[-1:]
        super().receive(frame, now)


class EndLink(_Link):
    """An end's half. What was sent and not acknowledged outlives the socket.

    `keep(body)` decides, when the server no longer knows the link, which unacknowledged bodies are sent again under new numbers
    (all by default: commands carry ids, repeating one changes nothing).
    """

    def __init__(self, policy: LinkPolicy, now: float, keep: Callable[[bytes], bool] = lambda _body: True) -> None:
        super().__init__(policy)
        self._decoder = msgspec.json.Decoder(FromServer)
        self._pace = Budget(policy.pace_per_second, policy.pace_burst, now)
        self._token: str | None = None
        self._keep = keep

    def hello(self, ticket: str, now: float) -> None:
        """A new socket is open: greet, with a fresh one-time ticket."""
        if self.dead:
            raise ValueError("a link that was closed does not come back; make a fresh one")
        self._state, self._ping_at = "greeting", now + self._policy.hello_within
        self._frames = [encode(Hello(protocol=PROTOCOL, ticket=ticket, link=self._token, received=self._received)).decode()]

    def _handle(self, message: Any, now: float) -> None:
        if self._state != "greeting" or isinstance(message, Bye):
            return super()._handle(message, now)
        if not isinstance(message, Welcome):
            return self._end(Closed("welcome-expected", "the first frame is the welcome"), now)
        first = self._outbox[0][0] if self._outbox else self._sent + 1
        if message.resumed and not first - 1 <= message.received <= self._sent:
            return self._end(Closed("sequence-gap", "the server received what was never sent"), now)
        self._token, self._heartbeat = message.link, min(60.0, max(0.5, message.heartbeat))
        if not message.resumed:
            kept = [body for _, body in self._outbox if self._keep(body)]
            self._outbox = deque(enumerate(kept, start=1))
            self._outbox_bytes = sum(map(len, kept))
            self._sent, self._received = len(kept), 0
        self._connected(now, message.received if message.resumed else 0)
        self._events.append(Established(message.resumed))
        self._ack_at = now  # says that the welcome has come, so that the token before it is worth nothing any more
