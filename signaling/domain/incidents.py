"""What a supervisor must look at: incidents are read off the ledger, so that none is raised without its fact, and none is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

IncidentKind = Literal["recording-late", "recording-broken", "evidence-incomplete", "segment-suspect", "break-glass", "acceptance-allowed", "notice-twice", "handover-stuck", "handover-refused"]


class Incident(msgspec.Struct, frozen=True):
    """One thing to look at, at most one of a kind in a session. Times are seconds since 1970-01-01 UTC."""

    id: str
    session: str
    home: str
    kind: IncidentKind
    at: float
    done_at: float | None = None
    done_by: str | None = None


def incident_of(what: str, body: Mapping[str, Any]) -> IncidentKind | None:
    """The incident that an entry of a ledger is, if it is one."""
    match what:
        case "recording-late" | "evidence-incomplete" | "acceptance-allowed" | "handover-stuck" | "handover-refused":
            return what
        case "recording-light" if not body["on"] and body["reason"] != "node-lost":  # a lost room is recorded again by itself
            return "recording-broken"
        case "rec-gap" if body["cause"] == "disk":  # the disk may refuse between two segments, and then none of them is suspect
            return "recording-broken"
        case "rec-segment" if body["state"] == "suspect":
            return "segment-suspect"
        case "exported" if body.get("break-glass"):
            return "break-glass"
        case "notice-given" if body["n"] > 1:  # everything is to be told at once
            return "notice-twice"
        case _:
            return None


def incident_id(session: str, kind: IncidentKind) -> str:
    """At most one of a kind in a session: raised again it is the same one, and to do again if somebody had done it."""
    return f"{session}.{kind}"
