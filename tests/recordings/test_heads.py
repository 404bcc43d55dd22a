"""Heads: what is signed can be read by hand, one signature has one spelling, and a day's tree holds every session's newest head."""

from __future__ import annotations

import base64
import hashlib
import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, heads, ledger, merkle, verify
from tests.recordings.packages import HOME, HOST, SESSION, Jurisdiction, Story

ENTRIES = Story().begin().talk().close().entries
RECORD = HOME.sign(ENTRIES, "home")
AT = ledger.utc(1_790_000_000)


def test_a_head_speaks_of_the_whole_ledger() -> None:
    head = heads.head(SESSION, ENTRIES, "jinshan", "home", AT)
    assert (head.seq, head.digest) == (len(ENTRIES), ENTRIES[-1].digest)
    assert head.root == merkle.root_of(merkle.leaf_hash(ledger.encode(e)) for e in ENTRIES).hex()
    assert heads.head(SESSION, iter(ENTRIES[:1]), "jinshan", "home", AT).root == ENTRIES[0].digest


def test_no_head_over_a_broken_or_empty_ledger() -> None:
    with pytest.raises(ledger.Broken):
        heads.head(SESSION, [*ENTRIES[:3], *ENTRIES[4:]], "jinshan", "home", AT)
    with pytest.raises(ledger.Broken):
        heads.head("s-20261123-0002", ENTRIES, "jinshan", "home", AT)
    with pytest.raises(ValueError, match="at least one entry"):
        heads.head(SESSION, [], "jinshan", "home", AT)


@pytest.mark.parametrize(("by", "role", "at"), [("Jinshan", "home", AT), ("jinshan", "guest", AT), ("jinshan", "home", "2026-11-23"), ("", "host", AT)])
def test_a_malformed_head_is_never_made(by: str, role: heads.Role, at: str) -> None:
    with pytest.raises(ValueError):
        heads.head(SESSION, ENTRIES, by, role, at)


def test_the_record_can_be_checked_by_hand() -> None:
    """docs/recording.md, followed with the standard library and one call of `cryptography`."""
    value = json.loads(RECORD)
    assert sorted(value) == ["head", "key", "signature"]
    assert value["head"]["format"] == "virtual-window-head/1"
    assert value["key"] == hashlib.sha256(HOME.public).hexdigest()
    signed = json.dumps(value["head"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(HOME.public).verify(base64.b64decode(value["signature"]), signed)
    text = base64.b32encode(hashlib.sha256(RECORD).digest()).decode()
    assert heads.short_code(RECORD) == f"{text[:5]}-{text[5:10]}"


def test_a_record_is_read_back_and_verified() -> None:
    record = heads.verify(RECORD, HOME.public)
    assert record.encode() == RECORD
    assert (record.head.by, record.head.role, record.key) == ("jinshan", "home", HOME.fingerprint)
    for other in (HOST, Jurisdiction("jinshan", "another")):
        with pytest.raises(heads.NotSigned, match="another key"):
            heads.verify(RECORD, other.public)


def test_every_flipped_bit_of_a_record_is_seen() -> None:
    for place in range(len(RECORD)):
        for bit in range(8):
            bent = bytearray(RECORD)
            bent[place] ^= 1 << bit
            with pytest.raises(heads.NotSigned):
                heads.verify(bytes(bent), HOME.public)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers(0, 9) | st.text("ab", max_size=3), lambda v: st.dictionaries(
    st.sampled_from(["head", "key", "signature", "day", "leaf", "proof", "index", "format"]), v, max_size=6), max_leaves=9).map(canonical.write))
def test_bytes_that_are_no_record_are_refused(data: bytes) -> None:
    with pytest.raises(heads.NotSigned):
        heads.read(data)
    with pytest.raises(heads.NotSigned):
        heads.verify_day(data, HOME.public)


def test_a_signature_has_one_spelling() -> None:
    value = json.loads(RECORD)
    text = value["signature"]
    assert text.endswith("==")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    same = text[:-3] + alphabet[alphabet.index(text[-3]) ^ 1] + "=="
    assert base64.b64decode(same) == base64.b64decode(text), "base64 has unused bits"
    for spelled in (same, text + "\n", " " + text):
        with pytest.raises(heads.NotSigned):
            heads.read(canonical.write({**value, "signature": spelled}))


# --- what a head must cover -----------------------------------------------------------------------


