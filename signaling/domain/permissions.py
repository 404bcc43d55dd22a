"""One policy: who may do what. A table over every message and route; what is not in the table is refused.

The test walks the message tables and the route table (actors × jurisdictions × every entry) and expects nothing else reachable.
To the outside, a thing one may not know of does not exist: a session of somebody else is `unknown-session`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from signaling.domain.consent import RECORDING, is_given
from signaling.domain.refusals import NotAllowed
from signaling.domain.states import AnyState, End, Ringing, holder_of, ticket_of

ActorKind = Literal["nobody", "kiosk", "clerk", "helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `id` is the kiosk's id or the person's login; `skills` are the services a clerk may be rung for."""

    kind: ActorKind
    id: str
    jurisdiction: str
    skills: frozenset[str] = frozenset()
    display: str = ""
    """The person's name as others see it; never in a ledger."""

    @property
    def name(self) -> str:
        """As it stands in a ledger: `kiosk:haiyan-1`, `clerk:li`."""
        return f"{self.kind}:{self.id}"


NOBODY = Actor("nobody", "", "")
Resource = AnyState | None
Rule = Callable[[Actor, Resource], str | None]
"""None when allowed, otherwise the code of the refusal."""


def anybody(actor: Actor, resource: Resource) -> str | None:
    """Public."""
    return None


def _only(kind: ActorKind) -> Rule:
    def rule(actor: Actor, resource: Resource) -> str | None:
        return None if actor.kind == kind else "not-allowed"

    return rule


a_kiosk, a_clerk = _only("kiosk"), _only("clerk")


def a_person(actor: Actor, resource: Resource) -> str | None:
    """Anybody who has logged in."""
    return None if actor.kind not in ("nobody", "kiosk") else "not-allowed"


def reads_the_list(actor: Actor, resource: Resource) -> str | None:
    """Supervisors and audit administrators: which sessions there were, nothing of what was said."""
    return None if actor.kind in ("supervisor", "audit-administrator") else "not-allowed"


def mends(actor: Actor, resource: Resource) -> str | None:
    """Supervisors and system administrators: what went wrong, and that somebody has seen to it."""
    return None if actor.kind in ("supervisor", "system-administrator") else "not-allowed"


def known(actor: Actor, resource: Resource) -> str | None:
    """A person or an enrolled kiosk."""
    return None if actor.kind != "nobody" else "not-allowed"


def takes_part(actor: Actor, resource: Resource) -> str | None:
    """Whoever has to do with visits or what is left of them: everybody that is known but a helper, who has papers in hand and no talk."""
    return None if actor.kind not in ("nobody", "helper") else "not-allowed"


def at_a_window(actor: Actor, resource: Resource) -> str | None:
    """A clerk or a local helper, of whatever jurisdiction: for which cases, and what, the home's powers say (`domain/powers.py`)."""
    return None if actor.kind in ("clerk", "helper") else "not-allowed"


def own_visit(actor: Actor, resource: Resource) -> str | None:
    """The kiosk at which this visit takes place."""
    if actor.kind != "kiosk" or resource is None or ticket_of(resource).kiosk != actor.id:
        return "unknown-session"
    return None


def may_take(actor: Actor, resource: Resource) -> str | None:
    """A clerk of the home jurisdiction with the skill for the service."""
    if actor.kind != "clerk" or resource is None:
        return "unknown-session"
    ticket = ticket_of(resource)
    return None if ticket.home == actor.jurisdiction and ticket.service in actor.skills else "unknown-session"


def holds(actor: Actor, resource: Resource) -> str | None:
    """The clerk who talks, or wraps up, in this session now; being rung is not yet that."""
    hidden = may_take(actor, resource)
    if hidden is not None or resource is None:
        return hidden
    return None if holder_of(resource) == actor.id and not isinstance(resource, Ringing) else "not-now"


def oversees_home(actor: Actor, resource: Resource) -> str | None:
    """A supervisor of the session's home: the only one who sees what was said and shown."""
    if actor.kind != "supervisor" or resource is None or ticket_of(resource).home != actor.jurisdiction:
        return "unknown-session"
    return None


def answers_for_home(actor: Actor, resource: Resource) -> str | None:
    """A supervisor or an audit administrator of the session's home: the second of two people need not see the content."""
    if actor.kind not in ("supervisor", "audit-administrator") or resource is None or ticket_of(resource).home != actor.jurisdiction:
        return "unknown-session"
    return None


def an_end(actor: Actor, resource: Resource) -> str | None:
    """Kiosk or clerk of this very session, and the resident consents to being recorded now: without that there is no media."""
    refused = own_visit(actor, resource) if actor.kind == "kiosk" else holds(actor, resource)
    if refused is not None or resource is None:
        return refused or "unknown-session"
    return None if is_given(resource, RECORDING) else "consent-needed"


def end_of(actor: Actor) -> End:
    """Which end of a session this actor is."""
    return "resident" if actor.kind == "kiosk" else "clerk"


