"""`virtual-window admin …`: people, kiosks and their codes, keys, packages and deletion, the catalogue, on the machine of the server. Works while the server runs.

What was asked for goes to standard output, alone; sentences about it go to standard error. No password is ever an argument:
`--password-file FILE` (readable by its owner only) or `-` for standard input; without it one is made and printed once.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config.catalogue import load_catalogue
from config.clock import Clock, SystemClock
from config.jurisdiction import Jurisdictions, load_jurisdictions
from config.load import load, secret
from config.problem import BadConfiguration
from config.secret import Secret, read_secret
from config.settings import Settings
from recordings.ledger import utc
from signaling import admin_catalogue, admin_evidence, admin_keys
from signaling.auth.passwords import new_password
from signaling.auth.service import Auth
from signaling.domain.people import ROLES, Person
from signaling.domain.refusals import Refusal
from signaling.office.ports import StoreAway
from signaling.store.engine import UnfitStore
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store

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


Command = Callable[[Desk, argparse.Namespace], Awaitable[None]]


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it was done, 1 when it was refused, 2 for a wrong command line or settings, 75 while the store is away."""
    arguments = parser().parse_args(list(argv))
    if (keys_command := getattr(arguments, "keys_command", None)) is not None:  # keys need no store
        return admin_keys.run(keys_command, arguments)
    if getattr(arguments, "catalogue_check", False):
        return admin_catalogue.run(arguments)
    try:
        asyncio.run(_run(arguments.command, arguments))
    except (Refusal, UnfitStore) as error:
        _tell(str(error))
        return REFUSED
    except BadConfiguration as bad:
        _tell(str(bad))
        return MISUSED
    except StoreAway as away:
        _tell(f"store-away: {away}")
        return AWAY
    return DONE


def parser() -> argparse.ArgumentParser:
    """The command line."""
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--data", type=Path, required=True, metavar="DIR", help="the server's folder")
    everywhere.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default DIR/virtual-window.toml)")
    top = argparse.ArgumentParser(prog="virtual-window admin", description="People, kiosks and their codes, keys.")
    things = top.add_subparsers(required=True, metavar="THING")

    def verb(of: argparse._SubParsersAction[argparse.ArgumentParser], name: str, command: Command, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = of.add_parser(name, parents=[everywhere], help=text, description=text)
        made.set_defaults(command=command)
        return made

    def thing(name: str, text: str) -> argparse._SubParsersAction[argparse.ArgumentParser]:
        return things.add_parser(name, help=text, description=text).add_subparsers(required=True, metavar="VERB")

    verb(things, "setup-code", setup_code, "print the one-time code of the first administrator")

    person = thing("person", "people who log in")
    add = verb(person, "add", add_person, "add a person; prints a password unless one is given")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="as residents see it")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--jurisdiction", required=True)
    for each in (add, verb(person, "skills", set_skills, "say which services a clerk may be rung for")):
        each.add_argument("--skill", action="append", default=[], metavar="SERVICE", help="a service of the clerk's jurisdiction; may be repeated")
        each.add_argument("--all-skills", action="store_true", help="every service of the clerk's jurisdiction")
    listing = verb(person, "list", list_people, "list people: login, role, jurisdiction, state, skills, name")
    listing.add_argument("--jurisdiction")
    verb(person, "disable", disable, "log a person out everywhere and let them in no more")
    verb(person, "enable", enable, "let a person in again")
    for each in (add, verb(person, "password", set_password, "give a person a new password and log them out everywhere")):
        each.add_argument("--password-file", metavar="FILE", help="file with the password in its first line, - for standard input")
    for name in ("skills", "disable", "enable", "password"):
        person.choices[name].add_argument("login")

    kiosk = thing("kiosk", "kiosks")
    for name, command, text in (
        ("enrol", enrol, "print the one-time code by which the kiosk gets its key"),
        ("revoke", revoke, "end the kiosk's key and its logins"),
    ):
        verb(kiosk, name, command, text).add_argument("kiosk")
    verb(kiosk, "list", list_kiosks, "list kiosks: id, jurisdiction, state")
    admin_keys.add_to(thing("keys", "a jurisdiction's keys for signing and sealing"))
    admin_catalogue.add_to(thing("catalogue", "what the jurisdictions offer"))
    admin_evidence.add_to(partial(verb, things))
    return top


async def _run(command: Command, arguments: argparse.Namespace) -> None:
    file = arguments.settings or arguments.data / "virtual-window.toml"
    settings = load(file if arguments.settings or file.exists() else None)
    if command is not setup_code and not arguments.data.is_dir():  # the first command of a new server makes its folder
        raise Refusal("no-such-folder", str(arguments.data))
    clock = SystemClock()
    password = secret("store", settings.store.password_file)
    where = settings.store.url or arguments.data / FILE_NAME
    jurisdictions = load_jurisdictions()
    async with await open_store(where, clock, busy_seconds=settings.store.busy_seconds, password=password) as store:
        auth = Auth(store.people, store.kiosks, settings.login, clock, jurisdictions=jurisdictions)
        try:
            await command(Desk(auth, store, settings, jurisdictions, clock), arguments)
        finally:
            auth.close()


# --- commands -------------------------------------------------------------------------------------


async def setup_code(desk: Desk, arguments: argparse.Namespace) -> None:
    code = await desk.auth.setup_code()
    _tell(f"for the first administrator, good for {desk.settings.login.setup_hours:g} hours, once:")
    _answer(code)


