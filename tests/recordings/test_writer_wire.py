"""Node and writer understand each other however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.writer_wire import (
    LARGEST,
    Ack,
    BadLine,
    CloseSession,
    EndRun,
    Frame,
    Health,
    Interval,
    Message,
    Missing,
    OpenSession,
    OpenTrack,
    Told,
    WantKeyframe,
    at_node,
    at_writer,
    encode,
)

TO_WRITER: list[Message] = [
    OpenSession("s-20261123-0001", 1_790_000_000_000, "jinshan", bytes(32)),
    OpenTrack(1, "s-20261123-0001", "resident.camera", 1, "video/webm;codecs=vp8"),
    OpenTrack(1, "s-20261123-0001", "resident.camera", 1, "video/webm;codecs=vp8", resumed=True),
    Frame(1, 1234, -5, 3, True, 640, 360, 70000, 70003, b"picture"),
    Missing(1, 3, "loss"),
    Missing(1, 0, "no-keyframe", 9000),
    EndRun(1, True, "hold", 5000),
    Interval("s-20261123-0001", "*", "hold", 5000, None),
    CloseSession("s-20261123-0001", 9999),
    Ack("00112233445566aa", 17),
]


@given(st.lists(st.sampled_from(TO_WRITER)), st.lists(st.integers(1, 60)))
def test_messages_survive_any_cutting(messages: list[Message], cuts: list[int]) -> None:
    data, reader, found = b"".join(map(encode, messages)), at_writer(), []
    for cut in cuts:
        found += reader.feed(data[:cut])
        data = data[cut:]
    found += reader.feed(data)
    assert found == messages


def test_the_writer_s_words_too() -> None:
    words = [Told("00112233445566aa", 1, '{"n":1}'), WantKeyframe(7), Health(True, ""), Health(False, "stalled")]
    assert list(at_node().feed(b"".join(map(encode, words)))) == words


@pytest.mark.parametrize(
    "nonsense",
    [
        (LARGEST + 1).to_bytes(4),
        b"\x00\x00\x00\x01\xc1",
        b"\x00\x00\x00\x02\x91\xa3",
        encode(WantKeyframe(1)),  # not the node's to say
        encode(Frame(1, 1, 0, 0, True, 1, 1, 1, 1, b""))[:-1] + b"\x01",
    ],
)
def test_what_is_no_message_ends_the_line(nonsense: bytes) -> None:
    with pytest.raises(BadLine):
        list(at_writer().feed(nonsense + bytes(8)))
