"""What is done at another jurisdiction's window rests on a power that holds in that moment, and the ledger says on which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.calendar import BEIJING
from config.clock import HandClock
from config.library import Library
from config.powers import Act, Hand, Power, Powers
from signaling.domain.permissions import Actor
from signaling.domain.powers import OWN_WINDOW
from signaling.domain.refusals import Refusal
from signaling.domain.states import ticket_of
from signaling.office.books import ConfiguredBooks
from signaling.office.safe import Safe
from signaling.office.stills import Stills
from signaling.wire import asks, desk, visit
from signaling.wire.notices import OwnPaper
from tests.signaling.office.test_receipts import over
from tests.signaling.office.test_stills import DIGEST, PICTURE, Reader
from tests.signaling.office.test_views import TICKET
from tests.signaling.office.world import Town, library, request

LAST_DAY = dt.date(2026, 11, 26)
EVENING = dt.datetime(2026, 11, 26, 23, 50, tzinfo=BEIJING).timestamp()
TEN_MINUTES = 600
CARD = "jinshan-identity-card"


def only(*acts: Act, to: dt.date | None = LAST_DAY, agreement: str = "2026-7") -> Callable[[Library], Powers]:
    """Jinshan lets Haiyan's windows do this, until that day; nobody lets anybody do anything else."""
    return lambda of: Powers(
        [
            Power(grantor="jinshan", grantee="haiyan", act=act, services="all", agreement=agreement, valid_from=dt.date(2026, 1, 1), valid_to=to)
            for act in acts
        ],
        of.jurisdictions, of.catalogue,
    )  # fmt: skip


def last_evening(*acts: Act) -> Town:
    return Town(clock=HandClock(EVENING), powers=only(*acts))


async def entries(town: Town, session: str, what: str) -> list[dict[str, Any]]:
    return [dict(entry.body) for entry in await town.store.ledger_of(session) if entry.what == what]


async def takes_page(town: Town, kiosk: Actor, clerk: Actor, session: str) -> int:
    """A page is taken in and put into the case; its number."""
    await stills(town).take(kiosk, session, *await picture(town, kiosk, clerk, session), PICTURE, DIGEST)
    await town.settle()
    (still,) = talk_at(town, clerk.id).stills
    await town.does(clerk, asks.KeepStill(request(), session, still.number))
    return int(still.number)


def stills(town: Town) -> Stills:
    """With somebody who can read pictures."""
    return Stills(town.office.floor, Safe(town.album, town.album, town.office.keep, town.clock), Reader(), town.books, town.clock)


async def picture(town: Town, kiosk: Actor, clerk: Actor, session: str) -> tuple[str, str]:
    """A page is asked for, lies well, and its picture is wanted: the question and the press."""
    ask, take = request(), request()
    await town.does(clerk, asks.AskForPage(ask, session, 0))
    await town.does(clerk, asks.TakeStill(take, session, ask))
    return ask, take


def talk_at(town: Town, who: str) -> Any:
    view = town.mail.desk[who].talk
    assert view is not None
    return view


# --- papers ---------------------------------------------------------------------------------------


async def test_the_agreement_ended_last_night_todays_page_is_refused_and_yesterdays_stands() -> None:
    async with last_evening("accept-papers") as town:
        kiosk, li, session = await town.talk()
        await takes_page(town, kiosk, li, session)
        assert {entry["agreement"] for entry in await entries(town, session, "still-taken")} == {"2026-7"}
        town.clock.advance(TEN_MINUTES)
        await town.settle()
        refused = await town.refuses(li, asks.AskForPage(request(), session, 0))
        assert (refused.code, type(refused).__name__) == ("no-power", "NotAllowed")
        screen = town.mail.kiosk[kiosk.id].screen
        assert isinstance(screen, visit.Talking) and screen.talk.asked is None, "the resident is asked nothing"
        assert [each.kept for each in talk_at(town, "li").stills] == [True], "what was taken in by the agreement stays"


