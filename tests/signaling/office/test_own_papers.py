"""The papers to take along: for the kiosk that shows the visit and the clerk who holds it, and for nobody once it is forgotten."""

from __future__ import annotations

import pytest

from signaling.domain.refusals import Refusal
from signaling.office.own_papers import notice_of
from signaling.wire import desk, visit
from signaling.wire.cases import OpenCase
from tests.notices import GAPS, told
from tests.signaling.office.test_receipts import over
from tests.signaling.office.world import Town, request
from tests.stories.visit import waiting


async def test_the_kiosk_has_them_page_by_page_until_it_has_forgotten() -> None:
    async with Town() as town:
        kiosk, li, session = await over(town)
        await town.tells(li, session)
        own = town.tools.own_papers
        for paper in ("receipt", "notice"):
            (pdf,) = town.album.of(session, f"{paper}.paper")
            for who in (kiosk, li):
                assert await own.pdf(who, session, paper) == pdf
            assert (await own.page(kiosk, session, paper, 1)).startswith(pdf)
            for number in (0, 2):
                with pytest.raises(Refusal, match="unknown-page"):
                    await own.page(kiosk, session, paper, number)
        with pytest.raises(Refusal, match="unknown-paper"):
            await own.pdf(kiosk, session, "form")
        with pytest.raises(Refusal, match="unknown-session"):
            await own.pdf(await town.kiosk_comes(2), session, "receipt")
        await town.does(kiosk, visit.Forget(request(), session))
        with pytest.raises(Refusal, match="unknown-session"):
            await own.pdf(kiosk, session, "receipt")


async def test_of_two_cases_each_has_its_own_notice_and_without_a_case_the_newest_is_had() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        await town.tells(li, session)
        await town.does(li, OpenCase(request(), session, town.mail.desk["li"].openable[0].service))
        await town.tells(li, session)
        talk = town.mail.desk["li"].talk
        assert talk is not None
        own, (first, second) = town.tools.own_papers, (case.number for case in talk.cases)
        papers = town.album.of(session, "notice.paper")
        for who in (kiosk, li):
            assert [await own.pdf(who, session, "notice", case) for case in (first, second, None)] == [papers[0], papers[1], papers[1]]
        assert (await own.page(kiosk, session, "notice", 1, first)).startswith(papers[0])
        with pytest.raises(Refusal, match="unknown-paper"):
            await own.pdf(kiosk, session, "notice", f"{first}-9")


async def test_what_is_not_made_yet_is_said_to_be_unknown() -> None:
    async with Town() as town:
        kiosk, li, session = await town.talk()
        for paper in ("receipt", "notice"):
            with pytest.raises(Refusal, match="unknown-paper"):
                await town.tools.own_papers.pdf(kiosk, session, paper)
        await town.tells(li, session)
        assert await town.tools.own_papers.pdf(kiosk, session, "notice")
        await town.does(li, desk.EndSession(request(), session, "returned"))
        state = town.office.floor.state(session)
        assert state is not None and notice_of(state, None) is not None


def test_a_visit_that_waits_has_no_notice() -> None:
    assert notice_of(waiting("J012"), None) is None
    assert told(GAPS).only_follows
