"""The hash chain of a session's ledger: an entry that is edited, removed, inserted or moved is seen, and its place named. Pure.

The chain begins with the session's id, so one session's chain is never taken for another's. An entry's digest is the leaf hash of
RFC 9162 (SHA-256 over 0x00 and the canonical bytes): a Merkle tree over the same entries needs no other digests. Cutting the tail
leaves a shorter valid chain; that is seen by whoever knows the head, which is why the head leaves the house.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recordings import canonical

FORMAT = "virtual-window-ledger/1"
"""Name and version of this format; it is part of the first digest of every chain."""

_WHAT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_ACTOR = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LEAF = b"\x00"  # RFC 9162, 2.1.1: leaves and inner nodes of a tree can never be mistaken for each other


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain reaches: the number of its entries and the digest of the last one (64 hexadecimal digits)."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `seq` counts from 1; `at` is UTC (RFC 3339, milliseconds); `mono` is a monotonic time in microseconds where known.

    `body` holds ids, codes and digests: never a name, a number of a person, or free text. `digest` is as recorded: only `verify`
    says whether it is right.
    """

    seq: int
    at: str
    actor: str
    what: str
    body: Mapping[str, Any]
    prev: str
    digest: str
    mono: int | None = None


class Broken(Exception):
    """The chain does not hold. `place` is the `seq` at which it breaks, the expected one where an entry is missing."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(f"entry {place}: {reason}")
        self.place = place
        self.reason = reason


def start(session: str) -> Head:
    """The head of an empty ledger."""
    return Head(0, _sha256(canonical.write({"format": FORMAT, "session": session})))


def append(head: Head, at: str, actor: str, what: str, body: Mapping[str, Any], mono: int | None = None) -> Entry:
    """The next entry. Raises `canonical.NotCanonical` when a value has no canonical form, ValueError when `at` or `what` is malformed."""
    seq = head.seq + 1
    plain: dict[str, Any] = canonical.read(canonical.write(body))  # a copy that nobody else can change
    digest = _sha256(_bytes(seq, at, actor, what, plain, head.digest, mono))
    entry = Entry(seq, at, actor, what, plain, head.digest, digest, mono)
    if (problem := _malformed(entry)) is not None:
        raise ValueError(problem)
    return entry


def head_of(entry: Entry) -> Head:
    """The head of the chain that ends with `entry`."""
    return Head(entry.seq, entry.digest)


def encode(entry: Entry) -> bytes:
    """The canonical bytes that the digest is taken of."""
    return _bytes(entry.seq, entry.at, entry.actor, entry.what, entry.body, entry.prev, entry.mono)


def decode(data: bytes) -> Entry:
    """The entry of its canonical bytes, with the digest that they have. Raises `canonical.NotCanonical`."""
    value = canonical.read(data)
    if not isinstance(value, dict) or not {"seq", "at", "actor", "what", "body", "prev"} <= value.keys() <= _FIELDS:
        raise canonical.NotCanonical("not the fields of an entry")
    entry = Entry(**value, digest=_sha256(data))
    if (problem := _malformed(entry)) is not None:
        raise canonical.NotCanonical(problem)
    return entry


def verify(session: str, entries: Iterable[Entry], expected: Head | None = None) -> Head:
    """The head of the whole chain of `session`, every entry checked. Raises Broken.

    With `expected` (from a receipt, a countersignature, a published tree) a missing tail is seen too.
    """
    head = start(session)
    _compare(head, expected)
    for entry in entries:
        place = head.seq + 1
        if entry.seq != place:
            raise Broken(place, f"entry {entry.seq} stands here")
        if (problem := _malformed(entry)) is not None:
            raise Broken(place, problem)
        if not hmac.compare_digest(entry.prev, head.digest):
            raise Broken(place, "does not continue the entry before it")
        if not hmac.compare_digest(entry.digest, _digest(entry, place)):
            raise Broken(place, "was changed after it was written")
        head = head_of(entry)
        _compare(head, expected)
    if expected is not None and head.seq < expected.seq:
        raise Broken(head.seq + 1, f"the ledger ends here, {expected.seq} entries are known outside")
    return head


def utc(at: float) -> str:
    """`at` (seconds since 1970-01-01 UTC) as it stands in an entry: `2026-11-23T09:30:00.123Z`."""
    # Whole milliseconds first: the same moment gives the same text however the float came to be.
    seconds, milliseconds = divmod(math.floor(at * 1000 + 0.5), 1000)
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime(f"%Y-%m-%dT%H:%M:%S.{milliseconds:03d}Z")


_FIELDS = {"seq", "at", "mono", "actor", "what", "body", "prev"}


def _compare(head: Head, expected: Head | None) -> None:
    if expected is not None and head.seq == expected.seq and head != expected:
        raise Broken(head.seq, "another chain than the one that is known outside")


def _malformed(entry: Entry) -> str | None:
    """What is wrong with the shape of an entry that came from a file or a database: the annotations promise nothing there."""
    if not _fits(_AT, entry.at):
        return f"{entry.at!r} is no UTC time in milliseconds"
    if not _fits(_WHAT, entry.what):
        return f"{entry.what!r} is no name of a kind of entry"
    if not _fits(_ACTOR, entry.actor):
        return f"{entry.actor!r} is no id of an actor"
    if not isinstance(entry.body, Mapping):
        return "has no body"
    if type(entry.seq) is not int or entry.seq < 1 or not (entry.mono is None or type(entry.mono) is int):
        return "counts in something else than whole numbers"
    return None if _fits(_DIGEST, entry.prev) and _fits(_DIGEST, entry.digest) else "has no digest"


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _digest(entry: Entry, place: int) -> str:
    try:
        return _sha256(encode(entry))
    except canonical.NotCanonical as error:
        raise Broken(place, str(error)) from None


def _bytes(seq: int, at: str, actor: str, what: str, body: Mapping[str, Any], prev: str, mono: int | None) -> bytes:
    fields = {"seq": seq, "at": at, "actor": actor, "what": what, "body": body, "prev": prev}
    return canonical.write(fields if mono is None else {**fields, "mono": mono})


def _sha256(data: bytes) -> str:
    return hashlib.sha256(_LEAF + data).hexdigest()
