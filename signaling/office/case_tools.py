"""The clerk's tools, put together: the form and its signing, what is written, stills, notice and receipt. Made in app.py, handed to `live` and `api`."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from config.clock import Clock
from config.tasks import Tasks
from config.words import Words
from signaling.domain.states import AnyState
from signaling.office.evidence_ports import Evidence
from signaling.office.floor import Floor
from signaling.office.forms import Forms
from signaling.office.notices import Notices
from signaling.office.once import Once
from signaling.office.own_papers import OwnPapers
from signaling.office.ports import Books, Post
from signaling.office.press import Press
from signaling.office.receipts import Receipts
from signaling.office.safe import Safe
from signaling.office.signing import Signing
from signaling.office.slips import SlipMaker
from signaling.office.stills import Reader, Stills
from signaling.office.texts import Texts

SALT_BYTES = 16


class CaseTools:
    """`open` after the office; `stepped` is told of every step that was stored."""

    def __init__(
        self, floor: Floor, safe: Safe, reader: Reader, press: Press, books: Books, post: Post, evidence: Evidence, clock: Clock, tasks: Tasks,
        log: FilteringBoundLogger, words: Words, new_salt: Callable[[], str] | None = None,
    ) -> None:
        salt = new_salt or _salt
        self.stills = Stills(floor, safe, reader, books, clock)
        self.forms = Forms(floor, books, post, clock, salt)
        self.signing = Signing(floor, self.forms, books, press, safe, clock, tasks, log)
        slips = SlipMaker(words, books)
        self.notices = Notices(floor, books, press, safe, slips, clock)
        self.receipts = Receipts(evidence, books, press, safe, slips, clock, tasks, log)
        self.own_papers = OwnPapers(floor, press, safe, books, Once(evidence, clock), self.receipts.number)
        self.texts = Texts(floor, safe, evidence, clock, salt, tasks, log)

    def open(self) -> None:
        """Take up what the last server left in the middle."""
        self.signing.open()
        self.texts.open()

    def stepped(self, before: AnyState | None, after: AnyState) -> None:
        self.signing.stepped(before, after)
        self.texts.left(before, after)


def _salt() -> str:
    return secrets.token_hex(SALT_BYTES)
