"""What custody signs and what it refuses: a statement is signed once, and never one that contradicts an earlier one. On disk before it is told.

Four kinds: the `head` of a session's ledger (by role), the tree of a `day`, the manifest of an `export`, the `handover` of a case to its
home's own system. Each has a `format` of its own within the signed bytes, so that none can be taken for another.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from recordings import canonical, handover
from recordings.heads import DAY_FORMAT, HEAD_FORMAT, NotSigned, Record, SignedHead, read
from recordings.journal import Journal
from recordings.manifest import EXPORT_FORMAT

Sign = Callable[[bytes], tuple[str, bytes]]
"""Bytes → fingerprint of the key and signature."""
Statement = Mapping[str, Any]

_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,39}", re.ASCII)
_FORMS: dict[str, tuple[str, dict[str, re.Pattern[str]]]] = {
    "day": (DAY_FORMAT, {"at": _AT, "day": _DAY, "root": _DIGEST}),
    "export": (EXPORT_FORMAT, {"at": _AT, "digest": _DIGEST, "session": _SESSION}),
}


class Refused(Exception):
    """Not signed. `code`: `bad-statement`, `not-ours` (another jurisdiction's), `contradicts`, `older` (than what was signed)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class Register:
    """Custody's memory. One thread at a time; signing blocks until the disk has it."""

    def __init__(self, path: Path, jurisdiction: str) -> None:
        """Opens or makes the file. Raises VaultError `busy` while another custody runs, `damaged`."""
        self._by = jurisdiction
        self._newest: dict[str, int] = {}
        self._journal = Journal.opened(path, each=self._remember)

    def sign(self, kind: str, statement: object, sign: Sign) -> dict[str, Any]:
        """The record {kind: statement, "key", "signature"}; the earlier one, with its own `at`, for what was signed before.

        Raises Refused, VaultError when the register cannot be written (then nothing is told), and what `sign` raises.
        """
        checked = check(kind, statement, self._by)
        before = self._before(kind, checked)
        if before is not None and judge(kind, before[kind], checked):
            return before
        key, signature = sign(canonical.write(checked))
        record = {kind: dict(checked), "key": key, "signature": base64.b64encode(signature).decode()}
        for line in self._journal.append({"what": kind, "record": record}):
            self._remember(line)
        return record

    def __len__(self) -> int:
        """How many signatures it tells of."""
        return len(self._journal)

    def close(self) -> None:
        self._journal.close()

    def _before(self, kind: str, statement: Statement) -> dict[str, Any] | None:
        subject = _subject(kind, statement)
        if subject is None or subject not in self._newest:
            return None
        record: dict[str, Any] = self._journal.line(self._newest[subject])["record"]
        return record

    def _remember(self, line: dict[str, Any]) -> None:
        subject = _subject(line["what"], line["record"][line["what"]])
        if subject is not None:
            self._newest[subject] = line["n"]


def judge(kind: str, before: Statement, now: Statement) -> bool:
    """Whether the same was said `before` (True), or `now` goes on from it (False). Raises Refused `contradicts`, `older`."""
    if kind == "head":
        if now["seq"] < before["seq"]:
            raise Refused("older", f"entries 1…{before['seq']} of {now['session']} were signed; {now['seq']} is before that")
        if now["seq"] > before["seq"]:
            return False
        same = (now["digest"], now["root"]) == (before["digest"], before["root"])
    elif kind == "handover":
        same = (now["digest"], now["session"]) == (before["digest"], before["session"])
    else:
        same = (now["root"], now["size"]) == (before["root"], before["size"])
    if not same:
        raise Refused("contradicts", f"another {kind} of the same number was signed before")
    return True


def check(kind: str, statement: object, by: str) -> dict[str, Any]:
    """The statement, if it has the form of its kind and is `by`'s to make. Raises Refused `bad-statement`, `not-ours`."""
    if not isinstance(statement, dict):
        raise Refused("bad-statement", "no object")
    try:
        if kind == "head":
            _check_head(statement)
        elif kind == "handover":
            handover.statement_of(statement)
        else:
            _check_form(kind, statement)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused("bad-statement", str(error)) from None
    if statement["by"] != by:
        raise Refused("not-ours", f"this is the custody of {by}")
    return statement


def _check_head(statement: dict[str, Any]) -> None:
    fields = {name: value for name, value in statement.items() if name != "format"}
    if statement.get("format") != HEAD_FORMAT:
        raise ValueError(f"the format is not {HEAD_FORMAT}")
    # Whoever reads the record later judges it now: what it would not take is not signed.
    try:
        read(Record(SignedHead(**fields), "0" * 64, bytes(64)).encode())
    except NotSigned as error:
        raise ValueError(str(error)) from None


def _check_form(kind: str, statement: dict[str, Any]) -> None:
    if kind not in _FORMS:
        raise ValueError(f"{kind!r} is nothing that is signed here")
    form, texts = _FORMS[kind]
    numbers = {"size"} if kind == "day" else set()
    if statement.keys() != {"by", "format", *texts, *numbers} or statement["format"] != form:
        raise ValueError(f"not the fields of {form}")
    for name, pattern in texts.items():
        if not pattern.fullmatch(statement[name]):
            raise ValueError(f"{name} is malformed")
    if any(type(statement[name]) is not int or statement[name] < 0 for name in numbers):
        raise ValueError("size is no count")


def _subject(kind: str, statement: Statement) -> str | None:
    """What must not be said twice in two ways; None where nothing contradicts."""
    match kind:
        case "head":
            return f"{statement['role']}:{statement['session']}"
        case "day":
            return f"day:{statement['day']}"
        case "handover":
            return f"handover:{statement['case']}:{statement['n']}"
        case _:
            return None
