"""Who may ask for a service: plain questions, and rules as data that lead every combination of answers to one verdict. Pure.

Rules are read from the top and the first whose condition holds gives the verdict. A condition is a closed form: `{ question, is }`,
`{ question, in }`, `all`, `any`, `not`; nothing in it is a text to be parsed. Checked when loaded, by trying every combination.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from config.text import Code, Text

Kind = Literal["go-on", "go-on-bring", "another-home", "staffed-window", "not-possible"]
GOES_ON: frozenset[Kind] = frozenset({"go-on", "go-on-bring"})
YES_NO = ("yes", "no")
MOST = {"questions": 12, "options": 6, "combinations": 4096}
"""What a resident can be asked standing, what fits on a screen, what is tried one by one when the catalogue is loaded."""
PROCEED = Text(zh="您可以在这里办理。", en="You can ask for this here.")
"""The reason where no rule has a better one."""

Answers = Mapping[str, str]
"""Question → answer; `yes` or `no`, or the code of an option."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to choose."""

    code: Code
    label: Text


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question in plain words; without options it is answered by yes or no."""

    id: Code
    text: Text
    options: list[Option] = []

    @property
    def answers(self) -> tuple[str, ...]:
        """What may be answered."""
        return tuple(option.code for option in self.options) or YES_NO


class PlainQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A yes-or-no question with one answer that goes on: the short form of a rule."""

    id: Code
    text: Text
    needed: bool
    """The answer with which the visit goes on."""
    otherwise: Text
    """What to do, and where to go, with the other answer."""


class Condition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
    rename={"all_of": "all", "any_of": "any", "negated": "not", "value": "is", "choice": "in"},
):  # fmt: skip
    """One of four forms: an answer, all of these, any of these, not this."""

    question: Code | None = None
    value: Code | None = None
    """The answer."""
    choice: list[Code] | None = None
    """Several answers of which one is given. Not one key with `is`: msgspec 0.22 frees the pattern of a text beside a list too often."""
    all_of: list[Condition] | None = None
    any_of: list[Condition] | None = None
    negated: Condition | None = None

    def __post_init__(self) -> None:
        forms = [each for each in (self.question, self.all_of, self.any_of, self.negated) if each is not None]
        answers = [each for each in (self.value, self.choice) if each is not None]
        if len(forms) != 1 or len(answers) != (self.question is not None):
            raise ValueError("is none of { question, is }, { question, in }, { all }, { any }, { not }")

    @property
    def values(self) -> list[str]:
        """The answers of the question with which it holds."""
        return (self.choice or []) if self.value is None else [self.value]

    def holds(self, answers: Answers) -> bool:
        """Whether it is so with these answers. Raises KeyError where one that it needs is missing."""
        if self.question is not None:
            return answers[self.question] in self.values
        if self.all_of is not None:
            return all(each.holds(answers) for each in self.all_of)
        if self.any_of is not None:
            return any(each.holds(answers) for each in self.any_of)
        return not cast("Condition", self.negated).holds(answers)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A verdict and when it is given; without `when` it is given in all cases that are left."""

    kind: Kind
    reason: Text
    """Why, and what to do or where to go."""
    when: Condition | None = None
    go_to: Code | None = None
    """The home jurisdiction of `another-home`."""
    bring: list[Text] = []
    """What `go-on-bring` asks for beside the materials of the service."""

    @property
    def verdict(self) -> tuple[Kind, Text, str | None, tuple[Text, ...]]:
        """What the resident is told: two rules may tell the same."""
        return self.kind, self.reason, self.go_to, tuple(self.bring)


class Eligibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The questions in the order in which they are asked, and the rules."""

    questions: list[Question]
    rules: Annotated[list[Rule], Meta(min_length=1)]

    def question(self, id: str) -> Question | None:
        """One question; None when there is none of that name."""
        return next((each for each in self.questions if each.id == id), None)

    def rule(self, answers: Answers) -> Rule | None:
        """The rule for a full set of answers; None only where the loader would have refused it."""
        return next((each for each in self.rules if each.when is None or each.when.holds(answers)), None)

    def completions(self, answers: Answers | None = None) -> Iterator[dict[str, str]]:
        """Every full set of answers that agrees with `answers`."""
        given = answers or {}
        spaces = [(given[each.id],) if each.id in given else each.answers for each in self.questions]
        names = [each.id for each in self.questions]
        return (dict(zip(names, combination, strict=True)) for combination in itertools.product(*spaces))

    def first_going(self) -> dict[str, str]:
        """The first answers with which a visit goes on, and no more of them than settle it. For whoever asks without a screen."""
        full = next(answers for answers in self.completions() if (rule := self.rule(answers)) and rule.kind in GOES_ON)
        needed = dict(full)
        for question in reversed(self.questions):
            fewer = {id: answer for id, answer in needed.items() if id != question.id}
            if len({rule.verdict for answers in self.completions(fewer) if (rule := self.rule(answers))}) == 1:
                needed = fewer
        return needed

    @property
    def combinations(self) -> int:
        """How many full sets of answers there are."""
        return math.prod(len(each.answers) for each in self.questions)


