"""The whole examination of a data folder, in the order in which nothing that happens meanwhile can look like a fault.

What the database must know is read before it (registers, acknowledgements, sessions' folders), then the database as of one moment, then
what may know more than it (files, journals). A file that is not there may have been erased by law meanwhile: the database is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from config.secret import Secret
from recordings.inspection import Finding, SessionFiles, Stray, broken, pending, place_of, strangers, vaults_of
from recordings.vault import VAULTS, Space, Vault, VaultError
from signaling.doctor.cases import check_cases
from signaling.doctor.handovers import HandOversOfSession
from signaling.doctor.heads import HeadsOfSession, Registers, public_halves
from signaling.doctor.journals import Journals, Tallies, acknowledged
from signaling.doctor.names import Persons, in_logs
from signaling.doctor.numbers import number_stands_in
from signaling.doctor.record import Records
from signaling.doctor.sessions import Story, check_clerks, check_completeness, check_row, is_young, state_of, walk
from signaling.domain.states import ticket_of
from signaling.store.look import Look, SessionRow, Told, Unreadable, Written, look

LOST = ("segment-missing", "key-missing")


@dataclass(frozen=True, slots=True)
class Folder:
    """What is examined. `canaries`: texts that must stand in no log and no ledger; `logs`: further log files or folders."""

    data: Path
    store: str | Path
    password: Secret | None = None
    warn_below: float = 0.2
    refuse_below: float = 0.1
    canaries: Sequence[str] = ()
    logs: Sequence[Path] = ()


@dataclass(slots=True)
class Checked:
    """How much was looked at."""

    sessions: int = 0
    entries: int = 0
    segments: int = 0
    bytes: int = 0
    heads: int = 0
    journals: int = 0
    deeds: int = 0


@dataclass(slots=True)
class Report:
    """What came out."""

    checked: Checked = field(default_factory=Checked)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Every invariant holds; something may be pending."""
        return not any(finding.severity == "broken" for finding in self.findings)


Progress = Callable[[Checked], None]


def examine(folder: Folder, now: float, progress: Progress = lambda _: None) -> Report:
    """Examine a folder. `now`: seconds since 1970. Raises Unreadable when there is no store to hold anything against."""
    return _Examination(folder, now, progress).run()


