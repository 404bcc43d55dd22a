"""The policy's matrix over the whole server: every route and message × every kind of actor × every jurisdiction. Nothing leaks, and a
route or a message that nobody guards is found by the same walk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import web

from signaling.domain.permissions import RULES, Actor, ActorKind
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.wire import desk, visit
from signaling.wire.base import Command, SessionId
from signaling.wire.desk import FromDesk
from signaling.wire.visit import FromKiosk
from tests.signaling.domain.test_permissions import OF_A_SESSION, expected
from tests.signaling.every_entry import ACTORS, HOMES, KIOSK, LI, SERVICE, THE_POLICYS, events, walk, without_rule
from tests.signaling.live.test_inbound import a_command
from tests.signaling.office.world import Town, request
from tests.signaling.whole import Whole


async def served(whole: Whole) -> str:
    """Everybody has an account; a resident of Haiyan's kiosk talks with a clerk of Jinshan."""
    for actor in ACTORS:
        await whole.knows(actor)
    return await whole.talk(KIOSK, LI, SERVICE)


@pytest.fixture
async def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Whole]:
    async with Whole(tmp_path, monkeypatch) as whole:
        yield whole


# --- every route ----------------------------------------------------------------------------------


async def test_every_route_lets_in_whom_it_should_and_nobody_else(whole: Whole) -> None:
    session = await served(whole)
    state = whole.server._office.floor.state(session)
    assert state is not None and without_rule(whole.app) == []
    found = await walk(whole, session, state)
    assert (found.leaks, found.shut) == ([], []), f"{len(found.leaks)} leaks over {found.entries} routes"
    assert found.entries == len([action for action in RULES if " " in action]) and found.calls == found.entries * len(ACTORS)
    entered = await events(whole, session)
    assert sorted(found.refused) == sorted(entered) and again(whole) == 0, "and each refusal of somebody who is known is an event"
    print(f"{found.entries} routes × {len(ACTORS)} actors: {found.calls} calls, {len(found.leaks)} leaks, {len(entered)} refusals and as many events")
    at_the_session = {(entry["actor"], entry["act"]) for entry in await whole.entered(session, "access-refused")}
    foreign = Actor("supervisor", "supervisor-haiyan", "haiyan")
    assert (foreign.name, "GET /api/v1/sessions/{session}/timeline") in at_the_session, "what was about it is known to the session"
    assert all("{session}" in act for _, act in at_the_session), "and what was not, is not"


async def test_a_session_that_never_was_is_nowhere_and_whoever_asked_for_it_is_on_record(whole: Whole) -> None:
    session = await served(whole)
    made_up = [await walk(whole, guess, None, "{session}") for guess in ("session-that-never-was", "another-one")]
    assert [found.leaks for found in made_up] == [[], []]
    refused = [each for found in made_up for each in found.refused]
    entered = await events(whole, session)
    assert {code for _, __, code in refused} == {"unknown-session"} and await whole.entered(session, "access-refused") == []
    assert sorted(entered) == sorted(made_up[0].refused) and again(whole) == len(refused) - len(entered) == len(made_up[1].refused)
    for home in HOMES:
        for entry in await whole.store.record.deeds(home):
            assert entry.body["act"] in RULES and "never-was" not in str(entry), "nothing that somebody made up is written down"


async def test_what_somebody_writes_into_a_path_or_a_query_stands_on_no_record(whole: Whole) -> None:
    await served(whole)
    written = ("王小明", "..%2f..%2fmetrics", "%00", "x" * 500, "1%0d%0aact:hold", "1/done?act=hold&as=person&by=王小明#")
    for each in written:
        assert await whole.ask(LI, "POST", f"/api/v1/incidents/{each}/done", {}) == (403, "not-allowed")
    (entry,) = await whole.store.record.deeds(LI.jurisdiction)
    assert (entry.actor, entry.what, entry.body) == (
        LI.name, "access-refused", {"act": "POST /api/v1/incidents/{incident}/done", "code": "not-allowed", "kind": "clerk"},
    )  # fmt: skip
    assert again(whole) == len(written) - 1


def again(whole: Whole) -> int:
    """How many refusals were only counted, since they had been entered lately."""
    counted = re.findall(r"^virtual_window_refused_again_total\{.*\} (\d+)", whole.server._metrics.text().decode(), re.MULTILINE)
    return sum(map(int, counted))


