"""The media profiles: how large, how often and how much each source may send. Numbers of the media plane, in one table."""

from __future__ import annotations

from typing import Literal

import msgspec

ProfileName = Literal["standard", "small"]


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a video source aims at."""

    width: int
    """Pixels."""
    height: int
    """Pixels."""
    fps: int
    """Pictures a second, at most."""
    max_bitrate: int
    """Bits a second, RTP payload."""


class Sound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a sound source aims at."""

    max_bitrate: int
    """Bits a second, RTP payload."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of every source."""

    microphone: Sound
    camera: Picture
    screen: Picture
    document: Picture


PROFILES: dict[ProfileName, Profile] = {
    # For offices: a face at 720p, a shared 1080p screen whose 10-point text stays legible, papers sharper than fast.
    "standard": Profile(
        microphone=Sound(max_bitrate=40_000),
        camera=Picture(width=1280, height=720, fps=30, max_bitrate=1_500_000),
        screen=Picture(width=1920, height=1080, fps=15, max_bitrate=2_500_000),
        document=Picture(width=1920, height=1080, fps=10, max_bitrate=2_000_000),
    ),
    # For a trial or a test with two browsers, server and node on one small machine: software encoders must keep up.
    "small": Profile(
        microphone=Sound(max_bitrate=32_000),
        camera=Picture(width=640, height=360, fps=15, max_bitrate=500_000),
        screen=Picture(width=1280, height=720, fps=5, max_bitrate=800_000),
        document=Picture(width=1280, height=720, fps=5, max_bitrate=800_000),
    ),
}
