"""`virtual-window demo`: a whole trial with one command: server, node, a simulated resident who waits, and what to open where.

Starts its programs as processes and ends them with itself; a new simulated resident joins ten seconds after the last has left.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.catalogue import load_catalogue
from config.clock import SystemClock
from config.jurisdiction import load_jurisdictions
from media.ice import AddressPolicy, local_addresses, offered
from signaling.demo_data import FILE

PAUSE_SECONDS = 10
"""Between one simulated resident and the next."""
HOST, HOME = "haiyan", "jinshan"
"""The trial's direction: a kiosk in Haiyan reaches clerks in Jinshan. Everything else comes out of the configuration."""
END_SECONDS = 10.0
RESIDENT = {
    "Waiting": "is waiting for a clerk",
    "Ringing": "sees that a counter is being rung",
    "Talking": "talks with the clerk",
    "Parked": "was cut off and comes back",
    "Farewell": f"says goodbye; the next one comes {PAUSE_SECONDS} seconds later",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a visitor needs to know."""

    url: str
    clerk: str
    password: str
    kiosk_link: str
    resident_kiosk: str
    service: str
    service_name: str


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(prog="virtual-window demo", description="Try the remote virtual window on this machine.")
    p.add_argument("--data", type=Path, default=Path("demo-data"), metavar="DIR", help="folder of the trial (default ./demo-data)")
    p.add_argument("--port", type=int, default=8443, metavar="N", help="TCP port (default 8443)")
    p.add_argument("--lan", action="store_true", help="serve a second machine too: TLS by a local certificate authority")
    p.add_argument("--media", choices=["standard", "small"], default="standard", help="media profile")
    p.add_argument("--no-resident", action="store_true", help="without the simulated resident")
    return p


def main(argv: Sequence[str]) -> int:
    """Runs until Ctrl-C; exit code of the server when that ends by itself."""
    return asyncio.run(_run(parser().parse_args(list(argv))))


async def _run(arguments: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(_process(_serve_command(arguments)))
        url = await _ready(server)
        if url is None:
            return await server.wait() or 1
        trial = await _prepare(arguments.data, url)
        _say(_welcome(trial, arguments.data, lan=arguments.lan))
        waiting = asyncio.create_task(server.wait(), name="server")  # noqa: TID251 - awaited below
        residents = None
        if not arguments.no_resident:
            resident = await stack.enter_async_context(_process(_resident_command(trial, arguments), stderr=True))
            residents = asyncio.create_task(_tell(resident), name="resident")  # noqa: TID251 - cancelled below
        stopping = asyncio.create_task(stop.wait(), name="stop")  # noqa: TID251 - awaited below
        await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (residents, stopping):
            if task is not None:
                task.cancel()
        return waiting.result() if waiting.done() else 0


@contextlib.asynccontextmanager
async def _process(command: Sequence[str], *, stderr: bool = False) -> Any:
    """A child that is asked to end (SIGTERM), then made to, when the block is left."""
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE if stderr else None,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.returncode is None:
            child.terminate()
            try:
                await asyncio.wait_for(child.wait(), END_SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()


def _serve_command(arguments: argparse.Namespace) -> list[str]:
    command = [sys.executable, "-m", "signaling", "serve", "--data", str(arguments.data), "--port", str(arguments.port),
               "--media", arguments.media, "--demo"]
    if arguments.lan:
        address = next((a for a in offered(local_addresses(), AddressPolicy()) if ":" not in a), None)
        if address is None:
            raise SystemExit("no-network: this machine has no network address that a second machine could reach")
        command += ["--bind", address, "--tls-self-signed"]
    return command


async def _ready(server: asyncio.subprocess.Process) -> str | None:
    assert server.stdout is not None
    async for line in server.stdout:
        word, _, url = line.decode().strip().partition(" ")
        if word == "ready":
            return url
    return None


async def _prepare(data: Path, url: str) -> Trial:
    people = json.loads((data / FILE).read_text(encoding="utf-8"))
    jurisdictions = load_jurisdictions()
    kiosks = [kiosk.id for kiosk in jurisdictions[HOST].kiosks]
    keys = {kiosk["id"]: kiosk["key"] for kiosk in people["kiosks"]}
    key_file = data / "demo-resident.key"
    key_file.touch(mode=0o600)
    key_file.write_text(keys[kiosks[0]] + "\n", encoding="utf-8")
    clerk = next(p for p in people["people"] if p["jurisdiction"] == HOME and p["role"] == "clerk")
    offers = [o for o in load_catalogue(jurisdictions=jurisdictions).offered_at(HOST, SystemClock().now()) if o.home == HOME]
    service = max(offers, key=lambda o: -(o.service.popular or 1000)).service
    system = next(p for p in people["people"] if p["jurisdiction"] == HOST and p["role"] == "system-administrator")
    code = await _enrolment_code(data, kiosks[1], system["login"], system["password"])
    return Trial(url, clerk["login"], clerk["password"], f"{url}/kiosk#enrol={code}", kiosks[0], service.code, service.name.zh)


async def _enrolment_code(data: Path, kiosk: str, login: str, password: str) -> str:
    """A one-time code, by the same command that a system administrator uses."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling", "admin", "kiosks", "enrol", kiosk, "--data", str(data), "--as", login,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await child.communicate(password.encode() + b"\n")
    if child.returncode != 0 or not out.strip():
        raise SystemExit(f"no-enrolment-code: {kiosk}\n{said.decode()}")
    return out.decode().split()[-1]


def _resident_command(trial: Trial, arguments: argparse.Namespace) -> list[str]:
    command = [sys.executable, "-m", "kiosk", "simulate", "--server", trial.url, "--kiosk", trial.resident_kiosk,
               "--key-file", str(arguments.data / "demo-resident.key"), "--home", HOME, "--service", trial.service,
               "--forever", "--pause", str(PAUSE_SECONDS), "--media", arguments.media]
    if arguments.lan:
        command += ["--ca", str(arguments.data / "tls" / "ca.crt")]
    return command


async def _tell(resident: asyncio.subprocess.Process) -> None:
    """What the simulated resident does, in a visitor's words; of its log only what went wrong."""
    assert resident.stderr is not None
    async for raw in resident.stderr:
        line = raw.decode(errors="replace").rstrip()
        shown = next((words for screen, words in RESIDENT.items() if f'shows="{screen}"' in line), None)
        if shown is not None:
            _say(f"  The resident {shown}.")
        elif " info " not in line:
            _say(f"  resident: {line}")


def _welcome(trial: Trial, data: Path, *, lan: bool) -> str:
    lines = [
        "",
        "The remote virtual window is open.",
        "",
        f"  Clerk     {trial.url}/counter      login {trial.clerk}   password {trial.password}",
        f"  Kiosk     {trial.kiosk_link}",
        "            (open it in a second window: the link makes that browser a kiosk, once)",
        f"  Others    in {data / FILE}: supervisors for {trial.url}/review, a hall's helpers for {trial.url}/window",
        "",
        f"A simulated resident takes a ticket for “{trial.service_name}” and waits for a clerk: log in, start the shift, and it rings.",
    ]
    if lan:
        lines += [
            "",
            f"On the second machine, trust this trial's authority first: {trial.url}/ca.crt",
            "(import it as a certificate authority; browsers give the camera to secure pages only).",
        ]
    return "\n".join([*lines, "", "Ctrl-C ends the trial.", ""])


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a demo talks to whoever tries it
