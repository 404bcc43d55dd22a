"""A writer's journal line as an entry: whatever a writer says goes through as it is, and whatever is not in its form is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, ledger
from recordings.coverage import recorded
from recordings.journal_entries import BadJournalLine, Told, told

LIFE = "00112233aabbccdd"
ms, count = st.integers(0, 10**10), st.integers(0, 10**9)
sessions = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{7,39}", fullmatch=True)
publications = st.sampled_from(["resident.camera", "resident.microphone", "clerk.camera", "clerk.screen", "resident.document"])
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
spans = st.tuples(ms, st.integers(0, 10_000)).map(lambda span: {"start": span[0], "end": span[0] + span[1]})


def forms(what: str, *more: st.SearchStrategy[dict[str, Any]], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Lines of one kind."""
    common = st.fixed_dictionaries({"n": st.integers(1, 10**9), "what": st.just(what), "session": sessions})
    parts = st.tuples(common, st.fixed_dictionaries(fields), *more)
    return parts.map(lambda each: {key: value for part in each for key, value in part.items()})


FORMS = {
    "key-wrapped": forms("key-wrapped", key=st.text("0123456789abcdef.-s", min_size=1, max_size=57), home_key=digests, sealed=digests),
    "first-byte": forms("first-byte", publication=publications, epoch=count, at=ms),
    "segment": forms(
        "segment", spans, publication=publications, epoch=count, segment=count, serial=count, key=st.just(f"session-1.{LIFE}"), bytes=count, sealed=digests,
        clear=st.none() | digests, media=st.sampled_from(["video/webm;codecs=vp8", "audio/webm;codecs=opus"]), state=st.sampled_from(["whole", "cut", "suspect"]),
        **dict.fromkeys(("frames", "width", "height", "first", "last", "clock_error"), st.none() | st.integers(-(10**6), 10**9)),
    ),
    "gap": forms(
        "gap", spans, publication=publications, epoch=count, lost=st.none() | count,
        cause=st.sampled_from(["loss", "line", "writer-overflow", "writer-crash", "disk", "no-keyframe", "node", "source-change"]),
    ),
    "interval": forms(
        "interval", spans | ms.map(lambda start: {"start": start, "end": None}), publication=publications | st.just("*"),
        kind=st.sampled_from(["hold", "mute", "suspension"]),
    ),
    "room-closed": forms("room-closed", end=ms),
}  # fmt: skip
lines = st.one_of(*FORMS.values())


def text(line: object) -> str:
    return canonical.write(line).decode()


EXAMPLES: dict[str, dict[str, Any]] = {
    "key-wrapped": {"key": f"session-1.{LIFE}", "home_key": "5e" * 32, "sealed": "5e" * 32},
    "first-byte": {"publication": "resident.camera", "epoch": 1, "at": 300},
    "segment": {
        "publication": "resident.camera", "epoch": 1, "segment": 0, "serial": 1, "key": f"session-1.{LIFE}", "start": 0, "end": 4000, "frames": 60, "bytes": 9,
        "sealed": "5e" * 32, "clear": None, "media": "video/webm;codecs=vp8", "width": 640, "height": 360, "first": 1, "last": 9, "clock_error": 2, "state": "whole",
    },
    "gap": {"publication": "resident.camera", "epoch": 1, "start": 0, "end": 4000, "lost": None, "cause": "disk"},
    "interval": {"publication": "*", "kind": "hold", "start": 0, "end": None},
    "room-closed": {"end": 4000},
}  # fmt: skip


def example(what: str, **changes: Any) -> dict[str, Any]:
    return {"n": 7, "what": what, "session": "session-1", **EXAMPLES[what], **changes}


