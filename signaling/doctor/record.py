"""Each jurisdiction's record of administrative acts: one unbroken chain from its first entry to where the record says that it reaches."""

from __future__ import annotations

from collections.abc import Iterator

from recordings.inspection import Finding, broken
from recordings.ledger import Broken, Entry, verify
from signaling.doctor.names import Persons
from signaling.doctor.numbers import number_stands_in
from signaling.store.chain import chain_of
from signaling.store.look import Look


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
            yield written.entry
