"""A signature: enough ink, whole, and one record of it that always has the same bytes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical
from signaling.domain import signature as rules
from signaling.domain.refusals import Refusal
from signaling.domain.signature import (
    MOST_POINTS,
    MOST_STROKES,
    Point,
    ShownPage,
    SignedForm,
    SignedPlace,
    Strokes,
    check,
    signature_record,
)

WIDTH, HEIGHT = 3200, 1000


def written(*strokes: list[tuple[int, int]], width: int = WIDTH, height: int = HEIGHT) -> Strokes:
    """Strokes through these places, a point each 8 ms."""
    made, at = [], -8
    for stroke in strokes:
        points: list[Point] = []
        for x, y in stroke:
            at += 8
            points.append((x, y, 500, at))
        made.append(tuple(points))
    return Strokes(width, height, "pen", tuple(made))


NAME = written([(200, 300), (900, 320)], [(500, 100), (520, 900), (700, 700)])


def with_point(at: int, **changes: int) -> Strokes:
    """NAME with one point of its second stroke changed."""
    point = dict(zip(("x", "y", "p", "t"), NAME.strokes[1][at], strict=True)) | changes
    stroke = list(NAME.strokes[1])
    stroke[at] = (point["x"], point["y"], point["p"], point["t"])
    return msgspec.structs.replace(NAME, strokes=(NAME.strokes[0], tuple(stroke)))


def refused(signature: Strokes) -> str | None:
    try:
        check(signature)
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_name_is_a_signature_and_so_is_a_cross() -> None:
    assert refused(NAME) is None
    assert refused(written([(100, 100), (280, 280)], [(280, 100), (100, 280)])) is None


@pytest.mark.parametrize(
    "signature",
    [
        written(),
        written([(100, 100)]),
        written([(100, 100)], [(3000, 900)]),  # two dots far apart: no path
        written([(100, 100), (419, 100)]),  # one unit less than a tenth of the width
        written([(100, 100), (200, 100), (100, 100), (200, 100), (100, 100), (200, 100)]),  # long, and all in one spot
    ],
)
def test_nothing_a_dot_or_a_mark_too_small_is_none(signature: Strokes) -> None:
    assert refused(signature) == "signature-empty"


def test_a_line_of_a_tenth_of_the_width_is_just_enough() -> None:
    assert refused(written([(100, 100), (420, 100)])) is None


def test_more_than_a_signature_is_not_taken() -> None:
    line = [(100, 100), (600, 100)]
    assert refused(written(*[line] * MOST_STROKES)) is None
    assert refused(written(*[line] * (MOST_STROKES + 1))) == "signature-too-long"
    assert refused(written([(i % WIDTH, 5) for i in range(MOST_POINTS)])) is None
    assert refused(written([(i % WIDTH, 5) for i in range(MOST_POINTS + 1)])) == "signature-too-long"


@pytest.mark.parametrize(
    "signature",
    [
        with_point(0, x=-1),
        with_point(1, x=WIDTH + 1),
        with_point(1, y=HEIGHT + 1),
        with_point(2, p=1001),
        with_point(2, p=-1),
        with_point(1, t=3),
        with_point(2, t=600_001),
        msgspec.structs.replace(NAME, strokes=(*NAME.strokes, ())),
        msgspec.structs.replace(NAME, strokes=((), *NAME.strokes)),
        msgspec.structs.replace(NAME, width=0),
        msgspec.structs.replace(NAME, height=10_001),
        msgspec.structs.replace(NAME, strokes=NAME.strokes[1:]),  # the first point is not at 0
    ],
)
def test_what_no_pad_can_give_is_broken(signature: Strokes) -> None:
    assert refused(signature) == "signature-broken"


@pytest.mark.parametrize(
    "sent",
    [
        b'{"width":10,"height":10,"device":"eraser","strokes":[]}',
        b'{"width":10,"height":10,"device":"pen","strokes":[[[1,2,3]]]}',
        b'{"width":10,"height":10,"device":"pen","strokes":[[[1,2,3,0.5]]]}',
        b'{"width":10,"height":10,"device":"pen","strokes":[],"more":1}',
    ],
)
def test_what_is_no_strokes_at_all_does_not_get_in(sent: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(sent, type=Strokes)


strokes = st.lists(st.lists(st.tuples(st.integers(-5, 3300), st.integers(-5, 1100), st.integers(-1, 1001), st.integers(0, 50)), max_size=6), max_size=6)


@given(strokes)
def test_whatever_comes_is_taken_or_refused_with_a_known_code(drawn: list[list[Point]]) -> None:
    signature = Strokes(WIDTH, HEIGHT, "finger", tuple(tuple(stroke) for stroke in drawn))
    code = refused(signature)
    assert code in (None, "signature-empty", "signature-broken")
    if code is None:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for stroke in drawn for x, y, _, _ in stroke)
        times = [point[3] for stroke in drawn for point in stroke]
        assert times == sorted(times) and times[0] == 0
        assert sum(len(stroke) > 1 for stroke in drawn) >= 1


def the_record(signature: Strokes = NAME) -> dict[str, Any]:
    form = SignedForm("identity-card-application", "2026-11", "a" * 64, "b" * 64)
    place = SignedPlace(1, 0, 3619, 7500, 3048, 539)
    return signature_record("s1", "c1", form, ShownPage("page-1", "c" * 64, 1600, 2263), place, 1, "ask-7", 1_795_401_000_123, signature)


def test_the_record_says_who_signed_what_where_and_how() -> None:
    assert the_record() == {
        "schema": "virtual-window-signature/1",
        "session": "s1",
        "case": "c1",
        "form": {"code": "identity-card-application", "version": "2026-11", "values": "a" * 64, "pdf": "b" * 64},
        "shown": {"page": "page-1", "picture": "c" * 64, "width": 1600, "height": 2263},
        "place": {"index": 1, "page": 0, "x": 3619, "y": 7500, "width": 3048, "height": 539},
        "signer": 1,
        "ask": "ask-7",
        "at": 1_795_401_000_123,
        "device": "pen",
        "pad": [3200, 1000],
        "strokes": [[[200, 300, 500, 0], [900, 320, 500, 8]], [[500, 100, 500, 16], [520, 900, 500, 24], [700, 700, 500, 32]]],
    }


@given(strokes)
def test_the_record_has_one_byte_form_and_reads_back_as_what_was_written(drawn: list[list[Point]]) -> None:
    record = the_record(Strokes(WIDTH, HEIGHT, "mouse", tuple(tuple(stroke) for stroke in drawn)))
    data = canonical.write(record)
    assert canonical.read(data) == record
    again = msgspec.convert(canonical.read(data)["strokes"], tuple[tuple[Point, ...], ...])
    assert again == tuple(tuple(stroke) for stroke in drawn)


def test_strokes_travel_as_json_and_stay_what_they_are() -> None:
    assert msgspec.json.decode(msgspec.json.encode(NAME), type=Strokes) == NAME


def test_the_pages_judge_by_the_same_numbers() -> None:
    page = (Path(__file__).parents[3] / "signaling" / "web" / "sign" / "ink.ts").read_text(encoding="utf-8")
    numbers = {name: int(value.replace("_", "")) for name, value in re.findall(r"const ([A-Z_]+) = ([0-9_]+);", page)}
    for name in ("MOST_STROKES", "MOST_POINTS", "FULL_PRESSURE", "LONGEST_MS", "LEAST_PATH", "LEAST_BOX"):
        assert numbers[name] == getattr(rules, name), name
