"""Head and chunks are found without a key, in whatever state a crash left the file."""

from __future__ import annotations

import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical
from recordings.framing import LARGEST_CHUNK, LAST, MAGIC, Damaged, Framing, Header, whole_length
from tests.recordings.sealed import LIFE, ORIGIN, SESSION, VIDEO, key, name, sealed

KEY = key()
FILE = sealed(KEY, [b"x" * 30, b"y" * 20, b""])
FRAMING = Framing()
FRAMES = FRAMING.feed(FILE)
HEAD = len(FRAMING.head)
HEADER = Header(SESSION, "resident.camera", 1, 0, 17, f"{SESSION}.{LIFE}", VIDEO, ORIGIN)


def head(**fields: object) -> bytes:
    body = canonical.write({**json.loads(HEADER.encode()[9:]), **fields})
    return MAGIC + struct.pack(">H", len(body)) + body


def test_the_head_is_as_it_is_described() -> None:
    encoded = HEADER.encode()
    assert encoded[:7] == b"VWSEG1\n"
    assert int.from_bytes(encoded[7:9], "big") == len(encoded) - 9
    assert json.loads(encoded[9:]) == {
        "alg": "A256GCM", "epoch": 1, "key": f"{SESSION}.{LIFE}", "media": VIDEO, "origin": ORIGIN, "publication": "resident.camera",
        "segment": 0, "serial": 17, "session": SESSION,
    }  # fmt: skip
    assert Header.decode(encoded[9:]) == HEADER and HEADER.name == name()


def test_a_chunk_s_length_stands_before_it() -> None:
    assert [(frame.chunk, frame.last, len(frame.body)) for frame in FRAMES] == [(0, False, 46), (1, False, 36), (2, True, 16)]
    word = int.from_bytes(FILE[FRAMES[2].place : FRAMES[2].place + 4], "big")
    assert word == LAST | 16


@given(st.integers(0, len(FILE)))
def test_a_torn_file_is_whole_until_its_last_whole_chunk(length: int) -> None:
    found = whole_length(io.BytesIO(FILE[:length]))
    ends = [HEAD, *(frame.place + 4 + len(frame.body) for frame in FRAMES)]
    assert found.end == max((end for end in ends if end <= length), default=0)
    assert found.chunks == max(0, sum(end <= length for end in ends) - 1)
    assert found.marked_last == (length == len(FILE))
    assert (found.header is not None) == (length >= HEAD)
    assert found.length == length


@given(st.integers(0, len(FILE)), st.binary(max_size=200))
def test_no_tail_makes_it_shorter_or_longer_than_the_file(length: int, tail: bytes) -> None:
    try:
        found = whole_length(io.BytesIO(FILE[:length] + tail))
    except Damaged:
        assert length < HEAD, "a whole head can be read"
        return
    assert found.end <= length + len(tail)
    assert length < HEAD or found.end >= whole_length(io.BytesIO(FILE[:length])).end


@pytest.mark.parametrize("zeros", [1, 8, 9, 500])
def test_zeros_where_a_power_cut_took_the_bytes(zeros: int) -> None:
    assert whole_length(io.BytesIO(bytes(zeros))).header is None
    found = whole_length(io.BytesIO(FILE[: FRAMES[1].place] + bytes(zeros)))
    assert (found.end, found.chunks, found.marked_last) == (FRAMES[1].place, 1, False)


def test_bytes_after_the_last_chunk_are_not_of_the_segment() -> None:
    assert whole_length(io.BytesIO(FILE + b"more")).end == len(FILE)
    with pytest.raises(Damaged, match="after the last chunk") as found:
        Framing().feed(FILE + b"m")
    assert (found.value.place, found.value.chunk) == (len(FILE), 3)


def test_a_length_that_cannot_be_is_refused_before_the_bytes_come() -> None:
    for length in (0, 15, LARGEST_CHUNK + 1, LAST - 1):
        with pytest.raises(Damaged, match=f"a chunk of {length} bytes"):
            Framing().feed(HEADER.encode() + struct.pack(">I", length))


@pytest.mark.parametrize(
    "fields",
    [{"alg": "none"}, {"more": 1}, {"epoch": 0}, {"epoch": "1"}, {"segment": -1}, {"serial": -1}, {"serial": True}, {"origin": None}, {"media": 5},
     {"media": "text/html"}, {"publication": "../x"}, {"session": "s-another-session"}, {"key": "x"}],
    ids=str,
)  # fmt: skip
def test_a_head_that_says_what_cannot_be_is_damaged(fields: dict[str, object]) -> None:
    with pytest.raises(Damaged) as found:
        Framing().feed(head(**fields))
    assert (found.value.place, found.value.chunk) == (9, None)


def test_a_head_in_another_spelling_is_damaged() -> None:
    body = json.dumps(json.loads(HEADER.encode()[9:])).encode()
    with pytest.raises(Damaged, match="another way"):
        Framing().feed(MAGIC + struct.pack(">H", len(body)) + body)
    with pytest.raises(Damaged, match="does not begin"):
        Framing().feed(b"RIFF")
    with pytest.raises(Damaged, match="does not begin"):
        whole_length(io.BytesIO(b"RIFF" * 10))