ANYBODY = Eligibility([], [Rule("go-on", PROCEED)])
"""Nothing is asked."""


def from_plain(questions: Sequence[PlainQuestion]) -> Eligibility:
    """The same as rules: the first other answer ends it, and with none the visit goes on."""
    rules = [Rule("staffed-window", each.otherwise, Condition(each.id, "no" if each.needed else "yes")) for each in questions]
    return Eligibility([Question(each.id, each.text) for each in questions], [*rules, Rule("go-on", PROCEED)])


Mistake = tuple[tuple[str | int, ...], str, str]
"""Where in the eligibility, the reason, what is allowed."""


def eligibility_mistakes(eligibility: Eligibility) -> Iterator[Mistake]:
    """What is wrong beyond the types. Combinations are tried only where all names are right and not too many."""
    found = [*_question_mistakes(eligibility), *_rule_mistakes(eligibility)]
    yield from found
    if not found:
        yield from _tried(eligibility)


def _question_mistakes(eligibility: Eligibility) -> Iterator[Mistake]:
    if len(eligibility.questions) > MOST["questions"]:
        yield ("questions",), f"asks {len(eligibility.questions)} questions", f"at most {MOST['questions']}"
    for i, question in enumerate(eligibility.questions):
        at = ("questions", i)
        if any(question.id == each.id for each in eligibility.questions[:i]):
            yield (*at, "id"), f"{question.id} is already a question", ""
        if question.options and not 2 <= len(question.options) <= MOST["options"]:
            yield (*at, "options"), f"{len(question.options)} to choose from", f"2 to {MOST['options']}, or none for yes and no"
        for j, option in enumerate(question.options):
            if option.code in question.answers[:j]:
                yield (*at, "options", j, "code"), f"{option.code} is already an answer of {question.id}", ""
    if eligibility.combinations > MOST["combinations"]:
        yield ("questions",), f"{eligibility.combinations} combinations of answers", f"at most {MOST['combinations']}"


def _rule_mistakes(eligibility: Eligibility) -> Iterator[Mistake]:
    if not any(rule.kind in GOES_ON for rule in eligibility.rules):
        yield ("rules",), "nobody may go on", ""
    for i, rule in enumerate(eligibility.rules):
        if rule.when is not None:
            yield from _condition_mistakes(eligibility, rule.when, ("rules", i, "when"))
        if (rule.kind == "another-home") != (rule.go_to is not None):
            yield ("rules", i, "go_to"), "another-home names the home" if rule.go_to is None else f"{rule.kind} goes to no other home", ""
        if (rule.kind == "go-on-bring") != bool(rule.bring):
            yield ("rules", i, "bring"), f"{rule.kind} brings nothing" if rule.bring else "go-on-bring names what to bring", ""


def _condition_mistakes(eligibility: Eligibility, condition: Condition, at: tuple[str | int, ...]) -> Iterator[Mistake]:
    for key, below in (("all", condition.all_of), ("any", condition.any_of)):
        if below == []:
            yield (*at, key), "holds no condition", ""
        for i, each in enumerate(below or []):
            yield from _condition_mistakes(eligibility, each, (*at, key, i))
    if condition.negated is not None:
        yield from _condition_mistakes(eligibility, condition.negated, (*at, "not"))
    if condition.question is None:
        return
    asked = eligibility.question(condition.question)
    if asked is None:
        yield (*at, "question"), f"{condition.question} is no question", "known: " + ", ".join(each.id for each in eligibility.questions)
        return
    if not condition.values:
        yield (*at, "in"), "names no answer", ""
    for i, value in enumerate(condition.values):
        place = (*at, "is") if condition.value is not None else (*at, "in", i)
        if value not in asked.answers:
            yield place, f"{value} is no answer of {asked.id}", "known: " + ", ".join(asked.answers)
        elif value in condition.values[:i]:
            yield place, f"{value} is named twice", ""


def _tried(eligibility: Eligibility) -> Iterator[Mistake]:
    """Every combination has a verdict, every rule gives one, every question changes one."""
    table = {tuple(answers.values()): eligibility.rule(answers) for answers in eligibility.completions()}
    for answers in (key for key, rule in table.items() if rule is None):
        said = ", ".join(f"{each.id} = {answer}" for each, answer in zip(eligibility.questions, answers, strict=True))
        yield ("rules",), f"no verdict for {said}", ""
        return  # one example is enough; the others are like it
    reached = {id(rule) for rule in table.values()}
    for i, rule in enumerate(eligibility.rules):
        if id(rule) not in reached:
            yield ("rules", i), "is never reached: its condition never holds, or an earlier rule always does", ""
    for i, question in enumerate(eligibility.questions):
        by_others: dict[tuple[str, ...], set[object]] = {}
        for key, found in table.items():
            by_others.setdefault((*key[:i], *key[i + 1 :]), set()).add(found.verdict if found else None)
        if all(len(verdicts) == 1 for verdicts in by_others.values()):
            yield ("questions", i), f"{question.id} changes no verdict", ""
