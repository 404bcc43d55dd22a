"""How the server asks a jurisdiction's custody: signatures, and segments in clear as a stream. It never sees a private key."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import aiohttp

from config.secret import Secret
from recordings import canonical
from recordings.data_key import BadKey, WrappedKey
from recordings.heads import DAY_FORMAT, HEAD_FORMAT
from recordings.keys import KeysError, PublicKeys
from recordings.local_socket import address
from recordings.manifest import EXPORT_FORMAT
from recordings.names import SegmentName

Kind = Literal["head", "day", "export", "handover"]
_KINDS: dict[object, Kind] = {HEAD_FORMAT: "head", DAY_FORMAT: "day", EXPORT_FORMAT: "export"}
CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 30.0
PIECE = 64 * 1024


class CustodyAway(Exception):
    """No answer: custody does not run, or cannot be reached. Asking again later is right."""


class CustodyRefused(Exception):
    """An answer that is no. `code` is stable (custody_desk.py); `place` and `chunk` say where a segment is damaged."""

    def __init__(self, code: str, text: str, place: int | None = None, chunk: int | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.place = place
        self.chunk = chunk


class Checked(NamedTuple):
    """A sealed segment as it lies in the vault: digests of the file and of the clear WebM, its length, how it ends (`whole`, `cut`)."""

    sealed: str
    clear: str
    bytes: int
    chunks: int
    state: str


class Custody:
    """One jurisdiction's custody at `where`: `unix:PATH` or `http://HOST:PORT`, as its `ready` line says. Use as `async with`."""

    def __init__(self, where: str, token: Secret | None = None) -> None:
        self._where = where
        self._token = token
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Custody:
        base, connector = self._where, None
        if self._where.startswith("unix:"):
            try:
                path = self._stack.enter_context(address(Path(self._where.removeprefix("unix:"))))
            except OSError as error:
                raise CustodyAway(f"{self._where}: {error.strerror}") from None
            base, connector = "http://custody", aiohttp.UnixConnector(path)
        headers = {"Authorization": f"Bearer {self._token.reveal()}"} if self._token else {}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS)
        self._http = await self._stack.enter_async_context(
            aiohttp.ClientSession(base, connector=connector, headers=headers, timeout=timeout, trust_env=False)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def public(self) -> PublicKeys:
        """The public halves in use. Raises CustodyAway, CustodyRefused."""
        async with self._ask("GET", "/public", None) as answer:
            try:
                return PublicKeys.decode(await answer.read())
            except KeysError as error:
                raise CustodyRefused("bad-answer", error.text) from None

    async def sign(self, statement: Mapping[str, Any], kind: Kind = "head") -> dict[str, Any]:
        """The record {kind: statement, "key", "signature"}. For what was signed before it is the first record, with the `at` of then.

        Raises CustodyAway, CustodyRefused (`contradicts`, `older`, `not-ours`, `bad-statement`).
        """
        async with self._ask("POST", "/sign", {kind: statement}) as answer:
            record: Any = canonical.read(await answer.read())
        given = record.get(kind) if isinstance(record, dict) else None
        if not isinstance(given, dict) or {**given, "at": None} != {**statement, "at": None}:
            raise CustodyRefused("bad-answer", "the record is about something else")
        if not isinstance(record.get("key"), str) or len(_signature(record)) != 64:
            raise CustodyRefused("bad-answer", "the record is not signed")
        return dict(record)

    async def sign_bytes(self, to_sign: bytes) -> tuple[str, bytes]:
        """Fingerprint and signature for canonical bytes of a statement: what an export or a daily tree asks for. Raises as `sign`.

        CustodyRefused `signed-before` when the same was signed with another `at`: then take the record that `sign` gives.
        """
        statement = canonical.read(to_sign)
        kind = _KINDS.get(statement.get("format")) if isinstance(statement, dict) else None
        if kind is None:
            raise CustodyRefused("bad-statement", "these are not the bytes of a statement that is signed")
        record = await self.sign(statement, kind)
        if record[kind] != statement:
            raise CustodyRefused("signed-before", f"the same was signed at {record[kind]['at']}")
        return record["key"], _signature(record)

    async def open_segment(self, wrapped: bytes, name: SegmentName, *, cut: bool = False) -> AsyncGenerator[bytes, None]:
        """The segment's WebM in clear, in pieces of at most 64 KiB. `wrapped` is the content of its `.key` file, `cut` what its entry says.

        Raises CustodyRefused (`damaged` with its place, also in the middle; `missing`, `foreign-key`, `not-unwrapped`), CustodyAway.
        Close it (`contextlib.aclosing`) when it is not read to its end.
        """
        began = False
        try:
            async with self._ask("POST", "/open", _question(wrapped, name, cut)) as answer:
                began = True
                async for piece in answer.content.iter_chunked(PIECE):
                    yield piece
        except CustodyAway:
            if began:
                await self.check_segment(wrapped, name, cut=cut)  # it broke off: this says why
            raise

    async def check_segment(self, wrapped: bytes, name: SegmentName, *, cut: bool = False) -> Checked:
        """The facts of a segment of which every chunk was verified. Raises as `open_segment`."""
        async with self._ask("POST", "/check", _question(wrapped, name, cut)) as answer:
            facts = await answer.json()
        if not isinstance(facts, dict) or facts.keys() != set(Checked._fields):
            raise CustodyRefused("bad-answer", "not the facts of a segment")
        return Checked(**facts)

    @contextlib.asynccontextmanager
    async def _ask(self, method: str, path: str, question: Mapping[str, Any] | None) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._http.request(method, path, json=question, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise await _refusal(answer)
                yield answer
        except aiohttp.ContentTypeError:
            raise CustodyRefused("bad-answer", "an answer of another kind") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CustodyAway(f"{self._where}: {error}") from None
        except ValueError as error:
            raise CustodyRefused("bad-answer", str(error)) from None


def _question(wrapped: bytes, name: SegmentName, cut: bool) -> dict[str, Any]:
    try:
        WrappedKey.decode(wrapped)
    except BadKey as error:
        raise CustodyRefused(error.code, error.reason) from None
    where = {"session": name.session, "publication": name.publication, "epoch": name.epoch, "segment": name.segment}
    return {"key": canonical.read(wrapped), **where, "state": "cut" if cut else "whole"}


def _signature(record: Mapping[str, Any]) -> bytes:
    """Empty when there is none."""
    try:
        return base64.b64decode(record["signature"], validate=True)
    except (KeyError, TypeError, ValueError):
        return b""


async def _refusal(answer: aiohttp.ClientResponse) -> CustodyRefused:
    try:
        said = await answer.json()
        return CustodyRefused(str(said["error"]), str(said["text"]), said.get("place"), said.get("chunk"))
    except (aiohttp.ContentTypeError, ValueError, KeyError, TypeError, AttributeError):
        return CustodyRefused("bad-answer", f"HTTP status {answer.status}")
