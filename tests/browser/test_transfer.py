"""A clerk hands the resident on, in three real browsers: the resident waits for nothing and says nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

from tests.browser.window import keep, mark, sees, session_of, shows, touch, until, window


async def test_the_colleague_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        first = await w.desk(0)
        kiosk = await w.kiosk()
        await w.take_ticket(kiosk)
        await touch(first, "answer")
        await sees(first, "resident")
        second = await w.desk(1)
        session = await session_of(kiosk)
        await mark(first, "note").fill("身份证已核对")
        await until(first, "() => document.querySelector('[data-test=note-state]')?.dataset.state === 'saved'")
        await touch(first, "ask-screen")
        await shows(kiosk, "asked")
        await touch(first, "transfer")
        await shows(first, "transfer-dialog")
        await keep(first, "desk-transfer")
        await first.locator('[data-test^="transfer-to-jinshan"]').first.check()
        await touch(first, "transfer-yes")
        await shows(second, "ring")
        await mark(kiosk, "asked").wait_for(state="detached")
        await touch(second, "answer")
        await sees(second, "resident")
        await sees(kiosk, "clerk")
        assert await mark(second, "note").input_value() == "身份证已核对"
        ledger = w.served.ledger(session)
        assert [body["because"] for what, body in ledger if what == "ask-ended"] == ["transferred"]
        assert len([what for what, _ in ledger if what == "transferred"]) == 1
        assert "核对" not in json.dumps(ledger, ensure_ascii=False)
