"""Evidence for the stores to keep: a writer's facts, heads as custody signs them, and what a ledger says of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from recordings import canonical, heads, ledger
from recordings.data_key import fingerprint
from signaling.domain.approvals import Approval, Deed
from signaling.domain.effects import Enter
from signaling.domain.events import ClerkEnded, WrapUpCompleted
from signaling.office.evidence_ports import Fact, KeptHead, Role
from signaling.office.ports import Cause, Stored
from tests.contract.conftest import AnyStore
from tests.contract.visits import T0, moved, opened, rung_by

LIFE = "00112233aabbccdd"
KEYS = {jurisdiction: Ed25519PrivateKey.generate() for jurisdiction in ("jinshan", "haiyan", "pinghu")}


def byte(n: int, session: str = "session-1", at: int | None = None) -> Fact:
    """Line `n` of a journal: a first byte, each of another moment."""
    return Fact(n, session, "rec-first-byte", {"publication": "resident.camera", "epoch": 1, "at": n * 100 if at is None else at})


def segment(n: int, session: str = "session-1", state: str = "whole") -> Fact:
    span = {"start": n * 1000, "end": n * 1000 + 1000}
    return Fact(n, session, "rec-segment", {"publication": "resident.camera", "epoch": 1, "segment": n, "media": "video/webm", "state": state, **span})


async def rec(store: AnyStore, session: str = "session-1") -> list[int]:
    """The moments of the first bytes in the session's ledger, which holds."""
    entries = await store.ledger_of(session)
    ledger.verify(session, entries)
    return [entry.body["at"] for entry in entries if entry.what == "rec-first-byte"]


async def what(store: AnyStore, session: str = "session-1") -> list[str]:
    entries = await store.ledger_of(session)
    ledger.verify(session, entries)
    return [entry.what for entry in entries]


async def head(store: AnyStore, role: Role = "home", by: str = "jinshan", session: str = "session-1", upto: int | None = None) -> tuple[KeptHead, Enter]:
    """The head of the ledger as it stands (or of its first `upto` entries), and the entry that says so."""
    entries = await store.ledger_of(session)
    signed = heads.head(session, entries[:upto], by, role, ledger.utc(T0 + 700))
    private = KEYS[by]
    key = fingerprint(private.public_key().public_bytes_raw())
    record = canonical.write({
        "head": canonical.read(signed.to_sign()), "key": key, "signature": base64.b64encode(private.sign(signed.to_sign())).decode(),
    })  # fmt: skip
    kept = KeptHead(session, signed.seq, role, by, record, heads.short_code(record) if role == "home" else None)
    return kept, Enter("head-signed", {"by": by, "key": key, "seq": signed.seq, "digest": signed.digest})


async def signed(store: AnyStore, role: Role = "home", by: str = "jinshan", session: str = "session-1", upto: int | None = None) -> KeptHead:
    """Such a head, kept."""
    kept, entry = await head(store, role, by, session, upto)
    await store.evidence.add_head(kept, entry, T0 + 700)
    return kept


async def talked(store: AnyStore, session: str = "session-1", home: str = "jinshan", clerk: str = "li", at: float = T0) -> Stored:
    """A talk that is over; the clerk completes the case."""
    by = Cause(f"clerk:{clerk}")
    before = await moved(store, await opened(store, session, home=home, at=at), *rung_by(clerk, f"at-{clerk}"), cause=by)
    return await moved(store, before, ClerkEnded("accepted"), cause=by, now=T0 + 600)


async def closed(store: AnyStore, session: str = "session-1", home: str = "jinshan", clerk: str = "li", at: float = T0 + 900) -> Stored:
    """And the visit too."""
    return await moved(store, await talked(store, session, home, clerk), WrapUpCompleted("accepted"), cause=Cause(f"clerk:{clerk}"), now=at)


def wish(name: str = "r-1", session: str = "session-1", by: str = "zhou", at: float = T0, deed: Deed = "export") -> Approval:
    return Approval(name, deed, session, "jinshan", "complaint", by, at)


ASKED = Enter("export-asked", {"request": "r-1"})


def bodies(entries: Sequence[ledger.Entry], kind: str) -> list[dict[str, Any]]:
    return [dict(entry.body) for entry in entries if entry.what == kind]
