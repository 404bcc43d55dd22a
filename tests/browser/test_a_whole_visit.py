"""A whole visit in two browser windows: from "touch to begin" to the kiosk that has forgotten everything."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.window import accepted, keep, mark, sees, shows, touch, until, window


async def test_a_resident_is_served_face_to_face(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk = await w.kiosk()
        await keep(kiosk, "kiosk-idle")
        number = await w.take_ticket(kiosk)
        assert number == "J001"
        await shows(kiosk, "screen-waiting")
        await keep(kiosk, "kiosk-waiting")

        desk = await w.desk()
        await shows(desk, "ring")
        await shows(kiosk, "screen-ringing")
        await keep(desk, "counter-ringing")
        assert "王小明" in str(await mark(desk, "ring-resident").text_content())
        await touch(desk, "answer")

        await sees(desk, "resident", frames=5)
        await sees(kiosk, "clerk", frames=5)
        for page in (kiosk, desk):
            await until(page, "() => document.querySelector('[data-test=recording]').dataset.recording === 'recording'")
        await keep(kiosk, "kiosk-talk")
        await keep(desk, "counter-talk")

        await mark(desk, "note").fill("材料齐全")
        await accepted(desk)
        outcome = await shows(kiosk, "outcome")
        assert await outcome.get_attribute("data-outcome") == "accepted"
        assert await (await shows(kiosk, "due")).inner_text(), "until when it is decided"
        code = str(await (await shows(kiosk, "receipt-code")).text_content())
        assert re.fullmatch(r"[A-Z2-7]{5}-[A-Z2-7]{5}", code)
        await keep(kiosk, "kiosk-farewell")
        await keep(desk, "counter-wrap-up")
        await touch(kiosk, "rate-5")
        await touch(kiosk, "finish")
        await shows(kiosk, "screen-idle")
        assert "王小明" not in await kiosk.content()

        await touch(desk, "complete")
        assert await until(desk, "() => document.querySelector('[data-test=presence]')?.dataset.presence === 'available'")


async def test_without_consent_to_recording_nothing_is_sent_and_no_camera_is_opened(tmp_path: Path) -> None:
    async with window(tmp_path / "data") as w:
        kiosk = await w.kiosk()
        await kiosk.evaluate("""() => {
          window.opened = 0;
          const devices = navigator.mediaDevices, original = devices.getUserMedia.bind(devices);
          devices.getUserMedia = (wish) => { window.opened += 1; return original(wish); };
          const Original = window.RTCPeerConnection;
          window.RTCPeerConnection = class extends Original { constructor(...all) { super(...all); window.opened += 100; } };
        }""")
        await w.choose_service(kiosk)
        assert await mark(kiosk, "screen-consent").get_attribute("data-consent") == "recording"
        await touch(kiosk, "consent-no")
        await shows(kiosk, "screen-staffed-window")
        await keep(kiosk, "kiosk-staffed-window")
        assert await kiosk.evaluate("() => window.opened") == 0
        desk = await w.desk()
        assert await desk.locator('[data-test^="pick-"]').count() == 0
        await touch(kiosk, "staffed-done")
        await shows(kiosk, "screen-idle")
