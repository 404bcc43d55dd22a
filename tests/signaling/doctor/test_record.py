"""The doctor reads the record of acts and refusals: whole and unbroken, or the place where it is not."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import HandClock
from signaling.domain.administration import Deed, refusal
from signaling.domain.permissions import RULES, Actor
from signaling.store.sqlite import FILE_NAME, open_store
from tests.contract.visits import T0
from tests.signaling.doctor.folder import RESIDENT, Patient


@pytest.fixture
def administered(patient: Patient) -> Patient:
    """With three acts on record in one jurisdiction, one in another."""

    async def act() -> None:
        async with await open_store(patient.data / FILE_NAME, HandClock()) as store:
            for home, kiosk in (("jinshan", "jinshan-k1"), ("jinshan", "jinshan-k2"), ("jinshan", "jinshan-k3"), ("haiyan", "haiyan-k1")):
                await store.record.note(Deed(home, "system-administrator:wu", "enrolment-code-made", {"kiosk": kiosk}), T0)

    asyncio.run(act())
    return patient


def test_a_record_that_holds_is_counted(administered: Patient) -> None:
    report = administered.examine()
    assert (report.findings, report.checked.deeds) == ([], 4)


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("UPDATE deed SET actor = 'system-administrator:li' WHERE seq = 2", "record of jinshan, entry 2"),
        ("DELETE FROM deed WHERE jurisdiction = 'haiyan'", "record of haiyan, entry 1"),
        ("UPDATE record SET seq = 9 WHERE jurisdiction = 'jinshan'", "record of jinshan, entry 4"),
    ],
)
def test_one_that_somebody_changed_is_not(administered: Patient, tampering: str, place: str) -> None:
    administered.sql(tampering)
    assert [(f.code, f.severity, f.place) for f in administered.examine().findings] == [("record-broken", "broken", place)]


def test_a_refusal_is_told_by_the_policys_own_names_and_nothing_else(patient: Patient) -> None:
    """Whoever wrote more into it, or lets somebody say what they did not: each with a chain that holds."""
    good = [refusal(Actor("clerk", "li", "jinshan"), act, "not-allowed") for act in RULES]
    bodies = [
        {"act": "hold", "code": "not-allowed"}, {"act": "hold", "code": "not-allowed", "kind": "clerk", "session": "session-1"},
        {"act": "GET /api/v1/sessions/王小明", "code": "not-allowed", "kind": "clerk"}, {"act": "hold; drop", "code": "not-allowed", "kind": "clerk"},
        {"act": "hold", "code": "Not allowed", "kind": "clerk"}, {"act": "hold", "code": 7, "kind": "clerk"}, {"act": "hold", "code": "not-allowed", "kind": "kiosk"},
    ]  # fmt: skip

    async def enter() -> None:
        async with await open_store(patient.data / FILE_NAME, HandClock()) as store:
            for deed in (*good, *(Deed("jinshan", "clerk:li", "access-refused", body) for body in bodies)):
                await store.record.note(deed, T0)

    asyncio.run(enter())
    report = patient.examine()
    assert [(f.code, f.severity, f.place) for f in report.findings] == [
        ("refusal-malformed", "broken", f"record of jinshan, entry {len(good) + n}") for n in range(1, len(bodies) + 1)
    ]
    assert report.checked.deeds == len(good) + len(bodies)


def test_no_name_stands_in_it(administered: Patient) -> None:
    administered.sql("UPDATE deed SET body = ? WHERE jurisdiction = 'haiyan'", f'{{"kiosk":"{RESIDENT}"}}')
    assert {(f.code, f.place) for f in administered.examine().findings} == {
        ("record-broken", "record of haiyan, entry 1"), ("name-in-ledger", "record of haiyan, entry 1"),
    }  # fmt: skip
