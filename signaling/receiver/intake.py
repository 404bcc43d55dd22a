"""What a receiver does with a hand-over: believes the signature alone, keeps each id exactly once, and gives the same receipt for it ever after.

    DIR/cases/<home>.<case>.<n>/file.zip · event.json · receipt.json     whole from the moment the folder has this name
    DIR/incoming/…                                                      what has not come to its end; emptied at the start
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from config.clock import Clock
from recordings import canonical, electronic_file
from recordings.handover import NotHandedOver, Statement, receipt, verified
from recordings.keys import PublicKeys
from recordings.ledger import utc

FILE, EVENT, RECEIPT = "file.zip", "event.json", "receipt.json"


class Refused(Exception):
    """It is not taken. `code`: `not-signed`, `other-file` (than was signed), `bad-file`, `other-digest` (under an id that is known)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Intake:
    """Blocking. Several threads, and several processes on one folder, may take at once: of two the first has made the folder."""

    def __init__(self, root: Path, keys: Iterable[PublicKeys], clock: Clock) -> None:
        """`keys` are all that the home ever signed with."""
        self._cases = root / "cases"
        self._incoming = root / "incoming"
        self._keys = tuple(keys)
        self._clock = clock
        for folder in (self._cases, self._incoming):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def tidy(self) -> None:
        """Take away what an earlier receiver did not finish. Only while no other one works here."""
        for left in self._incoming.iterdir():
            shutil.rmtree(left)

    @contextlib.contextmanager
    def place(self) -> Iterator[Path]:
        """A new folder for a file that comes in; gone afterwards, whatever became of it."""
        folder = self._incoming / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def announced(self, event: Mapping[str, str]) -> Statement:
        """Whose and which it will be, before its file has come. Raises Refused `not-signed`."""
        try:
            return verified(event, self._keys)
        except NotHandedOver as error:
            raise Refused("not-signed", str(error)) from None

    def take(self, event: Mapping[str, str], folder: Path) -> tuple[bytes, bool]:
        """The receipt for the file in `folder`, and whether it is new. Raises Refused, OSError."""
        statement = self.announced(event)
        kept = self._cases / f"{statement.by}.{statement.name}"
        if (known := self._receipt(kept, statement)) is not None:
            return known, False
        with (folder / FILE).open("rb") as file:
            self._check(file, statement)
            os.fsync(file.fileno())
        made = receipt(statement, secrets.token_hex(8), utc(self._clock.now()))
        _write(folder / EVENT, msgspec.json.encode(event, order="sorted"))
        _write(folder / RECEIPT, made)
        _sync(folder)
        try:
            folder.rename(kept)
        except OSError:  # somebody was there first, or the disk refuses
            if (known := self._receipt(kept, statement)) is not None:
                return known, False
            raise
        _sync(self._cases)
        return made, True

    def _check(self, file: BinaryIO, statement: Statement) -> None:
        digest = hashlib.sha256()
        while data := file.read(electronic_file.READ):
            digest.update(data)
        if digest.hexdigest() != statement.digest:
            raise Refused("other-file", "the file is not the one that was signed")
        file.seek(0)
        try:
            case = electronic_file.read(file).metadata["case"]
            if (case.get("case"), case.get("n"), case.get("home"), case.get("session")) != (statement.case, statement.n, statement.by, statement.session):
                raise electronic_file.NotAnElectronicFile("it is of another case")
            electronic_file.prove(file, self._keys)
        except electronic_file.NotAnElectronicFile as error:
            raise Refused("bad-file", str(error)) from None

    def _receipt(self, kept: Path, statement: Statement) -> bytes | None:
        try:
            known = (kept / RECEIPT).read_bytes()
        except FileNotFoundError:
            return None
        if canonical.read(known)["digest"] != statement.digest:
            raise Refused("other-digest", f"another file was handed over as {statement.id}")
        return known


def _write(file: Path, content: bytes) -> None:
    with file.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
