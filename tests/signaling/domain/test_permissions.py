"""One policy: every actor × every jurisdiction × every entry × every state, against a second, independent reading of who may do what."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from signaling.domain.permissions import NOBODY, RULES, Actor, ActorKind, end_of, is_an_event, may
from signaling.domain.refusals import NotAllowed
from signaling.domain.states import (
    AnyState,
    Closed,
    InSession,
    OnHold,
    Parked,
    Reconnecting,
    Ringing,
    SteppedAway,
    Ticket,
    Waiting,
    WrappingUp,
    holder_of,
    ticket_of,
)
from signaling.wire import desk, visit
from tests.stories.visit import EVERY_STATE, in_session, ringing, ticket, waiting, wrapping_up

SERVICE = "marriage-registration"
SKILLED = frozenset({SERVICE, "pension"})

ADMINISTRATORS: tuple[ActorKind, ...] = ("system-administrator", "security-administrator", "audit-administrator")

KIOSK_HERE = Actor("kiosk", "haiyan-1", "haiyan")
LI = Actor("clerk", "li", "jinshan", SKILLED)
HELPERS = [Actor("helper", login, home, SKILLED) for login, home in (("haiyan-1", "haiyan"), ("li", "jinshan"), ("he", "pinghu"))]
ACTORS = [
    NOBODY,
    *HELPERS,
    KIOSK_HERE,
    Actor("kiosk", "haiyan-2", "haiyan"),
    Actor("kiosk", "jinshan-1", "jinshan"),
    LI,
    Actor("clerk", "chen", "jinshan", SKILLED),
    Actor("clerk", "wu", "jinshan", frozenset({"pension"})),
    Actor("clerk", "new", "jinshan"),
    # The same login, or the kiosk's very id, with another jurisdiction or another kind, must open nothing.
    Actor("clerk", "li", "haiyan", SKILLED),
    Actor("clerk", "haiyan-1", "haiyan", SKILLED),
    Actor("clerk", "haiyan-1", "pinghu", SKILLED),
    Actor("supervisor", "li", "jinshan", SKILLED),
    Actor("supervisor", "sun", "haiyan"),
    *(Actor(kind, login, home, SKILLED) for kind in ADMINISTRATORS for login, home in (("li", "jinshan"), ("haiyan-1", "haiyan"))),
]

# The second reading: sets of names, by who may.
EVERYBODY = {
    "GET /", "GET /kiosk", "GET /counter", "GET /assets/{name}", "GET /healthz", "GET /readyz", "GET /version", "GET /metrics",
    "GET /ca.crt", "GET /api/v1/openapi.json", "POST /api/v1/login", "POST /api/v1/setup", "POST /api/v1/kiosks/enrol",
    "POST /api/v1/kiosks/login", "GET /api/v1/socket", "GET /review", "GET /window",
}
KNOWN = {"GET /api/v1/catalogue"}
KNOWN_BUT_A_HELPER = {"POST /api/v1/socket-tickets", "GET /api/v1/forms/{form}/{version}", "GET /api/v1/consents/{text}/{version}"}
# Whose cases, and what of them, is a question of powers that no table of actors answers.
AT_A_STAFFED_WINDOW = {f"POST /api/v1/window/{what}" for what in ("receipts", "notices", "papers", "outcomes")}
PEOPLE = {"POST /api/v1/logout", "GET /api/v1/me"}
# Of the three administrators one reads which sessions there were, one mends what is broken, and one does neither.
READERS_OF_THE_LIST = {"GET /api/v1/sessions"}
MENDERS = {"GET /api/v1/incidents", "POST /api/v1/incidents/{incident}/done"}
ANY_KIOSK = {"take-ticket", "GET /api/v1/kiosks/me", "POST /api/v1/receipts/lookup"}
ANY_CLERK = {"start-shift", "end-shift", "set-presence"}
ONE_SESSION = "/api/v1/sessions/{session}"
THE_VISITS_KIOSK = {
    "leave-line", "continue-visit", "end-visit", "rate", "forget", "answer-ask", f"POST {ONE_SESSION}/stills",
    "show-field", "confirm-page", f"POST {ONE_SESSION}/signatures", "offer-windows", "report-control", "withdraw-consent", "give-consent",
}  # fmt: skip
A_CLERK_WITH_THE_POWER = {"answer-ring", "decline-ring", "pick-ticket"}
THE_CLERK_OF_THE_TALK = {
    "hold", "resume", "suspend-recording", "resume-recording", "end-session", "transfer", "save-note", "complete-wrap-up", "give-notice",
    "ask-for-screen", "ask-for-page", "take-still", "withdraw-ask", "keep-still", "drop-still", f"GET {ONE_SESSION}/stills/{{still}}/{{form}}", "check-still",
    "open-case", "turn-to-case", "drop-case", "settle-case", "confirm-identity",
    "lay-form", "put-form-away", "point-at-field", "turn-page", "freeze-form", "melt-form", "ask-for-signature", f"GET {ONE_SESSION}/form/{{part}}",
    "ask-for-control", "operate", "enter-spoken-consent",
}  # fmt: skip
BOTH_ENDS = {
    "publish-offer", "subscribe-offer", "ice-candidates", "set-source", "report-first-frame", "stop-share", "point", "point-in-form",
    "form-hello", "edit-form", "reopen-page", f"GET {ONE_SESSION}/form/pages/{{page}}", "stop-control", "send-text",
    f"GET {ONE_SESSION}/papers/{{paper}}", f"GET {ONE_SESSION}/papers/{{paper}}/pages/{{page}}",
}  # fmt: skip
OF_A_SESSION = THE_VISITS_KIOSK | A_CLERK_WITH_THE_POWER | THE_CLERK_OF_THE_TALK | BOTH_ENDS
A_SUPERVISOR_OF_ITS_HOME = {
    f"POST {ONE_SESSION}/views", f"GET {ONE_SESSION}/timeline", f"GET {ONE_SESSION}/segments/{{publication}}/{{epoch}}/{{segment}}",
    f"GET {ONE_SESSION}/integrity", f"POST {ONE_SESSION}/acceptance", f"POST {ONE_SESSION}/hold", f"POST {ONE_SESSION}/requests",
    f"POST {ONE_SESSION}/exports", f"GET {ONE_SESSION}/exports/{{export}}", f"GET {ONE_SESSION}/exports/{{export}}/file",
}  # fmt: skip
WHO_ANSWERS_FOR_ITS_HOME = {f"GET {ONE_SESSION}/requests", f"POST {ONE_SESSION}/requests/{{request}}/approval"}
OF_ITS_EVIDENCE = A_SUPERVISOR_OF_ITS_HOME | WHO_ANSWERS_FOR_ITS_HOME


def talking_clerk(state: AnyState) -> str | None:
    match state:
        case InSession(talk) | OnHold(talk) | Reconnecting(InSession(talk) | OnHold(talk)) | WrappingUp(talk):
            return talk.clerk
        case _:
            return None


def expected(actor: Actor, action: str, state: AnyState | None) -> bool:
    """Whether this actor may do this, read off the sets above."""
    kind = actor.kind
    if action in OF_ITS_EVIDENCE:
        of_the_home = state is not None and actor.jurisdiction == ticket_of(state).home
        return of_the_home and (kind == "supervisor" or (kind == "audit-administrator" and action in WHO_ANSWERS_FOR_ITS_HOME))
    if action not in OF_A_SESSION:
        return (
            action in EVERYBODY
            or (action in KNOWN and kind != "nobody")
            or (action in KNOWN_BUT_A_HELPER and kind not in ("nobody", "helper"))
            or (action in AT_A_STAFFED_WINDOW and kind in ("clerk", "helper"))
            or (action in PEOPLE and kind in ("clerk", "helper", "supervisor", *ADMINISTRATORS))
            or (action in READERS_OF_THE_LIST and kind in ("supervisor", "audit-administrator"))
            or (action in MENDERS and kind in ("supervisor", "system-administrator"))
            or (action in ANY_KIOSK and kind == "kiosk")
            or (action in ANY_CLERK and kind == "clerk")
        )
    if state is None:
        return False
    facts = ticket_of(state)
    of_the_visit = kind == "kiosk" and actor.id == facts.kiosk
    with_the_power = kind == "clerk" and actor.jurisdiction == facts.home and facts.service in actor.skills
    in_the_talk = with_the_power and talking_clerk(state) == actor.id
    if action in THE_VISITS_KIOSK:
        return of_the_visit
    if action in A_CLERK_WITH_THE_POWER:
        return with_the_power
    if action in THE_CLERK_OF_THE_TALK:
        return in_the_talk
    return (of_the_visit or in_the_talk) and any(c.text == "recording" and c.given for c in facts.consents)


def with_ticket(state: AnyState, facts: Ticket) -> AnyState:
    """The same state of another visit."""
    replace = msgspec.structs.replace
    match state:
        case Waiting() | Parked() | Closed():
            return replace(state, ticket=facts)
        case SteppedAway() | Ringing():
            return replace(state, waiting=replace(state.waiting, ticket=facts))
        case InSession() | OnHold() | WrappingUp():
            return replace(state, talk=replace(state.talk, ticket=facts))
        case Reconnecting():
            return replace(state, before=replace(state.before, talk=replace(state.talk, ticket=facts)))


VISITS = [
    ticket("J012"),
    ticket("J012", recording=False),
    ticket("J012", service="birth-certificate"),
    ticket("H012", kiosk="jinshan-1", home="haiyan"),
    ticket("H013", kiosk="jinshan-9", home="haiyan", service="pension"),
]


def allowed(actor: Actor, action: str, state: AnyState | None) -> bool:
    try:
        may(actor, action, state)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("action", sorted(RULES))
def test_who_may(action: str) -> None:
    for actor in ACTORS:
        assert allowed(actor, action, None) == expected(actor, action, None), (actor, action)
        for facts in VISITS:
            for state in EVERY_STATE:
                other = with_ticket(state, facts)
                assert allowed(actor, action, other) == expected(actor, action, other), (actor, action, other)


def test_the_second_reading_knows_every_entry_and_none_twice() -> None:
    sets = [EVERYBODY, KNOWN, KNOWN_BUT_A_HELPER, AT_A_STAFFED_WINDOW, PEOPLE, READERS_OF_THE_LIST, MENDERS, ANY_KIOSK, ANY_CLERK, OF_A_SESSION, OF_ITS_EVIDENCE]
    assert set().union(*sets) == set(RULES), "say in this file, too, who may"
    assert sum(map(len, sets)) == len(RULES)


def tag(message: type[msgspec.Struct]) -> str:
    """The message's `type` on the wire."""
    return str(message.__struct_config__.tag)


