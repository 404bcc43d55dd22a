"""A writer that records one stream until it is killed: `python -m tests.recordings.dying_writer ROOT LIFE`. Prints a line a chunk."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from recordings import progress
from recordings.data_key import DataKey
from recordings.journal import Journal
from recordings.names import SegmentName
from recordings.progress import Note
from recordings.sealing import SegmentSealer
from recordings.vault import Vault
from tests.recordings.sealed import ORIGIN, SESSION, VIDEO, digest

CHUNKS = 8


def main(root: Path, life: str, public: bytes) -> None:
    """Segments of eight half-second chunks; the journal as docs/recording.md has it."""
    vault = Vault(root)
    key = DataKey.new(SESSION, life)
    wrapped = key.wrap("jinshan", public)
    with Journal.opened(vault.journal(life)) as journal:
        journal.append({"what": "writer-started", "life": life, "at": ORIGIN})
        sealed = digest(wrapped.encode())
        journal.append({"what": "key-wrapped", "session": SESSION, "key": key.id, "home_key": wrapped.home_key, "sealed": sealed})
        vault.put_key(wrapped)
        for number in itertools.count():
            record(vault, journal, key, SegmentName(SESSION, "resident.camera", 1, number), number * CHUNKS * 500)


def record(vault: Vault, journal: Journal, key: DataKey, name: SegmentName, start: int) -> None:
    sealer = SegmentSealer(key, name, VIDEO, ORIGIN)
    file = vault.create_segment(name, sealer.head)
    facts = {"start": start, "width": 640, "height": 360, "first": 0, "clock_error": 0}
    for chunk in range(CHUNKS):
        file.write(sealer.chunk(f"{name.segment}.{chunk};".encode() * 500, last=chunk == CHUNKS - 1))
        file.sync()
        end = start + 500 * (chunk + 1)
        noted = Note(name=name, bytes=file.synced, end=end, frames=chunk + 1, last=chunk, **facts)
        progress.write(vault.progress(key.id.partition(".")[2]), [noted], sync=True)
        if name.segment == 0 and chunk == 0:
            journal.append({"what": "first-byte", "session": name.session, "publication": name.publication, "epoch": name.epoch, "at": start})
        print(name.segment, chunk, flush=True)
    file.close()
    journal.append({
        "what": "segment", "session": name.session, "publication": name.publication, "epoch": name.epoch, "segment": name.segment,
        "serial": sealer.header.serial, "key": key.id, **facts, "end": end, "frames": CHUNKS, "bytes": sealer.length, "last": CHUNKS - 1,
        "sealed": sealer.sealed_digest, "clear": sealer.clear_digest, "media": VIDEO, "state": "whole",
    })  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3]))
