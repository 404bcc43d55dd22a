"""The data key of a session and a writer's life: made, wrapped to the home jurisdiction at once, unwrapped by it alone.

HPKE base mode (RFC 9180) with X25519, HKDF-SHA256, AES-256-GCM. The formats are in docs/recording.md, "The data key".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from recordings import canonical
from recordings.names import BadName, jurisdiction_code, key_id, key_parts

ALGORITHM = "HPKE-X25519-HKDFSHA256-A256GCM"
FORMAT = "virtual-window-key/1"
KEY_BYTES = 32
LARGEST = 4096
"""Bytes of a wrapped key's file; a real one has about 400."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WRAPPED_BYTES = 32 + KEY_BYTES + 16  # enc ‖ ciphertext ‖ tag
_DIGITS = frozenset("0123456789abcdef")


class BadKey(ValueError):
    """A wrapped key that is malformed, altered, or wrapped to somebody else. `code` is `bad-key-file`, `foreign-key` or `not-unwrapped`."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def fingerprint(public: bytes) -> str:
    """SHA-256 of a raw public key in hexadecimal: how keys are named on paper and in every file."""
    return hashlib.sha256(public).hexdigest()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The content of `<key id>.key`: anyone may read it, only `home` can use it. `wrapped` is enc ‖ ciphertext, 80 bytes."""

    home: str
    home_key: str
    key: str
    wrapped: bytes

    def encode(self) -> bytes:
        """The canonical bytes of the file."""
        return canonical.write({
            "alg": ALGORITHM, "home": self.home, "home_key": self.home_key, "key": self.key,
            "session": self.session, "wrapped": base64.b64encode(self.wrapped).decode(),
        })  # fmt: skip

    @property
    def session(self) -> str:
        return key_parts(self.key)[0]

    @classmethod
    def decode(cls, content: bytes) -> WrappedKey:
        """Raises BadKey `bad-key-file`."""
        try:
            if len(content) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
            fields = canonical.read(content)
            if not isinstance(fields, dict) or fields.keys() != {"alg", "home", "home_key", "key", "session", "wrapped"}:
                raise ValueError("not the fields of a wrapped key")
            if fields["alg"] != ALGORITHM:
                raise ValueError(f"the algorithm is {fields['alg']!r}")
            return cls._of(fields)
        except (ValueError, TypeError, binascii.Error) as error:  # NotCanonical and BadName are ValueErrors
            raise BadKey("bad-key-file", str(error)) from None

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> WrappedKey:
        if key_parts(fields["key"])[0] != fields["session"]:
            raise BadName("key of this session", fields["key"])
        mark = fields["home_key"]
        if not isinstance(mark, str) or len(mark) != 64 or not _DIGITS.issuperset(mark):
            raise BadName("fingerprint", mark)
        wrapped = base64.b64decode(fields["wrapped"], validate=True)
        if len(wrapped) != _WRAPPED_BYTES or base64.b64encode(wrapped).decode() != fields["wrapped"]:
            raise ValueError(f"the wrapped key is no base64 of {_WRAPPED_BYTES} bytes")
        return cls(jurisdiction_code(fields["home"]), mark, fields["key"], wrapped)


class DataKey:
    """32 random bytes that never leave this process but wrapped. It does not show itself."""

    __slots__ = ("_secret", "_serials", "cipher", "id", "session")

    def __init__(self, id: str, secret: bytes, serials: Iterator[int] | None) -> None:
        self.session = key_parts(id)[0]
        self.id = id
        self.cipher = AESGCM(secret)
        self._secret = secret
        self._serials = serials

    @classmethod
    def new(cls, session: str, life: str) -> DataKey:
        """A fresh key of this session for the writer of this life. Raises BadName."""
        return cls(key_id(session, life), AESGCM.generate_key(8 * KEY_BYTES), itertools.count(1))

    def wrap(self, home: str, sealing: bytes) -> WrappedKey:
        """The key wrapped to `home`, whose raw public X25519 key is `sealing`. Raises ValueError when that is no such key."""
        wrapped = _SUITE.encrypt(self._secret, X25519PublicKey.from_public_bytes(sealing), info=_info(home, self.id))
        return WrappedKey(jurisdiction_code(home), fingerprint(sealing), self.id, wrapped)

    def next_serial(self) -> int:
        """A number that no other segment under this key has or will have: with it every nonce is used once.

        Raises TypeError for a key that was unwrapped: nobody would know which numbers are taken.
        """
        if self._serials is None:
            raise TypeError("an unwrapped key opens; it does not seal")
        return next(self._serials)

    def __repr__(self) -> str:
        return f"DataKey({self.id}, ***)"

    def __reduce__(self) -> str:
        raise TypeError("a data key is not pickled")


def unwrap(content: bytes, home: str, private: X25519PrivateKey) -> DataKey:
    """The data key in a `.key` file of `home`, for opening. Raises BadKey."""
    found = WrappedKey.decode(content)
    if found.home != home or found.home_key != fingerprint(private.public_key().public_bytes_raw()):
        raise BadKey("foreign-key", f"wrapped to the key {found.home_key} of {found.home}")
    try:
        secret = _SUITE.decrypt(found.wrapped, private, info=_info(found.home, found.key))
    except InvalidTag:
        raise BadKey("not-unwrapped", f"the wrapped key of {found.key} was altered") from None
    if len(secret) != KEY_BYTES:
        raise BadKey("not-unwrapped", f"the key of {found.key} has {len(secret)} bytes")
    return DataKey(found.key, secret, None)


def _info(home: str, key: str) -> bytes:
    return canonical.write({"format": FORMAT, "home": home, "key": key, "session": key_parts(key)[0]})
