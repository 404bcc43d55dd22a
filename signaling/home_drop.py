"""A home's system that takes its cases from a folder: file and event are put there whole, the receipt is waited for beside them.

    <case>.<n>.zip            the electronic file
    <case>.<n>.event.json     the event (CloudEvents 1.0, structured mode), put there last: what it names is complete
    <case>.<n>.receipt.json   the receipt, by the home's system; or <case>.<n>.refusal.json, {"error": code}
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path
from typing import BinaryIO

import msgspec

from config.clock import Clock
from recordings.handover import NotHandedOver, attributes, receipt_number
from signaling.office.handover_ports import Delivery, HomeAway, HomeFailed, HomeRefused

LOOK_SECONDS = 0.2
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


class DropFolder:
    """`folder` is made when it is missing. `seconds`: how long a receipt is waited for before the next case has its turn."""

    def __init__(self, folder: Path, clock: Clock, seconds: float) -> None:
        self._folder = folder
        self._clock = clock
        self._seconds = seconds

    async def deliver(self, delivery: Delivery) -> str:
        """The number of the receipt. Raises HomeAway, HomeFailed, HomeRefused."""
        try:
            await asyncio.to_thread(self._put, delivery)
            until = self._clock.monotonic() + self._seconds
            while (receipt := await asyncio.to_thread(self._answer, delivery)) is None:
                if self._clock.monotonic() >= until:
                    raise HomeAway("no-receipt", f"nobody has acknowledged {delivery.statement.id} yet")
                await asyncio.sleep(LOOK_SECONDS)
        except OSError as error:
            raise HomeAway("home-away", f"{self._folder}: {error.strerror}") from None
        return receipt

    async def close(self) -> None:
        """Nothing is open."""

    def _put(self, delivery: Delivery) -> None:
        """Both files, unless they are there: what was put before is the same, since its digest was signed once."""
        name = delivery.statement.name
        event = self._folder / f"{name}.event.json"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / f"{name}.refusal.json").unlink(missing_ok=True)  # of an earlier attempt: somebody has said again
        told = {**attributes(delivery.statement, delivery.record), "dataref": f"{name}.zip"}
        content = msgspec.json.encode(told, order="sorted")
        if not event.exists() or event.read_bytes() != content or not (self._folder / f"{name}.zip").exists():
            delivery.file.seek(0)
            _write(self._folder / f"{name}.zip", delivery.file)
            _write(event, content)

    def _answer(self, delivery: Delivery) -> str | None:
        name = delivery.statement.name
        if (said := _read(self._folder / f"{name}.receipt.json")) is not None:
            try:
                return receipt_number(said, delivery.statement)
            except NotHandedOver as error:
                raise HomeFailed("bad-receipt", str(error)) from None
        if (said := _read(self._folder / f"{name}.refusal.json")) is not None:
            raise HomeRefused(_code(said))
        return None


def _write(file: Path, content: bytes | BinaryIO) -> None:
    """Whole or not at all; on the disk when this returns."""
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640), "wb") as out:
        if isinstance(content, bytes):
            out.write(content)
        else:
            shutil.copyfileobj(content, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _code(said: bytes) -> str:
    try:
        code = msgspec.json.decode(said, type=dict[str, object]).get("error")
    except msgspec.DecodeError:
        code = None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "home-refused"
