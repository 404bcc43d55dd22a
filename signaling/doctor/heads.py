"""Signed heads held against the ledgers: what home and host vouch for must still stand there, and be signed by whom it says.

A head is kept in the database and, before anybody was told of it, in the register of the custody that signed it. So a database that was
rolled back, or rewritten from a session's beginning to its end, is seen wherever a register can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recordings import canonical, heads
from recordings.inspection import Finding, broken, pending
from recordings.journal import Journal
from recordings.keys import KeysError, PublicKeys
from recordings.ledger import Entry
from recordings.merkle import Growing
from recordings.vault_errors import VaultError
from signaling.office.evidence_ports import KeptHead
from signaling.store.look import SessionRow

REGISTER = "signed.jsonl"
LARGEST_KEYS = 4096


@dataclass(frozen=True)
class PublicHalves:
    """The public keys that are known here, by the fingerprint of the signing one."""

    keys: Mapping[str, PublicKeys]

    def wrong(self, record: bytes, by: str) -> tuple[str, str] | None:
        """Code and sentence of what is wrong with a record's signature."""
        try:
            key = heads.read(record).key
            public = self.keys.get(key)
            if public is None or public.jurisdiction != by:
                return "signer-unknown", f"signed with {key[:16]}…, which is no key of {by} that is known here"
            heads.verify(record, public.signing)
        except heads.NotSigned as error:
            return "head-damaged", str(error)
        return None


def public_halves(data: Path) -> tuple[PublicHalves, list[Finding]]:
    """What lies in DIR/keys."""
    found: dict[str, PublicKeys] = {}
    wrong: list[Finding] = []
    for file in sorted((data / "keys").glob("*.json")) if (data / "keys").is_dir() else ():
        try:
            with file.open("rb") as content:
                public = PublicKeys.decode(content.read(LARGEST_KEYS))
        except (KeysError, OSError) as error:
            wrong.append(broken("keys-unreadable", f"keys/{file.name}", str(error)))
            continue
        found[public.signing_fingerprint] = public
    return PublicHalves(found), wrong


@dataclass
class Registers:
    """What the custodies of this folder have signed: read before the database, so that everything in them was entered before."""

    heads: dict[str, list[heads.SignedHead]] = field(default_factory=dict)
    """By session."""
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, data: Path, halves: PublicHalves) -> Registers:
        """A custody that is elsewhere has none here; one that may not be read is said to be so."""
        registers = cls()
        try:
            folders = sorted(each for each in (data / "custody").iterdir() if each.is_dir())
        except FileNotFoundError:
            return registers
        except OSError as error:
            registers.findings.append(pending("register-not-read", "custody", str(error.strerror)))
            return registers
        for folder in folders:
            registers._read(folder, halves)
        return registers

    def _read(self, folder: Path, halves: PublicHalves) -> None:
        file = f"custody/{folder.name}/{REGISTER}"
        try:
            with Journal.read(folder / REGISTER) as journal:
                for line in journal.lines():
                    if line.get("what") == "head":
                        self._take(line, folder.name, f"{file}, line {line['n']}", halves)
        except VaultError as error:
            if error.code == "damaged":
                self.findings.append(broken("register-damaged", file, error.text))
            elif error.code != "missing":
                self.findings.append(pending("register-not-read", file, error.text))

    def _take(self, line: dict[str, Any], by: str, place: str, halves: PublicHalves) -> None:
        try:
            record = canonical.write(line["record"])
            head = heads.read(record).head
        except (ValueError, KeyError, TypeError) as error:
            self.findings.append(broken("register-damaged", place, str(error)))
            return
        self.count += 1
        if (wrong := halves.wrong(record, by)) is not None:
            self.findings.append(broken(wrong[0], place, wrong[1]))
        else:
            self.heads.setdefault(head.session, []).append(head)


