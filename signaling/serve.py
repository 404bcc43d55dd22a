"""`virtual-window serve`: read the settings, start the server, print `ready`, serve until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import uvloop

from config import logs
from config.clock import SystemClock
from config.jurisdiction import load_jurisdictions
from config.load import load, secret
from config.problem import BadConfiguration
from config.settings import Settings
from recordings.keys import ensure_demo_keys
from signaling.app import Place, Server
from signaling.auth.service import Auth
from signaling.demo_data import fill_demo
from signaling.office.ports import StoreAway
from signaling.store.engine import UnfitStore
from signaling.store.sqlite import FILE_NAME, open_store

NODE_SECONDS = 20.0
"""A node that is not up by then will not come up by waiting: `ready` is printed without it and /readyz says so."""


def parser() -> argparse.ArgumentParser:
    """The command line; whatever it leaves open is read from DIR/virtual-window.toml and the environment."""
    p = argparse.ArgumentParser(prog="virtual-window serve", description="Serve kiosks and counters; everything written lies under DIR.")
    p.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder for the database, logs, certificates")
    p.add_argument("--bind", metavar="ADDR", help="address to listen on (default 127.0.0.1)")
    p.add_argument("--port", type=int, metavar="N", help="TCP port; 0 takes a free one")
    p.add_argument("--tls-self-signed", action="store_true", default=None, help="make a local certificate authority (for trials)")
    p.add_argument("--demo", action="store_true", help="fill an empty DIR with trial people and keys, serve at any hour")
    p.add_argument("--media", choices=["standard", "small"], help="media profile")
    p.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default DIR/virtual-window.toml)")
    return p


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Raises `BadConfiguration`."""
    file = arguments.settings or arguments.data / "virtual-window.toml"
    options = {
        "server.bind": arguments.bind,
        "server.port": arguments.port,
        "server.tls_self_signed": arguments.tls_self_signed,
        "media.profile": arguments.media,
    }
    if arguments.demo:
        options |= {"trial.always_open": True, "media.allow_loopback": True, "recording.start_custody": True, "handover.start_receiver": True}
    return load(file if arguments.settings or file.exists() else None, options)


@contextlib.contextmanager
def alone_in(data: Path) -> Iterator[None]:
    """One server a folder. Raises SystemExit with a sentence when another runs there."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"already-running: another server works in {data}") from None
        yield


def main(argv: list[str]) -> int:
    """Exit code 0 after an orderly stop, 2 for bad settings."""
    arguments = parser().parse_args(argv)
    try:
        settings = settings_of(arguments)
    except BadConfiguration as bad:
        print(bad, file=sys.stderr)  # noqa: T201 - a program speaks to its operator
        return 2
    logs.configure(settings.logs.level, settings.logs.format)
    with alone_in(arguments.data):
        try:
            return uvloop.run(serve(settings, arguments.data, demo=arguments.demo))
        except (BadConfiguration, UnfitStore, StoreAway) as error:
            print(error, file=sys.stderr)  # noqa: T201 - a program speaks to its operator
            return 2


async def serve(settings: Settings, data: Path, *, demo: bool) -> int:
    """Serve until SIGTERM or SIGINT: the first drains (no new visits, running talks finish), the second leaves at once."""
    log = logs.get_logger("serve")
    clock = SystemClock()
    password = secret("store", settings.store.password_file)
    store = await open_store(
        settings.store.url or data / FILE_NAME, clock, busy_seconds=settings.store.busy_seconds, password=password,
        on_error=lambda name, error: log.error("store-failed", task=name, error=repr(error)),
    )
    jurisdictions = load_jurisdictions(always_open=settings.trial.always_open)
    auth = Auth(store.people, store.kiosks, settings.login, clock, jurisdictions=jurisdictions)
    try:
        if demo:
            await asyncio.to_thread(ensure_demo_keys, data, jurisdictions, clock.now())
        server = Server(settings, Place(data), store, auth, log)
        url = await server.start()
        if demo:
            await fill_demo(store, data, url, jurisdictions)
        if not await server.node_up(NODE_SECONDS):
            log.error("node-not-up", after=NODE_SECONDS)
        asked, again = _stop_signals()  # before `ready`: who reads it may stop us at once, and that is to be an orderly stop
        print(f"ready {url}", flush=True)  # noqa: T201 - what scripts wait for
        await _until_stopped(server, asked, again)
        await server.stop(end_node=True)
    finally:
        auth.close()
        await store.close()
    return 0


def _stop_signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Set when one is asked to stop, and when one is asked again."""
    asked, again = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        (again if asked.is_set() else asked).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return asked, again


async def _until_stopped(server: Server, asked: asyncio.Event, again: asyncio.Event) -> None:
    await asked.wait()
    server.drain()
    while server.talks and not again.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(again.wait(), 0.2)
