"""A judgement is good until there is a reason, and its reasons come in the order in which a resident can act."""

from __future__ import annotations

from media.judgement import PLACES, REASONS, Judgement


def test_it_is_good_until_there_is_a_reason() -> None:
    assert Judgement().verdict == "good"
    assert {Judgement(reasons=(reason,)).verdict for reason in REASONS} == {"retake"}


def test_where_the_page_lies_comes_before_how_it_is_lit() -> None:
    lies, lit = ("no-page", "several-pages", "cut-off", "too-small", "skewed"), ("dark", "blurred", "glare")
    assert (*lies, *lit) == REASONS
    assert len(PLACES) == 9 and PLACES[4] == "middle"
