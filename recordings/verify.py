"""Checks an exported package offline: `python verify.py PACKAGE.zip [--anchors FILE] [--json]`. Needs Python and `cryptography`.

Exit codes: 0 proven; 3 consistent, signer not confirmed (no anchors given); 1 broken or altered, the places are named; 2 not a package.
A second reading of docs/package.md and docs/recording.md: it imports nothing of the program that wrote the package.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import hashlib
import io
import json
import re
import struct
import sys
import zlib
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterable, Iterator, NamedTuple, NoReturn, Sequence  # noqa: UP035 - reads on older Pythons too

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERDICTS = {
    0: "已证实 PROVEN", 1: "已损坏或被改动 BROKEN", 2: "不是存证包 NOT A PACKAGE", 3: "内容一致，签名者未确认 CONSISTENT, SIGNER NOT CONFIRMED",
}  # fmt: skip
LEAD, HOLE = 5000, 1000
EVIDENCE = re.compile(r"(rec|recording|evidence|consent|still|form|signature|texts?|notice)-.*|receipt-given|paper-received|outcome-delivered|ticket-taken|talk-ended|closed")
FILED = {
    "still-taken": ("still", "stills"), "still-checked": ("still", "stills"), "form-frozen": ("form", "forms"), "form-page": ("page", "forms"),
    "signature-given": ("signature", "signed"), "signature-drawn": ("picture", "signed"), "form-signed": ("paper", "signed"),
    "texts-kept": ("texts", "texts"), "notice-given": ("notice", "notices"), "receipt-given": ("receipt", "notices"),
}  # fmt: skip
SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "application/json": "json"}
ALWAYS = ("README.en.md", "README.zh-CN.md", "ledger.jsonl", "verify.py")
LAST = ["manifest.json", "signatures/manifest.json"]
ALGORITHMS = {
    "digest": "SHA-256", "key-wrap": "HPKE-X25519-HKDFSHA256-A256GCM", "sealing": "A256GCM", "signature": "Ed25519", "tree": "RFC9162-SHA256",
}  # fmt: skip
MANIFEST = {"algorithms", "completeness", "files", "form", "format", "home", "host", "intervals", "ledger", "origin", "session", "tracks"}
NAME = re.compile(rb"(?:[a-z]{1,16}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
LARGEST_TEXT = 1 << 26
"""Bytes of a JSON file, a ledger's line or the ZIP's directory that are still read into memory."""
LARGEST_RECORD = 1 << 16
"""The same for a key's or a signature's file."""


class Broken(Exception):
    """Something does not hold: where (a file, an entry, bytes), and what."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place, self.reason = place, reason


# --- the ZIP --------------------------------------------------------------------------------------


class Member(NamedTuple):
    """A file of the ZIP; `content` is the byte at which it begins."""

    name: str
    size: int
    crc: int
    content: int


def local_header(name: bytes, crc: int, size: int) -> bytes:
    return struct.pack("<4s5H3I2H", b"PK\3\4", 10, 0, 0, 0, 0x21, crc, size, size, len(name), 0) + name


def directory_record(name: bytes, crc: int, size: int, at: int) -> bytes:
    need, offset, extra = (10, at, b"") if at < 0xFFFFFFFF else (45, 0xFFFFFFFF, struct.pack("<2HQ", 1, 8, at))
    fields = (b"PK\1\2", 0x032D, need, 0, 0, 0, 0x21, crc, size, size, len(name), len(extra), 0, 0, 0, 0o100644 << 16, offset)
    return struct.pack("<4s6H3I5H2I", *fields) + name + extra


def end_record(count: int, length: int, at: int) -> bytes:
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), min(length, 0xFFFFFFFF), min(at, 0xFFFFFFFF), 0)
    if count < 0xFFFF and length < 0xFFFFFFFF and at < 0xFFFFFFFF:
        return end
    large = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 0x032D, 45, 0, 0, count, count, length, at)
    return large + struct.pack("<4sIQI", b"PK\6\7", 0, at + length, 1) + end


def looks_like_a_package(head: bytes, tail: bytes) -> bool:
    """Whether so much as the beginning or the end is that of a package."""
    first = local_header(b"README.en.md", 0, 0)
    fits = all(head[i] == first[i] for i in range(min(len(head), len(first))) if not 14 <= i < 26)  # CRC and sizes may be any
    return (fits and len(head) >= 4) or LAST[1].encode() in tail


