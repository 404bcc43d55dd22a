"""What one end has before it is opened together and given back together."""

from __future__ import annotations

import threading

import pytest

from config.clock import SystemClock
from media.capture import CaptureError
from media.capture.equipment import Choice, open_equipment
from tests.waiting import until


def capturing() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith(("synthetic", "page", "film"))}


async def test_everything_that_was_chosen_is_there_and_given_back() -> None:
    equipment = open_equipment(Choice(document="synthetic", screen="synthetic", label="KIOSK"), SystemClock())
    assert set(equipment.pictures) == {"camera", "document", "screen"}
    assert equipment.microphone is not None
    assert capturing() == {"synthetic-camera", "page-under-camera", "synthetic-screen"}
    await until(lambda: all(picture.newest() for picture in equipment.pictures.values()))
    assert equipment.problems() == {}
    equipment.close()
    assert capturing() == set()
    assert not equipment.microphone.read(960).any()


@pytest.mark.parametrize("choice", [Choice(document="97"), Choice(camera="missing.avi"), Choice(microphone="missing.wav"), Choice(screen="missing.png")])
def test_when_one_thing_is_missing_nothing_stays_open(choice: Choice) -> None:
    with pytest.raises(CaptureError):
        open_equipment(choice, SystemClock())
    assert capturing() == set()
