"""How the recording of a talk stands, and whether a case may be accepted on it. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

Light = Literal["awaited", "on", "late", "broken"]


class Recording(msgspec.Struct, frozen=True):
    """How the recording of a talk stands; whatever else happens in the talk, it goes on.

    `light`: no byte yet · bytes are on a disk · no byte within the time that it may take · the disk or the writer refuses. `origin` is
    where the session's clock begins, in milliseconds since 1970: at the visit's first talk. `since` is when it was last ordered in a
    fresh room, `began` whether this talk has had bytes on a disk, `suspended` since when nothing is taken, for a secret that is being
    said or shown, `word` the supervisor who lets the case be accepted without a recording.
    """

    origin: int
    since: float
    light: Light = "awaited"
    began: bool = False
    suspended: float | None = None
    word: str | None = None

    @property
    def lets_accept(self) -> bool:
        """Whether a case may be accepted: it is recorded, or is about to be again after a room was lost, or a supervisor has said so."""
        return self.light == "on" or (self.light == "awaited" and self.began) or self.word is not None