class _Examination:
    def __init__(self, folder: Folder, now: float, progress: Progress) -> None:
        self._folder = folder
        self._now = now
        self._progress = progress
        self._report = Report()
        self._vaults = vaults_of(folder.data)
        self._known: set[str] = set()
        self._lost: dict[str, list[Finding]] = {}
        self._strays: list[Stray] = []
        self._tallies = Tallies()

    def run(self) -> Report:
        folder = self._folder
        self._halves, wrong = public_halves(folder.data)
        self._add(wrong)
        self._registers = Registers.read(folder.data, self._halves)
        self._add(self._registers.findings)
        self._report.checked.heads += self._registers.count
        self._acked = acknowledged(self._vaults)
        self._folders = [(vault, session) for vault in self._vaults for session in _sessions(vault)]
        persons = look(folder.store, self._database, folder.password)
        self._add_lost()
        for vault in self._vaults:
            self._add(strangers(vault))
        self._add(in_logs(persons, folder.data, folder.logs))
        self._add(check_disks(folder))
        return self._report

    def _add(self, findings: Iterable[Finding]) -> None:
        self._report.findings += findings

    def _database(self, store: Look) -> Persons:
        if (damage := store.damage()) is not None:
            self._add([broken("database-damaged", "database", damage)])
            return Persons((), self._folder.canaries)
        persons = Persons(_residents(store), self._folder.canaries)
        self._add(check_clerks(store.busy_clerks()))
        self._add(check_incidents(store.incidents()))
        for row in store.sessions():
            self._known.add(row.id)
            try:
                self._add(self._session(store, row, persons))
            except (ValueError, TypeError, AttributeError, KeyError) as error:  # a row of another kind than we write
                self._add([broken("check-failed", f"session {row.id}", f"what is stored of it cannot be read: {type(error).__name__}")])
            self._progress(self._report.checked)
        self._add(self._unknown(store))
        journals = Journals(self._vaults, store.lives(), self._acked, self._tallies.of, self._known, store.ledger, self._strays)
        self._add(journals.check())
        self._report.checked.journals = journals.count
        records = Records(store, persons)
        self._add(records.check())
        self._report.checked.deeds = records.count
        return persons

    def _session(self, store: Look, row: SessionRow, persons: Persons) -> Iterator[Finding]:
        checked, state = self._report.checked, state_of(row)
        checked.sessions += 1
        yield from check_row(row, state)
        erasure = store.erasure(row.id)
        files = SessionFiles(row.id, self._vaults, erasure.erased, erasure.gone)
        story = Story(row, state)
        heads = HeadsOfSession(row, store.heads(row.id), self._registers.heads.get(row.id, ()), self._halves)
        outbox = store.handovers(row.id)
        handed = HandOversOfSession(row.id, state, outbox)
        yield from check_cases(row.id, state, store.cases(row.id), outbox)
        found: list[Finding] = []

        def take(written: Written) -> None:
            entry, before = written.entry, (files.segments, files.bytes)
            checked.entries += 1
            text, here = f"{entry.actor} {written.body}".encode(), f"session {row.id}, entry {entry.seq}"
            if persons.stand_in(text):
                found.append(broken("name-in-ledger", here, "a name of a person stands in this entry"))
            if number_stands_in(text):
                found.append(broken("number-in-ledger", here, "an identity number stands in this entry"))
            story.take(entry)
            handed.take(entry)
            heads.take(entry)
            self._tallies.take(written)
            found.extend(files.take(entry))
            if (files.segments, files.bytes) != before:
                checked.segments += files.segments - before[0]
                checked.bytes += files.bytes - before[1]
                self._progress(checked)

        wrong = walk(row.id, store.ledger(row.id), heads.chained, take)
        self._tallies.end(row.id)
        yield from [wrong] if wrong is not None else []
        yield from story.end()
        yield from handed.end()
        yield from heads.end(wrong is None, is_young(heads.evidence, self._now))
        checked.heads += heads.count
        yield from check_completeness(row, partial(store.ledger, row.id), self._now)
        found.extend(files.end())
        for each in files.strays():
            if isinstance(each, Stray):
                self._strays.append(each)
            else:
                yield each
        self._lost[row.id] = [finding for finding in found if finding.code in LOST]
        if not self._lost[row.id]:
            del self._lost[row.id]
        yield from (finding for finding in found if finding.code not in LOST)

    def _unknown(self, store: Look) -> Iterator[Finding]:
        """Sessions of which something else tells."""
        for table, sessions in store.without_session().items():
            for session in sessions:
                yield broken("session-unknown", f"table {table}, session {session}", "there is no row of this session")
        for vault, session in self._folders:
            if session not in self._known:
                yield broken("session-unknown", place_of(vault, "sessions", session), "the database does not have this session")
        for session, heads in self._registers.heads.items():
            if session not in self._known:
                newest = max(heads, key=lambda head: head.seq)
                text = f"{newest.by} signed entries 1…{newest.seq}, and the database does not have the session: an older one has been put in its place"
                yield broken("ledger-rolled-back", f"session {session}, entry 1", text)

    def _add_lost(self) -> None:
        """Files that are not there, unless their recording has been erased since the database was read."""
        if not self._lost:
            return
        try:
            erased = look(self._folder.store, lambda store: {session for session in self._lost if store.erasure(session).erased}, self._folder.password)
        except Unreadable:
            erased = set()
        for session, findings in self._lost.items():
            if session not in erased:
                self._add(findings)


def check_incidents(told: Iterable[Told]) -> Iterator[Finding]:
    """Whatever stands with an incident is read by supervisors, who do not serve the case."""
    for place, each in enumerate(told, 1):
        if number_stands_in(each.text.encode()):
            yield broken("number-in-incident", f"session {each.session}, incident {place}", "an identity number stands in what is told of it")


def check_disks(folder: Folder) -> Iterator[Finding]:
    """Room on the vaults' disks; one that two vaults share is named once."""
    seen: set[int] = set()
    for name in VAULTS:
        place = folder.data / name
        while not place.exists() and place != place.parent:
            place = place.parent
        device = place.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        try:
            space = Vault(place, make=False).space()
        except VaultError as error:
            yield broken("vault-unreadable", name, error.text)
            continue
        yield from _room(name, space, folder)


def _room(name: str, space: Space, folder: Folder) -> Iterator[Finding]:
    text = f"{space.ratio:.1%} of its disk is free"
    if space.ratio < folder.refuse_below:
        yield pending("disk-full", name, f"{text}: no visit begins when no vault has more than {folder.refuse_below:.0%}")
    elif space.ratio < folder.warn_below:
        yield pending("disk-filling", name, text)


def _residents(store: Look) -> Iterator[str]:
    for row in store.sessions():
        if (state := state_of(row)) is not None:
            yield from (party.name for party in ticket_of(state).parties)


def _sessions(vault: Vault) -> list[str]:
    try:
        return vault.sessions()
    except VaultError:
        return []  # `strangers` says why
