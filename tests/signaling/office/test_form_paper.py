"""Resident and clerk fill in one form: nothing typed is lost, nothing hidden is sent, nothing confirmed changes."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from base64 import b64decode, b64encode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from signaling.domain.form_steps import Side
from signaling.domain.refusals import NotAllowed, NotNow
from signaling.office.form_paper import FormPaper
from tests.architecture.files import ROOT
from tests.signaling.office.form_table import FORM, ID_NUMBER, TODAY, code_of, filled_in, seen, the_form, write
from tests.signaling.office.typists import Letters, Typist, deliver_up, everything, typing


@pytest.fixture
def paper() -> FormPaper:
    return FormPaper(FORM)


# --- typing together ---------------------------------------------------------------------------------------------------


def interleaving(seed: int) -> None:
    """A talk with delays, lost lines, reloads of the server, and at last a calm moment."""
    rng = random.Random(seed)
    letters, paper = Letters(), FormPaper(FORM)
    fields = ["name", "remark", "household"]
    two = [Typist("resident", 2 * seed + 1, fields), Typist("clerk", 2 * seed + 2, fields)]
    for _ in range(rng.randint(20, 70)):
        typist = rng.choice(two)
        other = two[1 - two.index(typist)]
        match rng.choices(["type", "up", "down", "break", "back", "restart"], [8, 6, 6, 1, 3, 0.3])[0]:
            case "type":
                typist.act(rng, letters)
            case "up" if typist.up:
                deliver_up(paper, typist, [other])
            case "down" if typist.down:
                typist.take(*typist.down.popleft())
            case "break":
                typist.lose_line()
            case "back" if not typist.on_line:
                typist.come_back(paper)
            case "restart":  # what was applied is stored; every line breaks
                paper = FormPaper.load(FORM, paper.snapshot())
                for each in two:
                    each.lose_line()
    for typist in two:
        typist.lose_line()
        typist.come_back(paper)
    while any(typist.up or typist.down for typist in two):
        for typist, other in zip(two, reversed(two), strict=True):
            while typist.up:
                deliver_up(paper, typist, [other])
            while typist.down:
                typist.take(*typist.down.popleft())
    said = {name: paper.values()[name] for name in fields}
    assert two[0].said() == two[1].said() == said, seed
    assert not letters.counted("".join(said.values())), seed


@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_talks_end_with_the_same_form_and_nothing_lost(hundred: int) -> None:
    for seed in range(hundred * 100, hundred * 100 + 100):
        interleaving(seed)


@settings(max_examples=50, deadline=None)
@given(st.integers(1000, 2**30))
def test_and_so_does_any_other(seed: int) -> None:
    interleaving(seed)


def test_what_one_types_goes_to_the_other_word_for_word(paper: FormPaper) -> None:
    update = typing(7, "张")[0]
    applied = paper.apply("name", update, "resident")
    assert applied.update == update and applied.to == ("clerk",) and applied.filled
    assert paper.values()["name"] == "张"


def test_what_is_repeated_after_a_lost_answer_is_taken_once_and_told_to_nobody(paper: FormPaper) -> None:
    first, second = typing(7, "张", "三")
    paper.apply("name", first, "resident")
    assert paper.apply("name", first, "resident").to == ()
    both = paper.apply("name", everything(first, second), "resident")
    assert paper.values()["name"] == "张三"
    other: Doc[Text] = Doc()
    other.apply_update(first)
    other.apply_update(both.update)
    assert str(other.get("text", type=Text)) == "张三"


def test_two_answers_at_the_same_moment_leave_one(paper: FormPaper) -> None:
    for client, answer, side in ((1, "yes", "resident"), (2, "no", "clerk")):
        doc: Doc[Map[str]] = Doc(client_id=client)
        doc.get("choice", type=Map)["value"] = answer
        paper.apply("under-16", bytes(doc.get_update()), side)  # type: ignore[arg-type]  # one of the two sides
    assert paper.values()["under-16"] in ("yes", "no")


NODE = """
const lines = require("fs").readFileSync(0, "utf8").trim().split("\\n");
const Y = require("yjs");
const from = (text) => Buffer.from(text, "base64"), to = (bytes) => Buffer.from(bytes).toString("base64");
const doc = new Y.Doc();
doc.clientID = 4242;
const sent = [];
Y.applyUpdate(doc, from(lines[0]));
doc.on("update", (update) => sent.push(to(update)));
const text = doc.getText("text");
text.insert(text.length, "\U00020bb7三");
text.insert(0, "李");
text.delete(1, 1);
const choice = new Y.Doc();
choice.clientID = 4243;
choice.on("update", (update) => sent.push("c" + to(update)));
choice.getMap("choice").set("value", "male");
choice.getMap("choice").set("value", "female");
console.log(JSON.stringify({ sent, full: to(Y.encodeStateAsUpdate(doc)), said: text.toString() }));
"""


def test_the_pages_library_and_ours_understand_each_other(paper: FormPaper) -> None:
    write(paper, "clerk", name="张")
    node = shutil.which("node")
    assert node is not None, "the pages need Node"
    start = b64encode(paper.stored("name")).decode()
    done = subprocess.run([node, "-e", NODE], input=start, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    told = json.loads(done.stdout)
    for each in told["sent"]:
        paper.apply("sex" if each.startswith("c") else "name", b64decode(each.removeprefix("c")), "resident")
    assert paper.values()["name"] == told["said"] == "李𠮷三"
    assert paper.values()["sex"] == "female"
    assert paper.apply("name", b64decode(told["full"]), "resident").to == ()  # a whole state of theirs says nothing new here


# --- what the other side does not see ----------------------------------------------------------------------------------


def everything_for(paper: FormPaper, side: Side) -> bytes:
    """All that an end is sent at its first greeting, and the view."""
    return b"".join(sheet.update for sheet in paper.welcome(side, {}).values()) + msgspec.json.encode(paper.view(TODAY))


def test_no_byte_of_a_hidden_field_goes_to_the_clerk(paper: FormPaper) -> None:
    sent: list[bytes] = []
    for update in typing(7, *ID_NUMBER):
        applied = paper.apply("id-number", update, "resident")
        sent += [applied.update for side in applied.to if side == "clerk"]
    write(paper, "resident", name="张三")
    assert sent == [] and "id-number" not in paper.welcome("clerk", {})
    assert ID_NUMBER[:3].encode() not in everything_for(paper, "clerk") and ID_NUMBER.encode() in everything_for(paper, "resident")
    assert "id-number" in paper.view(TODAY).filled
    assert "id-number" not in FormPaper.load(FORM, paper.snapshot()).welcome("clerk", {})
    with pytest.raises(NotAllowed):
        paper.show("id-number", "clerk")


def test_the_resident_shows_it_and_hides_it_again(paper: FormPaper) -> None:
    updates = typing(7, *ID_NUMBER, "9")
    for update in updates[:-1]:
        paper.apply("id-number", update, "resident")
    clerk: Doc[Text] = Doc()
    sheet = paper.show("id-number", "resident")["id-number"]
    clerk.apply_update(sheet.update)
    assert str(clerk.get("text", type=Text)) == ID_NUMBER
    assert "id-number" in paper.welcome("clerk", {}) and paper.view(TODAY).shown == ["id-number"]
    assert paper.show("id-number", "resident", shown=False) == {}
    assert paper.apply("id-number", updates[-1], "resident").to == ()
    assert "id-number" not in paper.welcome("clerk", {"id-number": sheet.vector})


def test_what_was_deleted_before_it_was_shown_is_not_shown(paper: FormPaper) -> None:
    doc: Doc[Text] = Doc(client_id=7)
    text = doc.get("text", type=Text)
    text += "geheim"
    paper.apply("id-number", bytes(doc.get_update()), "resident")
    known = bytes(doc.get_state())
    del text[0:6]
    text += "ok"
    paper.apply("id-number", bytes(doc.get_update(known)), "resident")
    sent = paper.show("id-number", "resident")["id-number"].update
    assert b"ok" in sent and b"geheim" not in sent and b"g" not in sent


def test_the_clerk_writes_a_hidden_field_only_while_it_is_shown(paper: FormPaper) -> None:
    assert code_of(paper, "id-number", typing(8, "3")[0]) == "field-hidden"
    paper.show("id-number", "resident")
    assert paper.apply("id-number", typing(8, "3")[0], "clerk").to == ("resident",)


# --- who may write what ------------------------------------------------------------------------------------------------


def test_some_fields_are_filled_in_by_one_side_only() -> None:
    paper = FormPaper(the_form("marriage-declaration"))
    doc: Doc[Map[str]] = Doc(client_id=5)
    doc.get("choice", type=Map)["value"] = "yes"
    assert code_of(paper, "man-agrees", bytes(doc.get_update()), "clerk") == "not-your-field"
    assert code_of(paper, "registry-note", typing(6, "x")[0], "resident") == "not-your-field"


def test_nobody_types_under_the_name_of_the_other(paper: FormPaper) -> None:
    first, second = typing(7, "张", "三")
    paper.apply("name", first, "resident")
    assert code_of(paper, "name", second, "clerk") == "not-your-letters"
    assert code_of(paper, "remark", typing(7, "x")[0], "clerk") == "not-your-letters"
    again = FormPaper.load(FORM, paper.snapshot())
    assert code_of(again, "name", second, "clerk") == "not-your-letters"


def test_page_by_page_to_the_signature(paper: FormPaper) -> None:
    filled_in(paper)
    assert paper.view(TODAY).problems == {}
    with pytest.raises(NotNow) as caught:
        paper.freeze(TODAY)
    assert caught.value.code == "page-open"
    for page in FORM.pages:
        with pytest.raises(NotAllowed):
            paper.confirm(page.id, seen(paper, page.id), "clerk", TODAY)
        paper.confirm(page.id, seen(paper, page.id), "resident", TODAY)
    assert code_of(paper, "name", typing(99, "x")[0], "resident") == "page-confirmed"
    paper.point("name", "clerk")
    frozen = paper.freeze(TODAY)
    assert paper.frozen_values()["birth"] == "1958-03-12" and paper.frozen_values()["phone"] == "13800138000"
    assert paper.view(TODAY).frozen == frozen.digest and paper.view(TODAY).pointed is None
    assert code_of(paper, "remark", typing(99, "x")[0], "resident") == "form-frozen"
    assert FormPaper.load(FORM, paper.snapshot()).frozen_bytes() == paper.frozen_bytes()
    paper.melt()
    paper.apply("remark", typing(99, "x")[0], "resident")


def test_a_letter_that_comes_in_at_the_moment_of_the_touch_undoes_the_touch(paper: FormPaper) -> None:
    filled_in(paper)
    before = seen(paper, "delivery")
    write(paper, "clerk", remark="急")
    with pytest.raises(NotNow) as caught:
        paper.confirm("delivery", before, "resident", TODAY)
    assert caught.value.code == "page-changed"
    paper.confirm("delivery", seen(paper, "delivery"), "resident", TODAY)
    paper.reopen("delivery")
    write(paper, "clerk", remark="!")


def test_the_clerk_points_and_the_resident_does_not(paper: FormPaper) -> None:
    paper.point("birth", "clerk")
    assert paper.view(TODAY).pointed == "birth"
    paper.point(None, "clerk")
    for field, side in (("birth", "resident"), ("nothing", "clerk")):
        with pytest.raises(NotAllowed):
            paper.point(field, side)  # type: ignore[arg-type]  # one of the two sides
