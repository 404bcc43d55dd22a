"""`virtual-window admin …`: jurisdictions, kiosks, counters, people, services, powers, the calendar, the record; keys, packages and deletion.

On the machine of the server, also while it runs. Who changes something says who they are: `--as LOGIN`, with their password in a file
readable by its owner only or on standard input. What was asked for goes to standard output, alone; sentences to standard error.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from config.clock import SystemClock
from config.jurisdiction import load_jurisdictions
from config.load import load, secret
from config.problem import BadConfiguration
from config.settings import Settings
from recordings.keys import KeysError
from signaling import (
    admin_calendar,
    admin_catalogue,
    admin_counters,
    admin_evidence,
    admin_handovers,
    admin_jurisdictions,
    admin_keys,
    admin_kiosks,
    admin_people,
    admin_powers,
    admin_record,
    admin_services,
)
from signaling.admin_desk import AWAY, DONE, MISUSED, REFUSED, Command, Desk, Verbs, given_password, known_jurisdiction
from signaling.admin_print import answer, tell
from signaling.auth.administration import Administration
from signaling.auth.service import Auth
from signaling.domain.refusals import Refusal
from signaling.office.ports import StoreAway
from signaling.store.chain import chain_of
from signaling.store.engine import UnfitStore
from signaling.store.sqlite import FILE_NAME, open_store

__all__ = ["Desk", "given_password", "main", "parser"]


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it was done, 1 when it was refused, 2 for a wrong command line or settings, 75 while the store is away."""
    arguments = parser().parse_args(list(argv))
    keys_command = getattr(arguments, "keys_command", None)
    if keys_command is not None and keys_command not in admin_keys.CHANGING:
        return admin_keys.run(keys_command, arguments)
    if getattr(arguments, "catalogue_check", False):
        return admin_catalogue.run(arguments)
    plain: Callable[[argparse.Namespace], None] | None = getattr(arguments, "plain_command", None)
    try:
        if keys_command is not None:
            if not _has_store(arguments):
                return admin_keys.run(keys_command, arguments)
            arguments.command = admin_keys.on_record
        if plain is not None:  # what ships with the product needs no store either
            plain(arguments)
        else:
            asyncio.run(_run(arguments.command, arguments))
    except (Refusal, UnfitStore, KeysError) as error:
        tell(str(error))
        return REFUSED
    except BadConfiguration as bad:
        tell(str(bad))
        return MISUSED
    except StoreAway as away:
        tell(f"store-away: {away}")
        return AWAY
    return DONE


def parser() -> argparse.ArgumentParser:
    """The command line."""
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--data", type=Path, required=True, metavar="DIR", help="the server's folder")
    everywhere.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default DIR/virtual-window.toml)")
    top = argparse.ArgumentParser(prog="virtual-window admin", description="What the administrators of a jurisdiction do and look at (docs/admin.md).")
    things = top.add_subparsers(required=True, metavar="THING")

    def verb(of: Verbs, name: str, command: Command, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = of.add_parser(name, parents=[everywhere], help=text, description=text)
        made.set_defaults(command=command)
        return made

    def thing(name: str, text: str) -> Verbs:
        return things.add_parser(name, help=text, description=text).add_subparsers(required=True, metavar="VERB")

    code = verb(things, "setup-code", setup_code, "print the one-time code of the first security administrator")
    code.add_argument("--jurisdiction", metavar="CODE", help="of this one (default: the first of all, while there is none)")
    code.add_argument("--break-glass", action="store_true", help="although there is one, whose password is lost for instance; its record says so")

    admin_jurisdictions.add_to(thing("jurisdictions", "the authorities: hours, kiosks, counters, retention, keys"), verb)
    admin_kiosks.add_to(thing("kiosks", "kiosks and their keys; the system administrator's"), verb)
    admin_counters.add_to(thing("counters", "counters and who sits there"), verb)
    admin_people.add_to(thing("people", "people who log in; the security administrator's"), verb)
    admin_services.add_to(thing("services", "what each home decides"))
    admin_powers.add_to(thing("powers", "what one authority lets another do for it"))
    admin_calendar.add_to(thing("calendar", "the days that count"))
    admin_record.add_to(thing("record", "what the administrators did; the audit administrator's"), verb)
    admin_keys.add_to(thing("keys", "a jurisdiction's keys for signing and sealing"))
    admin_catalogue.add_to(thing("catalogue", "what the jurisdictions offer"))
    admin_handovers.add_to(thing("handovers", "decided cases on their way to their home's own system"), verb)
    admin_evidence.add_to(partial(verb, things))
    return top


def _has_store(arguments: argparse.Namespace) -> bool:
    """Whether the folder is a server's, and not that of a custody by itself."""
    data: Path = arguments.data
    return (data / FILE_NAME).exists() or _settings(arguments).store.url != ""


def _settings(arguments: argparse.Namespace) -> Settings:
    file: Path = arguments.settings or arguments.data / "virtual-window.toml"
    return load(file if arguments.settings or file.exists() else None)


async def _run(command: Command, arguments: argparse.Namespace) -> None:
    settings = _settings(arguments)
    if command is not setup_code and not arguments.data.is_dir():  # the first command of a new server makes its folder
        raise Refusal("no-such-folder", str(arguments.data))
    clock = SystemClock()
    password = secret("store", settings.store.password_file)
    where = settings.store.url or arguments.data / FILE_NAME
    jurisdictions = load_jurisdictions(always_open=settings.trial.always_open)
    async with await open_store(where, clock, busy_seconds=settings.store.busy_seconds, password=password) as store:
        auth = Auth(store.people, store.kiosks, settings.login, clock, jurisdictions=jurisdictions)
        administration = Administration(auth, store.people, store.kiosks, store.record, clock, chain_of)
        try:
            await command(Desk(auth, store, settings, jurisdictions, clock, administration), arguments)
        finally:
            auth.close()


async def setup_code(desk: Desk, arguments: argparse.Namespace) -> None:
    """`admin setup-code`."""
    if arguments.jurisdiction is not None:
        known_jurisdiction(desk.jurisdictions, arguments.jurisdiction)
    elif arguments.break_glass:
        raise Refusal("unknown-jurisdiction", "say with --jurisdiction CODE whose glass is broken")
    code = await desk.auth.setup_code(arguments.jurisdiction, break_glass=arguments.break_glass)
    tell(f"for the first security administrator, good for {desk.settings.login.setup_hours:g} hours, once:")
    answer(code)
