"""What somebody does again and again is one entry, and what could not be entered is not passed over."""

from __future__ import annotations

import pytest

from signaling.domain.effects import Enter
from signaling.office.once import QUIET_SECONDS, Once
from signaling.office.ports import StoreAway
from tests.signaling.office.world import Town

READ = Enter("timeline-read", {"by": "sun"})


async def test_a_hundred_times_is_once_and_later_once_more() -> None:
    async with Town() as town:
        _kiosk, clerk, session = await town.talk()
        once = Once(town.store.evidence, town.clock)
        assert [await once.enter(clerk, session, "timeline", READ) for _ in range(100)] == [True] + [False] * 99
        assert await once.enter(town.kiosk(1), session, "timeline", READ), "somebody else"
        assert await once.enter(clerk, session, "something else", READ)
        town.clock.advance(QUIET_SECONDS + 1)
        assert await once.enter(clerk, session, "timeline", READ)
        assert (await town.ledger(session)).count("timeline-read") == 4


async def test_what_could_not_be_entered_is_entered_the_next_time() -> None:
    async with Town() as town:
        _kiosk, clerk, session = await town.talk()
        once = Once(town.store.evidence, town.clock)
        town.store.away = True
        with pytest.raises(StoreAway):
            await once.enter(clerk, session, "timeline", READ)
        town.store.away = False
        assert await once.enter(clerk, session, "timeline", READ)
        assert (await town.ledger(session)).count("timeline-read") == 1
