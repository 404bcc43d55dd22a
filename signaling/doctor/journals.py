"""The writers' journals held against the ledgers: every line is entered, in order, once, and nothing is entered that no line tells.

Lines are compared by count and digest, session by session, so that nothing grows with them. Journals are read after the database: what
they have more than it is on its way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from recordings import canonical
from recordings.inspection import Finding, Stray, broken, pending, place_of
from recordings.journal import Journal
from recordings.journal_entries import BadJournalLine, Told, told
from recordings.names import SegmentName
from recordings.teller import Acked
from recordings.vault import Vault, VaultError
from signaling.store.look import Written

WRITER = "writer:"


def acknowledged(vaults: Iterable[Vault]) -> dict[str, int]:
    """Lives → up to which line the writer was told that the server has it: read before the database, which had it before."""
    found: dict[str, int] = {}
    for vault in vaults:
        for note in (vault.root / "journal").glob("*.acked"):
            try:
                found[note.stem] = msgspec.json.decode(note.read_bytes(), type=Acked).n
            except (OSError, msgspec.MsgspecError):
                continue  # a convenience: without it lines are told once more
    return found


class Tally(NamedTuple):
    """What one writer's life has in one ledger: how many entries, and their digest."""

    entries: int
    digest: bytes


class Tallies:
    """Takes the entries of session after session."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, Tally]] = {}
        """Life → session → tally."""
        self._open: dict[str, _Running] = {}

    def take(self, written: Written) -> None:
        """One entry."""
        if written.entry.actor.startswith(WRITER):
            self._open.setdefault(written.entry.actor.removeprefix(WRITER), _Running()).add(written.entry.what, written.body)

    def end(self, session: str) -> None:
        """The session has no more."""
        for life, running in self._open.items():
            self.of.setdefault(life, {})[session] = running.tally
        self._open.clear()


class _Running:
    def __init__(self) -> None:
        self.count = 0
        self._digest = hashlib.sha256()

    def add(self, what: str, body: str) -> None:
        self.count += 1
        self._digest.update(f"{what}\n{body}\n".encode())

    @property
    def tally(self) -> Tally:
        return Tally(self.count, self._digest.digest())


Ledger = Callable[[str, str], Iterator[Written]]
"""Session and actor → what the actor entered there."""


@dataclass
class Journals:
    """`check` reads every journal once. `reached`: lives → lines that the database has; `strays`: files to be explained by a line."""

    vaults: Sequence[Vault]
    reached: Mapping[str, int]
    acked: Mapping[str, int]
    tallies: Mapping[str, Mapping[str, Tally]]
    sessions: Container[str]
    ledger: Ledger
    strays: Iterable[Stray]
    count: int = 0
    _files: dict[tuple[str, str], Stray] = field(default_factory=dict)
    _lives: set[str] = field(default_factory=set)
    _unfinished: set[str] = field(default_factory=set)

    def check(self) -> Iterator[Finding]:
        """Everything that is wrong with journals, entries that have no line, and files that no line tells of."""
        self._files = {(stray.session, stray.file): stray for stray in self.strays}
        for vault in self.vaults:
            try:
                lives = vault.lives()
                unfinished = set(vault.lives(unfinished=True))  # afterwards: what is finished by now tells everything when it is read
                for life in lives:
                    yield from self._life(vault, life, unfinished)
            except VaultError as error:
                yield broken("vault-unreadable", place_of(vault, "journal"), error.text)
        for life in sorted((self.tallies.keys() | self.reached.keys()) - self._lives):
            lines = max(self.reached.get(life, 0), sum(tally.entries for tally in self.tallies.get(life, {}).values()))
            yield broken("journal-missing", f"journal/{life}.jsonl", f"{lines} of its lines were entered, and it lies in no vault")
        yield from self._leftovers()

    def _life(self, vault: Vault, life: str, unfinished: set[str]) -> Iterator[Finding]:
        self._lives.add(life)
        if life in unfinished:
            self._unfinished.add(life)
        place = place_of(vault, "journal", f"{life}.jsonl")
        try:
            with Journal.read(vault.journal(life)) as journal:
                self.count += 1
                if journal.cut and life not in unfinished:
                    yield broken("journal-damaged", place, f"{journal.cut} bytes behind its last line, and nothing will be added to it")
                yield from self._lines(journal, life, place)
        except VaultError as error:
            self._unfinished.add(life)  # what it would tell of its files nobody knows
            yield broken("journal-damaged", place, error.text)

    def _lines(self, journal: Journal, life: str, place: str) -> Iterator[Finding]:
        reached, mine = self.reached.get(life, 0), self.tallies.get(life, {})
        final = max(reached, self.acked.get(life, 0))
        if len(journal) < final:
            yield broken("journal-cut", f"{place}, line {len(journal) + 1}", f"ends here, {final} lines of it were entered")
        running: dict[str, _Running] = {}
        lost: dict[str, _Lines] = {}
        waiting, early = _Lines(), _Lines()
        wrong: set[str] = set()
        for line in journal.lines():
            n = line["n"]
            try:
                fact = told(canonical.write(line).decode())
            except BadJournalLine as bad:
                yield broken("journal-line-unreadable", f"{place}, line {n}", f"no server can enter it: {bad}")
                continue
            if fact is None:
                continue
            self._explain(fact)
            if fact.session not in self.sessions and n <= final:
                if fact.session not in wrong:
                    wrong.add(fact.session)
                    yield broken("session-unknown", f"{place}, line {n}", f"tells of the session {fact.session}, which the database does not have")
                continue
            tally = mine.get(fact.session, Tally(0, b""))
            so_far = running.setdefault(fact.session, _Running())
            if so_far.count < tally.entries:
                so_far.add(fact.entry, canonical.write(fact.body).decode())
                if so_far.count == tally.entries and so_far.tally != tally:
                    wrong.add(fact.session)
                elif n > reached:
                    early.add(n)
            else:
                (lost.setdefault(fact.session, _Lines()) if n <= final else waiting).add(n)
        short = {session for session, tally in mine.items() if running.get(session, _Running()).count < tally.entries}
        for session in sorted(short | {session for session in wrong if session in self.sessions}):
            yield from self._difference(journal, life, place, session)
        for session, lines in lost.items():
            if session not in wrong:
                yield broken("line-not-entered", f"{place}, line {lines.first}", lines.all(f"is not in the ledger of {session}, and is not told again"))
        if early.count and not wrong:
            yield broken("row-differs", f"{place}, line {early.first}", early.all(f"is entered, and the database takes {reached} for the last: a server would enter it twice"))
        if waiting.count:
            yield pending("line-waiting", f"{place}, line {waiting.first}", waiting.all("is not entered yet: a server enters it when it is told"))

    def _difference(self, journal: Journal, life: str, place: str, session: str) -> Iterator[Finding]:
        """The first line that is not entered as it was told."""
        lines = ((line["n"], fact) for line in journal.lines() if (fact := _readable(line)) is not None and fact.session == session)
        entries = (written.entry for written in self.ledger(session, f"{WRITER}{life}"))
        while True:
            (n, fact), entry = next(lines, (0, None)), next(entries, None)
            if fact is None:
                if entry is not None:
                    yield broken("entry-not-told", f"session {session}, entry {entry.seq}", f"no line of {place} tells it")
                return
            if entry is None:
                yield broken("line-not-entered", f"{place}, line {n}", f"is not in the ledger of {session}")
                return
            if (fact.entry, fact.body) != (entry.what, entry.body):
                text = f"in the ledger of {session} stands something else in its place, entry {entry.seq}"
                yield broken("line-not-entered", f"{place}, line {n}", text)
                return

    # --- files

    def _explain(self, fact: Told) -> None:
        """A line tells of this file: it is no orphan, and if the line is not entered that is said of the line."""
        if fact.what == "key-wrapped":
            self._files.pop((fact.session, f"{fact.body['key']}.key"), None)
        elif fact.what in ("segment", "picture"):
            name = SegmentName(fact.session, fact.body["publication"], fact.body["epoch"], fact.body["segment"])
            self._files.pop((fact.session, name.file), None)

    def _leftovers(self) -> Iterator[Finding]:
        """Files that no line tells of: open while their life is not finished, orphans otherwise."""
        open_files: dict[tuple[Any, str], list[Stray]] = {}
        for stray in self._files.values():
            life = stray.life
            if life in self._unfinished or (life is None and self._unfinished):
                open_files.setdefault((stray.vault.root, stray.session), []).append(stray)
            else:
                yield broken("orphan-file", stray.place, "no entry stands for it, and no journal tells of it")
        for strays in open_files.values():
            lines = _Lines(count=len(strays))
            yield pending("segment-open", strays[0].place, lines.all("is being written, or was when its writer died: the next writer tells of it"))


def _readable(line: dict[str, Any]) -> Told | None:
    try:
        return told(canonical.write(line).decode())
    except BadJournalLine:
        return None


@dataclass
class _Lines:
    """Some lines of which one thing is to be said."""

    first: int = 0
    count: int = 0

    def add(self, n: int) -> None:
        self.first = self.first or n
        self.count += 1

    def all(self, text: str) -> str:
        return text if self.count == 1 else f"{text} (it, and {self.count - 1} more)"
