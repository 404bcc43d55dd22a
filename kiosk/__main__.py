"""`virtual-window-kiosk`: the kiosk's Python end. `simulate` makes a whole visit without a browser, `devices` lists what is plugged in,
`desktop` lets the kiosk's page open windows of other authorities in which a clerk may be allowed to help, and read cards;
`cards` lets it read cards where no window is to be opened."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import uvloop

from config.clock import SystemClock
from config.logs import Logger, configure, get_logger
from config.problem import BadConfiguration
from config.secret import read_secret
from config.tasks import Tasks
from kiosk.agent import Booth, Line, connect, talk_media
from kiosk.identity.command_line import CardsError, add_card_reader, add_cards, card_reader, cards
from kiosk.identity.door import PATH as CARDS
from kiosk.identity.door import CardDoor
from kiosk.operate.door_token import door_token
from kiosk.operate.places import read_windows
from kiosk.operate.portal import origin
from kiosk.simulate import Visit, VisitFailed, VisitResult, Wishes
from media.capture import CaptureError
from media.capture.command_line import add_devices, add_equipment, plugged_in
from media.capture.devices import save_png
from media.capture.document import DocumentCamera
from media.capture.equipment import Choice, Equipment, open_equipment
from signaling.participant import KioskKey, ParticipantError


def arguments(argv: list[str]) -> argparse.Namespace:
    """The command line; secrets are files, never words of it."""
    parser = argparse.ArgumentParser(prog="virtual-window-kiosk", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    add_devices(commands)
    simulate = commands.add_parser("simulate", allow_abbrev=False, help="a resident's whole visit; prints one JSON line for each")
    simulate.add_argument("--server", required=True, metavar="URL", help="for instance https://window.example:8443")
    simulate.add_argument("--kiosk", required=True, metavar="ID")
    simulate.add_argument("--key-file", required=True, type=Path, metavar="FILE", help="holds the kiosk's key; mode 0600")
    simulate.add_argument("--ca", type=Path, metavar="FILE", help="certificate authority to trust beside none other")
    simulate.add_argument("--home", required=True, metavar="CODE", help="home jurisdiction, for instance jinshan")
    simulate.add_argument("--service", required=True, metavar="CODE")
    simulate.add_argument("--name", default="演示居民", help="the resident's name as declared")
    simulate.add_argument("--language", choices=("zh-CN", "en"), default="zh-CN")
    simulate.add_argument(
        "--seconds", type=float, metavar="N", help="the resident ends the talk after so long; otherwise the clerk does"
    )
    simulate.add_argument("--document", metavar="synthetic|FILE|NUMBER", help="a document camera, or a page in place of one")
    simulate.add_argument("--forever", action="store_true", help="one visit after the other, until stopped")
    simulate.add_argument("--pause", type=float, default=5.0, metavar="S", help="seconds between visits")
    add_equipment(simulate)
    desktop = commands.add_parser(
        "desktop", allow_abbrev=False, help="the local door to remote operation; prints one JSON line when it is open"
    )
    desktop.add_argument("--display", required=True, metavar="NAME", help="the X display, for instance :0")
    desktop.add_argument("--authority", default="", metavar="FILE", help="the X server's cookie file, where it wants one")
    desktop.add_argument("--port", type=int, default=17600, metavar="N", help="on 127.0.0.1; 0 takes one that is free")
    desktop.add_argument(
        "--token-file", required=True, type=Path, metavar="FILE", help="holds the page's token; made with mode 0600 when missing"
    )
    desktop.add_argument(
        "--origin", required=True, action="append", metavar="URL", help="where the kiosk's page comes from; may be given again"
    )
    desktop.add_argument("--windows", required=True, type=Path, metavar="FILE.toml", help="the windows that can be opened")
    add_card_reader(desktop)
    desktop.add_argument("--browser", default="chromium", metavar="PROGRAM")
    desktop.add_argument("--log-level", choices=("debug", "info", "warning"), default="info")
    add_cards(commands)
    return parser.parse_args(argv)


def main() -> None:
    """The program. Exit status 0 after a completed visit or when it was asked to stop, 1 with one line of error otherwise, 2 for a wrong command line."""
    chosen = arguments(sys.argv[1:])
    try:
        if chosen.command == "devices":
            print(plugged_in())
        else:
            configure(chosen.log_level)
            uvloop.run({"desktop": desktop, "cards": cards, "simulate": simulate}[chosen.command](chosen))
    except (VisitFailed, ParticipantError, CaptureError, DesktopError, CardsError, BadConfiguration) as error:
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        sys.exit(1)


class DesktopError(Exception):
    """The door cannot be opened. `code` is `no-xlib`, `no-display`, `odd-display`, `bad-origin` or `port-taken`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


