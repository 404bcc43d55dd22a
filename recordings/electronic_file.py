"""The electronic file of a decided case: metadata, materials, form and proof in one canonical ZIP, written from parts and read again. Pure.

    metadata/case.json      what the case is, who, when, how it was decided; every other file with its SHA-256
    materials/…             the stills that count, as JPEG
    form/…                  the form as it was signed (PDF), signatures and their records, notices
    proof/head.json         the head of the visit's ledger, signed by the home · proof/key.json the public key of that signature
    proof/papers.json       the ledger's entries that tell of these files and of the decision, each with its way to that head's root

The folders are those of an archival information package (after GB/T 42727): descriptive metadata, contents, and what fixes them. The
same metadata gives the same bytes, so a file that is made anew after a crash is the same file. docs/handover.md gives the form.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from recordings import canonical, heads, ledger, merkle
from recordings.keys import KeysError, PublicKeys
from recordings.package import NotPackable, Part, Zip

FORMAT = "virtual-window-electronic-file/1"
METADATA, HEAD, KEY, PAPERS = "metadata/case.json", "proof/head.json", "proof/key.json", "proof/papers.json"
READ = 1 << 20
LARGEST_METADATA = 4 << 20


class NotAnElectronicFile(ValueError):
    """A ZIP that is none, or one of which something is not as its metadata say."""


class Written(NamedTuple):
    """Bytes of the whole ZIP, and its SHA-256 in hexadecimal."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ElectronicFile:
    """A file that was read: what the metadata say, and the names of everything in it. All digests have been compared."""

    metadata: Mapping[str, Any]
    names: Sequence[str]


# --- writing --------------------------------------------------------------------------------------


def listed(digests: Mapping[str, str]) -> list[dict[str, str]]:
    """Name → SHA-256, as the metadata list files."""
    return [{"name": name, "sha256": digests[name]} for name in sorted(digests)]


def write(out: BinaryIO, metadata: bytes, parts: Iterable[Part]) -> Written:
    """Write the file into `out` (new, readable, seekable). `metadata` are canonical bytes that list every part in `files`.

    Raises NotPackable when a part is another than was listed, missing, or too many; what was written is then worthless.
    """
    expected = _files(canonical.read(metadata))
    archive = Zip(out)
    for part in sorted((*parts, Part(METADATA, lambda: (metadata,))), key=lambda part: part.name):
        digest = archive.add(part.name, part.chunks()).digest
        if part.name != METADATA and expected.pop(part.name, None) != digest:
            raise NotPackable(f"{part.name} is not the file that the metadata name")
    if expected:
        raise NotPackable(f"missing: {', '.join(sorted(expected))}")
    size = archive.finish()
    out.seek(0)
    return Written(size, _sha256_of(out))


def proof(entries: Sequence[ledger.Entry], chosen: Iterable[int]) -> bytes:
    """The content of proof/papers.json: the entries of these numbers (`seq`), each with its way to the root over all of `entries`."""
    leaves = [bytes.fromhex(entry.digest) for entry in entries]
    told = [
        {
            "entry": canonical.read(ledger.encode(entries[seq - 1])),
            "path": [step.hex() for step in merkle.inclusion(leaves, seq - 1)],
        }
        for seq in sorted(set(chosen))
    ]  # fmt: skip
    return canonical.write({"papers": told, "size": len(entries)})


# --- reading --------------------------------------------------------------------------------------