def members(f: BinaryIO, size: int) -> list[Member]:
    """The files, in order; every byte of directory and end is compared with the one form that they can have. Raises Broken."""
    f.seek(max(0, size - 98))
    tail = f.read()
    if tail[-22:-18] != b"PK\5\6":
        raise cut(f, size)
    count, length, at = struct.unpack("<H2I", tail[-12:-2])
    if len(tail) == 98 and tail[:4] == b"PK\6\6" and (count == 0xFFFF or 0xFFFFFFFF in (length, at)):
        count, length, at = struct.unpack("<3Q", tail[32:56])
    end = end_record(count, length, at) if at + length < size else b""
    if not end or at + length + len(end) != size or tail[-len(end) :] != end:
        raise Broken(f"bytes {size - len(end)}-{size}", "the end record is not the one of this package: something was cut, added or changed")
    if length > LARGEST_TEXT:
        raise Broken(f"bytes {at}-{size}", "the directory is too large to be read")
    f.seek(at)
    directory, header, here = f.read(length), 0, 0
    found: list[Member] = []
    while here < length:
        crc, content, _same, name_length = struct.unpack("<3IH", directory[here + 16 : here + 30].ljust(14, b"\0"))
        name = directory[here + 46 : here + 46 + name_length]
        record = directory_record(name, crc, content, header)
        place = f"bytes {at + here}-{at + here + len(record)}"
        if directory[here : here + len(record)] != record or not NAME.fullmatch(name) or content == 0xFFFFFFFF:
            raise Broken(place, f"the directory's record {len(found) + 1} ({name!r}) is not in its form")
        begin = header + 30 + len(name)
        f.seek(header)
        if f.read(begin - header) != local_header(name, crc, content):
            raise Broken(f"bytes {header}-{begin} and {place}", f"header and directory record of {name.decode()} do not agree")
        found.append(Member(name.decode(), content, crc, begin))
        header, here = begin + content, here + len(record)
    if (len(found), header) != (count, at):
        raise Broken(f"bytes {min(header, at)}-{size}", "files, directory and end record do not follow one another without a hole")
    names = [member.name for member in found]
    if names[-2:] != LAST or names[:-2] != sorted(set(names[:-2]) - set(LAST)):
        raise Broken("the ZIP's directory", f"the names are not in order, or do not end with {' and '.join(LAST)}")
    return found


def cut(f: BinaryIO, size: int) -> Broken:
    """Where a package ends too early, told by walking its files."""
    at = 0
    while True:
        f.seek(at)
        fixed = f.read(30)
        if fixed[:4] != b"PK\3\4" or len(fixed) < 30:
            return Broken(f"bytes {at}-{size}", "from here on the package is cut off, damaged, or followed by something")
        content, _same, name_length = struct.unpack("<2IH", fixed[18:28])
        name, begin = f.read(name_length), at
        at += 30 + name_length + content
        if at > size:
            return Broken(f"{name.decode('ascii', 'replace')} (bytes {begin}-{size})", f"the package is cut off inside this file, at byte {size}")


# --- JSON, ledger, tree ---------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def same(a: Any, b: Any) -> bool:
    """Equal as they are written: in Python True is 1."""
    return canonical(a) == canonical(b)


def parse(data: bytes) -> Any:
    """The value of canonical JSON. Raises ValueError for any other spelling."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
        if not _plain(value, 8) or canonical(value) != data:
            raise ValueError("JSON, but not in its canonical form")
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text} is a floating-point number")


def _plain(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", k) and _plain(v, depth - 1) for k, v in value.items())
    if isinstance(value, list):
        return depth > 0 and all(_plain(v, depth - 1) for v in value)
    return not isinstance(value, int) or abs(value) < 2**53


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, row by row: the last of an odd row goes up as it is."""
    row = list(leaves) or [hashlib.sha256(b"").digest()]
    while len(row) > 1:
        row = [node(*row[i : i + 2]) if i + 1 < len(row) else row[i] for i in range(0, len(row), 2)]
    return row[0]


def climb(found: bytes, index: int, size: int, path: Sequence[str]) -> str | None:
    """The root to which leaf `index` of `size` and its path lead (RFC 9162, 2.1.3), row by row; None when the path does not fit."""
    steps = [bytes.fromhex(step) for step in path]
    if not 0 <= index < size:
        return None
    while size > 1:
        if index ^ 1 < size:  # the last of an odd row has no neighbour
            if not steps:
                return None
            found = node(steps.pop(0), found) if index & 1 else node(found, steps.pop(0))
        index, size = index >> 1, (size + 1) >> 1
    return None if steps else found.hex()


ENTRY = {
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "actor": r"[A-Za-z0-9._:-]{1,128}",
    "what": r"[a-z0-9][a-z0-9-]{0,63}", "prev": r"[0-9a-f]{64}",
}  # fmt: skip


