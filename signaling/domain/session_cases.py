"""The cases of a visit: one more is opened, another is laid on the table, each gets its outcome; and its parties become known."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.case import Case
from signaling.domain.consent import check_may_accept
from signaling.domain.effects import Enter
from signaling.domain.folder import MOST_CASES, Folder
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.parties import known_as
from signaling.domain.refusals import NotNow
from signaling.domain.session_common import TALKING, leave_open, settle, with_talk
from signaling.domain.states import InSession, OnHold, Reconnecting, WrappingUp


@when(InSession, ev.CaseOpened, to=InSession)
def open_case(s: InSession, e: ev.CaseOpened, now: float, policy: SessionPolicy) -> Step:
    """It lies on the table at once; the one before keeps what was gathered for it."""
    folder = s.talk.folder
    if len(folder.cases) >= MOST_CASES:
        raise NotNow(f"{MOST_CASES} cases are the most", code="too-many-cases")
    if any(case.service == e.case.service and case.outcome is None for case in folder.cases):
        raise NotNow("there is an open case for this service", code="case-open")
    cleared = _cleared(s)
    return _on_table(s, cleared.opened(e.case)), (Enter("case-opened", {"case": e.case.number, "service": e.case.service}),)


@when(InSession, ev.CaseTurned, to=InSession)
def turn(s: InSession, e: ev.CaseTurned, now: float, policy: SessionPolicy) -> Step:
    case = _case(s.talk.folder, e.case)
    if case.number == s.talk.case.number:
        raise NotNow("it lies there already")
    return _on_table(s, _cleared(s).turned_to(case.number)), (Enter("case-turned", {"case": case.number}),)


@when(InSession, ev.CaseDropped, to=InSession)
def drop(s: InSession, e: ev.CaseDropped, now: float, policy: SessionPolicy) -> Step:
    """Only what nothing was done for; the case that the resident came for stays."""
    folder = s.talk.folder
    case = _case(folder, e.case)
    if case.number == s.talk.ticket.case or not case.is_empty or case.outcome is not None:
        raise NotNow("something was done for it: it gets an outcome")
    if case.number == folder.case.number:
        folder = _cleared(s)
    return _on_table(s, folder.dropped(case.number)), (Enter("case-dropped", {"case": case.number}),)


@whenever((*TALKING, WrappingUp), ev.CaseSettled, to=SAME)
def settle_case(s: InSession | OnHold | Reconnecting | WrappingUp, e: ev.CaseSettled, now: float, policy: SessionPolicy) -> Step:
    check_may_accept(s, e.outcome)
    talk, effects = settle(s.talk, e.case, e.outcome, e.due, e.referred_to)
    if not isinstance(s, WrappingUp):
        return with_talk(s, talk), effects
    on_table = (e.outcome, e.due) if e.case == talk.case.number else (s.outcome, s.due)
    return msgspec.structs.replace(s, talk=talk, outcome=on_table[0], due=on_table[1]), effects


@when(WrappingUp, ev.CaseLeftOpen, to=WrappingUp)
def stay_open(s: WrappingUp, e: ev.CaseLeftOpen, now: float, policy: SessionPolicy) -> Step:
    """Only when nobody can be told any more what is lacking: in the talk whoever is sent home has it in writing."""
    talk, effects = leave_open(s.talk, e.case)
    after = msgspec.structs.replace(s, talk=talk)
    return (msgspec.structs.replace(after, outcome=None, due=None) if e.case == talk.case.number else after), effects


@whenever(TALKING, ev.IdentitySeen, to=SAME)
def see_card(s: InSession | OnHold | Reconnecting, e: ev.IdentitySeen, now: float, policy: SessionPolicy) -> Step:
    """By the clerk's eye, card beside face. Whoever's card was read is known better already."""
    folder = s.talk.folder
    if not 0 <= e.party < len(folder.people):
        raise NotNow(f"{len(folder.people)} ask", code="unknown-party")
    people = known_as(folder.people, e.party, "card-seen")
    if people == folder.people:
        raise NotNow("they are known as well already")
    talk = msgspec.structs.replace(s.talk, folder=msgspec.structs.replace(folder, people=people))
    return with_talk(s, talk), (Enter("identity-seen", {"party": e.party, "level": "card-seen"}),)


def _case(folder: Folder, number: str) -> Case:
    case = folder.find(number)
    if case is None:
        raise NotNow("this visit has no such case", code="unknown-case")
    return case


def _cleared(s: InSession) -> Folder:
    """The table is free for another case: its form is put away. Raises NotNow while the resident is being asked something."""
    if s.ask is not None:
        raise NotNow("the resident is being asked something", code="asking-already")
    form = s.talk.file.form
    if form is None or not form.laid:
        return s.talk.folder
    return s.talk.folder.with_file(msgspec.structs.replace(s.talk.file, form=msgspec.structs.replace(form, laid=False)))


def _on_table(s: InSession, folder: Folder) -> InSession:
    """An operation ends: what it was for lies there no more."""
    return InSession(msgspec.structs.replace(s.talk, folder=folder))