def tags(conversation: object) -> set[str]:
    return {tag(message) for message in get_args(conversation)}


def test_every_message_that_may_come_in_has_a_rule_and_every_other_rule_is_a_route() -> None:
    messages = tags(visit.FromKiosk) | tags(desk.FromDesk)
    assert messages <= set(RULES)
    assert all(entry.split(" /")[0] in ("GET", "POST", "PUT", "PATCH", "DELETE") for entry in set(RULES) - messages)


def test_no_kiosk_speaks_the_desks_part_and_no_clerk_the_kiosks() -> None:
    only_kiosk, only_desk = tags(visit.FromKiosk) - tags(desk.FromDesk), tags(desk.FromDesk) - tags(visit.FromKiosk)
    for state in (None, *EVERY_STATE):
        assert not any(allowed(KIOSK_HERE, action, state) for action in only_desk)
        assert not any(allowed(LI, action, state) for action in only_kiosk)


def test_every_message_that_names_a_session_is_judged_by_that_session() -> None:
    for message in (*get_args(visit.FromKiosk), *get_args(desk.FromDesk)):
        assert ("session" in message.__struct_fields__) == (tag(message) in OF_A_SESSION), tag(message)


@pytest.mark.parametrize("action", ["", "monitor", "GET /api/v1/everything", "TAKE-TICKET", "take-ticket "])
def test_what_is_not_in_the_table_is_refused_to_everybody(action: str) -> None:
    for actor in ACTORS:
        for state in (None, *EVERY_STATE):
            assert not allowed(actor, action, state)


