"""The cases of one session: each has its row, and the row says what the stored state says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from recordings.inspection import Finding, broken
from signaling.domain.case import Case, CaseState
from signaling.domain.case_file import CaseFile
from signaling.domain.case_records import CaseRecord, cases_of
from signaling.domain.handover import HandOver, stands_as
from signaling.domain.states import AnyState, folder_of
from signaling.store.look import CaseRow

_file = msgspec.json.Decoder(CaseFile)


def check_cases(session: str, state: AnyState | None, rows: Sequence[CaseRow], handed: Sequence[HandOver]) -> Iterator[Finding]:
    """`rows` are all that name this session; `handed` is what the outbox has of it.

    A case that a later visit has taken up is held against that one; here it must only be known that this one worked at it.
    """
    if state is None:
        return
    found, here = {row.number: row for row in rows}, f"session {session}"
    for case, record in zip(folder_of(state).cases, cases_of(state), strict=True):
        row = found.pop(record.number, None)
        if row is None or not row.linked:
            yield broken("case-disagrees", here, f"nothing says that the case {record.number} is one of this visit")
        elif row.session == session and (wrong := _wrong(row, record, _may_stand(case, record, handed))):
            yield broken("case-disagrees", here, f"the case {record.number}: columns that are not what the stored state says: {', '.join(wrong)}")
    for number in sorted(found):
        yield broken("case-disagrees", here, f"the case {number} is said to be one of this visit, which does not have it")


def _wrong(row: CaseRow, record: CaseRecord, states: Sequence[CaseState]) -> list[str]:
    told = {**msgspec.structs.asdict(record), "state": row.state if row.state in states else states[0], "file": row.file if _says(row.file, record.file) else None}
    return [column for column, value in told.items() if getattr(row, column) != value]


def _says(text: str, file: CaseFile) -> bool:
    """What is said matters, not how: a program before this one may have written it."""
    try:
        return _file.decode(text) == file
    except (msgspec.MsgspecError, UnicodeError):
        return False


def _may_stand(case: Case, record: CaseRecord, handed: Sequence[HandOver]) -> tuple[CaseState, ...]:
    """What was decided here stands as its home has it; what an earlier visit has decided may reach its home meanwhile."""
    if any((each.case, each.n) == (record.number, record.handed) and stands_as(each) is not None for each in handed):
        return ("handed-over",)
    untouched = case.outcome is None and case.stood is not None and record.state == case.stood
    return (record.state, "handed-over") if untouched else (record.state,)
