"""A jurisdiction's private keys in memory: the one module that opens their files, imported by the custody program alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from recordings.data_key import DataKey, WrappedKey, unwrap
from recordings.keys import KeysError, PublicKeys, private_folder

_LARGEST = 4096


class PrivateKeys:
    """Signs with the pair in use; unwraps with every pair there ever was. A rotation is noticed without a restart."""

    def __init__(self, data: Path, jurisdiction: str) -> None:
        """Raises KeysError `no-keys`, `bad-keys`."""
        self._folder = private_folder(data, jurisdiction)
        self._jurisdiction = jurisdiction
        self._sealing: dict[str, X25519PrivateKey] = {}
        self._seen: tuple[int, int] = (0, 0)
        self._refresh()

    @property
    def public(self) -> PublicKeys:
        """The public halves in use. Raises KeysError."""
        self._refresh()
        return self._public

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """The signing key's fingerprint and its Ed25519 signature (64 bytes). Raises KeysError."""
        self._refresh()
        return self._public.signing_fingerprint, self._signing.sign(data)

    def unwrap(self, content: bytes) -> DataKey:
        """The data key in a `.key` file. Raises data_key.BadKey, KeysError."""
        mark = WrappedKey.decode(content).home_key
        if mark not in self._sealing and (self._folder / f"sealing-{mark}.pem").exists():
            self._sealing[mark] = self._load_sealing(mark)
        return unwrap(content, self._jurisdiction, self._sealing.get(mark) or self._sealing[self._public.sealing_fingerprint])

    def _refresh(self) -> None:
        """Read the pair in use, when it is another than before: the file is replaced whole, so its inode tells."""
        try:
            found = (self._folder / "public.json").stat()
            if (found.st_ino, found.st_mtime_ns) == self._seen:
                return
            public = PublicKeys.decode((self._folder / "public.json").read_bytes())
        except FileNotFoundError:
            raise KeysError("no-keys", f"{self._jurisdiction} has no keys in {self._folder}") from None
        except OSError as error:
            raise KeysError("bad-keys", f"{self._folder}: {error.strerror}") from None
        if public.jurisdiction != self._jurisdiction:
            raise KeysError("bad-keys", f"{self._folder} holds the keys of {public.jurisdiction}")
        signing = self._load(f"signing-{public.signing_fingerprint}.pem")
        if not isinstance(signing, Ed25519PrivateKey):
            raise KeysError("bad-keys", f"{self._folder}: the signing key is of another kind")
        sealing = self._load_sealing(public.sealing_fingerprint)
        if (signing.public_key().public_bytes_raw(), sealing.public_key().public_bytes_raw()) != (public.signing, public.sealing):
            raise KeysError("bad-keys", f"{self._folder}: private and public halves do not fit")
        self._public, self._signing = public, signing
        self._sealing[public.sealing_fingerprint] = sealing
        self._seen = (found.st_ino, found.st_mtime_ns)

    def _load_sealing(self, mark: str) -> X25519PrivateKey:
        key = self._load(f"sealing-{mark}.pem")
        if not isinstance(key, X25519PrivateKey):
            raise KeysError("bad-keys", f"{self._folder}: the sealing key {mark} is of another kind")
        return key

    def _load(self, name: str) -> object:
        try:
            # The open file is asked, not the name: between two looks a name may come to mean another file.
            with os.fdopen(os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
                about = os.fstat(file.fileno())
                if not stat.S_ISREG(about.st_mode) or about.st_mode & 0o077 or about.st_uid not in (0, os.geteuid()):
                    raise KeysError("bad-keys", f"{name} must be a file of mode 0600 that belongs to this user")
                return load_pem_private_key(file.read(_LARGEST), password=None)
        except OSError as error:
            raise KeysError("bad-keys", f"{name}: {error.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeysError("bad-keys", f"{name} holds no private key") from None  # what it holds is nobody's business
