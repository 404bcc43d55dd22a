"""What a line of the log costs, and how much of it is the net that lets no identity number through.

    python -m bench.log_line [--lines 20000]

The lines are like the product's: a sentence, ids, a digest. The best of five counts; the stream is memory, so that no disk is measured.
"""

from __future__ import annotations

import argparse
import io
import logging
import time
from collections.abc import Callable
from typing import Literal

from config import logs
from config.id_number import check_digit, hide_numbers

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FIELDS = {"session": "Zk3aB0123456789abcdefghijklmnop", "kiosk": "haiyan-hall-1", "took_ms": 12.345678, "digest": DIGEST}
FIRST = "99000019510308001"
NUMBER = FIRST + check_digit(FIRST)


def best(work: Callable[[], object], times: int) -> float:
    """Microseconds for one, in the best of five runs."""
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            work()
        taken.append(time.perf_counter() - start)
    return min(taken) / times * 1e6


def line(format: Literal["console", "json"]) -> str:
    """One as it is written."""
    stream = io.StringIO()
    logs.configure("info", format, stream)
    logs.get_logger("signaling.office").info("ticket taken", **FIELDS)
    return stream.getvalue()


def written(format: Literal["console", "json"], times: int) -> float:
    logs.configure("info", format, io.StringIO())
    log = logs.get_logger("signaling.office")
    return best(lambda: log.info("ticket taken", **FIELDS), times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lines", type=int, default=20_000)
    times = parser.parse_args().lines
    for format in ("console", "json"):
        text = line(format)
        whole = written(format, times)
        net = best(lambda text=text: hide_numbers(text), times)  # type: ignore[misc] # bound where it is made
        found = best(lambda text=text: hide_numbers(f"{text} {NUMBER}"), times // 10)  # type: ignore[misc] # bound where it is made
        print(f"{format}: a line of {len(text)} characters {whole:.0f} µs, of that the net {net:.1f} µs; with a number in it {found:.0f} µs")
    logging.getLogger().handlers.clear()


if __name__ == "__main__":
    main()
