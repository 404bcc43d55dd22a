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


class Street(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    houses: Annotated[list[House], Meta(min_length=1)]
    best: House | None = None
    doors: Literal["none"] | list[Door] = "none"
    below: Annotated[list[Street], Meta(max_length=2)] | None = None


def street(text: str) -> list[str]:
    toml = TomlText(text, "street.toml")
    assert toml.into(Street) is None
    return [str(problem) for problem in toml.problems]


HOUSES = '[[houses]]\nname = "x"\n[[houses.doors]]\nside = "left"\n'


def test_a_part_is_looked_into_behind_its_bounds_and_beside_other_kinds() -> None:
    assert street('[[houses]]\nname = "x"\n[[houses.doors]]\nside = "left"\nwidth = 10\n\n[[houses]]\nnmae = "y"\n') == [
        "street.toml:5: houses[0].doors[0].width: Expected `int` >= 60, not 10 (a whole number from 60 to 200)",
        "street.toml:8: houses[1].nmae: is not known (did you mean name? known here: name, doors)",
        "street.toml:7: houses[1].name: is missing (a text)",
    ]
    assert street(HOUSES + '[best]\nname = "x"\n[[best.doors]]\nside = "top"\n')[0].startswith("street.toml:8: best.doors[0].side: Invalid enum value 'top'")
    assert street('doors = [{ side = "left" }, { side = "up" }]\n' + HOUSES)[0].startswith("street.toml:1: doors[1].side: Invalid enum value 'up'")
    assert street('doors = "some"\n' + HOUSES)[0].startswith("street.toml:1: doors: Invalid enum value 'some' (one of \"none\" or a list")


def test_what_the_bounds_of_a_list_say_is_told_of_the_list() -> None:
    assert street("houses = []\n") == ["street.toml:1: houses: Expected `array` of length >= 1 (a list)"]


def test_a_type_that_holds_itself_is_looked_into_to_the_bottom() -> None:
    text = HOUSES + "[[below]]\n[[below.houses]]\nname = \"x\"\n[[below.houses.doors]]\nside = \"left\"\n[[below.below]]\nhouses = [{ name = 3 }]\n"
    assert street(text) == ["street.toml:11: below[0].below[0].houses[0].name: Expected `str`, got `int`, not 3 (a text)"]
