"""What everybody is to see, read from the states: pure projections, sent whole whenever they change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from signaling.domain.asks import AnyAsk, AskControl, AskPage, AskScreen, AskSignature
from signaling.domain.case import ACCEPTED, Case
from signaling.domain.case_file import CaseFile
from signaling.domain.consent import current, is_withdrawn, lets_accept
from signaling.domain.folder import Folder
from signaling.domain.parties import at_least
from signaling.domain.permissions import Actor
from signaling.domain.presence import Presence, Shift
from signaling.domain.recording import Recording
from signaling.domain.states import (
    ENDS,
    SOURCES,
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
    folder_of,
    ticket_of,
)
from signaling.domain.states import Talk as TalkFacts
from signaling.domain.waiting_line import Place, estimate_minutes, position
from signaling.office.case_views import answered_view, cases_view, parties_view
from signaling.office.notary import Receipt
from signaling.office.notice_views import farewell_notices, given_view, lack_of, own_papers
from signaling.office.ports import Books
from signaling.wire import asks, cases, consents, control, desk, forms, talk, visit


def missing_ends(state: AnyState) -> frozenset[str]:
    """The ends whose line is being repaired."""
    return frozenset(m.end for m in state.missing) if isinstance(state, Reconnecting) else frozenset()


def is_held(state: AnyState) -> bool:
    """Whether the talk is on hold, also while an end is missing."""
    return isinstance(state.before if isinstance(state, Reconnecting) else state, OnHold)


def talk_view(state: InSession | OnHold | Reconnecting, me: str, clerk_name: str, language: str, books: Books) -> talk.Talk:
    """The talk as one end sees it. The resident's name is shown to the clerk in the desk's own field, not here."""
    facts: TalkFacts = state.talk
    ticket, gone = facts.ticket, missing_ends(state)
    return talk.Talk(
        session=ticket.session,
        case=facts.case.number,
        number=ticket.number,
        home=ticket.home,
        service=facts.case.service,
        service_name=books.service_name(facts.case.service, language),
        since=facts.since,
        held=is_held(state),
        room=facts.room,
        me=me,
        ends=[
            talk.End("resident", "resident", ticket.resident, books.kiosk_name(ticket.kiosk, language), "resident" not in gone),
            talk.End("clerk", "clerk", clerk_name, books.counter_name(facts.counter, language), "clerk" not in gone),
        ],
        sources=[
            talk.SourceState(end, source, (end, source) in facts.on, (end, source) in facts.stopped) for end in ENDS for source in SOURCES
        ],
        recording=recording_view(facts.recording, held=is_held(state)),
        acceptable=facts.recording.lets_accept and lets_accept(state),
        asked=_asked(state.ask, facts, language, books) if isinstance(state, InSession) else None,
        ended=None if facts.ended is None else asks.AskEnded(facts.ended.id, facts.ended.what, facts.ended.because, facts.ended.by),
        may_show=facts.may_show,
        stills=stills_view(facts.file),
        may_take_in=books.basis("accept-papers", ticket, facts.case.service) is not None,
        may_check=me == "clerk" and books.basis("verify-original", ticket, facts.case.service) is not None,
        has_form=facts.file.form is not None or books.form_of(facts.case.service, facts.case.as_of) is not None,
        form=form_view(facts.case),
        grant=_granted(state),
        windows=[control.WindowOffered(each.code, each.en if language == "en" else each.zh) for each in facts.windows],
        texts=[control.TextLine(line.n, line.by, line.at / 1000, line.text) for line in facts.folder.texts],
        cases=cases_view(facts.folder, ticket, language, books),
        parties=parties_view(ticket, facts.folder, whole=me == "clerk"),
        level=facts.case.level,
    )


def form_view(case: Case) -> forms.TalkForm | None:
    """The form of a case, without anything that was typed."""
    form = case.file.form
    if form is None:
        return None
    paper = form.frozen
    if paper is None:
        return forms.TalkForm(case.number, form.code, form.version, form.laid, None)
    pages = [forms.FrozenPage(page.id, page.digest, page.width, page.height) for page in paper.pages]
    places = [
        forms.SignPlace(place.page, place.x, place.y, place.width, place.height, paper.signature(signer) is not None)
        for signer, place in enumerate(paper.places)
    ]
    return forms.TalkForm(case.number, form.code, form.version, form.laid, forms.FrozenForm(paper.id, pages, places, paper.signed))


def _days(ticket: Ticket, folder: Folder, outcome: str | None, books: Books) -> int | None:
    """What the service of the last case promises, where it is accepted."""
    return books.promise(ticket.home, folder.case.service, folder.case.as_of).working_days if outcome in ACCEPTED else None


def _granted(state: InSession | OnHold | Reconnecting) -> control.Granted | None:
    grant = state.grant if isinstance(state, InSession) else None
    return None if grant is None else control.Granted(grant.id, grant.scope, grant.level, grant.purpose, grant.until)


AnyAsked = asks.AskedScreen | asks.AskedPage | asks.AskedSignature | asks.AskedControl


def _asked(ask: AnyAsk | None, talk: TalkFacts, language: str, books: Books) -> AnyAsked | None:
    match ask:
        case None:
            return None
        case AskScreen():
            return asks.AskedScreen(ask.id, ask.until)
        case AskPage():
            name = books.material_name(talk.case.service, talk.case.as_of, ask.material, language) or ""
            return asks.AskedPage(ask.id, ask.until, ask.material, name, ask.take)
        case AskSignature():
            return asks.AskedSignature(ask.id, ask.until, ask.form, ask.signer)
        case AskControl():
            window = next((each for each in talk.windows if each.code == ask.scope), None)
            name = "" if window is None else window.en if language == "en" else window.zh
            return asks.AskedControl(ask.id, ask.until, ask.scope, name, ask.level, ask.purpose, ask.minutes)


def stills_view(file: CaseFile) -> list[asks.Still]:
    """The pages taken so far, in the order of the checklist."""
    kept: Counter[int] = Counter()
    found = []
    for still in sorted(file.stills, key=lambda still: (still.material, still.number)):
        kept[still.material] += still.kept
        page = kept[still.material] + (0 if still.kept else 1)
        found.append(asks.Still(
            still.number, still.material, still.width, still.height, list(still.reasons), still.glare,  # type: ignore[arg-type] # literals on the wire, text in the row
            still.kept, page, still.checked is not None,
        ))  # fmt: skip
    return found


def recording_view(recording: Recording, *, held: bool) -> talk.Recording:
    """What the light says."""
    if recording.suspended is not None:
        return "suspended"
    match recording.light:
        case "on":
            return "held" if held else "recording"
        case "awaited":
            return "starting"
        case "late":
            return "not-recorded"
        case "broken":
            return "interrupted"


def kiosk_view(
    kiosk: Actor, state: AnyState | None, line: Iterable[Place], at_work: int, minutes_each: float, clerk_name: str, books: Books,
    receipt: Receipt | None = None,
) -> visit.KioskView:
    """The kiosk's screen; `state` is the session it shows, None when idle."""
    ticket = ticket_of(state) if state is not None else None
    language = ticket.language if ticket is not None else "zh-CN"
    return visit.KioskView(
        kiosk=kiosk.id,
        name=books.kiosk_name(kiosk.id, language),
        jurisdiction=kiosk.jurisdiction,
        screen=_screen(state, list(line), at_work, minutes_each, clerk_name, language, books, receipt),
        language=None if ticket is None else "en" if ticket.language == "en" else "zh-CN",
        needs=list(ticket.needs) if ticket is not None else [],  # type: ignore[arg-type] # literals on the wire, text in the row
        consents=consents_view(state) if state is not None else [],
    )


