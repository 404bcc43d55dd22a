"""The package's ZIP: any ZIP program reads it, there is one way to write it, and it is written with flat memory."""

from __future__ import annotations

import hashlib
import io
import resource
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, package, verify
from recordings.package import NotPackable, Part, Zip, write
from tests.recordings.packages import HOME, HOST, Jurisdiction, unzip, whole

names = st.from_regex(r"\A(?:[a-z]{1,8}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z")


@given(st.dictionaries(names, st.lists(st.binary(max_size=40), max_size=3), max_size=6))
def test_every_zip_program_reads_what_was_written(files: dict[str, list[bytes]]) -> None:
    out = io.BytesIO()
    archive = Zip(out)
    listed = [archive.add(name, chunks) for name, chunks in files.items()]
    assert archive.finish() == len(out.getvalue())
    with zipfile.ZipFile(out) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == {name: b"".join(chunks) for name, chunks in files.items()}
        for info in read.infolist():
            assert (info.compress_type, info.date_time, info.external_attr >> 16, info.extra, info.comment) == (0, (1980, 1, 1, 0, 0, 0), 0o100644, b"", b"")
    for file in listed:
        data = b"".join(files[file.name])
        assert (file.size, file.digest) == (len(data), hashlib.sha256(data).hexdigest())


def test_the_form_can_be_written_by_hand() -> None:
    """docs/package.md, "The ZIP: one byte form", followed with nothing but the standard library."""
    out = io.BytesIO()
    archive = Zip(out)
    archive.add("a/b.txt", [b"hel", b"lo"])
    archive.finish()
    crc, name = zlib.crc32(b"hello"), b"a/b.txt"
    local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 10, 0, 0, 0, 0x0021, crc, 5, 5, 7, 0) + name + b"hello"
    record = b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 0x032D, 10, 0, 0, 0, 0x0021, crc, 5, 5, 7, 0, 0, 0, 0, 0o100644 << 16, 0) + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(record), len(local), 0)
    assert out.getvalue() == local + record + end


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "/a", "a//b", "a/b/c", "a\\b", "C:a", "a/../b", "é", "a b", ".hidden", "-x", "a/.b", "A/b", "a\n", "x" * 201])
def test_a_name_that_could_be_a_path_is_refused(name: str) -> None:
    with pytest.raises(NotPackable):
        Zip(io.BytesIO()).add(name, [b""])


def test_a_name_stands_once() -> None:
    archive = Zip(io.BytesIO())
    archive.add("a", [b"1"])
    with pytest.raises(NotPackable):
        archive.add("a", [b"2"])


def test_a_file_beyond_what_a_plain_zip_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_FILE", 10)
    Zip(io.BytesIO()).add("a", [b"12345", b"67890"])
    with pytest.raises(NotPackable, match="larger"):
        Zip(io.BytesIO()).add("a", [b"12345", b"67890", b"1"])


def test_a_file_beyond_four_gigabytes_from_the_beginning_is_found(tmp_path: Path) -> None:
    """A hole in the file (it takes no room on disk) stands for the files before."""
    path, at, data = tmp_path / "large.zip", 5 * 2**30 + 7, b"far away"
    crc = zlib.crc32(data)
    with path.open("wb") as f:
        f.truncate(at)
        f.seek(at)
        f.write(package._local("a.txt", crc, len(data)) + data)
        directory = f.tell()
        record = package._central("a.txt", crc, len(data), at)
        f.write(record + package._end(1, len(record), directory))
    with zipfile.ZipFile(path) as archive:
        assert archive.read("a.txt") == data
        assert archive.infolist()[0].header_offset == at


def test_more_files_than_a_plain_zip_counts() -> None:
    out = io.BytesIO()
    archive = Zip(out)
    for number in range(65_536):
        archive.add(f"{number:05}", ())
    archive.finish()
    with zipfile.ZipFile(out) as read:
        assert len(read.infolist()) == 65_536
    with pytest.raises(verify.Broken, match="do not end with"):
        verify.members(out, len(out.getvalue()))


