"""Errors of packet handling are counted and told once."""

from __future__ import annotations

from typing import Any, cast

from config.logs import Logger
from media.guard import Guard


class Told:
    """A logger that remembers."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def error(self, event: str, **facts: Any) -> None:
        self.lines.append({"event": event, **facts})


def fail(kind: type[Exception]) -> Exception:
    try:
        raise kind("on purpose")
    except Exception as error:
        return error


def test_a_kind_is_told_once_and_counted_each_time() -> None:
    told = Told()
    guard = Guard(cast(Logger, told))
    for _ in range(100):
        guard.caught(fail(ValueError))
    guard.caught(fail(KeyError))
    guard.caught(ValueError("never raised"))
    assert [line["event"] for line in told.lines] == ["packet-hook-failed"] * 3
    assert sorted(guard.counts.values()) == [1, 1, 100]
    assert "fail:" in told.lines[0]["kind"]