def _screen(
    state: AnyState | None, line: list[Place], at_work: int, minutes_each: float, clerk_name: str, language: str, books: Books,
    receipt: Receipt | None,
) -> visit.Idle | visit.Waiting | visit.Ringing | visit.Talking | visit.Parked | visit.Farewell:
    match state:
        case None:
            return visit.Idle()
        case Waiting() | SteppedAway():
            t = ticket_of(state)
            place = position(line, t.session)
            return visit.Waiting(
                session=t.session,
                number=t.number,
                home=t.home,
                service=t.service,
                service_name=books.service_name(t.service, language),
                place=place,
                minutes=estimate_minutes(place, at_work, minutes_each),
                counters=at_work,
            )
        case Ringing():
            t = state.ticket
            return visit.Ringing(
                session=t.session,
                number=t.number,
                home=t.home,
                service=t.service,
                service_name=books.service_name(t.service, language),
                counter=books.counter_name(state.counter, language),
                until=state.until,
            )
        case InSession() | OnHold() | Reconnecting():
            return visit.Talking(talk=talk_view(state, "resident", clerk_name, language, books))
        case Parked():
            return visit.Parked(session=state.ticket.session, number=state.ticket.number, until=state.until)
        case WrappingUp() | Closed():
            t = ticket_of(state)
            return visit.Farewell(
                session=t.session,
                number=t.number,
                case=t.case,
                service_name=books.service_name(t.service, language),
                reason=state.reason,
                outcome=state.outcome,
                due=state.due,
                working_days=_days(t, folder_of(state), state.outcome, books),
                cases=cases_view(folder_of(state), t, language, books),
                code=receipt.code if receipt else None,
                proof=receipt.proof if receipt else None,
                notices=farewell_notices(state, language, books),
                papers=own_papers(state, receipt, language, books),
            )