@given(lines)
def test_whatever_a_writer_says_of_a_session_is_an_entry_of_its_ledger(line: dict[str, Any]) -> None:
    fact = told(text(line))
    assert fact == Told(line["session"], line["what"], {key: value for key, value in line.items() if key not in ("n", "what", "session")})
    entry = ledger.append(ledger.start(fact.session), ledger.utc(1.0), f"writer:{LIFE}", fact.entry, fact.body)
    assert entry.what == f"rec-{line['what']}" and entry.body == fact.body
    assert recorded([entry]).origin is None, "whoever asks what was recorded can read it"


def test_the_writers_own_beginning_is_of_no_session() -> None:
    assert told(text({"n": 1, "what": "writer-started", "life": LIFE, "at": 1_790_000_000_000})) is None


def test_every_kind_has_its_example() -> None:
    assert set(EXAMPLES) == set(FORMS)
    for what in EXAMPLES:
        assert told(text(example(what))) is not None


@given(st.text(max_size=200))
def test_garbage_is_no_line(garbage: str) -> None:
    with pytest.raises(BadJournalLine):
        told(garbage)


values = st.recursive(st.none() | st.booleans() | st.integers(-100, 100) | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abn", min_size=1, max_size=3), inner, max_size=3))


@given(values)
def test_something_else_well_written_is_no_line_either(value: Any) -> None:
    with pytest.raises(BadJournalLine):
        told(text(value))


NEEDED = {
    "key-wrapped": (), "first-byte": ("at",), "segment": ("publication", "epoch", "segment", "start", "end", "media", "state"),
    "gap": ("publication", "epoch", "start", "end", "cause"), "interval": ("publication", "kind", "start", "end"), "room-closed": ("end",),
}  # fmt: skip
"""What a ledger is read by later: without it a line is none."""


@pytest.mark.parametrize(("what", "field"), [(what, field) for what, fields in NEEDED.items() for field in ("n", "session", *fields)])
def test_without_what_it_is_read_by_a_line_is_none(what: str, field: str) -> None:
    line = example(what)
    del line[field]
    with pytest.raises(BadJournalLine):
        told(text(line))
    for wrong in ([], {}, True, "x" if field not in ("publication", "kind", "media", "state", "cause", "session", "n") else 1):
        if field != "n":
            with pytest.raises(BadJournalLine):
                told(text(example(what, **{field: wrong})))


@pytest.mark.parametrize("session", ["", "s", "../../etc/passwd", "session 1", "session-1\n", "s" * 41, "张明月张明月张明月", None, 17, ["session-1"]])
def test_a_session_is_named_as_ours_are(session: object) -> None:
    with pytest.raises(BadJournalLine):
        told(text(example("room-closed", session=session)))


@pytest.mark.parametrize("what", ["", "closed", "rec-segment", "Segment", "recording-complete", "head-signed", None, 1, [], {}])
def test_a_writer_speaks_of_its_six_kinds_of_facts_only(what: object) -> None:
    """Neither the server's words nor custody's come from a writer."""
    with pytest.raises(BadJournalLine):
        told(text({**example("room-closed"), "what": what}))


@pytest.mark.parametrize("spoil", [
    lambda line: json.dumps(json.loads(line)), lambda line: line + "\n", lambda line: line.replace('"n":7', '"n":7.0'), lambda line: line[:-1],
    lambda line: line.replace('"what"', '"wh\\u0061t"'), lambda line: line + line, lambda line: line.replace('"n":7', '"n":7,"n":8'), lambda line: line + "\udc80",
    lambda line: line.replace('"n":7', f'"n":{2**60}'),
])  # fmt: skip
def test_a_line_has_one_spelling(spoil: Any) -> None:
    with pytest.raises(BadJournalLine):
        told(spoil(text(example("gap"))))


@pytest.mark.parametrize("what", ["segment", "gap", "interval"])
def test_a_time_that_ends_before_it_begins_is_none(what: str) -> None:
    assert told(text(example(what, start=5, end=5))) is not None
    with pytest.raises(BadJournalLine):
        told(text(example(what, start=5, end=4)))
