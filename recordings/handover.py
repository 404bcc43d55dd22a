"""The hand-over of a decided case to its home's own system: the event that tells of it (CloudEvents 1.0) and the home's signature under it. Pure.

docs/handover.md gives the form. What is signed is one short canonical statement; every attribute of the event is made from it, so that
nothing an event says is unsigned. Sender and receiver both read it here; whoever writes a receiver of their own needs only that page.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from recordings import canonical
from recordings.keys import PublicKeys
from recordings.names import BadName, jurisdiction_code, session_id

FORMAT = "virtual-window-handover/1"
RECEIPT_FORMAT = "virtual-window-receipt/1"
TYPE = "cn.virtual-window.case.handed-over.v1"
SCHEMA = "urn:virtual-window:electronic-file:1"
MEDIA = "application/zip"

CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RECEIPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII)
_MOST = 1000
"""Hand-overs of one case, and more than there will ever be."""


class NotHandedOver(ValueError):
    """A statement, event or receipt that is none, or whose signature is not what it claims."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the home vouches for: hand-over `n` of `case`, which was decided in `session`, is the file with this SHA-256 (`digest`).

    `by` is the home's code, `at` UTC with milliseconds (`ledger.utc`): when it was signed first.
    """

    by: str
    case: str
    n: int
    session: str
    digest: str
    at: str

    def __post_init__(self) -> None:
        try:
            jurisdiction_code(self.by)
            session_id(self.session)
        except (BadName, TypeError) as error:
            raise NotHandedOver(str(error)) from None
        texts = ((CASE, self.case), (_DIGEST, self.digest), (_AT, self.at))
        if not all(pattern.fullmatch(str(text)) for pattern, text in texts):
            raise NotHandedOver("a case, a digest or a time is malformed")
        if type(self.n) is not int or not 1 <= self.n <= _MOST:
            raise NotHandedOver("n is no number of a hand-over")

    @property
    def id(self) -> str:
        """One hand-over of one case, the same however often it is delivered."""
        return f"{self.case}/{self.n}"

    @property
    def name(self) -> str:
        """The same as the beginning of a file's name."""
        return f"{self.case}.{self.n}"

    def plain(self) -> dict[str, Any]:
        """The object that custody signs (its canonical bytes)."""
        return {
            "at": self.at, "by": self.by, "case": self.case, "digest": self.digest, "format": FORMAT, "n": self.n, "session": self.session,
        }  # fmt: skip


def attributes(statement: Statement, record: bytes) -> dict[str, str]:
    """The event's attributes (CloudEvents 1.0, context attributes); `record` is the signed one, carried in the extension `signature`."""
    return {
        "specversion": "1.0", "id": statement.id, "source": f"urn:virtual-window:{statement.by}", "type": TYPE, "subject": statement.case,
        "time": statement.at, "datacontenttype": MEDIA, "dataschema": SCHEMA, "signature": base64.b64encode(record).decode(),
    }  # fmt: skip


def statement_of(value: object) -> Statement:
    """The statement in an object of its form, not yet verified. Raises NotHandedOver."""
    fields = dict(value) if isinstance(value, Mapping) else {}
    if fields.pop("format", None) != FORMAT or fields.keys() != set(Statement.__slots__):
        raise NotHandedOver(f"not the fields of {FORMAT}")
    return Statement(**fields)


def verified(event: Mapping[str, str], keys: Iterable[PublicKeys]) -> Statement:
    """The statement of an event, its signature by a key of the home that it names, and every attribute as the statement says.

    Raises NotHandedOver.
    """
    try:
        record = base64.b64decode(event.get("signature", ""), validate=True)
        value = canonical.read(record)
        if not isinstance(value, dict) or value.keys() != {"handover", "key", "signature"}:
            raise NotHandedOver("not a signed hand-over")
        statement = statement_of(value["handover"])
        signature = base64.b64decode(value["signature"], validate=True)
    except (canonical.NotCanonical, TypeError, ValueError) as error:
        raise NotHandedOver(str(error)) from None
    key = next((key for key in keys if (key.jurisdiction, key.signing_fingerprint) == (statement.by, value["key"])), None)
    if key is None:
        raise NotHandedOver(f"the key is none of {statement.by}")
    try:
        Ed25519PublicKey.from_public_bytes(key.signing).verify(signature, canonical.write(statement.plain()))
    except InvalidSignature:
        raise NotHandedOver("the signature does not hold") from None
    told = attributes(statement, record)
    if wrong := sorted(name for name in told if event.get(name) != told[name]):
        raise NotHandedOver(f"the event says otherwise than what was signed: {', '.join(wrong)}")
    return statement


# --- the receipt ----------------------------------------------------------------------------------


def receipt(statement: Statement, number: str, at: str) -> bytes:
    """The canonical bytes by which the home's system acknowledges; `number` is its own, at most 64 of letters, digits and `._:-`."""
    if not _RECEIPT.fullmatch(number) or not _AT.fullmatch(at):
        raise NotHandedOver("the number or the time of the receipt is malformed")
    return canonical.write({"at": at, "digest": statement.digest, "format": RECEIPT_FORMAT, "id": statement.id, "receipt": number})


def receipt_number(data: bytes, statement: Statement) -> str:
    """The number of the receipt for this very statement. Raises NotHandedOver."""
    try:
        value = canonical.read(data)
    except canonical.NotCanonical as error:
        raise NotHandedOver(str(error)) from None
    if not isinstance(value, dict) or value.keys() != {"at", "digest", "format", "id", "receipt"} or value["format"] != RECEIPT_FORMAT:
        raise NotHandedOver("not a receipt")
    if (value["id"], value["digest"]) != (statement.id, statement.digest):
        raise NotHandedOver("the receipt is for something else")
    if not isinstance(value["receipt"], str) or not _RECEIPT.fullmatch(value["receipt"]):
        raise NotHandedOver("the number of the receipt is malformed")
    return str(value["receipt"])
