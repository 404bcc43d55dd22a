"""Looking at a session later, or while it lasts: with a purpose, on the record, and with what proves it."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import msgspec

from config.clock import Clock
from recordings import heads, ledger
from recordings.keys import all_public
from recordings.ledger import Entry
from recordings.names import BadName, SegmentName
from recordings.vault import VaultError
from signaling.domain.approvals import Purpose
from signaling.domain.effects import Enter
from signaling.domain.permissions import Actor
from signaling.domain.records import record_of
from signaling.domain.refusals import NotAllowed, Refusal
from signaling.domain.states import AnyState, WrappingUp, talk_of, ticket_of
from signaling.office.archive import Archive, Contents, Kept, Place
from signaling.office.evidence_ports import Evidence, KeptHead
from signaling.office.once import Once
from signaling.office.paper_trail import papers
from signaling.wire import review as wire

READ = 1 << 20


class Review:
    """Every view is an entry of the session's ledger. `data` holds the public keys."""

    def __init__(self, evidence: Evidence, archive: Archive, data: Path, clock: Clock, view_seconds: float) -> None:
        self._evidence = evidence
        self._archive = archive
        self._data = data
        self._clock = clock
        self._view_seconds = view_seconds
        self._once = Once(evidence, clock)

    # --- views ------------------------------------------------------------------------------------

    async def open_view(self, who: Actor, session: str, purpose: Purpose) -> wire.ViewOpened:
        """From now on `who` may play this session, for a while."""
        now = self._clock.now()
        await self._evidence.open_view(session, who.id, purpose, now, Enter("viewed", {"by": who.id, "purpose": purpose}))
        return wire.ViewOpened(now + self._view_seconds)

    async def _check_view(self, who: Actor, session: str) -> None:
        """Raises `NotAllowed` `purpose-needed`."""
        if not await self._may_view(who, session):
            raise NotAllowed(code="purpose-needed")

    async def _may_view(self, who: Actor, session: str) -> bool:
        since = await self._evidence.view_since(session, who.id)
        return since is not None and self._clock.now() - since < self._view_seconds

    # --- what was recorded ------------------------------------------------------------------------

    async def timeline(self, who: Actor, session: str) -> wire.Timeline:
        """Tracks, intervals, events and completeness."""
        if not await self._may_view(who, session):
            await self._once.enter(who, session, "timeline", Enter("timeline-read", {"by": who.id}))
        contents = await self._archive.contents(session)
        return await asyncio.to_thread(timeline, contents)

    async def segment(self, who: Actor, session: str, publication: str, epoch: str, segment: str) -> tuple[Kept, AsyncIterator[bytes]]:
        """A segment for the player. Raises `purpose-needed`, `unknown-segment`, `segment-damaged`, `recording-erased`, `custody-away`."""
        await self._check_view(who, session)
        try:
            name = SegmentName(session, publication, _number(epoch), _number(segment))
        except BadName:
            raise Refusal("unknown-segment") from None
        stored = await self._evidence.session(session)
        if stored is None:
            raise Refusal("unknown-session")
        keeping = await self._evidence.keeping(session)
        if keeping is not None and keeping.erased_at is not None:  # decided, even where a disk still refuses
            raise Refusal("recording-erased")
        place: Place = (name.publication, name.epoch, name.segment)
        return await self._archive.playable(session, ticket_of(stored.state).home, place)

    # --- what proves it ---------------------------------------------------------------------------

    async def integrity(self, who: Actor, session: str) -> wire.Integrity:
        """Chain, signatures and the digest of every file, looked at now. Raises `purpose-needed`."""
        await self._check_view(who, session)
        contents = await self._archive.contents(session)
        kept = await self._evidence.heads_of(session)
        return await asyncio.to_thread(self._integrity, session, contents, kept)

    def _integrity(self, session: str, contents: Contents, kept: Sequence[KeptHead]) -> wire.Integrity:
        ticket, entries = ticket_of(contents.state), contents.entries
        broken: str | None = None
        try:
            ledger.verify(session, entries)
        except ledger.Broken as error:
            broken = str(error)
        keys = {public.signing_fingerprint: public.signing for public in all_public(self._data)}
        signatures = [_signature(head, entries, keys) for head in kept]
        evidence = max((entry.seq for entry in entries if heads.is_evidence(entry.what)), default=0)
        home = max((s.seq for s in signatures if s.role == "home" and s.valid), default=0)
        host = max((s.seq for s in signatures if s.role == "host" and s.valid), default=0)
        files = [*contents.segments.values(), *contents.pictures.values()]
        damaged = [] if contents.erased else [str(kept.name) for kept in files if not self._is_as_told(kept)]
        return wire.Integrity(
            entries=len(entries), digest=entries[-1].digest if entries else "", chain=broken, signatures=signatures,
            home_signed=home >= evidence > 0, host_signed=None if ticket.host == ticket.home else host >= evidence > 0,
            segments=len(files), verified=0 if contents.erased else len(files) - len(damaged), damaged=damaged,
            gaps=dict(Counter(gap["cause"] for track in contents.recorded.tracks for gap in track["gaps"])),
        )  # fmt: skip

    def _is_as_told(self, kept: Kept) -> bool:
        digest = hashlib.sha256()
        try:
            with self._archive.first_blocking(lambda vault: vault.open_segment(kept.name)) as file:
                while data := file.read(READ):
                    digest.update(data)
        except (VaultError, OSError):
            return False
        return digest.hexdigest() == str(kept.fields["sealed"])

    # --- incidents --------------------------------------------------------------------------------

    async def incidents(self, who: Actor) -> wire.Incidents:
        """Of one's own jurisdiction: those to do first."""
        found = await self._evidence.incidents(who.jurisdiction)
        return wire.Incidents([wire.Incident(i.id, i.session, i.kind, i.at, i.done_at, i.done_by) for i in found])

    async def end_incident(self, who: Actor, incident: str) -> None:
        """Somebody has looked at it. Raises `unknown-incident`."""
        if not await self._evidence.end_incident(incident, who.jurisdiction, who.id, self._clock.now()):
            raise Refusal("unknown-incident")


