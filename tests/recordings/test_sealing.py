"""A sealed segment in a forger's hands: whatever is flipped, cut, inserted, swapped or taken from elsewhere is noticed, and where."""

from __future__ import annotations

import hashlib
import io
import json
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import assume, given
from hypothesis import strategies as st

from recordings.data_key import DataKey
from recordings.framing import LARGEST_CHUNK, TAG, Damaged, Framing
from recordings.sealing import SegmentOpener, SegmentSealer, opened
from tests.recordings.sealed import LIFE, ORIGIN, SESSION, VIDEO, clear, digest, key, name, sealed

KEY = key()
CHUNKS = [b"a cluster begins", b"", b"and goes on", b"!"]
FILE = sealed(KEY, CHUNKS)
chunk_lists = st.lists(st.binary(max_size=40), min_size=1, max_size=6)


def frames(file: bytes) -> tuple[bytes, list[bytes]]:
    """The head and the chunks with their lengths, to be put together in another way."""
    framing = Framing()
    found = framing.feed(file)
    return framing.head, [file[frame.place : frame.place + 4 + len(frame.body)] for frame in found]


def damaged(file: bytes, data_key: DataKey = KEY, *, cut: bool = False) -> Damaged:
    with pytest.raises(Damaged) as found:
        clear(data_key, file, cut=cut)
    assert 0 <= found.value.place <= len(file)
    return found.value


# --- what was sealed opens


@given(chunk_lists, st.data())
def test_what_was_sealed_opens_however_its_bytes_come(chunks: list[bytes], data: st.DataObject) -> None:
    fresh = key()  # the same serial, so the same length, in every example
    sealer = SegmentSealer(fresh, name(), VIDEO, ORIGIN)
    file = sealer.head + b"".join(sealer.chunk(chunk, i == len(chunks) - 1) for i, chunk in enumerate(chunks))
    places = sorted(data.draw(st.lists(st.integers(0, len(file)), max_size=5)))
    opener = SegmentOpener(fresh, name())
    pieces = [file[a:b] for a, b in zip([0, *places], [*places, len(file)], strict=True)]
    assert [chunk for piece in pieces for chunk in opener.feed(piece)] == chunks
    opener.end()
    assert opener.header == sealer.header and opener.state == "whole" and opener.chunks == len(chunks)
    assert (sealer.length, sealer.sealed_digest, sealer.clear_digest) == (len(file), digest(file), digest(b"".join(chunks)))
    assert (opener.sealed_digest, opener.clear_digest) == (sealer.sealed_digest, sealer.clear_digest)


def test_whoever_has_the_key_and_the_page_can_open_it() -> None:
    """As docs/recording.md says it, with nothing of ours: another reader must come to the same."""
    of = name(3)
    KEY.next_serial()
    file = sealed(KEY, CHUNKS, of)
    assert file[:7] == b"VWSEG1\n"
    place = 9 + int.from_bytes(file[7:9], "big")
    header, bound = json.loads(file[9:place]), hashlib.sha256(file[:place]).digest()
    assert (header["publication"], header["segment"], header["key"]) == (of.publication, 3, KEY.id) and header["serial"] > 1
    found = []
    while place < len(file):
        word = int.from_bytes(file[place : place + 4], "big")
        last, end = word >> 31, place + 4 + (word & 0x7FFFFFFF)
        nonce = header["serial"].to_bytes(8, "big") + len(found).to_bytes(4, "big")
        found.append(AESGCM(KEY._secret).decrypt(nonce, file[place + 4 : end], bound + len(found).to_bytes(4, "big") + bytes([last])))
        place = end
    assert found == CHUNKS and last == 1


def test_a_file_opens_chunk_by_chunk() -> None:
    assert list(opened(io.BytesIO(FILE), SegmentOpener(KEY, name()))) == CHUNKS


def test_the_clear_text_is_nowhere_in_the_file() -> None:
    word = os.urandom(16)
    assert word not in sealed(KEY, [word * 20])
    assert sealed(KEY, CHUNKS) != FILE, "another serial, another nonce"


def test_no_nonce_is_used_twice() -> None:
    seen = set()
    for segment in range(50):
        sealer = SegmentSealer(KEY, name(segment), VIDEO, ORIGIN)
        seen.add(sealer.header.serial)
    assert len(seen) == 50


def test_after_the_last_chunk_there_is_none() -> None:
    sealer = SegmentSealer(KEY, name(), VIDEO, ORIGIN)
    sealer.chunk(b"", last=True)
    with pytest.raises(ValueError, match="last chunk"):
        sealer.chunk(b"more")


def test_a_chunk_that_no_reader_would_hold_is_not_sealed() -> None:
    sealer = SegmentSealer(KEY, name(), VIDEO, ORIGIN)
    with pytest.raises(ValueError, match="bytes"):
        sealer.chunk(bytes(LARGEST_CHUNK - TAG + 1))
    assert len(sealer.chunk(bytes(LARGEST_CHUNK - TAG))) == LARGEST_CHUNK + 4