def desk_view(
    clerk: Actor, name: str, shift: Shift | None, word: Presence, holds: AnyState | None, note: str, line: Iterable[AnyState],
    taken: frozenset[str], books: Books, colleagues: Iterable[desk.Colleague] = (), openable: Iterable[cases.Openable] = (),
) -> desk.DeskView:
    """The clerk's desk. `line`: waiting sessions that this clerk may take, in order."""
    language = "zh-CN"
    talking = holds if isinstance(holds, InSession | OnHold | Reconnecting) else None
    at_work = holds if isinstance(holds, WrappingUp) else talking
    return desk.DeskView(
        login=clerk.id,
        name=name,
        jurisdiction=clerk.jurisdiction,
        counter=shift.counter if shift else None,
        counters=[desk.Counter(c, books.counter_name(c, language), c in taken) for c in books.counters(clerk.jurisdiction)],
        presence=word,
        away_because=_away_because(shift),
        line=[_line_entry(state, language, books) for state in line],
        ring=_ring(holds, clerk.id, language, books) if isinstance(holds, Ringing) else None,
        talk=talk_view(talking, "clerk", name, language, books) if talking else None,
        resident=talking.talk.ticket.resident if talking else None,
        note=note if talking else "",
        wrap_up=_wrap_up(holds, note, language, books) if isinstance(holds, WrappingUp) else None,
        notice=given_view(talking.talk.file.told) if talking else None,
        form_lack=lack_of(talking.talk, books) if talking else None,
        colleagues=list(colleagues) if talking else [],
        openable=list(openable) if talking else [],
        consents=consents_view(holds) if holds is not None and not isinstance(holds, Ringing) else [],
        answered=answered_view(ticket_of(at_work), folder_of(at_work).case) if at_work is not None else None,
    )


def consents_view(state: AnyState) -> list[consents.ConsentNow]:
    """What the resident agreed to, as it stands now; nothing is kept of it for a visit that is closed."""
    return [] if isinstance(state, Closed) else [
        consents.ConsentNow(
            each.text, each.version, "en" if each.language == "en" else "zh-CN",  # type: ignore[arg-type] # literals on the wire, text in the row
            "given" if each.given else "withdrawn" if is_withdrawn(state, each.text) else "refused", each.method, each.at / 1000 or None,
        )
        for each in current(state)
    ]  # fmt: skip


def _away_because(shift: Shift | None) -> desk.AwayBecause | None:
    if shift is None:
        return "not-started"
    return shift.because


def _line_entry(state: AnyState, language: str, books: Books) -> desk.LineEntry:
    t = ticket_of(state)
    return desk.LineEntry(
        session=t.session,
        number=t.number,
        service=t.service,
        service_name=books.service_name(t.service, language),
        since=t.taken_at,
        language="en" if t.language == "en" else "zh-CN",
        needs=list(t.needs),
        here=isinstance(state, Waiting),
    )


def _ring(state: Ringing, clerk: str, language: str, books: Books) -> desk.Ring:
    t = state.ticket
    return desk.Ring(
        session=t.session,
        number=t.number,
        service=t.service,
        service_name=books.service_name(t.service, language),
        resident=t.resident,
        kiosk=books.kiosk_name(t.kiosk, language),
        host=t.host,
        language="en" if t.language == "en" else "zh-CN",
        needs=list(t.needs),
        until=state.until,
        before=state.waiting.earlier is not None and state.waiting.earlier.clerk == clerk,
        answered=answered_view(t, folder_of(state).cases[0]),
    )


def _wrap_up(state: WrappingUp, note: str, language: str, books: Books) -> desk.WrapUp:
    t, case = state.talk.ticket, state.talk.case
    promise = books.promise(t.home, case.service, case.as_of)
    return desk.WrapUp(
        session=t.session,
        case=case.number,
        number=t.number,
        service_name=books.service_name(case.service, language),
        resident=t.resident,
        outcome=state.outcome,
        acceptable=state.talk.recording.lets_accept and lets_accept(state),
        note=note,
        until=state.until,
        stills=stills_view(state.talk.file),
        form=form_view(case),
        due=state.due if state.due is not None else promise.due,
        working_days=promise.working_days,
        cases=cases_view(state.talk.folder, t, language, books),
        parties=parties_view(t, state.talk.folder, whole=True),
        known=all(at_least(level, case.level) for level in state.talk.folder.people),
        referred_to=case.referred_to,
        service=case.service,
        notice=given_view(state.talk.file.told),
        form_lack=lack_of(state.talk, books),
    )
