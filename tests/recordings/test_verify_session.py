"""What the offline verifier asks of a session: completeness, order of segments, consent, files of entries, days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recordings import canonical, heads, ledger
from recordings.data_key import fingerprint
from tests.recordings.packages import (
    HOME,
    HOST,
    ORIGIN,
    REQUIRED,
    SESSION,
    Desk,
    Jurisdiction,
    Packing,
    Story,
    anchors,
    digest,
    resigned,
    unzip,
    whole,
    with_day,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def packed(story: Story, **changes: Any) -> bytes:
    return Packing(story, story.signed(), **changes).pack()


# --- completeness ---------------------------------------------------------------------------------


def with_a_hole() -> Story:
    story = Story().begin()
    for publication in REQUIRED:
        story.first_byte(publication, 500)
        story.segment(publication, 0, 500, 4500)
    story.segment("resident.camera", 1, 7000, 9000)
    for publication in REQUIRED[:1] + REQUIRED[2:]:
        story.segment(publication, 1, 4500, 9000)
    story.writer("room-closed", {"end": 9000})
    return story


def test_a_hole_that_nobody_explains_is_found_even_when_everything_is_signed(desk: Desk) -> None:
    story = with_a_hole()
    story.add("recording-complete")
    assert "resident.camera from 4500 to 7000 ms: neither a segment nor an explanation" in desk.broken(packed(story))


def test_a_hole_that_was_declared_is_said_and_does_not_break_the_proof(desk: Desk) -> None:
    story = with_a_hole()
    story.add("evidence-incomplete", {"missing": [{"end": 7000, "publication": "resident.camera", "start": 4500}]})
    result = desk.examine(packed(story), anchors())
    assert (result["exit"], result["problems"]) == (0, [])
    assert "resident.camera from 4500 to 7000 ms: missing, as the ledger says" in result["not_proven"]


@pytest.mark.parametrize("declared", [[], [{"end": 6999, "publication": "resident.camera", "start": 4500}], [{"end": 7000, "publication": "clerk.camera", "start": 4500}]])
def test_a_hole_that_was_declared_otherwise_is_found(desk: Desk, declared: list[dict[str, Any]]) -> None:
    story = with_a_hole()
    story.add("evidence-incomplete", {"missing": declared})
    assert "resident.camera from 4500" in desk.broken(packed(story))


def test_a_ledger_that_never_says_whether_it_is_complete_is_not_enough(desk: Desk) -> None:
    story = Story().begin().talk()
    story.writer("room-closed", {"end": 20_200})
    assert "never says whether the recording is complete" in desk.broken(packed(story))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s.segment("resident.camera", 2, 4000, 4500), "segment 2: is not the one that follows"),
        (lambda s: s.segment("resident.camera", 0, 4000, 4500), "segment 0: is not the one that follows"),
        (lambda s: s.segment("resident.camera", 1, 100, 4500), "segment 1: is not the one that follows"),
        (lambda s: (setattr(s, "serial", 0), s.segment("resident.camera", 1, 4000, 4500)), "serial is used twice"),
        (lambda s: (setattr(s, "key", "s-20261123-0001.ffffffffffffffff"), s.segment("resident.camera", 1, 4000, 4500)), "was not wrapped before"),
    ],
)  # fmt: skip
def test_segments_count_and_keys_come_first(desk: Desk, change: Callable[[Story], Any], said: str) -> None:
    story = Story().begin()
    for publication in REQUIRED:
        story.first_byte(publication, 500)
        story.segment(publication, 0, 500, 4500)
    change(story)
    story.close(4600)
    assert said in desk.broken(packed(story))


def test_a_data_key_is_wrapped_to_whom_recording_was_ordered_for(desk: Desk) -> None:
    story = Story().begin()
    story.writer("key-wrapped", {"home_key": fingerprint(HOST.sealing), "key": f"{SESSION}.ffffffffffffffff", "sealed": "0" * 64})
    assert "is wrapped to another key" in desk.broken(packed(story.talk().close()))


def test_a_session_that_was_never_recorded_needs_no_word_on_it(desk: Desk) -> None:
    story = Story()
    story.add("ticket-taken", {"home": HOME.code, "host": HOST.code})
    story.add("closed", {"reason": "left-line"})
    result = desk.examine(packed(story, left_out={f"playable/{p}.webm" for p in REQUIRED}), anchors())
    assert (result["exit"], result["problems"]) == (0, [])


def test_a_home_that_is_its_own_host_countersigns_nothing(desk: Desk) -> None:
    story = Story(host=HOME).begin().talk().close()
    records = story.signed("home")
    result = desk.examine(Packing(story, records, keys=[HOME]).pack(), anchors(HOME))
    assert (result["exit"], result["code"]) == (0, heads.short_code(records[0]))
    assert not any("countersignature" in line for line in result["not_proven"])


def test_recording_has_one_origin(desk: Desk) -> None:
    files = unzip(whole().pack())
    story = Story().begin()
    story.add("recording-ordered", {"home_key": fingerprint(HOME.sealing), "origin": 1, "required": []})
    story.talk().close()
    entries = story.entries
    files["ledger.jsonl"] = b"".join(ledger.encode(e) + b"\n" for e in entries)
    head = heads.head(SESSION, entries, "jinshan", "home", entries[-1].at)

    def admit(m: dict[str, Any]) -> None:
        m["ledger"] = {"digest": head.digest, "root": head.root, "seq": head.seq}

    assert "entry 7: not in the form of docs/package.md: ValueError('recording was ordered before, with another origin')" in desk.broken(resigned(files, HOME, admit))


# --- consent --------------------------------------------------------------------------------------


def test_no_recording_without_consent_before_it(desk: Desk) -> None:
    said = "recording began without consent to it"
    assert said in desk.broken(packed(Story().begin(consent=False).talk().close()))
    late = Story().begin(consent=False).talk()
    late.consent("recording")
    assert said in desk.broken(packed(late.close()))
    refused = Story()
    refused.begin().consent("recording", given=False)
    assert said in desk.broken(packed(refused.talk().close()))


def test_nothing_is_ordered_to_be_recorded_after_the_consent_was_withdrawn(desk: Desk) -> None:
    def withdrawn(story: Story) -> Story:
        story.add("consent-withdrawn", {"language": "zh-CN", "text": "recording", "version": "2026-11-01"})
        return story

    result = desk.examine(packed(withdrawn(Story().begin().talk()).close()), anchors())
    assert (result["exit"], result["problems"]) == (0, [])
    assert any("was withdrawn" in line and "none was ordered after that" in line for line in result["proven"])
    again = withdrawn(Story().begin().talk())
    again.add("recording-ordered", {"home_key": fingerprint(HOME.sealing), "origin": ORIGIN, "required": REQUIRED})
    assert "orders a recording after the consent to it was withdrawn" in desk.broken(packed(again.close()))


def test_the_words_of_every_consent_are_there(desk: Desk) -> None:
    name = "consents/identity-check.2026-11-01.zh-CN.txt"
    assert f"{name}: is missing" in desk.broken(whole(left_out={name}).pack())
    story = Story().begin()
    story.add("consent-given", {"digest": "0" * 64, "language": "en", "text": "papers-to-home", "version": "2026-11-01"})
    story.files["consents/papers-to-home.2026-11-01.en.txt"] = b"I agree."
    assert "papers-to-home" in desk.broken(packed(story.talk().close()))


# --- files of entries -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stills/m-1.jpg", "signed/sig-1.png", "notices/n-1.txt"])
def test_a_still_signature_or_notice_is_there_once_and_as_it_was(desk: Desk, name: str) -> None:
    assert "stands for one file" in desk.broken(whole(left_out={name}).pack())
    assert "stands for one file" in desk.broken(whole(extra={name + "2": b"another"}).pack())
    assert f"{name}: is not the file that entry" in desk.broken(whole(extra={name: b"changed"}).pack())


@pytest.mark.parametrize(
    "name", ["segments/resident.camera-9-0.webm", "segments/resident.camera-1-0.txt", "stills/m-9.jpg", "notices/x.txt", "consents/other.2026-11-01.en.txt",
             "playable/clerk.screen.webm", "keys/other.key", "signatures/head-31-guest.json", "extra.txt", "other/file.txt"],
)  # fmt: skip
def test_a_file_that_nothing_stands_for_is_an_insertion_even_when_the_home_listed_it(desk: Desk, name: str) -> None:
    assert f"{name}: nothing stands for this file" in desk.broken(whole(extra={name: b"added"}).pack())


def test_a_key_of_somebody_else_has_no_place_in_a_package(desk: Desk) -> None:
    assert "who has no part in this session" in desk.broken(whole(keys=[HOME, HOST, Jurisdiction("pinghu")]).pack())


def test_segments_are_needed_in_the_form_that_the_package_has(desk: Desk) -> None:
    clear, seg = "segments/resident.camera-1-0.webm", "segments/clerk.camera-1-1.seg"
    assert f"{clear}: is missing" in desk.broken(whole(left_out={clear}).pack())
    assert f"{seg}: is missing" in desk.broken(whole(left_out={seg}).pack())
    key = f"keys/{Story().key}.key"
    assert f"{key}: is missing" in desk.broken(whole(form="sealed", left_out={key}).pack())
    both = whole()
    both.extra = {n: data for n, data in both.story.files.items() if n.endswith((".seg", ".key"))}
    assert desk.examine(both.pack(), anchors())["exit"] == 0, "both forms side by side"
    both.extra["segments/resident.camera-1-0.seg"] = b"another"
    assert "segments/resident.camera-1-0.seg: is not the file that entry" in desk.broken(both.pack())


# --- daily trees ----------------------------------------------------------------------------------


def test_a_day_shows_that_the_ledger_stood_in_its_tree(desk: Desk) -> None:
    packing, root = with_day()
    published = anchors(roots=[{"jurisdiction": "jinshan", "day": "2026-11-23", "root": root}])
    result = desk.examine(packing.pack(), published)
    assert result["exit"] == 0
    assert any(root in line and "entries 1 to 30 stood" in line for line in result["proven"])
    assert "jinshan published this root of 2026-11-23" in result["proven"]


@pytest.mark.parametrize("seq", [-1, 0, 29, 35])
def test_a_tree_that_holds_another_ledger_of_this_session_shows_nothing(desk: Desk, seq: int) -> None:
    packing = whole()
    last = packing.story.entries[-1].digest if seq < 1 else packing.story.entries[min(seq, 34) - 1].digest
    empty = digest(b"") if seq < 1 else digest(b"another root")
    tree = heads.Day("jinshan", "2026-11-23", {SESSION: (ledger.Head(seq, last), empty)})
    at = ledger.utc(1_790_000_500)
    packing.days = [tree.proof(SESSION, at, HOME.fingerprint, HOME.private.sign(canonical.write(tree.statement(at))))]
    assert "signatures/day-2026-11-23.json" in desk.broken(packing.pack())


def test_a_proof_of_a_day_has_one_form(desk: Desk) -> None:
    packing, _ = with_day()
    value = canonical.read(packing.days[0])
    files = unzip(packing.pack())
    name = "signatures/day-2026-11-23.json"
    assert f"{name}: not a proof" in desk.broken(resigned({**files, name: canonical.write({**value, "extra": 1})}, HOME))
    files["signatures/day-2026-11-24.json"] = files.pop(name)
    assert "signatures/day-2026-11-24.json: not a proof" in desk.broken(resigned(files, HOME)), "a day under another's name"


def test_another_root_than_the_published_one_is_seen(desk: Desk) -> None:
    packing, _ = with_day()
    published = anchors(roots=[{"jurisdiction": "jinshan", "day": "2026-11-23", "root": "0" * 64}])
    assert "jinshan published another root for 2026-11-23" in desk.broken(packing.pack(), published)


def test_a_day_that_does_not_hold_this_ledger_is_seen(desk: Desk) -> None:
    packing, _ = with_day()
    value = canonical.read(packing.days[0])
    for change in ({"index": 1}, {"proof": value["proof"][:-1]}, {"proof": [*value["proof"], "0" * 64]}, {"leaf": {**value["leaf"], "seq": 29}},
                   {"leaf": {**value["leaf"], "seq": 99}}, {"day": {**value["day"], "size": 2}}, {"key": HOST.fingerprint}, {"signature": "AAAA"}):  # fmt: skip
        packing.days = [canonical.write({**value, **change})]
        assert "signatures/day-2026-11-23.json" in desk.broken(packing.pack()), change