def read(file: BinaryIO) -> ElectronicFile:
    """Open a file and compare everything in it with its metadata. Blocking; memory stays flat. Raises NotAnElectronicFile."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            metadata = _metadata(archive)
            expected = _files(metadata)
            if sorted(names) != sorted((*expected, METADATA)):
                raise NotAnElectronicFile("it holds other files than its metadata list")
            for info in archive.infolist():
                if info.compress_type != zipfile.ZIP_STORED or info.flag_bits:
                    raise NotAnElectronicFile(f"{info.filename} is not stored plainly")
                if info.filename != METADATA:
                    with archive.open(info) as part:
                        if _sha256_of(part) != expected[info.filename]:
                            raise NotAnElectronicFile(f"{info.filename} is not the file that the metadata name")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise NotAnElectronicFile(f"no ZIP: {error}") from None
    except canonical.NotCanonical as error:
        raise NotAnElectronicFile(f"{METADATA}: {error}") from None
    return ElectronicFile(metadata, names)


def prove(file: BinaryIO, keys: Iterable[PublicKeys]) -> int:
    """Whether the ledger that the home has signed tells of this file: every paper, and the decision. Returns how many entries prove it.

    `keys` are those that the reader trusts. To be called after `read`. Raises NotAnElectronicFile.
    """
    with zipfile.ZipFile(file) as archive:
        metadata, record = _metadata(archive), archive.read(HEAD)
        try:
            head = heads.read(record)
            public = next((key for key in keys if key.signing_fingerprint == head.key and key.jurisdiction == head.head.by), None)
            if public is None or PublicKeys.decode(archive.read(KEY)) != public:
                raise NotAnElectronicFile("the head of the ledger is not signed by a key that is trusted here")
            heads.verify(record, public.signing)
            entries = _proven(canonical.read(archive.read(PAPERS)), head.head)
        except (heads.NotSigned, KeysError, canonical.NotCanonical, KeyError, TypeError, ValueError) as error:
            raise NotAnElectronicFile(str(error)) from None
    case = metadata["case"]
    if (head.head.by, head.head.session) != (case["home"], case["session"]):
        raise NotAnElectronicFile("the head is of another visit")
    told = {str(entry.body.get("digest")) for entry in entries}
    if untold := [each["name"] for each in metadata["files"] if not each["name"].startswith("proof/") and each["sha256"] not in told]:
        raise NotAnElectronicFile(f"no entry of the ledger tells of {', '.join(untold)}")
    if _decided(entries, case["case"]) != case["outcome"]:
        raise NotAnElectronicFile("no entry of the ledger tells of this decision")
    return len(entries)


def _decided(entries: Sequence[ledger.Entry], case: str) -> object:
    """What has become of a case: the last word counts. A ledger from before visits had several cases says it at its close alone."""
    said = [e for e in entries if e.what == "case-settled" and e.body.get("case") == case] or [e for e in entries if e.what == "closed"]
    return max(said, key=lambda entry: entry.seq).body.get("outcome") if said else None


def _proven(value: Any, head: heads.SignedHead) -> list[ledger.Entry]:
    entries = []
    for told in value["papers"]:
        entry = ledger.decode(canonical.write(told["entry"]))
        path = [bytes.fromhex(step) for step in told["path"]]
        if value["size"] != head.seq or not merkle.included(bytes.fromhex(entry.digest), entry.seq - 1, head.seq, path, bytes.fromhex(head.root)):
            raise NotAnElectronicFile(f"entry {entry.seq} does not stand under the signed head")
        entries.append(entry)
    return entries


def _metadata(archive: zipfile.ZipFile) -> Mapping[str, Any]:
    try:
        info = archive.getinfo(METADATA)
        if info.file_size > LARGEST_METADATA:
            raise NotAnElectronicFile("the metadata are too large")
        value = canonical.read(archive.read(info))
    except KeyError:
        raise NotAnElectronicFile(f"there is no {METADATA}") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("case"), dict):
        raise NotAnElectronicFile(f"the metadata are not of {FORMAT}")
    return value


def _files(metadata: Any) -> dict[str, str]:
    """Name → SHA-256. Raises NotAnElectronicFile."""
    try:
        found = {each["name"]: each["sha256"] for each in metadata["files"]}
        whole = len(found) == len(metadata["files"]) and all(isinstance(text, str) for pair in found.items() for text in pair)
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise NotAnElectronicFile("the metadata list no files")
    return found


def _sha256_of(file: Any) -> str:
    digest = hashlib.sha256()
    while data := file.read(READ):
        digest.update(data)
    return digest.hexdigest()