def test_facts_that_make_no_header_are_refused() -> None:
    with pytest.raises(ValueError, match="kind of media"):
        SegmentSealer(KEY, name(), "text/html", ORIGIN)
    with pytest.raises(ValueError, match="number"):
        SegmentSealer(KEY, name(), VIDEO, -1)
    with pytest.raises(ValueError, match="no key of the session"):
        SegmentSealer(KEY, name(session="s-another-session"), VIDEO, ORIGIN)


# --- what was altered does not


def test_any_flipped_bit_is_seen_in_its_chunk() -> None:
    places = [(0, None), *((frame.place, frame.chunk) for frame in Framing().feed(FILE))]
    for bit in range(8 * len(FILE)):
        altered = bytearray(FILE)
        altered[bit // 8] ^= 1 << bit % 8
        found = damaged(bytes(altered))
        hit = [chunk for place, chunk in places if place <= bit // 8][-1]
        # A head that can still be read is found out by the first chunk; a length that is wrong, by what it makes of the bytes after it.
        assert found.chunk in ((None, 0) if hit is None else (hit, hit + 1)), (hit, str(found))


@pytest.mark.parametrize("length", range(len(CHUNKS)))
def test_a_file_that_was_cut_and_marked_as_ended_is_seen(length: int) -> None:
    head, chunks = frames(FILE)
    marked = bytearray(chunks[length])
    marked[0] ^= 0x80  # the last one loses its mark, any other gets one
    file = head + b"".join(chunks[:length]) + bytes(marked)
    for cut in (False, True):
        found = damaged(file, cut=cut)
        assert found.chunk == length and "altered" in found.reason


@given(st.integers(0, len(FILE) - 1))
def test_any_cut_is_seen(length: int) -> None:
    damaged(FILE[:length])


@given(st.integers(0, len(FILE)), st.binary(min_size=1, max_size=50))
def test_any_insertion_is_seen(place: int, inserted: bytes) -> None:
    altered = FILE[:place] + inserted + FILE[place:]
    assume(altered != FILE)
    damaged(altered)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 60))
def test_any_hole_is_seen(place: int, size: int) -> None:
    damaged(FILE[:place] + FILE[place + size :])


@given(st.lists(st.integers(0, len(CHUNKS) - 1), max_size=6))
def test_chunks_in_another_order_twice_or_left_out_are_seen(order: list[int]) -> None:
    assume(order != list(range(len(CHUNKS))))
    head, chunks = frames(FILE)
    damaged(head + b"".join(chunks[i] for i in order))


@given(chunk_lists, chunk_lists, st.data())
def test_a_chunk_of_another_segment_session_or_key_is_seen(mine: list[bytes], theirs: list[bytes], data: st.DataObject) -> None:
    sort = data.draw(st.sampled_from(["segment", "publication", "epoch", "session", "life", "key"]))
    session = "s-another-session" if sort == "session" else SESSION
    other_key = KEY if sort in ("segment", "publication", "epoch") else key(session, "f" * 16 if sort == "life" else LIFE)
    of = {"segment": name(1), "publication": name(publication="clerk.camera"), "epoch": name(epoch=2)}.get(sort, name(session=session))
    head, chunks = frames(sealed(KEY, mine))
    _, others = frames(sealed(other_key, theirs, of))
    place = data.draw(st.integers(0, len(chunks) - 1))
    found = damaged(head + b"".join([*chunks[:place], others[min(place, len(others) - 1)], *chunks[place + 1 :]]))
    assert found.chunk in (place, place + 1)


@given(chunk_lists)
def test_a_head_of_another_segment_does_not_fit(chunks: list[bytes]) -> None:
    _, mine = frames(sealed(KEY, chunks))
    head, _ = frames(sealed(KEY, chunks, name(7)))
    assert damaged(head + b"".join(mine)).chunk == 0


def test_the_wrong_segment_and_the_wrong_key_are_named() -> None:
    with pytest.raises(Damaged, match=r"byte 0, head: is the segment s-20261123-0001/resident\.camera-1-0\.seg"):
        clear(KEY, FILE, expected=name(1))
    with pytest.raises(Damaged, match="is sealed with the key"):
        clear(key(life="f" * 16), FILE)
    assert damaged(FILE, key()).chunk == 0, "another key of the same name"


# --- what was cut off by a crash


@given(chunk_lists, st.data())
def test_of_a_torn_file_every_whole_chunk_opens(chunks: list[bytes], data: st.DataObject) -> None:
    fresh = key()
    file = sealed(fresh, chunks, ended=False)
    framing = Framing()
    ends = [frame.place + 4 + len(frame.body) for frame in framing.feed(file)]
    head = len(framing.head)
    length = data.draw(st.integers(head, len(file)))
    whole = sum(end <= length for end in ends)
    torn = SegmentOpener(fresh, may_be_cut=True)
    assert torn.feed(file[:length]) == chunks[:whole]
    if length in (head, *ends):
        torn.end()
        assert torn.state == "cut"
        assert "without its last chunk" in str(damaged(file[:length], fresh))
    else:
        with pytest.raises(Damaged, match="ends within this chunk"):
            torn.end()


def test_a_file_that_ends_within_its_head_is_no_segment() -> None:
    head, _ = frames(FILE)
    for length in range(len(head)):
        assert "ends within its head" in str(damaged(FILE[:length], cut=True))
