"""Several cases in one visit, several visits for one case, several people in a case."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain import events as ev
from signaling.domain.asks import AskScreen
from signaling.domain.case import Case
from signaling.domain.case_file import CaseFile, Still
from signaling.domain.case_records import cases_of, goes_on
from signaling.domain.consent import PAPERS, RECORDING
from signaling.domain.control import Grant
from signaling.domain.effects import CloseRoom, FindClerk, Wake
from signaling.domain.folder import MOST_CASES
from signaling.domain.form_on_table import FormOnTable
from signaling.domain.handover import handovers_of
from signaling.domain.parties import Party
from signaling.domain.session import begin
from signaling.domain.states import Closed, InSession, Ticket, Waiting, WrappingUp, talk_of
from tests.notices import TOLD, told
from tests.notices import entered as in_ledger
from tests.stories.visit import CASE, After, Visit, entered, in_session, on_hold, settled, talk, ticket, waiting, wrapping_up

SECOND = f"{CASE}-2"
BIRTH = Case(SECOND, "birth-certificate", 0.0)
PAGE = Still(3000, 0, 2000, 1400, kept=True)
PAGE_TOO = Still(4000, 0, 2000, 1400, kept=True)


def couple() -> Ticket:
    """Two who want to marry, before an office that wants to see both cards."""
    return msgspec.structs.replace(ticket(), parties=(Party("张明月"), Party("李国强", "card-read", "330424199203041234")), level="card-seen")


def met(of: Ticket) -> Visit:
    """In a talk with the clerk of counter 3."""
    return Visit(InSession(msgspec.structs.replace(talk("J012", "jinshan-3"), ticket=of, folder=of.folder)))


def lived_through(visit: Visit, *events: ev.Event) -> None:
    """What is told of it is told elsewhere."""
    for event in events:
        visit >> event
        visit.unread = ()


def two_cases() -> Visit:
    return Visit(in_session("J012", "jinshan-3")) >> ev.CaseOpened(BIRTH) << entered("case-opened", case=SECOND, service="birth-certificate")


# --- several in a visit ---------------------------------------------------------------------------


def test_a_second_case_is_opened_and_what_is_done_from_then_on_is_done_for_it() -> None:
    visit = two_cases()
    (visit
        >> ev.PageAsked("ask-1", 0) << entered("asked", ask="ask-1", kind="page", material=0) << Wake(300, ev.AskRanOut("ask-1", 300))
        >> ev.TakeAsked("ask-1", "take-1") << Wake(300, ev.AskRanOut("ask-1", 300))
        >> ev.StillTaken("ask-1", "take-1", msgspec.structs.replace(PAGE, kept=False), ("aa", "bb"))
        << entered("still-taken", still="3000-original", digest="aa", case=SECOND, number=3000, material=0, reasons=())
        << entered("still-taken", still="3000-page", digest="bb", case=SECOND, number=3000, material=0, reasons=())
        >> ev.StillKept(3000) << entered("still-kept", case=SECOND, number=3000, material=0, reasons=())
        << entered("ask-ended", ask="ask-1", kind="page", material=0, because="done")
        >> ev.CaseTurned(CASE) << entered("case-turned", case=CASE))
    now = talk_of(visit.state)
    assert now is not None and now.case.number == CASE and now.file == CaseFile()
    assert [case.file.stills for case in now.folder.cases] == [(), (PAGE,)]
    assert now.folder.still(3000) == PAGE


def test_a_turn_puts_the_form_away_and_ends_an_operation() -> None:
    form = CaseFile(form=FormOnTable("marriage-declaration", "2026-01-01", b"typed"))
    before = InSession(talk("J012", "jinshan-3").with_file(form), grant=Grant("ask-9", "form", "control", "fill-in", 600.0))
    visit = Visit(before)
    (visit >> ev.CaseOpened(BIRTH) << entered("case-opened", case=SECOND, service="birth-certificate")
        << entered("control-ended", grant="ask-9", by=None, because="other-screen")).refuses(ev.FormPutAway(), "no-form")
    (visit >> ev.CaseTurned(CASE) << entered("case-turned", case=CASE)
        >> ev.FormLaid("x", "y", b"") << entered("form-laid", case=CASE, code="marriage-declaration", version="2026-01-01"))
    now = talk_of(visit.state)
    assert now is not None and now.file.form == form.form, "as it was left"


def test_nobody_turns_while_the_resident_is_being_asked() -> None:
    asking = InSession(talk("J012", "jinshan-3"), AskScreen("ask-1", 45.0))
    Visit(asking).refuses(ev.CaseOpened(BIRTH), "asking-already").ends(asking)


def test_what_was_opened_by_mistake_is_dropped_and_nothing_else_is() -> None:
    visit = two_cases()
    visit.refuses(ev.CaseDropped(CASE)).refuses(ev.CaseDropped("unknown"), "unknown-case")
    (visit >> ev.CaseDropped(SECOND) << entered("case-dropped", case=SECOND)).ends(in_session("J012", "jinshan-3"))
    worked_at = two_cases()
    assert isinstance(worked_at.state, InSession)
    worked_at.state = InSession(worked_at.state.talk.with_file(CaseFile((PAGE,))))
    worked_at.refuses(ev.CaseDropped(SECOND)).ends_in(InSession)


def test_one_open_case_for_a_service_and_eight_in_a_visit() -> None:
    visit = two_cases().refuses(ev.CaseOpened(msgspec.structs.replace(BIRTH, number="x")), "case-open")
    for n in range(3, MOST_CASES + 1):
        visit >> ev.CaseOpened(Case(f"{CASE}-{n}", f"service-{n}", 0.0))
        visit.unread = ()
    visit.refuses(ev.CaseOpened(Case("one more", "service-9", 0.0)), "too-many-cases")


# --- what becomes of them -------------------------------------------------------------------------


def test_every_case_has_its_own_outcome_before_the_talk_ends() -> None:
    visit = two_cases().refuses(ev.ClerkEnded("accepted"), "case-open")
    (visit
        >> ev.CaseSettled(CASE, "accepted", "2026-12-24") << settled("accepted") << entered("due-promised", case=CASE, day="2026-12-24")
        >> ev.ClerkEnded("referred", None, "pinghu") << settled("referred", SECOND, "pinghu")
        << entered("talk-ended", reason="completed", outcome="referred") << CloseRoom("visit-J012.1") << Wake(600, ev.WrapUpRanOut(600))
        >> After(60)
        >> ev.WrapUpCompleted("referred", None, "pinghu") << entered("closed", reason="completed", outcome="referred") << FindClerk())
    state = visit.ends_in(Closed)
    assert [(each.number, each.state, each.due, each.referred_to) for each in cases_of(state)] == [
        (CASE, "accepted", "2026-12-24", None), (SECOND, "referred", None, "pinghu"),
    ]  # fmt: skip


def test_the_resident_has_left_and_both_cases_get_their_outcome_in_the_wrap_up() -> None:
    visit = two_cases() >> ev.ResidentEnded()
    visit.unread = ()
    visit.refuses(ev.WrapUpCompleted("referred"), "case-open")
    (visit >> ev.CaseSettled(CASE, "referred", None, "pinghu") << settled("referred", to="pinghu")
        >> ev.WrapUpCompleted("accepted") << settled("accepted", SECOND)
        << entered("closed", reason="ended-by-resident", outcome="accepted") << FindClerk()).ends_in(Closed)


def test_what_was_missed_in_the_talk_stays_open_and_the_clerk_is_in_no_dead_end() -> None:
    visit = two_cases().refuses(ev.CaseLeftOpen(CASE)) >> ev.ResidentEnded()
    visit.unread = ()
    visit.refuses(ev.CaseSettled(CASE, "returned"), "notice-needed").refuses(ev.CaseLeftOpen("unknown"), "unknown-case")
    visit.refuses(ev.WrapUpCompleted(None), "case-open")
    (visit
        >> ev.CaseLeftOpen(CASE) << entered("case-left-open", case=CASE)
        >> ev.CaseLeftOpen(CASE)
        >> ev.WrapUpCompleted(None) << entered("case-left-open", case=SECOND) << entered("closed", reason="ended-by-resident", outcome=None) << FindClerk())
    assert [(each.state, each.outcome, goes_on(each)) for each in cases_of(visit.ends_in(Closed))] == [("collecting", None, True)] * 2
    assert handovers_of(visit.state) == ()


def test_that_a_case_stays_open_may_be_changed_until_the_close_and_takes_back_what_was_promised() -> None:
    visit = two_cases()
    lived_through(visit, ev.CaseSettled(SECOND, "accepted", "2026-12-24"), ev.ResidentEnded())
    visit >> ev.CaseLeftOpen(SECOND) << entered("case-left-open", case=SECOND) << entered("due-promised", case=SECOND, day=None)
    assert isinstance(visit.state, WrappingUp) and (visit.state.outcome, visit.state.due) == (None, None), "it lies on the table"
    visit >> ev.CaseSettled(SECOND, "referred") << settled("referred", SECOND)
    (visit >> ev.CaseLeftOpen(CASE) << entered("case-left-open", case=CASE)
        >> ev.WrapUpCompleted("referred") << entered("closed", reason="ended-by-resident", outcome="referred") << FindClerk())
    assert [each.state for each in cases_of(visit.ends_in(Closed))] == ["collecting", "referred"]


def test_nothing_is_left_in_silence_when_the_time_runs_out() -> None:
    visit = two_cases()
    lived_through(visit, ev.ResidentEnded(), ev.CaseLeftOpen(CASE))
    (visit >> ev.WrapUpRanOut(600) << entered("wrap-up-ran-out", **{"outcome-missing": True})
        << entered("closed", reason="ended-by-resident", outcome=None) << FindClerk()).ends_in(Closed)


def test_an_outcome_may_be_changed_until_the_close_and_the_ledger_keeps_both() -> None:
    (Visit(in_session("J012", "jinshan-3"))
        >> ev.CaseSettled(CASE, "referred") << settled("referred")
        >> ev.CaseSettled(CASE, "referred")
        >> ev.CaseSettled(CASE, "accepted") << settled("accepted")).ends_in(InSession)
    visit = Visit(wrapping_up("J012", "jinshan-3")) >> ev.CaseSettled(CASE, "referred") << settled("referred")
    assert isinstance(visit.state, WrappingUp) and visit.state.outcome == "referred"


@pytest.mark.parametrize("begun", [in_session("J012", "jinshan-3"), on_hold("J012", "jinshan-3")], ids=["talk", "hold"])
def test_no_case_of_another_visit_is_settled(begun: InSession) -> None:
    Visit(begun).refuses(ev.CaseSettled("310116-330424-20261123-0099", "accepted"), "unknown-case")


# --- its people -----------------------------------------------------------------------------------


def test_a_case_is_accepted_only_when_everybody_is_known_as_well_as_the_service_asks() -> None:
    (met(couple())
        .refuses(ev.ClerkEnded("accepted"), "identity-too-low").refuses(ev.CaseSettled(CASE, "accepted"), "identity-too-low")
        .refuses(ev.IdentitySeen(1)).refuses(ev.IdentitySeen(2), "unknown-party")
        >> ev.IdentitySeen(0) << entered("identity-seen", party=0, level="card-seen")
        >> ev.CaseSettled(CASE, "accepted") << settled("accepted")).refuses(ev.IdentitySeen(0)).ends_in(InSession)


def test_whoever_is_not_known_is_sent_back_or_on_all_the_same() -> None:
    visit = met(couple()) >> TOLD << entered("notice-given", **in_ledger(TOLD))
    (visit >> ev.CaseSettled(CASE, "returned") << settled("returned") >> ev.CaseSettled(CASE, "referred") << settled("referred")).ends_in(InSession)


def test_the_ledger_says_how_many_came_and_how_they_were_known_and_no_name() -> None:
    visit = Visit.from_step(begin(couple(), now=0.0))
    entries = [each for each in visit.unread if getattr(each, "what", "") == "party"]
    assert entries == [entered("party", party=0, level="declared"), entered("party", party=1, level="card-read")]
    assert "330424" not in repr(couple().parties) and "李" not in repr(couple().parties)


def test_who_is_known_stays_known_at_the_next_counter() -> None:
    visit = met(couple()) >> ev.IdentitySeen(0)
    visit.unread = ()
    visit >> ev.Transferred(None)
    visit.unread = ()
    assert isinstance(visit.state, Waiting) and visit.state.folder.people == ("card-seen", "card-read")


# --- several visits for one case ------------------------------------------------------------------


def test_what_was_kept_goes_into_the_next_visit_of_the_case_and_nothing_that_was_typed() -> None:
    form = FormOnTable("marriage-declaration", "2026-01-01", b"typed")
    dropped = Still(4000, 0, 2000, 1400)
    visit = Visit(InSession(talk("J012", "jinshan-3").with_file(CaseFile((PAGE, dropped), form)))) >> TOLD
    visit.unread = ()
    visit >> ev.ClerkEnded("returned")
    visit.unread = ()
    visit >> ev.WrapUpCompleted("returned")
    visit.unread = ()
    (case,) = cases_of(visit.state)
    assert goes_on(case) and case.file == CaseFile((msgspec.structs.replace(PAGE, number=-1, source=("visit-J012", 3000)),), notice=told(TOLD, session="visit-J012"))

    again = msgspec.structs.replace(ticket("J040"), case=CASE)
    brought = msgspec.structs.replace(again.folder, cases=(case.taken_up(),))
    later = Visit.from_step(begin(again, 9000.0, brought))
    assert entered("case-continued", case=CASE, pages=1) in later.unread
    later.unread = ()
    later >> ev.Picked("li", "jinshan-3")
    later.unread = ()
    now = talk_of(later.state)
    assert now is not None and now.folder.still(-1) is not None and now.case.outcome is None
    (record,) = cases_of(later.state)
    assert (record.number, record.state, record.session) == (CASE, "collecting", "visit-J040")
    later >> ev.BytesOnDisk(9000.0)
    later.unread = ()
    later.refuses(ev.ClerkEnded("returned"), "notice-needed")
    later >> ev.ClerkEnded("accepted")
    later.unread = ()
    later >> ev.WrapUpCompleted("accepted")
    later.unread = ()
    (done,) = cases_of(later.state)
    assert done.file == case.file and done.state == "accepted", "what came from the first visit is still that visit's"


def test_a_copy_that_was_checked_is_looked_for_where_it_was_sealed() -> None:
    first = CaseFile((msgspec.structs.replace(PAGE, checked=5000), PAGE_TOO)).shelved("visit-1")
    assert [(each.number, each.source, each.checked_in) for each in first.stills] == [(-2, ("visit-1", 3000), "visit-1"), (-1, ("visit-1", 4000), None)]
    now = first.with_still(msgspec.structs.replace(first.stills[1], checked=900)).shelved("visit-2")
    assert [(each.source, each.checked_in) for each in now.stills] == [(("visit-1", 3000), "visit-1"), (("visit-1", 4000), "visit-2")]


def test_a_case_that_was_taken_up_and_left_in_the_line_stands_as_before() -> None:
    returned = msgspec.structs.replace(ticket().folder.case, stood="returned", decided="returned")
    again = msgspec.structs.replace(ticket("J040"), case=CASE)
    later = Visit.from_step(begin(again, 9000.0, msgspec.structs.replace(again.folder, cases=(returned,))))
    later.unread = ()
    later >> ev.ResidentLeft()
    later.unread = ()
    (left,) = cases_of(later.state)
    assert (left.state, left.outcome) == ("returned", "returned") and goes_on(left), "and may be taken up again"


def test_a_case_that_nobody_looked_at_is_drafted_and_closed_when_its_visit_ends() -> None:
    visit = Visit(waiting())
    assert [each.state for each in cases_of(visit.state)] == ["drafted"]
    visit >> ev.ResidentLeft()
    visit.unread = ()
    assert [each.state for each in cases_of(visit.state)] == ["closed"]


def test_what_has_become_of_the_case_on_the_table_stands_when_the_resident_stops() -> None:
    visit = two_cases() >> ev.CaseSettled(CASE, "referred") << settled("referred")
    visit >> ev.CaseSettled(SECOND, "accepted", "2026-12-24") << settled("accepted", SECOND) << entered("due-promised", case=SECOND, day="2026-12-24")
    visit >> ev.ResidentEnded()
    visit.unread = ()
    assert isinstance(visit.state, WrappingUp) and (visit.state.outcome, visit.state.due) == ("accepted", "2026-12-24")
    (visit >> ev.WrapUpRanOut(600) << entered("wrap-up-ran-out", **{"outcome-missing": False})
        << entered("closed", reason="ended-by-resident", outcome="accepted") << FindClerk()).ends_in(Closed)


# --- consent and several cases --------------------------------------------------------------------


def test_what_was_decided_stands_when_the_recording_is_taken_back_and_nothing_more_is_accepted() -> None:
    visit = two_cases() >> ev.CaseSettled(SECOND, "accepted") << settled("accepted", SECOND)
    visit >> ev.ConsentWithdrawn(RECORDING)
    visit.unread = ()
    visit.refuses(ev.CaseSettled(CASE, "accepted"), "consent-needed").refuses(ev.WrapUpCompleted("accepted"), "case-open")
    visit >> ev.CaseSettled(CASE, "referred") << settled("referred")
    visit >> ev.WrapUpCompleted("accepted") << entered("closed", reason="consent-withdrawn", outcome="accepted") << FindClerk()
    assert [each.state for each in cases_of(visit.state)] == ["referred", "accepted"]


@pytest.mark.parametrize("then", ["line", "away", "ringing", "parked"])
def test_what_was_accepted_before_falls_with_the_papers_wherever_the_visit_is(then: str) -> None:
    visit = two_cases() >> ev.CaseSettled(CASE, "accepted", "2026-12-24")
    visit.unread = ()
    there: dict[str, list[ev.Event]] = {
        "line": [ev.Transferred(None)],
        "away": [ev.Transferred(None), ev.EndLost("resident")],
        "ringing": [ev.Transferred(None), ev.CounterChosen("chen", "jinshan-4")],
        "parked": [ev.EndLost("resident"), ev.GraceEnded("resident", 0.0)],
    }
    lived_through(visit, *there[then])
    visit >> ev.ConsentWithdrawn(PAPERS)
    assert visit.unread[1:] == (entered("case-reopened", case=CASE), entered("due-promised", case=CASE, day=None))
    visit.unread = ()
    assert [each.state for each in cases_of(visit.state)] == ["collecting", "collecting"]


# --- handed over ----------------------------------------------------------------------------------


def test_every_decided_case_is_handed_over_once_a_visit_and_a_later_visit_hands_it_over_again() -> None:
    visit = two_cases()
    lived_through(visit, TOLD, ev.CaseSettled(SECOND, "returned"), ev.CaseTurned(CASE), ev.ClerkEnded("accepted", "2026-12-24"))
    assert handovers_of(visit.state) == ()
    lived_through(visit, ev.WrapUpCompleted("accepted", "2026-12-24"))
    first = handovers_of(visit.state)
    assert [(each.key, each.service, each.outcome, each.due) for each in first] == [
        (("jinshan", CASE, 1), "marriage-registration", "accepted", "2026-12-24"), (("jinshan", SECOND, 1), "birth-certificate", "returned", None),
    ]  # fmt: skip
    again = msgspec.structs.replace(ticket("J040"), case=SECOND, service="birth-certificate")
    brought = msgspec.structs.replace(again.folder, cases=(cases_of(visit.state)[1].taken_up(),))
    later = Visit.from_step(begin(again, 9000.0, brought))
    later.unread = ()
    lived_through(later, ev.Picked("li", "jinshan-3"), ev.BytesOnDisk(9000.0), ev.ClerkEnded("accepted"), ev.WrapUpCompleted("accepted"))
    (second,) = handovers_of(later.state)
    assert (second.key, second.outcome, second.session) == (("jinshan", SECOND, 2), "accepted", "visit-J040")
