"""Heads that leave the house: how far a session's ledger reached, signed by its home and countersigned by its host. Pure.

docs/recording.md gives the bytes. Whoever holds the private key signs `head.to_sign()` elsewhere (custody); here is what is signed,
the record of it, the short code for the receipt, and the daily tree of a jurisdiction's newest heads.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from recordings import canonical, ledger, merkle
from recordings.data_key import fingerprint
from recordings.names import jurisdiction_code, session_id

HEAD_FORMAT = "virtual-window-head/1"
DAY_FORMAT = "virtual-window-day/1"

Role = Literal["home", "host"]

_EVIDENCE = re.compile(r"(rec|recording|evidence|consent|still|form|signature|texts?|notice)-.*|receipt-given|paper-received|outcome-delivered|ticket-taken|talk-ended|closed", re.ASCII)

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)


def is_evidence(what: str) -> bool:
    """Whether the home must have signed an entry of this kind (docs/package.md, "What is checked", 5)."""
    return _EVIDENCE.fullmatch(what) is not None


class NotSigned(ValueError):
    """A record that is malformed, or whose signature is not what it claims."""


@dataclass(frozen=True, slots=True)
class SignedHead:
    """What one jurisdiction vouches for: entries 1…`seq` of `session` end in `digest` and have the Merkle root `root` (both 64 hexadecimal
    digits). `at` is UTC with milliseconds (`ledger.utc`), `by` the jurisdiction's code."""

    session: str
    seq: int
    digest: str
    root: str
    by: str
    role: Role
    at: str

    def to_sign(self) -> bytes:
        """The bytes of which the Ed25519 signature is taken."""
        return canonical.write(_head_object(self))


@dataclass(frozen=True, slots=True)
class Record:
    """A head with its signature (64 bytes) by the key of this fingerprint."""

    head: SignedHead
    key: str
    signature: bytes

    def encode(self) -> bytes:
        """The canonical bytes of the record: what is stored, exchanged and put into a package."""
        return canonical.write({"head": _head_object(self.head), "key": self.key, "signature": base64.b64encode(self.signature).decode()})


def head(session: str, entries: Iterable[ledger.Entry], by: str, role: Role, at: str) -> SignedHead:
    """The head over a whole ledger, every entry checked. Raises ledger.Broken, ValueError (no entry, a malformed field)."""
    tree = merkle.Growing()

    def counted() -> Iterable[ledger.Entry]:
        for entry in entries:
            yield entry  # checked by `verify` before the next is asked for
            tree.add(bytes.fromhex(entry.digest))

    reached = ledger.verify(session, counted())
    return _checked(SignedHead(session, reached.seq, reached.digest, tree.root.hex(), by, role, at))


def read(data: bytes) -> Record:
    """The record of its canonical bytes, not yet verified. Raises NotSigned."""
    value, signature = _read(data, {"head", "key", "signature"})
    fields = value["head"]
    if not isinstance(fields, dict) or fields.pop("format", None) != HEAD_FORMAT or fields.keys() != set(SignedHead.__slots__):
        raise NotSigned("not a head of this format")
    try:
        return Record(_checked(SignedHead(**fields)), value["key"], signature)
    except ValueError as error:
        raise NotSigned(str(error)) from None


def verify(data: bytes, public_key: bytes) -> Record:
    """The record of `data`, its signature checked with the raw public key that it names. Raises NotSigned."""
    record = read(data)
    _verify(record.key, record.signature, record.head.to_sign(), public_key)
    return record


def short_code(home_record: bytes) -> str:
    """The code on the receipt: ten characters of base32 in two groups, of the home's signature record. `AB2CD-EF3GH`"""
    text = base64.b32encode(hashlib.sha256(home_record).digest()).decode()[:10]
    return f"{text[:5]}-{text[5:]}"