def chain(lines: Iterable[bytes], session: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each entry with its digest, checked against the one before. Raises Broken with the entry at which the chain does not hold."""
    before = leaf(canonical({"format": "virtual-window-ledger/1", "session": session}))
    for seq, line in enumerate(lines, 1):
        place = f"entry {seq}"
        try:
            entry = parse(line)
        except ValueError as error:
            raise Broken(place, f"not canonical JSON: {error}") from None
        if not isinstance(entry, dict) or entry.keys() - {"mono"} != {"seq", "at", "actor", "what", "body", "prev"}:
            raise Broken(place, "not the fields of an entry")
        if entry["seq"] != seq or type(entry["seq"]) is not int:
            raise Broken(place, f"entry {entry['seq']!r} stands here")
        shaped = all(isinstance(entry[k], str) and re.fullmatch(p, entry[k], re.ASCII) for k, p in ENTRY.items())
        if not shaped or not isinstance(entry["body"], dict) or type(entry.get("mono", 0)) is not int:
            raise Broken(place, "a field is not in its form")
        if entry["prev"] != before.hex():
            raise Broken(place, f"does not continue entry {seq - 1}: one of the two was changed, or entries were removed, inserted or moved")
        before = leaf(line)
        yield entry, before


# --- what the ledger says was recorded ------------------------------------------------------------


def whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is no whole number")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def recorded(entries: Iterable[tuple[int, str, dict[str, Any]]]) -> dict[str, Any]:
    """The manifest's `completeness`, `intervals`, `origin` and `tracks`, from the ledger's entries. Raises ValueError, KeyError."""
    origins: set[int] = set()
    required: set[str] = set()
    opened, closed = list[int](), list[int]()
    tracks: dict[str, dict[str, Any]] = {}
    spans: dict[tuple[int, str, str], int | None] = {}
    for _seq, what, body in entries:
        if what == "recording-ordered":
            origins.add(whole(body["origin"]))
            if len(origins) > 1:
                raise ValueError("recording was ordered before, with another origin")
            required.update(map(text, body["required"]))
        elif what == "rec-first-byte":
            opened.append(whole(body["at"]))
        elif what == "rec-room-closed":
            closed.append(whole(body["end"]))
        elif what == "rec-interval":
            key = (whole(body["start"]), text(body["publication"]), text(body["kind"]))
            spans[key] = spans.get(key) if body["end"] is None else span(body)["end"]
        elif what in ("rec-segment", "rec-gap"):
            track = tracks.setdefault(text(body["publication"]), {"gaps": [], "segments": []})
            item = {"epoch": whole(body["epoch"]), **span(body)}
            if what == "rec-gap":
                track["gaps"].append({**item, "cause": text(body["cause"])})
            else:
                more = {"media": text(body["media"]), "segment": whole(body["segment"]), "state": text(body["state"])}
                track["segments"].append({**item, **more})
    for name in tracks.keys() | required:
        track = tracks.setdefault(name, {"gaps": [], "segments": []})
        track.update({"publication": name, "required": name in required})
        track["gaps"].sort(key=lambda g: (g["start"], g["end"], g["epoch"], g["cause"]))
        track["segments"].sort(key=lambda s: (s["epoch"], s["segment"]))
    last = max([0, *closed, *(item["end"] for t in tracks.values() for item in (*t["gaps"], *t["segments"]))])
    stretches, begin, again = [], 0, not closed
    for end in sorted({c for c in closed if c > 0}):
        stretches.append((begin, end))
        following = [at for at in opened if end <= at < min((c for c in closed if c > end), default=2**63)]
        begin, again = min(following, default=end), bool(following)
    stretches += [(begin, last)] if again else []
    missing = []
    for start, stop in stretches:
        for name in sorted(required):
            covers = [(item["start"], item["end"]) for item in (*tracks[name]["gaps"], *tracks[name]["segments"])]
            covers += [(key[0], max(key[0], last) if end is None else end) for key, end in spans.items() if key[1] in (name, "*")]
            holes = [(a, b) for a, b in uncovered(start, stop, covers) if b - a > (LEAD if a == start else HOLE)]
            missing += [{"end": b, "publication": name, "start": a} for a, b in holes]
    return {
        "completeness": {"complete": not missing, "missing": sorted(missing, key=lambda m: (m["publication"], m["start"]))},
        "intervals": [{"end": spans[key], "kind": key[2], "publication": key[1], "start": key[0]} for key in sorted(spans)],
        "origin": next(iter(origins), None),
        "tracks": [tracks[name] for name in sorted(tracks)],
    }


def span(body: dict[str, Any]) -> dict[str, int]:
    start, end = body["start"], body["end"]
    if whole(start) > whole(end):
        raise ValueError(f"{start} to {end} is no time")
    return {"end": end, "start": start}


def uncovered(begin: int, end: int, covers: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of begin…end when every cover has been taken away."""
    left = [(begin, end)]
    for start, stop in covers:
        left = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, stop), b)) if piece[0] < piece[1]]
    return left


# --- the package ----------------------------------------------------------------------------------


