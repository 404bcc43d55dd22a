"""The ledger's chain, seen by a forger: whatever is done to the entries is noticed, and the place is named."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recordings import ledger
from recordings.canonical import NotCanonical
from recordings.ledger import Broken, Entry, Head, append, decode, encode, head_of, start, utc, verify

SESSION = "s-20261123-0001"
whats = st.sampled_from(["ticket-taken", "consent-given", "ringing", "answered", "hold-began", "hold-ended", "talk-ended", "closed"])
actors = st.sampled_from(["server", "kiosk:haiyan-1", "clerk:li"])
bodies = st.dictionaries(
    st.sampled_from(["clerk", "counter", "text", "version", "epoch"]),
    st.none() | st.booleans() | st.integers(0, 99) | st.text("abc-19", max_size=5),
    max_size=3,
)
steps = st.tuples(st.floats(0, 4e9), actors, whats, bodies, st.none() | st.integers(0, 2**50))


def written(session: str, happened: list[tuple[float, str, str, dict[str, Any], int | None]]) -> list[Entry]:
    entries: list[Entry] = []
    head = start(session)
    for at, actor, what, body, mono in happened:
        entries.append(append(head, utc(at), actor, what, body, mono))
        head = head_of(entries[-1])
    return entries


ledgers = st.lists(steps, min_size=1, max_size=8).map(lambda happened: written(SESSION, happened))


def broken(entries: list[Entry], expected: Head | None = None) -> int:
    with pytest.raises(Broken) as found:
        verify(SESSION, entries, expected)
    return found.value.place


@given(ledgers)
def test_an_untouched_ledger_holds(entries: list[Entry]) -> None:
    assert verify(SESSION, entries) == head_of(entries[-1])
    assert verify(SESSION, entries, head_of(entries[-1])) == Head(len(entries), entries[-1].digest)
    assert [decode(encode(entry)) for entry in entries] == entries


def test_an_empty_ledger_has_a_head_of_its_own() -> None:
    assert verify(SESSION, []) == start(SESSION) != start("another")


@given(ledgers, st.data())
def test_an_edit_is_seen_where_it_was_made(entries: list[Entry], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["at", "actor", "what", "body", "prev", "digest", "mono", "seq"]))
    value: Any = data.draw(
        {
            "at": st.floats(0, 4e9).map(utc), "actor": actors, "what": whats, "body": bodies, "mono": st.none() | st.integers(0, 2**50),
            "prev": st.binary(min_size=32, max_size=32).map(bytes.hex), "digest": st.binary(min_size=32, max_size=32).map(bytes.hex),
            "seq": st.integers(-1, 20),
        }[field]
    )
    edited = dataclasses.replace(entries[i], **{field: value})
    assume((encode(edited), edited.digest) != (encode(entries[i]), entries[i].digest))  # by bytes: True and 1 are equal, and not the same
    assert broken([*entries[:i], edited, *entries[i + 1 :]]) == i + 1


@given(ledgers, st.data())
def test_an_edit_with_a_digest_made_to_fit_is_seen_at_the_next_entry_or_the_head(entries: list[Entry], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(entries) - 1))
    old = entries[i]
    forged = append(Head(old.seq - 1, old.prev), old.at, old.actor, old.what, {**old.body, "forged": True}, old.mono)
    assert broken([*entries[:i], forged, *entries[i + 1 :]], head_of(entries[-1])) == min(i + 2, len(entries))


@given(ledgers, st.data())
def test_a_missing_entry_is_seen(entries: list[Entry], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(entries) - 1))
    assert broken(entries[:i] + entries[i + 1 :], head_of(entries[-1])) == i + 1


@given(ledgers, st.data())
def test_a_cut_tail_is_seen_by_whoever_knows_the_head(entries: list[Entry], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(entries) - 1))
    assert verify(SESSION, entries[:kept]).seq == kept, "a shorter chain is a valid chain"
    assert broken(entries[:kept], head_of(entries[-1])) == kept + 1


@given(ledgers, st.data())
def test_moved_entries_are_seen(entries: list[Entry], data: st.DataObject) -> None:
    moved = data.draw(st.permutations(entries))
    assume(moved != entries)
    first = next(i for i, (a, b) in enumerate(zip(moved, entries, strict=True)) if a != b)
    assert broken(moved) == first + 1


@given(ledgers, st.data())
def test_a_doubled_or_inserted_entry_is_seen(entries: list[Entry], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(entries)))
    extra = data.draw(st.sampled_from(entries) | steps.map(lambda step: written(SESSION, [step])[0]))
    changed = [*entries[:i], extra, *entries[i:]]
    assume(changed[: len(entries)] != entries or extra.prev != entries[-1].digest)
    assert broken(changed, head_of(entries[-1])) <= len(entries) + 1


@given(ledgers)
def test_a_chain_is_its_own_sessions_only(entries: list[Entry]) -> None:
    with pytest.raises(Broken) as found:
        verify("another-session", entries)
    assert found.value.place == 1
    with pytest.raises(Broken):
        verify(SESSION, entries, start("another-session"))


def test_a_chain_written_anew_is_seen_by_whoever_knows_the_old_head() -> None:
    old = written(SESSION, [(1.0, "server", "closed", {}, None)] * 3)
    new = written(SESSION, [(1.0, "server", "closed", {"outcome": "accepted"}, None)] * 5)
    assert verify(SESSION, new).seq == 5
    assert broken(new, head_of(old[-1])) == 3


def test_the_format_can_be_checked_by_hand() -> None:
    """The README's description, followed with nothing but the standard library."""
    entries = written(SESSION, [(1790000000.123, "kiosk:haiyan-1", "ticket-taken", {"number": "J012"}, None), (1790000001, "server", "ringing", {}, 7)])
    before = hashlib.sha256(b'\0{"format":"virtual-window-ledger/1","session":"s-20261123-0001"}').hexdigest()
    for entry in entries:
        fields = {"seq": entry.seq, "at": entry.at, "actor": entry.actor, "what": entry.what, "body": entry.body, "prev": before}
        if entry.mono is not None:
            fields["mono"] = entry.mono
        before = hashlib.sha256(b"\0" + json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
        assert entry.digest == before
    assert entries[0].at == "2026-09-21T14:13:20.123Z"


@pytest.mark.parametrize(
    ("at", "actor", "what", "body", "error"),
    [
        ("2026-11-23 09:30", "server", "closed", {}, ValueError),
        (utc(1), "李 雷", "closed", {}, ValueError),
        (utc(1), "", "closed", {}, ValueError),
        (utc(1), "server", "Closed now", {}, ValueError),
        (utc(1), "server", "closed", {"seconds": 0.5}, NotCanonical),
        (utc(1), "server", "closed", {"姓名": "x"}, NotCanonical),
    ],
)
def test_a_malformed_entry_is_never_written(at: str, actor: str, what: str, body: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        append(start(SESSION), at, actor, what, body)


@pytest.mark.parametrize(
    "data",
    [
        b"[]", b"{}", b'{"seq":1}', b"nonsense",
        b'{"actor":"server","at":"2026-11-23T09:30:00.000Z","body":{},"extra":1,"prev":"","seq":1,"what":"closed"}',
        b'{"actor":"server","at":"2026-11-23T09:30:00.000Z","body":{},"prev":"short","seq":1,"what":"closed"}',
        b'{"actor":"server","at":"2026-11-23T09:30:00.000Z","body":[],"prev":"' + b"0" * 64 + b'","seq":1,"what":"closed"}',
        b'{"actor":"server","at":"2026-11-23T09:30:00.000Z","body":{},"prev":"' + b"0" * 64 + b'","seq":true,"what":"closed"}',
    ],
)
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(data)


def test_what_was_appended_cannot_be_changed_through_the_callers_own_mapping() -> None:
    body = {"clerk": "li"}
    entry = append(start(SESSION), utc(1), "server", "ringing", body)
    body["clerk"] = "wang"
    assert verify(SESSION, [entry]) == head_of(entry)


@given(st.floats(0, 4e9))
def test_times_are_utc_in_whole_milliseconds(at: float) -> None:
    text = utc(at)
    assert len(text) == 24 and text.endswith("Z")
    assert abs(dt.datetime.fromisoformat(text).timestamp() - at) <= 0.000_51


def test_every_entry_has_a_place_in_a_merkle_tree() -> None:
    """RFC 9162: the leaf hash is SHA-256(0x00 || leaf), and the entry's digest is that already."""
    entry = append(start(SESSION), utc(1), "server", "closed", {})
    assert entry.digest == hashlib.sha256(ledger._LEAF + encode(entry)).hexdigest()
