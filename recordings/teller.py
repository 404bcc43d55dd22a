"""The journals' lines on their way to the server: told in order, a bounded number at a time, told again until they are acknowledged.

What is acknowledged is noted beside each journal (`<life>.acked`). The note is a convenience: without it lines are told once more.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

from recordings import canonical
from recordings.journal import Journal
from recordings.vault import Vault, VaultError

WINDOW = 256
"""Lines that may be told and not yet acknowledged; with them the memory of node and server is bounded, not the journal."""


class Acked(msgspec.Struct):
    """The note: lines up to `n`; `length` is the journal's, in bytes, if those were all and nothing can be added, otherwise -1."""

    n: int
    length: int = -1


class _Life:
    """One journal. `read` opens it; `told` and `acked` count lines."""

    def __init__(self, vault: Vault, life: str, journal: Journal, acked: int, *, ours: bool) -> None:
        self.vault = vault
        self.life = life
        self.journal = journal
        self.ours = ours
        self.acked = acked
        self.told = acked
        self.noted = acked

    @property
    def done(self) -> bool:
        return not self.ours and self.acked >= len(self.journal)


class Teller:
    """`tell(life, n, line)` takes each line, `complain` what a person must look at. Reading journals blocks, briefly."""

    def __init__(self, tell: Callable[[str, int, str], None], complain: Callable[[str], None]) -> None:
        self._tell = tell
        self._complain = complain
        self._lives: deque[_Life] = deque()

    # ---- journals

    def add_earlier(self, vault: Vault, running: Collection[str]) -> None:
        """The journals of a vault that have lines to tell, oldest life first, but for those whose writer is `running`. Raises
        VaultError."""
        found = []
        known = {each.life for each in self._lives}
        for life in vault.lives():
            path = vault.journal(life)
            note = _read(_note(path))
            if life in known or life in running or note.length == _length(path):
                continue
            try:
                journal = Journal.read(path)
            except VaultError as error:
                self._complain(str(error))
                continue
            if note.n >= len(journal):
                journal.close()
                continue
            found.append((journal.line(1).get("at", 0), _Life(vault, life, journal, note.n, ours=False)))
        for _, each in sorted(found, key=lambda pair: pair[0]):
            self._lives.append(each)

    def add_own(self, vault: Vault, life: str, journal: Journal) -> None:
        """The journal that this writer adds to."""
        self._lives.append(_Life(vault, life, journal, 0, ours=True))

    def end_own(self) -> bool:
        """The life is over: nothing is added to its journal any more. False: the file cannot be opened again (its folder is gone); what
        it holds is told from the open one, which must not be closed."""
        closable = True
        for each in self._lives:
            if each.ours:
                each.ours = False
                try:
                    each.journal = Journal.read(each.journal.path)
                except VaultError:
                    closable = False
        return closable

    # ---- telling

    def pump(self) -> None:
        """Tell what may be told."""
        room = WINDOW - sum(each.told - each.acked for each in self._lives)
        for each in list(self._lives):
            try:
                room -= self._pump(each, room)
            except VaultError as error:
                self._complain(str(error))
                self._lives.remove(each)  # the next writer tries again

    def _pump(self, life: _Life, room: int) -> int:
        count = 0
        while count < room and life.told < len(life.journal):
            line = life.journal.line(life.told + 1)
            life.told += 1
            count += 1
            self._tell(life.life, life.told, canonical.write(line).decode())
        return count

    def acknowledge(self, life: str, n: int) -> None:
        """The server has the lines of this life up to `n`."""
        for each in self._lives:
            if each.life == life:
                each.acked = max(each.acked, min(n, each.told))
        self.pump()

    def note(self) -> None:
        """Write down what is acknowledged, now and then; forget journals that are told to their end."""
        for each in list(self._lives):
            if each.acked > each.noted or each.done:
                _write(_note(each.journal.path), Acked(each.acked, _length(each.journal.path) if each.done else -1))
                each.noted = each.acked
            if each.done:
                each.journal.close()
                self._lives.remove(each)

    @property
    def unacknowledged(self) -> int:
        return sum(len(each.journal) - each.acked for each in self._lives)


def _length(path: Path) -> int:
    """Bytes of a file, -2 when there is none: never what a note says."""
    try:
        return path.stat().st_size
    except OSError:
        return -2


def _note(path: Path) -> Path:
    return path.with_suffix(".acked")


def _read(path: Path) -> Acked:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Acked)
    except (OSError, msgspec.DecodeError):
        return Acked(0)


def _write(path: Path, note: Acked) -> None:
    fresh = path.with_suffix(".acked.new")
    with contextlib.suppress(OSError):  # told once more, then
        fresh.write_bytes(msgspec.json.encode(note))
        fresh.replace(path)
