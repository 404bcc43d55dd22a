"""Every entry of a server: each route of its router, each message of both conversations; and whom it lets in, tried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from aiohttp import web

from recordings.ledger import verify
from signaling.domain.permissions import NOBODY, RULES, Actor, ActorKind
from signaling.domain.states import AnyState
from signaling.store.chain import chain_of
from signaling.wire.desk import FromDesk
from signaling.wire.visit import FromKiosk
from tests.signaling.domain.test_permissions import expected
from tests.signaling.whole import Whole

HOMES = ("haiyan", "jinshan", "pinghu")
SERVICE = "jinshan-identity-card"
SKILLS = frozenset({SERVICE, "haiyan-identity-card", "pinghu-identity-card"})
KINDS: tuple[ActorKind, ...] = tuple(kind for kind in get_args(ActorKind) if kind not in ("nobody", "kiosk"))

KIOSK = Actor("kiosk", "haiyan-k1", "haiyan")
LI = Actor("clerk", "clerk-jinshan", "jinshan", SKILLS)
ACTORS = [
    NOBODY, KIOSK, Actor("kiosk", "haiyan-k2", "haiyan"), Actor("kiosk", "jinshan-k1", "jinshan"), Actor("kiosk", "pinghu-k1", "pinghu"),
    *(Actor(kind, f"{kind}-{home}", home, SKILLS if kind == "clerk" else frozenset()) for home in HOMES for kind in KINDS),
    Actor("clerk", "colleague", "jinshan", SKILLS), Actor("clerk", "of-other-things", "jinshan", frozenset({"jinshan-newborn"})),
]  # fmt: skip
"""Every kind in every jurisdiction, and who is nearly the right one: the next kiosk, a colleague, somebody without the skill."""

THE_POLICYS = {"not-logged-in", "not-allowed", "unknown-session", "consent-needed"}
EVENTS = {"not-allowed", "unknown-session", "consent-needed", "purpose-needed", "no-power"}
"""Codes of a refusal that somebody has a right to know of. Whoever shows no login that the route reads is nobody there."""
PLACES = {
    "text": "recording", "version": "2026-09-01", "form": "page", "still": "4200", "paper": "notice", "page": "1", "part": "paper", "name": "x.js",
    "publication": "resident.camera", "epoch": "1", "segment": "0", "request": "request-1", "export": "job-1", "incident": "incident-1",
}  # fmt: skip
"""What stands in the places of a path; nothing of it has to be there, since the policy is asked first."""


Refused = tuple[str, str, str]
"""Who, what, and the code."""


@dataclass
class Walk:
    """What was tried, and what was wrong with it."""

    entries: int = 0
    calls: int = 0
    leaks: list[str] = field(default_factory=list)
    """Who got in and should not have."""
    shut: list[str] = field(default_factory=list)
    """Who was sent away and should not have been."""
    refused: list[Refused] = field(default_factory=list)
    """What the policy, or a handler in its name, refused to somebody whom the route knows."""


def routes_of(app: web.Application) -> Iterator[tuple[str, str]]:
    """(method, path) of everything that is registered, sockets included; HEAD is GET without its body."""
    for route in app.router.routes():
        if route.resource is not None and route.method != "HEAD":
            yield route.method, route.resource.canonical


def messages_of(*conversations: Any) -> Iterator[str]:
    for conversation in conversations:
        for message in get_args(conversation):
            yield str(message.__struct_config__.tag)


def without_rule(app: web.Application, conversations: Iterable[Any] = (FromKiosk, FromDesk)) -> list[str]:
    """Entries for which the policy has no rule."""
    return sorted({*(f"{method} {path}" for method, path in routes_of(app)), *messages_of(*conversations)} - set(RULES))


async def walk(whole: Whole, session: str, state: AnyState | None, about: str = "") -> Walk:
    """Every route (with `about` in its path) as every actor about this session, in this state; compared with the second reading of the policy."""
    found = Walk()
    routes = sorted((each for each in routes_of(whole.app) if about in each[1]), key=lambda each: each[1] == "/api/v1/logout")  # who has logged out is nobody
    for method, path in routes:
        found.entries += 1
        asked = path.replace("{session}", session)
        for name, value in PLACES.items():
            asked = asked.replace(f"{{{name}}}", value)
        for actor in ACTORS:
            body = {"as": "kiosk" if actor.kind == "kiosk" else "person"} if path.endswith("socket-tickets") else {}
            status, code = await whole.ask(actor, method, asked, body if method == "POST" else None)
            found.calls += 1
            if code in EVENTS or (code == "not-now" and actor != LI):
                found.refused.append((actor.name, f"{method} {path}", code))
            let_in = not _by_the_policy(actor, status, code)
            if let_in != expected(actor, f"{method} {path}", state):
                (found.leaks if let_in else found.shut).append(f"{method} {path}: {actor.name} of {actor.jurisdiction or 'nowhere'} got {status} {code}")
    return found


async def events(whole: Whole, session: str) -> list[Refused]:
    """Every refusal that stands in this session's ledger, or on the record of a jurisdiction, whose chain holds."""
    found = [(entry["actor"], entry["act"], entry["code"]) for entry in await whole.entered(session, "access-refused")]
    for home in HOMES:
        entries = await whole.store.record.deeds(home)
        verify(chain_of(home), entries, await whole.store.record.reach(home))
        found += [(entry.actor, entry.body["act"], entry.body["code"]) for entry in entries if entry.what == "access-refused"]
    return found


def _by_the_policy(actor: Actor, status: int, code: str) -> bool:
    """Whether it was the policy that said no: a clerk who does not hold the talk is told `not-now`."""
    return code in THE_POLICYS or (code == "not-now" and actor.kind == "clerk") or (not code and status in (401, 403))
