"""`virtual-window receiver --data DIR --keys FILE (--port N | --drop FOLDER)`: takes handed-over cases, for a trial and for tests of one's own.

It prints `ready http://HOST:PORT` (or `ready FOLDER`) once it takes. What it keeps is described in `intake.py`, what it answers in
docs/handover.md: a home that connects a system of its own may hold it against this one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from config.clock import SystemClock
from config.logs import configure, get_logger
from recordings.keys import KeysError, PublicKeys
from signaling.receiver.drops import LetterBox
from signaling.receiver.intake import Intake

LOOK_SECONDS = 0.3


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(prog="virtual-window receiver", description="Take handed-over cases as a home's own system does, and acknowledge them.")
    p.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder for what is received")
    p.add_argument("--keys", type=Path, action="append", required=True, metavar="FILE", help="public keys of a home, DIR/keys/<jurisdiction>.json; a folder: all in it; may be repeated")
    p.add_argument("--port", type=int, metavar="N", help="take events over HTTP on this port; 0 takes a free one")
    p.add_argument("--bind", default="127.0.0.1", metavar="ADDR", help="address to listen on (default 127.0.0.1)")
    p.add_argument("--tls-certificate", type=Path, metavar="FILE", help="PEM, with --tls-key: HTTPS instead of HTTP")
    p.add_argument("--tls-key", type=Path, metavar="FILE")
    p.add_argument("--drop", type=Path, action="append", default=[], metavar="FOLDER", help="take cases from this folder, and put receipts there; may be repeated")
    p.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    p.add_argument("--with-stdin", action="store_true", help="end when standard input does: for whoever starts it as a child")
    return p


def main(argv: Sequence[str]) -> int:
    """Exit code 0 ended as asked, 2 a wrong command line, no keys, a port or folder that is not to be had."""
    p = parser()
    arguments = p.parse_args(list(argv))
    if arguments.port is None and not arguments.drop:
        p.error("--port or --drop says where cases come in")
    if bool(arguments.tls_certificate) != bool(arguments.tls_key):
        p.error("--tls-certificate and --tls-key go together")
    configure(arguments.log_level, "json")
    try:
        asyncio.run(_serve(arguments))
    except (KeysError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program speaks to its operator
        return 2
    return 0


def keys_in(places: Sequence[Path]) -> list[PublicKeys]:
    """Every pair that lies there. Raises KeysError, OSError."""
    files = [file for place in places for file in (sorted(place.glob("*.json")) if place.is_dir() else [place])]
    found = {PublicKeys.decode(file.read_bytes()) for file in files}
    if not found:
        raise KeysError("no-keys", f"no public keys in {', '.join(map(str, places))}")
    return sorted(found, key=lambda public: (public.jurisdiction, public.valid_from, public.signing))


async def _serve(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if arguments.with_stdin:
        loop.add_reader(sys.stdin.fileno(), stopped.set)  # nothing is ever said there: readable means over
    log = get_logger("receiver")
    intake = Intake(arguments.data, keys_in(arguments.keys), SystemClock())
    intake.tidy()
    async with contextlib.AsyncExitStack() as stack:
        where = " ".join(map(str, arguments.drop))
        if arguments.port is not None:
            where = await stack.enter_async_context(_listening(arguments, intake))
        print(f"ready {where}", flush=True)  # noqa: T201 - the line that whoever started the program waits for
        boxes = [LetterBox(folder, intake, log) for folder in arguments.drop]
        while not stopped.is_set():
            for box in boxes:
                await asyncio.to_thread(box.look)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), LOOK_SECONDS if boxes else None)


@contextlib.asynccontextmanager
async def _listening(arguments: argparse.Namespace, intake: Intake) -> AsyncIterator[str]:
    from aiohttp import web  # a receiver of a folder needs none of it

    from signaling import local_tls
    from signaling.receiver.events import EventDoor

    runner = web.AppRunner(EventDoor(intake, get_logger("receiver")).application(), access_log=None, shutdown_timeout=2)
    await runner.setup()
    tls = local_tls.context(arguments.tls_certificate, arguments.tls_key) if arguments.tls_certificate else None
    try:
        await web.TCPSite(runner, arguments.bind, arguments.port, ssl_context=tls).start()
        host, port = runner.addresses[0][:2]
        yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
