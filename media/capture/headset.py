"""The headset through PortAudio: the only door to PyAudio, which a server does not need (extra `[kiosk]`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from config.clock import Clock
from media.capture import RATE, CaptureError, Samples
from media.capture.ring import Ring

BLOCK = RATE // 50
"""Samples per call of the sound card: 20 ms."""
HEARD = RATE // 4
"""What the microphone's ring holds: a quarter second."""
TO_PLAY = RATE // 2
PREFILL = 3 * BLOCK
"""60 ms are gathered before playing starts, against gaps between packets."""
PATIENCE = 2.0


def _portaudio() -> Any:
    """The module; the import is here because it fails where PortAudio is not installed."""
    try:
        import pyaudio
    except ImportError as error:
        raise CaptureError("no-portaudio", "install PortAudio and PyAudio: pip install 'virtual-window[kiosk]'") from error
    return pyaudio


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One sound device as PortAudio names it."""

    index: int
    name: str
    inputs: int
    outputs: int
    default_input: bool
    default_output: bool


def sound_devices() -> list[SoundDevice]:
    """What PortAudio finds. Raises CaptureError `no-portaudio`."""
    audio = _portaudio().PyAudio()
    try:
        defaults = []
        for ask in (audio.get_default_input_device_info, audio.get_default_output_device_info):
            try:
                defaults.append(int(ask()["index"]))
            except OSError:
                defaults.append(-1)
        found = [audio.get_device_info_by_index(index) for index in range(audio.get_device_count())]
        return [
            SoundDevice(
                index=int(each["index"]),
                name=str(each["name"]),
                inputs=int(each["maxInputChannels"]),
                outputs=int(each["maxOutputChannels"]),
                default_input=int(each["index"]) == defaults[0],
                default_output=int(each["index"]) == defaults[1],
            )
            for each in found
        ]
    finally:
        audio.terminate()


class Headset:
    """Microphone and loudspeaker of one headset: a SoundSource and a SoundSink in one. Device None is the system's default.

    Raises CaptureError `no-portaudio` or `no-sound-device`.
    """

    def __init__(self, clock: Clock, input_device: int | None = None, output_device: int | None = None) -> None:
        self._pyaudio, self._clock = _portaudio(), clock
        self._heard, self._to_play = Ring(HEARD, BLOCK), Ring(TO_PLAY, PREFILL)
        self._heard_at = clock.monotonic()
        self._audio = self._pyaudio.PyAudio()
        self._streams: list[Any] = []
        common = {"format": self._pyaudio.paInt16, "channels": 1, "rate": RATE, "frames_per_buffer": BLOCK}
        try:
            self._streams.append(
                self._audio.open(**common, input=True, input_device_index=input_device, stream_callback=self._hear)
            )
            self._streams.append(
                self._audio.open(**common, output=True, output_device_index=output_device, stream_callback=self._play)
            )
        except (OSError, ValueError) as error:
            self.close()
            raise CaptureError("no-sound-device", f"the headset cannot be opened: {error}") from error

    @property
    def problem(self) -> str | None:
        """`microphone-lost` while the sound card has given nothing for two seconds."""
        return "microphone-lost" if self._clock.monotonic() - self._heard_at > PATIENCE else None

    def read(self, count: int) -> Samples:
        """What the microphone heard."""
        return self._heard.read(count)

    def write(self, samples: Samples) -> None:
        """Play."""
        self._to_play.write(samples)

    def close(self) -> None:
        """Give the sound card back."""
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()
        audio, self._audio = self._audio, None
        if audio is not None:
            audio.terminate()

    # --- called by PortAudio's own thread ---------------------------------------------------------

    def _hear(self, data: bytes | None, count: int, _times: Any, _status: int) -> tuple[None, int]:
        self._heard.write(np.frombuffer(data or b"", np.int16))
        self._heard_at = self._clock.monotonic()
        return None, int(self._pyaudio.paContinue)

    def _play(self, _data: bytes | None, count: int, _times: Any, _status: int) -> tuple[bytes, int]:
        return self._to_play.read(count).tobytes(), int(self._pyaudio.paContinue)
