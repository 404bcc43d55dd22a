"""A refusal has a code for programs; the two kinds are told apart."""

from __future__ import annotations

from signaling.domain.refusals import NotAllowed, NotNow, Refusal


def test_the_codes_when_nothing_else_is_said() -> None:
    assert (NotNow().code, NotAllowed().code) == ("not-now", "not-allowed")


def test_code_reason_and_path_are_kept_and_shown() -> None:
    refusal = NotNow("the office is closed", code="closed-now", path="$.home")
    assert (refusal.code, refusal.reason, refusal.path) == ("closed-now", "the office is closed", "$.home")
    assert str(refusal) == "closed-now: the office is closed"
    assert str(Refusal("bad-login")) == "bad-login"


def test_what_may_not_be_is_not_what_cannot_be_now() -> None:
    assert not isinstance(NotNow(), NotAllowed)
    assert isinstance(NotNow(), Refusal) and isinstance(NotAllowed(), Refusal)
