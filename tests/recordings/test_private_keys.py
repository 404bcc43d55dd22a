"""The private halves in the hands of custody: only from files that are its owner's alone, and old ones for what was sealed to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from recordings.data_key import BadKey
from recordings.keys import KeysError, PublicKeys, make_keys, rotate_keys
from recordings.private_keys import PrivateKeys
from tests.recordings.sealed import clear, key, sealed

NOW = 1_790_000_000.0


@pytest.fixture
def public(tmp_path: Path) -> PublicKeys:
    return make_keys(tmp_path, "jinshan", NOW)


def refused(data: Path) -> str:
    with pytest.raises(KeysError) as error:
        PrivateKeys(data, "jinshan")
    assert "PRIVATE KEY" not in str(error.value)
    return str(error.value)


def test_they_sign_and_unwrap(tmp_path: Path, public: PublicKeys) -> None:
    private = PrivateKeys(tmp_path, "jinshan")
    mark, signature = private.sign(b"statement")
    assert mark == public.signing_fingerprint
    Ed25519PublicKey.from_public_bytes(public.signing).verify(signature, b"statement")
    data_key = key()
    assert clear(private.unwrap(data_key.wrap("jinshan", public.sealing).encode()), sealed(data_key, [b"clear"])) == b"clear"


def test_a_rotation_is_noticed_and_the_old_key_still_opens(tmp_path: Path, public: PublicKeys) -> None:
    private = PrivateKeys(tmp_path, "jinshan")
    old = key()
    wrapped = old.wrap("jinshan", public.sealing).encode()
    new = rotate_keys(tmp_path, "jinshan", NOW + 1)
    assert private.public == new
    assert private.sign(b"statement")[0] == new.signing_fingerprint
    for holder in (private, PrivateKeys(tmp_path, "jinshan")):
        assert holder.unwrap(wrapped).id == old.id
        assert holder.unwrap(old.wrap("jinshan", new.sealing).encode()).id == old.id


def test_what_was_sealed_to_somebody_else_stays_closed(tmp_path: Path, public: PublicKeys) -> None:
    other = make_keys(tmp_path, "haiyan", NOW)
    with pytest.raises(BadKey, match="foreign-key"):
        PrivateKeys(tmp_path, "jinshan").unwrap(key().wrap("haiyan", other.sealing).encode())
    with pytest.raises(BadKey, match="bad-key-file"):
        PrivateKeys(tmp_path, "jinshan").unwrap(b"{}")


def a_key_file(folder: Path, kind: str = "signing") -> Path:
    return next(folder.glob(f"{kind}-*.pem"))


SPOILED: dict[str, Callable[[Path], object]] = {
    "others may read it": lambda folder: a_key_file(folder).chmod(0o640),
    "others may write it": lambda folder: a_key_file(folder, "sealing").chmod(0o602),
    "gone": lambda folder: a_key_file(folder).unlink(),
    "empty": lambda folder: a_key_file(folder).write_bytes(b""),
    "something else": lambda folder: a_key_file(folder).write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
    "of another kind": lambda folder: a_key_file(folder).write_bytes(a_key_file(folder, "sealing").read_bytes()),
    "sealing of another kind": lambda folder: a_key_file(folder, "sealing").write_bytes(a_key_file(folder).read_bytes()),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_file_that_is_not_as_it_must_be_is_refused(tmp_path: Path, public: PublicKeys, how: str) -> None:
    SPOILED[how](tmp_path / "custody/jinshan")
    assert "bad-keys" in refused(tmp_path)


def test_a_link_to_a_key_is_refused(tmp_path: Path, public: PublicKeys) -> None:
    file = a_key_file(tmp_path / "custody/jinshan")
    file.rename(tmp_path / "moved.pem")
    file.symlink_to(tmp_path / "moved.pem")
    assert "bad-keys" in refused(tmp_path)


def test_halves_that_do_not_fit_are_refused(tmp_path: Path, public: PublicKeys) -> None:
    other = make_keys(tmp_path / "other", "jinshan", NOW)
    theirs = tmp_path / f"other/custody/jinshan/signing-{other.signing_fingerprint}.pem"
    (tmp_path / f"custody/jinshan/signing-{public.signing_fingerprint}.pem").write_bytes(theirs.read_bytes())
    assert "do not fit" in refused(tmp_path)


def test_without_keys_there_is_no_custody(tmp_path: Path) -> None:
    assert "no-keys" in refused(tmp_path)
    make_keys(tmp_path, "haiyan", NOW)
    (tmp_path / "custody/haiyan").rename(tmp_path / "custody/jinshan")
    assert "the keys of haiyan" in refused(tmp_path)
