"""`admin kiosks`: enrolled by a one-time code, listed, revoked; the system administrator's of where it stands."""

from __future__ import annotations

from tests.signaling.admin_shell import Shell


def test_a_kiosk_is_enrolled_listed_and_revoked(shell: Shell) -> None:
    code = shell("kiosks enrol jinshan-k1", by="wu")
    assert "60 minutes" in shell.said
    enrolled = shell.server(lambda auth: auth.enrol(code))
    assert (enrolled.kiosk.kiosk, enrolled.kiosk.jurisdiction) == ("jinshan-k1", "jinshan")
    rows = {line.split()[0]: line for line in shell("kiosks list").splitlines()}
    assert "enrolled 20" in rows["jinshan-k1"] and "not enrolled" in rows["haiyan-k2"]

    shell("kiosks revoke jinshan-k1", by="wu")
    assert shell.server(lambda auth: auth.which_kiosk(enrolled.token)) is None, "its login is over at once"
    assert "revoked 20" in shell("kiosks list --jurisdiction jinshan")
    shell("kiosks revoke jinshan-k1", code=1, by="wu")
    shell("kiosks enrol jinshan-k99", code=1, by="wu")
    assert "unknown-kiosk: jinshan-k99 is not in the configuration; known: haiyan-k1" in shell.said
    assert shell.record() == [("wu", "enrolment-code-made"), ("wu", "kiosk-revoked"), ("wu", "unknown-kiosk")]


def test_for_programs(shell: Shell) -> None:
    made = shell.json("kiosks enrol jinshan-k1", by="wu")
    assert made == {"kiosk": "jinshan-k1", "jurisdiction": "jinshan", "code": made["code"], "minutes": 60}
    shell.server(lambda auth: auth.enrol(made["code"]))
    one = shell.json("kiosks list --jurisdiction jinshan")["kiosks"][0]
    assert set(one) == {"kiosk", "jurisdiction", "state", "enrolled_at", "revoked_at", "configured", "place"}
    assert (one["kiosk"], one["state"], one["revoked_at"], one["configured"]) == ("jinshan-k1", "enrolled", None, True)
    assert shell.json("kiosks revoke jinshan-k1", by="wu") == {"kiosk": "jinshan-k1", "jurisdiction": "jinshan", "state": "revoked"}


def test_nobody_elses_kiosk_and_nobody_elses_work(shell: Shell) -> None:
    shell("kiosks enrol haiyan-k1", code=1, by="wu")
    assert "not-allowed: wu is of jinshan, not of haiyan" in shell.said
    for by in ("zheng", "sun"):
        shell("kiosks enrol jinshan-k1", code=1, by=by)
        assert "not-allowed: kiosks enrol is for the system-administrator" in shell.said
    shell("kiosks list --jurisdiction nowhere", code=1)
    assert "unknown-jurisdiction" in shell.said


def test_a_kiosk_that_is_no_longer_configured_can_still_be_revoked(shell: Shell) -> None:
    shell.store(lambda store: store.kiosks.put_key("jinshan-k9", "jinshan", "key", 1.0))
    assert "not in the configuration" in shell("kiosks list --jurisdiction jinshan")
    shell("kiosks revoke jinshan-k9", by="wu")
    assert shell.store(lambda store: store.kiosks.key_hash("jinshan-k9")) is None
