"""Every mistake of a file is named at once, with line, key, reason and what is allowed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.strict import TomlText, allowed, dotted, mistakes


class Door(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    side: Literal["left", "right"]
    width: Annotated[int, Meta(ge=60, le=200)] = 90


class House(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    doors: list[Door] = []

    def __post_init__(self) -> None:
        if not self.doors:
            raise ValueError("a house needs a door")


def said(text: str) -> list[str]:
    toml = TomlText(text, "house.toml")
    assert toml.into(House) is None
    return [str(problem) for problem in toml.problems]


def test_all_mistakes_are_found_in_one_reading() -> None:
    assert said('nmae = "x"\n[[doors]]\nside = "top"\n[[doors]]\nside = "left"\nwidth = 10\n') == [
        "house.toml:1: nmae: is not known (did you mean name? known here: name, doors)",
        "house.toml:1: name: is missing (a text)",
        "house.toml:3: doors[0].side: Invalid enum value 'top' (one of \"left\", \"right\")",
        "house.toml:6: doors[1].width: Expected `int` >= 60, not 10 (a whole number from 60 to 200)",
    ]


def test_what_only_the_whole_can_tell_is_asked_when_the_parts_are_right() -> None:
    assert said('name = "x"') == ["house.toml:1: a house needs a door"]


def test_broken_toml_has_its_line() -> None:
    (problem,) = said('name = "x"\n[doors\n')
    assert problem.startswith("house.toml:2: ")
    (problem,) = said('name = "x')
    assert problem.startswith("house.toml:1: ")


def test_a_right_text_becomes_the_value() -> None:
    toml = TomlText('name = "x"\ndoors = [{ side = "left" }]', "house.toml")
    assert toml.into(House) == House("x", [Door("left")])
    assert not toml.problems


def test_a_value_that_is_no_table_is_named() -> None:
    assert mistakes({"name": "x", "doors": [3]}, House)[0][0] == ("doors", 0)


def test_paths_and_types_in_words() -> None:
    assert dotted(("kiosks", 0, "place", "en")) == "kiosks[0].place.en"
    assert allowed(bool) == "true or false"
    assert allowed(list[Literal["a"]]) == 'a list; each one of "a"'
    assert allowed(Annotated[float, Meta(gt=0, lt=1.5)]) == "a number above 0 below 1.5"
