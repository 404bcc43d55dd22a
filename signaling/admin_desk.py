"""What the commands of `virtual-window admin` share: the desk they work at, and who it is that acts.

No password is ever an argument: `--password-file FILE` (readable by its owner only), or `-` for the first line of standard input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from config.catalogue import load_catalogue
from config.clock import Clock
from config.jurisdiction import Jurisdictions
from config.secret import Secret, read_secret
from config.settings import Settings
from signaling.auth.administration import Administration
from signaling.auth.service import Auth
from signaling.domain.administration import Act
from signaling.domain.permissions import Actor
from signaling.domain.refusals import Refusal
from signaling.store.sqlite import SqlStore

DONE, REFUSED, MISUSED, AWAY = 0, 1, 2, 75
"""Exit codes; 75 is EX_TEMPFAIL of sysexits.h: the same command may work later."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with."""

    auth: Auth
    store: SqlStore
    settings: Settings
    jurisdictions: Jurisdictions
    clock: Clock
    administration: Administration


Command = Callable[[Desk, argparse.Namespace], Awaitable[None]]
Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""The verbs of one thing."""
Verb: TypeAlias = "Callable[[Verbs, str, Command, str], argparse.ArgumentParser]"
"""Makes a verb of a thing: its name, what it does, what it is for."""


def with_json(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The verb answers programs too."""
    verb.add_argument("--json", action="store_true", help="the same for programs (docs/admin.md)")
    return verb


def with_person(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The verb is done by somebody who shows who they are."""
    verb.add_argument("--as", dest="acting", required=True, metavar="LOGIN", help="who does it")
    verb.add_argument("--password-file", metavar="FILE", help="password of LOGIN in its first line, - for standard input (the default)")
    return verb


async def acting(desk: Desk, arguments: argparse.Namespace, act: Act) -> Actor:
    """Who does it, proved by their password. Raises `bad-login`, `try-later`."""
    given = given_password(arguments.password_file or "-")
    assert given is not None
    return await desk.administration.prove(arguments.acting, given.reveal(), act)


def given_password(file: str | None) -> Secret | None:
    """The first line of a file, or of the standard input for `-`."""
    if file is None:
        return None
    return Secret(sys.stdin.readline().rstrip("\r\n")) if file == "-" else read_secret(Path(file))


def known_jurisdiction(jurisdictions: Jurisdictions, code: str) -> str:
    """The code. Raises `unknown-jurisdiction`."""
    if code not in jurisdictions:
        raise Refusal("unknown-jurisdiction", f"{code}; known: {', '.join(jurisdictions)}")
    return code


def chosen_skills(desk: Desk, arguments: argparse.Namespace, jurisdiction: str) -> tuple[str, ...]:
    """The services named by `--skill` and `--all-skills`, of this jurisdiction on this day. Raises `unknown-service`."""
    catalogue = load_catalogue(jurisdictions=desk.jurisdictions)
    services = {offer.service.code for offer in catalogue.of_home(jurisdiction, desk.clock.now())}
    if arguments.all_skills:
        return tuple(sorted(services))
    if unknown := sorted(set(arguments.skill) - services):
        raise Refusal("unknown-service", f"{', '.join(unknown)}; {jurisdiction} has: {', '.join(sorted(services))}")
    return tuple(sorted(set(arguments.skill)))