def code(actor: Actor, action: str, state: AnyState | None) -> str:
    with pytest.raises(NotAllowed) as refusal:
        may(actor, action, state)
    return refusal.value.code


def test_a_session_of_somebody_else_does_not_exist() -> None:
    """The answer for a stranger is the same as for a session that never was."""
    state = in_session("J012", "jinshan-3")
    strangers = [a for a in ACTORS if a not in (KIOSK_HERE, LI) and a.id not in ("chen",)]
    for actor in strangers:
        for action in OF_A_SESSION:
            assert code(actor, action, state) == code(actor, action, None) == "unknown-session", (actor, action)


def test_who_does_not_oversee_its_home_learns_nothing_of_a_recording_not_even_that_it_is_there() -> None:
    """The host's supervisor, the clerk of the talk, an administrator who wants to see: all get the answer for a session that never was."""
    state = in_session("J012", "jinshan-3")
    for action in OF_ITS_EVIDENCE:
        for actor in ACTORS:
            if not expected(actor, action, state):
                assert code(actor, action, state) == code(actor, action, None) == "unknown-session", (actor, action)
    for curious in (actor for actor in ACTORS if actor.kind in ADMINISTRATORS and actor.jurisdiction == "jinshan"):
        assert not any(allowed(curious, action, state) for action in A_SUPERVISOR_OF_ITS_HOME), "no administrator sees what was said"


