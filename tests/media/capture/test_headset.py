"""The headset through PortAudio: sound goes out and comes back over a sound server of our own, and what is missing is named."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from config.clock import HandClock
from media.capture import CaptureError
from media.capture.headset import BLOCK, PATIENCE, PREFILL, Headset, sound_devices
from tests.programs import Program
from tests.waiting import until

LOOP = "tests.media.capture.headset_loop"


def lead_to(socket: Path, settings: Path) -> None:
    """Write an ALSA configuration whose default device is the sound server at `socket`."""
    lead = f'{{ type pulse server "unix:{socket}" }}\n'
    settings.write_text(f"</usr/share/alsa/alsa.conf>\npcm.!default {lead}ctl.!default {lead}")


@pytest.fixture
async def sound_card(tmp_path: Path) -> AsyncIterator[Path]:
    """A PulseAudio of this test alone whose loudspeaker is its microphone; the ALSA configuration that leads to it."""
    socket, settings, run = tmp_path / "sound", tmp_path / "asound.conf", tmp_path / "run"
    run.mkdir(mode=0o700)
    lead_to(socket, settings)
    process = await asyncio.create_subprocess_exec(
        "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm", "-L", "module-null-sink",
        "-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(run), "PATH": "/usr/bin:/bin"}, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await until(socket.exists)
        yield settings
    finally:
        process.terminate()
        await process.wait()


async def test_a_tone_goes_out_and_comes_back(sound_card: Path, tmp_path: Path) -> None:
    async with Program(LOOP, "440", variables={"ALSA_CONFIG_PATH": str(sound_card), "HOME": str(tmp_path)}) as program:
        ended = await program.ended()
    assert ended.status == 0, ended.log
    [heard] = ended.lines
    assert abs(heard["pitch"] - 440) <= 2
    assert heard["loudness"] > -30
    assert heard["problem"] is None
    assert heard["defaults"] == ["default"]


async def test_a_sound_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    settings = tmp_path / "asound.conf"
    lead_to(tmp_path / "nobody", settings)
    async with Program(LOOP, "440", variables={"ALSA_CONFIG_PATH": str(settings), "HOME": str(tmp_path)}) as program:
        ended = await program.ended()
    assert ended.lines == [{"code": "no-sound-device"}], ended.log


def test_a_machine_without_portaudio_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    with pytest.raises(CaptureError, match=r"no-portaudio: .*\[kiosk\]"):
        Headset(HandClock())
    with pytest.raises(CaptureError, match="no-portaudio"):
        sound_devices()


# --- PortAudio's side played by hand --------------------------------------------------------------


class Card:
    """What PyAudio shows of a card; the test calls the callbacks."""

    def __init__(self, outputs: int = 1) -> None:
        self.callbacks: dict[str, Any] = {}
        self.open_streams, self.terminated, self.outputs = 0, 0, outputs

    def open(self, *, stream_callback: Any, input: bool = False, output: bool = False, **_: Any) -> Any:
        if output and not self.outputs:
            raise OSError("no such device")
        self.callbacks["hear" if input else "play"] = stream_callback
        self.open_streams += 1
        return self

    def close(self) -> None:
        self.open_streams -= 1

    def terminate(self) -> None:
        self.terminated += 1


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    made = Card()
    monkeypatch.setitem(sys.modules, "pyaudio", SimpleNamespace(PyAudio=lambda: made, paInt16=8, paContinue=0))
    return made


def test_what_the_card_hears_is_read_and_what_is_written_is_played(card: Card) -> None:
    headset = Headset(HandClock())
    sound = np.arange(BLOCK, dtype=np.int16)
    assert not headset.read(BLOCK).any(), "nothing has come"
    assert card.callbacks["hear"](sound.tobytes(), BLOCK, {}, 0) == (None, 0)
    assert np.array_equal(headset.read(BLOCK), sound)
    for _ in range(PREFILL // BLOCK):
        headset.write(sound)
    played, more = card.callbacks["play"](None, BLOCK, {}, 0)
    assert (np.frombuffer(played, np.int16).tolist(), more) == (sound.tolist(), 0)
    headset.close()
    headset.close()
    assert (card.open_streams, card.terminated) == (0, 1)


def test_a_card_that_falls_silent_is_named_until_it_is_heard_again(card: Card) -> None:
    clock = HandClock()
    headset = Headset(clock)
    clock.advance(PATIENCE + 0.1)
    assert headset.problem == "microphone-lost"
    card.callbacks["hear"](b"\x00" * BLOCK * 2, BLOCK, {}, 0)
    assert headset.problem is None


def test_half_a_headset_is_given_back(card: Card) -> None:
    card.outputs = 0
    with pytest.raises(CaptureError, match="no-sound-device"):
        Headset(HandClock())
    assert (card.open_streams, card.terminated) == (0, 1)
