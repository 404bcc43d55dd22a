"""What can go wrong with the vault's disk, as codes for programs and sentences for people."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT}
_LINK = {errno.ELOOP, errno.EINVAL, errno.ENOTDIR, errno.EISDIR, errno.ENXIO}
_CODES = {errno.ENOENT: "missing", errno.EEXIST: "exists", errno.EROFS: "read-only", errno.EACCES: "not-allowed", errno.EPERM: "not-allowed"}


class VaultError(Exception):
    """`code` is `missing`, `exists`, `full`, `read-only`, `not-allowed`, `not-ours` (a link or no regular file), `damaged`, `busy`, `closed` or `disk`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class VaultFull(VaultError):
    """No room on the disk, or none for this user."""

    def __init__(self, text: str) -> None:
        super().__init__("full", text)


def as_vault_error(what: str, error: OSError) -> VaultError:
    """The error of the operating system in our words."""
    text = f"{what}: {error.strerror or error}"
    if error.errno in _FULL:
        return VaultFull(text)
    if error.errno in _LINK:
        return VaultError("not-ours", f"{what}: a link, or no regular file or folder")
    return VaultError(_CODES.get(error.errno or 0, "disk"), text)


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Turns an OSError about `what` into a VaultError."""
    try:
        yield
    except OSError as error:
        raise as_vault_error(what, error) from error
