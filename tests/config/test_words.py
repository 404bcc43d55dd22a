"""Words: the same keys and the same blanks in both languages, or none of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.problem import BadConfiguration
from config.words import load_words


def save(folder: Path, zh: object, en: object) -> Path:
    for language, tree in (("zh-CN", zh), ("en", en)):
        (folder / f"{language}.json").write_text(tree if isinstance(tree, str) else json.dumps(tree), encoding="utf-8")
    return folder


def told(folder: Path) -> str:
    with pytest.raises(BadConfiguration) as caught:
        load_words(folder)
    assert caught.value.code == "bad-words"
    return str(caught.value)


def test_nested_and_flat_keys_are_the_same(tmp_path: Path) -> None:
    words = load_words(save(tmp_path, {"kiosk": {"stop": "停止", "place": "前面还有{count}位"}}, {"kiosk.stop": "Stop", "kiosk.place": "{count} before you"}))
    assert words("zh-CN", "kiosk.place", count=3) == "前面还有3位"
    assert words("en", "kiosk.stop") == "Stop"
    assert words.keys() == {"kiosk.stop", "kiosk.place"} and "kiosk.stop" in words and "stop" not in words
    with pytest.raises(KeyError):
        words("en", "nothing")
    with pytest.raises(KeyError):
        words("en", "kiosk.place")


def test_a_value_is_text_whatever_it_holds(tmp_path: Path) -> None:
    words = load_words(save(tmp_path, {"a": "{name}"}, {"a": "{name}"}))
    assert words("en", "a", name="{count} <b>") == "{count} <b>"


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        ({"a": "甲"}, {"a": "A", "b": "B"}, "zh-CN.json: b: is missing"),
        ({"a": "甲", "b": "乙"}, {"a": "A"}, "en.json: b: is missing"),
        ({"a": " "}, {"a": "A"}, "zh-CN.json: a: is empty"),
        ({"a": "{n}个"}, {"a": "some"}, "a: has {places} that another language has not"),
        ({"a": 3}, {"a": "A"}, "a: must be a text or an object of texts, not int"),
        ('{"a": "x", "a": "y"}', {"a": "A"}, "the same key twice: a"),
        ('{"a": "x",\n}', {"a": "A"}, "zh-CN.json:"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, zh: object, en: object, said: str) -> None:
    assert said in told(save(tmp_path, zh, en))


def test_no_file_is_told(tmp_path: Path) -> None:
    assert "No such file" in told(tmp_path)


def test_the_words_of_the_product_have_the_same_keys() -> None:
    assert len(load_words().keys()) > 50
