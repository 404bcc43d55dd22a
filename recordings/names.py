"""Names of what is recorded, made only from checked parts: no text from outside becomes a path. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

LAST_EPOCH = 1_000_000
LAST_SEGMENT = 99_999_999
"""Four-second segments of twelve years."""

_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,39}", re.ASCII)
_LIFE = re.compile(r"[0-9a-f]{16}", re.ASCII)
_PUBLICATION = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\.[a-z]{1,16}", re.ASCII)
_JURISDICTION = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_FILE = re.compile(r"(.+)-(0|[1-9][0-9]{0,7})-(0|[1-9][0-9]{0,7})\.seg", re.ASCII)


class BadName(ValueError):
    """A text that is no name of this kind. It is shown shortened, as a program would write it."""

    def __init__(self, kind: str, found: object) -> None:
        shown = repr(found)
        super().__init__(f"{shown if len(shown) <= 80 else shown[:77] + '…'} is no {kind}")
        self.kind = kind


def session_id(text: object) -> str:
    """The text, if it can be a session's id: 8 to 40 of `A-Z a-z 0-9 _ -`, of which the first can begin a file's name and be no option of a command. Raises BadName."""
    return _checked("session", _SESSION, text)


def life_id(text: object) -> str:
    """The text, if it can be a writer's life: 8 bytes in hexadecimal. Raises BadName."""
    return _checked("writer's life", _LIFE, text)


def jurisdiction_code(text: object) -> str:
    """The text, if it can be a jurisdiction's code. Raises BadName."""
    return _checked("jurisdiction", _JURISDICTION, text)


def publication_name(text: object) -> str:
    """The text, if it can be `<participant>.<source>`. Raises BadName."""
    return _checked("publication", _PUBLICATION, text)


def key_id(session: str, life: str) -> str:
    """The id of the data key of a session and a writer's life. Raises BadName."""
    return f"{session_id(session)}.{life_id(life)}"


def key_parts(key: object) -> tuple[str, str]:
    """The session and the life of a key's id. Raises BadName."""
    session, dot, life = key.partition(".") if isinstance(key, str) else ("", "", "")
    if not dot or not _SESSION.fullmatch(session) or not _LIFE.fullmatch(life):
        raise BadName("data key", key)
    return session, life


@dataclass(frozen=True, slots=True, order=True)
class SegmentName:
    """Which segment: of which session, publication and epoch (from 1), and the number (from 0) within them. Raises BadName."""

    session: str
    publication: str
    epoch: int
    segment: int

    def __post_init__(self) -> None:
        session_id(self.session)
        publication_name(self.publication)
        if type(self.epoch) is not int or not 1 <= self.epoch <= LAST_EPOCH:
            raise BadName("epoch", self.epoch)
        if type(self.segment) is not int or not 0 <= self.segment <= LAST_SEGMENT:
            raise BadName("number of a segment", self.segment)

    @property
    def file(self) -> str:
        """The name of its file in the session's folder."""
        return f"{self.publication}-{self.epoch}-{self.segment}.seg"

    @classmethod
    def of_file(cls, session: str, file: str) -> SegmentName:
        """The segment that a file's name stands for. Raises BadName."""
        found = _FILE.fullmatch(file)
        if found is None:
            raise BadName("segment's file", file)
        return cls(session, found[1], int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{self.session}/{self.file}"


def _checked(kind: str, pattern: re.Pattern[str], text: object) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise BadName(kind, text)
    return text
