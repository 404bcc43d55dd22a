"""`admin counters list`: who sits where, and since when."""

from __future__ import annotations

from signaling.domain.presence import Shift
from signaling.office.ports import BY_ITSELF
from tests.signaling.admin_shell import Shell


def test_who_sits_there_and_who_does_not(shell: Shell) -> None:
    for shift in (Shift("li", "jinshan-1", True, None, 0.0), Shift("wang", "jinshan-2", False, "missed", 60.0)):
        shell.store(lambda store, shift=shift: store.save_shift(shift, BY_ITSELF))  # type: ignore[misc] # a default binds it
    first, second, third = shell("counters list --jurisdiction jinshan").splitlines()[1:4]
    assert first.split()[:5] == ["jinshan-1", "jinshan", "li", "available", "1970-01-01T00:00:00.000Z"]
    assert second.split()[:4] == ["jinshan-2", "jinshan", "wang", "missed"]
    assert third.split()[:3] == ["jinshan-3", "jinshan", "free"]
    found = shell.json("counters list")["counters"]
    assert {each["jurisdiction"] for each in found} == {"haiyan", "jinshan", "pinghu"}
    assert next(each for each in found if each["counter"] == "jinshan-2") == {
        "counter": "jinshan-2", "jurisdiction": "jinshan", "name": {"zh-CN": "金山2号窗口", "en": "Jinshan counter 2"}, "clerk": "wang", "state": "missed", "since": "1970-01-01T00:01:00.000Z",
    }  # fmt: skip
    shell("counters list --jurisdiction nowhere", code=1)
    assert "unknown-jurisdiction" in shell.said
