"""`virtual-window-counter`: the counter's Python end. `simulate` is a clerk without a browser, `devices` lists what is plugged in."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import uvloop

from config.clock import SystemClock
from config.logs import configure, get_logger
from config.problem import BadConfiguration
from config.secret import read_secret
from config.tasks import Tasks
from counter.agent import Seat, connect, talk_media
from counter.simulate import ClerkShift, Duty, SessionResult, ShiftFailed
from media.capture import CaptureError
from media.capture.devices import cameras, save_png
from media.capture.equipment import Choice, open_equipment
from media.capture.headset import sound_devices
from signaling.participant import ParticipantError, PersonKey

EXPECTED = (ShiftFailed, ParticipantError, CaptureError)


def arguments(argv: list[str]) -> argparse.Namespace:
    """The command line; secrets are files, never words of it."""
    parser = argparse.ArgumentParser(prog="virtual-window-counter", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("devices", help="list cameras and sound devices as JSON")
    simulate = commands.add_parser("simulate", allow_abbrev=False, help="a clerk who answers; prints one JSON line for each session")
    simulate.add_argument("--server", required=True, metavar="URL", help="for instance https://window.example:8443")
    simulate.add_argument("--login", required=True, metavar="NAME")
    simulate.add_argument("--password-file", required=True, type=Path, metavar="FILE", help="holds the password; mode 0600")
    simulate.add_argument("--ca", type=Path, metavar="FILE", help="certificate authority to trust beside none other")
    simulate.add_argument("--counter", metavar="ID", help="otherwise the first free one")
    simulate.add_argument("--seconds", type=float, metavar="N", help="the clerk ends the talk after so long; otherwise the resident does")
    simulate.add_argument("--outcome", choices=("accepted", "accepted-with-gaps", "returned", "referred"), default="accepted")
    simulate.add_argument("--note", default="", help="written on the case")
    simulate.add_argument("--camera", metavar="FILE|NUMBER", help="a film or a device; otherwise a moving clock")
    simulate.add_argument("--microphone", metavar="FILE", help="a WAV file; otherwise something like speech")
    simulate.add_argument("--screen", metavar="synthetic|FILE", help="share a screen: a form being filled in, or a picture")
    simulate.add_argument("--sound", choices=("none", "device"), default="none", help="use the sound card")
    simulate.add_argument("--media", choices=("small", "standard"), default="small", help="sizes and rates of pictures")
    simulate.add_argument("--frame-out", type=Path, metavar="FILE.png", help="write the last picture of the resident")
    simulate.add_argument("--forever", action="store_true", help="serve one resident after the other, until stopped")
    simulate.add_argument("--log-level", choices=("debug", "info", "warning"), default="info")
    return parser.parse_args(argv)


def main() -> None:
    """The program. Exit status 0 after a served session, 1 with one line of error otherwise, 2 for a wrong command line."""
    chosen = arguments(sys.argv[1:])
    try:
        if chosen.command == "devices":
            devices()
        else:
            configure(chosen.log_level)
            uvloop.run(simulate(chosen))
    except (*EXPECTED, BadConfiguration) as error:
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        sys.exit(1)


def devices() -> None:
    """Print what is plugged in."""
    print(json.dumps({"cameras": [asdict(each) for each in cameras()], "sound": [asdict(each) for each in sound_devices()]}, ensure_ascii=False))


async def simulate(chosen: argparse.Namespace) -> None:
    """One shift. Raises ShiftFailed, ParticipantError, CaptureError, BadConfiguration."""
    clock, log = SystemClock(), get_logger("counter", login=chosen.login)
    seat = Seat(chosen.server, PersonKey(chosen.login, read_secret(chosen.password_file)), chosen.ca)
    duty = Duty(
        counter=chosen.counter, seconds=chosen.seconds, outcome=chosen.outcome, note=chosen.note,
        sessions=None if chosen.forever else 1,
    )  # fmt: skip
    choice = Choice(
        camera=chosen.camera, microphone=chosen.microphone, screen=chosen.screen, sound=chosen.sound, profile=chosen.media,
        label="COUNTER", voice=7,
    )  # fmt: skip
    equipment, stop = open_equipment(choice, clock), asyncio.Event()
    tasks = Tasks(lambda name, error: log.info("not told", task=name, error=str(error)))

    def tell(result: SessionResult) -> None:
        if chosen.frame_out is not None:
            if result.resident is None:
                raise CaptureError("no-picture", "no picture of the resident was received")
            save_png(result.resident, chosen.frame_out)
        print(json.dumps(result.as_json(), ensure_ascii=False), flush=True)

    try:
        async with connect(seat, clock, log) as line:

            def asked_to_stop() -> None:
                log.info("asked to stop")
                stop.set()
                line.nudge()

            for each in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(each, asked_to_stop)
            await ClerkShift(line, duty, lambda: talk_media(line, equipment, clock, log, tasks), tell, stop, clock, log).run()
    finally:
        await tasks.close()
        equipment.close()


if __name__ == "__main__":
    main()
