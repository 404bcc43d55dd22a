"""The form on the table: laid, filled in together, finished, signed; whatever interrupts the talk, nothing of it is lost, and no letter is in the ledger."""

from __future__ import annotations

import msgspec
import pytest

from signaling.domain import events as ev
from signaling.domain.asks import AnyAsk, AskControl, AskScreen
from signaling.domain.control import Grant
from signaling.domain.effects import Enter, Wake
from signaling.domain.form_on_table import FormOnTable, FrozenPaper, PagePicture, Signature, SignPlace
from signaling.domain.session import step
from signaling.domain.states import InSession, OnHold, Parked, Reconnecting, Ringing, Waiting, WrappingUp, talk_of
from tests.stories.visit import (
    CASE,
    POLICY,
    After,
    Visit,
    after,
    entered,
    in_session,
    on_hold,
    reconnecting,
    talk,
)

PAGES = (PagePicture("9000-1", "d1", 1080, 1527), PagePicture("9000-2", "d2", 1080, 1527))
PLACES = (SignPlace(1, 3600, 2000, 3000, 500), SignPlace(1, 3600, 3000, 3000, 500))
PAPER = FrozenPaper(9000, 9, "ba", "ca", PAGES, PLACES)
"""A paper of two pages, signed on the second by two people."""
FIRST, SECOND = Signature("12000", 0, "e1"), Signature("13000", 1, "e2")


def on_the_table(frozen: FrozenPaper | None = None, snapshot: bytes = b"typed", *, laid: bool = True) -> FormOnTable:
    return FormOnTable("marriage-declaration", "2026-01-01", snapshot, laid, frozen)


def talking(form: FormOnTable | None, ask: AnyAsk | None = None, grant: Grant | None = None) -> InSession:
    before = talk("J012", "jinshan-3")
    return InSession(before.with_file(msgspec.structs.replace(before.file, form=form)), ask, grant)


def filling(snapshot: bytes = b"typed") -> Visit:
    return Visit(talking(on_the_table(snapshot=snapshot)))


def frozen(paper: FrozenPaper = PAPER) -> Visit:
    return Visit(talking(on_the_table(paper, b"frozen")))


def asked_to_sign(signer: int = 0, paper: FrozenPaper = PAPER) -> Visit:
    return (frozen(paper) >> ev.SignatureAsked("ask-1", signer)
        << entered("asked", ask="ask-1", kind="signature", form="9000", signer=signer) << Wake(300, ev.AskRanOut("ask-1", 300)))


def form_of(visit: Visit) -> FormOnTable | None:
    """The visit's form, in whichever state."""
    state = visit.state
    found = state.talk if isinstance(state, WrappingUp) else talk_of(state)
    if found is not None:
        return found.file.form
    earlier = state.earlier if isinstance(state, Parked | Waiting) else state.waiting.earlier if isinstance(state, Ringing) else None
    return earlier.folder.case.file.form if earlier is not None else None


def because(visit: Visit) -> list[object]:
    """Why a question ended; the rest of what the step said is read with it."""
    told = [effect.body["because"] for effect in visit.unread if isinstance(effect, Enter) and effect.what == "ask-ended"]
    visit.unread = ()
    return told


# --- filled in together ---------------------------------------------------------------------------


def test_a_form_is_laid_put_away_and_laid_again_as_it_was_left() -> None:
    visit = (Visit(in_session("J012", "jinshan-3"))
        >> ev.FormLaid("marriage-declaration", "2026-01-01", b"empty") << entered("form-laid", case=CASE, code="marriage-declaration", version="2026-01-01"))
    visit.refuses(ev.FormLaid("marriage-declaration", "2026-01-01", b"empty"))
    visit >> ev.FormTyped(b"typed")
    visit >> ev.FormPutAway() << entered("form-put-away")
    assert form_of(visit) == on_the_table(laid=False)
    visit.refuses(ev.FormPutAway(), "no-form").refuses(ev.FormTyped(b"more"), "no-form").refuses(ev.FormStepped("shown", "name", b"more"), "no-form")
    visit.refuses(ev.FormFrozen(b"frozen", PAPER), "no-form")
    (visit >> ev.FormLaid("general-application", "2027-01-01", b"another") << entered("form-laid", case=CASE, code="marriage-declaration", version="2026-01-01"))
    visit.ends(talking(on_the_table()))


def test_letters_are_kept_and_the_ledger_says_nothing_of_them() -> None:
    visit = filling() >> ev.FormTyped(b"typed more")
    visit.ends(talking(on_the_table(snapshot=b"typed more")))


