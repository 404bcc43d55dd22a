"""Who means harm: whatever bytes an end sends, the paper refuses quickly and stays as it was."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text, XmlFragment

from signaling.domain.refusals import Refusal
from signaling.office.form_leaf import MOST_BYTES
from signaling.office.form_paper import FormPaper
from tests.signaling.office.form_table import FORM, code_of, filled_in, the_form, write
from tests.signaling.office.typists import everything, typing


@pytest.fixture
def paper() -> FormPaper:
    return FormPaper(FORM)


def other_things() -> dict[str, bytes]:
    """Documents that hold something else than letters in the text of a field."""
    found: dict[str, bytes] = {}

    formatted: Doc[Text] = Doc(client_id=77)
    formatted.get("text", type=Text).insert(0, "fat", {"bold": True})
    embedded: Doc[Text] = Doc(client_id=77)
    embedded.get("text", type=Text).insert_embed(0, {"image": "x"})
    mapped: Doc[Map[object]] = Doc(client_id=77)
    mapped.get("text", type=Map)["a"] = 1
    nested: Doc[Map[object]] = Doc(client_id=77)
    nested.get("text", type=Map)["a"] = Map({"b": "c"})
    listed: Doc[Array[object]] = Doc(client_id=77)
    listed.get("text", type=Array).append(Text("x"))
    tree: Doc[XmlFragment] = Doc(client_id=77)
    tree.get("text", type=XmlFragment).children.append("x")
    inside: Doc[Map[object]] = Doc(client_id=77)
    inside.get("text", type=Map)["d"] = Doc()
    elsewhere = typing(77, "x", root="other")[0]
    for name, each in [("format", formatted), ("embed", embedded), ("map", mapped), ("nested", nested), ("array", listed), ("tree", tree), ("document", inside)]:
        found[name] = bytes(each.get_update())  # type: ignore[attr-defined]  # all are documents
    return {**found, "other root": elsewhere}


@pytest.mark.parametrize("what", list(other_things()))
def test_nothing_but_letters_comes_in(paper: FormPaper, what: str) -> None:
    assert code_of(paper, "name", other_things()[what]) == "not-an-edit"
    assert code_of(paper, "sex", other_things()[what]) == "not-an-edit"


def test_an_answer_is_one_of_those_offered(paper: FormPaper) -> None:
    for value, code in (("perhaps", "not-an-option"), (True, "not-an-edit"), (["male"], "not-an-edit"), ({"male": 1}, "not-an-edit")):
        doc: Doc[Map[object]] = Doc(client_id=77)
        doc.get("choice", type=Map)["value"] = value
        assert code_of(paper, "sex", bytes(doc.get_update())) == code
    doc = Doc(client_id=77)
    doc.get("choice", type=Map)["other"] = "male"
    assert code_of(paper, "sex", bytes(doc.get_update())) == "not-an-edit"
    assert code_of(paper, "sex", typing(77, "male", root="choice")[0]) == "not-an-edit"


def test_what_builds_on_something_that_never_came_is_sent_back(paper: FormPaper) -> None:
    first, second, third = typing(7, "张", "三", "丰")
    assert code_of(paper, "name", third) == "out-of-order"
    paper.apply("name", first, "clerk")
    assert code_of(paper, "name", third) == "out-of-order"
    paper.apply("name", second, "clerk")
    paper.apply("name", third, "clerk")
    assert paper.values()["name"] == "张三丰"


def test_deleting_what_is_not_there_is_refused(paper: FormPaper) -> None:
    paper.apply("name", typing(7, "ab")[0], "clerk")
    assert code_of(paper, "name", b"\x00\x01\x07\x01\x00\x03") == "out-of-order"
    assert code_of(paper, "name", b"\x00\x01\x09\x01\x00\x01") == "out-of-order"
    assert paper.apply("name", b"\x00\x01\x07\x01\x00\x01", "clerk").update
    assert paper.values()["name"] == "b"


def test_a_letter_of_two_halves_is_never_cut(paper: FormPaper) -> None:
    paper.apply("name", typing(7, "𠮷")[0], "clerk")
    for update in (b"\x00\x01\x07\x01\x00\x01", b"\x00\x01\x07\x01\x01\x01", b"\x01\x01\x08\x00\xc4\x07\x00\x07\x01\x01x\x00", b"\x01\x01\x08\x00\x84\x07\x00\x01x\x00"):
        assert code_of(paper, "name", update) == "not-an-edit"
    assert paper.values()["name"] == "𠮷"


def test_too_much_is_refused(paper: FormPaper) -> None:
    assert code_of(paper, "name", b"\x00" * (MOST_BYTES + 1)) == "too-large"
    assert code_of(paper, "name", typing(7, "字" * 200)[0]) == "field-full"
    assert code_of(paper, "name", b"\x01\x01\x07\x00\x01\x01\x04text\xff\xff\xff\xff\x0f\x00") == "field-full"  # letters only claimed, deleted at once
    assert code_of(paper, "nothing", b"\x00\x00") == "unknown-field"


def test_hostile_bytes_are_refused_quickly(paper: FormPaper) -> None:
    filled_in(paper)
    rng = random.Random(5)
    good = [*typing(7, "张", "三", "𠮷𠮷"), everything(*typing(9, "ab", "cd")), paper.stored("name"), *other_things().values()]
    before = paper.values()
    start = time.process_time()
    taken = 0
    for _ in range(20_000):
        if rng.random() < 0.2:
            data = bytearray(rng.randbytes(rng.randint(0, 60)))
        else:
            data = bytearray(rng.choice(good))
            for _ in range(rng.randint(1, 4)):
                data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            paper.apply("remark", bytes(data), "clerk")
            taken += 1
        except Refusal as refusal:
            assert refusal.code in {"bad-update", "not-an-edit", "out-of-order", "field-full", "not-your-letters", "form-full"}, refusal
    assert time.process_time() - start < 60
    assert {**paper.values(), "remark": ""} == {**before, "remark": ""} and taken < 4000
    FormPaper.load(FORM, paper.snapshot())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_as_a_vector_are_answered_or_refused(data: bytes) -> None:
    paper = FormPaper(FORM)
    write(paper, "clerk", name="张")
    try:
        sheet = paper.welcome("clerk", {"name": data})["name"]
    except Refusal as refusal:
        assert refusal.code == "bad-vector"
    else:
        assert len(sheet.update) < 100


@pytest.mark.parametrize("damage", [b"", b"\x81", b"{}"])
def test_a_damaged_store_is_told(damage: bytes, paper: FormPaper) -> None:
    with pytest.raises(Refusal, match="bad-snapshot"):
        FormPaper.load(FORM, damage)
    with pytest.raises(Refusal, match="bad-snapshot"):
        FormPaper.load(the_form("general-application"), paper.snapshot())