@pytest.mark.parametrize(("what", "must"), [
    ("ticket-taken", True), ("consent-given", True), ("consent-refused", True), ("talk-ended", True), ("closed", True), ("rec-segment", True),
    ("rec-room-closed", True), ("recording-ordered", True), ("recording-light", True), ("recording-complete", True), ("evidence-incomplete", True),
    ("still-taken", True), ("signature-given", True), ("notice-given", True), ("form-frozen", True), ("form-melted", True), ("text-said", True), ("texts-kept", True),
    ("receipt-given", True), ("paper-received", True), ("outcome-delivered", True), ("paper-handed-out", False), ("receipt-looked-up", False),
    ("head-signed", False), ("viewed", False), ("exported", False), ("rated", False), ("answered", False), ("line-lost", False), ("rec", False), ("closed-by", False),
    ("reopened", False), ("recorded", False), ("", False),
])  # fmt: skip
def test_which_entries_the_home_must_have_signed(what: str, must: bool) -> None:
    assert heads.is_evidence(what) == must


def test_no_head_is_evidence_or_signing_would_never_end() -> None:
    assert not any(heads.is_evidence(what) for what in ("head-signed", "head-countersigned", "day-published"))


@given(st.from_regex(r"((rec|recording|evidence|consent|still|form|signature|texts?|notice)(-[a-z-]*)?|receipt-given|paper-received|outcome-delivered|ticket-taken|talk-ended|closed|[a-z-]*)", fullmatch=True) | st.text(max_size=30))
def test_the_server_and_the_offline_verifier_mean_the_same_entries(what: str) -> None:
    assert heads.is_evidence(what) == (verify.EVIDENCE.fullmatch(what) is not None)


# --- the daily tree -------------------------------------------------------------------------------


def day(sessions: int, seed: int = 1) -> heads.Day:
    chance = random.Random(seed)
    known = {f"s-20261123-{n:04}": (ledger.Head(n + 1, chance.randbytes(32).hex()), chance.randbytes(32).hex()) for n in range(sessions)}
    return heads.Day("jinshan", "2026-11-23", dict(chance.sample(sorted(known.items()), sessions)))


def proof(of: heads.Day, session: str) -> bytes:
    return of.proof(session, AT, HOME.fingerprint, HOME.private.sign(canonical.write(of.statement(AT))))


@pytest.mark.parametrize("sessions", [1, 2, 3, 17])
def test_every_session_of_a_day_can_show_its_head_in_the_tree(sessions: int) -> None:
    tree = day(sessions)
    root = tree.statement(AT)["root"]
    for session, (head, ledger_root) in tree.heads.items():
        shown = heads.verify_day(proof(tree, session), HOME.public)
        assert shown["leaf"] == {"digest": head.digest, "root": ledger_root, "seq": head.seq, "session": session}
        assert shown["day"]["root"] == root
    with pytest.raises(KeyError):
        proof(tree, "s-20261124-0001")


def test_the_order_in_which_sessions_came_does_not_matter() -> None:
    tree = day(9)
    again = heads.Day(tree.by, tree.day, dict(reversed(tree.heads.items())))
    assert tree.statement(AT) == again.statement(AT)
    assert tree.statement(AT)["size"] == 9


def test_every_flipped_bit_of_a_proof_is_seen() -> None:
    data = proof(day(5), "s-20261123-0003")
    for place in range(len(data)):
        bent = bytearray(data)
        bent[place] ^= 1 << place % 8
        with pytest.raises(heads.NotSigned):
            heads.verify_day(bytes(bent), HOME.public)


def test_a_head_that_stood_in_no_tree_cannot_be_shown() -> None:
    tree, other = day(5), day(5, seed=2)
    stolen = {**json.loads(proof(other, "s-20261123-0003")), "day": tree.statement(AT)}
    stolen["signature"] = json.loads(proof(tree, "s-20261123-0003"))["signature"]
    with pytest.raises(heads.NotSigned, match="not in the tree"):
        heads.verify_day(canonical.write(stolen), HOME.public)


@pytest.mark.parametrize(("by", "on"), [("jinshan", "23 November"), ("JINSHAN", "2026-11-23")])
def test_a_malformed_day_is_never_signed(by: str, on: str) -> None:
    with pytest.raises(ValueError):
        heads.Day(by, on, {}).statement(AT)