def test_a_field_is_shown_and_hidden_and_a_page_confirmed_and_opened_again() -> None:
    visit = (filling()
        >> ev.FormStepped("shown", "id-number", b"1") << entered("form-shown", field="id-number")
        >> ev.FormStepped("hidden", "id-number", b"2") << entered("form-hidden", field="id-number")
        >> ev.FormStepped("confirmed", "person", b"3", "dd") << entered("form-confirmed", page="person", digest="dd")
        >> ev.FormStepped("reopened", "person", b"4") << entered("form-reopened", page="person"))
    visit.ends(talking(on_the_table(snapshot=b"4")))


def test_without_a_form_nothing_of_it_happens() -> None:
    visit = Visit(in_session("J012", "jinshan-3"))
    for event in (ev.FormPutAway(), ev.FormTyped(b"x"), ev.FormStepped("confirmed", "person", b"x", "dd"), ev.FormFrozen(b"x", PAPER), ev.FormMelted(b"x"), ev.SignatureAsked("ask-1", 0)):
        visit.refuses(event, "no-form")
    visit.ends(in_session("J012", "jinshan-3"))


# --- frozen and melted ----------------------------------------------------------------------------


def test_it_is_frozen_with_every_page_on_record_and_takes_no_more_letters() -> None:
    visit = (filling() >> ev.FormFrozen(b"frozen", PAPER)
        << entered("form-frozen", case=CASE, form="9000", code="marriage-declaration", version="2026-01-01", values="ba", digest="ca")
        << entered("form-page", page="9000-1", form="9000", digest="d1") << entered("form-page", page="9000-2", form="9000", digest="d2"))
    for event in (ev.FormTyped(b"more"), ev.FormStepped("reopened", "person", b"more"), ev.FormFrozen(b"again", PAPER)):
        visit.refuses(event, "form-frozen")
    visit.ends(talking(on_the_table(PAPER, b"frozen")))


def test_a_mistake_is_found_and_what_was_signed_counts_no_more() -> None:
    visit = frozen(PAPER.signed_by(FIRST)) >> ev.FormMelted(b"melted") << entered("form-melted", form="9000")
    visit.refuses(ev.FormMelted(b"again"), "form-open").refuses(ev.SignatureAsked("ask-2", 0), "form-open")
    visit.ends(talking(on_the_table(snapshot=b"melted")))


def test_it_melts_while_somebody_is_about_to_sign() -> None:
    visit = (asked_to_sign() >> ev.FormMelted(b"melted")
        << entered("form-melted", form="9000") << entered("ask-ended", ask="ask-1", kind="signature", form="9000", signer=0, because="form-melted"))
    visit.refuses(ev.SignatureGiven("ask-1", FIRST, "9000-2", "f1"), "form-open")
    visit.ends(after(talking(on_the_table(snapshot=b"melted")), "ask-1", "signature", "form-melted"))


def test_another_question_outlives_the_melting() -> None:
    screen = AskScreen("ask-9", 45.0)
    visit = Visit(talking(on_the_table(PAPER, b"frozen"), screen)) >> ev.FormMelted(b"melted") << entered("form-melted", form="9000")
    visit.ends(talking(on_the_table(snapshot=b"melted"), screen))


# --- signed ---------------------------------------------------------------------------------------


def signs(visit: Visit, given: Signature, drawn: str = "f1") -> Visit:
    """The signature that is asked for, on the second page."""
    return (visit >> ev.SignatureGiven("ask-1", given, "9000-2", drawn)
        << entered("signature-drawn", picture=f"{given.id}-picture", digest=drawn)
        << entered("signature-given", signature=given.id, digest=given.digest, form="9000", pdf="ca", page="9000-2", shown="d2", place=given.signer, drawn=f"{given.id}-picture")
        << entered("ask-ended", ask="ask-1", kind="signature", form="9000", signer=given.signer, because="done"))


def test_one_signs_on_the_page_that_was_shown() -> None:
    signs(asked_to_sign(), FIRST).ends(after(talking(on_the_table(PAPER.signed_by(FIRST), b"frozen")), "ask-1", "signature", "done"))


