"""May this resident ask for this service: a verdict out of the answers so far, or the questions that still matter. Pure.

A question is asked only while some answer to it could change the verdict, whatever the other open ones bring. The kiosk's page has
the same function (config/web/eligibility.ts); the tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.eligibility import GOES_ON, Answers, Eligibility, Kind, Question, Rule
from config.text import Text
from signaling.domain.refusals import NotNow


class UnknownAnswer(ValueError):
    """An answer to a question that is not asked, or one that cannot be given. `question` says which."""

    code = "unknown-answer"

    def __init__(self, question: str, answer: str) -> None:
        super().__init__(f"{self.code}: {answer!r} to {question!r}")
        self.question = question


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the resident is told, or what is still to be asked: `open_questions` is empty exactly when `kind` is not `open`."""

    kind: Kind | Literal["open"]
    reason: Text | None = None
    """Why, and what to do or where to go; None while it is open."""
    go_to: str | None = None
    """The home jurisdiction to choose instead."""
    bring: tuple[Text, ...] = ()
    """To be brought beside the materials of the service."""
    open_questions: tuple[Question, ...] = ()
    """In the order of the catalogue; the first is asked next."""

    @property
    def goes_on(self) -> bool:
        """Whether the visit may be queued."""
        return self.kind in GOES_ON


def evaluate(eligibility: Eligibility, answers: Answers) -> Verdict:
    """The verdict for some or all answers. Raises UnknownAnswer. Every full set of answers has a verdict: the loader sees to it."""
    for id, answer in answers.items():
        asked = eligibility.question(id)
        if asked is None or answer not in asked.answers:
            raise UnknownAnswer(id, answer)
    table = {tuple(full.values()): _rule(eligibility, full) for full in eligibility.completions(answers)}
    first = next(iter(table.values()))
    if all(rule.verdict == first.verdict for rule in table.values()):
        return Verdict(*first.verdict)
    return Verdict("open", open_questions=tuple(q for i, q in enumerate(eligibility.questions) if q.id not in answers and _matters(table, i)))


def check(eligibility: Eligibility, answers: Answers) -> None:
    """Raises `NotNow`: `unknown-answer` where a question that matters is open or its answer cannot be given, `not-eligible` where the verdict leads elsewhere."""
    try:
        verdict = evaluate(eligibility, answers)
    except UnknownAnswer as unknown:
        raise NotNow(str(unknown), code=unknown.code, path=f"$.answers.{unknown.question}") from unknown
    if verdict.kind == "open":
        asked = verdict.open_questions[0].id
        raise NotNow(f"{asked} was not answered", code=UnknownAnswer.code, path=f"$.answers.{asked}")
    if not verdict.goes_on:
        raise NotNow(f"the verdict is {verdict.kind}", code="not-eligible", path="$.answers")


def _matters(table: dict[tuple[str, ...], Rule], place: int) -> bool:
    """Whether two sets of answers that differ in this place alone have different verdicts."""
    seen: dict[tuple[str, ...], Rule] = {}
    return any(seen.setdefault((*key[:place], *key[place + 1 :]), rule).verdict != rule.verdict for key, rule in table.items())


def _rule(eligibility: Eligibility, full: Answers) -> Rule:
    found = eligibility.rule(full)
    assert found is not None, "the loader refuses combinations without a verdict"
    return found
