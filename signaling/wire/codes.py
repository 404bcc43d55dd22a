"""Every stable code that a refusal, a farewell or an HTTP error may carry, and what it means; the pages have a sentence for each."""

from __future__ import annotations

from typing import Literal, NamedTuple

Where = Literal["refused", "bye", "http"]


class CodeEntry(NamedTuple):
    """`where`: in `refused.code`, in `bye.code`, or in `code` of an HTTP error's JSON body."""

    where: tuple[Where, ...]
    meaning: str


CODES: dict[str, CodeEntry] = {
    "bad-message": CodeEntry(("refused",), "the message could not be read; `path` is the place of the mistake"),
}
