"""A recorded visit that is decided, with its outbox and a home's system that does as it is told, for tests of handing over."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from config.text import Text
from recordings import canonical
from recordings.album import PDF, PNG, Album, Picture, Sealing
from recordings.journal_entries import told
from recordings.keys import load_public
from signaling.domain.effects import Enter
from signaling.domain.handover import HandOver, RetryPolicy
from signaling.office.evidence_ports import Fact
from signaling.office.handover_ports import Delivery
from signaling.office.handovers import HandOvers
from signaling.office.notices import NOTICE
from tests.contract.visits import T0
from tests.signaling.office.recorded_visit import ORIGIN, SESSION, RecordedVisit, recorded_visit

POLICY = RetryPolicy()
FORM = "1500"
CASE = "310116-330424-20261123-0001"


class Books:
    """Names of everything."""

    def administrative_code(self, jurisdiction: str) -> str:
        return {"jinshan": "310116", "haiyan": "330424"}[jurisdiction]

    def service_name(self, service: str, language: str) -> str:
        return "结婚登记"

    def material_name(self, service: str, at: float, place: int, language: str) -> str | None:
        return f"材料{place}"

    def title(self, code: str) -> Text:
        return Text("金山", "Jinshan") if code == "jinshan" else Text("海盐", "Haiyan")


class Home:
    """A home's own system in memory. `answers` are what happens to the next deliveries, before and after it has taken one."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.receipts: dict[str, str] = {}
        self.deliveries: list[Delivery] = []
        self.before: list[Exception | Callable[[], Any]] = []
        self.after: list[Exception] = []
        self.away: Exception | None = None

    async def deliver(self, delivery: Delivery) -> str:
        self.deliveries.append(delivery)
        if self.away is not None:
            raise self.away
        if self.before:
            thing = self.before.pop(0)
            if isinstance(thing, Exception):
                raise thing
            await thing()
        id, content = delivery.statement.id, delivery.file.read()
        assert hashlib.sha256(content).hexdigest() == delivery.statement.digest
        assert self.taken.setdefault(id, content) == content, "another file under the same id"
        self.receipts.setdefault(id, f"R-{len(self.receipts) + 1}")
        if self.after:
            raise self.after.pop(0)
        return self.receipts[id]

    async def close(self) -> None:
        """Nothing is open."""


class Outbox:
    """The visit, its outbox and its home."""

    def __init__(self, visit: RecordedVisit) -> None:
        self.visit = visit
        self.home = Home()
        self.office = self.opened()

    def opened(self) -> HandOvers:
        """A server that has just started."""
        v = self.visit
        return HandOvers(
            v.store.handovers, v.store.evidence, v.archive, v.custodians, Books(), {"jinshan": self.home}, POLICY, v.data, v.clock,
            structlog.get_logger(),
        )  # fmt: skip

    async def look(self) -> float:
        return await self.office.look("jinshan")

    async def later(self, seconds: float) -> None:
        """Time passes, and the outbox is looked at whenever it wants to be."""
        until = self.visit.clock.now() + seconds
        while self.visit.clock.now() < until:
            pause = await self.look()
            self.visit.clock.advance(max(min(pause, until - self.visit.clock.now()), 0.001))
        await self.look()

    async def row(self) -> HandOver:
        [row] = await self.visit.store.handovers.handovers()
        return row

    async def said(self) -> list[str]:
        """What the ledger says of it."""
        return [e.what for e in await self.visit.store.ledger_of(SESSION) if e.what.startswith(("handed", "handover"))]

    async def incidents(self) -> list[str]:
        return sorted(i.kind for i in await self.visit.store.evidence.incidents("jinshan") if i.kind.startswith("handover"))

    def file(self) -> io.BytesIO:
        """What the home has."""
        [content] = self.home.taken.values()
        return io.BytesIO(content)


async def give_papers(visit: RecordedVisit) -> dict[str, bytes]:
    """A form was frozen, signed and printed anew in the talk, and a notice given; returns the papers by the name of their publication."""
    public = load_public(visit.data, "jinshan")
    papers = {
        "form.paper": (b"%PDF paper", PDF, 1500), "signature.record": (b'{"strokes":[]}', "application/json", 1600),
        "signature.picture": (b"\x89PNG ink", PNG, 1600), "form.signed": (b"%PDF signed", PDF, 1700),
        NOTICE: (b"%PDF notice", PDF, 1800),
    }  # fmt: skip
    for publication, (data, media, number) in papers.items():
        put = Album([visit.vault.root]).put(
            Sealing(SESSION, "jinshan", public.sealing, ORIGIN), number, [Picture(publication, data, 0, 0, media)], ORIGIN + number
        )
        facts = [Fact(n) if (fact := told(line)) is None else Fact(n, fact.session, fact.entry, fact.body) for n, line in enumerate(put.lines, 1)]
        await visit.store.evidence.keep(put.life, facts, T0 + 63)
    digest = {name: hashlib.sha256(data).hexdigest() for name, (data, _, _) in papers.items()}
    await visit.store.evidence.note(SESSION, [
        Enter("form-frozen", {"case": CASE, "form": FORM, "code": "marriage-declaration", "version": "2025-05-10", "values": "0" * 64, "digest": digest["form.paper"]}),
        Enter("signature-drawn", {"picture": "1600-picture", "digest": digest["signature.picture"]}),
        Enter("signature-given", {
            "signature": "1600", "digest": digest["signature.record"], "form": FORM, "pdf": digest["form.paper"], "page": "1500-1", "shown": "0" * 64,
            "place": 0, "drawn": "1600-picture",
        }),
        Enter("form-signed", {"paper": "1700", "form": FORM, "digest": digest["form.signed"]}),
        Enter("notice-given", {"case": CASE, "notice": "1800", "digest": digest[NOTICE], "n": 1, "because": "gaps", "lines": [], "form": None, "follow-by": None}),
    ], T0 + 64, "server")  # fmt: skip
    return {name: data for name, (data, _, _) in papers.items()}


@asynccontextmanager
async def decided(data: Path, *, signed: bool = True) -> AsyncIterator[Outbox]:
    """A visit with a still and a signed form is over, accepted, and (unless not `signed`) its ledger's head is signed."""
    async with recorded_visit(data) as visit:
        await visit.take_place(closed=False, still=True)
        await give_papers(visit)
        await visit.ends()
        if signed:
            await visit.signed()
        yield Outbox(visit)


def metadata(outbox: Outbox) -> Any:
    """What the metadata of the home's file say."""
    import zipfile

    with zipfile.ZipFile(outbox.file()) as file:
        return canonical.read(file.read("metadata/case.json"))
