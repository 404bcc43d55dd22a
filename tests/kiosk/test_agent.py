"""The kiosk's line and the media of its talks, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from config.clock import SystemClock
from config.logs import get_logger
from config.secret import Secret
from config.tasks import Tasks
from kiosk.agent import Booth, connect, talk_media
from media.capture.equipment import Choice, open_equipment
from signaling.participant import KioskKey
from signaling.wire.talk import ReportFirstFrame
from signaling.wire.visit import Talking
from tests.scripted_media import ScriptedMedia
from tests.scripted_office import BOOTH, ScriptedOffice
from tests.waiting import until


@pytest.fixture
async def office() -> AsyncIterator[ScriptedOffice]:
    media = ScriptedMedia()
    media.play("clerk", SystemClock())
    running = ScriptedOffice(media, clerk=False)
    async with running.server:
        running.enter("talking")
        yield running
    await media.close()


async def test_a_talk_that_is_shown_is_seen_and_its_first_picture_reported(office: ScriptedOffice) -> None:
    clock, log, failed = SystemClock(), get_logger("test"), list[BaseException]()
    equipment, tasks = open_equipment(Choice(label="KIOSK"), clock), Tasks(lambda _name, error: failed.append(error))
    booth = Booth(office.server.url, KioskKey(BOOTH[1], Secret("k" * 32)))
    async with connect(booth, clock, log) as line:
        media = talk_media(line, equipment, clock, log, tasks)
        view = await line.changed(None)
        assert view is not None
        assert isinstance(view.screen, Talking)
        media.follow(view.screen.talk)
        await until(lambda: any(isinstance(command, ReportFirstFrame) for _, command in office.server.heard))
        keeper = media.keeper
        assert keeper is not None
        await until(lambda: keeper.end.running == {"publish": "connected", "subscribe": "connected"})
        await media.close()
        await tasks.close()
    equipment.close()
    assert failed == []
