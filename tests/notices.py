"""A notice for stories in which a case has to end as returned, or with gaps, and that are about something else."""

from __future__ import annotations

from signaling.domain.events import NoticeGiven
from signaling.domain.notice import Notice, NoticeLine

TOLD = NoticeGiven("4700", "da" * 32, 1, "withdrawn")
"""Nothing was lacking: the resident did not go on."""
GAPS = NoticeGiven("4701", "db" * 32, 1, "materials", (NoticeLine(1, "follows"),), None, "2026-12-15")
"""Something may follow."""


def told(given: NoticeGiven, n: int = 1) -> Notice:
    """As the case has it afterwards."""
    return Notice(n, given.paper, given.digest, given.pages, given.because, given.lines, given.form, given.follow_by)


def entered(given: NoticeGiven, n: int = 1) -> dict[str, object]:
    """As the ledger has it."""
    lines = tuple(f"{line.material}.{line.reason}" for line in given.lines)
    return {
        "notice": given.paper, "digest": given.digest, "n": n, "because": given.because, "form": given.form, "follow-by": given.follow_by,
        "lines": lines,
    }  # fmt: skip
