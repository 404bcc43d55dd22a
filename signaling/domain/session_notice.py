"""A notice is given: in the talk, or while the case is completed."""

from __future__ import annotations

import msgspec

from signaling.domain import events as ev
from signaling.domain.effects import Enter
from signaling.domain.machine import SAME, SessionPolicy, Step, whenever
from signaling.domain.notice import Notice
from signaling.domain.session_common import TALKING, with_talk
from signaling.domain.states import InSession, OnHold, Reconnecting, WrappingUp


@whenever((*TALKING, WrappingUp), ev.NoticeGiven, to=SAME)
def give_notice(s: InSession | OnHold | Reconnecting | WrappingUp, e: ev.NoticeGiven, now: float, policy: SessionPolicy) -> Step:
    """It lies sealed already. A second one replaces the first, and somebody will ask why."""
    before = s.talk.file.notice
    given = Notice(1 if before is None else before.n + 1, e.paper, e.digest, e.pages, e.because, e.lines, e.form, e.follow_by)
    talk = s.talk.with_file(msgspec.structs.replace(s.talk.file, notice=given))
    after = msgspec.structs.replace(s, talk=talk) if isinstance(s, WrappingUp) else with_talk(s, talk)
    return after, (Enter("notice-given", {
        "case": s.talk.case.number, "notice": given.paper, "digest": given.digest, "n": given.n, "because": given.because, "form": given.form, "follow-by": given.follow_by,
        "lines": tuple(f"{line.material}.{line.reason}" for line in given.lines),
    }),)  # fmt: skip
