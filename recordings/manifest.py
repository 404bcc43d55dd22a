"""The manifest of an exported package: what is in it, and what it says was recorded; signed by the home jurisdiction that exports. Pure.

docs/package.md gives the form. The manifest is computed from the ledger and from the files that were written; nothing in it is an
opinion of the exporter, and the offline verifier computes it again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from recordings import canonical, ledger, merkle
from recordings.coverage import recorded
from recordings.keys import PublicKeys
from recordings.names import SegmentName, jurisdiction_code, publication_name, session_id

FORMAT = "virtual-window-package/1"
EXPORT_FORMAT = "virtual-window-export/1"

ALGORITHMS = {
    "digest": "SHA-256",
    "key-wrap": "HPKE-X25519-HKDFSHA256-A256GCM",
    "sealing": "A256GCM",
    "signature": "Ed25519",
    "tree": "RFC9162-SHA256",
}
"""By name, so that a later package may use others and say so."""

Form = Literal["clear", "sealed"]

FILED = {
    "still-taken": ("still", "stills"), "still-checked": ("still", "stills"), "form-frozen": ("form", "forms"), "form-page": ("page", "forms"),
    "signature-given": ("signature", "signed"), "signature-drawn": ("picture", "signed"), "form-signed": ("paper", "signed"),
    "texts-kept": ("texts", "texts"), "notice-given": ("notice", "notices"), "receipt-given": ("receipt", "notices"),
}  # fmt: skip
"""Entries that stand for a file: the field of their body with its id, and its folder. Their `digest` is the file's; an id is used once in its
folder."""

SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "application/json": "json"}
"""The media of what is sealed beside the tracks, and how a file of it ends."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """A file as the manifest lists it: its name in the package, bytes, and SHA-256 in hexadecimal."""

    name: str
    size: int
    digest: str


def build(session: str, entries: Sequence[ledger.Entry], files: Iterable[Listed], form: Form) -> bytes:
    """The canonical bytes of the manifest. Raises ledger.Broken, coverage.BadFact, ValueError (no ticket, no home or host in it)."""
    reached = ledger.verify(session_id(session), entries)
    home, host = home_and_host(entries)
    facts = recorded(entries)
    tree = merkle.root_of(bytes.fromhex(entry.digest) for entry in entries)
    value = {
        "algorithms": ALGORITHMS,
        "completeness": {"complete": not facts.missing, "missing": facts.missing},
        "files": [{"digest": file.digest, "name": file.name, "size": file.size} for file in sorted(files)],
        "form": form,
        "format": FORMAT,
        "home": home,
        "host": host,
        "intervals": facts.intervals,
        "ledger": {"digest": reached.digest, "root": tree.hex(), "seq": reached.seq},
        "origin": facts.origin,
        "session": session,
        "tracks": facts.tracks,
    }
    return canonical.write(value)


def home_and_host(entries: Iterable[ledger.Entry]) -> tuple[str, str]:
    """The jurisdictions of a session, from its ticket. Raises ValueError."""
    ticket = next((entry.body for entry in entries if entry.what == "ticket-taken"), None)
    if ticket is None:
        raise ValueError("the ledger has no ticket: nobody knows whose session it is")
    return jurisdiction_code(ticket.get("home")), jurisdiction_code(ticket.get("host"))


def to_sign(manifest: bytes, session: str, by: str, at: str) -> bytes:
    """The bytes that the exporting jurisdiction signs (Ed25519): a statement of its own form, never to be taken for a head."""
    return canonical.write(_statement(manifest, session, by, at))


def record(manifest: bytes, session: str, by: str, at: str, key: str, signature: bytes) -> bytes:
    """The canonical bytes of `signatures/manifest.json`; `key` is the signing key's fingerprint, `signature` has 64 bytes."""
    return canonical.write({"export": _statement(manifest, session, by, at), "key": key, "signature": base64.b64encode(signature).decode()})


# --- names of files in a package, made from checked parts -----------------------------------------


def segment_file(publication: str, epoch: int, segment: int, form: Form, session: str) -> str:
    """`segments/<publication>-<epoch>-<segment>.webm`, or `.seg` as it was sealed. Raises BadName."""
    name = SegmentName(session, publication, epoch, segment).file
    return f"segments/{name if form == 'sealed' else name.removesuffix('.seg') + '.webm'}"


def playable_file(publication: str) -> str:
    """`playable/<publication>.webm`. Raises BadName."""
    return f"playable/{publication_name(publication)}.webm"


def consent_file(text: str, version: str, language: str) -> str:
    """`consents/<text>.<version>.<language>.txt`: the words that were shown. Raises ValueError."""
    if not (_ID.fullmatch(text) and _VERSION.fullmatch(version) and _ID.fullmatch(language)):
        raise ValueError(f"{text!r}, {version!r}, {language!r} is no version of a consent's text")
    return f"consents/{text}.{version}.{language}.txt"


def filed_file(what: str, id: str, suffix: str) -> str:
    """The file of an entry `what` (one of FILED): `stills/<id>.jpg`, `forms/<id>.pdf`, `notices/<id>.txt`. Raises ValueError."""
    if what not in FILED or not _ID.fullmatch(id) or not re.fullmatch(r"[a-z0-9]{1,8}", suffix):
        raise ValueError(f"{what!r}, {id!r}, {suffix!r} is no file of an entry")
    return f"{FILED[what][1]}/{id}.{suffix}"


def public_key_file(content: bytes) -> str:
    """`keys/<fingerprint>.json`: a jurisdiction's public halves, named by the signing key in them. Raises KeysError."""
    return f"keys/{PublicKeys.decode(content).signing_fingerprint}.json"


def wrapped_key_file(key: str) -> str:
    """`keys/<key id>.key`: a data key as it was wrapped."""
    return f"keys/{key}.key"


def head_file(seq: int, role: str) -> str:
    """`signatures/head-<seq>-<role>.json`: a signature record."""
    return f"signatures/head-{seq}-{role}.json"


def day_file(day: str) -> str:
    """`signatures/day-<day>.json`: the proof that the home's tree of that day holds this session's head."""
    return f"signatures/day-{day}.json"


def _statement(manifest: bytes, session: str, by: str, at: str) -> dict[str, Any]:
    digest = hashlib.sha256(manifest).hexdigest()
    return {"at": at, "by": jurisdiction_code(by), "digest": digest, "format": EXPORT_FORMAT, "session": session_id(session)}