@pytest.mark.parametrize(("event", "why"), [
    (ev.AskAnswered("ask-1", yes=False), "refused"), (ev.AskRanOut("ask-1", 300.0), "silence"), (ev.AskWithdrawn("ask-1"), "withdrawn"),
], ids=["refused", "silent", "withdrawn"])
def test_one_does_not_sign(event: ev.Event, why: str) -> None:
    visit = asked_to_sign() >> event << entered("ask-ended", ask="ask-1", kind="signature", form="9000", signer=0, because=why)
    visit.refuses(ev.SignatureGiven("ask-1", FIRST, "9000-2", "f1")).ends(after(talking(on_the_table(PAPER, b"frozen")), "ask-1", "signature", why))


def test_a_touch_on_yes_is_no_signature() -> None:
    asked_to_sign().refuses(ev.AskAnswered("ask-1", yes=True)).ends_in(InSession)


def test_who_was_not_asked_and_what_was_not_shown_is_no_signature() -> None:
    visit = asked_to_sign().refuses(ev.SignatureGiven("ask-1", SECOND, "9000-2", "f1")).refuses(ev.SignatureGiven("ask-2", FIRST, "9000-2", "f1"))
    visit.refuses(ev.SignatureGiven("ask-1", FIRST, "8000-2", "f1")).ends_in(InSession)


def test_a_form_is_signed_by_those_who_stand_on_it_and_only_when_it_is_frozen() -> None:
    frozen().refuses(ev.SignatureAsked("ask-1", 2), "unknown-signer").ends_in(InSession)
    filling().refuses(ev.SignatureAsked("ask-1", 0), "form-open").ends_in(InSession)


def test_whoever_signs_again_replaces_what_they_signed_and_the_signed_paper_is_made_anew() -> None:
    everybody = msgspec.structs.replace(PAPER.signed_by(FIRST).signed_by(SECOND), signed="14000")
    again = Signature("15000", 0, "e3")
    visit = signs(asked_to_sign(0, everybody), again, "f3")
    found = form_of(visit)
    assert found is not None and found.frozen == PAPER.signed_by(SECOND).signed_by(again)
    assert found.frozen.signed is None and found.frozen.complete


def test_everybody_has_signed() -> None:
    one = PAPER.signed_by(FIRST)
    frozen(one).refuses(ev.PaperSigned("9000", "14000", "ab"))  # one is not everybody
    both = one.signed_by(SECOND)
    visit = frozen(both).refuses(ev.PaperSigned("8000", "14000", "ab"))
    visit >> ev.PaperSigned("9000", "14000", "ab") << entered("form-signed", paper="14000", form="9000", digest="ab")
    visit.refuses(ev.PaperSigned("9000", "14001", "ab")).ends(talking(on_the_table(msgspec.structs.replace(both, signed="14000"), b"frozen")))


@pytest.mark.parametrize("meanwhile", [on_hold("J012", "jinshan-3"), reconnecting("J012", "jinshan-3", "clerk")], ids=["held", "line lost"])
def test_the_signed_paper_comes_while_nobody_talks(meanwhile: OnHold | Reconnecting) -> None:
    both = on_the_table(PAPER.signed_by(FIRST).signed_by(SECOND), b"frozen")
    with_form = meanwhile.talk.with_file(msgspec.structs.replace(meanwhile.talk.file, form=both))
    held = isinstance(meanwhile, OnHold)
    state = OnHold(with_form, 0.0) if isinstance(meanwhile, OnHold) else Reconnecting(InSession(with_form), meanwhile.missing)
    visit = Visit(state) >> ev.PaperSigned("9000", "14000", "ab") << entered("form-signed", paper="14000", form="9000", digest="ab")
    visit.ends_in(OnHold if held else Reconnecting)


# --- interrupted ----------------------------------------------------------------------------------

FORMS = [on_the_table(), on_the_table(PAPER.signed_by(FIRST), b"frozen"), on_the_table(laid=False)]
NAMES = ["open", "signed by one", "put away"]


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
@pytest.mark.parametrize("event", [ev.HoldBegan(), ev.EndLost("resident"), ev.EndLost("clerk"), ev.NodeLost(1), ev.ConnectionOffered("resident")], ids=lambda e: type(e).__name__)
def test_whatever_interrupts_the_talk_leaves_the_form_as_it_is(form: FormOnTable, event: ev.Event) -> None:
    assert form_of(Visit(talking(form)) >> event) == form


