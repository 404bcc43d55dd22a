"""The routes of stills: a kiosk uploads what was asked for, the clerk looks at what has come."""

from __future__ import annotations

import re
from typing import cast

from signaling.api.routes import Answer, Call, Route, Stream
from signaling.domain.refusals import Refusal
from signaling.office.stills import PUBLICATION, Form, Stills
from signaling.wire import http

LARGEST = 15 * 1024 * 1024
"""Bytes of an upload."""

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):", re.ASCII)
"""`Repr-Digest` (RFC 9530) with this algorithm alone."""


class StillHandlers:
    """What the document camera takes."""

    def __init__(self, stills: Stills) -> None:
        self._stills = stills

    def routes(self) -> tuple[Route, ...]:
        """Lines of the route table."""
        of = "/api/v1/sessions/{session}/stills"
        return (
            Route("POST", of, self.take, http.StillReceived, "The picture that was asked for; `?ask=…&take=…`, header `Repr-Digest`.", by="kiosk", upload=LARGEST),
            Route("GET", of + "/{still}/{form}", self.picture, None, "A still as a JPEG: `original`, `page` set straight, or the `checked` copy."),
        )  # fmt: skip

    async def take(self, call: Call) -> Answer:
        found = _DIGEST.fullmatch(call.request.headers.get("Repr-Digest", ""))
        if found is None:
            raise Refusal("digest-wrong")
        query = call.request.query
        still = await self._stills.take(call.actor, call.part("session"), query.get("ask", ""), query.get("take", ""), call.body, found[1])
        return Answer(http.StillReceived(still.number, list(still.reasons), still.glare))

    async def picture(self, call: Call) -> Stream:
        number, form = call.part("still"), call.part("form")
        if not number.isascii() or not number.isdigit() or len(number) > 8 or form not in PUBLICATION:
            raise Refusal("unknown-still")
        return Stream("image/jpeg", await self._stills.picture(call.part("session"), int(number), cast(Form, form)))
