"""Frames that look like VP8 and Opus to whoever does not decode them, and a recorded room's files opened again."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recordings.data_key import unwrap
from recordings.names import SegmentName
from recordings.sealing import SegmentOpener, opened
from recordings.vault import Vault
from recordings.webm import Block
from recordings.webm_read import File, read

HOME = "jinshan"
SESSION = "s-20261123-0001"
PACKET = 1000


def vp8_picture(number: int, *, key: bool = False, size: int = 300, width: int = 640, height: int = 360) -> bytes:
    """A VP8 frame (RFC 6386 §9.1) of `size` bytes that carries its number."""
    tag = (0 if key else 1) | 1 << 4 | 10 << 5
    head = tag.to_bytes(3, "little")
    if key:
        head += b"\x9d\x01\x2a" + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return head + number.to_bytes(4) + random.Random(number).randbytes(size - len(head) - 4)


def opus_packet(number: int, size: int = 60) -> bytes:
    """20 ms of CELT (RFC 6716 §3.1) that carries its number."""
    return b"\xf8" + number.to_bytes(4) + random.Random(number).randbytes(size - 5)


def rtp_payloads(picture: bytes, packet: int = PACKET) -> list[bytes]:
    """The picture as RTP payloads (RFC 7741): S bit and partition 0 on the first."""
    parts = [picture[at : at + packet] for at in range(0, len(picture), packet)]
    return [(b"\x10" if index == 0 else b"\x00") + part for index, part in enumerate(parts)]


def number_of(frame: bytes) -> int:
    """The number that a frame of ours carries."""
    if frame[0] == 0xF8:
        return int.from_bytes(frame[1:5])
    at = 3 if frame[0] & 1 else 10
    return int.from_bytes(frame[at : at + 4])


class Home:
    """A home jurisdiction with its private key."""

    def __init__(self) -> None:
        self.private = X25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes_raw()

    @property
    def key(self) -> str:
        """As an order carries it."""
        return base64.b64encode(self.public).decode()


@dataclass
class Opened:
    """One segment's file, opened with the home's key; every chunk was verified."""

    name: SegmentName
    state: str
    file: File | None
    """None for a segment that was cut off before its first chunk."""
    sealed: str
    clear: str
    length: int

    @property
    def frames(self) -> list[bytes]:
        return [block.data for block in self.blocks]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.file.blocks if self.file is not None else ()

    @property
    def numbers(self) -> list[int]:
        return [number_of(frame) for frame in self.frames]


def open_segments(root: Path, home: Home, session: str = SESSION) -> list[Opened]:
    """Every segment of a session in a vault, in order."""
    vault = Vault(root)
    found = []
    for name in vault.segments(session):
        with vault.open_segment(name) as file:
            head = SegmentOpener(unwrap(vault.read_key(_key_of(vault, name)), HOME, home.private), name, may_be_cut=True)
            clear = b"".join(opened(file, head))
            found.append(Opened(name, head.state, read(clear) if clear else None, head.sealed_digest, head.clear_digest, file.tell()))
    return found


def _key_of(vault: Vault, name: SegmentName) -> str:
    with vault.open_segment(name) as file:
        start = file.read(9)
        header: dict[str, Any] = json.loads(file.read(int.from_bytes(start[7:])))
    return str(header["key"])


def of(segments: Iterable[Opened], publication: str) -> list[Opened]:
    return [segment for segment in segments if segment.name.publication == publication]


def frames(segments: list[Opened], publication: str) -> list[bytes]:
    """Every frame of a publication, in order."""
    return [frame for segment in of(segments, publication) for frame in segment.frames]


def journals(root: Path) -> list[dict[str, Any]]:
    """The lines of every life in a vault, lives in the order of their start."""
    lives = [[json.loads(line) for line in path.read_text().splitlines()] for path in (root / "journal").glob("*.jsonl")]
    return [line for life in sorted(lives, key=lambda lines: lines[0]["at"]) for line in life]
