"""The guided form as the visit has it: on the table, frozen, signed. What each field says is in the snapshot, which `office/forms.py` reads."""

from __future__ import annotations

import msgspec


class PagePicture(msgspec.Struct, frozen=True):
    """One page of the frozen paper as the kiosk shows it. `digest`: SHA-256 of the PNG; width and height in pixels."""

    id: str
    digest: str
    width: int
    height: int


class SignPlace(msgspec.Struct, frozen=True):
    """Where one signs: page from 0, the rest in ten-thousandths of the page's width and height from its upper left corner."""

    page: int
    x: int
    y: int
    width: int
    height: int


class Signature(msgspec.Struct, frozen=True):
    """A signature that was given. `digest`: SHA-256 of its record."""

    id: str
    signer: int
    digest: str


class FrozenPaper(msgspec.Struct, frozen=True):
    """The form as it is signed. `number` is when it was sealed, in milliseconds on the session's clock, `at` when it was frozen, in whole
    seconds since 1970, as it stands on it; `values` and `pdf` are SHA-256.

    `places` are in the order of `Form.signed_by`; `signed` names the paper with the signatures drawn in, once all are given.
    """

    number: int
    at: int
    values: str
    pdf: str
    pages: tuple[PagePicture, ...]
    places: tuple[SignPlace, ...]
    signatures: tuple[Signature, ...] = ()
    signed: str | None = None

    @property
    def id(self) -> str:
        """As the ledger names it."""
        return str(self.number)

    def signature(self, signer: int) -> Signature | None:
        """The signature of one of those who sign."""
        return next((each for each in self.signatures if each.signer == signer), None)

    def signed_by(self, signature: Signature) -> FrozenPaper:
        """With this signature, in place of an earlier one by the same."""
        others = tuple(each for each in self.signatures if each.signer != signature.signer)
        return msgspec.structs.replace(self, signatures=tuple(sorted((*others, signature), key=lambda each: each.signer)), signed=None)

    @property
    def complete(self) -> bool:
        """Everybody has signed."""
        return len(self.signatures) == len(self.places)


class FormOnTable(msgspec.Struct, frozen=True):
    """One form of this visit in the version with which it began. `laid`: both see it now; `snapshot`: all that was typed."""

    code: str
    version: str
    snapshot: bytes
    laid: bool = True
    frozen: FrozenPaper | None = None
