"""The electronic file: the same contents are the same bytes, and whatever is other than its metadata say is found."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, electronic_file
from recordings.electronic_file import METADATA, NotAnElectronicFile
from recordings.ledger import Entry, append, head_of, start
from recordings.package import NotPackable, Part, Zip

PAPERS = {"materials/00-01-2000.jpg": b"a page", "form/declaration-1500.pdf": b"a form", "proof/head.json": b"{}"}


def metadata(files: dict[str, bytes] = PAPERS, **more: Any) -> bytes:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return canonical.write({"case": {"case": "310116-330424-20261123-0001"}, "files": electronic_file.listed(digests), "format": electronic_file.FORMAT, **more})


def parts(files: dict[str, bytes] = PAPERS) -> list[Part]:
    return [Part(name, lambda data=data: (data,)) for name, data in files.items()]


def written(files: dict[str, bytes] = PAPERS) -> tuple[io.BytesIO, electronic_file.Written]:
    out = io.BytesIO()
    told = electronic_file.write(out, metadata(files), parts(files))
    return out, told


names = st.from_regex(r"(materials|form|proof)/[a-z0-9][a-z0-9-]{0,20}\.(jpg|pdf)", fullmatch=True)


@given(st.dictionaries(names, st.binary(max_size=200), max_size=6))
def test_what_was_written_is_read_and_is_the_same_bytes_each_time(files: dict[str, bytes]) -> None:
    out, told = written(files)
    assert (len(out.getvalue()), hashlib.sha256(out.getvalue()).hexdigest()) == told
    again = written(dict(reversed(files.items())))[0]
    assert again.getvalue() == out.getvalue()
    found = electronic_file.read(out)
    assert sorted(found.names) == sorted((*files, METADATA))
    with zipfile.ZipFile(out) as archive:
        assert {name: archive.read(name) for name in files} == files


@pytest.mark.parametrize("files", [{**PAPERS, "form/more.pdf": b"x"}, {"proof/head.json": b"{}"}, {**PAPERS, "proof/head.json": b"other"}])
def test_nothing_is_written_but_what_the_metadata_list(files: dict[str, bytes]) -> None:
    with pytest.raises(NotPackable):
        electronic_file.write(io.BytesIO(), metadata(), parts(files))


@given(st.data())
def test_a_flipped_bit_of_a_paper_or_of_the_metadata_is_found(data: st.DataObject) -> None:
    out = bytearray(written()[0].getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(out))) as archive:
        info = data.draw(st.sampled_from(archive.infolist()))
        place = info.header_offset + 30 + len(info.filename) + data.draw(st.integers(0, info.file_size - 1))
    out[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(NotAnElectronicFile):
        electronic_file.read(io.BytesIO(bytes(out)))


@given(st.integers(0, 2000))
def test_a_file_that_is_cut_is_none(length: int) -> None:
    whole = written()[0].getvalue()
    with pytest.raises(NotAnElectronicFile):
        electronic_file.read(io.BytesIO(whole[: min(length, len(whole) - 1)]))


def packed(content: dict[str, bytes], **how: Any) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **how) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out


@pytest.mark.parametrize("content", [
    {}, PAPERS, {METADATA: b"{}"}, {METADATA: b"not json"}, {**PAPERS, METADATA: metadata(), "form/more.pdf": b""}, {METADATA: metadata()},
    {**PAPERS, METADATA: metadata(format="virtual-window-package/1")}, {METADATA: canonical.write({"case": {}, "files": 3, "format": electronic_file.FORMAT})},
])  # fmt: skip
def test_other_zips_are_none(content: dict[str, bytes]) -> None:
    with pytest.raises(NotAnElectronicFile):
        electronic_file.read(packed(content))


def test_a_zip_that_would_grow_is_none() -> None:
    big = {**PAPERS, "form/big.pdf": b"0" * 1_000_000}
    with pytest.raises(NotAnElectronicFile, match="stored plainly"):
        electronic_file.read(packed({**big, METADATA: metadata(big)}, compression=zipfile.ZIP_DEFLATED))


def test_no_zip_at_all() -> None:
    with pytest.raises(NotAnElectronicFile):
        electronic_file.read(io.BytesIO(b"a shopping list" * 100))


def test_the_form_is_the_canonical_zip() -> None:
    """One writer of ZIPs in the house."""
    out = io.BytesIO()
    archive = Zip(out)
    for name, data in sorted({**PAPERS, METADATA: metadata()}.items()):
        archive.add(name, (data,))
    archive.finish()
    assert out.getvalue() == written()[0].getvalue()


def test_proofs_hold_an_entry_each_with_its_way() -> None:
    head, entries = start("session-1"), list[Entry]()
    for n in range(11):
        entries.append(append(head, "2026-11-23T10:00:00.000Z", "server", "still-kept", {"number": n}))
        head = head_of(entries[-1])
    told = canonical.read(electronic_file.proof(entries, [3, 7, 3]))
    assert told["size"] == 11 and [each["entry"]["seq"] for each in told["papers"]] == [3, 7]
