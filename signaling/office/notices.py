"""The one-time notice is given: checked against the case, printed, sealed, and only then said."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict

from config.clock import Clock
from recordings.album import Picture
from signaling.domain import events as ev
from signaling.domain.notice import Checked, NoticeLine, check, form_lack
from signaling.domain.permissions import Actor, may
from signaling.domain.refusals import NotNow, Refusal
from signaling.domain.states import AnyState, Talk, WrappingUp, talk_of
from signaling.office.floor import Floor
from signaling.office.ports import Books
from signaling.office.press import Press
from signaling.office.safe import Safe
from signaling.office.slips import Said, SlipMaker
from signaling.wire.notices import GiveNotice

NOTICE = "notice.paper"
"""Under which name it is sealed."""


class Notices:
    """Made once; the press and the safe do what takes long, the domain decides."""

    def __init__(self, floor: Floor, books: Books, press: Press, safe: Safe, slips: SlipMaker, clock: Clock) -> None:
        self._floor = floor
        self._books = books
        self._press = press
        self._safe = safe
        self._slips = slips
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def give(self, clerk: Actor, m: GiveNotice) -> None:
        """Raises `unknown-material`, `notice-wrong`, `notice-incomplete`, `notice-empty`, `no-glyph`, `no-font`, `no-press`, `not-recordable`."""
        async with self._turns[clerk.id]:  # of a clerk's presses, the second finds the first one done
            if await self._floor.done_before(clerk, m.id):
                return
            state = self._floor.state(m.session)
            may(clerk, "give-notice", state)
            talk = _talk(state)
            ticket, at = talk.ticket, round(self._clock.now())
            said = self._checked(talk, m)
            checklist = self._books.checklist(talk.case.service, talk.case.as_of)
            pressed = await self._press.print(self._slips.notice(ticket, talk.case, said, checklist, at))
            number = await self._safe.put(ticket, talk.recording.origin, [Picture(NOTICE, pressed.pdf, 0, 0, "application/pdf")])
            given = ev.NoticeGiven(
                str(number), hashlib.sha256(pressed.pdf).hexdigest(), len(pressed.pages), said.because, said.lines, said.form, said.follow_by
            )
            await self._floor.happen(clerk, m.session, "give-notice", given, m.id)

    def _checked(self, talk: Talk, m: GiveNotice) -> Said:
        ticket, lines = talk.ticket, tuple(NoticeLine(line.material, line.reason) for line in m.lines)
        pages = Counter(still.material for still in talk.file.stills if still.kept)
        checklist = [
            Checked(material.need, pages[place]) for place, material in enumerate(self._books.checklist(talk.case.service, talk.case.as_of))
        ]
        wanted = self._books.form_of(talk.case.service, talk.case.as_of) is not None
        remark = m.remark.strip()
        check(checklist, form_lack(talk.file.form, wanted=wanted), m.because, lines, m.form, remarks=bool(remark))
        follows = any(line.reason == "follows" for line in lines)
        if follows and m.follow_days is None:
            raise Refusal("notice-wrong", "say until when", "$.follow_days")
        follow_by = self._books.follow_by(ticket.home, m.follow_days) if follows and m.follow_days is not None else None
        remarks = {line.material: words for line in m.lines if (words := line.remark.strip())}
        return Said(m.because, lines, m.form, follow_by, remark, remarks)


def _talk(state: AnyState | None) -> Talk:
    """The talk, also while its case is completed."""
    talk = state.talk if isinstance(state, WrappingUp) else talk_of(state) if state is not None else None
    if talk is None:
        raise NotNow("nobody talks")
    return talk
