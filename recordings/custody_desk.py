"""What a jurisdiction's custody answers over HTTP: its public keys, signatures, and its recordings in clear.

    GET  /public                                              the public halves, as in DIR/keys/<jurisdiction>.json
    POST /sign   {"head" | "day" | "export" | "handover": statement}   the signature record: the same object with "key" and "signature"
    POST /open   {"key": <content of the .key file>, "session", "publication", "epoch", "segment", "state": "whole" | "cut"}
                                                              the segment's WebM, in clear, as it is decrypted
    POST /check  as /open                                     {"sealed", "clear", "bytes", "chunks", "state"}: digests, nothing in clear

A refusal is {"error": <stable code>, "text": <sentence>}, with "place" and "chunk" where a segment is damaged. Damage that shows only
after the first bytes of /open have left ends the connection without an end of the body; /check then says where it is.
"""

from __future__ import annotations

import asyncio
import hmac
import io
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web

from config.logs import Logger
from config.secret import Secret
from recordings import canonical
from recordings.data_key import BadKey
from recordings.framing import Damaged
from recordings.keys import KeysError
from recordings.names import BadName, SegmentName
from recordings.private_keys import PrivateKeys
from recordings.register import Refused, Register
from recordings.sealing import SegmentOpener, opened
from recordings.vault import Vault
from recordings.vault_errors import VaultError

LARGEST_QUESTION = 16 * 1024
BATCH = 256 * 1024
"""Clear bytes that are decrypted at a time; with the chunk that they come from, all that is held of a segment."""
STALL_SECONDS = 30.0
"""A reader that takes nothing for so long is let go."""

