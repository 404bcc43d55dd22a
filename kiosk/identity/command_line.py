"""Which reader a kiosk has, in the words of the command line; and the program for a kiosk that has a reader and no desktop to operate."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import signal
from pathlib import Path

from config.clock import SystemClock
from config.logs import Logger, get_logger
from kiosk.identity.door import CardDoor
from kiosk.identity.process_reader import ProcessReader
from kiosk.identity.reader import CardReader
from kiosk.identity.standin import SAMPLES, StandIn, read_cards
from kiosk.operate.door_token import door_token
from kiosk.operate.portal import origin

READERS = "standin|standin:PLACE|process:COMMAND"


class CardsError(Exception):
    """The cards' door cannot be opened. `code` is `bad-reader`, `bad-origin` or `port-taken`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


def add_card_reader(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """The option `--card-reader`."""
    words = "a stand-in with invented cards (of a JSON file or folder), or the program of a reader, which speaks JSON lines"
    parser.add_argument("--card-reader", required=required, metavar=READERS, help=words)


def add_cards(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command `cards`."""
    cards = commands.add_parser("cards", allow_abbrev=False, help="the local door to a card reader alone; prints one JSON line when it is open")
    add_card_reader(cards, required=True)
    cards.add_argument("--port", type=int, default=17600, metavar="N", help="on 127.0.0.1; 0 takes one that is free")
    cards.add_argument(
        "--token-file", required=True, type=Path, metavar="FILE", help="holds the page's token; made with mode 0600 when missing"
    )
    cards.add_argument(
        "--origin", required=True, action="append", metavar="URL", help="where the kiosk's page comes from; may be given again"
    )
    cards.add_argument("--log-level", choices=("debug", "info", "warning"), default="info")


def card_reader(words: str, log: Logger) -> CardReader:
    """The reader of `--card-reader`. Raises CardsError `bad-reader`, BadConfiguration `bad-cards`."""
    kind, colon, rest = words.partition(":")
    if kind == "standin" and bool(rest) == bool(colon):
        log.warning("a stand-in reads cards that belong to nobody")
        return StandIn(read_cards(Path(rest)) if rest else SAMPLES)
    if kind == "process":
        try:
            command = shlex.split(rest)
        except ValueError:
            command = []
        if command:
            return ProcessReader(command, log)
    raise CardsError("bad-reader", f"a reader is {READERS}")


async def cards(chosen: argparse.Namespace) -> None:
    """The cards' own door, until SIGTERM. Raises CardsError, BadConfiguration."""
    clock, log, stop = SystemClock(), get_logger("cards"), asyncio.Event()
    if odd := [each for each in chosen.origin if each == "null" or origin(each) != each]:
        raise CardsError("bad-origin", f"{odd[0]} is no origin; it looks like https://window.example")
    reader, token = card_reader(chosen.card_reader, log), door_token(chosen.token_file)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    try:
        async with CardDoor(reader, token, clock, log).serve(chosen.port, chosen.origin) as port:
            print(json.dumps({"ready": port}), flush=True)  # noqa: T201 - whoever started the program waits for this line
            await stop.wait()
            log.info("asked to stop")
    except OSError as error:
        raise CardsError("port-taken", f"127.0.0.1:{chosen.port}: {error.strerror}") from error
    finally:
        await reader.close()
