"""A ticket opens one socket, once, for a short while."""

from __future__ import annotations

import secrets

import pytest

from signaling.auth import tickets as module
from signaling.auth.tickets import Tickets
from signaling.domain.permissions import Actor

LI = Actor("clerk", "li", "jinshan", frozenset({"marriage-registration"}))
KIOSK = Actor("kiosk", "haiyan-1", "haiyan")


def test_a_ticket_stands_for_its_actor_once() -> None:
    tickets = Tickets(30, secrets.token_bytes)
    of_li, of_kiosk = tickets.issue(LI, 0), tickets.issue(KIOSK, 1)
    assert tickets.redeem(of_kiosk, 2) == KIOSK
    assert tickets.redeem(of_li, 3) == LI
    assert tickets.redeem(of_li, 3) is None
    assert tickets.redeem("nonsense", 3) is None
    assert tickets.redeem("\ud800", 3) is None


def test_a_ticket_is_good_for_half_a_minute() -> None:
    tickets = Tickets(30, secrets.token_bytes)
    early, late = tickets.issue(LI, 0), tickets.issue(LI, 0)
    assert tickets.redeem(early, 29.9) == LI
    assert tickets.redeem(late, 30) is None
    assert tickets.redeem(late, 1) is None, "whoever shows it too late has used it"


def test_tickets_that_nobody_used_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = Tickets(30, secrets.token_bytes)
    for second in range(100):
        tickets.issue(LI, second)
    assert len(tickets) == 30
    monkeypatch.setattr(module, "MOST_TICKETS", 10)
    kept = tickets.issue(KIOSK, 99)
    assert len(tickets) == 10
    assert tickets.redeem(kept, 99) == KIOSK
