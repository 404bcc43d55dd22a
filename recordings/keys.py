"""A jurisdiction's keys: made here once, public halves read by everybody, private halves only written. Reading those is custody's alone.

    DIR/custody/<jurisdiction>/signing-<fingerprint>.pem    Ed25519, PKCS #8        0600 in a folder 0700
    DIR/custody/<jurisdiction>/sealing-<fingerprint>.pem    X25519, PKCS #8
    DIR/custody/<jurisdiction>/public.json                  public halves of the pair in use
    DIR/keys/<jurisdiction>.json                            the same, for everybody
    DIR/keys/<fingerprint of the signing key>.json          every pair there ever was: signatures outlive it

See docs/keys.md for rotation and backup.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from recordings import canonical
from recordings.data_key import fingerprint
from recordings.ledger import utc
from recordings.names import jurisdiction_code

SOCKET = "custody.sock"
TOKEN = "callers.token"  # noqa: S105 - a file's name
"""Beside the private halves: where their custody listens, and what callers show that come over the network."""

_LARGEST = 4096
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?Z", re.ASCII)


class KeysError(Exception):
    """`code` is `no-keys`, `keys-exist`, `bad-keys` or `not-written`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public halves of one pair of a jurisdiction: `sealing` (X25519) and `signing` (Ed25519), raw, 32 bytes each."""

    jurisdiction: str
    sealing: bytes
    signing: bytes
    valid_from: str

    @property
    def sealing_fingerprint(self) -> str:
        return fingerprint(self.sealing)

    @property
    def signing_fingerprint(self) -> str:
        return fingerprint(self.signing)

    def encode(self) -> bytes:
        """Canonical JSON, as in `DIR/keys/<jurisdiction>.json` and in an exported package."""
        return canonical.write({
            "jurisdiction": self.jurisdiction, "sealing": base64.b64encode(self.sealing).decode(),
            "signing": base64.b64encode(self.signing).decode(), "valid_from": self.valid_from,
        })  # fmt: skip

    @classmethod
    def decode(cls, content: bytes) -> PublicKeys:
        """Raises KeysError `bad-keys`."""
        try:
            fields: Any = canonical.read(content)
            if not isinstance(fields, dict) or fields.keys() != {"jurisdiction", "sealing", "signing", "valid_from"}:
                raise ValueError("not the fields of public keys")
            sealing, signing = (base64.b64decode(fields[name], validate=True) for name in ("sealing", "signing"))
            found = cls(jurisdiction_code(fields["jurisdiction"]), sealing, signing, fields["valid_from"])
            if {len(sealing), len(signing)} != {32} or not _AT.fullmatch(found.valid_from) or found.encode() != content:  # one byte form
                raise ValueError("not two keys of 32 bytes with a time")
        except (ValueError, TypeError) as error:
            raise KeysError("bad-keys", str(error)) from None
        return found


def private_folder(data: Path, jurisdiction: str) -> Path:
    """Where a jurisdiction's private halves lie. Raises BadName."""
    return data / "custody" / jurisdiction_code(jurisdiction)


def make_keys(data: Path, jurisdiction: str, now: float) -> PublicKeys:
    """Make a jurisdiction's first pair. Raises KeysError `keys-exist`, `not-written`, BadName. `now`: seconds since 1970.

    Private halves are on the disk before the public ones are shown: nothing is ever sealed to a key that is not kept. What an
    interrupted run left is finished by the next.
    """
    folder = private_folder(data, jurisdiction)
    if (data / "keys" / f"{jurisdiction}.json").exists():
        raise KeysError("keys-exist", f"{jurisdiction} has keys; `rotate` makes new ones")
    try:
        public = PublicKeys.decode(_read(folder / "public.json"))
    except FileNotFoundError:
        public = _make_pair(folder, jurisdiction, now)
    _publish(data, public)
    return public


def rotate_keys(data: Path, jurisdiction: str, now: float) -> PublicKeys:
    """Make a new pair and use it from now on; the old private halves stay, to open what was sealed to them. Raises as `make_keys`, and `no-keys`."""
    load_public(data, jurisdiction)
    folder = private_folder(data, jurisdiction)
    if not (folder / "public.json").exists():
        raise KeysError("no-keys", f"{folder} holds no private halves: new ones are made where its custody runs")
    public = _make_pair(folder, jurisdiction, now)
    _publish(data, public)
    return public


def load_public(data: Path, jurisdiction: str) -> PublicKeys:
    """The public halves in use, from `DIR/keys/<jurisdiction>.json`. Raises KeysError `no-keys`, `bad-keys`, BadName."""
    file = data / "keys" / f"{jurisdiction_code(jurisdiction)}.json"
    try:
        public = PublicKeys.decode(_read(file))
    except FileNotFoundError:
        raise KeysError("no-keys", f"{jurisdiction} has no {file}") from None
    if public.jurisdiction != jurisdiction:
        raise KeysError("bad-keys", f"{file} is {public.jurisdiction}'s")
    return public


def all_public(data: Path) -> list[PublicKeys]:
    """Every pair that is known here, the retired ones too, by jurisdiction and time. Raises KeysError `bad-keys`."""
    found = {PublicKeys.decode(_read(file)) for file in (data / "keys").glob("*.json")} if (data / "keys").is_dir() else set()
    return sorted(found, key=lambda public: (public.jurisdiction, public.valid_from, public.signing))


def ensure_demo_keys(data: Path, jurisdictions: Iterable[str], now: float) -> dict[str, PublicKeys]:
    """Keys for a trial on one machine: made for each jurisdiction that has none. Raises KeysError."""
    found = {}
    for jurisdiction in jurisdictions:
        try:
            found[jurisdiction] = load_public(data, jurisdiction)
        except KeysError as error:
            if error.code != "no-keys":
                raise
            found[jurisdiction] = make_keys(data, jurisdiction, now)
    return found


# --- writing --------------------------------------------------------------------------------------


def _make_pair(folder: Path, jurisdiction: str, now: float) -> PublicKeys:
    signing, sealing = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    public = PublicKeys(jurisdiction, sealing.public_key().public_bytes_raw(), signing.public_key().public_bytes_raw(), utc(now))
    try:
        _folder(folder, 0o700)
        for kind, private, mark in (("signing", signing, public.signing_fingerprint), ("sealing", sealing, public.sealing_fingerprint)):
            _write(folder / f"{kind}-{mark}.pem", private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
        _write(folder / "public.json", public.encode(), 0o600)
    except OSError as error:
        raise KeysError("not-written", f"{folder}: {error.strerror}") from None
    return public


def _publish(data: Path, public: PublicKeys) -> None:
    try:
        _folder(data / "keys", 0o755)
        for name in (public.signing_fingerprint, public.jurisdiction):
            _write(data / "keys" / f"{name}.json", public.encode(), 0o644)
    except OSError as error:
        raise KeysError("not-written", f"{data / 'keys'}: {error.strerror}") from None


def _folder(folder: Path, mode: int) -> None:
    if not folder.parent.exists():
        _folder(folder.parent, 0o700)
    if not folder.exists():
        folder.mkdir(mode=0o700)
        folder.chmod(mode)  # whatever the umask said
        _sync(folder.parent)


def _write(file: Path, content: bytes, mode: int) -> None:
    """Whole or not at all; on the disk when this returns."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "wb") as out:
        os.fchmod(out.fileno(), mode)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    _sync(file.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path) -> bytes:
    """Raises FileNotFoundError, KeysError `bad-keys`."""
    try:
        with file.open("rb") as content:
            return content.read(_LARGEST)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeysError("bad-keys", f"{file}: {error.strerror}") from None
