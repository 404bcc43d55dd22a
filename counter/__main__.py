"""`virtual-window-counter`: the counter's Python end. `simulate` is a clerk without a browser, `devices` lists what is plugged in."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
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
from media.capture.command_line import add_devices, add_equipment, plugged_in
from media.capture.devices import save_png
from media.capture.equipment import Choice, open_equipment
from signaling.participant import ParticipantError, PersonKey

EXPECTED = (ShiftFailed, ParticipantError, CaptureError)


def arguments(argv: list[str]) -> argparse.Namespace:
    """The command line; secrets are files, never words of it."""
    parser = argparse.ArgumentParser(prog="virtual-window-counter", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    add_devices(commands)
    simulate = commands.add_parser("simulate", allow_abbrev=False, help="a clerk who answers; prints one JSON line for each session")
    simulate.add_argument("--server", required=True, metavar="URL", help="for instance https://window.example:8443")
    simulate.add_argument("--login", required=True, metavar="NAME")
    simulate.add_argument("--password-file", required=True, type=Path, metavar="FILE", help="holds the password; mode 0600")
    simulate.add_argument("--ca", type=Path, metavar="FILE", help="certificate authority to trust beside none other")
    simulate.add_argument("--counter", metavar="ID", help="otherwise the first free one")
    simulate.add_argument("--seconds", type=float, metavar="N", help="the clerk ends the talk after so long; otherwise the resident does")
    simulate.add_argument("--outcome", choices=("accepted", "returned", "referred"), default="accepted")
    simulate.add_argument("--note", default="", help="written on the case")
    simulate.add_argument("--screen", metavar="synthetic|FILE", help="share a screen: a form being filled in, or a picture")
    simulate.add_argument("--forever", action="store_true", help="serve one resident after the other, until stopped")
    add_equipment(simulate)
    return parser.parse_args(argv)


def main() -> None:
    """The program. Exit status 0 after a served session, 1 with one line of error otherwise, 2 for a wrong command line."""
    chosen = arguments(sys.argv[1:])
    try:
        if chosen.command == "devices":
            print(plugged_in())
        else:
            configure(chosen.log_level)
            uvloop.run(simulate(chosen))
    except (*EXPECTED, BadConfiguration) as error:
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        sys.exit(1)


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
