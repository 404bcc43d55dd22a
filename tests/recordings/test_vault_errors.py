"""What the operating system says about the vault's disk, in codes that a program can act on."""

from __future__ import annotations

import errno

import pytest

from recordings.vault_errors import VaultError, VaultFull, told


def said(number: int) -> VaultError:
    with pytest.raises(VaultError) as found, told("a thing"):
        raise OSError(number, "as the system says")
    return found.value


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.ENOENT, "missing"), (errno.EEXIST, "exists"), (errno.EROFS, "read-only"),
     (errno.EACCES, "not-allowed"), (errno.ELOOP, "not-ours"), (errno.EIO, "disk")],
    ids=errno.errorcode.get,
)  # fmt: skip
def test_each_has_its_code_and_says_of_what_it_speaks(number: int, code: str) -> None:
    error = said(number)
    assert error.code == code and "a thing" in str(error)
    assert isinstance(error, VaultFull) == (code == "full")


def test_what_is_no_error_of_the_system_passes() -> None:
    with pytest.raises(KeyError), told("a thing"):
        raise KeyError
    with pytest.raises(VaultFull), told("a thing"):
        raise VaultFull("already told")