async def test_a_question_that_outlives_the_agreement_brings_no_page_in() -> None:
    async with last_evening("accept-papers") as town:
        kiosk, li, session = await town.talk()
        ask, take = await picture(town, kiosk, li, session)
        town.clock.advance(TEN_MINUTES)
        with pytest.raises(Refusal, match="no-power"):
            await stills(town).take(kiosk, session, ask, take, PICTURE, DIGEST)
        assert await entries(town, session, "still-taken") == [] and town.album.of(session, "resident.still") == []


async def test_the_counter_knows_before_it_asks() -> None:
    async with Town(clock=HandClock(EVENING), powers=only("verify-original")) as town:
        await town.talk()
        assert (talk_at(town, "li").may_take_in, talk_at(town, "li").may_check) == (False, True)
    async with last_evening("accept-papers") as town:
        await town.talk()
        assert (talk_at(town, "li").may_take_in, talk_at(town, "li").may_check) == (True, False)


async def test_an_original_is_not_vouched_for_without_a_power_whatever_else_is_allowed() -> None:
    async with last_evening("accept-papers") as town:
        kiosk, li, session = await town.talk()
        number = await takes_page(town, kiosk, li, session)
        assert (await town.refuses(li, asks.CheckStill(request(), session, number))).code == "no-power"


# --- the notice -----------------------------------------------------------------------------------


async def test_a_notice_is_handed_out_on_paper_by_a_power_and_the_ledger_says_by_which_once() -> None:
    async with Town(clock=HandClock(EVENING), powers=only("one-time-notice", to=None)) as town:
        kiosk, li, session = await over(town, "referred")
        await town.tells(li, session)
        screen = town.mail.kiosk[kiosk.id].screen
        assert isinstance(screen, visit.Farewell) and [paper.paper for paper in screen.papers] == ["notice", "receipt"]
        assert [notice.on_paper for notice in screen.notices] == [True]
        own = town.tools.own_papers
        assert await own.pdf(li, session, "notice") and await entries(town, session, "paper-handed-out") == [], "the home reads its own"
        for _ in range(3):
            await own.page(kiosk, session, "notice", 1)
        (entry,) = await entries(town, session, "paper-handed-out")
        assert (entry["paper"], entry["agreement"]) == ("notice", "2026-7")


async def test_without_a_power_it_is_shown_but_not_printed_here_and_the_receipt_is_always_the_residents_own() -> None:
    async with Town(clock=HandClock(EVENING), powers=only("accept-papers")) as town:
        kiosk, li, session = await over(town, "referred")
        await town.tells(li, session)
        screen = town.mail.kiosk[kiosk.id].screen
        assert isinstance(screen, visit.Farewell) and screen.papers == [OwnPaper("receipt", 1)]
        assert [notice.on_paper for notice in screen.notices] == [False], "and the kiosk says where it is had"
        own = town.tools.own_papers
        with pytest.raises(Refusal, match="no-power"):
            await own.pdf(kiosk, session, "notice")
        with pytest.raises(Refusal, match="no-power"):
            await own.page(kiosk, session, "notice", 1)
        assert await entries(town, session, "paper-handed-out") == []
        assert await own.pdf(kiosk, session, "receipt") and await own.pdf(li, session, "notice")


# --- the outcome ----------------------------------------------------------------------------------


@pytest.mark.parametrize("may", [True, False])
async def test_collecting_nearby_stands_on_the_receipt_only_by_a_power(may: bool) -> None:
    async with Town(clock=HandClock(EVENING), powers=only(*(("accept-papers", "deliver-outcome") if may else ("accept-papers",)))) as town:
        town.prints_receipts()
        _kiosk, li, session = await town.talk(service=CARD)
        await town.does(li, desk.EndSession(request(), session, "accepted"))
        town.says(town.writer.ends(session))
        await town.settle()
        (slip,) = town.press.slips
        assert ("在附近的窗口领取" in repr(slip)) == may and "邮寄到家" in repr(slip)
        (given_,) = await entries(town, session, "receipt-given")
        state = town.office.floor.state(session)
        assert state is not None
        assert given_.get("nearby") == ([f"{ticket_of(state).case}.2026-7"] if may else None)


