"""What stands on the papers that a resident takes along: the one-time notice, and the receipt. In words, from codes. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from config.calendar import beijing
from config.service import Delivery, Material
from config.text import Language, Text
from config.words import LANGUAGES, Words
from signaling.domain.case import ACCEPTED, Case
from signaling.domain.id_number import masked as masked_number
from signaling.domain.notice import Because, FormLack, NoticeLine
from signaling.domain.parties import Party
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
    """What a receipt says of a case. `received`: material → pages."""

    case: Case
    working_days: int
    received: Mapping[int, int]
    checklist: Sequence[Material]
    ways: Sequence[Delivery] = ()
    """How what comes of it may reach the resident, as far as the window where they asked may promise it."""


class SlipMaker:
    """Makes slips of the words of config/words."""

    def __init__(self, words: Words, books: Books) -> None:
        self._words = words
        self._books = books

    def notice(self, ticket: Ticket, case: Case, said: Said, checklist: Sequence[Material], at: float) -> Slip:
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
            self.say("paper.notice.title"), _reader(ticket), at, self._facts(ticket, (case,), at), tuple(sections), case.number,
            closing=(self.say(closing),),
        )  # fmt: skip

    def receipt(self, ticket: Ticket, standings: Sequence[Standing], proof: Receipt, at: float) -> Slip:
        """The receipt: what was received for each case, what came of it, until when it is decided, and the code that proves it."""
        cases = tuple(each.case for each in standings)
        facts = list(self._facts(ticket, cases, at))
        if len(standings) == 1:
            facts += self._outcome(standings[0], ticket.home)
        sections = [self._received(each, ticket.home, alone=len(standings) == 1) for each in standings]
        return Slip(
            self.say("paper.receipt.title"), _reader(ticket), at, tuple(facts), tuple(sections), cases[0].number,
            Proof(proof.code, proof.proof, self.say("paper.proof")), (self.say("paper.closing.receipt"),),
        )  # fmt: skip

    def _outcome(self, standing: Standing, home: str) -> list[tuple[Text, Text]]:
        case = standing.case
        found = [(self.say("paper.outcome"), self.say(f"outcome.{case.outcome}" if case.outcome else "paper.outcome.open"))]
        if case.outcome in ACCEPTED:
            words = self.say("paper.due.by", day=_day(case.due)) if case.due else self.say("paper.due.within", days=standing.working_days)
            found.append((self.say("paper.due"), words))
            if standing.ways:
                found.append((self.say("paper.delivery"), self._ways(standing.ways, home)))
        return found

    def _ways(self, ways: Sequence[Delivery], home: str) -> Text:
        said = [self.say(f"delivery.{way}", home=self._books.title(home)) for way in ways]
        return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said))

    def _received(self, standing: Standing, home: str, *, alone: bool) -> Section:
        """Of several cases each has a list of its own, which begins with what came of it."""
        case, checklist = standing.case, standing.checklist
        rows = tuple(
            Row(checklist[place].name, self.say("paper.pages", count=pages))
            for place, pages in sorted(standing.received.items()) if pages and place < len(checklist)
        ) or (Row(self.say("paper.received.none")),)  # fmt: skip
        if alone:
            return Section(self.say("paper.section.received"), rows)
        name = self._books.service_title(case.service, case.as_of)
        return Section(Text(f"{name.zh}　{case.number}", f"{name.en} {case.number}"), (*(Row(what, said) for what, said in self._outcome(standing, home)), *rows))

    def say(self, key: str, **values: object) -> Text:
        """Both languages; a value that is a `Text` is said in each."""
        zh, en = (
            self._words(language, key, **{name: value.in_(language) if isinstance(value, Text) else value for name, value in values.items()})
            for language in LANGUAGES
        )
        return Text(zh, en)

    def _facts(self, ticket: Ticket, cases: Sequence[Case], at: float) -> tuple[tuple[Text, Text], ...]:
        def same(text: str) -> Text:
            return Text(text, text)

        return (
            *(
                fact for case in cases
                for fact in ((self.say("paper.case"), same(case.number)), (self.say("paper.service"), self._books.service_title(case.service, case.as_of)))
            ),
            (self.say("paper.resident"), same("、".join(_who(each) for each in ticket.parties))),
            (self.say("paper.home"), self._books.title(ticket.home)),
            (self.say("paper.host"), self._books.title(ticket.host)),
            (self.say("paper.when"), self.say("paper.when.at", day=_day(beijing(at).date().isoformat()), time=f"{beijing(at):%H:%M}")),
        )

    def _reason(self, line: NoticeLine, follow_by: str | None) -> Text:
        if line.reason != "follows":
            return self.say(f"notice.reason.{line.reason}")
        return self.say("paper.follow-by", day=_day(follow_by)) if follow_by else self.say("paper.follow-soon")


def _who(party: Party) -> str:
    """Enough for whoever it is of to know their own paper: 王＊＊, and of a card that was read 王＊＊（3****************6）."""
    return masked(party.name) if party.id_number is None else f"{masked(party.name)}（{masked_number(party.id_number)}）"


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
