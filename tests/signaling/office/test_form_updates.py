"""The reader of what typing sends: it takes letters, and claims of nothing."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from signaling.domain.refusals import Refusal
from signaling.office.form_updates import Run, Update, read_update, read_vector, units, write_vector
from tests.signaling.office.typists import typing


def test_letters_one_after_the_other() -> None:
    first, second = typing(7, "张𠮷", "三")
    assert read_update(first, "typed") == Update([Run(7, 0, 3, None, None, "张𠮷")], [])
    assert read_update(second, "typed") == Update([Run(7, 3, 1, (7, 2), None, "三")], [])
    assert units("张𠮷") == 3


def test_letters_that_are_gone() -> None:
    doc: Doc[Text] = Doc(client_id=7)
    text = doc.get("text", type=Text)
    text += "abc"
    del text[1:2]
    update = read_update(bytes(doc.get_update()), "typed")
    assert [(run.clock, run.length, run.text) for run in update.runs] == [(0, 1, "a"), (1, 1, None), (2, 1, "c")]
    assert update.deletes == [(7, 1, 1)]


def test_an_answer_that_was_changed() -> None:
    doc: Doc[Map[str]] = Doc(client_id=7)
    answers = doc.get("choice", type=Map)
    answers["value"] = "yes"
    answers["value"] = "no"
    update = read_update(bytes(doc.get_update()), "chosen")
    assert [run.text for run in update.runs] == [None, "no"] and update.deletes == [(7, 0, 1)]
    with pytest.raises(Refusal, match="not-an-edit"):
        read_update(bytes(doc.get_update()), "typed")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-update"),
        (b"\x00", "bad-update"),
        (b"\x00\x00\x00", "bad-update"),
        (b"\xff\xff\xff\xff\x0f", "bad-update"),
        (b"\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", "bad-update"),
        (b"\x01\x01\x07\x00\x04\x01\x04text\xff\xff\xff\xff\x0fx\x00", "bad-update"),
        (b"\x01\x01\x07\x00\x04\x01\x04text\x03\xed\xa0\x80\x00", "bad-update"),
        (b"\x01\x01\x07\x00\x04\x01\x04text\x00\x00", "bad-update"),
        (b"\x01\x01\x07\x00\x04\x01\x04texu\x01a\x00", "not-an-edit"),
        (b"\x01\x01\x07\x00\x24\x01\x04text\x01k\x01a\x00", "not-an-edit"),
        (b"\x01\x01\x07\x00\x04\x00\x07\x00\x01a\x00", "not-an-edit"),
        (b"\x01\x01\x07\x00\x00\x05\x00", "not-an-edit"),
        (b"\x01\x01\x07\x00\x0a\x05\x00", "not-an-edit"),
        (b"\x00\x01\x07\x03\x00\x01", "bad-update"),
    ],
)
def test_what_is_no_typing(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_update(data, "typed")
    assert caught.value.code == code


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["typed", "chosen"]))
def test_any_bytes_are_read_or_refused(data: bytes, mode: str) -> None:
    for read in (lambda: read_update(data, mode), lambda: read_vector(data)):  # type: ignore[arg-type]  # one of the two modes
        try:
            read()
        except Refusal as refusal:
            assert refusal.code in {"bad-update", "not-an-edit", "bad-vector"}


def test_sixteen_kilobytes_of_anything_take_no_time() -> None:
    rng = random.Random(3)
    start = time.process_time()
    for lead in (b"\xff\x7f", b"\x01\xff\x7f\x07\x00", b"\x00\x01\x07\xff\x3f", b"\x00\xff\x3f"):
        for filler in (b"\x00", b"\x01", b"\x84\x07\x00\x01x", rng.randbytes(64)):
            try:
                read_update((lead + filler * 16_384)[:16_384], "typed")
            except Refusal as refusal:
                assert refusal.code in {"bad-update", "not-an-edit"}
    assert time.process_time() - start < 5


@given(st.dictionaries(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), max_size=20))
def test_a_vector_is_read_as_it_was_written(vector: dict[int, int]) -> None:
    assert read_vector(write_vector(vector)) == vector


def test_the_library_reads_our_vectors() -> None:
    doc: Doc[Text] = Doc()
    for update in typing(7, "abc"):
        doc.apply_update(update)
    assert bytes(doc.get_update(write_vector({7: 3}))) == b"\x00\x00"
    assert read_vector(bytes(doc.get_state())) == {7: 3}