async def desktop(chosen: argparse.Namespace) -> None:
    """The door, until SIGTERM. Raises DesktopError, CardsError, BadConfiguration."""
    try:
        from kiosk.operate.display import DisplayError, Screen
        from kiosk.operate.door import Door
        from kiosk.operate.x_desktop import XDesktop
    except ModuleNotFoundError as lacking:
        if lacking.name is None or lacking.name.partition(".")[0] != "Xlib":
            raise
        raise DesktopError("no-xlib", "python-xlib is not installed: pip install 'virtual-window[kiosk]'") from None
    clock, log, stop = SystemClock(), get_logger("desktop", display=chosen.display), asyncio.Event()
    if odd := [each for each in chosen.origin if each == "null" or origin(each) != each]:
        raise DesktopError("bad-origin", f"{odd[0]} is no origin; it looks like https://window.example")
    windows, token = read_windows(chosen.windows, chosen.origin), door_token(chosen.token_file)
    try:
        Screen(chosen.display).close()
    except DisplayError as error:
        raise DesktopError(error.code, error.text) from None
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    reader = card_reader(chosen.card_reader, log) if chosen.card_reader is not None else None
    rooms = {CARDS: CardDoor(reader, token, clock, log).handle} if reader is not None else {}
    door = Door(XDesktop(chosen.display, clock, chosen.authority, chosen.browser), windows, token, chosen.origin, clock, log, rooms)
    try:
        async with door.serve(chosen.port) as port:
            print(json.dumps({"ready": port}), flush=True)
            await stop.wait()
            log.info("asked to stop")
    except OSError as error:
        raise DesktopError("port-taken", f"127.0.0.1:{chosen.port}: {error.strerror}") from error
    finally:
        if reader is not None:
            await reader.close()


async def simulate(chosen: argparse.Namespace) -> None:
    """Visits, one or more. Raises VisitFailed, ParticipantError, CaptureError, BadConfiguration."""
    clock, log = SystemClock(), get_logger("kiosk", kiosk=chosen.kiosk)
    booth = Booth(chosen.server, KioskKey(chosen.kiosk, read_secret(chosen.key_file)), chosen.ca)
    choice = Choice(
        camera=chosen.camera, microphone=chosen.microphone, document=chosen.document, sound=chosen.sound, profile=chosen.media,
        label="KIOSK", voice=3,
    )  # fmt: skip
    equipment, stop = open_equipment(choice, clock), asyncio.Event()
    try:
        async with connect(booth, clock, log) as line:

            def asked_to_stop() -> None:
                log.info("asked to stop")
                stop.set()
                line.nudge()

            for each in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(each, asked_to_stop)
            await _visits(chosen, line, equipment, stop, log)
    finally:
        equipment.close()


async def _visits(chosen: argparse.Namespace, line: Line, equipment: Equipment, stop: asyncio.Event, log: Logger) -> None:
    clock = SystemClock()
    wishes = Wishes(chosen.home, chosen.service, chosen.name, chosen.language, chosen.seconds)
    tasks = Tasks(lambda name, error: log.info("not told", task=name, error=str(error)))
    papers = equipment.pictures.get("document")
    lens = papers if isinstance(papers, DocumentCamera) else None
    try:
        while True:
            visit = Visit(line, wishes, lambda: talk_media(line, equipment, clock, log, tasks), stop, clock, log, lens)
            try:
                result = await visit.run()
            except (VisitFailed, ParticipantError) as error:
                if not chosen.forever or (isinstance(error, ParticipantError) and line.failed):
                    raise
                log.warning("visit failed", code=error.code, text=error.text)
            else:
                if result is not None:
                    await _tell(result, chosen.frame_out)
            if not chosen.forever or stop.is_set():
                return
            try:
                async with asyncio.timeout(chosen.pause):
                    await stop.wait()
                return
            except TimeoutError:
                continue
    finally:
        await tasks.close()


async def _tell(result: VisitResult, frame_out: Path | None) -> None:
    if frame_out is not None:
        if result.clerk is None:
            raise CaptureError("no-picture", "no picture of the clerk was received")
        save_png(result.clerk, frame_out)
    print(json.dumps(await result.as_json(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
