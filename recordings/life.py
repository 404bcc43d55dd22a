"""One life of the writer: a vault, a journal, the data keys, and the rounds in which everything that waits goes to the disk.

A round writes all segments at once on a few threads, so that the disk can take their syncs together, then all facts with one sync.
Whatever fails ends the life: the next one has another key and another journal, and perhaps another disk.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from recordings import progress
from recordings.data_key import DataKey, WrappedKey
from recordings.journal import Journal
from recordings.scribe import Scribe
from recordings.vault import Vault, VaultError

Line = dict[str, Any]
Stream = tuple[str, str, int]
"""Session, publication, epoch."""


@dataclass(slots=True)
class Round:
    """What one round did."""

    lines: list[Line] = field(default_factory=list)
    """In the journal now, with their numbers."""
    unwritten: list[Line] = field(default_factory=list)
    """Facts that the journal did not take: for the next life."""
    closed: list[Scribe] = field(default_factory=list)
    error: VaultError | None = None


class SessionKey:
    """The data key of one session in this life, and its wrapped form until that is stored."""

    def __init__(self, key: DataKey, wrapped: WrappedKey) -> None:
        self.key = key
        self.wrapped = wrapped
        self.stored = False


class Life:
    """Everything but `begin` and `key_of` blocks on the disk."""

    def __init__(self, vault: Vault, life: str, journal: Journal) -> None:
        self.vault = vault
        self.id = life
        self.journal = journal
        self.scribes: list[Scribe] = []
        self._keys: dict[str, SessionKey] = {}
        self._on_disk: set[Stream] = set()
        """Those whose first byte has been told."""

    @classmethod
    def begun(cls, vault: Vault, now_ms: int) -> Life:
        """A new life in this vault. Raises VaultError."""
        life = secrets.token_hex(8)
        journal = Journal.opened(vault.journal(life))
        try:
            journal.append({"what": "writer-started", "life": life, "at": now_ms})
        except BaseException:
            journal.close()
            raise
        return cls(vault, life, journal)

    def key_of(self, session: str, home: str, home_key: bytes) -> DataKey:
        """The session's data key; a fresh one is wrapped at once. Raises ValueError for a public key that is none."""
        found = self._keys.get(session)
        if found is None:
            key = DataKey.new(session, self.id)
            found = self._keys[session] = SessionKey(key, key.wrap(home, home_key))
        return found.key

    def forget(self, session: str) -> None:
        """The session is closed: its key is not needed any more."""
        self._keys.pop(session, None)
        self._on_disk = {stream for stream in self._on_disk if stream[0] != session}

    # ---- a round

    def round(self, lines: Sequence[Line], pool: Executor, *, sync: bool) -> Round:
        """Write what waits, then `lines` and what came of the segments. `sync`: everything written so far is to be on the disk."""
        done = Round()
        facts = [*lines]
        scribes = [scribe for scribe in self.scribes if scribe.has_work or (sync and not scribe.closed)]
        self._store_keys({scribe.name.session for scribe in scribes}, done)
        ready = [scribe for scribe in scribes if self._keys[scribe.name.session].stored]
        for scribe in scribes:
            if done.error is not None and scribe not in ready:
                scribe.refuse(done.error)
        for future in [pool.submit(scribe.work, self.vault, sync=sync) for scribe in ready]:
            future.result()
        for scribe in scribes:
            done.error = done.error or scribe.error
            facts += self._facts_of(scribe, done)
        self.scribes = [scribe for scribe in self.scribes if not scribe.closed]
        try:
            done.lines += self.journal.append(*facts)
        except VaultError as error:
            done.error, done.unwritten = error, facts
        if done.error is None and self.scribes:
            done.error = self._note(certain=sync or any(scribe.note is not None and scribe.is_new for scribe in scribes))
        return done

    def _store_keys(self, sessions: set[str], done: Round) -> None:
        """Store the keys of these sessions before anything is sealed with them reaches the disk."""
        fresh = [key for session in sorted(sessions) if not (key := self._keys[session]).stored]
        try:
            done.lines += self.journal.append(*(key_line(key.wrapped) for key in fresh))
            for key in fresh:  # afterwards: recovery finds what was written of a key that the journal tells of
                self.vault.put_key(key.wrapped)
        except VaultError as error:
            done.error = error
            return
        for key in fresh:
            key.stored = True

    def _facts_of(self, scribe: Scribe, done: Round) -> list[Line]:
        facts: list[Line] = []
        stream = (scribe.name.session, scribe.name.publication, scribe.name.epoch)
        if scribe.error is None and stream not in self._on_disk:
            self._on_disk.add(stream)
            facts.append({"what": "first-byte", "session": stream[0], "publication": stream[1], "epoch": stream[2], "at": scribe.start})
        if scribe.closed:
            done.closed.append(scribe)
            line = scribe.line()
            if line is not None:
                facts.append(line)
        return facts

    def _note(self, *, certain: bool) -> VaultError | None:
        """How far the open segments reach, for whoever recovers them."""
        path = self.vault.progress(self.id)
        try:
            if certain:
                progress.write(path, [scribe.note for scribe in self.scribes if scribe.note is not None], sync=True)
            progress.write(progress.latest(path), [scribe.latest for scribe in self.scribes if scribe.latest is not None], sync=False)
        except VaultError as error:
            return error
        return None

    def end(self, *, complete: bool, close: bool) -> None:
        """Nothing will be added. `complete`: everything is told, recovery need not look; `close`: nobody reads the journal through us.
        Raises VaultError."""
        try:
            if complete:
                self.journal.finish()
                self.vault.forget_progress(self.id)
        finally:
            if close:
                self.journal.close()


def key_line(wrapped: WrappedKey) -> Line:
    """What a journal says of a data key, before its file is there."""
    return {
        "what": "key-wrapped", "session": wrapped.session, "key": wrapped.key, "home_key": wrapped.home_key,
        "sealed": hashlib.sha256(wrapped.encode()).hexdigest(),
    }  # fmt: skip
