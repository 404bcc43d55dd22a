"""What the ledger hears of an operation."""

from __future__ import annotations

from kiosk.operate.grant import Field
from kiosk.operate.journal import KEEP, Entry, FieldCodes, Journal


def test_like_follows_like_as_one_entry_with_its_count() -> None:
    told = list[Entry]()
    journal = Journal(told.append)
    for _ in range(18):
        journal.count({"did": "typed", "field": "ID number"}, 0.0)
    assert told == []
    journal.count({"did": "typed", "field": "Phone"}, 0.0)
    journal.once({"did": "revoked", "reason": "hold"})
    assert told == [
        {"did": "typed", "field": "ID number", "count": 18}, {"did": "typed", "field": "Phone", "count": 1}, {"did": "revoked", "reason": "hold"},
    ]  # fmt: skip


def test_nothing_is_kept_for_long() -> None:
    told = list[Entry]()
    journal = Journal(told.append)
    journal.count({"did": "typed", "field": "Name"}, 0.0)
    journal.tick(KEEP - 0.1)
    assert told == []
    journal.tick(KEEP)
    assert told == [{"did": "typed", "field": "Name", "count": 1}]
    journal.count({"did": "typed", "field": "Name"}, 10.0)
    journal.count({"did": "typed", "field": "Name"}, 10.0 + KEEP)
    journal.flush()
    journal.flush()
    assert [each["count"] for each in told] == [1, 1, 1]


def test_a_field_without_a_name_is_the_nth_that_was_used() -> None:
    codes = FieldCodes()
    assert codes.of(Field("phone", "d/9")) == "phone"
    assert [codes.of(Field(mark=mark)) for mark in ("d/4", "d/2", "d/4", "e/2")] == ["field-1", "field-2", "field-1", "field-3"]
    assert FieldCodes().of(Field(mark="d/2")) == "field-1", "each grant counts anew"
    assert codes.of(None) == codes.of(Field()) == ""
