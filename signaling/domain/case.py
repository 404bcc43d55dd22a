"""Case and ticket numbers: how a visit is called aloud and on paper."""

from __future__ import annotations


def ticket_number(letter: str, serial: int) -> str:
    """`J012`: the home jurisdiction's letter and the day's serial, at least three digits. `serial` starts at 1."""
    if serial < 1 or len(letter) != 1:
        raise ValueError(f"no ticket number from {letter!r}, {serial}")
    return f"{letter}{serial:03d}"


def case_number(home: str, host: str, day: str, serial: int) -> str:
    """`310116-330424-20261123-0012`: administrative codes (GB/T 2260) of home and host, the day in Asia/Shanghai, the day's serial."""
    if serial < 1 or len(day) != 8 or not day.isdigit():
        raise ValueError(f"no case number from {day!r}, {serial}")
    return f"{home}-{host}-{day}-{serial:04d}"
