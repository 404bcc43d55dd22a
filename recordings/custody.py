"""`virtual-window-custody --jurisdiction X`: the one program that opens a jurisdiction's private keys. It signs, countersigns and opens.

It listens on DIR/custody/X/custody.sock (0600), or with --listen on a loopback address, where callers show a token. Its register,
DIR/custody/X/signed.jsonl, keeps it from signing what contradicts what it signed. See docs/keys.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import os
import resource
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from aiohttp import web

from config.logs import configure, get_logger
from config.problem import BadConfiguration
from config.secret import Secret, read_secret
from recordings.custody_desk import Desk
from recordings.keys import SOCKET, TOKEN, KeysError, private_folder
from recordings.local_socket import address
from recordings.names import BadName
from recordings.private_keys import PrivateKeys
from recordings.register import Register
from recordings.vault import VAULTS, Vault
from recordings.vault_errors import VaultError

REGISTER = "signed.jsonl"
GRACE_SECONDS = 10.0
"""What running answers get when the program is told to end."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    command = argparse.ArgumentParser(prog="virtual-window-custody", description=__doc__.partition("\n")[0] if __doc__ else None)
    command.add_argument("--jurisdiction", required=True, metavar="X", help="whose keys")
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with custody/X and recordings")
    command.add_argument(
        "--recordings", type=Path, action="append", metavar="DIR", help="a vault; may be repeated (default DIR/recordings and DIR/spill)"
    )
    command.add_argument("--listen", type=loopback, metavar="HOST:PORT", help="TCP on loopback instead of the socket; port 0 is any")
    command.add_argument(
        "--token-file", type=Path, metavar="FILE", help="what callers must show; with --listen made as DIR/custody/X/callers.token if not given"
    )
    command.add_argument("--with-stdin", action="store_true", help="end when the standard input ends: with the server that started it, however that ends")
    command.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    return command


def loopback(text: str) -> tuple[str, int]:
    """`127.0.0.1:8700` or `[::1]:8700`. Raises argparse.ArgumentTypeError for anything that other machines could reach."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        if ipaddress.ip_address(host).is_loopback and 0 <= int(port) <= 65535:
            return host, int(port)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is no loopback address with a port: other machines come through a tunnel that proves who they are")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 ended as asked, 2 no or bad keys or arguments, 3 another custody of this jurisdiction runs here."""
    options = parser().parse_args(arguments)
    configure(options.log_level, "json")
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not leave the keys in a file
    try:
        asyncio.run(serve(options))
    except (KeysError, BadConfiguration, BadName, VaultError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program speaks to its operator
        return 3 if getattr(error, "code", "") == "busy" else 2
    return 0


async def serve(options: argparse.Namespace) -> None:
    """Answer until SIGTERM or SIGINT. Raises KeysError, BadConfiguration, VaultError, OSError before it is ready."""
    folder = private_folder(options.data, options.jurisdiction)
    keys = PrivateKeys(options.data, options.jurisdiction)
    log = get_logger("custody", jurisdiction=options.jurisdiction)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if options.with_stdin:
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stopped.set)  # nothing is ever said there: readable means over
    with contextlib.closing(Register(folder / REGISTER, options.jurisdiction)) as register:
        token = token_of(options.token_file or (folder / TOKEN if options.listen else None))
        roots = options.recordings or [options.data / name for name in VAULTS]
        desk = Desk(keys, register, [Vault(root, make=False) for root in roots], token, log)
        with contextlib.closing(desk):
            runner = web.AppRunner(desk.application(), access_log=None, shutdown_timeout=GRACE_SECONDS)
            await runner.setup()
            try:
                async with listening(runner, folder / SOCKET, options.listen) as where:
                    log.info("custody-ready", where=where, pid=os.getpid(), signatures=len(register), signing=keys.public.signing_fingerprint)
                    print(f"ready {where}", flush=True)  # noqa: T201 - the line that whoever started the program waits for
                    await stopped.wait()
            finally:
                await runner.cleanup()
    log.info("custody-ended")


@contextlib.asynccontextmanager
async def listening(runner: web.AppRunner, socket: Path, tcp: tuple[str, int] | None) -> AsyncIterator[str]:
    """Open the door and say where it is: `unix:PATH` or `http://HOST:PORT`."""
    if tcp is not None:
        await web.TCPSite(runner, *tcp).start()
        host, port = runner.addresses[0][:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        return
    with address(socket) as path:
        _clear(socket)  # a killed one's; the register says that no other runs
        await web.UnixSite(runner, path).start()
        _close_to_others(socket)
        try:
            yield f"unix:{socket}"
        finally:
            _clear(socket)


def _clear(socket: Path) -> None:
    socket.unlink(missing_ok=True)


def _close_to_others(socket: Path) -> None:
    socket.chmod(0o600)


def token_of(file: Path | None) -> Secret | None:
    """What callers must show; made when the file is missing. Raises BadConfiguration `bad-secret`, OSError."""
    if file is None:
        return None
    with contextlib.suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as made:
        made.write(secrets.token_urlsafe(32) + "\n")
    return read_secret(file)


if __name__ == "__main__":
    sys.exit(main())
