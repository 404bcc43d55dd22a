"""Names of people, and identity numbers, where none may stand: in logs and in ledgers. Where one is found, its place is said and never what it is.

All names are looked for at once, as one expression that branches only where they differ, so that thousands cost little more than one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from recordings.inspection import Finding, broken
from signaling.doctor.numbers import REACH, number_stands_in

SHORTEST = 2
"""Characters of a name: a single one stands everywhere."""
LINE = 1 << 20
"""Bytes of a line that are looked at at once."""
PLACES = 20
"""Places named for each file; the others are counted."""

WORDS = {"name-in-log": "a name of a person stands in this line", "number-in-log": "an identity number stands in this line"}

_WORD = rb"[0-9A-Za-z]"


class Persons:
    """`names` are found where they stand as words, `canaries` wherever they stand; both also as JSON and addresses write them."""

    def __init__(self, names: Iterable[str], canaries: Iterable[str] = ()) -> None:
        kept = {name.strip() for name in names if len(name.strip()) >= SHORTEST}
        given = {canary for canary in canaries if canary}
        exact = {form for text in kept | given for form in _forms(text)} | {text.encode() for text in given}
        words = {name.encode() for name in kept}
        self.reach = max(map(len, exact | words), default=0) + 1
        """Bytes over which one may stretch, and one more to see that the word is over."""
        self._patterns = [re.compile(_any_of(sorted(exact)))] if exact else []
        for begins_as_word in (True, False):
            group = sorted(word for word in words if bool(re.match(_WORD, word)) == begins_as_word)
            if group:
                self._patterns.append(re.compile((rb"(?<!%s)" % _WORD if begins_as_word else b"") + _any_of(group, whole=True)))

    def stand_in(self, text: bytes) -> bool:
        """Whether any does."""
        return any(pattern.search(text) for pattern in self._patterns)


def lines(file: Path, reach: int, looks: Mapping[str, Callable[[bytes], bool]]) -> Iterator[tuple[int, str]]:
    """Number of each of the file's lines with the code of each look that says yes to it. Raises OSError."""
    with file.open("rb") as content:
        number, found, rest = 1, set[str](), b""
        while data := content.readline(LINE):
            found |= {code for code, stands in looks.items() if code not in found and stands(rest + data)}
            if data.endswith(b"\n"):
                yield from ((number, code) for code in sorted(found))
                number, found, rest = number + 1, set(), b""
            else:
                rest = (rest + data)[-reach:]
        yield from ((number, code) for code in sorted(found))


def in_logs(persons: Persons, data: Path, more: Iterable[Path] = ()) -> Iterator[Finding]:
    """Lines of DIR/logs, and of `more` files or folders, in which a name or an identity number stands."""
    looks = {"name-in-log": persons.stand_in, "number-in-log": number_stands_in}
    for root in (data / "logs", *more):
        for file in sorted(each for each in root.rglob("*") if each.is_file()) if root.is_dir() else [root] if root.exists() else []:
            shown = str(file.relative_to(data)) if file.is_relative_to(data) else str(file)
            found = dict.fromkeys(looks, 0)
            try:
                for number, code in lines(file, max(persons.reach, REACH), looks):
                    found[code] += 1
                    if found[code] <= PLACES:
                        yield broken(code, f"{shown}, line {number}", WORDS[code])
            except OSError as error:
                yield broken("log-unreadable", shown, str(error.strerror))
            for code in (code for code in looks if found[code] > PLACES):
                yield broken(code, shown, f"and in {found[code] - PLACES} more lines")


def _forms(text: str) -> set[bytes]:
    """How else a text may be spelled; none when it is spelled as it is."""
    in_address = quote(text).encode()
    lower = re.sub(rb"%[0-9A-F]{2}", lambda found: found[0].lower(), in_address)
    return {json.dumps(text)[1:-1].encode(), text.encode("unicode_escape"), in_address, lower} - {text.encode()}


def _any_of(texts: list[bytes], last: bytes = b"", *, whole: bool = False) -> bytes:
    """An expression for any of the texts (sorted, each once); with `whole` none that ends in a word goes on as one."""
    end = rb"(?!%s)" % _WORD if whole and re.match(_WORD, last) else b""
    branches = [end] if texts and not texts[0] else []
    for _, group in groupby((text for text in texts if text), key=lambda text: text[:1]):
        members = list(group)
        first, final = members[0], members[-1]  # what these two share, all do
        length = next((i for i, (a, b) in enumerate(zip(first, final, strict=False)) if a != b), len(first))
        branches.append(re.escape(first[:length]) + _any_of([text[length:] for text in members], first[length - 1 : length], whole=whole))
    if len(branches) == 1:
        return branches[0]
    return b"(?:" + b"|".join(reversed(branches)) + b")"
