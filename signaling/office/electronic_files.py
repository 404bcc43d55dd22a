"""The electronic file of a decided case, gathered from ledger, session's row and custody: what the metadata say, and every paper in clear.

Everything is read off the ledger as far as the home has signed it, so that the same file comes out however often it is made; what was
read from the catalogue (names) stands in the metadata, which the outbox keeps. Nothing touches a disk here.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from config.text import Text
from recordings import canonical, electronic_file, heads
from recordings.electronic_file import HEAD, KEY, PAPERS
from recordings.keys import PublicKeys, all_public
from recordings.ledger import Entry, utc
from recordings.manifest import SUFFIX
from recordings.package import NotPackable, Part
from signaling.domain.case import Case
from signaling.domain.handover import HandOver
from signaling.domain.parties import known_as
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import Closed, Ticket
from signaling.office.archive import Archive, Contents, Kept
from signaling.office.evidence_ports import Evidence, KeptHead
from signaling.office.paper_trail import papers
from signaling.wire.review import Paper

LANGUAGE = "zh-CN"
"""In which language things are named for the home's system."""
SAID = (
    "ticket-taken", "party", "identity-seen", "case-opened", "case-continued", "case-settled", "case-reopened", "talk-ended", "due-promised", "closed",
)  # fmt: skip
"""Entries beside those of the papers: what the case is, and how it was decided."""


class Books(Protocol):
    """Names and numbers out of the configuration."""

    def administrative_code(self, jurisdiction: str) -> str: ...

    def service_name(self, service: str, language: str) -> str: ...

    def material_name(self, service: str, at: float, place: int, language: str) -> str | None: ...

    def title(self, code: str) -> Text: ...


@dataclass(frozen=True, slots=True)
class _Filed:
    """A paper that is handed over: its name in the file, its digest, and what is known of it."""

    name: str
    digest: str
    paper: Paper

    @property
    def plain(self) -> dict[str, Any]:
        return {"file": self.name, "sha256": self.digest}


