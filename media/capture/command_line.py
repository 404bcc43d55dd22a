"""The part of an end's command line that is about its devices, the same for every end."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from media.capture.devices import cameras
from media.capture.headset import sound_devices


def add_devices(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command `devices`."""
    commands.add_parser("devices", help="list cameras and sound devices as JSON")


def add_equipment(parser: argparse.ArgumentParser) -> None:
    """Where an end's pictures and sound come from, and how it speaks about itself."""
    parser.add_argument("--camera", metavar="FILE|NUMBER", help="a film or a device; otherwise a moving clock")
    parser.add_argument("--microphone", metavar="FILE", help="a WAV file; otherwise something like speech")
    parser.add_argument("--sound", choices=("none", "device"), default="none", help="use the sound card")
    parser.add_argument("--media", choices=("small", "standard"), default="small", help="sizes and rates of pictures")
    parser.add_argument("--frame-out", type=Path, metavar="FILE.png", help="write the last picture of the other end")
    parser.add_argument("--log-level", choices=("debug", "info", "warning"), default="info")


def plugged_in() -> str:
    """What the command `devices` prints: one JSON object."""
    return json.dumps({"cameras": [asdict(each) for each in cameras()], "sound": [asdict(each) for each in sound_devices()]}, ensure_ascii=False)
