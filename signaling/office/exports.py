"""A session's whole evidence as one package (docs/package.md): gathered from store, vaults and custody, signed by the home, entered first.

The ZIP is written on a thread, front to back; what is in it is asked for piece by piece, so that memory stays flat whatever the length.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from config.clock import Clock
from recordings import heads, manifest, package, remux
from recordings.custody_client import CustodyAway, CustodyRefused
from recordings.ebml import BadWebM
from recordings.keys import PublicKeys, all_public
from recordings.ledger import Entry, utc
from recordings.manifest import Form
from recordings.package import Part
from recordings.vault import VaultError
from signaling.domain.effects import Enter
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import Closed, Ticket, WrappingUp, ticket_of
from signaling.office.archive import Archive, Contents, Kept, Place
from signaling.office.evidence_ports import Evidence, KeptHead
from signaling.office.notary import Custodians

READ = 1 << 20


class Words(Protocol):
    """The wording of consents, also of versions that are no longer in force."""

    def wording(self, text: str, version: str, language: str) -> str | None: ...


class Exports:
    """`data` holds the public keys."""

    def __init__(
        self, evidence: Evidence, archive: Archive, custodians: Custodians, words: Words, data: Path, clock: Clock
    ) -> None:
        self._evidence = evidence
        self._archive = archive
        self._custodians = custodians
        self._words = words
        self._data = data
        self._clock = clock

    async def check(self, session: str) -> None:
        """Whether a package can be made of it now, before anybody spends an approval on it. Raises as `export` does before it enters anything."""
        self._check(await self._archive.contents(session), await self._evidence.heads_of(session))

    async def export(
        self, session: str, to: Path, form: Form, entry: Enter, actor: str, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Write the package to the new file `to`; returns its length. `entry` (who exports, and why) is entered before. `progress` is told
        bytes written and bytes to write, roughly, on another thread.

        Raises `Refusal`: `unknown-session`, `not-now` while it lasts, `head-pending`, `recording-erased`, `segment-damaged`,
        `custody-away`; FileExistsError, OSError.
        """
        contents = await self._archive.contents(session)
        kept = await self._evidence.heads_of(session)
        self._check(contents, kept)
        await self._evidence.note(session, [entry], self._clock.now(), actor)
        contents = await self._archive.contents(session)
        ticket = ticket_of(contents.state)
        try:
            custody = await self._custodians.of(ticket.home)
            signer = (await custody.public()).signing
            sealed = [*contents.segments.values(), *contents.pictures.values()]
            keys = {kept.key: await self._archive.wrapped_key(kept.key) for kept in sealed}
            gathered = _Gathering(session, ticket.home, contents, self._archive, asyncio.get_running_loop(), keys)
            await gathered.measure(progress)
            packed = package.Contents(
                session, utc(self._clock.now()), form, contents.entries, [*gathered.parts(form), *self._consents(contents.entries)],
                [head.record for head in kept], [public.encode() for public in self._parties(ticket)],
            )

            def sign(statement: bytes) -> bytes:
                signed: tuple[str, bytes] = gathered.wait(custody.sign_bytes(statement))
                return signed[1]

            return await asyncio.to_thread(_write, to, packed, signer, sign, gathered.written)
        except CustodyAway as away:
            raise NotNow(str(away), code="custody-away") from None
        except CustodyRefused as refused:
            raise Refusal("custody-refused", str(refused)) from None
        except (VaultError, BadWebM, package.NotPackable) as error:
            raise Refusal("segment-damaged", str(error)) from None

    def _check(self, contents: Contents, kept: Sequence[KeptHead]) -> None:
        if not isinstance(contents.state, WrappingUp | Closed):
            raise NotNow("the session is not over")
        if contents.erased:
            raise Refusal("recording-erased")
        evidence = max((entry.seq for entry in contents.entries if heads.is_evidence(entry.what)), default=0)
        if max((head.seq for head in kept if head.role == "home"), default=0) < evidence:
            raise NotNow("the home has not signed all of it yet", code="head-pending")

    def _parties(self, ticket: Ticket) -> list[PublicKeys]:
        return [public for public in all_public(self._data) if public.jurisdiction in (ticket.home, ticket.host)]

    def _consents(self, entries: Sequence[Entry]) -> Iterator[Part]:
        answered = {(e.body["text"], e.body["version"], e.body["language"]) for e in entries if e.what in ("consent-given", "consent-refused", "consent-withdrawn")}
        for text, version, language in sorted(answered):
            words = self._words.wording(text, version, language)
            if words is None:
                raise Refusal("consent-unknown", f"nobody has the words of {text} in its version {version}")
            yield Part(manifest.consent_file(text, version, language), _once(words.encode()))


