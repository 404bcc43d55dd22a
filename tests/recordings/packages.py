"""Small packages to examine: a session of two minutes between Haiyan and Jinshan, its keys, and what a forger does with the result."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from recordings import canonical, heads, ledger, manifest, verify
from recordings.data_key import fingerprint
from recordings.package import Contents, Part, Zip, write

SESSION = "s-20261123-0001"
LIFE = "00112233aabbccdd"
ORIGIN = 1_790_000_000_000
REQUIRED = ["clerk.camera", "resident.camera", "resident.microphone"]


SEGMENT = {"end": 2, "epoch": 1, "media": "video/webm;codecs=vp8", "publication": "resident.camera", "segment": 0, "start": 1, "state": "whole"}
GAP = {"cause": "loss", "end": 2, "epoch": 1, "publication": "resident.camera", "start": 1}
MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("rec-segment", {}), ("rec-gap", {**GAP, "start": 3}), ("rec-gap", {**GAP, "start": "1"}), ("rec-gap", {**GAP, "cause": 1}),
    ("rec-gap", {**GAP, "publication": None}), ("rec-gap", {**GAP, "epoch": True}), *(("rec-segment", {**SEGMENT, k: []}) for k in SEGMENT),
    ("rec-first-byte", {"at": True}), ("rec-room-closed", {"end": None}), ("rec-interval", {"end": "2", "kind": "hold", "publication": "*", "start": 1}),
    ("rec-interval", {"end": 0, "kind": "hold", "publication": "*", "start": 1}), ("rec-interval", {"end": 2, "kind": 0, "publication": "*", "start": 1}),
    ("recording-ordered", {"origin": ORIGIN + 1, "required": []}), ("recording-ordered", {"origin": ORIGIN, "required": [1]}),
]  # fmt: skip
"""Entries of a recording that are not in their form; recording was ordered before, with ORIGIN."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Jurisdiction:
    """A jurisdiction with its signing key; `salt` makes another key of the same name."""

    code: str
    salt: str = ""

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{self.code}{self.salt}".encode()).digest())

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)

    @property
    def sealing(self) -> bytes:
        return hashlib.sha256(b"sealing" + self.public).digest()

    def keys(self) -> bytes:
        halves = {"sealing": base64.b64encode(self.sealing).decode(), "signing": base64.b64encode(self.public).decode()}
        return canonical.write({"jurisdiction": self.code, **halves, "valid_from": "2026-01-01T00:00:00.000Z"})

    def sign(self, entries: Iterable[ledger.Entry], role: heads.Role, session: str = SESSION, at: float = ORIGIN / 1000 + 130) -> bytes:
        """The signature record over a whole ledger."""
        signed = heads.head(session, entries, self.code, role, ledger.utc(at))
        return heads.Record(signed, self.fingerprint, self.private.sign(signed.to_sign())).encode()


HOME, HOST = Jurisdiction("jinshan"), Jurisdiction("haiyan")