# --- the whole package ----------------------------------------------------------------------------


def test_the_contents_are_what_the_page_says() -> None:
    files = unzip(whole().pack())
    assert list(files)[-2:] == ["manifest.json", "signatures/manifest.json"]
    assert list(files)[:-2] == sorted(list(files)[:-2])
    assert {"README.en.md", "README.zh-CN.md", "ledger.jsonl", "verify.py", "stills/m-1.jpg", "signed/sig-1.png", "notices/n-1.txt",
            "consents/recording.2026-11-01.zh-CN.txt", f"keys/{HOME.fingerprint}.json", f"keys/{HOST.fingerprint}.json",
            "signatures/head-30-home.json", "signatures/head-30-host.json", "segments/resident.camera-2-0.webm", "playable/resident.camera.webm"} <= files.keys()  # fmt: skip
    assert files["verify.py"] == Path(verify.__file__).read_bytes()
    assert "退出码" in files["README.zh-CN.md"].decode()
    assert files["ledger.jsonl"].endswith(b"\n")


def test_the_same_contents_give_the_same_bytes_whatever_their_order() -> None:
    def written(turned: bool) -> bytes:
        out, contents = io.BytesIO(), whole().contents()
        parts = list(reversed(contents.parts)) if turned else contents.parts
        write(out, type(contents)(contents.session, contents.at, contents.form, contents.entries, parts, contents.heads, contents.public_keys),
              HOME.public, HOME.private.sign)  # fmt: skip
        return out.getvalue()

    assert written(False) == written(True)


def test_progress_grows_to_the_length_of_the_package() -> None:
    out, told = io.BytesIO(), list[int]()
    written = write(out, whole().contents(), HOME.public, HOME.private.sign, told.append)
    assert told == sorted(told)
    assert told[-1] == written.size == len(out.getvalue())
    assert canonical.read(written.manifest)["files"] == [{"digest": f.digest, "name": f.name, "size": f.size} for f in written.files]


def test_what_is_signed_is_a_statement_of_its_own_form() -> None:
    asked = list[bytes]()
    write(io.BytesIO(), whole().contents(), HOME.public, lambda data: asked.append(data) or HOME.private.sign(data))
    (statement,) = asked
    assert canonical.read(statement)["format"] == "virtual-window-export/1"


def test_a_package_whose_signature_does_not_fit_is_never_written() -> None:
    for signer, sign in ((HOME, HOST.private.sign), (Jurisdiction("jinshan", "old"), Jurisdiction("jinshan", "old").private.sign)):
        with pytest.raises(NotPackable):
            write(io.BytesIO(), whole().contents(), signer.public, sign)


def test_a_part_that_stands_twice_is_refused() -> None:
    contents = whole().contents()
    for name in ("ledger.jsonl", contents.parts[0].name, f"keys/{HOME.fingerprint}.json"):
        doubled = [*contents.parts, Part(name, lambda: [b""])]
        with pytest.raises(NotPackable):
            write(io.BytesIO(), type(contents)(contents.session, contents.at, contents.form, contents.entries, doubled, contents.heads, contents.public_keys),
                  HOME.public, HOME.private.sign)  # fmt: skip


def test_memory_stays_flat_whatever_the_size(tmp_path: Path) -> None:
    """A part of 256 MB, written and read again: the process grows by a fraction of it."""
    chunk = bytes(1 << 20)

    def large() -> Iterator[bytes]:
        for _ in range(256):
            yield chunk

    packing = whole()
    contents = packing.contents()
    parts = [*(p for p in contents.parts if p.name != "playable/resident.camera.webm"), Part("playable/resident.camera.webm", large)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (tmp_path / "large.zip").open("w+b") as out:
        write(out, type(contents)(contents.session, contents.at, contents.form, contents.entries, parts, contents.heads, contents.public_keys),
              HOME.public, HOME.private.sign)  # fmt: skip
    result = verify.verify(str(tmp_path / "large.zip"))
    assert (result["exit"], result["problems"]) == (3, [])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "kilobytes"
