"""What a session's ledger says was recorded: tracks, intervals, and the time for which neither a segment nor an explanation is there. Pure.

The server asks at close whether the recording is complete, the exporter writes the answer into the manifest, and the offline verifier
finds it a second time by itself; the rule stands in docs/package.md, "Completeness". Times are milliseconds of the session's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recordings.ledger import Entry

LEAD = 5000
"""Milliseconds that a publication may take to appear after a stretch begins: longer, and both sides are told (no byte on disk)."""

HOLE = 1000
"""Milliseconds without a frame that are no gap yet: a segment ends at a gap of *more* than a second."""

EVERYTHING = "*"


class BadFact(ValueError):
    """An entry of a recording that is not in its form; `seq` names it."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"entry {seq}: {reason}")
        self.seq = seq


@dataclass(slots=True)
class _Facts:
    origin: int | None = None
    required: set[str] = field(default_factory=set)
    segments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gaps: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    intervals: dict[tuple[int, str, str], int | None] = field(default_factory=dict)
    began: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recorded:
    """`origin`: ms since 1970, None when recording was never ordered. The lists are the objects of the manifest, in its order."""

    origin: int | None
    required: list[str]
    tracks: list[dict[str, Any]]
    intervals: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    """[{"publication", "start", "end"}]: required time that nothing covers and nothing explains; empty when complete."""


def recorded(entries: Iterable[Entry]) -> Recorded:
    """What the entries of a ledger say was recorded. Raises BadFact."""
    facts = _Facts()
    for entry in entries:
        try:
            _take(facts, entry.what, entry.body)
        except (KeyError, TypeError, ValueError) as error:
            raise BadFact(entry.seq, f"{entry.what} without its fields: {error}") from None
    ends = [*facts.closed, *(span["end"] for kind in (facts.segments, facts.gaps) for spans in kind.values() for span in spans)]
    last = max(ends, default=0)
    intervals = [
        {"end": end, "kind": kind, "publication": publication, "start": start}
        for (start, publication, kind), end in sorted(facts.intervals.items())
    ]  # fmt: skip
    return Recorded(
        facts.origin,
        sorted(facts.required),
        [_track(facts, publication) for publication in sorted({*facts.segments, *facts.gaps, *facts.required})],
        intervals,
        [hole for publication in sorted(facts.required) for hole in _missing(facts, intervals, publication, last)],
    )


def check(what: str, body: Mapping[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError for an entry of a recording that is not in its form."""
    _take(_Facts(), what, body)


def is_settled(entries: Iterable[Entry]) -> bool:
    """Whether nothing more is on its way: no recording was ordered, or the last room has closed behind everything that was recorded."""
    ordered, closed, begun = False, -1, 0
    for entry in entries:
        match entry.what:
            case "recording-ordered":
                ordered = True
            case "rec-room-closed":
                closed = max(closed, _whole(entry.body["end"]))
            case "rec-first-byte":
                begun = max(begun, _whole(entry.body["at"]))
            case "rec-segment":
                begun = max(begun, _whole(entry.body["start"]))
    return not ordered or closed >= begun


def stretches(began: Iterable[int], closed: Iterable[int], last: int) -> list[tuple[int, int]]:
    """The times (start, end) in which a room was open: from the first byte after the one before was closed until it is closed itself.

    The first begins with the session's clock; one that was never closed ends with the last thing that is known (`last`).
    """
    every = list(closed)
    closings = sorted({end for end in every if end > 0})
    found: list[tuple[int, int]] = []
    start, again = 0, not every
    for number, end in enumerate(closings):
        found.append((start, end))
        following = closings[number + 1 : number + 2]
        later = [at for at in began if at >= end and not (following and at >= following[0])]
        # A room in which no byte arrived has no beginning that is known: it counts from the end of the one before.
        start, again = min(later, default=end), bool(later)
    if again:
        found.append((start, last))
    return [(start, end) for start, end in found if end > start]


def _take(facts: _Facts, what: str, body: Mapping[str, Any]) -> None:
    match what:
        case "recording-ordered":
            origin = _whole(body["origin"])
            if facts.origin not in (None, origin):
                raise ValueError("another origin than before")
            facts.origin = origin
            facts.required.update(map(_text, body["required"]))
        case "rec-first-byte":
            facts.began.append(_whole(body["at"]))
        case "rec-segment":
            segment = {"epoch": _whole(body["epoch"]), "media": _text(body["media"]), "segment": _whole(body["segment"]),
                       "state": _text(body["state"]), **_span(body)}  # fmt: skip
            facts.segments.setdefault(_text(body["publication"]), []).append(segment)
        case "rec-picture":  # beside the tracks: it covers no time
            for number in ("epoch", "segment", "serial", "at", "bytes", "width", "height"):
                _whole(body[number])
            for text in ("publication", "key", "sealed", "clear", "media"):
                _text(body[text])
        case "rec-gap":
            gap = {"cause": _text(body["cause"]), "epoch": _whole(body["epoch"]), **_span(body)}
            facts.gaps.setdefault(_text(body["publication"]), []).append(gap)
        case "rec-interval":
            key = _whole(body["start"]), _text(body["publication"]), _text(body["kind"])
            end = None if body["end"] is None else _span(body)["end"]
            # Told twice: when it begins, its end open, and when it ends.
            facts.intervals[key] = end if end is not None else facts.intervals.get(key)
        case "rec-room-closed":
            facts.closed.append(_whole(body["end"]))


def _track(facts: _Facts, publication: str) -> dict[str, Any]:
    return {
        "gaps": sorted(facts.gaps.get(publication, []), key=lambda g: (g["start"], g["end"], g["epoch"], g["cause"])),
        "publication": publication,
        "required": publication in facts.required,
        "segments": sorted(facts.segments.get(publication, []), key=lambda s: (s["epoch"], s["segment"])),
    }


def _missing(facts: _Facts, intervals: list[dict[str, Any]], publication: str, last: int) -> list[dict[str, Any]]:
    spans = [(s["start"], s["end"]) for s in (*facts.segments.get(publication, []), *facts.gaps.get(publication, []))]
    spans += [(i["start"], max(i["start"], last) if i["end"] is None else i["end"]) for i in intervals if i["publication"] in (publication, EVERYTHING)]
    spans.sort()
    found = []
    for start, end in stretches(facts.began, facts.closed, last):
        reached = start
        for a, b in [*spans, (end, end)]:
            if a > reached and min(a, end) - reached > (LEAD if reached == start else HOLE):
                found.append({"end": min(a, end), "publication": publication, "start": reached})
            reached = max(reached, b)
            if reached >= end:
                break
    return found


def _span(body: Mapping[str, Any]) -> dict[str, int]:
    start, end = _whole(body["start"]), _whole(body["end"])
    if end < start:
        raise ValueError(f"{start} to {end} is no time")
    return {"end": end, "start": start}


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
