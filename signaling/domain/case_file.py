"""What a visit has gathered for its case so far: the stills of its checklist. It goes along from talk to talk, whoever serves."""

from __future__ import annotations

import msgspec

MOST_STILLS = 60
"""Of a visit: more than any checklist asks for, and a bound for what is stored with every step."""


class Still(msgspec.Struct, frozen=True):
    """A page as the document camera took it, and as it was set straight.

    `number` is when it was taken, in milliseconds on the session's clock: no two have the same. `reasons` say why it should be taken
    again, none when it is good; `glare` is where light reflects. `kept` once the clerk has put it into the case.
    """

    number: int
    material: int
    width: int
    height: int
    reasons: tuple[str, ...] = ()
    glare: str | None = None
    kept: bool = False


class CaseFile(msgspec.Struct, frozen=True):
    """`stills` in the order in which they were taken; what was dropped is not among them, its entry stays in the ledger."""

    stills: tuple[Still, ...] = ()

    def still(self, number: int) -> Still | None:
        """The still of that number."""
        return next((still for still in self.stills if still.number == number), None)

    def with_still(self, still: Still) -> CaseFile:
        """With this one, in place of an earlier form of it."""
        others = tuple(each for each in self.stills if each.number != still.number)
        return CaseFile(tuple(sorted((*others, still), key=lambda each: each.number)))

    def without(self, number: int) -> CaseFile:
        """Without that one."""
        return CaseFile(tuple(each for each in self.stills if each.number != number))