def anchors(*known: Jurisdiction, roots: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
    return {
        "format": "virtual-window-anchors/1",
        "keys": [{"jurisdiction": j.code, "key": j.fingerprint} for j in known or (HOME, HOST)],
        "roots": list(roots),
    }


class Story:
    """A ledger as it grows, and the files that its entries stand for."""

    def __init__(self, session: str = SESSION, home: Jurisdiction = HOME, host: Jurisdiction = HOST) -> None:
        self.session, self.home, self.host = session, home, host
        self.entries: list[ledger.Entry] = []
        self.files: dict[str, bytes] = {}
        self.key = f"{session}.{LIFE}"
        self.serial = 0
        self.papers: set[str] = set()
        """Files that lie there in clear, or sealed."""

    def add(self, what: str, body: Mapping[str, Any] | None = None, actor: str = "server", at: float | None = None) -> ledger.Entry:
        head = ledger.head_of(self.entries[-1]) if self.entries else ledger.start(self.session)
        moment = ORIGIN / 1000 + len(self.entries) if at is None else at
        self.entries.append(ledger.append(head, ledger.utc(moment), actor, what, body or {}))
        return self.entries[-1]

    def begin(self, consent: bool = True) -> Story:
        """From the ticket to the first byte."""
        self.add("ticket-taken", {"case": "c-1", "home": self.home.code, "host": self.host.code, "kiosk": "haiyan-k1", "number": "J1", "service": "id-card"})
        for text in ("recording", "identity-check") if consent else ("identity-check",):
            self.consent(text)
        self.add("answered", {"clerk": "li", "counter": "jinshan-3"})
        self.add("recording-ordered", {"home_key": fingerprint(self.home.sealing), "origin": ORIGIN, "required": REQUIRED})
        wrapped = canonical.write({"key": self.key, "wrapped": "…"})
        self.files[f"keys/{self.key}.key"] = wrapped
        home_key = fingerprint(self.home.sealing)
        self.writer("key-wrapped", {"home_key": home_key, "key": self.key, "sealed": digest(wrapped)})
        return self

    def consent(self, text: str, given: bool = True) -> None:
        self.add("consent-given" if given else "consent-refused", {"language": "zh-CN", "text": text, "version": "2026-11-01"})
        self.files[manifest.consent_file(text, "2026-11-01", "zh-CN")] = f"我同意：{text}".encode()

    def writer(self, what: str, body: Mapping[str, Any]) -> ledger.Entry:
        return self.add(f"rec-{what}", body, f"writer:{LIFE}")

    def segment(self, publication: str, number: int, start: int, end: int, epoch: int = 1, state: str = "whole") -> None:
        """A segment whose bytes are nothing but recognisable: no reader of packages looks into them."""
        self.serial += 1
        clear = f"webm {self.session} {publication} {epoch} {number} ".encode() * 9
        sealed = b"VWSEG1\n" + hashlib.sha256(clear).digest() * 9
        self.files[manifest.segment_file(publication, epoch, number, "clear", self.session)] = clear
        self.files[manifest.segment_file(publication, epoch, number, "sealed", self.session)] = sealed
        self.writer("segment", {
            "bytes": len(clear), "clear": None if state == "cut" else digest(clear), "clock_error": 2, "end": end, "epoch": epoch, "first": 1, "frames": 60,
            "height": 360, "key": self.key, "last": 90, "media": "audio/webm;codecs=opus" if publication.endswith("microphone") else "video/webm;codecs=vp8",
            "publication": publication, "sealed": digest(sealed), "segment": number, "serial": self.serial, "start": start, "state": state, "width": 640,
        })  # fmt: skip

    def gap(self, publication: str, start: int, end: int, cause: str = "line", epoch: int = 1) -> None:
        self.writer("gap", {"cause": cause, "end": end, "epoch": epoch, "lost": 30, "publication": publication, "start": start})

    def interval(self, publication: str, kind: str, start: int, end: int | None) -> None:
        self.writer("interval", {"end": end, "kind": kind, "publication": publication, "start": start})

    def first_byte(self, publication: str, at: int, epoch: int = 1) -> None:
        self.writer("first-byte", {"at": at, "epoch": epoch, "publication": publication})

    def talk(self) -> Story:
        """Half a minute with everything in it: a hold, a lost line, a cut segment, a mute, a still, a drawing, a notice."""
        for publication in REQUIRED:
            self.first_byte(publication, 900)
        for publication in REQUIRED:
            self.segment(publication, 0, 900, 4900)
        self.interval("*", "hold", 4900, None)
        self.interval("*", "hold", 4900, 9000)
        for publication in REQUIRED:
            self.segment(publication, 1, 9010, 13_000, state="cut" if publication == "clerk.camera" else "whole")
        self.gap("clerk.camera", 13_000, 15_500, "writer-crash")
        self.segment("clerk.camera", 3, 15_500, 20_000)
        self.gap("resident.camera", 13_000, 15_000)
        self.segment("resident.camera", 0, 15_000, 20_100, epoch=2)
        self.segment("resident.microphone", 2, 13_020, 17_000)
        self.interval("resident.microphone", "mute", 17_000, 20_000)
        self.file("still-taken", "still", "m-1", "jpg", b"\xff\xd8 household book \xff\xd9")
        self.file("signature-drawn", "picture", "sig-1", "png", b"\x89PNG a name")
        self.file("notice-given", "notice", "n-1", "txt", "材料齐全".encode())
        return self

    def file(self, what: str, field: str, id: str, suffix: str, data: bytes) -> None:
        self.files[manifest.filed_file(what, id, suffix)] = data
        self.add(what, {"digest": digest(data), field: id})

    def paper(self, what: str, id: str, media: str, data: bytes, body: Mapping[str, Any] | None = None) -> str:
        """What was sealed beside the tracks, and the entry that stands for it; gives its digest."""
        self.serial += 1
        sealed = b"VWSEG1\n" + hashlib.sha256(data).digest() * 9
        self.files[manifest.segment_file("resident.paper", 1, self.serial, "sealed", self.session)] = sealed
        self.writer("picture", {
            "at": self.serial, "bytes": len(sealed), "clear": digest(data), "epoch": 1, "height": 0, "key": self.key, "media": media,
            "publication": "resident.paper", "sealed": digest(sealed), "segment": self.serial, "serial": self.serial, "width": 0,
        })  # fmt: skip
        name = manifest.filed_file(what, id, manifest.SUFFIX[media])
        self.papers.add(name)
        self.files[name] = data
        self.add(what, {"digest": digest(data), manifest.FILED[what][0]: id, **(body or {})})
        return digest(data)

    def close(self, at: int = 20_200) -> Story:
        self.add("talk-ended", {"outcome": "accepted", "reason": "completed"})
        self.writer("room-closed", {"end": at})
        self.add("closed", {"outcome": "accepted", "reason": "completed"})
        self.add("recording-complete")
        return self

    def signed(self, *roles: heads.Role) -> list[bytes]:
        """Both sign what is there now; the ledger then says so."""
        records = [(self.home if role == "home" else self.host).sign(list(self.entries), role, self.session) for role in roles or ("home", "host")]
        code = heads.short_code(records[0])
        for record in map(heads.read, records):
            self.add("head-signed", {"by": record.head.by, "code": code, "digest": record.head.digest, "key": record.key, "seq": record.head.seq})
        return records


@dataclass
class Packing:
    """What to pack; changed by tests before it is packed."""

    story: Story
    records: list[bytes]
    form: manifest.Form = "clear"
    exporter: Jurisdiction = HOME
    days: list[bytes] = field(default_factory=list)
    keys: list[Jurisdiction] = field(default_factory=lambda: [HOME, HOST])
    left_out: set[str] = field(default_factory=set)
    extra: dict[str, bytes] = field(default_factory=dict)

    def parts(self) -> dict[str, bytes]:
        cut = {"segments/clerk.camera-1-1.seg"}
        kept = {
            name: data for name, data in self.story.files.items()
            if name in cut or not (name.endswith((".seg", ".key")) if self.form == "clear" else name.endswith(".webm") or name in self.story.papers)
        }  # fmt: skip
        playable = {manifest.playable_file(p): f"playable {p}".encode() for p in REQUIRED}
        return {name: data for name, data in {**kept, **playable, **self.extra}.items() if name not in self.left_out}

    def contents(self) -> Contents:
        parts = [Part(name, partial(iter, [data[:100], data[100:]])) for name, data in self.parts().items()]
        keys = [j.keys() for j in self.keys]
        return Contents(self.story.session, ledger.utc(ORIGIN / 1000 + 500), self.form, self.story.entries, parts, self.records, keys, self.days)

    def pack(self) -> bytes:
        out = io.BytesIO()
        write(out, self.contents(), self.exporter.public, self.exporter.private.sign)
        return out.getvalue()


def whole(**changes: Any) -> Packing:
    """A session as it should be, viewed and exported."""
    story = Story(changes.pop("session", SESSION), changes.pop("home", HOME), changes.pop("host", HOST)).begin().talk().close()
    records = story.signed()
    story.add("rated", {"stars": 5})
    story.add("viewed", {"by": "wang", "purpose": "complaint"})
    return Packing(story, records, exporter=story.home, **{"keys": [story.home, story.host], **changes})


def with_day(seq: int = 30, day: str = "2026-11-23", signer: Jurisdiction = HOME) -> tuple[Packing, str]:
    """A session whose head stands in the tree of a day, and that tree's root."""
    packing = whole()
    head = heads.head(SESSION, packing.story.entries[:seq], "jinshan", "home", ledger.utc(1))
    others = {f"s-20261123-1{n:03}": (ledger.Head(n, digest(b"d")), digest(b"r")) for n in range(1, 9)}
    tree = heads.Day("jinshan", day, {SESSION: (ledger.Head(seq, head.digest), head.root), **others})
    at = ledger.utc(1_790_000_500)
    packing.days = [tree.proof(SESSION, at, signer.fingerprint, signer.private.sign(canonical.write(tree.statement(at))))]
    return packing, tree.statement(at)["root"]


def unzip(package: bytes) -> dict[str, bytes]:
    """name → content, in the order of the file."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rezip(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP in the right form around any content, in the order given."""
    out = io.BytesIO()
    archive = Zip(out)
    for name, data in files.items() if isinstance(files, Mapping) else files:
        archive.add(name, [data])
    archive.finish()
    return out.getvalue()


def resigned(files: Mapping[str, bytes], by: Jurisdiction, change: Callable[[dict[str, Any]], None] | None = None) -> bytes:
    """The package of these files with a manifest that lists them, signed by `by`: what somebody with a key can do."""
    files = dict(files)
    value = canonical.read(files.pop("manifest.json"))
    files.pop("signatures/manifest.json")
    files[f"keys/{by.fingerprint}.json"] = by.keys()
    value["files"] = [{"digest": digest(files[n]), "name": n, "size": len(files[n])} for n in sorted(files)]
    if change:
        change(value)
    described = canonical.write(value)
    at = ledger.utc(ORIGIN / 1000 + 600)
    signature = by.private.sign(manifest.to_sign(described, value["session"], by.code, at))
    record = manifest.record(described, value["session"], by.code, at, by.fingerprint, signature)
    return rezip([*sorted(files.items()), ("manifest.json", described), ("signatures/manifest.json", record)])


class Desk:
    """Where packages are examined: one file, written anew each time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "package.zip"

    def examine(self, package: bytes, known: dict[str, Any] | None = None) -> dict[str, Any]:
        self.path.write_bytes(package)
        return verify.verify(str(self.path), known)

    def broken(self, package: bytes, known: dict[str, Any] | None = None) -> str:
        """It is broken, with a place for every problem; all of them as one text."""
        result = self.examine(package, known or anchors())
        assert result["exit"] == 1, result
        assert all(problem["place"] and problem["reason"] for problem in result["problems"])
        return "\n".join(f"{problem['place']}: {problem['reason']}" for problem in result["problems"])
