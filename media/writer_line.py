"""The node's end of the line to the writer: nothing here waits, what does not fit is refused, what stands is told again to the next writer.

A message leaves when the socket takes it. Until the writer has shown in its journal that a session is closed or an interval is noted,
each new writer hears of it again; frames that lay in the socket when a writer died are gone, and it says so in a gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Callable

import msgspec

from recordings.writer_wire import (
    Ack,
    BadLine,
    CloseSession,
    EndRun,
    Frame,
    FromWriter,
    Interval,
    Message,
    OpenSession,
    OpenTrack,
    at_node,
    encode,
)

LIMIT = 64 << 20
"""Bytes that wait for a stalled writer; frames beyond are refused."""
AT_ONCE = 64
"""Buffers for one `sendmsg`."""
READ = 256 * 1024
GATHER = 0.02
"""Seconds: what comes within them leaves together (25 instead of 33 µs a packet at the writer)."""


class _Line(msgspec.Struct):
    """What the node must know of a journal line."""

    what: str
    session: str = ""
    publication: str = ""
    kind: str = ""
    start: int | None = None
    end: int | None = None


class Standing:
    """What a new writer must be told before anything else."""

    def __init__(self) -> None:
        self.sessions: dict[str, OpenSession] = {}
        self._tracks: dict[int, OpenTrack] = {}
        self._intervals: list[Interval] = []
        self._closing: dict[str, CloseSession] = {}
        self._decoder = msgspec.json.Decoder(_Line)

    def left(self, message: Message) -> None:
        """A message has been handed to a writer."""
        match message:
            case OpenSession():
                self.sessions[message.session] = message
            case OpenTrack():
                self._tracks[message.track] = message
            case EndRun():
                self._tracks.pop(message.track, None)
            case Interval():
                self._intervals.append(message)
            case CloseSession():
                self._closing[message.session] = message

    def noted(self, line: str) -> None:
        """A line of a journal: what it says need not be told again."""
        fact = self._decoder.decode(line)
        if fact.what == "room-closed" and fact.session in self._closing:
            self.sessions.pop(fact.session, None)
            self._closing.pop(fact.session)
            self._tracks = {number: track for number, track in self._tracks.items() if track.session != fact.session}
            self._intervals = [interval for interval in self._intervals if interval.session != fact.session]
        elif fact.what == "interval":
            told = Interval(fact.session, fact.publication, fact.kind, fact.start, fact.end)  # type: ignore[arg-type]  # compared, not used
            self._intervals = [interval for interval in self._intervals if interval != told]

    def messages(self) -> list[Message]:
        """In the order in which they must be told."""
        tracks = [msgspec.structs.replace(track, resumed=True) for track in self._tracks.values()]
        return [*self.sessions.values(), *tracks, *self._intervals, *self._closing.values()]


class WriterLine:
    """Carries messages to whatever writer is there. `heard` takes what writers say."""

    def __init__(self, heard: Callable[[FromWriter], None], caught: Callable[[BaseException], None], limit: int = LIMIT) -> None:
        self.standing = Standing()
        self.waiting = 0
        """Bytes that no writer has taken yet."""
        self.refused = 0
        """Frames that did not fit."""
        self.on_broken: Callable[[], None] = lambda: None
        self._limit = limit
        self._heard = heard
        self._caught = caught
        self._queue: deque[tuple[bytes, Message | None]] = deque()
        self._sent_of_first = 0
        self._socket: socket.socket | None = None
        self._reader = at_node()
        self._scheduled = False
        self._blocked = False
        self._ending = False
        self._listens = False
        """The writer that is there has spoken, so that it reads: what lies in its socket while it is being started would be lost with it."""

    # ---- messages

    def tell(self, message: Message) -> None:
        """Anything but a frame: always accepted, they are small and few."""
        self._put(encode(message), message)

    def frame(self, frame: Frame) -> bool:
        """Hand over a frame; False when there is no room for it."""
        data = encode(frame)
        if self.waiting + len(data) > self._limit:
            self.refused += 1
            return False
        self._put(data, None)
        return True

    @property
    def roomy(self) -> bool:
        """A track that was refused may begin again."""
        return self.waiting <= self._limit // 2

    def acknowledge(self, life: str, n: int) -> None:
        """The server has these lines. Without a writer it is dropped: the lines are then told, and acknowledged, again."""
        if self._socket is not None:
            self.tell(Ack(life, n))

    def _put(self, data: bytes, message: Message | None) -> None:
        self._queue.append((data, message))
        self.waiting += len(data)
        if self._socket is not None and not self._blocked and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_later(GATHER, self._flush)

    # ---- the socket

    @property
    def connected(self) -> bool:
        return self._socket is not None

    def connect(self, sock: socket.socket) -> None:
        """A writer is being started: once it speaks it is told what stands, then what waited."""
        sock.setblocking(False)
        self._socket, self._reader, self._sent_of_first, self._listens = sock, at_node(), 0, False
        standing = [(encode(message), None) for message in self.standing.messages()]
        self._queue.extendleft(reversed(standing))
        self.waiting += sum(len(data) for data, _ in standing)
        asyncio.get_running_loop().add_reader(sock.fileno(), self._readable)

    def disconnect(self) -> None:
        """No writer any more. What it did not take whole goes to the next. Idempotent."""
        sock, self._socket = self._socket, None
        if sock is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(sock.fileno())
        loop.remove_writer(sock.fileno())
        sock.close()
        self._blocked = False
        self.waiting += self._sent_of_first
        self._sent_of_first = 0
        self.on_broken()

    def drain(self) -> None:
        """The writer has ended: read its last words, then disconnect."""
        while self._socket is not None and self._read():
            continue
        self.disconnect()

    def _flush(self) -> None:
        self._scheduled = False
        if not self._listens:
            return
        while self._queue and self._socket is not None:
            buffers: list[bytes | memoryview] = [data for data, _ in list_of(self._queue, AT_ONCE)]
            if self._sent_of_first:
                buffers[0] = memoryview(buffers[0])[self._sent_of_first :]
            try:
                count = self._socket.sendmsg(buffers)
            except BlockingIOError:
                self._block()
                return
            except OSError:  # it died; its end is noticed when reading
                return
            self._went(count)
        self._unblock()
        if self._ending and self._socket is not None:
            with contextlib.suppress(OSError):  # it died at this very moment
                self._socket.shutdown(socket.SHUT_WR)

    def end(self) -> None:
        """Nothing more will be told: when everything has left, the writer sees the end, finishes its files and goes."""
        self._ending = self._listens = True
        self._flush()

    def _went(self, count: int) -> None:
        self.waiting -= count
        count += self._sent_of_first
        while self._queue and count >= len(self._queue[0][0]):
            data, message = self._queue.popleft()
            count -= len(data)
            if message is not None:
                self.standing.left(message)
        self._sent_of_first = count

    def _block(self) -> None:
        if not self._blocked and self._socket is not None:
            self._blocked = True
            asyncio.get_running_loop().add_writer(self._socket.fileno(), self._flush)

    def _unblock(self) -> None:
        if self._blocked and self._socket is not None:
            self._blocked = False
            asyncio.get_running_loop().remove_writer(self._socket.fileno())

    def _readable(self) -> None:
        self._read()

    def _read(self) -> bool:
        """Whether there may be more to read."""
        assert self._socket is not None
        try:
            data = self._socket.recv(READ)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self.disconnect()
            return False
        try:
            for message in self._reader.feed(data):
                self._heard(message)
            if not self._listens:
                self._listens = True
                self._flush()
        except (BadLine, msgspec.DecodeError) as error:
            self._caught(error)
            self.disconnect()
        return self._socket is not None


def list_of(queue: deque[tuple[bytes, Message | None]], most: int) -> list[tuple[bytes, Message | None]]:
    """The first `most` entries, without copying the rest."""
    return [queue[index] for index in range(min(most, len(queue)))]
