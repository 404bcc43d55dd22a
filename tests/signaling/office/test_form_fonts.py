"""Which font draws a character, and what is said when none can."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.domain.refusals import Refusal
from signaling.office.form_fonts import BOLD, FACES, Face, Fonts, MissingGlyph

RARE = "𠮷㐂䶮𰻝𬱖龘﨑"
"""Characters of names that common fonts lack."""


def test_the_first_font_has_the_characters_of_rare_names() -> None:
    fonts = Fonts(FACES, BOLD)
    assert {fonts.face_of(character) for character in RARE + "居民身份证Aé■□／（）《》"} == {0}


def test_a_later_font_lends_what_an_earlier_one_lacks() -> None:
    poor, rich = FACES[2], FACES[0]
    fonts = Fonts((poor, rich), bold=None)
    assert fonts.face_of("张") == 0 and fonts.face_of("𠮷") == 1 and fonts.bold == poor


def test_a_character_of_no_font_is_named() -> None:
    with pytest.raises(MissingGlyph, match=r"no-glyph: U\+3134A"):
        Fonts(FACES, BOLD).face_of("\U0003134a")


def test_without_any_font_it_is_told() -> None:
    with pytest.raises(Refusal, match="no-font"):
        Fonts((Face(Path("/nowhere.ttc")),), BOLD)
