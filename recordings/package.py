"""The exported package: one ZIP in one byte form, written front to back with flat memory, its manifest signed by the home that exports.

docs/package.md gives the form. Contents come as iterators of bytes; the signature comes from whoever holds the key (custody). What is
written here is read again, independently, by `verify.py`, of which every package carries a copy.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from recordings import canonical, heads, ledger, manifest, package_readme
from recordings.data_key import fingerprint
from recordings.manifest import Form, Listed

LARGEST_FILE = 2**32 - 2
"""Bytes of one file in a package: beyond it a ZIP needs extra fields in front of the data, whose size nobody knows while it streams."""

MANIFEST = "manifest.json"
SIGNATURE = "signatures/manifest.json"
LAST = (MANIFEST, SIGNATURE)
"""They name all others, so they stand behind them."""

_NAME = re.compile(r"(?:[a-z]{1,16}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_MADE_BY = 3 << 8 | 45  # Unix, so that the mode below means something; version 4.5 of the format, the one with ZIP64
_MODE = 0o100644 << 16
_1980 = 1 << 5 | 1  # 1980-01-01, the first day that a ZIP can name


class NotPackable(ValueError):
    """Contents that make no package: a name twice, a name that is none, a file beyond LARGEST_FILE, a signature that does not fit."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name in the package (made by `recordings.manifest`) and its bytes, asked for when their turn comes."""

    name: str
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a package. `parts`: segments, stills, forms, signed, texts, notices, consents, playable, wrapped keys; the
    rest is made from these.

    `heads` are signature records, `days` proofs of daily trees, `public_keys` the files of public halves, all as canonical bytes;
    among the public keys must be the one that signs the export. `at` is the time of the export (`ledger.utc`).
    """

    session: str
    at: str
    form: Form
    entries: Sequence[ledger.Entry]
    parts: Sequence[Part]
    heads: Sequence[bytes]
    public_keys: Sequence[bytes]
    days: Sequence[bytes] = ()


class Zip:
    """A ZIP in the canonical form, file by file into `out`, which must be new, seekable and at its beginning."""

    def __init__(self, out: BinaryIO, progress: Callable[[int], None] | None = None) -> None:
        self._out = out
        self._progress = progress or (lambda _bytes: None)
        self._directory: list[bytes] = []
        self._names: set[str] = set()
        self._at = 0

    def add(self, name: str, chunks: Iterable[bytes]) -> Listed:
        """Write one file; its digest is taken on the way. Raises NotPackable, OSError."""
        if not _NAME.fullmatch(name) or name in self._names:
            raise NotPackable(f"{name!r} is no name, or stands there already")
        self._names.add(name)
        self._out.write(_local(name, 0, 0))  # known when the file has passed
        digest, crc, size = hashlib.sha256(), 0, 0
        for chunk in chunks:
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            if size > LARGEST_FILE:
                raise NotPackable(f"{name} is larger than {LARGEST_FILE} bytes")
            self._out.write(chunk)
            self._progress(self._at + size)
        header = _local(name, crc, size)
        self._out.seek(self._at)
        self._out.write(header)
        self._out.seek(size, 1)
        self._directory.append(_central(name, crc, size, self._at))
        self._at += len(header) + size
        return Listed(name, size, digest.hexdigest())

    def finish(self) -> int:
        """Write the directory; gives the length of the whole file in bytes."""
        length = sum(map(len, self._directory))
        for record in self._directory:
            self._out.write(record)
        end = _end(len(self._directory), length, self._at)
        self._out.write(end)
        self._progress(self._at + length + len(end))
        return self._at + length + len(end)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an export: the length of the ZIP in bytes, and the manifest's bytes."""

    size: int
    manifest: bytes
    files: list[Listed] = field(default_factory=list)


def write(
    out: BinaryIO, contents: Contents, signer: bytes, sign: Callable[[bytes], bytes], progress: Callable[[int], None] | None = None
) -> Written:
    """Write the package into `out` (new, seekable). `sign` gives the Ed25519 signature (64 bytes) of the bytes it gets, by the key whose
    raw public half is `signer`; `progress` is told the bytes written so far. Blocking: run it on a thread.

    Raises NotPackable, heads.NotSigned (a record that is none), ledger.Broken, coverage.BadFact, ValueError; what was written so far
    is then worthless.
    """
    home, _host = manifest.home_and_host(contents.entries)
    archive = Zip(out, progress)
    files = [archive.add(part.name, part.chunks()) for part in sorted(_all(contents), key=lambda part: part.name)]
    described = manifest.build(contents.session, contents.entries, files, contents.form)
    signature = sign(statement := manifest.to_sign(described, contents.session, home, contents.at))
    try:
        Ed25519PublicKey.from_public_bytes(signer).verify(signature, statement)
    except InvalidSignature:
        raise NotPackable("the signature of the export is not by the key that it names") from None
    key = fingerprint(signer)
    if f"keys/{key}.json" not in {file.name for file in files}:
        raise NotPackable("the public key that signs the export is not among the keys")
    archive.add(MANIFEST, [described])
    archive.add(SIGNATURE, [manifest.record(described, contents.session, home, contents.at, key, signature)])
    return Written(archive.finish(), described, files)


def _all(contents: Contents) -> Iterator[Part]:
    yield from contents.parts
    yield Part("ledger.jsonl", lambda: (ledger.encode(entry) + b"\n" for entry in contents.entries))
    for record in contents.heads:
        signed = heads.read(record).head
        yield _known(manifest.head_file(signed.seq, signed.role), record)
    for day in contents.days:
        yield _known(manifest.day_file(canonical.read(day)["day"]["day"]), day)
    for keys in contents.public_keys:
        yield _known(manifest.public_key_file(keys), keys)
    yield _known("README.en.md", package_readme.ENGLISH.encode())
    yield _known("README.zh-CN.md", package_readme.CHINESE.encode())
    # As a file, not as a module: what is packed is what an auditor can read.
    yield _known("verify.py", Path(__file__).with_name("verify.py").read_bytes())


def _known(name: str, data: bytes) -> Part:
    return Part(name, lambda: (data,))


# --- the bytes around the files (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16) ------


def _local(name: str, crc: int, size: int) -> bytes:
    return _LOCAL.pack(b"PK\x03\x04", 10, 0, 0, 0, _1980, crc, size, size, len(name), 0) + name.encode("ascii")


def _central(name: str, crc: int, size: int, at: int) -> bytes:
    """ZIP64 stands exactly where a number has no room otherwise: one form, whatever the size."""
    far = at >= _FULL32
    extra = struct.pack("<HHQ", 1, 8, at) if far else b""
    fixed = _CENTRAL.pack(
        b"PK\x01\x02", _MADE_BY, 45 if far else 10, 0, 0, 0, _1980, crc, size, size, len(name), len(extra), 0, 0, 0, _MODE, min(at, _FULL32)
    )
    return fixed + name.encode("ascii") + extra


def _end(count: int, length: int, at: int) -> bytes:
    far = b""
    if count >= _FULL16 or length >= _FULL32 or at >= _FULL32:
        far = _END64.pack(b"PK\x06\x06", 44, _MADE_BY, 45, 0, 0, count, count, length, at) + _LOCATOR.pack(b"PK\x06\x07", 0, at + length, 1)
    small = min(count, _FULL16)
    return far + _END.pack(b"PK\x05\x06", 0, 0, small, small, min(length, _FULL32), min(at, _FULL32), 0)
