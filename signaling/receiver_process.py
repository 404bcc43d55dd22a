"""The trial's receiver: one process for every home that has a folder here.

In earnest each home has a system of its own; then nothing is started here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from signaling.home_systems import TRIAL
from signaling.kept_process import KeptProcess

PAUSE = (0.5, 10.0)
"""Seconds before one that ended is started again, at first and at most."""


def receiver_process(data: Path, drops: Sequence[Path], log: FilteringBoundLogger) -> KeptProcess:
    """`drops` are the folders that it takes cases from."""
    folders = [word for folder in drops for word in ("--drop", str(folder))]
    words = ["signaling.receiver.program", "--data", str(data / TRIAL), "--keys", str(data / "keys"), "--with-stdin", *folders]
    return KeptProcess("receiver", words, data / "logs" / "receiver.log", PAUSE, log)
