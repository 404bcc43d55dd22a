"""What stands on the papers that a resident takes along: the one-time notice, and the receipt. In words, from codes. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from config.calendar import beijing
from config.service import Material
from config.text import Language, Text
from config.words import LANGUAGES, Words
from signaling.domain.notice import Because, FormLack, NoticeLine
from signaling.domain.states import Ticket
from signaling.office.notary import Receipt
from signaling.office.slip import Proof, Row, Section, Slip

_KINDS: tuple[tuple[str, Callable[[NoticeLine], bool]], ...] = (
    ("missing", lambda line: line.reason == "not-brought"),
    ("refused", lambda line: line.reason not in ("not-brought", "follows", "seen")),
    ("follows", lambda line: line.reason == "follows"),
)


class Books(Protocol):
    """Names in both languages."""

    def title(self, code: str) -> Text: ...

    def service_title(self, service: str, at: float) -> Text: ...


@dataclass(frozen=True, slots=True)
class Said:
    """A notice before it is printed: codes, and the free lines, which stand nowhere else."""

    because: Because
    lines: tuple[NoticeLine, ...]
    form: FormLack | None
    follow_by: str | None
    remark: str = ""
    remarks: Mapping[int, str] | None = None
    """Material → what the clerk wrote to it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a receipt says of its case. `received`: material → pages."""

    outcome: str | None
    due: str | None
    working_days: int
    received: Mapping[int, int]


class SlipMaker:
    """Makes slips of the words of config/words."""

    def __init__(self, words: Words, books: Books) -> None:
        self._words = words
        self._books = books

    def notice(self, ticket: Ticket, said: Said, checklist: Sequence[Material], at: float) -> Slip:
        """The one-time notice."""
        sections = [Section(self.say("paper.section.because"), (Row(self.say(f"notice.because.{said.because}"), note=said.remark),))]
        for kind, belongs in _KINDS:
            rows = tuple(
                Row(checklist[line.material].name, self._reason(line, said.follow_by), (said.remarks or {}).get(line.material, ""))
                for line in said.lines if belongs(line)
            )  # fmt: skip
            if rows:
                sections.append(Section(self.say(f"paper.section.{kind}"), rows))
        if said.form is not None:
            sections.append(Section(self.say("paper.section.form"), (Row(self.say(f"notice.form.{said.form}")),)))
        closing = "paper.closing.notice" if said.because == "materials" else "paper.closing.notice-other"
        return Slip(
            self.say("paper.notice.title"), _reader(ticket), at, self._facts(ticket, at), tuple(sections), ticket.case,
            closing=(self.say(closing),),
        )  # fmt: skip

    def receipt(self, ticket: Ticket, standing: Standing, checklist: Sequence[Material], proof: Receipt, at: float) -> Slip:
        """The receipt: what was received, what came of it, until when it is decided, and the code that proves it."""
        facts = list(self._facts(ticket, at))
        facts.append((self.say("paper.outcome"), self.say(f"outcome.{standing.outcome}" if standing.outcome else "paper.outcome.open")))
        if standing.outcome in ("accepted", "accepted-with-gaps"):
            words = self.say("paper.due.by", day=_day(standing.due)) if standing.due else self.say("paper.due.within", days=standing.working_days)
            facts.append((self.say("paper.due"), words))
        rows = tuple(
            Row(checklist[place].name, self.say("paper.pages", count=pages))
            for place, pages in sorted(standing.received.items()) if pages and place < len(checklist)
        )  # fmt: skip
        received = Section(self.say("paper.section.received"), rows or (Row(self.say("paper.received.none")),))
        return Slip(
            self.say("paper.receipt.title"), _reader(ticket), at, tuple(facts), (received,), ticket.case,
            Proof(proof.code, proof.proof, self.say("paper.proof")), (self.say("paper.closing.receipt"),),
        )  # fmt: skip

    def say(self, key: str, **values: object) -> Text:
        """Both languages; a value that is a `Text` is said in each."""
        zh, en = (
            self._words(language, key, **{name: value.in_(language) if isinstance(value, Text) else value for name, value in values.items()})
            for language in LANGUAGES
        )
        return Text(zh, en)

    def _facts(self, ticket: Ticket, at: float) -> tuple[tuple[Text, Text], ...]:
        def same(text: str) -> Text:
            return Text(text, text)

        return (
            (self.say("paper.case"), same(ticket.case)),
            (self.say("paper.service"), self._books.service_title(ticket.service, ticket.taken_at)),
            (self.say("paper.resident"), same(masked(ticket.resident))),
            (self.say("paper.home"), self._books.title(ticket.home)),
            (self.say("paper.host"), self._books.title(ticket.host)),
            (self.say("paper.when"), self.say("paper.when.at", day=_day(beijing(at).date().isoformat()), time=f"{beijing(at):%H:%M}")),
        )

    def _reason(self, line: NoticeLine, follow_by: str | None) -> Text:
        if line.reason != "follows":
            return self.say(f"notice.reason.{line.reason}")
        return self.say("paper.follow-by", day=_day(follow_by)) if follow_by else self.say("paper.follow-soon")


def masked(name: str) -> str:
    """The first character and stars for the rest: 王＊＊. Whoever finds the paper learns no name."""
    kept = name.strip()
    return kept[:1] + "＊" * min(max(len(kept) - 1, 1), 3)


def _day(iso: str | None) -> Text:
    day = dt.date.fromisoformat(iso or "")
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def _reader(ticket: Ticket) -> Language:
    return "en" if ticket.language == "en" else "zh-CN"