class HeadsOfSession:
    """Takes one session's entries in order, as far as their chain holds; then `end`."""

    def __init__(self, row: SessionRow, kept: Sequence[KeptHead], registered: Sequence[heads.SignedHead], halves: PublicHalves) -> None:
        self.count = 0
        self.evidence: Entry | None = None
        """The newest entry of evidence."""
        self._row = row
        self._kept = kept
        self._registered = registered
        self._halves = halves
        self._said: list[Entry] = []
        self._tree = Growing()
        self._digests: dict[int, tuple[str, str]] = {}
        self._wanted = {head.seq for head in kept} | {head.seq for head in registered}

    def chained(self, entry: Entry) -> None:
        """An entry that continues the chain."""
        self._tree.add(bytes.fromhex(entry.digest))
        if entry.seq in self._wanted:
            self._digests[entry.seq] = entry.digest, self._tree.root.hex()

    def take(self, entry: Entry) -> None:
        """Any entry."""
        if entry.what == "head-signed":
            self._said.append(entry)
        if heads.is_evidence(entry.what):
            self.evidence = entry

    def end(self, chain_holds: bool, young: bool) -> Iterator[Finding]:
        """What is wrong with the heads, and with the ledger by what they say. `young`: the newest evidence was entered a moment ago."""
        valid: list[heads.SignedHead] = []
        for kept in self._kept:
            self.count += 1
            if (wrong := self._wrong(kept)) is None:
                valid.append(heads.read(kept.record).head)
            else:
                yield broken(wrong[0], f"session {self._row.id}, head {kept.seq} of the {kept.role}", wrong[1])
        yield from self._against_ledger([*valid, *self._registered], chain_holds)
        yield from self._entries()
        yield from self._numbers()
        if self._row.closed_at is not None:
            yield from self._reach(valid, young)

    def _wrong(self, kept: KeptHead) -> tuple[str, str] | None:
        if (wrong := self._halves.wrong(kept.record, kept.by)) is not None:
            return wrong
        head = heads.read(kept.record).head
        by = self._row.home if kept.role == "home" else self._row.host
        if (head.session, head.seq, head.role, head.by, head.by) != (self._row.id, kept.seq, kept.role, kept.by, by):
            return "head-damaged", "the record is another head's than its row, or of another jurisdiction than the session's"
        if kept.role == "home" and kept.code != heads.short_code(kept.record):
            return "head-damaged", "its short code is not that of its record"
        return None

    def _against_ledger(self, known: Sequence[heads.SignedHead], chain_holds: bool) -> Iterator[Finding]:
        """One finding a session: the first head that the ledger contradicts, and from where on it may differ."""
        agreed = 0
        for head in sorted(known, key=lambda each: each.seq):
            found = self._digests.get(head.seq)
            if found == (head.digest, head.root):
                agreed = head.seq
            elif found is not None:
                text = f"{head.by} signed other entries 1…{head.seq} than stand here; up to {agreed} they are those that were signed"
                yield broken("ledger-rewritten", f"session {self._row.id}, entry {agreed + 1}", text)
                return
            elif chain_holds:
                text = f"{head.by} signed entries 1…{head.seq}, the ledger ends before: an older database has been put in its place"
                yield broken("ledger-rolled-back", f"session {self._row.id}, entry {self._tree.size + 1}", text)
                return

    def _entries(self) -> Iterator[Finding]:
        """Each `head-signed` entry has its record, and each record its entry."""
        rest: dict[tuple[Any, Any], KeptHead] = {(kept.by, kept.seq): kept for kept in self._kept}
        for entry in self._said:
            kept = rest.pop((entry.body.get("by"), entry.body.get("seq")), None)
            place = f"session {self._row.id}, entry {entry.seq}"
            if kept is None:
                yield broken("head-missing", place, "says that a head was signed, and its record is not kept")
                continue
            try:
                record = heads.read(kept.record)
            except heads.NotSigned:
                continue  # said already
            told = {"by": kept.by, "key": record.key, "seq": kept.seq, "digest": record.head.digest, **({"code": kept.code} if kept.code else {})}
            if entry.body != told:
                yield broken("head-differs", place, "says something else of the head than its record")
        for kept in rest.values():
            yield broken("head-not-entered", f"session {self._row.id}, head {kept.seq} of the {kept.role}", "is kept, and no entry says so")
        here = {(kept.role, kept.seq) for kept in self._kept}
        for head in self._registered:
            if (head.role, head.seq) not in here and head.seq in self._digests:
                text = f"{head.by} has signed, and the server does not have it yet: it asks again"
                yield pending("head-not-kept", f"session {self._row.id}, head {head.seq} of the {head.role}", text)

    def _numbers(self) -> Iterator[Finding]:
        """The columns by which the server knows what is left to sign."""
        newest = {role: max((kept.seq for kept in self._kept if kept.role == role), default=0) for role in ("home", "host")}
        told = {"evidence_seq": self.evidence.seq if self.evidence else 0, "home_seq": newest["home"], "host_seq": newest["host"]}
        for column, value in told.items():
            if getattr(self._row, column) != value:
                yield broken("row-differs", f"session {self._row.id}", f"{column} is {getattr(self._row, column)}, and should be {value}")

    def _reach(self, valid: Sequence[heads.SignedHead], young: bool) -> Iterator[Finding]:
        newest = max((head.seq for head in valid if head.role == "home"), default=0)
        if self.evidence is not None and newest < self.evidence.seq:
            place = f"session {self._row.id}, entry {self.evidence.seq}"
            text = f"the newest evidence is not signed by {self._row.home}" + (f": its newest head covers entries 1…{newest}" if newest else "")
            yield pending("head-behind", place, text) if young else broken("head-behind", place, text)
        elif newest and self._row.host != self._row.home and not any(head.role == "host" and head.seq == newest for head in valid):
            yield pending("not-countersigned", f"session {self._row.id}, head {newest} of the home", f"{self._row.host} has not countersigned it yet")
