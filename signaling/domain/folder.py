"""What a visit has gathered, whoever serves: its cases, how well its people are known, what was written. It goes along from talk to talk."""

from __future__ import annotations

import msgspec

from signaling.domain.case import Case
from signaling.domain.case_file import CaseFile, Still, TextLine
from signaling.domain.parties import Level

MOST_CASES = 8
"""Of a visit: whoever has more to ask takes another ticket."""


class Folder(msgspec.Struct, frozen=True):
    """`cases` in the order in which they were begun; `table` is the place of the one that lies on the table, which both see and work at.

    `people`: how well each party is known. `texts_kept`: so many lines lie sealed with the recording.
    """

    cases: tuple[Case, ...]
    table: int = 0
    people: tuple[Level, ...] = ("declared",)
    texts: tuple[TextLine, ...] = ()
    texts_kept: int = 0

    @property
    def case(self) -> Case:
        """The one on the table."""
        return self.cases[self.table]

    def find(self, number: str) -> Case | None:
        """A case by its number."""
        return next((each for each in self.cases if each.number == number), None)

    def still(self, number: int) -> Still | None:
        """A still of whichever case."""
        return next((found for each in self.cases if (found := each.file.still(number)) is not None), None)

    @property
    def unkept(self) -> tuple[TextLine, ...]:
        """What was written and is not sealed yet."""
        return self.texts[self.texts_kept :]

    @property
    def open_cases(self) -> tuple[Case, ...]:
        """Those of which nobody has said yet what becomes of them."""
        return tuple(each for each in self.cases if each.outcome is None and not each.left_open)

    def with_case(self, case: Case) -> Folder:
        """With this form of one of its cases."""
        return msgspec.structs.replace(self, cases=tuple(case if each.number == case.number else each for each in self.cases))

    def with_file(self, file: CaseFile) -> Folder:
        """With this in the case on the table."""
        return self.with_case(msgspec.structs.replace(self.case, file=file))

    def opened(self, case: Case) -> Folder:
        """With one more case, which lies on the table now."""
        return msgspec.structs.replace(self, cases=(*self.cases, case), table=len(self.cases))

    def turned_to(self, number: str) -> Folder:
        """With that one on the table."""
        return msgspec.structs.replace(self, table=next(n for n, each in enumerate(self.cases) if each.number == number))

    def dropped(self, number: str) -> Folder:
        """Without that one; if it lay on the table, the first one does."""
        left = tuple(each for each in self.cases if each.number != number)
        on_table = self.case.number
        return msgspec.structs.replace(self, cases=left, table=next((n for n, each in enumerate(left) if each.number == on_table), 0))
