"""No text from outside becomes a path: what is not made of the parts we know is no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.names import BadName, SegmentName, jurisdiction_code, key_id, key_parts, life_id, publication_name, session_id

sessions = st.text("abcXYZ019_-", min_size=8, max_size=40).filter(lambda text: text[0].isalnum())
publications = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}\.[a-z]{1,16}", fullmatch=True)
names = st.builds(SegmentName, sessions, publications, st.integers(1, 1_000_000), st.integers(0, 99_999_999))

OUTSIDE = ["", ".", "..", "../../etc/passwd", "a/b", "a\\b", "a\0b", "s-12345678\n", "ｓession-1", "s" * 41, "%2e%2e%2f", "s-1234 5678", "-option-12", "_hidden-12", None, 5]


@given(names)
def test_a_file_s_name_says_which_segment_it_is(name: SegmentName) -> None:
    assert SegmentName.of_file(name.session, name.file) == name
    assert "/" not in name.file and len(name.file) < 100


@given(names, names)
def test_two_segments_never_share_a_file(one: SegmentName, other: SegmentName) -> None:
    assert (one == other) == ((one.session, one.file) == (other.session, other.file))


@given(st.text(max_size=60))
def test_any_text_is_a_name_in_one_spelling_or_none(text: str) -> None:
    try:
        assert SegmentName.of_file("s-12345678", text).file == text
    except BadName as bad:
        assert "segment" in str(bad) or "publication" in str(bad) or "epoch" in str(bad)


@pytest.mark.parametrize("check", [session_id, life_id, publication_name, key_parts])
@pytest.mark.parametrize("text", OUTSIDE, ids=repr)
def test_what_comes_from_outside_is_refused(check: object, text: object) -> None:
    with pytest.raises(BadName):
        check(text)  # type: ignore[operator]  # one of the four functions above


@pytest.mark.parametrize("text", ["", "..", "a/b", "Jinshan", "jin shan", "-x", None], ids=repr)
def test_a_jurisdiction_is_a_plain_code(text: object) -> None:
    assert jurisdiction_code("jinshan") == "jinshan"
    with pytest.raises(BadName):
        jurisdiction_code(text)


@pytest.mark.parametrize(("epoch", "segment"), [(0, 0), (-1, 0), (1, -1), (1_000_001, 0), (1, 100_000_000), (True, 0), (1, True), (1.0, 0)])
def test_numbers_have_their_bounds(epoch: int, segment: int) -> None:
    with pytest.raises(BadName):
        SegmentName("s-12345678", "resident.camera", epoch, segment)


@pytest.mark.parametrize("file", ["resident.camera-01-0.seg", "resident.camera-1-00.seg", "resident.camera-1-0.seg\n", "resident.camera-1--1.seg", "x-1-0.seg"])
def test_other_spellings_of_a_file_are_no_file_of_ours(file: str) -> None:
    with pytest.raises(BadName):
        SegmentName.of_file("s-12345678", file)


def test_a_key_s_id_is_its_session_and_its_writer_s_life() -> None:
    assert key_parts(key_id("s-12345678", "00112233445566aa")) == ("s-12345678", "00112233445566aa")
    with pytest.raises(BadName, match="writer's life"):
        key_id("s-12345678", "00112233445566AA")


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(BadName) as bad:
        session_id("x" * 10_000)
    assert len(str(bad.value)) < 120


def test_segments_sort_as_they_were_made() -> None:
    made = [SegmentName("s-12345678", "a.b", epoch, segment) for epoch in (1, 2, 10) for segment in (0, 9, 10)]
    assert sorted(made, key=lambda name: name.file) != made
    made.reverse()
    assert sorted(made) == made[::-1]
