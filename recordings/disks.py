"""The vaults that a writer may write to, the usual one first, and what earlier lives left in them. Everything here blocks."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from config.logs import Logger
from recordings.journal import Journal
from recordings.life import Life
from recordings.names import SegmentName
from recordings.recovery import recover
from recordings.session_writer import Past
from recordings.vault import Vault, VaultError

PLENTY = 0.05
"""A disk with a smaller part free comes after the others."""
AGAIN = ("missing", "exists")
"""Errors after which the same vault is as good as any: a folder was taken away, a name was taken."""


class Disks:
    """`roots` are folders for vaults."""

    def __init__(self, roots: Sequence[Path], log: Logger) -> None:
        self._roots = list(roots)
        self._log = log

    @property
    def usual(self) -> Path:
        return self._roots[0]

    def begin(self, now_ms: int, failed: Path | None = None, code: str = "") -> Life | None:
        """A life in the best vault that takes one; `failed` was the last one's, for this reason. None: no disk works."""
        order = self._roots if failed is None or code in AGAIN else [*(root for root in self._roots if root != failed), failed]
        for root in sorted(order, key=lambda each: not _has_plenty(each)):
            try:
                life = Life.begun(Vault(root), now_ms)
            except VaultError as error:
                self._log.error("vault-refused", vault=root.name, error=str(error))
                continue
            self._log.info("life-began", life=life.id, vault=root.name)
            return life
        return None

    def vaults(self) -> list[Vault]:
        """Those that are there."""
        found = []
        for root in self._roots:
            try:
                if (root / "journal").is_dir():
                    found.append(Vault(root))
            except (VaultError, OSError) as error:
                self._log.error("vault-unreadable", vault=root.name, error=str(error))
        return found

    def recover(self, now_ms: int) -> set[str]:
        """Put in order what dead writers left. Returns the lives whose writers still run, ours among them."""
        running: set[str] = set()
        elsewhere = self._told()
        for vault in self.vaults():
            try:
                done = recover(vault, now_ms, elsewhere)
            except VaultError as error:
                self._log.error("recovery-failed", vault=vault.root.name, error=str(error))
                continue
            running |= set(done.running)
            if done.cut or done.removed or done.damaged:
                self._log.warning(
                    "recovered", vault=vault.root.name, cut=[str(name) for name in done.cut], removed=done.removed, damaged=done.damaged
                )
        return running

    def _told(self) -> set[SegmentName]:
        """The segments that journals tell of, since the oldest life that is not finished began: a life that failed is told of in others."""
        vaults = self.vaults()
        begins = [_began(vault, life) for vault in vaults for life in self._unfinished(vault)]
        names: set[SegmentName] = set()
        for journal in [journal for vault in vaults if begins for journal in self._since(vault, min(begins))]:
            with journal:
                for line in journal.lines():
                    if line["what"] in ("segment", "picture"):
                        names.add(SegmentName(line["session"], line["publication"], line["epoch"], line["segment"]))
        return names

    def _unfinished(self, vault: Vault) -> list[str]:
        try:
            return vault.lives(unfinished=True)
        except VaultError as error:
            self._log.error("vault-unreadable", vault=vault.root.name, error=str(error))
            return []

    def past(self, session: str, origin: int) -> Past:
        """What is there of a session whose clock began at `origin`."""
        past = Past()
        for vault in self.vaults():
            try:
                for name in vault.segments(session):
                    past.found(name)
            except VaultError as error:
                if error.code != "missing":
                    self._log.error("vault-unreadable", vault=vault.root.name, error=str(error))
            for journal in self._since(vault, origin):
                with journal:
                    for line in journal.lines():
                        if line.get("session") == session:
                            past.take(line)
        return past

    def _since(self, vault: Vault, origin: int) -> list[Journal]:
        """The journals that may tell of a session which began at `origin`, in the order of their lives."""
        found: list[tuple[int, Journal]] = []
        for life in vault.lives():
            try:
                path = vault.journal(life)
                if path.stat().st_mtime * 1000 >= origin:
                    found.append((_began(vault, life), Journal.read(path)))
            except (VaultError, OSError) as error:
                self._log.error("journal-unreadable", life=life, error=str(error))
        return [journal for _, journal in sorted(found, key=lambda pair: pair[0])]


def _began(vault: Vault, life: str) -> int:
    """When a life began, in milliseconds since 1970; 0 when its journal does not say."""
    try:
        with Journal.read(vault.journal(life)) as journal:
            at = journal.line(1).get("at")
            return at if isinstance(at, int) else 0
    except (VaultError, IndexError):
        return 0


def _has_plenty(root: Path) -> bool:
    """Whether its disk has room; a folder that is not there yet is judged by what it will stand on."""
    place = root
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        usage = shutil.disk_usage(place)
    except OSError:
        return False
    return usage.free >= PLENTY * usage.total
