"""Two people: whatever is asked, approved and used in whatever order, nothing is done that two did not want, and nothing twice or late."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from signaling.domain.approvals import OPEN_SECONDS, PURPOSES, Approval, Deed, Purpose, approved, used
from signaling.domain.refusals import NotNow
from signaling.store import tables
from signaling.wire.codes import CODES

ASKED = Approval("r-1", "export", "session-1", "jinshan", "complaint", "zhou", 100.0)


def code(refused: pytest.ExceptionInfo[NotNow]) -> str:
    return refused.value.code


def test_one_asks_another_approves_and_it_is_done() -> None:
    both = approved(ASKED, "sun", 200.0)
    assert (both.approved_by, both.approved_at, both.used_at) == ("sun", 200.0, None)
    done = used(both, 300.0)
    assert done == msgspec.structs.replace(ASKED, approved_by="sun", approved_at=200.0, used_at=300.0)
    assert ASKED.approved_by is None, "what was asked for stays as it was"


def test_nobody_approves_their_own_wish() -> None:
    with pytest.raises(NotNow) as refused:
        approved(ASKED, "zhou", 200.0)
    assert code(refused) == "own-request"


def test_it_is_approved_once_and_used_once() -> None:
    both = approved(ASKED, "sun", 200.0)
    for by in ("sun", "wu"):
        with pytest.raises(NotNow) as refused:
            approved(both, by, 201.0)
        assert code(refused) == "approved-before"
    done = used(both, 202.0)
    for again in (lambda: used(done, 203.0), lambda: approved(done, "wu", 203.0)):
        with pytest.raises(NotNow) as refused:
            again()
        assert code(refused) == "request-used"


def test_nothing_is_done_that_nobody_has_approved() -> None:
    with pytest.raises(NotNow) as refused:
        used(ASKED, 101.0)
    assert code(refused) == "not-approved"


@pytest.mark.parametrize(("late", "open_still"), [(0.0, True), (OPEN_SECONDS, True), (OPEN_SECONDS + 0.001, False)])
def test_a_wish_and_a_yes_are_worth_something_for_a_week(late: float, open_still: bool) -> None:
    asked = msgspec.structs.replace(ASKED, asked_at=0.0)
    both = msgspec.structs.replace(asked, approved_by="sun", approved_at=0.0)
    if open_still:
        assert approved(asked, "sun", late).approved_at == late
        assert used(both, late).used_at == late
        return
    for too_late in (lambda: approved(asked, "sun", late), lambda: used(both, late)):
        with pytest.raises(NotNow) as refused:
            too_late()
        assert code(refused) == "request-too-old"


def test_the_week_of_the_yes_begins_with_the_yes() -> None:
    both = approved(ASKED, "sun", 100.0 + OPEN_SECONDS)
    assert used(both, 100.0 + 2 * OPEN_SECONDS).used_at is not None


def test_purposes_and_deeds_are_codes_that_fit_their_columns_and_every_refusal_is_in_the_table() -> None:
    assert set(PURPOSES) == set(get_args(Purpose))
    assert max(map(len, PURPOSES)) <= min(table.c.purpose.type.length for table in (tables.view, tables.approval))
    assert max(map(len, get_args(Deed))) <= tables.approval.c.deed.type.length
    assert {"own-request", "approved-before", "not-approved", "request-used", "request-too-old"} <= set(CODES)
    assert [column.name for column in tables.approval.columns] == list(Approval.__struct_fields__)


people = st.sampled_from(["zhou", "sun", "wu"])


class AnyRequest(RuleBasedStateMachine):
    """One request, and everybody who wants something of it, over months."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.request = ASKED
        self.yes: tuple[str, float] | None = None
        self.done: list[float] = []

    @rule(days=st.floats(0, 10))
    def time_passes(self, days: float) -> None:
        self.now += days * 86_400

    @rule(by=people)
    def somebody_says_yes(self, by: str) -> None:
        try:
            self.request = approved(self.request, by, self.now)
        except NotNow as refused:
            assert refused.code in ("own-request", "approved-before", "request-used", "request-too-old")
            assert by == "zhou" or self.yes is not None or self.now - 100 > OPEN_SECONDS, "a yes in time by somebody else counts"
            return
        assert self.yes is None and by != "zhou"
        self.yes = (by, self.now)

    @rule()
    def it_is_done(self) -> None:
        try:
            self.request = used(self.request, self.now)
        except NotNow as refused:
            assert refused.code in ("not-approved", "request-used", "request-too-old")
            assert self.yes is None or self.done or self.now - self.yes[1] > OPEN_SECONDS, "what two wanted is done, if they do it soon"
            return
        self.done.append(self.now)

    @invariant()
    def it_is_done_once_and_two_people_stand_behind_it(self) -> None:
        assert len(self.done) <= 1
        if self.done:
            assert self.yes is not None and self.yes[0] != self.request.asked_by
            assert 0 <= self.done[0] - self.yes[1] <= OPEN_SECONDS
        assert (self.request.approved_by, self.request.approved_at) == (self.yes or (None, None))
        assert self.request.used_at == (self.done[0] if self.done else None)


TestAnyRequest = AnyRequest.TestCase
