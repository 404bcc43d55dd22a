"""The sound card in a visit: what the clerk says is played, what the microphone hears is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

from media.end_tracks import mono
from media.levels import SPEECH, loudness
from signaling.wire.talk import ReportFirstFrame
from tests.kiosk.test_simulate import heard, kiosk, office
from tests.media.capture.test_headset import lead_to, sound_card
from tests.scripted_office import ScriptedOffice
from tests.waiting import LONG, until

__all__ = ["office", "sound_card"]


async def test_the_clerk_is_heard_at_the_kiosk_and_comes_back_through_its_microphone(
    office: ScriptedOffice,
    sound_card: Path,
    tmp_path: Path,
) -> None:
    variables = {"ALSA_CONFIG_PATH": str(sound_card), "HOME": str(tmp_path)}
    async with kiosk(office, tmp_path, "--sound", "device", variables=variables) as program:
        await until(lambda: heard(office, ReportFirstFrame))
        voice, levels = office.media.published["resident", "microphone"], list[float]()
        async with asyncio.timeout(LONG):
            while not levels or max(levels) < SPEECH:
                levels.append(loudness(mono(await voice.recv())))
        office.enter("farewell")
        ended = await program.ended()
    assert ended.status == 0, ended.log
    assert ended.lines[0]["sent"]["microphone"]["frames"] > 0


async def test_a_kiosk_without_its_headset_says_so(office: ScriptedOffice, tmp_path: Path) -> None:
    lead_to(tmp_path / "nobody", tmp_path / "asound.conf")
    variables = {"ALSA_CONFIG_PATH": str(tmp_path / "asound.conf"), "HOME": str(tmp_path)}
    async with kiosk(office, tmp_path, "--sound", "device", variables=variables) as program:
        ended = await program.ended()
    assert ended.status == 1
    assert ended.log.splitlines()[-1].startswith("error: no-sound-device: ")
