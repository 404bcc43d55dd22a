"""What one end has before it: microphone, pictures and loudspeaker, opened together and given back together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from config.clock import Clock
from config.profiles import PROFILES, ProfileName
from media.capture import PictureSource, SoundSink, SoundSource
from media.capture.devices import choose_camera, choose_document, choose_microphone, choose_screen
from media.capture.headset import Headset
from media.node_api import Source


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for. A picture is a device's number, a file, or `synthetic`; a camera of None is the stand-in."""

    camera: str | None = None
    microphone: str | None = None
    document: str | None = None
    screen: str | None = None
    sound: Literal["none", "device"] = "none"
    profile: ProfileName = "small"
    label: str = ""
    """Latin text on the stand-in's picture."""
    voice: int = 7
    """Which of the stand-in's voices."""


@dataclass(slots=True)
class Equipment:
    """Open until `close`."""

    microphone: SoundSource | None = None
    pictures: dict[Source, PictureSource] = field(default_factory=dict)
    sinks: dict[str, SoundSink] = field(default_factory=dict)

    def problems(self) -> dict[str, str]:
        """Source → stable code, for what gives nothing at the moment."""
        return {source: picture.problem for source, picture in self.pictures.items() if picture.problem is not None}

    def close(self) -> None:
        """Give everything back."""
        for each in (*self.pictures.values(), *self.sinks.values(), self.microphone):
            if each is not None:
                each.close()


def open_equipment(choice: Choice, clock: Clock) -> Equipment:
    """Raises CaptureError; then nothing stays open."""
    sizes, equipment = PROFILES[choice.profile], Equipment()
    try:
        headset = Headset(clock) if choice.sound == "device" else None
        if headset is not None:
            equipment.sinks["microphone"] = headset
        equipment.microphone = choose_microphone(choice.microphone, headset, choice.voice)
        equipment.pictures["camera"] = choose_camera(choice.camera, sizes.camera, clock, choice.label, choice.voice * 37 % 256)
        if choice.document is not None:
            equipment.pictures["document"] = choose_document(choice.document, sizes.document, clock)
        if choice.screen is not None:
            equipment.pictures["screen"] = choose_screen(choice.screen, sizes.screen, clock)
    except BaseException:
        equipment.close()
        raise
    return equipment