class Package:
    """One package under examination. `faults` are (place, reason), `proven` and `unproven` sentences, `signers` (by, key, at, where)."""

    def __init__(self, f: BinaryIO, size: int) -> None:
        self.f, self.size = f, size
        self.faults: list[tuple[str, str]] = []
        self.proven: list[str] = []
        self.unproven = ["that what was said is true, and that the home noted the truth before it signed"]
        self.signers: list[tuple[str, str, str, str]] = []
        self.trees: list[tuple[str, str, str, str]] = []
        self.code: str | None = None
        self.place = "the package"
        self.files: dict[str, tuple[Member, str]] = {}
        self.used = {*ALWAYS, *LAST}
        self.keys: dict[str, tuple[str, bytes]] = {}
        self.manifest: dict[str, Any] = {}
        self.entries: list[tuple[int, str, dict[str, Any]]] = []
        self.leaves: list[bytes] = []
        self.pictures: dict[str, str] = {}

    def examine(self, anchors: dict[str, Any] | None) -> None:
        """Everything of docs/package.md, "What is checked". What does not hold is collected; what cannot be read ends it."""
        steps = (self.zip, self.public_keys, self.signature, self.listing, self.ledger, self.heads, self.recording,
                 self.completeness, self.consents, self.filed, self.handwritten, self.texts, self.days, self.strangers,
                 partial(self.anchored, anchors))  # fmt: skip
        for step in steps:
            self.tried(step)
            if (self.faults and step in (self.zip, self.listing, self.ledger)) or (step == self.signature and not self.manifest):
                return

    def tried(self, step: Callable[[], None]) -> None:
        """What cannot be read ends the step, and is a fault with its place."""
        try:
            step()
        except Broken as broken:
            self.faults.append((broken.place, broken.reason))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error) as error:
            self.faults.append((self.place, f"not in the form of docs/package.md: {error!r}"))

    def expect(self, holds: bool, place: str, reason: str) -> bool:
        if not holds:
            self.faults.append((place, reason))
        return holds

    def json(self, name: str) -> Any:
        """A JSON file; it is then the place at which things go wrong. Raises Broken, ValueError."""
        self.place = name
        small = name.startswith(("keys/", "signatures/"))  # read before anybody's signature was seen to be good
        if self.files[name][0].size > (LARGEST_RECORD if small else LARGEST_TEXT):
            raise Broken(name, "is too large to be read")
        self.used.add(name)
        self.f.seek(self.files[name][0].content)
        return parse(self.f.read(self.files[name][0].size))

    def named(self, pattern: str) -> list[str]:
        return sorted(name for name in self.files if re.fullmatch(pattern, name))

    def noted(self, *whats: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """The entries of these kinds (all of those kept, if none is named); each is then the place at which things go wrong."""
        for seq, what, body in self.entries:
            if not whats or what in whats:
                self.place = f"entry {seq}"
                yield seq, what, body

    def holds(self, name: str, digest: str) -> None:
        """The entry that is the place now stands for the file `name`: it is there, with this digest."""
        self.used.add(name)
        if self.expect(name in self.files, name, f"is missing; {self.place} stands for it"):
            self.expect(self.files[name][1] == digest, name, f"is not the file that {self.place} stands for")

    def zip(self) -> None:
        for m in members(self.f, self.size):
            place = f"{m.name} (bytes {m.content}-{m.content + m.size})"
            self.f.seek(m.content)
            crc, digest, left = 0, hashlib.sha256(), m.size
            while left:
                part = self.f.read(min(left, 1 << 20))
                if not part:
                    raise Broken(place, "the package became shorter while it was read")
                digest.update(part)
                crc, left = zlib.crc32(part, crc), left - len(part)
            self.expect(crc == m.crc, place, "was changed: its CRC-32 is another")
            self.files[m.name] = (m, digest.hexdigest())
        self.proven.append(f"one ZIP in its one form: {len(self.files)} files, {self.size} bytes")

    def public_keys(self) -> None:
        for name in self.named(r"keys/[0-9a-f]{64}\.json"):
            value = self.json(name)
            raw = base64.b64decode(value["signing"], validate=True)
            if hashlib.sha256(raw).hexdigest() != name[5:-5] or value.keys() != {"jurisdiction", "sealing", "signing", "valid_from"}:
                raise Broken(name, "does not hold the public keys that its name says")
            self.keys[name[5:-5]] = value["jurisdiction"], raw

    def signed(self, record: dict[str, Any], statement: dict[str, Any], by: str, name: str) -> None:
        """`statement` carries the signature of the record in file `name`, by a key of `by`. Raises Broken."""
        self.place = name
        owner, raw = self.keys.get(record["key"], ("", b""))
        if owner != by:
            raise Broken(name, f"is signed by the key {record['key']}; the package has no such key of {by}")
        signature = base64.b64decode(record["signature"], validate=True)
        if base64.b64encode(signature).decode() != record["signature"] or not re.fullmatch(ENTRY["at"], statement["at"], re.ASCII):
            raise Broken(name, "signature or time are not in their form")
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, canonical(statement))
        except InvalidSignature:
            raise Broken(name, f"the signature is not by the key {record['key']}") from None
        self.signers.append((by, record["key"], statement["at"], name))

    def signature(self) -> None:
        m, digest = self.json(LAST[0]), self.files[LAST[0]][1]
        known = m.keys() == MANIFEST and m["format"] == "virtual-window-package/1" and same(m["algorithms"], ALGORITHMS)
        if not known or m["form"] not in ("clear", "sealed"):
            raise Broken(LAST[0], "not a manifest of this format")
        self.manifest = m
        record = self.json(LAST[1])
        said = {"by": m["home"], "digest": digest, "format": "virtual-window-export/1", "session": m["session"]}
        statement = {**said, "at": record["export"]["at"]}
        if record.keys() != {"export", "key", "signature"} or not same(record["export"], statement):
            raise Broken(LAST[1], "does not speak of this manifest")
        self.signed(record, statement, m["home"], LAST[1])
        self.proven.append(f"manifest of session {m['session']} signed by {m['home']} at {statement['at']}, key {record['key']}")

    def listing(self) -> None:
        self.place = LAST[0]
        listed = {file["name"]: file for file in self.manifest["files"]}
        ordered = [*listed] == sorted(listed.keys() - {*LAST}) and len(listed) == len(self.manifest["files"])
        self.expect(ordered, LAST[0], "the list of files is not in order, or names itself")
        for key, (owner, _) in self.keys.items():
            party = owner in (self.manifest["home"], self.manifest["host"])
            self.expect(party, f"keys/{key}.json", f"is a key of {owner}, who has no part in this session")
        for name in sorted((listed.keys() | self.files.keys() | {*ALWAYS}) - {*LAST}):
            if self.expect(name in self.files, name, "is missing") and self.expect(name in listed, name, "is not listed in the manifest"):
                m, digest = self.files[name]
                fits = same(listed[name], {"digest": digest, "name": name, "size": m.size})
                self.expect(fits, f"{name} (bytes {m.content}-{m.content + m.size})", "is not the file that the manifest lists")

    def lines(self) -> Iterator[bytes]:
        m, _ = self.files["ledger.jsonl"]
        self.f.seek(m.content)
        left = m.size
        while left:
            line = self.f.readline(min(left, LARGEST_TEXT))
            left -= len(line)
            if line[-1:] != b"\n":
                raise Broken(f"entry {len(self.leaves) + 1}", "does not end with a newline, or never ends")
            yield line[:-1]

    def ledger(self) -> None:
        m = self.manifest
        for entry, digest in chain(self.lines(), m["session"]):
            self.leaves.append(digest)
            if EVIDENCE.fullmatch(entry["what"]) or entry["what"] == "head-signed":
                self.entries.append((entry["seq"], entry["what"], entry["body"]))
        end = {**self.head(len(self.leaves)), "seq": len(self.leaves)}
        if not same(m["ledger"], end):
            raise Broken(f"entry {len(self.leaves)}", f"the ledger ends here with {end}, and the manifest knows {m['ledger']}")
        ticket: dict[str, Any] = next((body for _, _, body in self.noted("ticket-taken")), {})
        if (ticket.get("home"), ticket.get("host")) != (m["home"], m["host"]):
            raise Broken(LAST[0], f"home and host are not those of the ticket, {ticket.get('home')} and {ticket.get('host')}")
        self.proven.append(f"ledger: {len(self.leaves)} entries in one chain, the last {end['digest']}")

    def head(self, seq: int) -> dict[str, Any]:
        """Digest and root of entries 1 to `seq`. Raises ValueError when there are not so many."""
        if not 1 <= whole(seq) <= len(self.leaves):
            raise ValueError(f"the ledger has {len(self.leaves)} entries, not {seq}")
        return {"digest": self.leaves[seq - 1].hex(), "root": root(self.leaves[:seq]).hex()}

    def heads(self) -> None:
        m, records, reach = self.manifest, {}, {"home": 0, "host": 0}
        for name in self.named(r"signatures/head-[1-9][0-9]*-(home|host)\.json"):
            record, (_, number, role) = self.json(name), name[:-5].split("-")
            seq, by = int(number), m[role]
            head = record["head"]
            true = {"format": "virtual-window-head/1", "role": role, "seq": seq, "session": m["session"], **self.head(seq)}
            true.update({"at": head["at"], "by": by})
            if not same(head, true) or record.keys() != {"head", "key", "signature"}:
                wrong = sorted(k for k in {**true, **head} if not same(true.get(k), head.get(k)))
                raise Broken(name, f"signs another ledger than this one: {', '.join(wrong)} differ at entry {seq}")
            self.signed(record, true, by, name)
            records[seq, role], reach[role] = record, max(reach[role], seq)
        evidence = max((seq for seq, what, _ in self.entries if what != "head-signed"), default=0)
        late = f"is evidence, and the home has signed entries up to {reach['home']} only"
        self.expect(reach["home"] >= evidence, f"entry {evidence}", late)
        for _, _, body in self.noted("head-signed"):
            role = "home" if body["by"] == m["home"] else "host"
            found = records.get((body["seq"], role), {"head": {}, "key": None})
            fits = (body["key"], body["digest"], body["by"]) == (found["key"], found["head"].get("digest"), m[role])
            fits = fits and (role == "host" or body["code"] == short_code(found))
            self.expect(fits, self.place, f"speaks of a signature of {body['by']} over entries 1 to {body['seq']} that is not here")
        if reach["home"]:
            self.code = short_code(records[reach["home"], "home"])
            self.proven.append(f"home {m['home']} signed entries 1 to {reach['home']}; code of the receipt {self.code}")
        if reach["host"]:
            self.proven.append(f"host {m['host']} countersigned entries 1 to {reach['host']}")
            if reach["host"] < len(self.leaves):
                later = f"{reach['host'] + 1} to {len(self.leaves)}"
                self.unproven.append(f"that the host {m['host']} knew of entries {later}: the home alone signed them, with the manifest")
        elif m["home"] != m["host"]:
            self.unproven.append(f"that the host {m['host']} saw the same ledger: its countersignature is pending")

    def recording(self) -> None:
        """Each segment and data key that was noted is there, as it was noted."""
        sealed, homes = self.manifest["form"] == "sealed", {body["home_key"] for _, _, body in self.noted("recording-ordered")}
        wrapped: set[str] = set()
        serials: set[tuple[str, int]] = set()
        for _, what, b in self.noted("rec-key-wrapped", "rec-segment", "rec-picture"):
            name = f"keys/{b['key']}.key"
            if what == "rec-key-wrapped":
                wrapped.add(b["key"])
                self.expect(b["home_key"] in homes, self.place, "the data key is wrapped to another key than recording was ordered with")
                if sealed or name in self.files:
                    self.holds(name, b["sealed"])
                continue
            fresh = b["key"] in wrapped and (b["key"], whole(b["serial"])) not in serials
            self.expect(fresh, self.place, "the key of this segment was not wrapped before, or its serial is used twice")
            serials.add((b["key"], b["serial"]))
            stem = f"segments/{b['publication']}-{b['epoch']}-{b['segment']}"
            if what == "rec-picture":  # in clear it lies in stills/, forms/, signed/ or texts/, and `filed` compares it
                self.pictures[b["clear"]] = SUFFIX[b["media"]]
                if sealed:
                    self.holds(stem + ".seg", b["sealed"])
                continue
            if sealed or b["clear"] is None or stem + ".seg" in self.files:
                self.holds(stem + ".seg", b["sealed"])
            if b["clear"] is not None and (not sealed or stem + ".webm" in self.files):
                self.holds(stem + ".webm", b["clear"])
            elif stem + ".webm" in self.files:
                self.used.add(stem + ".webm")
                self.unproven.append(f"that {stem}.webm is what was sealed: that segment was cut off, and the exporter opened it")

    def completeness(self) -> None:
        """The manifest says of the recording what the ledger says; what is missing was declared missing."""
        m = self.manifest
        for field, value in recorded(self.noted()).items():
            self.expect(same(m[field], value), LAST[0], f"{field}: not what the ledger says")
        for track in m["tracks"]:
            self.numbers(track)
            if track["segments"]:
                self.used.update({f"playable/{track['publication']}.webm"} & self.files.keys())
        said = [body.get("missing", []) for _, _, body in self.noted("recording-complete", "evidence-incomplete")]
        ordered = any(what.startswith("rec-") or what == "recording-ordered" for _, what, _ in self.entries)
        self.expect(bool(said) or not ordered, f"entry {len(self.leaves)}", "the ledger ends, and never says whether the recording is complete")
        for hole in m["completeness"]["missing"]:
            declared = [d for d in (said or [[]])[-1] if d["publication"] == hole["publication"]]
            known = any(d["start"] <= hole["start"] and hole["end"] <= d["end"] for d in declared)
            place = f"{hole['publication']} from {hole['start']} to {hole['end']} ms"
            if self.expect(known, place, "neither a segment nor an explanation, nor declared missing"):
                self.unproven.append(f"{place}: missing, as the ledger says")
        if self.named("playable/.*"):
            self.unproven.append("that playable/ equals segments/ picture by picture: the exporter vouches for it")
        count = sum(len(track["segments"]) for track in m["tracks"])
        self.proven.append(f"recording: {count} segments of {len(m['tracks'])} publications, each as the ledger noted it")

    def numbers(self, track: dict[str, Any]) -> None:
        """Segments of a publication count and go on in time; a number is left out only at a gap."""
        before: dict[str, Any] = {}
        for s in track["segments"]:
            if s["epoch"] != before.get("epoch"):
                before = {"segment": -1, "start": 0, "end": 0}
            gap = any(g["epoch"] == s["epoch"] and g["start"] < s["start"] and g["end"] > before["end"] for g in track["gaps"])
            jump = s["segment"] - before["segment"]
            fits = (jump == 1 or (jump > 1 and gap)) and before["start"] <= s["start"]
            self.expect(fits, f"{track['publication']}, epoch {s['epoch']}, segment {s['segment']}", "is not the one that follows")
            before = s

    def consents(self) -> None:
        first = next((seq for seq, _, _ in self.noted("rec-first-byte", "rec-segment")), None)
        given: list[int] = []
        refused, withdrawn = False, 0
        for seq, what, b in self.noted("consent-given", "consent-refused", "consent-withdrawn"):
            name = f"consents/{b['text']}.{b['version']}.{b['language']}.txt"
            self.holds(name, b.get("digest", self.files[name][1] if name in self.files else ""))
            if b["text"] != "recording":
                continue
            if what == "consent-withdrawn":
                withdrawn = withdrawn or seq
            else:
                given, refused = [*given, seq], refused or what == "consent-refused"
        consented = bool(given) and given[0] < (first or 0) and not refused
        if first and self.expect(consented, f"entry {first}", "recording began without consent to it"):
            self.proven.append(f"consent to recording (entry {given[0]}) before the first byte (entry {first})")
        late = [seq for seq, _, _ in self.noted("recording-ordered") if 0 < withdrawn < seq]
        if withdrawn and self.expect(not late, f"entry {late[0] if late else withdrawn}", "orders a recording after the consent to it was withdrawn"):
            self.proven.append(f"consent to recording was withdrawn (entry {withdrawn}), and none was ordered after that")

    def filed(self) -> None:
        """Each still, form, signature, transcript and notice that was noted is there, as it was noted."""
        for _, what, body in self.noted(*FILED):
            field, folder = FILED[what]
            stem, suffix = f"{folder}/{text(body[field])}.", self.pictures.get(body["digest"])
            if suffix and self.manifest["form"] == "sealed":
                continue  # it lies there sealed, as its `rec-picture` says; what it shows is seen by whoever opens it
            names = [name for name in self.files if name.startswith(stem)]
            self.expect(len(names) == 1, self.place, f"stands for one file in {folder}/, and {len(names)} are here")
            for name in names:
                self.expect(suffix in (None, name[len(stem) :]), name, f"is sealed as a file of another kind, .{suffix}")
                self.holds(name, body["digest"])

    def lies_open(self, name: str, digest: str, what: str) -> bool:
        """Whether the file, for which the entry that is the place now stands, is here in clear and is that one."""
        if name not in self.files and self.manifest["form"] == "sealed":
            self.unproven.append(f"{what}: {name} lies sealed here")
            return False
        return self.expect(name in self.files, name, f"is missing; {self.place} stands for it") and self.files[name][1] == digest

    def handwritten(self) -> None:
        """Each signature was given under a form that was frozen then, and under the picture of its page; its record says the same."""
        drawn = {text(b["picture"]) for _, _, b in self.noted("signature-drawn")}
        frozen: dict[str, dict[str, Any]] = {}
        pages: dict[str, dict[str, Any]] = {}
        for _, what, b in self.noted("form-frozen", "form-page", "form-melted", "form-signed", "signature-given"):
            form = text(b["form"])
            if what == "form-frozen":
                frozen[form] = b
            elif what == "form-page":
                pages[text(b["page"])] = b
            elif what == "form-melted":
                frozen.pop(form, None)
                pages = {name: page for name, page in pages.items() if page["form"] != form}
            elif what == "form-signed":
                self.expect(form in frozen, self.place, f"names the form {form}, which was not frozen then")
            else:
                self.tried(partial(self.given, b, frozen.get(form), pages.get(text(b["page"])), drawn))

    def given(self, b: dict[str, Any], form: dict[str, Any] | None, page: dict[str, Any] | None, drawn: set[str]) -> None:
        """One signature, with the form and the page that it names; None for what was not there then, or was melted since."""
        place, before, name = self.place, len(self.faults), f"signed/{text(b['signature'])}.json"
        if form is None or page is None:
            self.expect(form is not None, place, f"is a signature under the form {b['form']}, which was not frozen then")
            self.expect(page is not None, place, f"is a signature under the page {b['page']}, which was not shown then")
            return
        self.expect(form["digest"] == b["pdf"], place, f"is a signature under another paper than the form {b['form']}")
        fits = (page["digest"], page["form"]) == (b["shown"], b["form"])
        self.expect(fits, place, f"is a signature under another picture than that of page {b['page']} of the form {b['form']}")
        self.expect(b["drawn"] in drawn and whole(b["place"]) >= 0, place, f"names the drawing {b['drawn']} and the place {b['place']}: no such")
        if not self.lies_open(name, b["digest"], f"what the record of signature {b['signature']} says"):
            return
        r = self.json(name)
        shaped = r["schema"] == "virtual-window-signature/1" and {"code", "version"} <= r["form"].keys() and "page" in r["shown"]
        self.expect(shaped, name, "is not the record of a signature")
        agree = {
            "session": (r["session"], self.manifest["session"]), "form.pdf": (r["form"]["pdf"], b["pdf"]),
            "form.values": (r["form"]["values"], form["values"]), "shown.picture": (r["shown"]["picture"], b["shown"]),
        }  # fmt: skip
        wrong = [field for field, (said, noted) in agree.items() if not same(said, noted)]
        self.expect(not wrong, name, f"speaks of something else than {place}: {', '.join(wrong)} differ")
        if len(self.faults) == before:
            self.proven.append(f"signature {b['signature']}: under form {b['form']} exactly as it was shown (page {b['page']})")

    def texts(self) -> None:
        """Each line of a transcript is the one that was noted when it was written, and none of those before the last one is left out."""
        said: dict[int, tuple[int, dict[str, Any]]] = {}
        kept: set[int] = set()
        open_until = 0
        for seq, what, b in self.noted("text-said", "texts-kept"):
            if what == "text-said":
                if self.expect(whole(b["n"]) not in said, self.place, f"notes line {b['n']} once more"):
                    said[b["n"]] = seq, b
                continue
            name = f"texts/{text(b['texts'])}.json"
            if self.lies_open(name, b["digest"], f"what was written in {whole(b['count'])} lines"):
                self.tried(partial(self.transcript, name, b, said, kept))
                open_until = seq
            else:
                kept.update(said)
        lost = [(n, seq) for n, (seq, _) in said.items() if n not in kept and seq < open_until]
        for n, seq in lost:
            self.expect(False, f"entry {seq}", f"notes line {n}, which is left out of the transcript")
        if open_until and not lost:
            self.proven.append(f"no line that was noted before entry {open_until} is left out of a transcript")
        if left := [seq for n, (seq, _) in said.items() if n not in kept and seq > open_until]:
            self.unproven.append(f"what was written in {len(left)} lines (from entry {left[0]} on): no transcript of them was kept")

    def transcript(self, name: str, b: dict[str, Any], said: dict[int, tuple[int, dict[str, Any]]], kept: set[int]) -> None:
        """One transcript; `said` are the lines that were noted before it, with their entries, and its own go to `kept`."""
        place, before, r = self.place, len(self.faults), self.json(name)
        if r.keys() != {"lines", "schema", "session"} or (r["schema"], r["session"]) != ("virtual-window-texts/1", self.manifest["session"]):
            raise Broken(name, "is not a transcript of this session")
        for line in r["lines"]:
            n = whole(line["n"])
            seq, noted = said.get(n, (0, {"by": None, "digest": None}))
            fits = (hashlib.sha256(canonical(line)).hexdigest(), line["by"]) == (noted["digest"], noted["by"]) and n not in kept
            shaped = line.keys() == {"at", "by", "n", "salt", "text"}
            self.expect(fits and shaped, f"{name}, line {n}", f"is not the line that entry {seq} notes" if seq else "was noted nowhere")
            kept.add(n)
        self.expect(same(b["count"], len(r["lines"])), place, f"counts {b['count']} lines, {name} has {len(r['lines'])}")
        if len(self.faults) == before:
            self.proven.append(f"transcript {b['texts']}: {len(r['lines'])} lines, each as it was noted when it was written")

    def days(self) -> None:
        by, session = self.manifest["home"], self.manifest["session"]
        for name in self.named(r"signatures/day-\d{4}-\d\d-\d\d\.json"):
            proof = self.json(name)
            day, tip = proof["day"], proof["leaf"]
            fields = {"day", "index", "key", "leaf", "proof", "signature"}
            if proof.keys() != fields or (day["format"], day["day"]) != ("virtual-window-day/1", name[15:-5]):
                raise Broken(name, "not a proof of this format")
            held = same(tip, {"seq": tip["seq"], "session": session, **self.head(tip["seq"])})
            if not held or climb(leaf(canonical(tip)), whole(proof["index"]), whole(day["size"]), proof["proof"]) != day["root"]:
                raise Broken(name, "the tree of that day does not hold this ledger")
            self.signed(proof, day, by, name)
            self.trees.append((by, day["day"], day["root"], name))
            self.proven.append(f"entries 1 to {tip['seq']} stood in the tree of {by} of {day['day']}, root {day['root']}")

    def strangers(self) -> None:
        for name in sorted(self.files.keys() - self.used):
            self.expect(False, name, "nothing stands for this file")

    def anchored(self, anchors: dict[str, Any] | None) -> None:
        if anchors is None:
            signers = sorted({f"{by} {key}" for by, key, _, _ in self.signers})
            self.unproven.append(f"who signed: no anchors were given; compare with what is published: {', '.join(signers)}")
            return
        for by, key, at, name in self.signers:
            self.place = name
            entries = [k for k in anchors["keys"] if (k["jurisdiction"], k["key"]) == (by, key)]
            known = any(moment(k.get("from", at)) <= moment(at) <= moment(k.get("until", at)) for k in entries)
            self.expect(known, name, f"is signed by the key {key}, which the anchors do not know as one of {by} at {at}")
        for by, day, tree, name in self.trees:
            for published in (r["root"] for r in anchors.get("roots", ()) if (r["jurisdiction"], r["day"]) == (by, day)):
                if self.expect(published == tree, name, f"{by} published another root for {day}"):
                    self.proven.append(f"{by} published this root of {day}")


