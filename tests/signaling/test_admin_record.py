"""`admin record list`: what was done and refused in a jurisdiction, read by the audit administrator, and whether the chain holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from config.clock import SystemClock
from signaling.domain.permissions import Actor
from signaling.office.once import Once, OnceOnRecord
from signaling.office.refusals import Refusals
from signaling.store.sqlite import FILE_NAME, SqlStore
from tests.signaling.admin_shell import Shell


def test_everything_that_was_done_and_refused(shell: Shell) -> None:
    shell("people add li --role clerk --skill jinshan-newborn --name 李雷", by="zheng")
    shell("kiosks enrol jinshan-k1", by="wu")
    shell("people disable li", code=1, by="wu")
    told = shell("record list --verify", by="sun")
    assert "the chain of 3 entries holds" in shell.said
    assert [line.split()[2:4] for line in told.splitlines()[1:]] == [
        ["security-administrator:zheng", "person-added"], ["system-administrator:wu", "enrolment-code-made"], ["system-administrator:wu", "act-refused"],
    ]  # fmt: skip
    assert "login=li role=clerk skills=jinshan-newborn" in told and "李雷" not in told
    found = shell.json("record list --verify", by="sun")
    assert (found["jurisdiction"], found["verified"], found["broken_at"]) == ("jinshan", True, None)
    assert set(found["record"][0]) == {"seq", "at", "actor", "what", "body", "digest"}
    assert found["record"][2]["body"] == {"act": "people-disable", "code": "not-allowed", "login": "li"}


def test_what_the_policy_refused_without_a_session_stands_between_them(shell: Shell) -> None:
    shell("kiosks enrol jinshan-k1", by="wu")
    li, kiosk = Actor("clerk", "li", "jinshan"), Actor("kiosk", "jinshan-k1", "jinshan")

    async def refuse(store: SqlStore) -> None:
        clock, again = SystemClock(), list[str]()
        refusals = Refusals(lambda session: None, store.evidence, Once(store.evidence, clock), OnceOnRecord(store.record, clock), again.append)
        for _ in range(3):
            await refusals.refused(li, None, "GET /api/v1/incidents", "not-allowed")
        await refusals.refused(kiosk, "a-guess", "POST /api/v1/sessions/{session}/stills", "unknown-session")
        assert again == ["not-allowed"] * 2

    shell.store(refuse)
    told = shell("record list --verify", by="sun")
    assert "the chain of 3 entries holds" in shell.said and "a-guess" not in told
    assert [line.split(maxsplit=2)[2] for line in told.splitlines()[2:]] == [
        "clerk:li                 access-refused       act=GET /api/v1/incidents code=not-allowed kind=clerk",
        "kiosk:jinshan-k1         access-refused       act=POST /api/v1/sessions/{session}/stills code=unknown-session kind=kiosk",
    ]  # fmt: skip
    found = shell.json("record list --verify", by="sun")
    assert found["record"][1]["body"] == {"act": "GET /api/v1/incidents", "code": "not-allowed", "kind": "clerk"}
    assert (found["verified"], [entry["what"] for entry in found["record"]]) == (True, ["enrolment-code-made", "access-refused", "access-refused"])


def test_who_acts_does_not_read_and_who_reads_does_not_act(shell: Shell) -> None:
    for by in ("wu", "zheng"):
        shell("record list", code=1, by=by)
        assert "not-allowed: record list is for the audit-administrator" in shell.said
    shell("kiosks enrol jinshan-k1", code=1, by="sun")
    assert shell.record() == [("wu", "not-allowed"), ("zheng", "not-allowed"), ("sun", "not-allowed")]


def test_a_record_that_somebody_changed_is_not_believed(shell: Shell) -> None:
    for kiosk in ("jinshan-k1", "jinshan-k2"):
        shell("kiosks enrol", kiosk, by="wu")
    with closing(sqlite3.connect(shell.data / FILE_NAME, isolation_level=None)) as somebody:
        somebody.execute("UPDATE deed SET actor = 'system-administrator:li' WHERE seq = 1")
    assert shell.json("record list --verify", by="sun", code=1)["broken_at"] == 1
    assert "record-broken: entry 1: was changed after it was written" in shell.said
