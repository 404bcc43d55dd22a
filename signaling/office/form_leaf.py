"""One field of a form while it is filled in: a Yjs document of its own, and the only door to `pycrdt`.

A document per field, not one for the form: what a side may not see is then never in the bytes that it is sent, a locked page refuses
its own fields and nothing else, and the check of an update looks at one value.
"""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map, Text

from signaling.domain.refusals import Refusal
from signaling.office.form_updates import ROOTS, Mode, Run, Update, read_update, read_vector, write_vector

MOST_BYTES = 16_384
"""Of one update: a pasted long text with its history. Anything longer is refused unread."""
MOST_UNITS = 10_000
"""Letters ever typed into one field, deleted ones too: their places are kept for ever."""


class Leaf:
    """A value. Not changed in place: `with_update` gives the next one, so that a refusal leaves everything as it was."""

    def __init__(self, mode: Mode, state: bytes = b"\x00\x00") -> None:
        """`state` comes out of our own store. Raises Refusal `bad-update` when it is damaged."""
        self.mode = mode
        self._doc: Doc[Any] = Doc()
        _merge(self._doc, state)
        self.vector: dict[int, int] = read_vector(self._doc.get_state())
        self.value = self._read()
        self._halves = _halves(read_update(state, mode).runs)

    def with_update(self, data: bytes, most: int) -> tuple[Leaf, Update]:
        """The leaf after an update from outside, and what the update says. `most` letters may stand in it.

        Raises Refusal `too-large`, `bad-update`, `not-an-edit`, `out-of-order` (something before it never came: synchronise again),
        `field-full`.
        """
        if len(data) > MOST_BYTES:
            raise Refusal("too-large", f"{len(data)} bytes")
        update = read_update(data, self.mode)
        expected = self._vector_after(update)
        if sum(expected.values()) > MOST_UNITS:
            raise Refusal("field-full", "too much was typed and deleted here")
        self._check_halves(update)
        after = Leaf.__new__(Leaf)
        after.mode, after.vector = self.mode, expected
        after._doc = Doc()
        _merge(after._doc, self.state())
        _merge(after._doc, data)
        if read_vector(after._doc.get_state()) != {client: clock for client, clock in expected.items() if clock}:
            raise Refusal("out-of-order", "it builds on something that is not here")
        after.value = after._read()
        if len(after.value) > most:
            raise Refusal("field-full", f"{len(after.value)} letters")
        after._halves = self._halves | _halves(update.runs)
        return after, update

    def state(self) -> bytes:
        """Everything, for the store."""
        return self.since({})

    @property
    def known(self) -> bytes:
        """The vector as an end reads it."""
        return write_vector(self.vector)

    def since(self, vector: dict[int, int]) -> bytes:
        """What somebody who knows `vector` lacks. A client that is known beyond what is here is answered as if it were not."""
        return bytes(self._doc.get_update(write_vector({client: clock for client, clock in vector.items() if clock <= self.vector.get(client, 0)})))

    def _read(self) -> str:
        root, key = ROOTS[self.mode]
        if key is None:
            return str(self._doc.get(root, type=Text))
        value = self._doc.get(root, type=Map).get(key)
        return value if isinstance(value, str) else ""

    def _vector_after(self, update: Update) -> dict[int, int]:
        vector = dict(self.vector)
        for run in update.runs:
            if run.clock > vector.get(run.client, 0):
                raise Refusal("out-of-order", "letters before these are missing")
            vector[run.client] = max(vector.get(run.client, 0), run.clock + run.length)
        for run in update.runs:
            for id in filter(None, (run.origin, run.right_origin)):
                if id[1] >= vector.get(id[0], 0):
                    raise Refusal("out-of-order", "its neighbour is missing")
        for client, clock, length in update.deletes:
            if clock + length > vector.get(client, 0) or length == 0:
                raise Refusal("out-of-order", "it deletes what is not here")
        return vector

    def _check_halves(self, update: Update) -> None:
        """Nothing may come between the two UTF-16 halves of a letter such as 𠮷, or take one of them away."""
        halves = self._halves | _halves(update.runs)
        cuts = [run.right_origin for run in update.runs if run.right_origin]
        cuts += [(run.origin[0], run.origin[1] + 1) for run in update.runs if run.origin]
        cuts += [(client, clock) for client, clock, _ in update.deletes]
        cuts += [(client, clock + length) for client, clock, length in update.deletes]
        cuts += [(run.client, self.vector.get(run.client, 0)) for run in update.runs]
        if not halves.isdisjoint(cuts):
            raise Refusal("not-an-edit", "it cuts a letter in two")


def _merge(doc: Doc[Any], data: bytes) -> None:
    try:
        doc.apply_update(data)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise Refusal("bad-update", type(error).__name__) from None


def _halves(runs: list[Run]) -> frozenset[tuple[int, int]]:
    found = []
    for run in runs:
        clock = run.clock
        if run.text is None or run.length == len(run.text):  # nothing outside the first plane; an answer is one unit
            continue
        for char in run.text:
            clock += 1 + (char > "\uffff")
            if char > "\uffff":
                found.append((run.client, clock - 1))
    return frozenset(found)