# --- the daily tree -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """The newest head of every ledger of jurisdiction `by` that grew on `day` (YYYY-MM-DD, UTC), as one tree; `heads` by session."""

    by: str
    day: str
    heads: Mapping[str, tuple[ledger.Head, str]]
    """session → (head, Merkle root of its ledger)"""

    def leaves(self) -> list[bytes]:
        """The leaf hashes, by session in ascending order."""
        return [merkle.leaf_hash(canonical.write(self._leaf(session))) for session in sorted(self.heads)]

    def statement(self, at: str) -> dict[str, Any]:
        """What is signed (its canonical bytes), exchanged and published."""
        jurisdiction_code(self.by)
        if not (_DAY.fullmatch(self.day) and _AT.fullmatch(at)):
            raise ValueError(f"{self.day!r} or {at!r} is malformed")
        leaves = self.leaves()
        return {"at": at, "by": self.by, "day": self.day, "format": DAY_FORMAT, "root": merkle.root_of(leaves).hex(), "size": len(leaves)}

    def proof(self, session: str, at: str, key: str, signature: bytes) -> bytes:
        """The canonical bytes of the proof that this session's head stood in the signed tree. Raises KeyError for a session without a leaf."""
        index = sorted(self.heads).index(session) if session in self.heads else -1
        if index < 0:
            raise KeyError(session)
        path = [step.hex() for step in merkle.inclusion(self.leaves(), index)]
        return canonical.write({
            "day": self.statement(at), "index": index, "key": key, "leaf": self._leaf(session), "proof": path,
            "signature": base64.b64encode(signature).decode(),
        })

    def _leaf(self, session: str) -> dict[str, Any]:
        reached, root = self.heads[session]
        return {"digest": reached.digest, "root": root, "seq": reached.seq, "session": session}


def verify_day(data: bytes, public_key: bytes) -> dict[str, Any]:
    """The proof of its canonical bytes, signature and path checked. Raises NotSigned."""
    value, signature = _read(data, {"day", "index", "key", "leaf", "proof", "signature"})
    day, leaf, index, path = value["day"], value["leaf"], value["index"], value["proof"]
    if not isinstance(day, dict) or day.get("format") != DAY_FORMAT or day.keys() != {"at", "by", "day", "format", "root", "size"}:
        raise NotSigned("not a daily tree of this format")
    if not (_is_digest(day["root"]) and isinstance(leaf, dict) and isinstance(path, list) and all(map(_is_digest, path))):
        raise NotSigned("a malformed proof")
    if type(index) is not int or type(day["size"]) is not int:
        raise NotSigned("a malformed proof")
    _verify(value["key"], signature, canonical.write(day), public_key)
    steps: Sequence[bytes] = [bytes.fromhex(step) for step in path]
    if not merkle.included(merkle.leaf_hash(canonical.write(leaf)), index, day["size"], steps, bytes.fromhex(day["root"])):
        raise NotSigned("the head is not in the tree that was signed")
    result: dict[str, Any] = value
    return result


# --- what both share ------------------------------------------------------------------------------


def _head_object(h: SignedHead) -> dict[str, Any]:
    return {"at": h.at, "by": h.by, "digest": h.digest, "format": HEAD_FORMAT, "role": h.role, "root": h.root, "seq": h.seq, "session": h.session}


def _checked(h: SignedHead) -> SignedHead:
    session_id(h.session)
    jurisdiction_code(h.by)
    if not (_matches(_AT, h.at) and _is_digest(h.digest) and _is_digest(h.root)):
        raise ValueError("a malformed time or digest")
    if h.role not in ("home", "host") or type(h.seq) is not int or h.seq < 1:
        raise ValueError("a head has a role and at least one entry")
    return h


def _read(data: bytes, fields: set[str]) -> tuple[dict[str, Any], bytes]:
    try:
        value = canonical.read(data)
    except canonical.NotCanonical as error:
        raise NotSigned(str(error)) from None
    if not isinstance(value, dict) or value.keys() != fields or not _is_digest(value["key"]) or not isinstance(value["signature"], str):
        raise NotSigned("not the fields of a signature record")
    try:
        signature = base64.b64decode(value["signature"], validate=True)
    except ValueError:
        signature = b""
    # Base64 has unused bits: one signature must not have several spellings.
    if len(signature) != 64 or base64.b64encode(signature).decode() != value["signature"]:
        raise NotSigned("not an Ed25519 signature in base64")
    return value, signature


def _verify(key: str, signature: bytes, signed: bytes, public_key: bytes) -> None:
    if fingerprint(public_key) != key:
        raise NotSigned("signed by another key than this one")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        raise NotSigned("the signature does not fit") from None


def _is_digest(value: object) -> bool:
    return _matches(_DIGEST, value)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
