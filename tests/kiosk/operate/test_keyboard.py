"""Keys that are lent and given back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.operate.display import connect
from kiosk.operate.keyboard import Keyboard, Ping, keysym
from tests.kiosk.operate.desktop import OtherProgram


@pytest.fixture
def connection(display: str) -> Iterator[Any]:
    opened = connect(display)
    yield opened
    opened.close()


def layout(connection: Any) -> list[list[int]]:
    return [list(each) for each in connection.get_keyboard_mapping(8, 248)]


def test_a_letter_of_the_layout_needs_no_other_key(connection: Any) -> None:
    keyboard = Keyboard(connection)
    keyboard.begin()
    before = layout(connection)
    assert keyboard.lend("aA9!") == (4, False)
    lower, upper = keyboard.find(keysym("a")), keyboard.find(keysym("A"))
    assert lower is not None
    assert upper is not None
    assert (lower[0], lower[1], upper[1]) == (upper[0], False, True)
    assert layout(connection) == before


def test_any_other_letter_gets_one_until_it_is_given_back(connection: Any) -> None:
    keyboard = Keyboard(connection)
    keyboard.begin()
    before = layout(connection)
    assert keyboard.find(keysym("王")) is None
    assert keyboard.lend("王小明王") == (4, True)
    assert keyboard.lend("明王") == (2, False)
    keys = {keyboard.find(keysym(each)) for each in "王小明"}
    assert None not in keys
    assert len(keys) == 3
    keyboard.give_back()
    assert layout(connection) == before
    assert keyboard.find(keysym("王")) is None


def test_with_more_letters_than_keys_the_oldest_key_is_lent_again(connection: Any) -> None:
    keyboard = Keyboard(connection)
    keyboard.begin()
    many = "".join(chr(0x4E00 + place) for place in range(60))
    room, _ = keyboard.lend(many)
    assert 8 <= room < 60
    assert keyboard.lend(many[:3]) == (3, False), "used again, they are the last to go"
    assert keyboard.lend("天地") == (2, True)
    assert keyboard.find(keysym(many[0])) is not None
    assert keyboard.find(keysym(many[3])) is None
    keyboard.give_back()


def test_a_program_that_does_not_know_the_question_is_not_waited_for(display: str, form: OtherProgram) -> None:
    ping = Ping(display)
    assert not ping.wait(form.id)
    ping.close()
