"""The bytes below WebM: element ids, sizes of variable length, numbers, and walking through elements without leaving their bounds. Pure.

EBML is RFC 8794. An element is its id (1 to 4 bytes), its size (1 to 8 bytes) and its content. A size of only ones is *unknown*: the
content ends where something stands that cannot be its child.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
"""A size that is not known while writing."""


class BadWebM(ValueError):
    """Bytes that are not the WebM that we write. `place` is the offset of the first byte that does not fit."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(f"byte {place}: {reason}")
        self.place = place
        self.reason = reason


def size(number: int, width: int = 0) -> bytes:
    """`number` as an element's size, in as few bytes as possible or in `width` bytes. Raises ValueError when it does not fit."""
    needed = next((n for n in range(1, 9) if number < 2 ** (7 * n) - 1), 9)
    width = width or needed
    if number < 0 or not needed <= width <= 8:
        raise ValueError(f"{number} does not fit a size of {width} bytes")
    return (number | 1 << 7 * width).to_bytes(width, "big")


def element(name: int, content: bytes) -> bytes:
    """One element with a known size."""
    return opening(name, len(content)) + content


def opening(name: int, length: int | None) -> bytes:
    """Id and size of an element whose content follows; None: the size is unknown."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + (UNKNOWN if length is None else size(length))


def unsigned(name: int, number: int, width: int = 0) -> bytes:
    """An element that holds a whole number from 0, in as few bytes as possible or in `width` bytes."""
    return element(name, number.to_bytes(width or max(1, (number.bit_length() + 7) // 8), "big"))


def signed(name: int, number: int) -> bytes:
    """An element that holds a whole number, in two's complement."""
    return element(name, number.to_bytes((number + (number < 0)).bit_length() // 8 + 1, "big", signed=True))


def real(name: int, number: float) -> bytes:
    """An element that holds a floating-point number (IEEE 754, 8 bytes)."""
    return element(name, struct.pack(">d", number))


@dataclass(frozen=True, slots=True)
class Head:
    """Id and size at the front of an element. `start` is where it stands, `body` where its content does; `length` None: unknown."""

    name: int
    start: int
    body: int
    length: int | None


def head(data: bytes | bytearray, at: int, base: int = 0) -> Head | None:
    """The head of the element at `data[at:]`, or None when its bytes are not all there. Places count from `base`. Raises BadWebM."""
    if at >= len(data):
        return None
    width = 9 - data[at].bit_length()
    if width > 4:
        raise BadWebM(base + at, "not the id of an element")
    if at + width >= len(data):
        return None
    sized = at + width
    size_width = 9 - data[sized].bit_length()
    if size_width > 8:
        raise BadWebM(base + sized, "not the size of an element")
    body = sized + size_width
    if body > len(data):
        return None
    length = int.from_bytes(data[sized:body], "big") ^ 1 << 7 * size_width
    known = None if length == 2 ** (7 * size_width) - 1 else length
    return Head(int.from_bytes(data[at:sized], "big"), base + at, base + body, known)


def children(data: bytes, base: int) -> Iterator[tuple[int, bytes, int]]:
    """(id, content, place) of each element in the content of a whole master element that stands at `base`. Raises BadWebM."""
    at = 0
    while at < len(data):
        found = head(data, at, base)
        if found is None:
            raise BadWebM(base + at, "an element is cut off inside another one")
        body = found.body - base
        if found.length is None or body + found.length > len(data):
            raise BadWebM(found.start, "an element is larger than the one around it")
        yield found.name, data[body : body + found.length], found.body
        at = body + found.length


def number(content: bytes, place: int) -> int:
    """The whole number from 0 that an element holds. Raises BadWebM."""
    if len(content) > 8:
        raise BadWebM(place, "a number of more than eight bytes")
    return int.from_bytes(content, "big")


def signed_number(content: bytes, place: int) -> int:
    """The whole number that an element holds in two's complement. Raises BadWebM."""
    if len(content) > 8:
        raise BadWebM(place, "a number of more than eight bytes")
    return int.from_bytes(content, "big", signed=True)


def real_number(content: bytes, place: int) -> float:
    """The floating-point number that an element holds; nothing is 0. Raises BadWebM."""
    match len(content):
        case 0:
            return 0.0
        case 4:
            return float(struct.unpack(">f", content)[0])
        case 8:
            return float(struct.unpack(">d", content)[0])
        case _:
            raise BadWebM(place, "a floating-point number has 4 or 8 bytes")
