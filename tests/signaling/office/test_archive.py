"""What is there of a session's recording is found, opened by the home's custody, and never by anybody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.domain.refusals import Refusal
from tests.recordings.player_bytes import blocks_of
from tests.signaling.office.recorded_visit import SESSION, RecordedVisit, recorded_visit

CAMERA = ("resident.camera", 1, 0)


async def read(visit: RecordedVisit, place: tuple[str, int, int] = CAMERA, *, playable: bool = False) -> bytes:
    opened = visit.archive.playable if playable else visit.archive.segment
    _, pieces = await opened(SESSION, "jinshan", place)
    return b"".join([piece async for piece in pieces])


async def refuses(visit: RecordedVisit, place: tuple[str, int, int] = CAMERA) -> str:
    with pytest.raises(Refusal) as refusal:
        await read(visit, place)
    return refusal.value.code


async def test_a_segment_comes_out_as_it_went_in_and_plays(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        assert await read(visit) == visit.clear["resident.camera-1-0.seg"]
        assert blocks_of(await read(visit, playable=True)) == blocks_of(visit.clear["resident.camera-1-0.seg"])
        contents = await visit.archive.contents(SESSION)
        assert sorted(contents.segments) == [(p, 1, 0) for p in ("clerk.camera", "clerk.microphone", "resident.camera", "resident.microphone")]
        assert contents.recorded.missing == [] and not contents.erased


async def test_what_is_wrong_shows_before_the_first_piece(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        assert await refuses(visit, ("resident.camera", 1, 1)) == "unknown-segment"
        visit.flip("resident.camera-1-0.seg")
        assert await refuses(visit) == "segment-damaged"
        assert await read(visit, ("clerk.camera", 1, 0)) == visit.clear["clerk.camera-1-0.seg"], "nobody else is harmed"
        visit.custodians.running.clear()
        assert await refuses(visit, ("clerk.camera", 1, 0)) == "custody-away"
        with pytest.raises(Refusal, match="unknown-session"):
            await visit.archive.contents("session-9")


async def test_without_its_key_a_recording_is_erased(tmp_path: Path) -> None:
    async with recorded_visit(tmp_path) as visit:
        await visit.take_place()
        await read(visit)
        visit.vault.erase_key(f"{SESSION}.00112233445566aa")
        visit.archive.forget(SESSION)
        assert await refuses(visit) == "recording-erased"