async def add_person(desk: Desk, arguments: argparse.Namespace) -> None:
    if arguments.jurisdiction not in desk.jurisdictions:
        raise Refusal("unknown-jurisdiction", f"{arguments.jurisdiction}; known: {', '.join(desk.jurisdictions)}")
    skills = _skills(desk, arguments, arguments.jurisdiction)
    given = given_password(arguments.password_file)
    password = given.reveal() if given else new_password()
    person = await desk.auth.add_person(arguments.login, arguments.name, arguments.role, arguments.jurisdiction, password, skills)
    _tell(f"{person.login} is a {person.role} of {person.jurisdiction}" + ("" if given else "; the password, shown this once:"))
    if not given:
        _answer(password)


async def set_password(desk: Desk, arguments: argparse.Namespace) -> None:
    person = await _person(desk, arguments.login)
    given = given_password(arguments.password_file)
    password = given.reveal() if given else new_password()
    await desk.auth.set_password(person.login, password)
    _tell(f"{person.login} has a new password" + ("" if given else ", shown this once:"))
    if not given:
        _answer(password)


async def set_skills(desk: Desk, arguments: argparse.Namespace) -> None:
    person = await _person(desk, arguments.login)
    skills = _skills(desk, arguments, person.jurisdiction)
    await desk.store.people.set_skills(person.login, skills)
    _tell(f"{person.login} may be rung for {len(skills)} services")


async def list_people(desk: Desk, arguments: argparse.Namespace) -> None:
    for each in await desk.store.people.persons(arguments.jurisdiction):
        state = "active" if each.active else "disabled"
        _answer("\t".join((each.login, each.role, each.jurisdiction, state, str(len(each.skills)), each.name)))


async def disable(desk: Desk, arguments: argparse.Namespace) -> None:
    person = await _person(desk, arguments.login)
    await desk.store.people.set_active(person.login, False, desk.clock.now())
    _tell(f"{person.login} is logged out and is let in no more")


async def enable(desk: Desk, arguments: argparse.Namespace) -> None:
    person = await _person(desk, arguments.login)
    await desk.store.people.set_active(person.login, True, desk.clock.now())
    _tell(f"{person.login} may log in")


async def enrol(desk: Desk, arguments: argparse.Namespace) -> None:
    jurisdiction, kiosk = _kiosk(desk, arguments.kiosk)
    code = await desk.auth.enrolment_code(kiosk, jurisdiction)
    _tell(f"for the kiosk {kiosk} of {jurisdiction}, good for {desk.settings.login.enrolment_minutes:g} minutes, once:")
    _answer(code)


async def revoke(desk: Desk, arguments: argparse.Namespace) -> None:
    if not await desk.store.kiosks.revoke(arguments.kiosk, desk.clock.now()):
        raise Refusal("unknown-kiosk", f"{arguments.kiosk} has no key")
    _tell(f"{arguments.kiosk} has no key any more")


async def list_kiosks(desk: Desk, arguments: argparse.Namespace) -> None:
    enrolled = {each.kiosk: each for each in await desk.store.kiosks.kiosks()}
    configured = {kiosk.id: code for code, each in desk.jurisdictions.items() for kiosk in each.kiosks}
    for kiosk in sorted(enrolled.keys() | configured.keys()):
        found = enrolled.get(kiosk)
        if found is None:
            state = "not enrolled"
        else:
            state = f"enrolled {utc(found.enrolled_at)}" if found.revoked_at is None else f"revoked {utc(found.revoked_at)}"
        if kiosk not in configured:
            state += ", not in the configuration"
        _answer("\t".join((kiosk, configured.get(kiosk) or (found.jurisdiction if found else ""), state)))


# --- shared ---------------------------------------------------------------------------------------


async def _person(desk: Desk, login: str) -> Person:
    person = await desk.store.people.person(login.strip().lower())
    if person is None:
        raise Refusal("unknown-person", f"there is no {login}")
    return person


def _kiosk(desk: Desk, kiosk: str) -> tuple[str, str]:
    found = desk.jurisdictions.kiosk(kiosk)
    if found is None:
        known = ", ".join(k.id for each in desk.jurisdictions.values() for k in each.kiosks)
        raise Refusal("unknown-kiosk", f"{kiosk} is not in the configuration; known: {known}")
    return found[0].code, found[1].id


def _skills(desk: Desk, arguments: argparse.Namespace, jurisdiction: str) -> tuple[str, ...]:
    catalogue = load_catalogue(jurisdictions=desk.jurisdictions)
    services = {offer.service.code for offer in catalogue.of_home(jurisdiction, desk.clock.now())}
    if arguments.all_skills:
        return tuple(sorted(services))
    if unknown := sorted(set(arguments.skill) - services):
        raise Refusal("unknown-service", f"{', '.join(unknown)}; {jurisdiction} has: {', '.join(sorted(services))}")
    return tuple(sorted(set(arguments.skill)))


def given_password(file: str | None) -> Secret | None:
    """The first line of a file, or of the standard input for `-`."""
    if file is None:
        return None
    return Secret(sys.stdin.readline().rstrip("\r\n")) if file == "-" else read_secret(Path(file))


def _answer(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program answers on standard output


def _tell(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - a program speaks to its operator
