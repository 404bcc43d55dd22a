"""What has been gathered for a case: stills, the form; and a line that was written in a talk."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

import msgspec

from signaling.domain.form_on_table import FormOnTable
from signaling.domain.notice import Notice

MOST_STILLS = 60
"""Of a visit: more than any checklist asks for, and a bound for what is stored with every step."""
MOST_TEXTS = 300
LONGEST_TEXT = 300
"""Lines of a visit, characters of a line: for spelling and for those who do not hear, not for letters."""


class Still(msgspec.Struct, frozen=True):
    """A page as the document camera took it, and as it was set straight.

    `number` is when it was taken, in milliseconds on the session's clock: no two have the same. `reasons` say why it should be taken
    again, none when it is good; `glare` is where light reflects. `kept` once the clerk has put it into the case; `checked` names the
    copy that says that it was checked against the original, once there is one.
    """

    number: int
    material: int
    width: int
    height: int
    reasons: tuple[str, ...] = ()
    glare: str | None = None
    kept: bool = False
    checked: int | None = None
    source: tuple[str, int] | None = None
    """Session that sealed it and its number there, when it came from an earlier visit; its own number is then below zero."""
    checked_in: str | None = None
    """The earlier session that sealed the checked copy."""


class SignedBefore(msgspec.Struct, frozen=True):
    """A form that was signed by all in an earlier visit."""

    session: str
    code: str
    version: str
    paper: str


class TextLine(msgspec.Struct, frozen=True):
    """Something that was written in the talk. `at` in milliseconds since 1970; `salt`: 16 random bytes in hexadecimal."""

    n: int
    by: Literal["resident", "clerk"]
    at: int
    text: str
    salt: str

    @property
    def plain(self) -> dict[str, str | int]:
        """As it is sealed."""
        return {"at": self.at, "by": self.by, "n": self.n, "salt": self.salt, "text": self.text}

    @property
    def digest(self) -> str:
        """What the ledger says of it: SHA-256 of the canonical bytes. Without the salt nobody can try out what was written."""
        return hashlib.sha256(json.dumps(self.plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class CaseFile(msgspec.Struct, frozen=True):
    """`stills` in the order in which they were taken; what was dropped is not among them, its entry stays in the ledger.

    `signed` are forms of earlier visits.
    """

    stills: tuple[Still, ...] = ()
    form: FormOnTable | None = None
    signed: tuple[SignedBefore, ...] = ()
    notice: Notice | None = None
    """The newest one."""

    @property
    def told(self) -> Notice | None:
        """The notice that was given in the visit that runs."""
        return self.notice if self.notice is not None and self.notice.session is None else None

    def still(self, number: int) -> Still | None:
        """The still of that number."""
        return next((still for still in self.stills if still.number == number), None)

    def with_still(self, still: Still) -> CaseFile:
        """With this one, in place of an earlier form of it."""
        others = tuple(each for each in self.stills if each.number != still.number)
        return msgspec.structs.replace(self, stills=tuple(sorted((*others, still), key=lambda each: each.number)))

    def without(self, number: int) -> CaseFile:
        """Without that one."""
        return msgspec.structs.replace(self, stills=tuple(each for each in self.stills if each.number != number))

    def shelved(self, session: str) -> CaseFile:
        """What is left of it when `session` is over: stills that were kept, and that a form was signed; nothing that was typed."""
        kept = [each for each in self.stills if each.kept]
        stills = tuple(
            msgspec.structs.replace(
                each, number=n - len(kept), source=each.source or (session, each.number),
                checked_in=(each.checked_in or session) if each.checked is not None else None,
            )
            for n, each in enumerate(kept)
        )  # fmt: skip
        paper = self.form.frozen if self.form is not None else None
        signed = (SignedBefore(session, self.form.code, self.form.version, paper.signed),) if self.form is not None and paper is not None and paper.signed else ()
        notice = self.notice if self.told is None else msgspec.structs.replace(self.told, session=session)
        return CaseFile(stills, None, (*self.signed, *signed), notice)
