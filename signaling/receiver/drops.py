"""The receiver's letter box: a folder into which cases are dropped. Each is taken as over the network, and its receipt put beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from config.logs import Logger
from recordings.handover import CASE
from signaling.receiver.intake import FILE, Intake, Refused

LARGEST_EVENT = 64 * 1024
_EVENT = ".event.json"


class LetterBox:
    """`look` is one round; blocking."""

    def __init__(self, folder: Path, intake: Intake, log: Logger) -> None:
        self._folder = folder
        self._intake = intake
        self._log = log

    def look(self) -> int:
        """Take whatever lies there and has no answer yet; returns how many were answered."""
        if not self._folder.is_dir():
            return 0
        names = sorted(file.name.removesuffix(_EVENT) for file in self._folder.iterdir() if file.name.endswith(_EVENT))
        return sum(self._take(name) for name in names if _is_name(name) and not self._answered(name))

    def _answered(self, name: str) -> bool:
        return any((self._folder / f"{name}.{kind}.json").exists() for kind in ("receipt", "refusal"))

    def _take(self, name: str) -> bool:
        try:
            event = msgspec.json.decode((self._folder / f"{name}{_EVENT}").read_bytes()[:LARGEST_EVENT], type=dict[str, str])
            if event.pop("dataref", "") != f"{name}.zip":
                raise Refused("bad-event", "it names another file")
            with self._intake.place() as folder:
                shutil.copyfile(self._folder / f"{name}.zip", folder / FILE)
                receipt, new = self._intake.take(event, folder)
        except (Refused, msgspec.DecodeError) as no:
            code = no.code if isinstance(no, Refused) else "bad-event"
            self._log.warning("not-taken", code=code, name=name, text=str(no))
            self._answer(name, "refusal", msgspec.json.encode({"error": code}))
            return True
        except OSError as error:  # it is taken away at this moment, or the disk refuses: the next round sees
            self._log.warning("not-taken-yet", name=name, text=str(error))
            return False
        self._answer(name, "receipt", receipt)
        self._log.info("taken" if new else "taken-again", name=name)
        return True

    def _answer(self, name: str, kind: str, content: bytes) -> None:
        part = self._folder / f".{name}.{kind}.part"
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._folder / f"{name}.{kind}.json")


def _is_name(name: str) -> bool:
    case, dot, n = name.rpartition(".")
    return bool(dot) and CASE.fullmatch(case) is not None and n.isascii() and n.isdigit()
