"""What a staffed window may do for a case in its state, and what is read off its ledgers, whatever stands between."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.case import ACCEPTED, CaseState, Outcome
from signaling.domain.case_records import CaseRecord, goes_on
from signaling.domain.notice import Notice, NoticeLine
from signaling.domain.refusals import Refusal
from signaling.domain.window import ACTS, Done, Standing, WindowAct, done

CASE = "310116-330424-20261126-0001"
NOTICE = Notice(1, "4700", "da" * 32, 1, "materials", (NoticeLine(0, "seen"), NoticeLine(1, "follows"), NoticeLine(3, "blurred")))
STATES: tuple[tuple[CaseState, Outcome | None], ...] = (
    ("drafted", None), ("collecting", None), ("accepted", "accepted"), ("accepted-with-gaps", "accepted-with-gaps"), ("returned", "returned"),
    ("referred", "referred"), ("handed-over", "accepted"), ("handed-over", "accepted-with-gaps"), ("handed-over", "referred"), ("closed", None),
    ("collecting", "accepted-with-gaps"), ("collecting", "returned"),
)  # fmt: skip
"""Also of a case that another visit works at again."""


@dataclass
class Line:
    """An entry as the fold reads it, so many seconds after noon in UTC."""

    second: int
    what: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return (dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC) + dt.timedelta(seconds=self.second)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def standing(state: CaseState, outcome: Outcome | None, notice: Notice | None = NOTICE, delivered: str | None = None) -> Standing:
    record = CaseRecord(CASE, "jinshan", "haiyan", "identity-card", 0.0, "declared", state, None, None, "session-1", outcome)
    return Standing(record, notice, Done(delivered_on=delivered))


def refused(of: Standing, act: WindowAct) -> str | None:
    try:
        match act:
            case "one-time-notice":
                of.told()
            case "accept-papers":
                of.may_take_in(1)
            case "deliver-outcome":
                of.may_deliver()
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(("state", "outcome"), STATES)
@pytest.mark.parametrize("notice", [NOTICE, None], ids=["told", "untold"])
@pytest.mark.parametrize("delivered", [None, "2026-11-26"])
def test_what_is_offered_is_what_is_not_refused(state: CaseState, outcome: Outcome | None, notice: Notice | None, delivered: str | None) -> None:
    case = standing(state, outcome, notice, delivered)
    assert case.possible == tuple(act for act in ACTS if refused(case, act) is None)
    assert ("deliver-outcome" in case.possible) == (outcome in ACCEPTED and delivered is None)
    assert ("accept-papers" in case.possible) == (notice is not None and goes_on(case.record))
    assert ("one-time-notice" in case.possible) == (notice is not None)


def test_each_refusal_says_why() -> None:
    assert refused(standing("returned", "returned"), "deliver-outcome") == "not-now"
    assert refused(standing("handed-over", "accepted", delivered="2026-11-26"), "deliver-outcome") == "already-delivered"
    assert refused(standing("accepted", "accepted"), "accept-papers") == "not-now"
    assert refused(standing("accepted", "accepted", None), "one-time-notice") == "unknown-paper"
    for material in (0, 2, 60):  # what was only seen is not lacking
        with pytest.raises(Refusal, match="unknown-material"):
            standing("returned", "returned").may_take_in(material)


def test_of_a_case_that_is_over_nothing_is_lacking() -> None:
    assert standing("accepted", "accepted").lacking == () and len(standing("returned", "returned").lacking) == 2


def test_every_state_is_in_the_table() -> None:
    assert {state for state, _ in STATES} == set(get_args(CaseState))


# --- the fold -------------------------------------------------------------------------------------


def paper(second: int, material: int, copies: int, case: str = CASE) -> Line:
    return Line(second, "paper-received", {"case": case, "material": material, "copies": copies, "window": "haiyan"})


def notice(second: int, case: str = CASE) -> Line:
    return Line(second, "notice-given", {"case": case, "notice": "4700"})


def test_a_newer_notice_counts_anew_whichever_visit_gave_it_and_into_whichever_ledger_a_window_wrote() -> None:
    first = [notice(0), paper(1, 1, 2), paper(5, 1, 1)]
    second = [notice(3), paper(4, 3, 4)]
    assert done(CASE, [first, second]) == done(CASE, [second, first]) == Done({1: 1, 3: 4})
    assert done(CASE, [first]) == Done({1: 3})


def test_the_day_of_delivery_is_beijings_and_the_first_one_stands() -> None:
    evening = Line(4 * 3600 + 60, "outcome-delivered", {"case": CASE})  # 16:01 in UTC
    assert done(CASE, [[evening], [Line(90_000, "outcome-delivered", {"case": CASE})]]).delivered_on == "2026-11-27"
    assert done(CASE, [[Line(0, "outcome-delivered", {"case": f"{CASE}-2"})]]).delivered_on is None


LINES = st.builds(
    Line, st.integers(0, 50), st.sampled_from(["paper-received", "notice-given", "outcome-delivered", "viewed"]),
    st.fixed_dictionaries(
        {}, optional={"case": st.sampled_from([CASE, f"{CASE}-2"]), "material": st.integers(0, 3) | st.none(), "copies": st.integers(1, 20) | st.just("many")}
    ),
)  # fmt: skip


@given(st.lists(LINES, max_size=20), st.lists(LINES, max_size=20))
def test_whatever_stands_in_ledgers_is_read_as_far_as_it_goes(one: list[Line], other: list[Line]) -> None:
    ledgers = [sorted(each, key=lambda line: line.second) for each in (one, other)]
    found = done(CASE, ledgers)
    mine = [line for line in (*one, *other) if line.body.get("case") == CASE]
    assert sum(found.received.values()) <= sum(line.body["copies"] for line in mine if line.what == "paper-received" and isinstance(line.body.get("copies"), int))
    assert (found.delivered_on is not None) == any(line.what == "outcome-delivered" for line in mine)
    assert found == done(CASE, [[line for line in ledger if line.body.get("case") == CASE] for ledger in ledgers]), "other cases say nothing of it"