def test_a_colleague_may_know_of_it_but_does_not_hold_it() -> None:
    colleague = Actor("clerk", "chen", "jinshan", SKILLED)
    for action in THE_CLERK_OF_THE_TALK | BOTH_ENDS:
        assert code(colleague, action, in_session("J012", "jinshan-3")) == "not-now"


def test_being_rung_is_not_yet_holding() -> None:
    bell = ringing("J012", "jinshan-3")
    assert allowed(LI, "answer-ring", bell)
    for action in THE_CLERK_OF_THE_TALK | BOTH_ENDS:
        assert code(LI, action, bell) == "not-now"
        assert code(LI, action, waiting()) == "not-now"
    assert allowed(LI, "save-note", wrapping_up("J012", "jinshan-3"))


def test_nobody_is_seen_or_heard_before_consenting_to_the_recording() -> None:
    silent = with_ticket(in_session("J012", "jinshan-3"), ticket("J012", recording=False))
    for actor in (KIOSK_HERE, LI):
        for action in BOTH_ENDS:
            assert code(actor, action, silent) == "consent-needed"


def test_a_refusal_is_an_event_of_the_session_but_for_a_word_that_came_at_the_wrong_moment() -> None:
    """Every refusal of the table, in every state; what is no event is `not-now` where nobody else has the talk."""
    for action in OF_A_SESSION | OF_ITS_EVIDENCE:
        for actor in ACTORS:
            for state in EVERY_STATE:
                rule = RULES[action](actor, state)
                if rule is not None:
                    assert is_an_event(actor, action, rule, state) == (rule != "not-now" or holder_of(state) not in (None, actor.id)), (actor, action)
    talking, colleague = in_session("J012", "jinshan-3"), Actor("clerk", "chen", "jinshan", SKILLED)
    assert is_an_event(colleague, "hold", "not-now", talking) and not is_an_event(LI, "hold", "not-now", waiting())
    assert is_an_event(LI, "ask-for-page", "no-power", talking)
    assert not is_an_event(KIOSK_HERE, "rate", "unknown-session", talking), "its own kiosk, which has just forgotten it"


def test_a_refusal_without_a_session_is_an_event_of_whoever_asked_but_for_nobody_and_for_the_wrong_moment() -> None:
    """Everything that the table refuses where no session was named, or one that there never was."""
    for action, rule in RULES.items():
        for actor in ACTORS:
            said = rule(actor, None)
            if said is not None:
                assert said in ("not-allowed", "unknown-session") and is_an_event(actor, action, said, None) == (actor is not NOBODY), (actor, action)
    assert is_an_event(LI, "ask-for-page", "no-power", None), "also what an office refuses that knows more than the table"
    assert not is_an_event(LI, "set-presence", "not-now", None)


def test_how_an_actor_is_called_in_a_ledger_and_which_end_it_is() -> None:
    assert (KIOSK_HERE.name, LI.name) == ("kiosk:haiyan-1", "clerk:li")
    assert (end_of(KIOSK_HERE), end_of(LI)) == ("resident", "clerk")


def test_a_helper_has_a_window_and_a_login_and_nothing_else() -> None:
    opens = {action for action in RULES for helper in HELPERS for state in (None, *EVERY_STATE) if allowed(helper, action, state)}
    assert opens == EVERYBODY | KNOWN | PEOPLE | AT_A_STAFFED_WINDOW


def test_every_kind_of_actor_is_in_the_matrix() -> None:
    assert {actor.kind for actor in ACTORS} == set(get_args(ActorKind))
