"""A notice for stories in which a case has to end as returned, or with gaps, and that are about something else."""

from __future__ import annotations

from signaling.domain.effects import Plain
from signaling.domain.events import NoticeGiven
from signaling.domain.notice import Notice, NoticeLine
from tests.stories.visit import CASE

TOLD = NoticeGiven("4700", "da" * 32, 1, "withdrawn")
"""Nothing was lacking: the resident did not go on."""
GAPS = NoticeGiven("4701", "db" * 32, 1, "materials", (NoticeLine(1, "follows"),), None, "2026-12-15")
"""Something may follow."""


def told(given: NoticeGiven, n: int = 1, session: str | None = None) -> Notice:
    """As the case has it afterwards; `session`: of the visit, once that is over."""
    return Notice(n, given.paper, given.digest, given.pages, given.because, given.lines, given.form, given.follow_by, session)


def entered(given: NoticeGiven, n: int = 1, case: str = CASE) -> dict[str, Plain]:
    """As the ledger has it."""
    lines = tuple(f"{line.material}.{line.reason}" for line in given.lines)
    return {
        "case": case, "notice": given.paper, "digest": given.digest, "n": n, "because": given.because, "form": given.form, "follow-by": given.follow_by,
        "lines": lines,
    }  # fmt: skip
