"""Rules as data: what a condition means, which verdict an answer gets, and what the loader refuses. The flagship rules are in tests/signaling/domain."""

from __future__ import annotations

import msgspec
import pytest

from config.eligibility import (
    ANYBODY,
    MOST,
    PROCEED,
    Condition,
    Eligibility,
    Option,
    PlainQuestion,
    Question,
    Rule,
    eligibility_mistakes,
    from_plain,
)  # fmt: skip
from config.text import Text


def say(text: str) -> Text:
    return Text(zh=text, en=text)


def condition(data: object) -> Condition:
    return msgspec.convert(data, Condition)


LOST = {"question": "lost", "is": "yes"}
NEAR = {"question": "where", "in": ["near", "here"]}


@pytest.mark.parametrize(
    ("data", "holds"),
    [
        (LOST, {("yes", "near"), ("yes", "here"), ("yes", "far")}),
        (NEAR, {("yes", "near"), ("yes", "here"), ("no", "near"), ("no", "here")}),
        ({"all": [LOST, NEAR]}, {("yes", "near"), ("yes", "here")}),
        ({"any": [LOST, NEAR]}, {("yes", "near"), ("yes", "here"), ("yes", "far"), ("no", "near"), ("no", "here")}),
        ({"not": {"any": [LOST, NEAR]}}, {("no", "far")}),
        ({"all": [{"not": LOST}, {"not": NEAR}]}, {("no", "far")}),
    ],
)
def test_the_forms_of_a_condition(data: object, holds: set[tuple[str, str]]) -> None:
    found = {(lost, where) for lost in ("yes", "no") for where in ("near", "here", "far") if condition(data).holds({"lost": lost, "where": where})}
    assert found == holds


@pytest.mark.parametrize(
    "data",
    [{}, {"question": "lost"}, {"is": "yes"}, {"question": "lost", "is": "yes", "in": ["no"]}, {"all": [LOST], "any": [LOST]}, {"not": LOST, "is": "yes"}, {"not": {}}],
)
def test_nothing_else_is_a_condition(data: object) -> None:
    with pytest.raises(msgspec.ValidationError, match="is none of"):
        condition(data)


CARD = Eligibility(
    [Question("there", say("There?")), Question("where", say("Where?"), [Option("near", say("Near")), Option("far", say("Far"))]), Question("lost", say("Lost?"))],
    [
        Rule("another-home", say("Go near."), condition({"all": [{"question": "there", "is": "no"}, {"question": "where", "is": "near"}]}), go_to="pinghu"),
        Rule("staffed-window", say("Go far."), condition({"question": "there", "is": "no"})),
        Rule("go-on-bring", say("Bring it."), condition({"question": "lost", "is": "yes"}), bring=[say("Register")]),
        Rule("go-on", say("Come.")),
    ],
)


def test_the_first_rule_that_holds_gives_the_verdict() -> None:
    assert CARD.combinations == len(list(CARD.completions())) == 8
    told = [rule.kind for answers in CARD.completions() if (rule := CARD.rule(answers))]
    assert told == ["go-on-bring", "go-on", "go-on-bring", "go-on", "another-home", "another-home", "staffed-window", "staffed-window"]
    assert list(CARD.completions({"there": "no", "lost": "yes"})) == [
        {"there": "no", "where": "near", "lost": "yes"}, {"there": "no", "where": "far", "lost": "yes"},
    ]  # fmt: skip
    assert not list(eligibility_mistakes(CARD))


def test_the_rules_are_the_same_after_a_journey_as_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(CARD), type=Eligibility) == CARD
    assert b"null" not in msgspec.json.encode(CARD)


def test_the_short_form_is_a_list_of_hindrances_and_a_rest() -> None:
    asked = from_plain([PlainQuestion("a", say("A?"), True, say("No A")), PlainQuestion("b", say("B?"), False, say("B"))])
    assert asked.questions == [Question("a", say("A?")), Question("b", say("B?"))]
    assert asked.rule({"a": "yes", "b": "no"}) == Rule("go-on", PROCEED)
    told = [rule.reason.en for answers in asked.completions() if (rule := asked.rule(answers))]
    assert told == ["B", PROCEED.en, "No A", "No A"]
    assert ANYBODY.rule({}) == Rule("go-on", PROCEED)


def test_whoever_asks_without_a_screen_answers_what_settles_it_and_no_more() -> None:
    assert CARD.first_going() == {"there": "yes", "lost": "yes"}, "where else they are registered makes no difference"
    assert ANYBODY.first_going() == {}


def questions(count: int) -> list[Question]:
    return [Question(f"q{i}", say("?")) for i in range(count)]


def test_as_many_combinations_as_may_be_are_tried_and_no_more() -> None:
    every = Rule("not-possible", say("No"), Condition(any_of=[Condition(question=f"q{i}", value="no") for i in range(12)]))
    assert Eligibility(questions(12), [every, Rule("go-on", say("Yes"))]).combinations == MOST["combinations"]
    assert not list(eligibility_mistakes(Eligibility(questions(12), [every, Rule("go-on", say("Yes"))])))
    found = [reason for _, reason, _ in eligibility_mistakes(Eligibility(questions(13), [every, Rule("go-on", say("Yes"))]))]
    assert found == ["asks 13 questions", "8192 combinations of answers"], "then they are not tried one by one"


def test_what_is_never_reached_has_no_verdict_or_changes_nothing() -> None:
    yes, no = Condition(question="q0", value="yes"), Condition(question="q0", value="no")
    assert list(eligibility_mistakes(Eligibility(questions(1), [Rule("go-on", say("Y"), yes)]))) == [(("rules",), "no verdict for q0 = no", "")]
    both = [Rule("go-on", say("Y"), yes), Rule("not-possible", say("N"), no), Rule("staffed-window", say("?"))]
    assert [at for at, _, _ in eligibility_mistakes(Eligibility(questions(1), both))] == [("rules", 2)]
    same = [Rule("go-on", say("Y"), yes), Rule("go-on", say("Y"))]
    assert list(eligibility_mistakes(Eligibility(questions(1), same))) == [(("questions", 0), "q0 changes no verdict", "")]
