"""The homes' own systems as the settings name them: an address that takes events, or a folder. Wired in app.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from config.clock import Clock
from config.settings import Handover
from signaling.home_drop import DropFolder
from signaling.home_http import EventsOverHttp
from signaling.office.handover_ports import HomeSystem

TRIAL = "home-systems"
INBOX = "inbox"


def home_systems(settings: Handover, data: Path, homes: Sequence[str], clock: Clock) -> dict[str, HomeSystem]:
    """Home → its system. A folder's path is relative to DIR; in a trial each home that has none here has one of its own."""
    addresses = addresses_of(settings, data, homes)
    ca = Path(settings.ca_file) if settings.ca_file else None
    return {home: _system(address, data, settings, ca, clock) for home, address in addresses.items()}


def addresses_of(settings: Handover, data: Path, homes: Sequence[str]) -> Mapping[str, str]:
    """Home → `https://…` or a folder."""
    trial = {home: str(inbox(data, home)) for home in homes} if settings.start_receiver else {}
    return {**trial, **dict(entry.split("=", 1) for entry in settings.homes)}


def inbox(data: Path, home: str) -> Path:
    """Where a trial's home is handed its cases."""
    return data / TRIAL / home / INBOX


def _system(address: str, data: Path, settings: Handover, ca: Path | None, clock: Clock) -> HomeSystem:
    if address.startswith(("https://", "http://")):
        return EventsOverHttp(address, settings.timeout_seconds, ca)
    return DropFolder(data / address, clock, settings.timeout_seconds)
