"""What the resident agreed to, during the visit: how each consent stands, withdrawn, given again, or spoken to the clerk."""

from __future__ import annotations

from typing import Literal

from signaling.wire.base import Command, Language, Part, Seconds, SessionId

ConsentText = Literal["recording", "identity-check", "papers-to-home"]


class ConsentNow(Part, frozen=True):
    """One consent as it stands. Its words in this version are had from `/api/v1/consents/{text}/{version}`."""

    text: ConsentText
    version: str
    language: Language
    """In which it was read."""
    state: Literal["given", "refused", "withdrawn"]
    method: Literal["touch", "spoken"]
    """`spoken`: the clerk entered it for somebody who cannot touch."""
    at: Seconds | None
    """When it was said last; null where that was not kept."""


class WithdrawConsent(Command, frozen=True):
    """The resident agrees to it no more. Without `recording` the talk ends at once; without `papers-to-home` or `identity-check` the case
    cannot be accepted. Refused with `not-now` when it does not stand."""

    session: SessionId
    text: ConsentText


class GiveConsent(Command, frozen=True):
    """The resident agrees after all, in the version with which the visit began. `language`: in which it was read now."""

    session: SessionId
    text: ConsentText
    language: Language


class EnterSpokenConsent(Command, frozen=True):
    """The clerk enters what a resident who cannot touch has said aloud. The recording is answered by a touch, before any of it is spoken."""

    session: SessionId
    text: Literal["identity-check", "papers-to-home"]
    given: bool