class _Gathering:
    """The recording's files. Everything but `measure` is called on the thread that writes; `wait` lets the event loop do it."""

    def __init__(
        self, session: str, home: str, contents: Contents, archive: Archive, loop: asyncio.AbstractEventLoop, keys: Mapping[str, bytes]
    ) -> None:
        self._session = session
        self._home = home
        self._contents = contents
        self._archive = archive
        self._loop = loop
        self._keys = keys
        self._expected = 0
        self._progress: Callable[[int, int], None] | None = None

    async def measure(self, progress: Callable[[int, int], None] | None) -> None:
        """How much there will be: the sealed lengths say it well enough."""
        clear = sum(int(kept.fields["bytes"]) for kept in self._contents.segments.values())
        self._expected = 2 * clear + sum(int(kept.fields["bytes"]) for kept in self._contents.pictures.values())
        self._progress = progress

    def written(self, count: int) -> None:
        if self._progress is not None:
            self._progress(min(count, self._expected), self._expected)

    def wait(self, work: Any) -> Any:
        """The result of something that the event loop does."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def parts(self, form: Form) -> Iterator[Part]:
        for kept in self._contents.segments.values():
            name = kept.name
            is_cut = kept.fields["clear"] is None
            if form == "sealed" or is_cut:
                yield Part(manifest.segment_file(name.publication, name.epoch, name.segment, "sealed", self._session), self._sealed(kept))
            if form == "clear":
                yield Part(manifest.segment_file(name.publication, name.epoch, name.segment, "clear", self._session), self._clear(kept))
        if form == "sealed":
            for kept in self._contents.pictures.values():
                name = kept.name
                yield Part(manifest.segment_file(name.publication, name.epoch, name.segment, "sealed", self._session), self._sealed(kept))
            for key, content in sorted(self._keys.items()):
                yield Part(manifest.wrapped_key_file(key), _once(content))
            return
        for file, kept in self._filed().items():
            yield Part(file, self._clear(kept))
        for track in self._contents.recorded.tracks:
            if track["segments"]:
                yield Part(manifest.playable_file(track["publication"]), self._playable(track["publication"]))

    def _filed(self) -> dict[str, Kept]:
        """The file of each entry that stands for one, and where it lies sealed. Two entries may stand for the same bytes: both have a file."""
        lying = {str(kept.fields["clear"]): kept for kept in self._contents.pictures.values()}
        filed = {}
        for entry in self._contents.entries:
            if entry.what in manifest.FILED and (kept := lying.get(str(entry.body["digest"]))) is not None:
                id = str(entry.body[manifest.FILED[entry.what][0]])
                filed[manifest.filed_file(entry.what, id, manifest.SUFFIX[kept.media])] = kept
        return filed

    def _sealed(self, kept: Kept) -> Callable[[], Iterator[bytes]]:
        def read() -> Iterator[bytes]:
            with self._archive.first_blocking(lambda vault: vault.open_segment(kept.name)) as file:
                while data := file.read(READ):
                    yield data

        return read

    def _clear(self, kept: Kept) -> Callable[[], Iterator[bytes]]:
        place: Place = (kept.name.publication, kept.name.epoch, kept.name.segment)

        async def whole() -> bytes:
            _, pieces = await self._archive.segment(self._session, self._home, place)
            return b"".join([piece async for piece in pieces])

        # One segment at a time is in memory: some seconds, and one change of thread instead of one for each piece.
        return lambda: iter((self.wait(whole()),))

    def _playable(self, publication: str) -> Callable[[], Iterator[bytes]]:
        mine = sorted(
            (kept for kept in self._contents.segments.values() if kept.name.publication == publication),
            key=lambda kept: (kept.fields["start"], kept.name.epoch, kept.name.segment),
        )
        parts = [remux.Part(int(kept.fields["start"]), self._clear(kept)) for kept in mine]
        return lambda: remux.remux(parts)


def _write(to: Path, packed: package.Contents, signer: bytes, sign: Callable[[bytes], bytes], written: Callable[[int], None]) -> int:
    """Whole or not at all."""
    part = to.with_name(to.name + ".part")
    if to.exists():
        raise FileExistsError(str(to))
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w+b") as out:
            done = package.write(out, packed, signer, sign, written)
            out.flush()
            os.fsync(out.fileno())
        part.rename(to)
    finally:
        part.unlink(missing_ok=True)
    return done.size


def _once(data: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter((data,))
