"""`virtual-window admin keys …`: make a jurisdiction's keys, show what is known of them. Needs a folder, no server.

No command reads a private half: making writes them, everything else looks at the public ones. Where custody has a machine of its own,
whoever has its folder makes keys; in the folder of a server its security administrator does, on the record.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

from config.clock import SystemClock
from config.jurisdiction import load_jurisdictions
from config.problem import BadConfiguration
from recordings.keys import KeysError, PublicKeys, all_public, load_public, make_keys, private_folder, rotate_keys
from recordings.names import BadName
from signaling.admin_desk import Desk, acting, known_jurisdiction
from signaling.admin_print import answer as _answer
from signaling.admin_print import tell as _tell
from signaling.domain.administration import Act
from signaling.domain.refusals import Refusal

DONE, REFUSED, MISUSED = 0, 1, 2

Command = Callable[[argparse.Namespace], None]


def add_to(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs of `admin keys`; each leaves its command in `keys_command`."""
    for name, command, text in (
        ("make", make, "make a jurisdiction's first keys; prints the fingerprints"),
        ("rotate", rotate, "make new keys and use them from now on; the old ones stay to open what was sealed to them"),
        ("list", list_keys, "list every pair: jurisdiction, valid from, in use or retired, fingerprints for signing and sealing"),
        ("fingerprint", fingerprints, "print the fingerprints of the keys in use, to be compared by telephone or printed"),
    ):
        verb = verbs.add_parser(name, help=text, description=text)
        verb.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder with keys and custody")
        verb.add_argument("--jurisdiction", required=name in ("make", "rotate"), help="whose keys" + ("" if name in ("make", "rotate") else "; all if not given"))
        verb.set_defaults(keys_command=command, settings=None)
        if command in CHANGING:
            verb.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default DIR/virtual-window.toml)")
            verb.add_argument("--as", dest="acting", metavar="LOGIN", help="the security administrator who does it; needed in a server's folder")
            verb.add_argument("--password-file", metavar="FILE", help="password of LOGIN in its first line, - for standard input (the default)")


def run(command: Command, arguments: argparse.Namespace) -> int:
    """Exit code 0 when it was done, 1 when it was refused, 2 for a jurisdiction that nobody knows."""
    try:
        if arguments.jurisdiction is not None and arguments.jurisdiction not in (known := load_jurisdictions()):
            _tell(f"unknown-jurisdiction: {arguments.jurisdiction}; known: {', '.join(known)}")
            return MISUSED
        command(arguments)
    except (BadConfiguration, BadName) as bad:
        _tell(str(bad))
        return MISUSED
    except KeysError as error:
        _tell(str(error))
        return REFUSED
    return DONE


def make(arguments: argparse.Namespace) -> None:
    _show_new(arguments.data, make_keys(arguments.data, arguments.jurisdiction, SystemClock().now()))


def rotate(arguments: argparse.Namespace) -> None:
    _show_new(arguments.data, rotate_keys(arguments.data, arguments.jurisdiction, SystemClock().now()))


CHANGING: dict[Command, Act] = {make: "keys-make", rotate: "keys-rotate"}
"""Commands that change something, and the act that they are in a server's folder."""


async def on_record(desk: Desk, arguments: argparse.Namespace) -> None:
    """`make` and `rotate` in a server's folder: by its security administrator. Before there is one anybody with the folder may."""
    command: Command = arguments.keys_command
    act, jurisdiction = CHANGING[command], known_jurisdiction(desk.jurisdictions, arguments.jurisdiction)
    if arguments.acting is None:
        if await desk.auth.has_guard(jurisdiction):
            raise Refusal("not-allowed", f"say with --as LOGIN which security administrator of {jurisdiction} does it")
        await asyncio.to_thread(command, arguments)
        return
    who = await acting(desk, arguments, act)
    entry: dict[str, str] = {}
    async with desk.administration.renewing(who, act, jurisdiction, entry):
        try:
            await asyncio.to_thread(command, arguments)
        except KeysError as error:
            raise Refusal(error.code, str(error).partition(": ")[2]) from None
        public = load_public(arguments.data, jurisdiction)
        entry |= {"signing": public.signing_fingerprint, "sealing": public.sealing_fingerprint}


def list_keys(arguments: argparse.Namespace) -> None:
    for public in all_public(arguments.data):
        if arguments.jurisdiction in (None, public.jurisdiction):
            state = "in use" if load_public(arguments.data, public.jurisdiction) == public else "retired"
            _answer("\t".join((public.jurisdiction, public.valid_from, state, public.signing_fingerprint, public.sealing_fingerprint)))


def fingerprints(arguments: argparse.Namespace) -> None:
    codes = [arguments.jurisdiction] if arguments.jurisdiction else sorted({public.jurisdiction for public in all_public(arguments.data)})
    for code in codes:
        _show(load_public(arguments.data, code))


def _show_new(data: Path, public: PublicKeys) -> None:
    _tell(f"private halves: {private_folder(data, public.jurisdiction)} (back them up: what is sealed to a lost key is lost)")
    _show(public)


def _show(public: PublicKeys) -> None:
    _answer(f"{public.jurisdiction}\tsigning\t{_grouped(public.signing_fingerprint)}")
    _answer(f"{public.jurisdiction}\tsealing\t{_grouped(public.sealing_fingerprint)}")


def _grouped(fingerprint: str) -> str:
    """In groups of four, as one reads it aloud."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
