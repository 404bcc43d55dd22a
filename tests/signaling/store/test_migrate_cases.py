"""0006: what a program of one case and one person a visit has left is read as today's program would have written it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import msgspec

from config.clock import HandClock
from signaling.doctor.cases import check_cases
from signaling.domain.asks import AskPage
from signaling.domain.case_file import CaseFile, TextLine
from signaling.domain.case_records import cases_of
from signaling.domain.form_on_table import FormOnTable
from signaling.domain.states import (
    AnyState,
    Closed,
    Consent,
    InSession,
    Missing,
    Parked,
    Reconnecting,
    SteppedAway,
    Talk,
    WrappingUp,
    holder_of,
    ticket_of,
)
from signaling.store.engine import open_engines
from signaling.store.look import look
from signaling.store.migrate import MIGRATIONS, migrate
from signaling.store.sqlite import open_store
from tests.notices import GAPS, told
from tests.signaling.store.shapes import as_the_fifth_program_wrote_it
from tests.stories.visit import STILLS, closed, ringing, talk, ticket, waiting, wrapping_up


def with_everything(talk: Talk) -> Talk:
    """Pages, a form that lies there half filled in, a notice, a line that was written, a consent that was taken back."""
    file = msgspec.structs.replace(STILLS, form=FormOnTable("application", "2026-01-01", b"half"), notice=told(GAPS))
    folder = msgspec.structs.replace(talk.folder.with_case(msgspec.structs.replace(talk.case, file=file)), texts=(TextLine(1, "clerk", 7, "吕", "00" * 16),), texts_kept=1)
    return msgspec.structs.replace(talk, folder=folder, consent_changes=(Consent("papers-to-home", "2026-11-01", "en", False, at=5000),))


FIFTH_SHAPE: list[AnyState] = [
    waiting("J001"),
    SteppedAway(waiting("J002", earlier=with_everything(talk("J002", "jinshan-3")).left_behind), 5.0),
    ringing("J003", "jinshan-5"),
    InSession(with_everything(talk("J004", "jinshan-3")), AskPage("ask-1", 300.0, 1, "take-1")),
    Reconnecting(InSession(with_everything(talk("J005", "jinshan-5"))), (Missing("clerk", 5.0),)),
    Parked(ticket("J006"), with_everything(talk("J006", "jinshan-3")).left_behind, 600.0),
    WrappingUp(with_everything(talk("J012", "jinshan-4")), None, "ended-by-resident", 600.0),
    wrapping_up("J013", "jinshan-4", due="2026-12-24"),
    closed("J014", "jinshan-3", due="2026-12-24", at=1000.0),
    closed("J015", "jinshan-3", outcome="accepted-with-gaps", file=CaseFile(notice=told(GAPS, session="visit-J015"))),
    closed("J016", "jinshan-3", outcome="returned", file=CaseFile(notice=told(GAPS, session="visit-J016"))),
    closed("J017", "jinshan-3", outcome=None),
    closed("J018", None, reason="left-line", outcome=None),
]


async def test_a_visit_of_before_has_its_case_and_its_people_as_they_were(tmp_path: Path) -> None:
    """0006: every state is read as today's would be, every case has its row, and what its home acknowledged is handed over."""
    fifth, file = tmp_path / "fifth", tmp_path / "window.db"
    shutil.copytree(MIGRATIONS, fifth, ignore=shutil.ignore_patterns("__pycache__", "000[6-9]_*"))
    engines = open_engines(file, 5)
    assert await migrate(engines, HandClock(), fifth) == "0005"
    await engines.writer.dispose()
    await engines.reader.dispose()
    acknowledged = {"visit-J014", "visit-J016"}
    with sqlite3.connect(file) as old:
        for serial, state in enumerate(FIFTH_SHAPE, 1):
            t, clerk, over = ticket_of(state), holder_of(state), state.at if isinstance(state, Closed) else None
            old.execute(
                "INSERT INTO session (id, version, state_name, state, home, host, kiosk, service, number, day, serial, case_number, clerk, opened_at, closed_at)"
                " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, '20261123', ?, ?, ?, ?, ?)",
                (t.session, type(state).__name__, as_the_fifth_program_wrote_it(state), t.home, t.host, t.kiosk, t.service, t.number, serial, t.case,
                 f"{clerk}-{serial}" if clerk else None, t.taken_at, over),
            )  # fmt: skip
            if t.session in acknowledged:
                old.execute(
                    "INSERT INTO handover (home, case_number, n, session, service, outcome, queued_at, next_at, state, attempts, receipt)"
                    " VALUES (?, ?, 1, ?, ?, ?, 1.0, 1.0, 'acknowledged', 1, 'R-1')", (t.home, t.case, t.session, t.service, getattr(state, "outcome", None)),
                )  # fmt: skip
    old.close()
    async with await open_store(file, HandClock()) as store:
        for state in FIFTH_SHAPE:
            stored = await store.session(ticket_of(state).session)
            assert stored is not None and stored.state == state
            (record,) = await store.cases_of(stored.session)
            (expected,) = cases_of(state)
            handed = stored.session == "visit-J014"
            assert record == (msgspec.structs.replace(expected, state="handed-over") if handed else expected)
            assert await store.visits_of(record.number) == [stored.session]
    sessions = {ticket_of(state).session: state for state in FIFTH_SHAPE}
    assert not look(file, lambda store: [each for name, state in sessions.items() for each in check_cases(name, state, store.cases(name), store.handovers(name))])
