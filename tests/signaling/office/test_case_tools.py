"""The clerk's tools together: each gets what it needs, hears of every step, and takes up what the last server left."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import structlog

from config.tasks import Tasks
from config.words import load_words
from signaling.domain.case_file import CaseFile, TextLine
from signaling.domain.form_on_table import FormOnTable, FrozenPaper, Signature, SignPlace
from signaling.domain.states import AnyState, Parked, Waiting
from signaling.office.case_tools import SALT_BYTES, CaseTools
from signaling.office.safe import Safe
from tests.signaling.office.album import BlindReader, MemoryAlbum, PaperPress
from tests.signaling.office.world import Town
from tests.stories.visit import earlier_with, in_session, parked, ringing, ticket, waiting, wrapping_up


class Started(Tasks):
    """Says what would be done, and does nothing."""

    def __init__(self) -> None:
        super().__init__(lambda name, error: None)
        self.names: list[str] = []

    def start(self, work: Any, name: str) -> Any:
        work.close()
        self.names.append(name)


class Floor:
    """Has these sessions."""

    def __init__(self, *states: AnyState) -> None:
        self.states = states


def tools(*states: AnyState) -> tuple[CaseTools, Started]:
    town, started, album = Town(), Started(), MemoryAlbum()
    safe = Safe(album, album, lambda line: None, town.clock)
    made = CaseTools(
        Floor(*states), safe, BlindReader(), PaperPress(), town.books, town.mail, town.store.evidence, town.clock, started, structlog.get_logger(), load_words()  # type: ignore[arg-type] # a stand-in
    )
    return made, started


WRITTEN = {"texts": (TextLine(1, "clerk", 0, "好", "a1" * 16),)}
SIGNED_FORM = CaseFile(form=FormOnTable("marriage-declaration", "2026-01-01", b"", True, FrozenPaper(1, 1, "ba", "ca", (), (SignPlace(0, 1, 2, 3, 4),), (Signature("2", 0, "e1"),))))


def replaced(state: Any, changes: dict[str, Any]) -> Any:
    """The same with another folder."""
    replace = msgspec.structs.replace
    if isinstance(state, Parked | Waiting):
        assert state.earlier is not None
        return replace(state, earlier=replace(state.earlier, folder=replace(state.earlier.folder, **changes)))
    return replace(state, talk=replace(state.talk, folder=replace(state.talk.folder, **changes)))


SIGNED = {"cases": (msgspec.structs.replace(ticket().folder.case, file=SIGNED_FORM),)}


def test_what_the_last_server_left_is_taken_up() -> None:
    made, started = tools(replaced(in_session("J012", "jinshan-3"), SIGNED), replaced(wrapping_up("J013", "jinshan-4"), WRITTEN), replaced(parked("J014", "jinshan-5"), WRITTEN))
    made.open()
    assert started.names == ["signed paper visit-J012", "transcript visit-J013", "transcript visit-J014"]


def test_and_where_nothing_was_left_nothing_is_done() -> None:
    made, started = tools(in_session("J012", "jinshan-3"), wrapping_up("J013", "jinshan-4"), parked("J014", "jinshan-5"), waiting("J015"))
    made.open()
    assert started.names == []


def test_it_hears_when_a_talk_is_over_and_when_the_next_one_begins() -> None:
    made, started = tools()
    made.stepped(replaced(in_session("J012", "jinshan-3"), WRITTEN), replaced(wrapping_up("J012", "jinshan-3"), WRITTEN))
    made.stepped(ringing("J012", "jinshan-3"), replaced(in_session("J012", "jinshan-3"), SIGNED))
    made.stepped(replaced(in_session("J012", "jinshan-3"), SIGNED), replaced(in_session("J012", "jinshan-3"), SIGNED))
    assert started.names == ["transcript visit-J012", "signed paper visit-J012"]


@pytest.mark.parametrize("gone", [Waiting(ticket(), 0.0, earlier=earlier_with("jinshan-3"))], ids=["waiting"])
def test_what_was_written_before_is_not_sealed_while_somebody_waits(gone: Waiting) -> None:
    made, started = tools()
    made.stepped(in_session("J012", "jinshan-3"), replaced(gone, WRITTEN))
    assert started.names == []


def test_a_salt_is_long_and_never_the_same() -> None:
    made, _ = tools()
    salts = {made.forms._new_salt() for _ in range(20)} | {made.texts._new_salt() for _ in range(20)}
    assert len(salts) == 40 and {len(bytes.fromhex(salt)) for salt in salts} == {SALT_BYTES}
