"""Secrets for programs and codes for people."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.auth.tokens import code_hash, new_code, new_token, token_hash


def test_tokens_carry_256_bits_and_are_stored_as_a_hash() -> None:
    tokens = {new_token(secrets.token_bytes) for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)
    token = new_token(lambda size: bytes(range(size)))
    assert token == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert token_hash(token) == "ea866a757e4c38babfa8127cbe9a409d3e1f93a00ff1488ff735fcf917afffd0"


@pytest.mark.parametrize("sent", ["", "short", "x" * 201, "é" * 30, "\ud800" * 20])
def test_what_can_be_no_token_has_no_hash(sent: str) -> None:
    assert token_hash(sent) is None


@given(st.binary(min_size=7, max_size=7))
def test_a_code_may_be_typed_in_many_ways(drawn: bytes) -> None:
    code = new_code(lambda size: drawn)
    assert len(code) == 11 and code[5] == "-" and not set("ILOU") & set(code)
    expected = code_hash(code)
    assert expected is not None
    for typed in (code.lower(), code.replace("-", ""), f"  {code[:3]} {code[3:]} ", code.replace("0", "o"), code.replace("1", "l"), code.replace("1", "I")):
        assert code_hash(typed) == expected


def test_codes_differ() -> None:
    assert len({code_hash(new_code(secrets.token_bytes)) for _ in range(500)}) == 500


@pytest.mark.parametrize("typed", ["", "7K2MD", "7K2MD-X90Q", "7K2MD-X90QAA", "7K2MD-X90QU", "海盐海盐海盐海盐海盐", "7" * 10_000])
def test_what_can_be_no_code_has_no_hash(typed: str) -> None:
    assert code_hash(typed) is None
