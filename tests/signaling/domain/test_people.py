"""People and kiosks as the policy sees them."""

from __future__ import annotations

from signaling.domain.people import EnrolledKiosk, Person
from signaling.domain.permissions import Actor


def test_a_clerks_skills_count_and_nobody_elses() -> None:
    clerk = Person("li", "李雷", "clerk", "jinshan", ("marriage-registration",))
    assert clerk.actor == Actor("clerk", "li", "jinshan", frozenset({"marriage-registration"}), "李雷")
    supervisor = Person("sun", "孙", "supervisor", "jinshan", ("marriage-registration",))
    assert supervisor.actor == Actor("supervisor", "sun", "jinshan", frozenset(), "孙")


def test_a_kiosk_belongs_to_where_it_stands() -> None:
    assert EnrolledKiosk("haiyan-k1", "haiyan", 1.0).actor == Actor("kiosk", "haiyan-k1", "haiyan")
