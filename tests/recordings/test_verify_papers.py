"""The offline verifier on the papers of a visit: each is the one that was noted, each signature stands under what was shown, no line is lost."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings import canonical, ledger, manifest, verify
from tests.recordings.packages import HOME, Desk, Story, anchors, digest, resigned, unzip
from tests.recordings.papers import AGAIN, FORM, JPEG, PNG, Table, signed_visit, talking

PLAIN, SEALED = signed_visit().packed(), signed_visit().packed(form="sealed")
FILES = unzip(PLAIN)
PAPERS = [name for name in FILES if name.partition("/")[0] in ("stills", "forms", "signed", "texts")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def proven(desk: Desk, package: bytes) -> dict[str, Any]:
    result = desk.examine(package, anchors())
    assert (result["exit"], result["problems"]) == (0, [])
    return result


# --- as it should be ------------------------------------------------------------------------------


def test_every_paper_lies_in_its_folder_and_what_was_signed_is_proven(desk: Desk) -> None:
    assert [name for name in PAPERS if "m-1" not in name and "sig-1" not in name] == [
        "forms/7100-0.png", "forms/7100-1.png", "forms/7100.pdf", "signed/7200-picture.png", "signed/7200.json", "signed/7300-picture.png",
        "signed/7300.json", "signed/7900.pdf", "stills/2000-checked.jpg", "stills/2000-page.jpg", "texts/9000.json",
    ]  # fmt: skip
    said = proven(desk, PLAIN)["proven"]
    assert "signature 7200: under form 7100 exactly as it was shown (page 7100-0)" in said
    assert "signature 7300: under form 7100 exactly as it was shown (page 7100-1)" in said
    assert "transcript 9000: 3 lines, each as it was noted when it was written" in said
    assert any("is left out of a transcript" in line for line in said)


def test_sealed_they_lie_there_too_and_what_cannot_be_read_is_not_proven(desk: Desk) -> None:
    names = [name for name in unzip(SEALED) if name.startswith("segments/resident.paper")]
    assert len(names) == len(PAPERS) - 2, "the two that nobody sealed lie there as they are"
    result = proven(desk, SEALED)
    assert not any("signature 7200" in line or "transcript" in line for line in result["proven"])
    assert "what the record of signature 7200 says: signed/7200.json lies sealed here" in result["not_proven"]
    assert "what was written in 3 lines: texts/9000.json lies sealed here" in result["not_proven"]


def test_two_entries_may_stand_for_the_same_bytes(desk: Desk) -> None:
    table = signed_visit()
    table.paper("still-checked", "2001-checked", JPEG, b"\xff\xd8 a page \xff\xd9")
    proven(desk, table.packed())
    table = signed_visit()
    table.paper("still-checked", "2001-checked", JPEG, b"\xff\xd8 a page \xff\xd9")
    assert "stands for one file in stills/, and 0 are here" in desk.broken(table.packed(left_out={"stills/2001-checked.jpg"}))


# --- damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAPERS)
def test_every_bent_paper_is_named_whoever_signs_the_package(desk: Desk, name: str) -> None:
    chance = random.Random(name)
    for _ in range(12):
        data = bytearray(FILES[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert f"{name}: is not the file that entry" in desk.broken(resigned({**FILES, name: bytes(data)}, HOME))


@pytest.mark.parametrize("package", [PLAIN, SEALED], ids=["clear", "sealed"])
def test_a_flipped_bit_in_a_paper_is_seen_and_its_place_named(tmp_path: Path, package: bytes) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(package)
    chance = random.Random(20261128)
    for name, data in unzip(package).items():
        if name not in PAPERS and not name.startswith("segments/resident.paper"):
            continue
        begin = package.index(name.encode() + data) + len(name)
        for place in chance.sample(range(begin, begin + len(data)), min(20, len(data))):
            with path.open("r+b") as f:
                os.pwrite(f.fileno(), bytes([package[place] ^ 1 << chance.randrange(8)]), place)
                problem = verify.verify(str(path), anchors())["problems"][0]
                os.pwrite(f.fileno(), package[place : place + 1], place)
            assert problem["place"] == f"{name} (bytes {begin}-{begin + len(data)})"
    assert verify.verify(str(path), anchors())["exit"] == 0, "and the package is whole again"


@pytest.mark.parametrize("name", PAPERS)
def test_every_missing_paper_is_told_of(desk: Desk, name: str) -> None:
    files = {n: data for n, data in FILES.items() if n != name}
    assert f"stands for one file in {name.partition('/')[0]}/, and 0 are here" in desk.broken(resigned(files, HOME))


def test_a_missing_sealed_paper_is_named(desk: Desk) -> None:
    files = unzip(SEALED)
    name = next(n for n in files if n.startswith("segments/resident.paper"))
    assert f"{name}: is missing" in desk.broken(resigned({n: data for n, data in files.items() if n != name}, HOME))


def test_a_paper_under_the_name_of_another_kind_is_named(desk: Desk) -> None:
    files = dict(FILES)
    files["forms/7100.html"] = files.pop("forms/7100.pdf")
    assert "forms/7100.html: is sealed as a file of another kind, .pdf" in desk.broken(resigned(files, HOME))


def test_a_paper_of_a_kind_that_nobody_knows_is_not_in_the_form(desk: Desk) -> None:
    table = signed_visit()
    table.writer("picture", {**table.entries[-2].body, "media": "text/html", "segment": 999, "serial": 999})
    assert "not in the form of docs/package.md: KeyError('text/html')" in desk.broken(table.packed())


@pytest.mark.parametrize(("name", "of"), [("signed/7200.json", "signature 7200"), ("texts/9000.json", "transcript 9000")])
def test_of_a_record_that_is_another_nothing_is_said_to_be_proven(desk: Desk, name: str, of: str) -> None:
    other = canonical.write({**canonical.read(FILES[name]), "strokes": []} if "signed" in name else {**canonical.read(FILES[name]), "lines": []})
    result = desk.examine(resigned({**FILES, name: other}, HOME), anchors())
    assert {p["place"] for p in result["problems"]} == {name}
    assert not any(line.startswith(of) for line in result["proven"])


# --- signatures -----------------------------------------------------------------------------------


def test_swapped_signature_records_are_named(desk: Desk) -> None:
    a, b = "signed/7200.json", "signed/7300.json"
    said = desk.broken(resigned({**FILES, a: FILES[b], b: FILES[a]}, HOME))
    assert f"{a}: is not the file" in said and f"{b}: is not the file" in said


def test_records_that_were_swapped_before_anybody_noted_them_speak_of_another_page(desk: Desk) -> None:
    table = talking().freeze()
    other = table.record(FORM, f"{FORM}-1")
    assert "signed/7200.json: speaks of something else than entry" in (said := desk.broken(table.sign("7200", record=other).packed()))
    assert "shown.picture differ" in said


def forged(**fields: str) -> Callable[[Table], dict[str, Any]]:
    """A record with other words in `form`."""
    return lambda table: {**table.record(FORM, f"{FORM}-0"), "form": {**table.record(FORM, f"{FORM}-0")["form"], **fields}}


@pytest.mark.parametrize(("record", "differs"), [
    (forged(pdf="0" * 64), "form.pdf"), (forged(values="0" * 64), "form.values"),
    (lambda table: table.record(FORM, f"{FORM}-0", session="s-20261123-0002"), "session"),
    (lambda table: table.record(FORM, f"{FORM}-0", shown={"page": f"{FORM}-0", "picture": "0" * 64}), "shown.picture"),
])  # fmt: skip
def test_a_record_that_speaks_of_something_else_is_named(desk: Desk, record: Callable[[Table], dict[str, Any]], differs: str) -> None:
    table = talking().freeze()
    result = desk.examine(table.sign("7200", record=record(table)).sign("7300").packed(), anchors())
    assert [p["reason"].partition(": ")[2] for p in result["problems"]] == [f"{differs} differ"]
    assert [line for line in result["proven"] if line.startswith("signature")] == ["signature 7300: under form 7100 exactly as it was shown (page 7100-0)"]


@pytest.mark.parametrize("record", [
    b"", b"\x89PNG", b"[]", b"{}", b'{"schema": "virtual-window-signature/1"}', b'{"schema":"virtual-window-signature/1"}', b"1.5",
])  # fmt: skip
def test_a_record_that_is_none_is_named_and_the_next_one_is_read(desk: Desk, record: bytes) -> None:
    result = desk.examine(talking().freeze().sign("7200", record=record).sign("7300").packed(), anchors())
    assert {p["place"] for p in result["problems"]} == {"signed/7200.json"}
    assert any(line.startswith("signature 7300") for line in result["proven"])


def test_a_record_of_another_schema_is_no_signature(desk: Desk) -> None:
    table = talking().freeze()
    record = table.record(FORM, f"{FORM}-0", schema="virtual-window-signature/2")
    assert "signed/7200.json: is not the record of a signature" in desk.broken(table.sign("7200", record=record).packed())


@pytest.mark.parametrize("form", ["clear", "sealed"])
@pytest.mark.parametrize(("entry", "said"), [
    ({"form": "7000"}, "under the form 7000, which was not frozen then"),
    ({"pdf": "0" * 64}, "under another paper than the form 7100"),
    ({"page": "7100-9"}, "under the page 7100-9, which was not shown then"),
    ({"page": "7100-1"}, "under another picture than that of page 7100-1"),
    ({"shown": "0" * 64}, "under another picture than that of page 7100-0"),
    ({"form": AGAIN}, "under another p"),
    ({"drawn": "nothing"}, "names the drawing nothing"),
    ({"place": -1}, "the place -1: no such"), ({"place": True}, "True is no whole number"), ({"place": "1"}, "no whole number"),
    ({"form": None}, "None is no text"), ({"page": 1}, "1 is no text"),
])  # fmt: skip
def test_a_signature_names_what_was_there(desk: Desk, entry: dict[str, Any], said: str, form: str) -> None:
    table = talking().freeze().freeze(AGAIN)
    found = desk.broken(table.sign("7200", forged=entry).packed(form=form))
    assert said in found
    assert f"entry {next(e.seq for e in table.entries if e.what == 'signature-given')}: " in found


def test_a_signature_under_a_melted_form_counts_for_nothing(desk: Desk) -> None:
    melted = "is a signature under the form 7100, which was not frozen then"
    assert melted in desk.broken(talking().freeze().melt().sign("7200").packed())
    assert melted in desk.broken(talking().freeze().melt().freeze(AGAIN).sign("7200").packed(form="sealed"))
    late = talking()
    late.frozen[FORM], late.pages[f"{FORM}-0"] = {"pdf": "0" * 64, "values": "0" * 64}, {"form": FORM, "shown": "0" * 64}
    assert melted in desk.broken(late.sign("7200").freeze().packed())


def test_a_page_of_a_melted_form_was_not_shown_with_the_next(desk: Desk) -> None:
    table = talking().freeze().melt().freeze(AGAIN)
    assert "under the page 7100-0, which was not shown then" in desk.broken(table.sign("7200", AGAIN, f"{FORM}-0").packed())


def test_what_was_signed_before_the_form_melted_stays_proven_and_so_does_what_comes_after(desk: Desk) -> None:
    table = talking().freeze().sign("7200").melt().freeze(AGAIN).sign("8300", AGAIN).all_signed("8900", AGAIN)
    said = proven(desk, table.packed())["proven"]
    assert "signature 7200: under form 7100 exactly as it was shown (page 7100-0)" in said
    assert "signature 8300: under form 8200 exactly as it was shown (page 8200-0)" in said


def test_the_paper_with_the_signatures_names_a_frozen_form(desk: Desk) -> None:
    for table in (talking().all_signed(), talking().freeze().melt().all_signed()):
        assert "names the form 7100, which was not frozen then" in desk.broken(table.packed())


# --- what was written -----------------------------------------------------------------------------


def test_an_altered_text_is_named(desk: Desk) -> None:
    table = talking().say("I agree", "no, I do not").say("noted", by="clerk")
    entry = next(e.seq for e in table.entries if e.what == "text-said" and e.body["n"] == 2)
    altered = [line if line["n"] != 2 else {**line, "text": "yes, I do"} for line in table.lines]
    assert f"texts/9000.json, line 2: is not the line that entry {entry} notes" in desk.broken(table.keep(lines=altered).packed())


@pytest.mark.parametrize("change", [
    {"by": "clerk"}, {"at": 1}, {"salt": "00"}, {"text": ""}, {"more": 1}, {"text": None}, {"n": 1}, {"n": 3},
])  # fmt: skip
def test_whatever_of_a_line_is_altered_is_named(desk: Desk, change: dict[str, Any]) -> None:
    table = talking().say("one", "two", "three")
    altered = [table.lines[0], {**table.lines[1], **change}, table.lines[2]]
    assert "texts/9000.json, line" in desk.broken(table.keep(lines=altered).packed())


def test_a_line_by_somebody_else_than_was_noted_is_named(desk: Desk) -> None:
    table = talking()
    line = {"at": 1, "by": "resident", "n": 1, "salt": "00", "text": "I agree"}
    table.add("text-said", {"by": "clerk", "digest": digest(canonical.write(line)), "n": 1})
    assert "texts/9000.json, line 1: is not the line that entry" in desk.broken(table.keep(lines=[line]).packed())


@pytest.mark.parametrize("line", [{"at": 1, "by": "clerk", "n": 1, "text": "unsalted"}, {"at": 1, "by": "clerk", "n": 1, "salt": "00", "text": "x", "more": 1}])
def test_a_line_has_one_form_even_when_it_was_noted_otherwise(desk: Desk, line: dict[str, Any]) -> None:
    table = talking()
    table.add("text-said", {"by": "clerk", "digest": digest(canonical.write(line)), "n": 1})
    assert "texts/9000.json, line 1: is not the line" in desk.broken(table.keep(lines=[line]).packed())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=20).filter(lambda t: t.isprintable()), min_size=1, max_size=6), st.data())
def test_no_line_can_be_dropped(tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    table = talking().say(*texts)
    dropped = data.draw(st.sets(st.integers(1, len(texts))))
    package = table.keep(lines=[line for line in table.lines if line["n"] not in dropped]).packed()
    if not dropped:
        proven(desk, package)
        return
    said = desk.broken(package)
    for n in dropped:
        assert f"notes line {n}, which is left out of the transcript" in said


def test_a_line_that_nobody_noted_a_line_twice_and_a_wrong_count_are_named(desk: Desk) -> None:
    table = talking().say("one")
    added = {"at": 1, "by": "clerk", "n": 2, "salt": "00", "text": "and two"}
    assert "texts/9000.json, line 2: was noted nowhere" in desk.broken(table.keep(lines=[*table.lines, added]).packed())
    table = talking().say("one")
    assert "texts/9000.json, line 1: is not the line" in desk.broken(table.keep(lines=[*table.lines, *table.lines]).packed())
    assert "counts 2 lines, texts/9000.json has 1" in desk.broken(talking().say("one").keep(count=2).packed())
    table = talking().say("one")
    table.add("text-said", {**table.entries[-1].body})
    assert "notes line 1 once more" in desk.broken(table.keep().packed())


@pytest.mark.parametrize("change", [{"session": "s-20261123-0002"}, {"schema": "virtual-window-texts/2"}, {"more": 1}, {"lines": None}, {"lines": [1]}])
def test_a_transcript_of_another_form_or_session_is_named(desk: Desk, change: dict[str, Any]) -> None:
    assert "texts/9000.json: " in desk.broken(talking().say("one").keep(forged=change).packed())


def test_a_visit_that_was_taken_up_again_has_two_transcripts(desk: Desk) -> None:
    table = talking().say("one", "two").keep().say("three")
    said = proven(desk, table.keep("9500", lines=table.lines[2:]).packed())["proven"]
    assert {"transcript 9000: 2 lines, each as it was noted when it was written", "transcript 9500: 1 lines, each as it was noted when it was written"} <= {*said}
    table = talking().say("one", "two").keep().say("three", "four")
    assert "notes line 3, which is left out" in desk.broken(table.keep("9500", lines=table.lines[3:]).packed())
    table = talking().say("one").keep().say("two")
    assert "texts/9500.json, line 1: is not the line" in desk.broken(table.keep("9500", lines=table.lines).packed()), "it stands in the first"


def test_lines_of_which_no_transcript_was_kept_are_said_not_to_be_proven(desk: Desk) -> None:
    assert any("what was written in 2 lines (from entry" in line for line in proven(desk, talking().say("one", "two").packed())["not_proven"])
    assert any("what was written in 1 lines (from entry" in line for line in proven(desk, talking().say("one").keep().say("two").packed())["not_proven"])


# --- whoever owns the home's key ------------------------------------------------------------------


def test_whatever_stands_in_an_entry_of_papers_is_answered_and_never_an_accident(desk: Desk) -> None:
    chance = random.Random(28)
    odd: list[Any] = [None, True, -1, 0, "", "x", "../x", [], [1], {}, {"a": {}}, "0" * 64, "7100", "7100-0"]
    entries = signed_visit().entries
    bodies = [n for n, entry in enumerate(entries) if entry.what.startswith(("form-", "signature-", "text", "still-"))]
    for _ in range(300):
        bent, table = chance.choice(bodies), signed_visit()
        table.entries = []
        for number, entry in enumerate(entries):
            body = dict(entry.body)
            if number == bent:
                key = chance.choice(sorted(body))
                body = {**body, key: chance.choice(odd)} if chance.random() < 0.9 else {k: v for k, v in body.items() if k != key}
            Story.add(table, entry.what, body, entry.actor)
        result = desk.examine(table.packed(form=chance.choice(["clear", "sealed"])), anchors())
        assert result["exit"] in (0, 1)
        assert all(problem["place"] and problem["reason"] for problem in result["problems"])


def test_a_page_is_shown_as_a_picture_only_of_its_form(desk: Desk) -> None:
    table = talking().freeze()
    table.paper("form-page", "7100-5", PNG, b"\x89PNG a page of another form", {"form": AGAIN})
    table.pages["7100-5"] = {"form": FORM, "shown": digest(b"\x89PNG a page of another form")}
    assert "under another picture than that of page 7100-5" in desk.broken(table.sign("7200", page="7100-5").packed())


def test_both_readings_know_the_same_entries_and_kinds() -> None:
    assert verify.FILED == manifest.FILED and verify.SUFFIX == manifest.SUFFIX
    assert all(verify.EVIDENCE.fullmatch(what) for what in (*manifest.FILED, "form-melted", "text-said"))
    assert [ledger.encode(e) for e in signed_visit().entries] == [ledger.encode(e) for e in signed_visit().entries], "the same each time"