def short_code(record: dict[str, Any]) -> str:
    text = base64.b32encode(hashlib.sha256(canonical(record)).digest()).decode()[:10]
    return f"{text[:5]}-{text[5:]}"


def moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=dt.timezone.utc)  # noqa: UP017 - dt.UTC came with Python 3.11


def read_anchors(path: str) -> dict[str, Any]:
    """Raises ValueError, OSError."""
    value = json.loads(Path(path).read_text(encoding="utf-8"))
    try:
        for key in value["keys"]:
            shaped = bool(re.fullmatch(r"[0-9a-f]{64}", key["key"])) and isinstance(key["jurisdiction"], str)
            moment(key.get("from", "2000-01-01")), moment(key.get("until", "2000-01-01"))
            if not shaped:
                raise ValueError(f"{key!r} is no key")
        rooted = all({"jurisdiction", "day", "root"} <= r.keys() for r in value.get("roots", ()))
        well = value["format"] == "virtual-window-anchors/1" and rooted
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not in the form of docs/package.md: {error!r}") from None
    if not well:
        raise ValueError("not anchors of this format")
    return dict(value)


def verify(path: str, anchors: dict[str, Any] | None = None) -> dict[str, Any]:
    """The result as it is printed with --json: `exit`, `verdict`, `problems`, `proven`, `not_proven`, `signers`, `session`, `code`."""
    try:
        with Path(path).open("rb") as f:
            size = f.seek(0, 2)
            f.seek(max(0, size - 4096))
            tail = f.read()
            f.seek(0)
            if not looks_like_a_package(f.read(42), tail):
                return {"exit": 2, "verdict": VERDICTS[2], "problems": [{"place": path, "reason": "neither begins nor ends like a package"}]}
            package = Package(f, size)
            package.examine(anchors)
    except OSError as error:
        return {"exit": 2, "verdict": VERDICTS[2], "problems": [{"place": path, "reason": f"cannot be read: {error}"}]}
    code = 1 if package.faults else 3 if anchors is None else 0
    return {
        "code": package.code, "exit": code, "session": package.manifest.get("session"), "verdict": VERDICTS[code],
        "problems": [{"place": place, "reason": reason} for place, reason in package.faults],
        "proven": package.proven, "not_proven": package.unproven,
        "signers": [{"at": at, "jurisdiction": by, "key": key, "place": place} for by, key, at, place in package.signers],
    }  # fmt: skip


