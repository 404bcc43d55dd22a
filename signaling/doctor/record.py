"""Each jurisdiction's record of acts and refusals: one unbroken chain from its first entry to where the record says that it reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recordings.inspection import Finding, broken
from recordings.ledger import Broken, Entry, verify
from signaling.doctor.names import Persons
from signaling.doctor.numbers import number_stands_in
from signaling.domain.administration import REFUSED
from signaling.store.chain import chain_of
from signaling.store.look import Look

_NAME = r"[a-z]+(?:-[a-z]+)*"
_REFUSAL = {"act": re.compile(rf"{_NAME}|(?:GET|POST) /[A-Za-z0-9_/.{{}}-]*"), "code": re.compile(_NAME), "kind": re.compile(_NAME)}
"""How a refusal by the one policy is told: a message or a route as the policy's table calls it, and nothing that somebody wrote."""


def is_a_refusal(entry: Entry) -> bool:
    """Whether an entry of a record tells of a refusal in that form, and of the kind of whoever it names."""
    body = entry.body
    fits = body.keys() == _REFUSAL.keys() and all(isinstance(body[key], str) and form.fullmatch(body[key]) for key, form in _REFUSAL.items())
    return fits and entry.actor.startswith(f"{body['kind']}:")


class Records:
    """`count` grows with every entry that was looked at."""

    def __init__(self, store: Look, persons: Persons) -> None:
        self._store = store
        self._persons = persons
        self._found: list[Finding] = []
        self.count = 0

    def check(self) -> Iterator[Finding]:
        """What is wrong with any of them."""
        for jurisdiction, reach in self._store.records().items():
            try:
                verify(chain_of(jurisdiction), self._entries(jurisdiction), reach)
            except Broken as wrong:
                yield broken("record-broken", f"record of {jurisdiction}, entry {wrong.place}", wrong.reason)
        yield from self._found

    def _entries(self, jurisdiction: str) -> Iterator[Entry]:
        for written in self._store.deeds(jurisdiction):
            self.count += 1
            text, here = f"{written.entry.actor} {written.body}".encode(), f"record of {jurisdiction}, entry {written.entry.seq}"
            if self._persons.stand_in(text):
                self._found.append(broken("name-in-ledger", here, "a name of a person stands in this entry"))
            if number_stands_in(text):
                self._found.append(broken("number-in-ledger", here, "an identity number stands in this entry"))
            if written.entry.what == REFUSED and not is_a_refusal(written.entry):
                self._found.append(broken("refusal-malformed", here, "it says more, less or other than act, code and kind"))
            yield written.entry
