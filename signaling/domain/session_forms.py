"""The form on the table: laid, filled in, frozen, signed, melted. What the fields say is judged by `form_steps`; here stands when it may be."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.asks import AskControl, AskSignature
from signaling.domain.control import FORM
from signaling.domain.effects import Enter
from signaling.domain.form_on_table import FormOnTable, FrozenPaper
from signaling.domain.machine import SAME, SessionPolicy, Step, when, whenever
from signaling.domain.refusals import NotNow
from signaling.domain.session_asks import asked, standing
from signaling.domain.session_common import with_talk
from signaling.domain.states import InSession, OnHold, Reconnecting, Talk, WrappingUp

Talking = InSession | Reconnecting


@when(InSession, ev.FormLaid, to=InSession)
def lay(s: InSession, e: ev.FormLaid, now: float, policy: SessionPolicy) -> Step:
    """The one that was begun, as it was left; a case has one form, in the version with which it began."""
    before = s.talk.file.form
    if before is not None and before.laid:
        raise NotNow("it lies there already")
    form = FormOnTable(e.code, e.version, e.snapshot) if before is None else msgspec.structs.replace(before, laid=True)
    return msgspec.structs.replace(s, talk=_with(s.talk, form)), (Enter("form-laid", {"case": s.talk.case.number, "code": form.code, "version": form.version}),)


@whenever((InSession, Reconnecting), ev.FormPutAway, to=SAME)
def put_away(s: Talking, e: ev.FormPutAway, now: float, policy: SessionPolicy) -> Step:
    """Nobody is asked to sign what does not lie there."""
    form = msgspec.structs.replace(_laid(s), laid=False)
    after = _no_longer_operated(s, _with(s.talk, form))
    if isinstance(after, InSession) and isinstance(after.ask, AskSignature):
        after = msgspec.structs.replace(after, ask=None)
    return after, (Enter("form-put-away"),)


@whenever((InSession, Reconnecting), ev.FormTyped, to=SAME)
def type_in(s: Talking, e: ev.FormTyped, now: float, policy: SessionPolicy) -> Step:
    """Also while the other side's line is being repaired: what is typed must not be lost. What was typed under a grant that has ended
    in this moment is not taken: the ledger would not say of it."""
    form = msgspec.structs.replace(_open(s), snapshot=e.snapshot)
    if e.operated is None:
        return with_talk(s, _with(s.talk, form)), ()
    grant = s.grant if isinstance(s, InSession) else None
    if grant is None or grant.scope != FORM:
        raise NotNow("the form may not be operated any more", code="no-grant")
    used = Enter("control-used", {"grant": grant.id, "did": "typed", "field": e.operated, "count": 1, "code": None})
    return with_talk(s, _with(s.talk, form)), (used,)


@whenever((InSession, Reconnecting), ev.FormStepped, to=SAME)
def step_on(s: Talking, e: ev.FormStepped, now: float, policy: SessionPolicy) -> Step:
    form = msgspec.structs.replace(_open(s), snapshot=e.snapshot)
    body = {"field" if e.step in ("shown", "hidden") else "page": e.of} | ({"digest": e.digest} if e.digest is not None else {})
    return with_talk(s, _with(s.talk, form)), (Enter(f"form-{e.step}", body),)


@when(InSession, ev.FormFrozen, to=InSession)
def freeze(s: InSession, e: ev.FormFrozen, now: float, policy: SessionPolicy) -> Step:
    form, paper = _open(s), e.paper
    named = {"case": s.talk.case.number, "form": paper.id, "code": form.code, "version": form.version, "values": paper.values, "digest": paper.pdf}
    pages = (Enter("form-page", {"page": page.id, "form": paper.id, "digest": page.digest}) for page in paper.pages)
    frozen = msgspec.structs.replace(form, snapshot=e.snapshot, frozen=paper)
    return _no_longer_operated(s, _with(s.talk, frozen)), (Enter("form-frozen", named), *pages)


@when(InSession, ev.FormMelted, to=InSession)
def melt(s: InSession, e: ev.FormMelted, now: float, policy: SessionPolicy) -> Step:
    """What was signed stays proved, but counts no more; a signature that is being asked for is asked for no longer."""
    form, paper = _frozen(s)
    ask = None if isinstance(s.ask, AskSignature) else s.ask
    open_again = msgspec.structs.replace(form, snapshot=e.snapshot, frozen=None)
    return msgspec.structs.replace(s, talk=_with(s.talk, open_again), ask=ask), (Enter("form-melted", {"form": paper.id}),)


@when(InSession, ev.SignatureAsked, to=InSession)
def ask_for_signature(s: InSession, e: ev.SignatureAsked, now: float, policy: SessionPolicy) -> Step:
    _form, paper = _frozen(s)
    if e.signer >= len(paper.places):
        raise NotNow(f"{len(paper.places)} sign", code="unknown-signer")
    return asked(s, AskSignature(e.ask, now + policy.signature, paper.id, e.signer))


@when(InSession, ev.SignatureGiven, to=InSession)
def sign(s: InSession, e: ev.SignatureGiven, now: float, policy: SessionPolicy) -> Step:
    """Whoever signs again replaces what they signed before; both stay proved."""
    form, paper = _frozen(s)
    ask, given = standing(s, e.ask), e.signature
    if not isinstance(ask, AskSignature) or (ask.form, ask.signer) != (paper.id, given.signer):
        raise NotNow("that signature is not wanted")
    shown = next((page for page in paper.pages if page.id == e.page), None)
    if shown is None:
        raise NotNow("that page was not shown")
    signed = msgspec.structs.replace(form, frozen=paper.signed_by(given))
    picture = f"{given.id}-picture"
    return msgspec.structs.replace(s, talk=_with(s.talk, signed), ask=None), (
        Enter("signature-drawn", {"picture": picture, "digest": e.drawn}),
        Enter("signature-given", {
            "signature": given.id, "digest": given.digest, "form": paper.id, "pdf": paper.pdf, "page": shown.id, "shown": shown.digest,
            "place": given.signer, "drawn": picture,
        }),
    )  # fmt: skip


@whenever((InSession, OnHold, Reconnecting, WrappingUp), ev.PaperSigned, to=SAME)
def all_signed(s: InSession | OnHold | Reconnecting | WrappingUp, e: ev.PaperSigned, now: float, policy: SessionPolicy) -> Step:
    """Also when the talk is over by then: it is printed a moment after the last signature."""
    found = next(((case, case.file.form, case.file.form.frozen) for case in s.talk.folder.cases
                  if case.file.form is not None and case.file.form.frozen is not None and case.file.form.frozen.id == e.form), None)
    if found is None or not found[2].complete or found[2].signed is not None:
        raise NotNow("not everybody has signed this paper")
    case, form, paper = found
    done = msgspec.structs.replace(form, frozen=msgspec.structs.replace(paper, signed=e.paper))
    folder = s.talk.folder.with_case(msgspec.structs.replace(case, file=msgspec.structs.replace(case.file, form=done)))
    talk = msgspec.structs.replace(s.talk, folder=folder)
    after = msgspec.structs.replace(s, talk=talk) if isinstance(s, WrappingUp) else with_talk(s, talk)
    return after, (Enter("form-signed", {"paper": e.paper, "form": paper.id, "digest": e.digest}),)


def _with(talk: Talk, form: FormOnTable) -> Talk:
    return talk.with_file(msgspec.structs.replace(talk.file, form=form))


def _no_longer_operated(s: Talking, talk: Talk) -> Talking:
    """Neither is it asked for any more: a yes would allow what is not there."""
    after = with_talk(s, talk)
    assert not isinstance(after, OnHold), "it was none"
    if not isinstance(after, InSession):
        return after
    grant = None if after.grant is not None and after.grant.scope == FORM else after.grant
    ask = None if isinstance(after.ask, AskControl) and after.ask.scope == FORM else after.ask
    return msgspec.structs.replace(after, grant=grant, ask=ask)


def _laid(s: Talking) -> FormOnTable:
    form = s.talk.file.form
    if form is None or not form.laid or (isinstance(s, Reconnecting) and isinstance(s.before, OnHold)):
        raise NotNow("no form lies on the table", code="no-form")
    return form


def _open(s: Talking) -> FormOnTable:
    form = _laid(s)
    if form.frozen is not None:
        raise NotNow("it is frozen", code="form-frozen")
    return form


def _frozen(s: InSession) -> tuple[FormOnTable, FrozenPaper]:
    form = _laid(s)
    if form.frozen is None:
        raise NotNow("it is not frozen", code="form-open")
    return form, form.frozen