_STATUS = {
    "bad-question": 400, "bad-statement": 400, "bad-key-file": 400, "bad-token": 401, "not-ours": 403, "foreign-key": 403, "missing": 404,
    "contradicts": 409, "older": 409, "not-unwrapped": 422, "damaged": 422,
}  # fmt: skip
"""Code → HTTP status; 503 for whatever the disk or the keys refuse."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Desk:
    """Holds the keys and the register; one of each a process."""

    def __init__(self, keys: PrivateKeys, register: Register, vaults: Sequence[Vault], token: Secret | None, log: Logger) -> None:
        """A segment is looked for in the `vaults` one after another: one that is not there (yet) holds none."""
        self._keys = keys
        self._register = register
        self._vaults = vaults
        self._token = token
        self._log = log
        # Signing is one after another: the register must know the first before it judges the second.
        self._signing = ThreadPoolExecutor(1, "signing")

    def application(self) -> web.Application:
        """The routes behind the door."""
        application = web.Application(middlewares=[self._door()], client_max_size=LARGEST_QUESTION)
        application.router.add_get("/public", self._public)
        application.router.add_post("/sign", self._sign)
        application.router.add_post("/open", self._open)
        application.router.add_post("/check", self._check)
        return application

    def close(self) -> None:
        """Wait for the signature that is being written."""
        self._signing.shutdown()

    def _door(self) -> Any:
        @web.middleware
        async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
            if (refusal := self._stranger(request)) is not None:
                return refusal
            try:
                return await handler(request)
            except (Refused, KeysError, VaultError, BadKey) as error:
                return self._refuse(error.code, str(error).partition(": ")[2])
            except Damaged as damaged:
                return self._refuse("damaged", damaged.reason, place=damaged.place, chunk=damaged.chunk)
            except (BadName, canonical.NotCanonical) as error:
                return self._refuse("bad-question", str(error))

        return door

    def _stranger(self, request: web.Request) -> web.Response | None:
        if "Origin" in request.headers:  # a browser's page; none of ours speaks to custody
            return self._refuse("bad-token", "custody does not speak to pages")
        if self._token is None:  # the socket's folder and mode say who may come
            return None
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "surrogateescape")
        if hmac.compare_digest(given, self._token.reveal().encode()):
            return None
        return self._refuse("bad-token", "the caller's token is needed")

    def _refuse(self, code: str, text: str, **place: int | None) -> web.Response:
        status = _STATUS.get(code, 503)
        self._log.warning("refused", code=code, text=text)
        return web.json_response({"error": code, "text": text, **place}, status=status)

    # --- the questions

    async def _public(self, _request: web.Request) -> web.Response:
        public = await asyncio.to_thread(lambda: self._keys.public)
        return web.Response(body=public.encode(), content_type="application/json")

    async def _sign(self, request: web.Request) -> web.Response:
        question = await _question(request)
        if len(question) != 1:
            raise Refused("bad-statement", "one statement at a time")
        ((kind, statement),) = question.items()
        loop = asyncio.get_running_loop()
        record = await loop.run_in_executor(self._signing, self._register.sign, kind, statement, self._keys.sign)
        self._log.info("signed", kind=kind, seq=record[kind].get("seq"), session=record[kind].get("session"), role=record[kind].get("role"))
        return web.Response(body=canonical.write(record), content_type="application/json")

    async def _check(self, request: web.Request) -> web.Response:
        name, opener = await self._opener(request)

        def read() -> int:
            with self._file(name) as file:
                for _ in opened(file, opener):
                    pass
                return file.tell()

        length = await asyncio.to_thread(read)
        facts = {
            "sealed": opener.sealed_digest, "clear": opener.clear_digest, "bytes": length, "chunks": opener.chunks, "state": opener.state,
        }  # fmt: skip
        return web.json_response(facts)

    async def _open(self, request: web.Request) -> web.StreamResponse:
        name, opener = await self._opener(request)
        file = await asyncio.to_thread(self._file, name)
        try:
            pieces = _batches(opened(file, opener))
            first = await asyncio.to_thread(next, pieces, b"")
            assert opener.header is not None, "a segment without a head is damaged"
            response = web.StreamResponse(headers={"Content-Type": opener.header.media.replace(";", "; "), "Cache-Control": "no-store"})
            await response.prepare(request)
            await self._send(request, response, first, pieces)
            self._log.info("opened", session=name.session, segment=name.file)
            return response
        finally:
            file.close()  # nothing to write: does not wait, and is not cancelled

    async def _send(self, request: web.Request, response: web.StreamResponse, piece: bytes, pieces: Iterator[bytes]) -> None:
        try:
            while piece:
                async with asyncio.timeout(STALL_SECONDS):
                    await response.write(piece)
                piece = await asyncio.to_thread(next, pieces, b"")
            await response.write_eof()
        except (Damaged, TimeoutError) as error:
            # The head of the answer has left: only a broken body can still say that it is not whole.
            self._log.error("open-broken", reason=str(error) or "the reader takes nothing")
            if request.transport is not None:
                request.transport.abort()
        except ConnectionError:
            self._log.info("reader-gone")

    def _file(self, name: SegmentName) -> io.BufferedReader:
        for vault in self._vaults:
            try:
                return vault.open_segment(name)
            except VaultError as error:
                if error.code != "missing":
                    raise
        raise VaultError("missing", f"{name} is in none of the vaults")

    async def _opener(self, request: web.Request) -> tuple[SegmentName, SegmentOpener]:
        question = await _question(request)
        if question.keys() != {"key", "session", "publication", "epoch", "segment", "state"} or question["state"] not in ("whole", "cut"):
            raise Refused("bad-question", "needs key, session, publication, epoch, segment and a state, whole or cut")
        name = SegmentName(question["session"], question["publication"], question["epoch"], question["segment"])
        key = await asyncio.to_thread(self._keys.unwrap, canonical.write(question["key"]))
        return name, SegmentOpener(key, name, may_be_cut=question["state"] == "cut")


async def _question(request: web.Request) -> dict[str, Any]:
    try:
        question: Any = await request.json()
    except web.HTTPRequestEntityTooLarge:
        raise Refused("bad-question", f"the body has more than {LARGEST_QUESTION} bytes") from None
    except (ValueError, RecursionError):  # no JSON, no UTF-8, or nested without end
        raise Refused("bad-question", "the body is no JSON") from None
    if not isinstance(question, dict):
        raise Refused("bad-question", "the body is no object")
    return question


def _batches(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth a change of thread; none is empty."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= BATCH:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