RULES: dict[str, Rule] = {
    # the kiosk's conversation
    "take-ticket": a_kiosk,
    "leave-line": own_visit,
    "continue-visit": own_visit,
    "end-visit": own_visit,
    "rate": own_visit,
    "forget": own_visit,
    # the desk's conversation
    "start-shift": a_clerk,
    "end-shift": a_clerk,
    "set-presence": a_clerk,
    "answer-ring": may_take,
    "decline-ring": may_take,
    "pick-ticket": may_take,
    "hold": holds,
    "resume": holds,
    "suspend-recording": holds,
    "resume-recording": holds,
    "end-session": holds,
    "transfer": holds,
    "save-note": holds,
    "complete-wrap-up": holds,
    "give-notice": holds,
    # both ends' media
    "publish-offer": an_end,
    "subscribe-offer": an_end,
    "ice-candidates": an_end,
    "set-source": an_end,
    "report-first-frame": an_end,
    # what is asked of the resident, and what is shown
    "ask-for-screen": holds,
    "ask-for-page": holds,
    "take-still": holds,
    "withdraw-ask": holds,
    "keep-still": holds,
    "drop-still": holds,
    "check-still": holds,
    "answer-ask": own_visit,
    # cases and their people
    "open-case": holds,
    "turn-to-case": holds,
    "drop-case": holds,
    "settle-case": holds,
    "confirm-identity": holds,
    # the form
    "lay-form": holds,
    "put-form-away": holds,
    "form-hello": an_end,
    "edit-form": an_end,
    "reopen-page": an_end,
    "show-field": own_visit,
    "confirm-page": own_visit,
    "point-at-field": holds,
    "turn-page": holds,
    "freeze-form": holds,
    "melt-form": holds,
    "ask-for-signature": holds,
    # remote operation, what is written
    "ask-for-control": holds,
    "operate": holds,
    "offer-windows": own_visit,
    "report-control": own_visit,
    "stop-control": an_end,
    "send-text": an_end,
    "stop-share": an_end,
    "point": an_end,
    "point-in-form": an_end,
    # consents during the visit
    "withdraw-consent": own_visit,
    "give-consent": own_visit,
    "enter-spoken-consent": holds,
    # HTTP
    "POST /api/v1/sessions/{session}/stills": own_visit,
    "GET /api/v1/sessions/{session}/stills/{still}/{form}": holds,
    "GET /api/v1/sessions/{session}/papers/{paper}": an_end,
    "GET /api/v1/sessions/{session}/papers/{paper}/pages/{page}": an_end,
    "POST /api/v1/receipts/lookup": a_kiosk,
    "POST /api/v1/window/receipts": at_a_window,
    "POST /api/v1/window/notices": at_a_window,
    "POST /api/v1/window/papers": at_a_window,
    "POST /api/v1/window/outcomes": at_a_window,
    "GET /api/v1/forms/{form}/{version}": takes_part,
    "POST /api/v1/sessions/{session}/signatures": own_visit,
    "GET /api/v1/sessions/{session}/form/pages/{page}": an_end,
    "GET /api/v1/sessions/{session}/form/{part}": holds,
    "GET /": anybody,
    "GET /kiosk": anybody,
    "GET /counter": anybody,
    "GET /window": anybody,
    "GET /assets/{name}": anybody,
    "GET /healthz": anybody,
    "GET /readyz": anybody,
    "GET /version": anybody,
    "GET /metrics": anybody,
    "GET /ca.crt": anybody,
    "GET /api/v1/openapi.json": anybody,
    "GET /api/v1/catalogue": known,
    "GET /api/v1/consents/{text}/{version}": takes_part,
    "POST /api/v1/login": anybody,
    "POST /api/v1/logout": a_person,
    "GET /api/v1/me": a_person,
    "POST /api/v1/setup": anybody,
    "POST /api/v1/kiosks/enrol": anybody,
    "POST /api/v1/kiosks/login": anybody,
    "GET /api/v1/kiosks/me": a_kiosk,
    "POST /api/v1/socket-tickets": takes_part,
    "GET /api/v1/socket": anybody,  # speaks only after a one-time ticket in its first frame
    "GET /api/v1/sessions": reads_the_list,  # answered with the person's own jurisdiction only
    # review
    "GET /review": anybody,
    "POST /api/v1/sessions/{session}/views": oversees_home,
    "GET /api/v1/sessions/{session}/timeline": oversees_home,
    "GET /api/v1/sessions/{session}/segments/{publication}/{epoch}/{segment}": oversees_home,
    "GET /api/v1/sessions/{session}/integrity": oversees_home,
    "POST /api/v1/sessions/{session}/acceptance": oversees_home,
    "POST /api/v1/sessions/{session}/hold": oversees_home,
    "GET /api/v1/sessions/{session}/requests": answers_for_home,
    "POST /api/v1/sessions/{session}/requests": oversees_home,
    "POST /api/v1/sessions/{session}/requests/{request}/approval": answers_for_home,
    "POST /api/v1/sessions/{session}/exports": oversees_home,
    "GET /api/v1/sessions/{session}/exports/{export}": oversees_home,
    "GET /api/v1/sessions/{session}/exports/{export}/file": oversees_home,
    "GET /api/v1/incidents": mends,  # of the person's own jurisdiction only
    "POST /api/v1/incidents/{incident}/done": mends,
}


def may(actor: Actor, action: str, resource: Resource = None) -> None:
    """Raises `NotAllowed` unless the table lets this actor do `action` to `resource`; an action without a rule is refused."""
    rule = RULES.get(action)
    code = "not-allowed" if rule is None else rule(actor, resource)
    if code is not None:
        raise NotAllowed(f"{actor.kind} {action}", code=code)


def is_an_event(actor: Actor, action: str, code: str, resource: Resource) -> bool:
    """Whether a refusal by the policy is an event of the session: every one is, but for two that only came at the wrong moment.

    `not-now` where nobody else has the talk is the clerk's own word a moment too late or too early; where a colleague has it, somebody
    reached into that colleague's talk. `unknown-session` that the table does not say is an end whose visit has just been forgotten.
    Where there is no session (none was named, or nobody ever knew it) it is an event of the actor's own jurisdiction; nobody has none.
    """
    if resource is None:
        return actor.kind != "nobody" and code != "not-now"
    if code == "not-now":
        return holder_of(resource) not in (None, actor.id)
    rule = RULES.get(action)
    return code != "unknown-session" or rule is None or rule(actor, resource) is not None
