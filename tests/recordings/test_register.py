"""What custody has signed binds it: the same again gives the same, a step on is signed, a step back or aside never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from recordings import canonical, heads
from recordings.data_key import fingerprint
from recordings.register import Refused, Register
from recordings.vault_errors import VaultError
from tests.recordings.full_disk import Disk

KEY = Ed25519PrivateKey.generate()
RAW = KEY.public_key().public_bytes_raw()


def sign(data: bytes) -> tuple[str, bytes]:
    return fingerprint(RAW), KEY.sign(data)


def head(seq: int = 4, digest: str = "a", role: str = "home", session: str = "s-12345678", at: str = "09:30:00.000", by: str = "jinshan") -> dict[str, Any]:
    return {
        "at": f"2026-11-23T{at}Z", "by": by, "digest": digest * 64, "format": "virtual-window-head/1", "role": role, "root": digest * 64,
        "seq": seq, "session": session,
    }  # fmt: skip


def day(root: str = "a", size: int = 3, day: str = "2026-11-23", **fields: Any) -> dict[str, Any]:
    return {"at": "2026-11-24T00:05:00.000Z", "by": "jinshan", "day": day, "format": "virtual-window-day/1", "root": root * 64, "size": size, **fields}


def export(digest: str = "a", **fields: Any) -> dict[str, Any]:
    return {"at": "2026-11-24T00:05:00.000Z", "by": "jinshan", "digest": digest * 64, "format": "virtual-window-export/1", "session": "s-12345678", **fields}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signed.jsonl"


def register(path: Path) -> Register:
    return Register(path, "jinshan")


def refused(book: Register, statement: object, kind: str = "head") -> str:
    before = len(book)
    with pytest.raises(Refused) as refusal:
        book.sign(kind, statement, sign)
    assert len(book) == before
    return refusal.value.code


def test_a_head_is_signed_so_that_everybody_can_check_it(path: Path) -> None:
    book = register(path)
    record = book.sign("head", head(), sign)
    assert heads.verify(canonical.write(record), RAW).head.seq == 4
    assert record["head"] == head()


def test_the_same_head_again_gives_the_first_record_also_after_a_restart(path: Path) -> None:
    book = register(path)
    first = book.sign("head", head(), sign)
    assert book.sign("head", head(at="10:00:00.000"), sign) == first, "one head, one record, one code on the receipt"
    book.close()
    book = register(path)
    assert book.sign("head", head(at="11:00:00.000"), sign) == first
    assert len(book) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_what_contradicts_is_refused_for_ever(path: Path, restart: bool) -> None:
    book = register(path)
    book.sign("head", head(4), sign)
    if restart:
        book.close()
        book = register(path)
    assert refused(book, head(4, "b")) == "contradicts"
    assert refused(book, {**head(4), "root": "b" * 64}) == "contradicts"
    assert refused(book, head(3)) == "older"
    assert book.sign("head", head(5, "b"), sign)["head"]["seq"] == 5
    assert refused(book, head(4)) == "older"


def test_each_session_and_each_role_has_its_own_line(path: Path) -> None:
    book = register(path)
    book.sign("head", head(9), sign)
    assert book.sign("head", head(4, role="host"), sign)["head"]["role"] == "host"
    assert book.sign("head", head(2, session="s-87654321"), sign)["head"]["seq"] == 2


def test_a_day_has_one_tree(path: Path) -> None:
    book = register(path)
    first = book.sign("day", day(), sign)
    assert book.sign("day", day(at="2026-11-25T00:00:00.000Z"), sign) == first
    assert refused(book, day("b"), "day") == "contradicts"
    assert refused(book, day(size=4), "day") == "contradicts"
    assert book.sign("day", day("b", day="2026-11-24"), sign)["day"]["root"] == "b" * 64


def test_exports_contradict_nothing_and_are_remembered(path: Path) -> None:
    book = register(path)
    for digest in "aab":
        book.sign("export", export(digest), sign)
    assert len(book) == 3


@pytest.mark.parametrize("kind", ["head", "day", "export"])
def test_nobody_else_s_statement_is_signed(path: Path, kind: str) -> None:
    statement = {"head": head, "day": day, "export": export}[kind](by="haiyan")  # type: ignore[operator]  # each takes `by`
    assert refused(register(path), statement, kind) == "not-ours"


@pytest.mark.parametrize("kind", ["head", "day", "export", "cheque"])
@pytest.mark.parametrize("made", [head, day, export], ids=lambda made: made.__name__)
def test_no_statement_passes_for_another_kind(path: Path, kind: str, made: Any) -> None:
    if made.__name__ != kind:
        assert refused(register(path), made(), kind) == "bad-statement"


BAD = [None, [], "head", {}, {**head(), "more": 1}, {**head(), "seq": 0}, {**head(), "seq": "4"}, {**head(), "role": "clerk"}, {**head(), "at": "now"},
       {**head(), "digest": "A" * 64}, {**head(), "session": "../x"}, {**head(), "format": "virtual-window-head/2"}, {**head(), "seq": 0.5}]  # fmt: skip


@pytest.mark.parametrize("statement", BAD, ids=lambda statement: str(statement)[:60])
def test_what_is_no_head_is_not_signed(path: Path, statement: object) -> None:
    assert refused(register(path), statement) == "bad-statement"


@pytest.mark.parametrize("fields", [{"size": -1}, {"size": True}, {"root": 5}, {"day": "today"}, {"more": 1}], ids=str)
def test_what_is_no_day_is_not_signed(path: Path, fields: dict[str, Any]) -> None:
    assert refused(register(path), {**day(), **fields}, "day") == "bad-statement"


def test_nothing_is_told_that_is_not_on_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = register(path)
    disk = Disk(monkeypatch)
    disk.broken = True
    with pytest.raises(VaultError):
        book.sign("head", head(), sign)
    book.close()
    disk.broken = False
    assert len(register(path)) == 0


def test_a_register_with_a_line_taken_out_is_not_opened(path: Path) -> None:
    book = register(path)
    for seq in (1, 2, 3):
        book.sign("head", head(seq), sign)
    book.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    with pytest.raises(VaultError, match="line 2"):
        register(path)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.sampled_from(["home", "host"]), st.booleans()), max_size=12))
def test_whatever_is_asked_in_any_order_no_two_signatures_contradict(tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, str, str, bool]]) -> None:
    path = tmp_path_factory.mktemp("register") / "signed.jsonl"
    book = register(path)
    signed: dict[tuple[str, int], str] = {}
    newest = {"home": 0, "host": 0}
    for seq, digest, role, restart in asked:
        if restart:
            book.close()
            book = register(path)
        try:
            book.sign("head", head(seq, digest, role), sign)
        except Refused as refusal:
            assert (refusal.code == "older") == (seq < newest[role])
            assert refusal.code == "older" or signed[role, seq] != digest
        else:
            assert signed.setdefault((role, seq), digest) == digest
            assert seq >= newest[role]
            newest[role] = seq
    book.close()