@pytest.mark.parametrize(("event", "why"), [
    (ev.HoldBegan(), "hold"), (ev.EndLost("resident"), "line-lost"), (ev.EndLost("clerk"), "line-lost"), (ev.FormPutAway(), "other-screen"),
    (ev.ClerkEnded("referred"), "talk-ended"), (ev.ResidentEnded(), "talk-ended"),
], ids=lambda value: value if isinstance(value, str) else type(value).__name__)
def test_and_nobody_is_asked_to_sign_any_more(event: ev.Event, why: str) -> None:
    visit = asked_to_sign() >> event
    assert because(visit) == [why]
    visit.refuses(ev.SignatureGiven("ask-1", FIRST, "9000-2", "f1"), "no-form" if why == "other-screen" else "not-now")


def test_a_lost_node_lets_one_go_on_signing_since_the_glass_needs_none() -> None:
    visit = asked_to_sign() >> ev.NodeLost(1)
    assert because(visit) == []
    signs(visit, FIRST).ends_in(InSession)


def test_on_hold_nothing_is_typed_and_a_lost_line_does_not_stop_the_other_side() -> None:
    held = filling() >> ev.HoldBegan()
    held.unread = ()
    held.refuses(ev.FormTyped(b"more")).refuses(ev.FormStepped("confirmed", "person", b"more", "dd")).refuses(ev.FormPutAway())
    held >> ev.EndLost("resident")
    held.unread = ()
    held.refuses(ev.FormTyped(b"more"), "no-form").refuses(ev.FormPutAway(), "no-form").ends_in(Reconnecting)
    lost = filling() >> ev.EndLost("resident")
    lost.unread = ()
    lost >> ev.FormTyped(b"more") >> ev.FormStepped("reopened", "person", b"still more") << entered("form-reopened", page="person")
    lost.refuses(ev.FormFrozen(b"frozen", PAPER)).refuses(ev.FormMelted(b"melted"))
    assert form_of(lost) == on_the_table(snapshot=b"still more")


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_the_clerk_is_gone_and_another_goes_on_with_the_form(form: FormOnTable) -> None:
    visit = Visit(talking(form)) >> ev.EndLost("clerk")
    visit.unread = ()
    visit = visit >> After(60) >> ev.GraceEnded("clerk", 0.0)
    visit.unread = ()
    assert isinstance(visit.state, Waiting) and form_of(visit) == form
    for event in (ev.CounterChosen("chen", "jinshan-4"), ev.Answered("chen")):
        visit >> event
        visit.unread = ()
    assert isinstance(visit.state, InSession) and visit.state.talk.clerk == "chen" and form_of(visit) == form


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_the_resident_is_gone_parked_and_back_and_the_form_is_as_it_was(form: FormOnTable) -> None:
    visit = Visit(talking(form)) >> ev.EndLost("resident")
    visit.unread = ()
    visit = visit >> After(90) >> ev.GraceEnded("resident", 0.0)
    visit.unread = ()
    assert isinstance(visit.state, Parked) and form_of(visit) == form
    for event in (ev.ResidentContinued(), ev.CounterChosen("li", "jinshan-3"), ev.Answered("li")):
        visit >> event
        visit.unread = ()
    assert isinstance(visit.state, InSession) and form_of(visit) == form


def test_a_restart_ends_the_question_and_keeps_the_form() -> None:
    visit = asked_to_sign()
    again = Visit.after_restart(visit.state, 10.0)
    assert because(again) == ["restart"]
    assert form_of(again) == on_the_table(PAPER, b"frozen")


# --- no question for what is not there any more ---------------------------------------------------

MAY_I = AskControl("ask-1", 45.0, "form", "control", "fill-in", 5)


@pytest.mark.parametrize("event", [ev.FormPutAway(), ev.FormFrozen(b"frozen", PAPER)], ids=lambda e: type(e).__name__)
def test_a_form_that_is_away_or_frozen_is_not_asked_for_any_more(event: ev.Event) -> None:
    visit = Visit(talking(on_the_table(), MAY_I)) >> event
    assert because(visit) == ["other-screen"]
    visit.refuses(ev.AskAnswered("ask-1", yes=True)).ends_in(InSession)


def test_no_letter_is_ever_in_an_entry() -> None:
    """What the domain is told of the letters is bytes, and no entry has bytes in it."""
    state, letters = talking(on_the_table()), b"330424195803121546"
    for event in (ev.FormTyped(letters), ev.FormStepped("confirmed", "person", letters, "dd"), ev.FormFrozen(letters, PAPER)):
        after, effects = step(state, event, 0.0, POLICY)
        assert isinstance(after, InSession)
        state = after
        assert all(letters.decode() not in str(effect) for effect in effects)
