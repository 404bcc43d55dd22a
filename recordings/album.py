"""The papers of a visit, sealed as segments are: stills, forms, signatures, transcripts. Each putting is a writer's life of its own: its data
key, its journal, and it is over.

So a paper goes the way of everything that is recorded: sealed from the first byte, told in a journal, entered from there, each once;
what a crash leaves is found by the same recovery and by the same doctor.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from recordings import canonical
from recordings.data_key import DataKey
from recordings.journal import Journal
from recordings.life import key_line
from recordings.manifest import SUFFIX
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.vault import Vault, VaultError

JPEG, PNG, PDF, JSON = SUFFIX
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


class Album:
    """`vaults` are folders, the usual one first; one that refuses is passed over. Blocks on the disk."""

    def __init__(self, vaults: Sequence[Path]) -> None:
        self._vaults = vaults

    def put(self, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int) -> Put:
        """Seal what came together, no two of one publication; `number` is its time on the session's clock, in ms, unique in the session.

        Raises VaultError when no disk takes them (`exists` for a number that was used), BadName, ValueError for a home key that is none.
        """
        refused: VaultError | None = None
        for root in self._vaults:
            try:
                return _put(Vault(root), sealing, number, pictures, now_ms)
            except VaultError as error:
                refused = refused or error
                if error.code == "exists":
                    break
        assert refused is not None, "there is a vault"
        raise refused


def _put(vault: Vault, sealing: Sealing, number: int, pictures: Sequence[Picture], now_ms: int) -> Put:
    life = secrets.token_hex(8)
    key = DataKey.new(sealing.session, life)
    wrapped = key.wrap(sealing.home, sealing.home_key)
    with closing(Journal.opened(vault.journal(life))) as journal:
        told = journal.append({"what": "writer-started", "life": life, "at": now_ms}, key_line(wrapped))
        vault.put_key(wrapped)  # afterwards: recovery finds what was written of a key that the journal tells of
        written: list[SegmentName] = []
        try:
            facts = [_seal(vault, sealing, key, number, picture, written) for picture in pictures]
            told += journal.append(*facts)
        except BaseException:
            for name in written:  # nobody was told of it, and another vault may take the same names
                with suppress(VaultError):
                    vault.remove_file(name.session, name.file)
            raise
        journal.finish()
    return Put(life, [canonical.write(line).decode() for line in told])


def _seal(vault: Vault, sealing: Sealing, key: DataKey, number: int, picture: Picture, written: list[SegmentName]) -> dict[str, Any]:
    """Write one picture to its end; returns what the journal says of it. Its name goes to `written` as soon as there is a file."""
    name = SegmentName(sealing.session, picture.publication, 1, number)
    sealer = SegmentSealer(key, name, picture.media, sealing.origin)
    file = vault.create_segment(name, sealer.head)
    written.append(name)
    for piece, last in _pieces(picture.data):
        file.write(sealer.chunk(piece, last))
    file.close()
    return {
        "what": "picture", "session": name.session, "publication": name.publication, "epoch": name.epoch, "segment": number,
        "serial": sealer.header.serial, "key": key.id, "at": number, "bytes": sealer.length, "sealed": sealer.sealed_digest,
        "clear": sealer.clear_digest, "media": picture.media, "width": picture.width, "height": picture.height,
    }  # fmt: skip


def _pieces(data: bytes) -> Iterator[tuple[bytes, bool]]:
    for start in range(0, max(1, len(data)), CHUNK):
        yield data[start : start + CHUNK], start + CHUNK >= len(data)
