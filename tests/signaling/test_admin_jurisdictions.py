"""`admin jurisdictions`: each with its hours, kiosks, counters, retention and keys."""

from __future__ import annotations

from recordings.keys import load_public
from tests.signaling.admin_shell import Shell


def test_one_line_each(shell: Shell) -> None:
    heads, *rows = shell("jurisdictions list").splitlines()
    assert heads.split("  ")[0] == "code"
    assert [row.split()[:2] for row in rows] == [["haiyan", "330424"], ["jinshan", "310116"], ["pinghu", "330482"]]


def test_everything_of_one(shell: Shell) -> None:
    shell("keys make --jurisdiction jinshan", by="zheng")
    public = load_public(shell.data, "jinshan")
    told = shell("jurisdictions show jinshan")
    for said in ("310116", "上海市金山区", "hours", "jinshan-k1 (not-enrolled)", "3650 days when accepted", public.signing_fingerprint):
        assert said in told
    found = shell.json("jurisdictions show jinshan")["jurisdiction"]
    assert set(found) == {
        "code", "administrative_code", "name", "short", "letter", "open", "opens", "hours", "closed", "kiosks", "counters", "retention", "keys",
    }  # fmt: skip
    assert found["keys"]["sealing"] == public.sealing_fingerprint and found["retention"]["none"] == 365
    assert found["opens"] is not None and isinstance(found["open"], bool)
    assert shell.json("jurisdictions show haiyan")["jurisdiction"]["keys"] is None
    shell("jurisdictions show nowhere", code=1)
    assert "unknown-jurisdiction: nowhere; known: haiyan, jinshan, pinghu" in shell.said


def test_a_trial_that_never_closes_is_open(shell: Shell) -> None:
    (shell.data / "virtual-window.toml").write_text("[trial]\nalways_open = true\n")
    assert all(each["open"] for each in shell.json("jurisdictions list")["jurisdictions"])