async def test_a_visit_that_is_over_is_no_more_open_than_a_talk_that_runs(whole: Whole) -> None:
    session = await served(whole)
    await whole.does(KIOSK, visit.EndVisit(request(), session))
    await whole.does(LI, desk.CompleteWrapUp(request(), session, "referred", ""))
    await whole.does(KIOSK, visit.Forget(request(), session))
    assert whole.server._office.floor.state(session) is None
    stored = await whole.store.evidence.session(session)
    assert stored is not None
    found = await walk(whole, session, stored.state, "{session}")
    assert found.leaks == [] and found.entries > 15
    papers = "GET /api/v1/sessions/{session}/papers/{paper}"
    assert [each.partition(": ")[0] for each in found.shut] == [papers, f"{papers}/pages/{{page}}"], "its own kiosk has forgotten it"


async def test_a_route_that_nobody_guards_is_found_by_the_same_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/api/v1/sessions/{session}/everything"

    async def unguarded(request: web.Request) -> web.Response:
        return web.json_response({"names": ["王小明"]})

    async with Whole(tmp_path, monkeypatch, more=lambda app: app.router.add_get(path, unguarded)) as whole:
        session = await served(whole)
        state = whole.server._office.floor.state(session)
        assert state is not None
        assert without_rule(whole.app) == [f"GET {path}"]
        found = await walk(whole, session, state, "everything")
        assert len(found.leaks) == len(ACTORS) and all(leak.startswith(f"GET {path}: ") and leak.endswith("got 200 ") for leak in found.leaks)


# --- every message --------------------------------------------------------------------------------


class ReadEverything(Command, frozen=True, tag="read-everything"):
    """A message that somebody forgot to give a rule."""

    session: SessionId


async def test_a_message_without_a_rule_is_found_and_lets_nobody_in(whole: Whole) -> None:
    assert without_rule(whole.app, (FromKiosk, FromDesk | ReadEverything)) == ["read-everything"]
    session = await served(whole)
    for actor in (KIOSK, LI):
        with pytest.raises(NotAllowed):
            whole.server._office.check(actor, "read-everything", session)


MESSAGES: tuple[type[Command], ...] = tuple(dict.fromkeys((*get_args(FromKiosk), *get_args(FromDesk))))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: str(kind.__struct_config__.tag))
async def test_every_message_is_carried_out_for_whom_it_should_and_nobody_else(kind: type[Command]) -> None:
    tag = str(kind.__struct_config__.tag)
    async with Town() as town:
        for jurisdiction in ("haiyan", "pinghu", "jinshan"):
            for number in (1, 2):
                await town.kiosk_comes(number, jurisdiction)
        await town.clerk_comes("colleague", 2, skills=frozenset({SERVICE}))
        clerk = await town.clerk_comes(LI.id, 1, skills=LI.skills)
        session = await begun(town, clerk)
        state = town.office.floor.state(session)
        # Who may is asked last: what they do changes the visit.
        for actor in sorted(ACTORS, key=lambda each: expected(each, tag, state)):
            may = expected(actor, tag, town.office.floor.state(session))
            refused = await outcome(town, actor, a_command(kind, town, session))
            assert (refused is None) == may, (actor, refused)
            if may and tag in OF_A_SESSION:
                break


async def begun(town: Town, clerk: Actor) -> str:
    session = await town.ticket(town.kiosk(1), service=SERVICE)
    rung = next(each for each in ("colleague", LI.id) if town.mail.desk[each].ring is not None)
    if rung != LI.id:
        await town.does(Actor("clerk", "colleague", "jinshan", frozenset({SERVICE})), desk.DeclineRing(request(), session))
    await town.does(clerk, desk.AnswerRing(request(), session))
    await town.recorded(session)
    return session


async def outcome(town: Town, actor: Actor, message: Command) -> str | None:
    """The policy's refusal; None when it let them in, whatever came of it."""
    before: Any = await town.facts()
    try:
        await town.does(actor, message)
    except NotAllowed as refused:
        if refused.code in THE_POLICYS or refused.code == "not-now":
            assert await town.facts() == before, "refused, and yet something changed"
            return refused.code
    except Refusal:
        pass
    return None


def test_every_kind_of_actor_of_every_jurisdiction_is_in_the_walk() -> None:
    assert {actor.kind for actor in ACTORS} == set(get_args(ActorKind))
    for home in ("haiyan", "jinshan", "pinghu"):
        assert {actor.kind for actor in ACTORS if actor.jurisdiction == home} == set(get_args(ActorKind)) - {"nobody"}
