"""Reads what typing sends: the part of Yjs' update format (version 1) that letters and picked answers need, and nothing else.

Everything from outside passes here before the library sees it: a length that is only claimed allocates nothing, and of all the
things a Yjs document can hold (maps in maps, formats, embedded pictures, scripts' data) only plain letters come through. Pure.
Source: https://github.com/yjs/yjs, src/utils/updates.js and src/structs/; lib0/encoding for the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from signaling.domain.refusals import Refusal

Mode = Literal["typed", "chosen"]
ROOTS: dict[Mode, tuple[str, str | None]] = {"typed": ("text", None), "chosen": ("choice", "value")}
"""Where a field's value stands in its document: the text `text`, or the key `value` of the map `choice`."""

Id = tuple[int, int]
"""(client, clock): the name of one UTF-16 unit, for ever."""

LARGEST = 2**53 - 1
MOST_RANGES = 4096
_DELETED, _STRING, _ANY = 1, 4, 8
_ANY_STRING = 119
_ORIGIN, _RIGHT_ORIGIN, _KEYED = 0x80, 0x40, 0x20


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that one client typed one after the other; `text` is None where they are already deleted."""

    client: int
    clock: int
    length: int
    """In UTF-16 units, as Yjs counts."""
    origin: Id | None
    right_origin: Id | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Update:
    """What one update says."""

    runs: list[Run] = field(default_factory=list)
    deletes: list[tuple[int, int, int]] = field(default_factory=list)
    """(client, clock, length)."""


def units(text: str) -> int:
    """Length in UTF-16 units: 𠮷 has two."""
    return len(text) + sum(char > "\uffff" for char in text)


def read_update(data: bytes, mode: Mode) -> Update:
    """Raises Refusal `bad-update` (no update) or `not-an-edit` (something other than plain letters). Time and memory: linear in `data`."""
    reader = _Reader(data)
    update = Update()
    for _ in range(reader.count()):
        amount, client, clock = reader.count(), reader.number(), reader.number()
        for _ in range(amount):
            run = _run(reader, client, clock, mode)
            update.runs.append(run)
            clock += run.length
    for client, ranges in reader.delete_set():
        update.deletes.extend((client, clock, length) for clock, length in ranges)
    reader.end()
    return update


def read_vector(data: bytes) -> dict[int, int]:
    """A state vector: client → how many of its units are known. Raises Refusal `bad-vector`."""
    try:
        reader = _Reader(data)
        vector = {reader.number(): reader.number() for _ in range(reader.count())}
        reader.end()
    except Refusal as refusal:
        raise Refusal("bad-vector", refusal.reason) from None
    return vector


def write_vector(vector: dict[int, int]) -> bytes:
    """The opposite of `read_vector`."""
    numbers = [len(vector), *(number for pair in sorted(vector.items(), reverse=True) for number in pair)]
    return b"".join(_number(number) for number in numbers)


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _run(reader: _Reader, client: int, clock: int, mode: Mode) -> Run:
    info = reader.byte()
    origin = reader.id() if info & _ORIGIN else None
    right_origin = reader.id() if info & _RIGHT_ORIGIN else None
    if origin is None and right_origin is None:
        root, key = ROOTS[mode]
        if info & 31 not in (_DELETED, _STRING, _ANY) or reader.number() != 1 or reader.text() != root:
            raise Refusal("not-an-edit", "it stands nowhere in the field")
        if (reader.text() if info & _KEYED else None) != key:
            raise Refusal("not-an-edit", "it stands nowhere in the field")
    match info & 31, mode:
        case (1, _):
            length, text = reader.number(), None
        case (4, "typed"):
            text = reader.text()
            length = units(text)
        case (8, "chosen"):
            if reader.number() != 1 or reader.byte() != _ANY_STRING:
                raise Refusal("not-an-edit", "an answer is one text")
            length, text = 1, reader.text()
        case (kind, _):
            raise Refusal("not-an-edit", f"content of kind {kind} in a {mode} field")
    if not 0 < length <= LARGEST - clock:
        raise Refusal("bad-update", "a run without letters")
    return Run(client, clock, length, origin, right_origin, text)


class _Reader:
    """Numbers and texts, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        if self._at >= len(self._data):
            raise Refusal("bad-update", "it ends too early")
        self._at += 1
        return self._data[self._at - 1]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 49:
                raise Refusal("bad-update", "a number without an end")
        if value > LARGEST:
            raise Refusal("bad-update", "a number too large")
        return value

    def count(self) -> int:
        """How many things follow; each takes a byte at least."""
        value = self.number()
        if value > len(self._data) - self._at:
            raise Refusal("bad-update", "it claims more than it holds")
        return value

    def id(self) -> Id:
        return self.number(), self.number()

    def text(self) -> str:
        length = self.count()
        self._at += length
        try:
            return self._data[self._at - length : self._at].decode()
        except UnicodeDecodeError:
            raise Refusal("bad-update", "no UTF-8") from None

    def delete_set(self) -> list[tuple[int, list[tuple[int, int]]]]:
        found = [(self.number(), [(self.number(), self.number()) for _ in range(self.count())]) for _ in range(self.count())]
        if sum(len(ranges) for _, ranges in found) > MOST_RANGES:
            raise Refusal("bad-update", "too many deletions")
        return found

    def end(self) -> None:
        if self._at != len(self._data):
            raise Refusal("bad-update", "something follows")
