"""`virtual-window admin people …`: who logs in, as what, and who may no longer. Done by the security administrator, on the record."""

from __future__ import annotations

import argparse
from typing import Any

from signaling.admin_desk import Desk, Verb, Verbs, acting, chosen_skills, given_password, with_json, with_person
from signaling.admin_print import answer, answer_json, answer_table, tell
from signaling.auth.passwords import new_password
from signaling.domain.people import ROLES, Person


def add_to(verbs: Verbs, verb: Verb) -> None:
    """The verbs of `admin people`."""
    listing = verb(verbs, "list", list_people, "list the people of one's own jurisdiction")
    add = verb(verbs, "add", add_person, "add a person to one's own jurisdiction; prints a password unless one is given")
    add.add_argument("--name", required=True, help="as residents see it")
    add.add_argument("--role", required=True, choices=ROLES, help="one each")
    role = verb(verbs, "role", set_role, "give a person another role instead of the one they have; logs them out everywhere")
    skills = verb(verbs, "skills", set_skills, "say which services a clerk may be rung for")
    disable = verb(verbs, "disable", set_active, "log a person out everywhere and let them in no more")
    disable.set_defaults(active=False)
    enable = verb(verbs, "enable", set_active, "let a person in again")
    enable.set_defaults(active=True)
    password = verb(verbs, "password", set_password, "give a person a new password and log them out everywhere; prints it unless it is given")
    logout = verb(verbs, "logout", log_out, "log a person out everywhere")
    for each in (add, role, skills, disable, enable, password, logout):
        each.add_argument("login")
    role.add_argument("role", choices=ROLES)
    for each in (add, skills):
        each.add_argument("--skill", action="append", default=[], metavar="SERVICE", help="a service of the clerk's jurisdiction; may be repeated")
        each.add_argument("--all-skills", action="store_true", help="every service of the clerk's jurisdiction")
    for each in (add, password):
        each.add_argument("--new-password-file", metavar="FILE", help="file with the new password in its first line")
    for each in (listing, add, role, skills, disable, enable, password, logout):
        with_json(with_person(each))


async def list_people(desk: Desk, arguments: argparse.Namespace) -> None:
    people = await desk.administration.people(await acting(desk, arguments, "people-list"))
    if arguments.json:
        answer_json({"people": [as_data(person) for person in people]})
        return
    rows = [(p.login, p.role, "active" if p.active else "disabled", str(len(p.skills)) if p.role == "clerk" else "", p.name) for p in people]
    answer_table(("login", "role", "state", "services", "name"), rows)


async def add_person(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "people-add")
    skills = chosen_skills(desk, arguments, who.jurisdiction)
    password, shown = _password(arguments)
    person = await desk.administration.add(who, arguments.login, arguments.name, arguments.role, password, skills)
    _done(arguments, person, f"{person.login} is {person.role} of {person.jurisdiction}", shown)


async def set_role(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "people-role")
    person = await desk.administration.set_role(who, _login(arguments), arguments.role)
    _done(arguments, person, f"{person.login} is {person.role} of {person.jurisdiction} and nothing else")


async def set_skills(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "people-skills")
    person = await desk.administration.set_skills(who, _login(arguments), chosen_skills(desk, arguments, who.jurisdiction))
    _done(arguments, person, f"{person.login} may be rung for {len(person.skills)} services")


async def set_active(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "people-enable" if arguments.active else "people-disable")
    person = await desk.administration.set_active(who, _login(arguments), arguments.active)
    _done(arguments, person, f"{person.login} may log in" if person.active else f"{person.login} is logged out and is let in no more")


async def set_password(desk: Desk, arguments: argparse.Namespace) -> None:
    who = await acting(desk, arguments, "people-password")
    password, shown = _password(arguments)
    person = await desk.administration.set_password(who, _login(arguments), password)
    _done(arguments, person, f"{person.login} has a new password and is logged out everywhere", shown)


async def log_out(desk: Desk, arguments: argparse.Namespace) -> None:
    person = await desk.administration.log_out(await acting(desk, arguments, "people-logout"), _login(arguments))
    _done(arguments, person, f"{person.login} is logged out everywhere")


def as_data(person: Person) -> dict[str, Any]:
    """A person as --json has them."""
    return {"login": person.login, "name": person.name, "role": person.role, "jurisdiction": person.jurisdiction, "active": person.active, "skills": list(person.skills)}


def _done(arguments: argparse.Namespace, person: Person, said: str, shown: str | None = None) -> None:
    if arguments.json:
        answer_json({"person": as_data(person), "password": shown})
        return
    tell(said if shown is None else f"{said}; the password, shown this once:")
    if shown is not None:
        answer(shown)


def _password(arguments: argparse.Namespace) -> tuple[str, str | None]:
    """The new password, and what is to be shown of it: what one knows is not printed."""
    given = given_password(arguments.new_password_file)
    if given is not None:
        return given.reveal(), None
    made = new_password()
    return made, made


def _login(arguments: argparse.Namespace) -> str:
    login: str = arguments.login
    return login.strip().lower()