# --- any day, any window --------------------------------------------------------------------------

SHIPPED = library(True)
ACTS: tuple[Act, ...] = ("accept-papers", "one-time-notice", "verify-original", "deliver-outcome")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    act=st.sampled_from(ACTS), asked=st.sampled_from(ACTS), begin=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)), days=st.none() | st.integers(0, 300),
    day=st.dates(dt.date(2026, 1, 1), dt.date(2027, 6, 1)), minute=st.integers(0, 24 * 60 - 1), host=st.sampled_from(["haiyan", "pinghu", "jinshan"]),
)
def test_nothing_is_done_at_a_foreign_window_on_a_day_on_which_no_grant_holds(
    act: Act, asked: Act, begin: dt.date, days: int | None, day: dt.date, minute: int, host: str
) -> None:
    end = None if days is None else begin + dt.timedelta(days)
    power = Power(grantor="jinshan", grantee="haiyan", act=act, services="all", agreement="2026-7", valid_from=begin, valid_to=end)
    now = (dt.datetime.combine(day, dt.time(0), BEIJING) + dt.timedelta(minutes=minute)).timestamp()
    books = ConfiguredBooks(SHIPPED._replace(powers=Powers([power], SHIPPED.jurisdictions, SHIPPED.catalogue)), HandClock(now))
    kiosk = SHIPPED.jurisdictions[host].kiosks[0].id
    found = books.basis(asked, replaced(kiosk, host), CARD)
    if host == "jinshan":
        assert found == OWN_WINDOW, "the home's own window needs none"
    else:
        holds = host == "haiyan" and asked == act and begin <= day <= (end or day)
        assert (found is not None and found.agreement == "2026-7") if holds else found is None
    ways, _ = books.delivery(replaced(kiosk, host), CARD, now)
    assert ("collect-nearby" in ways) == (books.basis("deliver-outcome", replaced(kiosk, host), CARD) is not None)


HANDS: tuple[Hand, ...] = ("kiosk", "clerk", "helper")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    act=st.sampled_from(ACTS), asked=st.sampled_from(ACTS), hands=st.lists(st.sampled_from(HANDS), min_size=1, unique=True),
    hand=st.sampled_from(["clerk", "helper"]), begin=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)), days=st.none() | st.integers(0, 300),
    day=st.dates(dt.date(2026, 1, 1), dt.date(2027, 6, 1)), window=st.sampled_from(["haiyan", "pinghu", "jinshan"]),
)  # fmt: skip
def test_a_staffed_window_does_what_is_granted_to_the_hand_that_does_it_and_a_kiosks_power_is_none(
    act: Act, asked: Act, hands: list[Hand], hand: Hand, begin: dt.date, days: int | None, day: dt.date, window: str
) -> None:
    end = None if days is None else begin + dt.timedelta(days)
    power = Power(grantor="jinshan", grantee="haiyan", act=act, services="all", agreement="2026-7", valid_from=begin, valid_to=end, hands=hands)
    now = dt.datetime.combine(day, dt.time(12), BEIJING).timestamp()
    books = ConfiguredBooks(SHIPPED._replace(powers=Powers([power], SHIPPED.jurisdictions, SHIPPED.catalogue)), HandClock(now))
    found = books.basis_at(asked, "jinshan", window, CARD, hand)
    if window == "jinshan":
        assert found == OWN_WINDOW, "the home's own window needs none"
    else:
        holds = window == "haiyan" and asked == act and hand in hands and begin <= day <= (end or day)
        assert (found is not None and found.agreement == "2026-7") if holds else found is None


def replaced(kiosk: str, host: str) -> Any:
    """The same visit at another window."""
    return msgspec.structs.replace(TICKET, kiosk=kiosk, host=host)
