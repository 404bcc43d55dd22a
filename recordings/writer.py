"""The writer: a process of its own that turns the node's frames into sealed segments and facts, and lives on when a disk does not.

It is started by the node with one end of a socket pair and ends when that closes. What may wait for a disk happens on threads.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from config.clock import SystemClock
from config.logs import configure, get_logger
from recordings.disks import Disks
from recordings.vault import VAULTS
from recordings.writer_desk import Desk

NICE = 5


def parser() -> argparse.ArgumentParser:
    """The command line; every default is visible in `--help`."""
    command = argparse.ArgumentParser(
        prog="python -m recordings.writer", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    command.add_argument("--data", type=Path, required=True, help="folder with the vaults `recordings` and `spill`")
    command.add_argument("--fd", type=int, required=True, help="our end of the socket pair, inherited from the node")
    command.add_argument("--log-file", type=Path, default=None, help="write the log there instead of the standard error")
    command.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    return command


async def serve(data: Path, sock: socket.socket) -> None:
    """Write for the node at the other end of `sock` until it closes."""
    log = get_logger("writer", pid=os.getpid())
    disks = Disks([data / name for name in VAULTS], log)
    receive, send = await asyncio.open_connection(sock=sock)
    try:
        await Desk(disks, SystemClock(), log, send).run(receive)
    finally:
        send.close()
        with contextlib.suppress(OSError):  # the node is gone already
            await send.wait_closed()


def main(arguments: Sequence[str] | None = None) -> None:
    """Signals that end a group of programs do not end this one: it ends when its node does, with everything on the disk."""
    options = parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICE)
    os.umask(0o077)
    with ExitStack() as stack:
        file = sys.stderr if options.log_file is None else stack.enter_context(options.log_file.open("a", buffering=1))
        configure(options.log_level, "json", file)
        asyncio.run(serve(options.data, socket.socket(fileno=options.fd)))


if __name__ == "__main__":
    main()
