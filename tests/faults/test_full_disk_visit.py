"""The disk under the recordings is full in the middle of a talk: the talk goes on, the hole is told, the incident is there.

Which write finds no room is chance: a segment's, that is suspect then, or the journal's beside segments that still end whole.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from config.clock import SystemClock
from recordings.coverage import recorded
from signaling.store.sqlite import FILE_NAME, open_store
from tests.faults.test_recording_survives import small_disk
from tests.serving import serving
from tests.simulated import clerk, resident
from tests.waiting import until_found


async def test_the_visit_is_served_on_the_spill_path_and_a_supervisor_hears_of_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with small_disk(data / "recordings", "512k"):
        async with serving(data, VIRTUAL_WINDOW_RECORDING_LATE_SECONDS="60") as served, clerk(served, "--seconds", "20") as li, resident(served) as wang:
            at_kiosk, at_counter = await wang.result(), await li.result()
            assert at_kiosk["outcome"] == at_counter["outcome"] == "accepted"
            assert at_kiosk["received"]["microphone"]["lost"] == at_counter["received"]["microphone"]["lost"] == 0, "nobody heard of it"
            async with await open_store(data / FILE_NAME, SystemClock()) as store:

                async def signed() -> bool:
                    return not await store.evidence.unattended()

                await until_found(signed)
                (visit,) = await store.sessions_of("jinshan")
                entries = await store.ledger_of(visit.session)
                incidents = {incident.kind for incident in await store.evidence.incidents("jinshan")}
        states = {segment["state"] for track in recorded(entries).tracks for segment in track["segments"]}
        causes = {gap["cause"] for track in recorded(entries).tracks for gap in track["gaps"]}
        assert "whole" in states and states <= {"whole", "suspect"} and {"disk"} <= causes <= {"disk", "no-keyframe"}
        assert recorded(entries).missing == [], "what the disk took away is explained"
        assert incidents == {"recording-broken"} | ({"segment-suspect"} if "suspect" in states else set())
        assert list((data / "spill" / "sessions" / visit.session).glob("*.seg"))
        checked = await asyncio.to_thread(subprocess.run, [sys.executable, "-m", "signaling", "doctor", "--data", str(data), "--json"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
