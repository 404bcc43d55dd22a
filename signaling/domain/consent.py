"""Consent before anything else: which texts a service asks for, and whether what was touched suffices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signaling.domain.refusals import NotNow
from signaling.domain.states import Consent


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """A consent text in its version in force; `required` ones must be given, the others must at least be answered."""

    text: str
    version: str
    required: bool


def check(asked: Iterable[ConsentAsked], answered: Iterable[Consent]) -> None:
    """Raises `NotNow` (`consent-needed`) when a text was not answered, in another version, twice, or a required one was refused."""
    answers: dict[str, Consent] = {}
    for answer in answered:
        if answer.text in answers:
            raise NotNow(f"{answer.text} answered twice", code="consent-needed", path="$.consents")
        answers[answer.text] = answer
    for text in asked:
        answer_given = answers.pop(text.text, None)
        if answer_given is None or answer_given.version != text.version:
            raise NotNow(f"{text.text} in its version {text.version} was not answered", code="consent-needed", path="$.consents")
        if text.required and not answer_given.given:
            raise NotNow(f"{text.text} was refused", code="consent-needed", path="$.consents")
    if answers:
        raise NotNow(f"{sorted(answers)} were not asked for", code="consent-needed", path="$.consents")


def check_again(asked: Iterable[ConsentAsked], answered: Iterable[Consent]) -> None:
    """For one more case in the same visit: what it requires beyond what was asked cannot be taken for granted.

    Raises `NotNow` (`consent-needed`) when a required text was not agreed to in its version.
    """
    given = {(answer.text, answer.version) for answer in answered if answer.given}
    for text in asked:
        if text.required and (text.text, text.version) not in given:
            raise NotNow(f"{text.text} in its version {text.version} was not agreed to", code="consent-needed", path="$.service")