def timeline(contents: Contents) -> wire.Timeline:
    """As the player reads it. Pure."""
    ticket, record, facts = ticket_of(contents.state), record_of(contents.state), contents.recorded
    origin = facts.origin if facts.origin is not None else round(ticket.taken_at * 1000)
    ends = [span["end"] for track in facts.tracks for span in (*track["segments"], *track["gaps"])]
    return wire.Timeline(
        session=ticket.session, case=ticket.case, number=ticket.number, service=ticket.service, kiosk=ticket.kiosk, host=ticket.host,
        home=ticket.home, clerk=record.clerk, state=record.state, origin=facts.origin, live=talk_of(contents.state) is not None,
        needs_word=_needs_word(contents.state),
        length=max(ends, default=0),
        tracks=[
            wire.TimelineTrack(
                track["publication"], track["required"],
                [wire.TrackSegment(s["epoch"], s["segment"], s["start"], s["end"], s["media"], s["state"]) for s in track["segments"]],
                [wire.TrackGap(g["epoch"], g["start"], g["end"], g["cause"]) for g in track["gaps"]],
            )
            for track in facts.tracks
        ],
        intervals=[wire.TimelineInterval(i["publication"], i["kind"], i["start"], i["end"]) for i in facts.intervals],
        events=[_event(entry, origin) for entry in contents.entries if not entry.what.startswith("rec-")],
        papers=papers(contents.entries),
        completeness=wire.Completeness(
            not facts.missing, [wire.MissingTime(m["publication"], m["start"], m["end"]) for m in facts.missing]
        ),
    )  # fmt: skip


def _needs_word(state: AnyState) -> bool:
    talk = state.talk if isinstance(state, WrappingUp) else talk_of(state)
    return talk is not None and not talk.recording.lets_accept and talk.recording.light != "awaited"


def _event(entry: Entry, origin: int) -> wire.TimelineEvent:
    at = round(dt.datetime.fromisoformat(entry.at).timestamp() * 1000) - origin
    return wire.TimelineEvent(entry.seq, at, entry.at, entry.what, entry.actor, msgspec.Raw(msgspec.json.encode(dict(entry.body))))


def _signature(kept: KeptHead, entries: Sequence[Entry], keys: Mapping[str, bytes]) -> wire.Signature:
    record = heads.read(kept.record)
    head = record.head
    try:
        heads.verify(kept.record, keys[record.key])
        now = heads.head(head.session, entries[: head.seq], head.by, head.role, head.at)
        valid = now == head
    except (heads.NotSigned, KeyError, ledger.Broken, ValueError):
        valid = False
    return wire.Signature(kept.role, kept.by, kept.seq, record.key, head.at, kept.code, valid)


def _number(text: str) -> int:
    """Raises BadName for anything but a plain number."""
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        raise BadName("number", text)
    return int(text)
