"""Consent before anything else: which texts a service asks for, whether what was touched suffices, and what it covers as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signaling.domain import events as ev
from signaling.domain.case import ACCEPTED, Outcome
from signaling.domain.effects import Enter
from signaling.domain.refusals import NotNow
from signaling.domain.states import (
    AnyState,
    Closed,
    Consent,
    Parked,
    Ringing,
    SteppedAway,
    Waiting,
    WrappingUp,
    ticket_of,
)

RECORDING = "recording"
"""The consent without which nothing is sent."""
IDENTITY = "identity-check"
"""Asked for by services that need more than a declared name, and by no others."""
PAPERS = "papers-to-home"
"""The consent without which no page is taken."""
OLDEST = 3600 * 1000
"""Milliseconds before the ticket: no card was touched earlier than that."""


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """A consent text in its version in force; `required` ones must be given, the others must at least be answered."""

    text: str
    version: str
    required: bool


def check(asked: Iterable[ConsentAsked], answered: Iterable[Consent]) -> None:
    """Raises `NotNow` (`consent-needed`) when a text was not answered, in another version, twice, or a required one was refused."""
    answers: dict[str, Consent] = {}
    for answer in answered:
        if answer.text in answers:
            raise NotNow(f"{answer.text} answered twice", code="consent-needed", path="$.consents")
        answers[answer.text] = answer
    for text in asked:
        answer_given = answers.pop(text.text, None)
        if answer_given is None or answer_given.version != text.version:
            raise NotNow(f"{text.text} in its version {text.version} was not answered", code="consent-needed", path="$.consents")
        if text.required and not answer_given.given:
            raise NotNow(f"{text.text} was refused", code="consent-needed", path="$.consents")
    if answers:
        raise NotNow(f"{sorted(answers)} were not asked for", code="consent-needed", path="$.consents")


def check_again(asked: Iterable[ConsentAsked], answered: Iterable[Consent]) -> None:
    """For one more case in the same visit: what it requires beyond what was asked cannot be taken for granted.

    Raises `NotNow` (`consent-needed`) when a required text was not agreed to in its version.
    """
    given = {(answer.text, answer.version) for answer in answered if answer.given}
    for text in asked:
        if text.required and (text.text, text.version) not in given:
            raise NotNow(f"{text.text} in its version {text.version} was not agreed to", code="consent-needed", path="$.service")


def touched_at(told: int | None, taken_at: float) -> int:
    """When a card was touched, in milliseconds since 1970: as the kiosk says, unless that is later than the ticket or an hour before it."""
    latest = round(taken_at * 1000)
    return told if told is not None and latest - OLDEST <= told <= latest else latest


def entry(what: str, consent: Consent) -> Enter:
    """What the ledger says of a consent."""
    return Enter(what, {
        "text": consent.text, "version": consent.version, "language": consent.language, "method": consent.method, "at": consent.at,
        "party": consent.party,
    })  # fmt: skip


# --- as it stands now -----------------------------------------------------------------------------


def changes_of(state: AnyState) -> tuple[Consent, ...]:
    """What was said of consents since the ticket; nothing is kept of it once the visit is closed."""
    match state:
        case Waiting():
            return state.earlier.consent_changes if state.earlier is not None else state.consent_changes
        case SteppedAway() | Ringing():
            return changes_of(state.waiting)
        case Parked():
            return state.earlier.consent_changes
        case Closed():
            return ()
        case _:
            return state.talk.consent_changes


def current(state: AnyState) -> tuple[Consent, ...]:
    """Each consent that was asked for, as it was said last, in the order of their cards."""
    last = {consent.text: consent for consent in changes_of(state)}
    return tuple(last.get(first.text, first) for first in ticket_of(state).consents)


def is_given(state: AnyState, text: str) -> bool:
    """Whether the resident agrees to this text now; False also where it was not asked for."""
    if isinstance(state, Closed) and state.reason == "consent-withdrawn" and text == RECORDING:
        return False
    return any(consent.text == text and consent.given for consent in current(state))


def is_withdrawn(state: AnyState, text: str) -> bool:
    """Whether the resident had agreed to it, and does no more."""
    return any(consent.text == text and not consent.given for consent in changes_of(state))


def replaced(changes: tuple[Consent, ...], changed: Consent) -> tuple[Consent, ...]:
    """The latest of each text: however often somebody changes their mind, no more is stored."""
    return (*(each for each in changes if each.text != changed.text), changed)


# --- what it covers -------------------------------------------------------------------------------

PAGES = (ev.PageAsked, ev.TakeAsked, ev.StillTaken, ev.StillKept, ev.StillChecked)
FORM_STEPS = (ev.FormLaid, ev.FormTyped, ev.FormStepped, ev.FormFrozen, ev.SignatureAsked, ev.SignatureGiven)


def check_covered(state: AnyState, event: ev.Event) -> None:
    """Asked before every rule of the machine, so that none can forget it. Raises `NotNow` (`consent-needed`).

    Whoever refused at the card that papers are sent may fill in the form all the same; whoever withdrew wants nothing more written.
    """
    if isinstance(event, PAGES) and not is_given(state, PAPERS):
        raise NotNow("the resident has not agreed that papers are sent", code="consent-needed")
    shows = isinstance(event, ev.SourceSwitched) and (event.end, event.source, event.on) == ("resident", "document", True)
    if (shows or isinstance(event, FORM_STEPS)) and is_withdrawn(state, PAPERS):
        raise NotNow("the resident no longer agrees that papers are sent", code="consent-needed")


def lets_accept(state: AnyState) -> bool:
    """Whether a case may be accepted here: what it stands on is agreed to now."""
    asked = {consent.text for consent in ticket_of(state).consents}
    if IDENTITY in asked and not is_given(state, IDENTITY):
        return False
    return not is_withdrawn(state, PAPERS) and not (isinstance(state, WrappingUp) and state.reason == "consent-withdrawn")


def check_may_accept(state: AnyState, outcome: Outcome) -> None:
    """Raises `NotNow` (`consent-needed`). To return or refer it is always possible."""
    if outcome in ACCEPTED and not lets_accept(state):
        raise NotNow("the resident does not agree to what the case stands on", code="consent-needed")
