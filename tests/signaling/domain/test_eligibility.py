"""May they ask for it: the flagship services under every combination of answers, on both sides of 10 May 2025, and any rules at all.

`READINGS` says the published rules once more, by hand and not out of the catalogue. `pytest -s` prints the tables in words.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar import BEIJING
from config.catalogue import load_catalogue
from config.eligibility import (
    GOES_ON,
    Condition,
    Eligibility,
    Kind,
    Option,
    PlainQuestion,
    Question,
    Rule,
    eligibility_mistakes,
    from_plain,
)
from config.text import Text
from signaling.domain.eligibility import UnknownAnswer, Verdict, check, evaluate
from signaling.domain.refusals import NotNow

CATALOGUE = load_catalogue()
PILOT, NOW = dt.datetime(2025, 5, 9, 23, 59, tzinfo=BEIJING).timestamp(), dt.datetime(2025, 5, 10, tzinfo=BEIJING).timestamp()
TODAY = dt.datetime(2026, 11, 28, 10, tzinfo=BEIJING).timestamp()
Said = Mapping[str, str]
Read = tuple[Kind, str | None, tuple[str, ...]]
"""What a reading says: the kind, the home to choose instead, a word of each thing to bring."""

HERE = {"haiyan": "jinshan", "jinshan": "haiyan", "pinghu": "haiyan"}
"""At whose kiosks the services of a home are asked for; in Jinshan Pinghu cannot be reached."""
THIRD = {"haiyan": None, "jinshan": "pinghu", "pinghu": "jinshan"}


def rules_of(code: str, at: float) -> Eligibility:
    offer = CATALOGUE.service(code, at)
    assert offer is not None
    return offer.service.rules


# --- the published rules, read once more ----------------------------------------------------------


def nothing_in_the_way(said: Said) -> Read | None:
    """What held before 10 May 2025 as after it."""
    if said["both-mainland"] == "no":
        return "staffed-window", None, ()
    if said["of-age"] == "no" or said["free-to-marry"] == "still-married" or said["both-come"] == "no":
        return "not-possible", None, ()
    return None


def marriage_in_the_pilot(home: str, said: Said) -> Read:
    """Where either is registered; where neither is, at the place that issued the residence permit; else where one of the two holds."""
    hindered = nothing_in_the_way(said)
    if hindered is not None:
        return hindered
    if said["registered-there"] == "yes":
        return "go-on", None, ()
    if said["permit-there"] == "yes":
        return "go-on-bring", None, ("居住证",)
    return ("another-home", THIRD[home], ()) if said["registered-where"] == THIRD[home] else ("staffed-window", None, ())


def marriage_anywhere(home: str, said: Said) -> Read:
    """Anywhere in the country with identity cards; a temporary one will do."""
    hindered = nothing_in_the_way(said)
    if hindered is not None:
        return hindered
    return ("go-on", None, ()) if said["both-cards"] == "yes" else ("go-on-bring", None, ("临时居民身份证",))


def registered(home: str, said: Said) -> Read | None:
    """Whose police decides: that of the registered household."""
    if said["registered-there"] == "yes":
        return None
    return ("another-home", THIRD[home], ()) if said["registered-where"] == THIRD[home] else ("staffed-window", None, ())


def identity_card(home: str, said: Said) -> Read:
    elsewhere = registered(home, said)
    if elsewhere is not None:
        return elsewhere
    if said["reason"] != "first" and said["recognisable"] == "no":
        return "staffed-window", None, ()
    bring = [*(["户口簿"] if said["reason"] != "renewal" else []), *(["监护人"] if said["under-16"] == "yes" else [])]
    return ("go-on-bring", None, tuple(bring)) if bring else ("go-on", None, ())


def temporary_card(home: str, said: Said) -> Read:
    if said["card-applied"] == "no":
        return "not-possible", None, ()
    return registered(home, said) or (("go-on-bring", None, ("监护人",)) if said["under-16"] == "yes" else ("go-on", None, ()))


READINGS: list[tuple[str, float, Callable[[str, Said], Read], int]] = [
    ("marriage-registration", PILOT, marriage_in_the_pilot, 9),
    ("marriage-registration", NOW, marriage_anywhere, 6),
    ("identity-card", TODAY, identity_card, 11),
    ("temporary-identity-card", TODAY, temporary_card, 6),
]
"""Service, day, reading, and along how many ways a resident of Jinshan's third home comes to an answer; Haiyan's have one fewer to go to."""
FLAGSHIP = [pytest.param(home, *each, id=f"{home}-{each[0]}-{each[2].__name__}") for home in HERE for each in READINGS]


def agrees(verdict: Verdict, read: Read) -> bool:
    kind, go_to, bring = read
    return (
        (verdict.kind, verdict.go_to) == (kind, go_to)
        and len(verdict.bring) == len(bring)
        and all(word in text.zh for word, text in zip(bring, verdict.bring, strict=True))
    )


def partly(rules: Eligibility) -> Iterator[dict[str, str]]:
    """Everything that may have been answered so far."""
    for answers in itertools.product(*((None, *question.answers) for question in rules.questions)):
        yield {question.id: answer for question, answer in zip(rules.questions, answers, strict=True) if answer is not None}


def ways(rules: Eligibility, said: dict[str, str] | None = None) -> Iterator[tuple[dict[str, str], Verdict]]:
    """As at the kiosk: the first open question is asked, until there is a verdict."""
    verdict = evaluate(rules, said or {})
    if verdict.kind != "open":
        yield said or {}, verdict
        return
    asked = verdict.open_questions[0]
    for answer in asked.answers:
        yield from ways(rules, {**(said or {}), asked.id: answer})


def flips(told: Mapping[tuple[str, ...], object], place: int) -> bool:
    """Whether the answer in this place, and nothing else, makes a difference somewhere."""
    groups: dict[tuple[str, ...], set[object]] = {}
    for answers, verdict in told.items():
        groups.setdefault(answers[:place] + answers[place + 1 :], set()).add(verdict)
    return any(len(verdicts) > 1 for verdicts in groups.values())


@pytest.mark.parametrize(("home", "service", "at", "reading", "count"), FLAGSHIP)
def test_every_combination_is_told_what_the_published_rules_say(home: str, service: str, at: float, reading: Callable[[str, Said], Read], count: int) -> None:
    rules = rules_of(f"{home}-{service}", at)
    for answers in rules.completions():
        verdict = evaluate(rules, answers)
        assert agrees(verdict, reading(home, answers)), answers
        assert verdict.reason is not None and not verdict.open_questions


@pytest.mark.parametrize(("home", "service", "at", "reading", "count"), FLAGSHIP)
def test_whatever_was_answered_so_far_only_what_still_matters_is_open(home: str, service: str, at: float, reading: Callable[[str, Said], Read], count: int) -> None:
    rules = rules_of(f"{home}-{service}", at)
    for said in partly(rules):
        verdict = evaluate(rules, said)
        # Two answers may bring the same kind for another reason: then the question still matters, and the verdict's own sentence says why.
        told = {tuple(full.values()): rule.verdict for full in rules.completions(said) if (rule := rules.rule(full))}
        assert (verdict.kind == "open") == (len(set(told.values())) > 1), said
        open_ids = {question.id for question in verdict.open_questions}
        for i, question in enumerate(rules.questions):
            assert (question.id in open_ids) == (question.id not in said and flips(told, i)), (said, question.id)

@pytest.mark.parametrize(("home", "service", "at", "reading", "count"), FLAGSHIP)
def test_the_table_in_words(home: str, service: str, at: float, reading: Callable[[str, Said], Read], count: int) -> None:
    rules = rules_of(f"{home}-{service}", at)
    found = list(ways(rules))
    print(f"\n{home}-{service} on {dt.datetime.fromtimestamp(at, BEIJING).date()}")
    for said, verdict in found:
        assert verdict.reason is not None
        to = f" → {verdict.go_to}" if verdict.go_to else ""
        bring = f" + {'; '.join(text.en for text in verdict.bring)}" if verdict.bring else ""
        print(f"  {', '.join(f'{id} {answer}' for id, answer in said.items())}: {verdict.kind}{to}{bring}. {verdict.reason.en}")
    assert len(found) == count - (THIRD[home] is None and any(question.id == "registered-where" for question in rules.questions))


def test_a_resident_of_jinshan_is_not_asked_where_else_they_are_registered() -> None:
    rules = rules_of("jinshan-identity-card", TODAY)
    verdict = evaluate(rules, {"registered-there": "yes"})
    assert [question.id for question in verdict.open_questions] == ["reason", "recognisable", "under-16"]
    verdict = evaluate(rules, {"registered-there": "yes", "reason": "first"})
    assert [question.id for question in verdict.open_questions] == ["under-16"], "there is no earlier photograph to be compared"


def test_what_came_first_does_not_matter() -> None:
    rules = rules_of("jinshan-marriage-registration", TODAY)
    assert evaluate(rules, {"both-come": "no", "of-age": "no"}).kind == "open", "foreigners are sent to the designated registry whatever their age"
    assert evaluate(rules, {"both-mainland": "yes", "of-age": "no"}).kind == "not-possible"


def test_a_service_that_asks_nothing_is_for_everybody() -> None:
    verdict = evaluate(rules_of("jinshan-pension-check", TODAY), {})
    assert (verdict.kind, verdict.goes_on) == ("go-on", True)


@pytest.mark.parametrize("answers", [{"of-age": "maybe"}, {"weather": "yes"}, {"free-to-marry": "yes"}])
def test_an_answer_that_nobody_can_give_is_refused(answers: dict[str, str]) -> None:
    with pytest.raises(UnknownAnswer, match="unknown-answer"):
        evaluate(rules_of("jinshan-marriage-registration", TODAY), answers)


CHECKED: list[tuple[dict[str, str], tuple[str, str] | None]] = [
    ({"registered-there": "yes", "reason": "renewal", "recognisable": "yes", "under-16": "no"}, None),
    ({"registered-there": "yes", "reason": "first", "under-16": "yes"}, None),
    ({"registered-there": "yes", "reason": "first", "under-16": "yes", "recognisable": "no"}, None),
    ({}, ("unknown-answer", "$.answers.registered-there")),
    ({"registered-there": "yes", "reason": "first"}, ("unknown-answer", "$.answers.under-16")),
    ({"registered-there": "maybe"}, ("unknown-answer", "$.answers.registered-there")),
    ({"weather": "yes"}, ("unknown-answer", "$.answers.weather")),
    ({"registered-there": "no", "registered-where": "pinghu"}, ("not-eligible", "$.answers")),
    ({"registered-there": "no", "registered-where": "elsewhere"}, ("not-eligible", "$.answers")),
    ({"registered-there": "yes", "reason": "renewal", "recognisable": "no"}, ("not-eligible", "$.answers")),
]


@pytest.mark.parametrize(("answers", "refused"), CHECKED)
def test_whoever_queues_has_answered_what_matters_and_may_go_on(answers: dict[str, str], refused: tuple[str, str] | None) -> None:
    rules = rules_of("jinshan-identity-card", TODAY)
    if refused is None:
        check(rules, answers)
        return
    with pytest.raises(NotNow) as found:
        check(rules, answers)
    assert (found.value.code, found.value.path) == refused


# --- any rules ------------------------------------------------------------------------------------

IDS = ["a", "b", "c", "d"]


def both(text: str) -> Text:
    return Text(zh=text, en=text)


@st.composite
def some_rules(draw: st.DrawFn) -> Eligibility:
    count = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.sampled_from([0, 2, 3]), min_size=count, max_size=count))
    questions = [Question(id, both(id), [Option(f"{id}{n}", both(id)) for n in range(size)]) for id, size in zip(IDS, sizes, strict=False)]
    leaves = st.sampled_from(questions).flatmap(
        lambda q: st.one_of(
            st.sampled_from(q.answers).map(lambda answer: Condition(question=q.id, value=answer)),
            st.lists(st.sampled_from(q.answers), min_size=1, max_size=2, unique=True).map(lambda several: Condition(question=q.id, choice=several)),
        )
    )
    conditions = st.recursive(
        leaves,
        lambda below: st.one_of(
            st.lists(below, min_size=1, max_size=3).map(lambda all_of: Condition(all_of=all_of)),
            st.lists(below, min_size=1, max_size=3).map(lambda any_of: Condition(any_of=any_of)),
            below.map(lambda negated: Condition(negated=negated)),
        ),
        max_leaves=6,
    )
    kinds: st.SearchStrategy[Kind] = st.sampled_from(["go-on", "staffed-window", "not-possible"])
    rules = [Rule(draw(kinds), both(draw(st.sampled_from("xyz"))), when) for when in draw(st.lists(conditions, max_size=4))]
    return Eligibility(questions, [*rules, Rule("go-on", both("last"))])


@settings(max_examples=150, deadline=None)
@given(some_rules(), st.data())
def test_whoever_answers_what_is_asked_hears_what_all_their_answers_would_bring(rules: Eligibility, data: st.DataObject) -> None:
    everything = {question.id: data.draw(st.sampled_from(question.answers)) for question in rules.questions}
    said: dict[str, str] = {}
    while (verdict := evaluate(rules, said)).kind == "open":
        asked = verdict.open_questions[0]
        assert asked.id not in said
        said[asked.id] = everything[asked.id]
    assert verdict == evaluate(rules, everything)
    # And no question was asked in vain: before its answer another one would have led elsewhere.
    for i, id in enumerate(said):
        before = dict(list(said.items())[:i])
        assert len({rules.rule(full).verdict for full in rules.completions(before)}) > 1  # type: ignore[union-attr] # the last rule has no condition
        assert id in {question.id for question in evaluate(rules, before).open_questions}


@settings(max_examples=100, deadline=None)
@given(some_rules())
def test_the_first_answers_that_go_on_are_let_in(rules: Eligibility) -> None:
    if any(rule is not None and rule.kind in GOES_ON for rule in map(rules.rule, rules.completions())):
        check(rules, rules.first_going())


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("xyz")), max_size=5))
def test_yes_and_no_questions_are_the_same_as_rules(asked: list[tuple[bool, str]]) -> None:
    questions = [PlainQuestion(f"q{i}", both(f"q{i}"), needed, both(text)) for i, (needed, text) in enumerate(asked)]
    rules = from_plain(questions)
    assert not list(eligibility_mistakes(rules))
    for answers in rules.completions():
        wrong = next((each for each in questions if (answers[each.id] == "yes") != each.needed), None)
        verdict = evaluate(rules, answers)
        assert (verdict.kind, verdict.reason) == (("go-on", verdict.reason) if wrong is None else ("staffed-window", wrong.otherwise))
