"""The node's end of the line to the writer, over real socket pairs: it never waits, and the next writer hears what stands."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable

from media.writer_line import WriterLine
from recordings.writer_wire import (
    Ack,
    CloseSession,
    EndRun,
    Frame,
    FromWriter,
    Health,
    Interval,
    Message,
    OpenSession,
    OpenTrack,
    Told,
    at_writer,
    encode,
)
from tests.waiting import until

SESSION = OpenSession("s-20261123-0001", 1_790_000_000_000, "jinshan", b"k" * 32)
TRACK = OpenTrack(1, SESSION.session, "resident.camera", 1, "video/webm;codecs=vp8")


def frame(number: int, size: int = 1000) -> Frame:
    return Frame(1, number, 0, 0, True, 640, 360, number, number, bytes(size))


class Writer:
    """The other end: reads only when told to. Without `speaks` it is still being started."""

    def __init__(self, line: WriterLine, *, speaks: bool = True) -> None:
        ours, self.socket = socket.socketpair()
        self.socket.setblocking(False)
        self._reader = at_writer()
        self.heard: list[Message] = []
        line.connect(ours)
        if speaks:
            self.speak()

    def speak(self) -> None:
        self.socket.send(encode(Health(True, "")))

    def read(self, most: int = 1 << 20) -> list[Message]:
        with contextlib.suppress(BlockingIOError):
            self.heard += self._reader.feed(self.socket.recv(most))
        return self.heard

    def has(self, count: int) -> Callable[[], bool]:
        return lambda: len(self.read()) >= count

    def die(self) -> None:
        self.socket.close()


def opened(limit: int = 1 << 20) -> tuple[WriterLine, list[FromWriter]]:
    told: list[FromWriter] = []

    def caught(error: BaseException) -> None:
        raise AssertionError(error)

    return WriterLine(told.append, caught, limit), told


async def test_what_was_told_before_there_is_a_writer_waits_for_it() -> None:
    line, _ = opened()
    sent = [SESSION, TRACK, frame(1), frame(2)]
    line.tell(SESSION)
    line.tell(TRACK)
    assert line.frame(frame(1)) and line.frame(frame(2))
    writer = Writer(line)
    await until(writer.has(4))
    assert writer.heard == sent
    assert line.waiting == 0
    line.disconnect()
    writer.die()


async def test_a_writer_that_dies_before_its_first_word_takes_nothing_with_it() -> None:
    line, told = opened()
    sent = [SESSION, TRACK, frame(1), frame(2)]
    line.tell(SESSION)
    line.tell(TRACK)
    started = Writer(line, speaks=False)
    assert line.frame(frame(1)) and line.frame(frame(2))
    for _ in range(20):
        await asyncio.sleep(0)
    assert started.read() == [], "what lay in its socket would be gone"
    started.die()
    await until(lambda: not line.connected)
    writer = Writer(line)
    await until(writer.has(4))
    assert writer.heard == sent and told == [Health(True, "")]
    line.disconnect()
    writer.die()


async def test_a_writer_that_does_not_read_costs_frames_but_never_a_message() -> None:
    line, _ = opened(limit=400_000)
    writer = Writer(line)
    line.tell(SESSION)
    line.tell(TRACK)
    accepted = [number for number in range(2000) if line.frame(frame(number))]
    await until(lambda: line.waiting < 400_000)  # what the kernel takes
    accepted += [number for number in range(2000, 4000) if line.frame(frame(number))]
    assert 300 < len(accepted) < 2000 and line.refused == 4000 - len(accepted)
    assert not line.roomy
    line.tell(CloseSession(SESSION.session, 5))
    await until(writer.has(3 + len(accepted)))
    assert [m.at for m in writer.heard if isinstance(m, Frame)] == accepted
    assert writer.heard[-1] == CloseSession(SESSION.session, 5)
    assert line.roomy and line.waiting == 0
    line.disconnect()
    writer.die()


async def test_the_next_writer_hears_what_stands_and_what_the_last_one_did_not_take() -> None:
    line, _ = opened()
    first = Writer(line)
    hold = Interval(SESSION.session, "*", "hold", 10, None)
    for message in (SESSION, TRACK, OpenTrack(2, SESSION.session, "resident.screen", 1, TRACK.media), EndRun(2, True, "mute", 5), hold):
        line.tell(message)
    await until(first.has(5))
    broken: list[int] = []
    line.on_broken = lambda: broken.append(1)
    while line.frame(frame(len(broken), 50_000)) and line.waiting < 900_000:
        continue
    await until(lambda: line.waiting < 1_000_000)
    first.die()
    await until(lambda: not line.connected)
    assert broken == [1]
    assert line.frame(frame(77))
    second = Writer(line)
    await until(lambda: any(isinstance(m, Frame) and m.at == 77 for m in second.read()))
    resumed = OpenTrack(1, SESSION.session, "resident.camera", 1, TRACK.media, resumed=True)
    assert second.heard[:3] == [SESSION, resumed, hold]
    assert all(isinstance(message, Frame) for message in second.heard[3:])
    line.disconnect()
    second.die()


async def test_what_the_journal_shows_need_not_be_told_again() -> None:
    line, _ = opened()
    first = Writer(line)
    held = Interval(SESSION.session, "*", "hold", 10, None)
    over = Interval(SESSION.session, "*", "hold", 10, 20)
    for message in (SESSION, TRACK, held, over, CloseSession(SESSION.session, 30)):
        line.tell(message)
    await until(first.has(5))
    line.standing.noted(json.dumps({"what": "interval", "session": SESSION.session, "publication": "*", "kind": "hold", "start": 10, "end": None}))
    line.standing.noted(json.dumps({"what": "segment", "session": SESSION.session, "start": None, "end": None}))
    assert line.standing.messages()[-2:] == [over, CloseSession(SESSION.session, 30)]
    line.standing.noted(json.dumps({"what": "room-closed", "session": SESSION.session, "end": 30}))
    assert line.standing.messages() == []
    line.disconnect()
    first.die()


async def test_lines_of_the_writer_are_heard_even_its_last_words() -> None:
    line, told = opened()
    writer = Writer(line)
    words = [Told("00112233445566aa", number, "{}") for number in range(1, 500)]
    data = b"".join(encode(word) for word in words)
    writer.socket.sendall(data[: len(data) // 2 + 3])
    await until(lambda: len(told) > 200)
    writer.socket.sendall(data[len(data) // 2 + 3 :])
    writer.die()
    line.drain()
    assert told[1:] == words
    assert not line.connected


async def test_an_acknowledgement_goes_only_to_a_writer_that_is_there() -> None:
    line, _ = opened()
    line.acknowledge("00112233445566aa", 3)
    assert line.waiting == 0
    writer = Writer(line)
    line.acknowledge("00112233445566aa", 4)
    await until(writer.has(1))
    assert writer.heard == [Ack("00112233445566aa", 4)]
    line.disconnect()
    writer.die()


async def test_the_end_is_seen_after_everything_that_was_told() -> None:
    line, _ = opened()
    writer = Writer(line)
    line.frame(frame(1, 500_000))
    line.end()
    data = b""
    writer.socket.setblocking(False)

    def ended() -> bool:
        nonlocal data
        try:
            piece = writer.socket.recv(1 << 16)
        except BlockingIOError:
            return False
        data += piece
        return not piece

    await until(ended)
    assert list(at_writer().feed(data)) == [frame(1, 500_000)]
    line.disconnect()
    writer.die()


async def test_nonsense_from_a_writer_ends_that_line() -> None:
    caught: list[BaseException] = []
    line = WriterLine(lambda message: None, caught.append)
    writer = Writer(line)
    writer.socket.sendall(b"\x00\x00\x00\x02\xc1\xc1")
    await until(lambda: not line.connected)
    assert len(caught) == 1
    writer.die()
