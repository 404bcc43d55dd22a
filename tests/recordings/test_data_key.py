"""The data key leaves its process only wrapped, and only the home's private key opens the wrapping."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical
from recordings.data_key import BadKey, DataKey, WrappedKey, fingerprint, unwrap
from recordings.names import BadName
from tests.recordings.sealed import LIFE, SESSION, clear, key, sealed

HOME = X25519PrivateKey.generate()
PUBLIC = HOME.public_key().public_bytes_raw()
KEY = key()
CONTENT = KEY.wrap("jinshan", PUBLIC).encode()


def refused(content: bytes, home: str = "jinshan", private: X25519PrivateKey = HOME) -> str:
    with pytest.raises(BadKey) as bad:
        unwrap(content, home, private)
    return bad.value.code


def changed(**fields: object) -> bytes:
    return canonical.write({**json.loads(CONTENT), **fields})


def test_the_home_unwraps_what_was_wrapped_to_it() -> None:
    file = sealed(KEY, [b"first", b"second"])
    assert clear(unwrap(CONTENT, "jinshan", HOME), file) == b"firstsecond"


def test_the_file_is_as_it_is_described() -> None:
    fields = json.loads(CONTENT)
    assert fields.keys() == {"alg", "home", "home_key", "key", "session", "wrapped"}
    assert fields["alg"] == "HPKE-X25519-HKDFSHA256-A256GCM"
    assert fields["home_key"] == fingerprint(PUBLIC)
    assert fields["key"] == f"{SESSION}.{LIFE}" and fields["session"] == SESSION
    assert canonical.write(fields) == CONTENT
    assert WrappedKey.decode(CONTENT).encode() == CONTENT


def test_the_key_itself_is_nowhere_to_be_seen() -> None:
    secret = KEY._secret
    for shown in (repr(KEY), str(KEY), f"{KEY}", CONTENT.decode()):
        assert secret.hex() not in shown and repr(secret) not in shown
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    with pytest.raises(TypeError):
        copy.copy(KEY)


def test_each_key_and_each_wrapping_is_another() -> None:
    assert key()._secret != key()._secret
    assert KEY.wrap("jinshan", PUBLIC).wrapped != KEY.wrap("jinshan", PUBLIC).wrapped


def test_nobody_else_unwraps_it() -> None:
    other = X25519PrivateKey.generate()
    assert refused(CONTENT, private=other) == "foreign-key"
    assert refused(CONTENT, home="haiyan") == "foreign-key"
    # With the right name on it, it still does not open.
    assert refused(changed(home_key=fingerprint(other.public_key().public_bytes_raw())), private=other) == "not-unwrapped"


@pytest.mark.parametrize("fields", [{"home": "haiyan"}, {"key": f"{SESSION}.ffffffffffffffff"}, {"key": f"s-other-session.{LIFE}", "session": "s-other-session"}])
def test_a_wrapping_is_bound_to_what_it_is_for(fields: dict[str, str]) -> None:
    assert refused(changed(**fields), home=fields.get("home", "jinshan")) == "not-unwrapped"


@given(st.integers(0, 8 * 80 - 1))
def test_any_flipped_bit_of_the_wrapping_is_seen(bit: int) -> None:
    found = WrappedKey.decode(CONTENT)
    wrapped = bytearray(found.wrapped)
    wrapped[bit // 8] ^= 1 << bit % 8
    assert refused(WrappedKey(found.home, found.home_key, found.key, bytes(wrapped)).encode()) == "not-unwrapped"


@given(st.integers(0, len(CONTENT) - 1), st.integers(0, 255))
def test_any_changed_byte_of_the_file_is_seen(place: int, byte: int) -> None:
    altered = CONTENT[:place] + bytes([byte]) + CONTENT[place + 1 :]
    if altered != CONTENT:
        assert refused(altered) in ("bad-key-file", "foreign-key", "not-unwrapped")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"null", b"\xff", CONTENT + b"\n", CONTENT[:-1], b" " * 5000, changed(alg="none"), changed(more=1), changed(session="s-other-session"),
     changed(wrapped="AAAA"), changed(wrapped=5), changed(home="../x"), changed(key="x"), changed(home_key="AB"), changed(home_key=None)],
)  # fmt: skip
def test_what_is_no_wrapped_key_is_said_to_be_none(content: bytes) -> None:
    assert refused(content) == "bad-key-file"


def test_serials_count_and_an_unwrapped_key_gives_none() -> None:
    fresh = key()
    assert [fresh.next_serial() for _ in range(3)] == [1, 2, 3]
    with pytest.raises(TypeError, match="does not seal"):
        unwrap(CONTENT, "jinshan", HOME).next_serial()


def test_a_key_has_a_session_and_a_life() -> None:
    with pytest.raises(BadName):
        DataKey.new("../x", LIFE)
    with pytest.raises(BadName):
        DataKey.new(SESSION, "now")
    with pytest.raises(ValueError, match="32 bytes"):
        KEY.wrap("jinshan", b"short")
