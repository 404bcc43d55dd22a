"""The event of a hand-over and its signature: nothing it says is unsigned, and a receipt is for one file of one case."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, handover
from recordings.handover import NotHandedOver, Statement
from recordings.keys import PublicKeys

PRIVATE = Ed25519PrivateKey.generate()
KEYS = PublicKeys("jinshan", b"s" * 32, PRIVATE.public_key().public_bytes_raw(), "2026-11-01T00:00:00.000Z")
OTHERS = PublicKeys("haiyan", b"s" * 32, Ed25519PrivateKey.generate().public_key().public_bytes_raw(), "2026-11-01T00:00:00.000Z")
FACTS: dict[str, Any] = {
    "by": "jinshan", "case": "310116-330424-20261123-0001", "n": 1, "session": "session-1", "digest": "a" * 64, "at": "2026-11-23T10:00:00.000Z",
}  # fmt: skip


def statement(**fields: Any) -> Statement:
    return Statement(**{**FACTS, **fields})


def record(said: Statement, private: Ed25519PrivateKey = PRIVATE, key: PublicKeys = KEYS) -> bytes:
    signature = private.sign(canonical.write(said.plain()))
    return canonical.write({"handover": said.plain(), "key": key.signing_fingerprint, "signature": base64.b64encode(signature).decode()})


def event(said: Statement | None = None) -> dict[str, str]:
    said = said or statement()
    return handover.attributes(said, record(said))


def test_an_event_is_made_from_its_statement_and_read_back() -> None:
    told = event()
    assert (told["specversion"], told["id"], told["source"]) == ("1.0", "310116-330424-20261123-0001/1", "urn:virtual-window:jinshan")
    assert told["type"] == "cn.virtual-window.case.handed-over.v1" and told["subject"] == "310116-330424-20261123-0001"
    assert handover.verified(told, [OTHERS, KEYS]) == statement()


@given(st.sampled_from(["id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "specversion"]), st.text(max_size=20))
def test_no_attribute_can_say_otherwise_than_what_was_signed(name: str, text: str) -> None:
    told = event()
    if told[name] != text:
        with pytest.raises(NotHandedOver):
            handover.verified({**told, name: text}, [KEYS])
    with pytest.raises(NotHandedOver):
        handover.verified({key: value for key, value in told.items() if key != name}, [KEYS])


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_of_the_signature_can_be_another(place: int, change: int) -> None:
    told = event()
    signed = bytearray(base64.b64decode(told["signature"]))
    signed[place % len(signed)] ^= change
    with pytest.raises(NotHandedOver):
        handover.verified({**told, "signature": base64.b64encode(bytes(signed)).decode()}, [KEYS])


def test_nobody_signs_for_another_home() -> None:
    said = statement()
    theirs = Ed25519PrivateKey.generate()
    for forged in (record(said, theirs), record(said, theirs, OTHERS)):
        with pytest.raises(NotHandedOver):
            handover.verified(handover.attributes(said, forged), [KEYS, OTHERS])
    with pytest.raises(NotHandedOver, match="the key is none of"):
        handover.verified(event(statement(by="haiyan")), [KEYS, OTHERS])


@pytest.mark.parametrize("wrong", [
    {"by": "Jinshan"}, {"by": 1}, {"case": "../x"}, {"case": ""}, {"n": 0}, {"n": True}, {"n": 1.0}, {"n": "1"}, {"session": "x"}, {"digest": "A" * 64},
    {"digest": "a" * 63}, {"at": "2026-11-23"},
])  # fmt: skip
def test_what_is_malformed_is_no_statement(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotHandedOver):
        statement(**wrong)
    with pytest.raises(NotHandedOver):
        handover.statement_of({**statement().plain(), **wrong})


def test_the_fields_are_these_and_no_others() -> None:
    plain = statement().plain()
    assert handover.statement_of(plain) == statement()
    for other in (None, [], {}, {**plain, "more": 1}, {**plain, "format": "virtual-window-head/1"}):
        with pytest.raises(NotHandedOver):
            handover.statement_of(other)


def test_a_receipt_is_for_one_file_of_one_case() -> None:
    said = statement()
    data = handover.receipt(said, "R-17", "2026-11-23T10:00:01.000Z")
    assert handover.receipt_number(data, said) == "R-17"
    for other in (statement(n=2), statement(digest="b" * 64), statement(case="310116-330424-20261123-0002")):
        with pytest.raises(NotHandedOver, match="something else"):
            handover.receipt_number(data, other)
    for junk in (b"", b"{}", b"[]", data[:-1], data.replace(b"R-17", b"R 17"), data.replace(b"receipt/1", b"receipt/2")):
        with pytest.raises(NotHandedOver):
            handover.receipt_number(junk, said)
    with pytest.raises(NotHandedOver):
        handover.receipt(said, "nobody's number", "2026-11-23T10:00:01.000Z")