def shown(line: str) -> str:
    """Without what could move a terminal's cursor or turn its direction: some of it comes from the package."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in line)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; gives the exit code."""
    codes = "Exit codes: 0 proven, 3 consistent but signer not confirmed, 1 broken, 2 not a package."
    parser = argparse.ArgumentParser(prog="verify.py", description=f"Checks an exported package, offline. {codes}")
    parser.add_argument("package")
    parser.add_argument("--anchors", help="published key fingerprints and roots, from the publisher, never from the package")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    asked = parser.parse_args(argv)
    try:
        anchors = read_anchors(asked.anchors) if asked.anchors else None
    except (OSError, ValueError) as error:
        parser.error(f"{asked.anchors}: {error}")
    result = verify(asked.package, anchors)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that has no Chinese characters is no reason to fail
    say = sys.stdout.write
    if asked.json:
        say(json.dumps(result, indent=1) + "\n")
    else:
        say(f"{result['verdict']}\n")
        problems = [f"{p['place']}: {p['reason']}" for p in result["problems"]]
        titled = (("问题 problems", problems), ("已证实 proven", result.get("proven", [])), ("未证实 not proven", result.get("not_proven", [])))
        for title, lines in titled:
            say("".join([f"\n{title}\n", *(f"  - {shown(line)}\n" for line in lines)]) if lines else "")
    return int(result["exit"])


if __name__ == "__main__":
    sys.exit(main())
