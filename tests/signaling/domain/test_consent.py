"""Consent: every text that is asked for is answered in its version, and what must be given is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.consent import OLDEST, ConsentAsked, check, touched_at
from signaling.domain.refusals import NotNow
from signaling.domain.states import Consent

RECORDING = ConsentAsked("recording", "2026-11-01", required=True)
PAPERS = ConsentAsked("papers-to-home", "2026-11-01", required=False)


def answer(asked: ConsentAsked, given: bool = True, *, version: str | None = None) -> Consent:
    return Consent(asked.text, version or asked.version, "zh-CN", given)


def refused(asked: list[ConsentAsked], answered: list[Consent]) -> str:
    with pytest.raises(NotNow) as refusal:
        check(asked, answered)
    assert (refusal.value.code, refusal.value.path) == ("consent-needed", "$.consents")
    return refusal.value.reason


def test_everything_answered() -> None:
    check([RECORDING, PAPERS], [answer(PAPERS), answer(RECORDING)])


def test_what_is_not_required_may_be_refused_but_not_left_out() -> None:
    check([RECORDING, PAPERS], [answer(RECORDING), answer(PAPERS, given=False)])
    assert "papers-to-home" in refused([RECORDING, PAPERS], [answer(RECORDING)])


def test_no_recording_no_ticket() -> None:
    assert "was refused" in refused([RECORDING], [answer(RECORDING, given=False)])


def test_yes_to_another_version_is_no_answer() -> None:
    assert "2026-11-01" in refused([RECORDING], [answer(RECORDING, version="2025-01-01")])


def test_nobody_answers_twice_even_with_the_same_word() -> None:
    assert "twice" in refused([RECORDING], [answer(RECORDING), answer(RECORDING)])
    assert "twice" in refused([RECORDING], [answer(RECORDING, given=False), answer(RECORDING)])


def test_nobody_consents_to_what_was_not_asked() -> None:
    assert "not asked" in refused([RECORDING], [answer(RECORDING), answer(PAPERS)])
    check([], [])


@given(st.none() | st.integers(0, 10**13), st.floats(0, 4e9))
def test_a_card_was_touched_when_the_kiosk_says_or_with_the_ticket_never_later_and_never_long_before(told: int | None, taken_at: float) -> None:
    at, ticket = touched_at(told, taken_at), round(taken_at * 1000)
    assert ticket - OLDEST <= at <= ticket
    assert at in (told, ticket)
    assert touched_at(at, taken_at) == at, "what can be is believed"


texts = st.sampled_from(["recording", "identity-check", "papers-to-home"])
asking = st.lists(st.builds(ConsentAsked, texts, st.sampled_from(["v1", "v2"]), st.booleans()), unique_by=lambda a: a.text)
answering = st.lists(st.builds(Consent, texts, st.sampled_from(["v1", "v2"]), st.just("en"), st.booleans()), max_size=4)


@given(asking, answering)
def test_it_suffices_exactly_when_each_text_has_its_one_answer(asked: list[ConsentAsked], answered: list[Consent]) -> None:
    wanted = sorted((a.text, a.version) for a in asked)
    complete = sorted((c.text, c.version) for c in answered) == wanted
    given_texts = {c.text for c in answered if c.given}
    suffices = complete and all(a.text in given_texts for a in asked if a.required)
    if suffices:
        check(asked, answered)
    else:
        refused(asked, answered)
