"""What a staffed window may do for a case as it stands, and what windows have done for it. Pure: by whose power it may is judged elsewhere
(domain/powers.py), and only what is possible here is asked of a power at all."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from config.calendar import BEIJING
from signaling.domain.case import ACCEPTED
from signaling.domain.case_records import CaseRecord, goes_on
from signaling.domain.notice import Notice, NoticeLine
from signaling.domain.refusals import NotNow, Refusal

WindowAct = Literal["accept-papers", "one-time-notice", "deliver-outcome"]
ACTS: tuple[WindowAct, ...] = ("accept-papers", "one-time-notice", "deliver-outcome")
"""In the order in which a window is offered them."""


READ = ("notice-given", "paper-received", "outcome-delivered")
"""The entries that are read for it."""


class Line(Protocol):
    """An entry of a ledger; `at` is UTC in ISO form."""

    @property
    def at(self) -> str: ...

    @property
    def what(self) -> str: ...

    @property
    def body(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Done:
    """What windows have done for a case: material → copies on paper that came in since its newest notice; and the day in Beijing, in ISO
    form, on which the outcome was handed out."""

    received: Mapping[int, int] = field(default_factory=dict)
    delivered_on: str | None = None


def done(case: str, ledgers: Iterable[Sequence[Line]]) -> Done:
    """Read off the ledgers of every visit that has worked at the case, since a window writes into that whose receipt it was shown.

    A ledger that somebody changed is read as far as it goes.
    """
    received: Counter[int] = Counter()
    delivered: str | None = None
    for line in heapq.merge(*ledgers, key=lambda each: each.at):
        with suppress(KeyError, TypeError, ValueError):
            if line.body.get("case") != case:
                continue
            if line.what == "notice-given":
                received.clear()
            elif line.what == "paper-received":
                received[line.body["material"]] += line.body["copies"]
            elif line.what == "outcome-delivered" and delivered is None:
                delivered = dt.datetime.fromisoformat(line.at).astimezone(BEIJING).date().isoformat()
    return Done(dict(received), delivered)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as a window has it before it; `notice` is the newest one of all its visits."""

    record: CaseRecord
    notice: Notice | None
    done: Done

    @property
    def lacking(self) -> tuple[NoticeLine, ...]:
        """What may still be brought; of a case that is over nothing is."""
        return self.notice.lacking if self.notice is not None and goes_on(self.record) else ()

    def told(self) -> Notice:
        """The notice that can be handed out. Raises `unknown-paper`."""
        if self.notice is None:
            raise Refusal("unknown-paper")
        return self.notice

    def may_take_in(self, material: int) -> None:
        """Raises `not-now` where nothing more may be brought, `unknown-material` for what the notice does not ask for."""
        if not goes_on(self.record):
            raise NotNow("nothing more may be brought to this case")
        if material not in {line.material for line in self.lacking}:
            raise Refusal("unknown-material", "the notice does not ask for it", "$.material")

    def may_deliver(self) -> None:
        """Raises `not-now` where nothing was accepted, `already-delivered`."""
        if self.record.outcome not in ACCEPTED:
            raise NotNow("nothing was accepted, so nothing comes of it")
        if self.done.delivered_on is not None:
            raise NotNow("a window has handed it out", code="already-delivered")

    @property
    def possible(self) -> tuple[WindowAct, ...]:
        """The acts that its state allows now."""
        return tuple(act for act in ACTS if self._allows(act))

    def _allows(self, act: WindowAct) -> bool:
        match act:
            case "accept-papers":
                return bool(self.lacking)
            case "one-time-notice":
                return self.notice is not None
            case "deliver-outcome":
                return self.record.outcome in ACCEPTED and self.done.delivered_on is None
