"""Two people with a bad line: typists on `pycrdt` documents, a link that delays and breaks, and a count of every letter ever typed."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from pycrdt import Doc, Text

from signaling.domain.form_steps import Side
from signaling.office.form_paper import FormPaper


def typing(client: int, *texts: str, root: str = "text") -> list[bytes]:
    """The updates of somebody who types the texts one after the other."""
    doc: Doc[Text] = Doc(client_id=client)
    text = doc.get(root, type=Text)
    updates: list[bytes] = []
    kept = doc.observe(lambda event: updates.append(bytes(event.update)))
    for each in texts:
        text += each
    doc.unobserve(kept)
    return updates


def everything(*updates: bytes) -> bytes:
    """The updates as one."""
    doc: Doc[Text] = Doc()
    for update in updates:
        doc.apply_update(update)
    return bytes(doc.get_update())


class Letters:
    """Hands out letters that are used only once, now and then one with two UTF-16 halves, and remembers which were deleted."""

    def __init__(self) -> None:
        self.typed: list[str] = []
        self.deleted: set[str] = set()

    def next(self) -> str:
        number = len(self.typed)
        letter = chr(0x20000 + number) if number % 5 == 0 else chr(0x4E00 + number)
        self.typed.append(letter)
        return letter

    def counted(self, text: str) -> list[str]:
        """Letters that are not there exactly once, though nobody deleted them, or are there though somebody did."""
        return [letter for letter in self.typed if text.count(letter) != (letter not in self.deleted)]


@dataclass
class Typist:
    """One end: a document per field, what was not acknowledged yet, and the line in both directions."""

    side: Side
    client: int
    fields: list[str]
    up: deque[tuple[str, bytes]] = field(default_factory=deque)
    down: deque[tuple[str, bytes]] = field(default_factory=deque)
    on_line: bool = False
    lacking: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.docs: dict[str, Doc[Text]] = {name: Doc(client_id=self.client) for name in self.fields}
        self.texts = {name: doc.get("text", type=Text) for name, doc in self.docs.items()}
        self._kept = [doc.observe(self._local(name)) for name, doc in self.docs.items()]
        self._quiet = False

    def _local(self, name: str) -> Callable[[object], None]:
        def typed(event: object) -> None:
            if not self._quiet:
                self.lacking.add(name)
                if self.on_line:
                    self.up.append((name, bytes(event.update)))  # type: ignore[attr-defined]  # the library types it as Any

        return typed

    def act(self, rng: random.Random, letters: Letters) -> None:
        """Type a letter or two somewhere, or take one away."""
        text = self.texts[rng.choice(self.fields)]
        said = str(text)
        at = rng.randint(0, len(said))
        if said and rng.random() < 0.3:
            at = min(at, len(said) - 1)
            letters.deleted.add(said[at])
            start = len(said[:at].encode())
            del text[start : start + len(said[at].encode())]
        else:
            text.insert(len(said[:at].encode()), "".join(letters.next() for _ in range(rng.randint(1, 2))))

    def take(self, name: str, update: bytes) -> None:
        self._quiet = True
        self.docs[name].apply_update(update)
        self._quiet = False

    def lose_line(self) -> None:
        """What was on its way is gone."""
        self.on_line = False
        self.up.clear()
        self.down.clear()

    def come_back(self, paper: FormPaper) -> None:
        """Say what is known, take what is lacking, send what the other side lacks."""
        self.on_line = True
        sheets = paper.welcome(self.side, {name: bytes(doc.get_state()) for name, doc in self.docs.items()})
        for name, sheet in sheets.items():
            if name in self.docs:
                self.take(name, sheet.update)
                if name in self.lacking:
                    self.up.append((name, bytes(self.docs[name].get_update(sheet.vector))))

    def said(self) -> dict[str, str]:
        return {name: str(text) for name, text in self.texts.items()}


def deliver_up(paper: FormPaper, typist: Typist, others: list[Typist]) -> None:
    """The oldest thing on the way to the server arrives."""
    name, update = typist.up.popleft()
    applied = paper.apply(name, update, typist.side)
    for other in others:
        if other.on_line and other.side in applied.to:
            other.down.append((name, applied.update))
