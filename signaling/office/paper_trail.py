"""Every paper of a visit, read off its ledger: what it is, when it came, and whether it still counts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from recordings.ledger import Entry
from signaling.office.notices import NOTICE
from signaling.office.receipts import RECEIPT
from signaling.office.signing import DRAWN, PAPER, RECORD, SIGNED
from signaling.office.stills import PUBLICATION
from signaling.office.texts import TRANSCRIPT
from signaling.wire.review import Paper

Kind = Literal["still", "still-page", "still-checked", "form-page", "form", "form-signed", "signature", "signature-record", "texts", "notice", "receipt"]
Standing = Literal["counts", "not-kept", "dropped", "melted", "signed-again", "given-again", "unentered"]

_KINDS: dict[str, Kind] = {
    PUBLICATION["page"]: "still-page", PUBLICATION["original"]: "still", PUBLICATION["checked"]: "still-checked",
    "form-page": "form-page", PAPER: "form", DRAWN: "signature", RECORD: "signature-record", SIGNED: "form-signed", TRANSCRIPT: "texts",
    NOTICE: "notice", RECEIPT: "receipt",
}  # fmt: skip
_ORDER = tuple(_KINDS.values())
_FORM_PAGE = re.compile(r"form-(\d+)\.picture", re.ASCII)


@dataclass(slots=True)
class _Still:
    case: str | None
    material: int
    standing: Standing = "not-kept"


@dataclass(slots=True)
class _Form:
    case: str | None
    code: str
    version: str
    melted: bool = False
    signed: str | None = None
    """The newest copy with all signatures, unless somebody has signed again since."""
    signatures: dict[int, str] = field(default_factory=dict)
    """Signer → the newest signature of theirs."""


@dataclass(slots=True)
class _Facts:
    """What the ledger says beside the sealed papers themselves; each is named by its number, the time at which it was sealed."""

    stills: dict[int, _Still] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)
    """Checked copy → the still that it is of."""
    forms: dict[str, _Form] = field(default_factory=dict)
    signatures: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Signature → form and signer."""
    signed: dict[str, str] = field(default_factory=dict)
    """Copy with all signatures → form."""
    transcripts: set[str] = field(default_factory=set)
    notices: dict[str, str | None] = field(default_factory=dict)
    """Notice → its case; of a case the newest last."""
    receipts: set[str] = field(default_factory=set)

    def take(self, what: str, body: Mapping[str, Any]) -> None:
        match what:
            case "still-taken":
                self.stills.setdefault(body["number"], _Still(body.get("case"), body["material"]))
            case "still-kept":
                self.stills[body["number"]].standing = "counts"
            case "still-dropped":
                self.stills[body["number"]].standing = "dropped"
            case "still-checked":
                self.copies[int(body["still"].removesuffix("-checked"))] = body["number"]
            case "form-frozen":
                self.forms[body["form"]] = _Form(body.get("case"), body["code"], body["version"])
            case "form-melted":
                self.forms[body["form"]].melted = True
            case "signature-given":
                form = self.forms[body["form"]]
                form.signatures[body["place"]], form.signed = body["signature"], None
                self.signatures[body["signature"]] = body["form"], body["place"]
            case "form-signed":
                self.signed[body["paper"]] = body["form"]
                self.forms[body["form"]].signed = body["paper"]
            case "texts-kept":
                self.transcripts.add(body["texts"])
            case "notice-given":
                self.notices[body["notice"]] = body.get("case")
            case "receipt-given":
                self.receipts.add(body["receipt"])


def papers(entries: Iterable[Entry]) -> list[Paper]:
    """The sealed papers of a session in the order in which they came; a kind that nobody knows is none of them."""
    facts, sealed = _Facts(), dict[tuple[str, int, int], Mapping[str, Any]]()
    for entry in entries:
        if entry.what == "rec-picture":
            sealed[entry.body["publication"], entry.body["epoch"], entry.body["segment"]] = entry.body
        else:
            with suppress(KeyError, TypeError, ValueError, AttributeError):  # a ledger that somebody changed is shown as far as it can be read
                facts.take(entry.what, entry.body)
    pages = _pages(facts)
    found = [_paper(body, kind, facts, pages) for body in sealed.values() if (kind := _kind(body["publication"])) is not None]
    return sorted(found, key=lambda paper: (paper.at, _ORDER.index(paper.kind), paper.page or 0))


def _kind(publication: str) -> Kind | None:
    return _KINDS.get("form-page" if _FORM_PAGE.fullmatch(publication) else publication)


def _pages(facts: _Facts) -> dict[int, int]:
    """Still → which page of its material it is, among those that count."""
    pages, so_far = dict[int, int](), dict[tuple[str | None, int], int]()
    for number, still in sorted(facts.stills.items()):
        if still.standing == "counts":
            of = still.case, still.material
            pages[number] = so_far[of] = so_far.get(of, 0) + 1
    return pages


def _paper(body: Mapping[str, Any], kind: Kind, facts: _Facts, pages: Mapping[int, int]) -> Paper:
    number = body["segment"]
    match kind:
        case "still" | "still-page":
            said = _of_still(number, facts, pages)
        case "still-checked":
            said = _of_still(facts.copies.get(number), facts, pages)
        case "form-page" | "form":
            said = _of_form(str(number), facts)
        case "signature" | "signature-record":
            said = _of_signature(str(number), facts)
        case "form-signed":
            said = _of_signed_form(str(number), facts)
        case "texts":
            said = {"standing": "counts" if str(number) in facts.transcripts else "unentered"}
        case "notice":
            said = {"standing": _of_notice(str(number), facts), "case": facts.notices.get(str(number))}
        case "receipt":
            said = {"standing": "counts" if str(number) in facts.receipts else "unentered"}
    page = _FORM_PAGE.fullmatch(body["publication"])
    if page is not None:
        said["page"] = int(page[1])
    standing = cast(Standing, said.pop("standing"))
    return Paper(kind, body["at"], body["publication"], body["epoch"], number, body["media"], body["width"], body["height"], standing, **said)


def _of_still(number: int | None, facts: _Facts, pages: Mapping[int, int]) -> dict[str, Any]:
    still = facts.stills.get(number) if number is not None else None
    if number is None or still is None:
        return {"standing": "unentered"}
    return {"standing": still.standing, "case": still.case, "still": number, "material": still.material, "page": pages.get(number)}


def _of_form(id_: str, facts: _Facts) -> dict[str, Any]:
    form = facts.forms.get(id_)
    if form is None:
        return {"standing": "unentered"}
    return {"standing": "melted" if form.melted else "counts", "case": form.case, "form": id_, "code": form.code, "version": form.version}


def _of_signature(id_: str, facts: _Facts) -> dict[str, Any]:
    if id_ not in facts.signatures:
        return {"standing": "unentered"}
    form, signer = facts.signatures[id_]
    said = _of_form(form, facts) | {"signer": signer}
    newest = facts.forms[form].signatures[signer] == id_
    return said if newest or said["standing"] == "melted" else said | {"standing": "signed-again"}


def _of_notice(id_: str, facts: _Facts) -> Standing:
    if id_ not in facts.notices:
        return "unentered"
    newest = [notice for notice, case in facts.notices.items() if case == facts.notices[id_]][-1]
    return "counts" if newest == id_ else "given-again"


def _of_signed_form(id_: str, facts: _Facts) -> dict[str, Any]:
    if id_ not in facts.signed:
        return {"standing": "unentered"}
    form = facts.signed[id_]
    said = _of_form(form, facts)
    return said if facts.forms[form].signed == id_ or said["standing"] == "melted" else said | {"standing": "signed-again"}
