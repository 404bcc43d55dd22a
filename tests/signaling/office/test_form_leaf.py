"""One field: the next state is made beside the old one, and what cannot be taken leaves nothing behind."""

from __future__ import annotations

import pytest

from signaling.domain.refusals import Refusal
from signaling.office.form_leaf import MOST_UNITS, Leaf
from tests.signaling.office.typists import everything, typing


def test_the_old_leaf_stays_as_it_was() -> None:
    leaf = Leaf("typed")
    after, update = leaf.with_update(typing(7, "张")[0], 10)
    assert (leaf.value, after.value) == ("", "张") and after.vector == {7: 1} and leaf.vector == {}
    assert update.runs[0].text == "张"


def test_stored_and_opened_again() -> None:
    first, second = typing(7, "张𠮷", "三")
    leaf, _ = Leaf("typed").with_update(first, 10)
    again = Leaf("typed", leaf.state())
    assert again.value == "张𠮷" and again.vector == leaf.vector and again.state() == leaf.state()
    with pytest.raises(Refusal, match="not-an-edit"):
        again.with_update(b"\x00\x01\x07\x01\x02\x01", 10)  # half of 𠮷: known from the store too
    assert again.with_update(second, 10)[0].value == "张𠮷三"


def test_who_knows_a_part_is_sent_the_rest() -> None:
    first, second = typing(7, "张", "三")
    leaf, _ = Leaf("typed").with_update(everything(first, second), 10)
    assert b"\xe5\xbc\xa0" not in leaf.since({7: 1}) and "三".encode() in leaf.since({7: 1})
    assert leaf.since({7: 2}) == b"\x00\x00"
    assert leaf.since({7: 99, 8: 5}) == leaf.state()  # a vector from nowhere is not believed


def test_no_field_grows_for_ever() -> None:
    with pytest.raises(Refusal, match="field-full"):
        Leaf("typed").with_update(typing(7, "ab" * 5)[0], 9)
    gone = b"\x01\x01\x07\x00\x01\x01\x04text" + bytes([MOST_UNITS + 1 & 0x7F | 0x80, MOST_UNITS + 1 >> 7 & 0x7F | 0x80, MOST_UNITS + 1 >> 14]) + b"\x00"
    with pytest.raises(Refusal, match="field-full"):
        Leaf("typed").with_update(gone, 9)


def test_a_damaged_store_is_told() -> None:
    for damaged in (b"", b"\x01", b"\xff\xff\xff\xff\xff\xff\x1f\x01\x00"):
        with pytest.raises(Refusal, match="bad-update"):
            Leaf("typed", damaged)


def test_the_library_that_panics_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """What a panic in Rust becomes: no Exception."""

    leaf = Leaf("typed")

    def panics(self: object, update: bytes) -> None:
        raise PanicException("called `Option::unwrap()` on a `None` value")

    monkeypatch.setattr("pycrdt.Doc.apply_update", panics)
    with pytest.raises(Refusal, match="bad-update: PanicException"):
        leaf.with_update(typing(7, "a")[0], 9)
