"""The words of pages and programs in both languages, out of `words/{zh-CN,en}.json`. A key that is missing anywhere is an error.

The files are objects of texts, nested or flat; `{"kiosk": {"stop": "…"}}` and `{"kiosk.stop": "…"}` both give the key `kiosk.stop`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from config.problem import BadConfiguration, Problem
from config.text import HERE, Language

LANGUAGES: tuple[Language, ...] = get_args(Language)

_PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)\}", re.IGNORECASE)


class Words:
    """Every text by language and key."""

    def __init__(self, texts: Mapping[Language, Mapping[str, str]]) -> None:
        self._texts = texts

    def __call__(self, language: Language, key: str, **values: object) -> str:
        """The text of `key` with `{name}` filled in. Raises KeyError for an unknown key or a value that was not given."""
        text = self._texts[language][key]
        return _PLACE.sub(lambda found: str(values[found[1]]), text)

    def keys(self) -> frozenset[str]:
        """Every key; the same in each language."""
        return frozenset(self._texts[LANGUAGES[0]])

    def __contains__(self, key: object) -> bool:
        return key in self._texts[LANGUAGES[0]]


def load_words(folder: Path = HERE / "words") -> Words:
    """Both languages. Raises BadConfiguration `bad-words` when a key or a `{name}` stands in one language and not in the other."""
    problems: list[Problem] = []
    texts: dict[Language, dict[str, str]] = {}
    for language in LANGUAGES:
        file = folder / f"{language}.json"
        try:
            tree = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
            texts[language] = dict(_flat(tree, ""))
        except json.JSONDecodeError as error:
            problems.append(Problem(str(file), error.lineno, "", error.msg))
        except (OSError, ValueError) as error:
            problems.append(Problem(str(file), None, "", str(error)))
    if not problems:
        problems = list(_differences(folder, texts))
    if problems:
        raise BadConfiguration("bad-words", problems)
    return Words(texts)


def _differences(folder: Path, texts: Mapping[Language, Mapping[str, str]]) -> Iterator[Problem]:
    every = sorted(set().union(*texts.values()))
    for language, known in texts.items():
        file = str(folder / f"{language}.json")
        for key in every:
            if key not in known:
                yield Problem(file, None, key, "is missing")
            elif not known[key].strip():
                yield Problem(file, None, key, "is empty")
            elif any(key in other and _places(other[key]) != _places(known[key]) for other in texts.values()):
                yield Problem(file, None, key, f"has {{places}} that another language has not: {known[key]!r}")


def _places(text: str) -> frozenset[str]:
    return frozenset(_PLACE.findall(text))


def _flat(tree: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield path, tree
    elif isinstance(tree, dict):
        for key, below in tree.items():
            yield from _flat(below, f"{path}.{key}" if path else key)
    else:
        raise ValueError(f"{path or 'the file'}: must be a text or an object of texts, not {type(tree).__name__}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice loses one of its texts unseen."""
    tree = dict(pairs)
    if len(tree) < len(pairs):
        raise ValueError(f"the same key twice: {next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))}")
    return tree
