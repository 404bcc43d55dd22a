"""The receiver's door: `POST /cases` takes an event in binary mode (CloudEvents 1.0) with the electronic file as its body."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from config.logs import Logger
from recordings.handover import MEDIA
from signaling.receiver.intake import FILE, Intake, Refused

LARGEST = 1 << 30
"""Bytes of an electronic file."""
SILENCE_SECONDS = 30.0
"""A sender that says nothing for so long is let go; it comes again."""
_STATUS = {"not-signed": 401, "other-file": 422, "bad-file": 422, "other-digest": 409, "too-large": 413, "bad-event": 400}


class EventDoor:
    """One intake behind it."""

    def __init__(self, intake: Intake, log: Logger, largest: int = LARGEST) -> None:
        self._intake = intake
        self._log = log
        self._largest = largest

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(client_max_size=self._largest)
        application.router.add_post("/cases", self._take)
        application.router.add_get("/healthz", self._healthy)
        return application

    async def _healthy(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _take(self, request: web.Request) -> web.Response:
        event = {name.lower().removeprefix("ce-"): value for name, value in request.headers.items() if name.lower().startswith("ce-")}
        event["datacontenttype"] = request.content_type
        try:
            if request.content_type != MEDIA:
                raise Refused("bad-event", f"the body is to be {MEDIA}")
            self._intake.announced(event)  # a stranger's gigabyte is not even read
            with self._intake.place() as folder:
                await self._receive(request, folder / FILE)
                receipt, new = await asyncio.to_thread(self._intake.take, event, folder)
        except Refused as no:
            self._log.warning("not-taken", code=no.code, id=event.get("id", ""), text=str(no))
            return web.json_response({"error": no.code, "text": str(no)}, status=_STATUS[no.code])
        except (ConnectionError, TimeoutError) as gone:
            self._log.info("sender-gone", id=event.get("id", ""), text=str(gone))
            raise web.HTTPRequestTimeout from None
        except OSError as error:
            self._log.error("disk-refuses", text=str(error))
            return web.json_response({"error": "disk-refuses", "text": "later"}, status=503)
        self._log.info("taken" if new else "taken-again", id=event["id"])
        return web.Response(body=receipt, status=201 if new else 200, content_type="application/json")

    async def _receive(self, request: web.Request, file: Path) -> None:
        size = 0
        with file.open("xb") as out:
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    piece = await request.content.readany()
                if not piece:
                    return
                size += len(piece)
                if size > self._largest:
                    raise Refused("too-large", f"more than {self._largest} bytes")
                await asyncio.to_thread(out.write, piece)