class ElectronicFiles:
    """`data` holds the public keys."""

    def __init__(self, evidence: Evidence, archive: Archive, books: Books, data: Path) -> None:
        self._evidence = evidence
        self._archive = archive
        self._books = books
        self._data = data

    async def described(self, handover: HandOver) -> bytes:
        """The metadata (canonical bytes), which fix the file. Raises `Refusal`: `not-now`, `head-pending`, `recording-erased`, `segment-damaged`."""
        contents = await self._archive.contents(handover.session)
        if not isinstance(contents.state, Closed):
            raise NotNow("the visit is not over")
        if contents.erased:
            raise Refusal("recording-erased")
        kept = _covering(await self._evidence.heads_of(handover.session), contents.entries)
        return await asyncio.to_thread(self._described, handover, contents, contents.state, kept)

    async def make(self, handover: HandOver, metadata: bytes) -> tuple[io.BytesIO, str]:
        """The file that these metadata fix, and its SHA-256. Raises `Refusal`: `segment-damaged`, `recording-erased`, `custody-away`."""
        contents = await self._archive.contents(handover.session)
        told = canonical.read(metadata)
        lying = {str(kept.fields["clear"]): kept for kept in contents.pictures.values()}
        parts = await asyncio.to_thread(self._proofs, contents.entries, told, await self._evidence.heads_of(handover.session))
        for each in told["files"]:
            if each["name"] not in parts:
                parts[each["name"]] = await self._clear(handover, lying.get(each["sha256"]))
        out = io.BytesIO()
        try:
            listed = [Part(name, _once(data)) for name, data in parts.items()]
            written = await asyncio.to_thread(electronic_file.write, out, metadata, listed)
        except NotPackable as error:
            raise Refusal("segment-damaged", str(error)) from None
        out.seek(0)
        return out, written.digest

    async def _clear(self, handover: HandOver, kept: Kept | None) -> bytes:
        if kept is None:
            raise Refusal("segment-damaged", "a paper that was described is not there")
        place = (kept.name.publication, kept.name.epoch, kept.name.segment)
        _, pieces = await self._archive.segment(handover.session, handover.home, place)
        return b"".join([piece async for piece in pieces])

    # --- what the file says -----------------------------------------------------------------------

    def _described(self, handover: HandOver, contents: Contents, closed: Closed, head: KeptHead) -> bytes:
        entries = contents.entries[: head.seq]
        case = next(each for each in closed.cases if each.number == handover.case)
        mine = [paper for paper in papers(entries) if (paper.case or closed.ticket.case) == case.number]  # an old ledger names none: there was one
        filed = list(_filed(mine, contents.pictures))
        proofs = self._proofs(entries, {"proof": {"seq": head.seq}, "files": [each.plain for each in filed]}, [head])
        digests = {each.name: each.digest for each in filed} | {name: hashlib.sha256(data).hexdigest() for name, data in proofs.items()}
        return canonical.write({
            "case": self._case(handover, closed, case), "consents": list(_consents(entries)), "files": electronic_file.listed(digests),
            "format": electronic_file.FORMAT, "forms": list(_forms(filed)), "materials": self._materials(case, filed, entries),
            "notices": [each.plain for each in filed if each.name.startswith("form/notice-")],
            "parties": list(_parties(closed.ticket, entries)),
            "proof": {"by": head.by, "code": head.code, "key": heads.read(head.record).key, "seq": head.seq},
        })  # fmt: skip

    def _case(self, handover: HandOver, closed: Closed, case: Case) -> dict[str, Any]:
        t = closed.ticket
        return {
            "case": handover.case, "clerk": closed.clerk, "closed": utc(closed.at), "due": handover.due, "home": t.home,
            "home-code": self._books.administrative_code(t.home), "home-name": self._books.title(t.home).zh, "host": t.host,
            "host-code": self._books.administrative_code(t.host), "host-name": self._books.title(t.host).zh, "kiosk": t.kiosk,
            "language": t.language, "n": handover.n, "opened": utc(t.taken_at), "outcome": handover.outcome, "reason": closed.reason,
            "referred-to": case.referred_to, "service": case.service, "service-name": self._books.service_name(case.service, LANGUAGE),
            "service-as-of": utc(case.as_of),
            "session": t.session, "ticket": t.number,
        }  # fmt: skip

    def _materials(self, case: Case, filed: Sequence[_Filed], entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """By place in the service's list, each with its pages as they were set straight and, where there is one, the checked copy."""
        judged = {e.body["number"]: list(e.body["reasons"]) for e in entries if e.what == "still-taken"}
        agreed = {e.body["digest"]: e.body["agreement"] for e in entries if e.what == "still-checked"}
        copies = {each.paper.still: each for each in filed if each.paper.kind == "still-checked"}
        found: dict[int, list[dict[str, Any]]] = {}
        for each in filed:
            if each.paper.kind == "still-page" and each.paper.material is not None:
                page: dict[str, Any] = {
                    **each.plain, "height": each.paper.height, "kept": True, "page": each.paper.page,
                    "reasons": judged.get(each.paper.still, []), "still": each.paper.still, "width": each.paper.width,
                }  # fmt: skip
                if (copy := copies.get(each.paper.still)) is not None:
                    page["checked"] = {**copy.plain, "agreement": agreed.get(copy.digest)}
                found.setdefault(each.paper.material, []).append(page)
        return [
            {"material": place, "name": self._books.material_name(case.service, case.as_of, place, LANGUAGE), "pages": pages}
            for place, pages in sorted(found.items())
        ]  # fmt: skip

    # --- what proves it ---------------------------------------------------------------------------

    def _proofs(self, entries: Sequence[Entry], told: Mapping[str, Any], kept: Iterable[KeptHead]) -> dict[str, bytes]:
        seq = told["proof"]["seq"]
        head = next((each for each in kept if each.role == "home" and each.seq == seq), None)
        if head is None:
            raise Refusal("segment-damaged", f"the head {seq} that was described is not there")
        signed = {each["sha256"] for each in told["files"]}
        chosen = [e.seq for e in entries[:seq] if e.what in SAID or e.what.startswith("consent-") or e.body.get("digest") in signed]
        return {
            HEAD: head.record, KEY: self._public(heads.read(head.record).key).encode(), PAPERS: electronic_file.proof(entries[:seq], chosen),
        }  # fmt: skip

    def _public(self, fingerprint: str) -> PublicKeys:
        found = next((public for public in all_public(self._data) if public.signing_fingerprint == fingerprint), None)
        if found is None:
            raise NotNow(f"the public key {fingerprint} is not known here", code="head-pending")
        return found


def _once(data: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: (data,)


def _covering(kept: Sequence[KeptHead], entries: Sequence[Entry]) -> KeptHead:
    """The home's newest head, which covers all that counts. Raises `NotNow` `head-pending`."""
    evidence = max((entry.seq for entry in entries if heads.is_evidence(entry.what)), default=0)
    newest = max((head for head in kept if head.role == "home"), key=lambda head: head.seq, default=None)
    if newest is None or newest.seq < evidence:
        raise NotNow("the home has not signed all of it yet", code="head-pending")
    return newest


def _filed(trail: Sequence[Paper], pictures: Mapping[tuple[str, int, int], Kept]) -> Iterator[_Filed]:
    """The papers that count, under their names in the file."""
    signed = {paper.form for paper in trail if paper.kind == "form-signed" and paper.standing == "counts"}
    for paper in trail:
        if paper.standing != "counts" or (paper.kind == "form" and paper.form in signed):
            continue
        name = _name(paper)
        if name is not None:
            kept = pictures[paper.publication, paper.epoch, paper.segment]
            if kept.fields["clear"] is None:
                raise Refusal("segment-damaged", f"{paper.publication} {paper.segment} is not whole")
            yield _Filed(f"{name}.{SUFFIX[paper.media]}", str(kept.fields["clear"]), paper)


def _name(paper: Paper) -> str | None:
    """None for what is not handed over: originals as they came, pages' pictures and transcripts stay with the recording."""
    match paper.kind:
        case "still-page":
            return f"materials/{paper.material:02}-{paper.page:02}-{paper.still}"
        case "still-checked":
            return f"materials/{paper.material:02}-{paper.page:02}-{paper.still}-checked"
        case "form":
            return f"form/{paper.code}-{paper.form}-unsigned"
        case "form-signed":
            return f"form/{paper.code}-{paper.form}-{paper.segment}"
        case "signature":
            return f"form/signature-{paper.segment}"
        case "signature-record":
            return f"form/signature-{paper.segment}-record"
        case "notice":
            return f"form/notice-{paper.segment}"
        case _:
            return None


def _forms(filed: Sequence[_Filed]) -> Iterator[dict[str, Any]]:
    for each in filed:
        if each.paper.kind in ("form", "form-signed"):
            mine = [other for other in filed if other.paper.form == each.paper.form and other.paper.kind == "signature"]
            records = {o.paper.segment: o for o in filed if o.paper.form == each.paper.form and o.paper.kind == "signature-record"}
            yield {
                **each.plain, "code": each.paper.code, "form": each.paper.form, "signed": each.paper.kind == "form-signed",
                "signatures": [
                    {**one.plain, "record": records[one.paper.segment].name, "signer": one.paper.signer}
                    for one in sorted(mine, key=lambda one: (one.paper.signer or 0, one.paper.segment)) if one.paper.segment in records
                ],
                "version": each.paper.version,
            }  # fmt: skip


def _parties(ticket: Ticket, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Whoever asks, and how well they are known in the end, with their number: this file goes to the office that decides, and to nobody else."""
    people = tuple(party.level for party in ticket.parties)
    for entry in entries:
        if entry.what == "identity-seen":
            people = known_as(people, entry.body["party"], entry.body["level"])
    for place, (party, level) in enumerate(zip(ticket.parties, people, strict=True)):
        number = {"id-number": party.id_number} if party.id_number is not None else {}
        yield {"level": level, "name": party.name, "place": place, **number}


def _consents(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if entry.what.startswith("consent-"):
            named = {key: entry.body[key] for key in ("text", "version", "language") if key in entry.body}
            yield {"answer": entry.what.removeprefix("consent-"), "at": entry.at, **named}
