"""The papers of a visit, sealed as segments are: stills, forms, signatures, transcripts. Each putting is a writer's life of its own: its data
key, its journal, and it is over.

So a paper goes the way of everything that is recorded: sealed from the first byte, told in a journal, entered from there, each once;
what a crash leaves is found by the same recovery and by the same doctor.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from recordings import canonical
from recordings.data_key import DataKey
from recordings.journal import Journal
from recordings.life import key_line
from recordings.manifest import SUFFIX
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.vault import Vault, VaultError

JPEG, PNG, PDF, JSON = SUFFIX
T = TypeVar("T")
CHUNK = 4 << 20
"""Bytes of a chunk: one encryption each, well below what a chunk may hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture or paper: `publication` says of what (`resident.still`, `resident.page`), `data` is a file of this `media`; width and
    height in pixels, 0 where there are none. Raises ValueError for other media."""

    publication: str
    data: bytes
    width: int
    height: int
    media: str = JPEG

    def __post_init__(self) -> None:
        if self.media not in SUFFIX:
            raise ValueError(f"{self.media!r} is no kind of paper")


class Sealing(NamedTuple):
    """Whose they are: `home_key` is the home's raw public key, `origin` the session's clock (ms since 1970)."""

    session: str
    home: str
    home_key: bytes
    origin: int


class Put(NamedTuple):
    """They are on a disk: the life and the lines of its journal, for whoever enters them."""

    life: str
    lines: list[str]


class Putting:
    """A life that was begun for papers that are about to come: its key is on the disk, and nothing is in it. One of `put` and `drop` ends it."""

    def __init__(self, vault: Vault, sealing: Sealing, now_ms: int) -> None:
        """`now_ms`: milliseconds since 1970. Raises VaultError, BadName, ValueError for a home key that is none."""
        self.root = vault.root
        self._vault = vault
        self._sealing = sealing
        self._life = secrets.token_hex(8)
        self._key = DataKey.new(sealing.session, self._life)
        wrapped = self._key.wrap(sealing.home, sealing.home_key)
        self._journal = Journal.opened(vault.journal(self._life))
        try:
            self._told = self._journal.append({"what": "writer-started", "life": self._life, "at": now_ms}, key_line(wrapped))
            vault.put_key(wrapped)  # afterwards: recovery finds what was written of a key that the journal tells of
        except BaseException:
            self._journal.close()
            raise

    def put(self, number: int, pictures: Sequence[Picture]) -> Put:
        """Seal what came together. Raises as `Album.put`."""
        with closing(self._journal):
            sealed = [_Sealed(self._key, self._sealing, number, picture) for picture in pictures]
            self._vault.put_segments([(each.name, each.pieces()) for each in sealed])
            try:
                told = self._told + self._journal.append(*(each.fact() for each in sealed), last=True)
            except BaseException:
                for each in sealed:  # nobody was told of it, and another vault may take the same names
                    with suppress(VaultError):
                        self._vault.remove_file(each.name.session, each.name.file)
                raise
        return Put(self._life, [canonical.write(line).decode() for line in told])

    def drop(self) -> None:
        """Nothing came: nobody was told of it, and nothing is left. What cannot be removed now is closed by the next recovery."""
        with suppress(VaultError), closing(self._journal):
            self._vault.erase_key(self._key.id)
            self._vault.forget_journal(self._life)


class Album:
    """`vaults` are folders, the usual one first; one that refuses is passed over. Blocks on the disk."""

    def __init__(self, vaults: Sequence[Path]) -> None:
        self._vaults = vaults

    def begin(self, sealing: Sealing, now_ms: int) -> Putting:
        """What a putting begins with, ahead of what is put. `now_ms`: milliseconds since 1970. Raises as `put`."""
        return self._first(lambda root: Putting(Vault(root), sealing, now_ms), self._vaults)

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int, begun: Putting | None = None) -> Put:
        """Seal what came together, no two of one publication; `number` is its time on the session's clock, in ms, unique in the session.
        Where `begun` cannot take them, another disk does.

        Raises VaultError when no disk takes them (`exists` for a number that was used), BadName, ValueError for a home key that is none.
        """

        def put(root: Path) -> Put:
            putting = begun if begun is not None and root == begun.root else Putting(Vault(root), sealing, now_ms)
            return putting.put(number, pictures)

        return self._first(put, sorted(self._vaults, key=lambda root: begun is not None and root != begun.root))

    @staticmethod
    def _first(work: Callable[[Path], T], vaults: Sequence[Path]) -> T:
        refused: VaultError | None = None
        for root in vaults:
            try:
                return work(root)
            except VaultError as error:
                refused = refused or error
                if error.code == "exists":
                    break
        assert refused is not None, "there is a vault"
        raise refused


class _Sealed:
    """One picture on its way to the disk."""

    def __init__(self, key: DataKey, sealing: Sealing, number: int, picture: Picture) -> None:
        self.name = SegmentName(sealing.session, picture.publication, 1, number)
        self._picture = picture
        self._sealer = SegmentSealer(key, self.name, picture.media, sealing.origin)
        self._key = key.id

    def pieces(self) -> Iterator[bytes]:
        """What its file holds: sealed as it is written, so that a large one is never twice in memory."""
        yield self._sealer.head
        data = self._picture.data
        for start in range(0, max(1, len(data)), CHUNK):
            yield self._sealer.chunk(data[start : start + CHUNK], start + CHUNK >= len(data))

    def fact(self) -> dict[str, Any]:
        """What the journal says of it, once it is written."""
        name, sealer, picture = self.name, self._sealer, self._picture
        return {
            "what": "picture", "session": name.session, "publication": name.publication, "epoch": name.epoch, "segment": name.segment,
            "serial": sealer.header.serial, "key": self._key, "at": name.segment, "bytes": sealer.length, "sealed": sealer.sealed_digest,
            "clear": sealer.clear_digest, "media": picture.media, "width": picture.width, "height": picture.height,
        }  # fmt: skip
