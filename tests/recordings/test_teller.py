"""Lines are told in order, a bounded number at a time, and again until they are acknowledged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recordings.journal import Journal
from recordings.teller import WINDOW, Teller
from recordings.vault import Vault

LIVES = ["00112233445566aa", "1122334455667788", "99aabbccddeeff00"]


class Server:
    """Hears what a teller tells."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.complaints: list[str] = []
        self.teller = Teller(self._hear, self.complaints.append)

    def _hear(self, life: str, n: int, line: str) -> None:
        assert json.loads(line)["n"] == n
        self.heard.append((life, n))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path)


def write(vault: Vault, life: str, lines: int, at: int = 0) -> Journal:
    journal = Journal.opened(vault.journal(life))
    journal.append({"what": "writer-started", "life": life, "at": at})
    journal.append(*({"what": "gap", "start": number} for number in range(lines - 1)))
    return journal


def numbered(life: str, first: int, last: int) -> list[tuple[str, int]]:
    return [(life, n) for n in range(first, last + 1)]


def test_earlier_lives_are_told_first_and_in_the_order_of_time(vault: Vault) -> None:
    write(vault, LIVES[0], 3, at=200).close()
    write(vault, LIVES[1], 2, at=100).close()
    server = Server()
    server.teller.add_earlier(vault, [])
    own = write(vault, LIVES[2], 2, at=300)
    server.teller.add_own(vault, LIVES[2], own)
    server.teller.pump()
    assert server.heard == [*numbered(LIVES[1], 1, 2), *numbered(LIVES[0], 1, 3), *numbered(LIVES[2], 1, 2)]
    own.append({"what": "gap"})
    server.teller.pump()
    assert server.heard[-1] == (LIVES[2], 3)
    own.close()


def test_no_more_are_told_than_may_wait_for_an_acknowledgement(vault: Vault) -> None:
    write(vault, LIVES[0], WINDOW + 50).close()
    server = Server()
    server.teller.add_earlier(vault, [])
    server.teller.pump()
    server.teller.pump()
    assert server.heard == numbered(LIVES[0], 1, WINDOW)
    server.teller.acknowledge(LIVES[0], 20)
    assert server.heard == numbered(LIVES[0], 1, WINDOW + 20)
    server.teller.acknowledge(LIVES[0], WINDOW + 20)
    assert server.heard == numbered(LIVES[0], 1, WINDOW + 50)
    assert server.teller.unacknowledged == 30


def test_what_was_acknowledged_is_not_told_to_the_next_writer_and_the_rest_is(vault: Vault) -> None:
    write(vault, LIVES[0], 5).close()
    first = Server()
    first.teller.add_earlier(vault, [])
    first.teller.pump()
    first.teller.acknowledge(LIVES[0], 3)
    first.teller.note()
    second = Server()
    second.teller.add_earlier(vault, [])
    second.teller.pump()
    assert second.heard == numbered(LIVES[0], 4, 5)
    second.teller.acknowledge(LIVES[0], 5)
    second.teller.note()
    third = Server()
    third.teller.add_earlier(vault, [])
    third.teller.pump()
    assert third.heard == []


def test_a_journal_that_grew_after_all_was_acknowledged_is_told_on(vault: Vault) -> None:
    write(vault, LIVES[0], 2).close()
    first = Server()
    first.teller.add_earlier(vault, [])
    first.teller.pump()
    first.teller.acknowledge(LIVES[0], 2)
    first.teller.note()
    with Journal.opened(vault.journal(LIVES[0])) as journal:  # recovery adds what it found
        journal.append({"what": "segment", "state": "cut"})
    second = Server()
    second.teller.add_earlier(vault, [])
    second.teller.pump()
    assert second.heard == [(LIVES[0], 3)]


def test_a_lost_note_means_that_lines_are_told_once_more(vault: Vault) -> None:
    write(vault, LIVES[0], 2).close()
    first = Server()
    first.teller.add_earlier(vault, [])
    first.teller.pump()
    first.teller.acknowledge(LIVES[0], 2)
    first.teller.note()
    (note,) = (vault.root / "journal").glob("*.acked")
    note.write_bytes(b"torn")
    second = Server()
    second.teller.add_earlier(vault, [])
    second.teller.pump()
    assert second.heard == numbered(LIVES[0], 1, 2)


def test_nobody_can_acknowledge_what_was_not_told(vault: Vault) -> None:
    own = write(vault, LIVES[0], 2)
    server = Server()
    server.teller.add_own(vault, LIVES[0], own)
    server.teller.pump()
    server.teller.acknowledge(LIVES[0], 99)
    server.teller.acknowledge("ffffffffffffffff", 1)
    own.append({"what": "gap"})
    server.teller.pump()
    assert server.heard == numbered(LIVES[0], 1, 3)
    own.close()


def test_a_journal_that_cannot_be_read_is_complained_of_and_the_others_are_told(vault: Vault) -> None:
    write(vault, LIVES[0], 3).close()
    path = vault.journal(LIVES[0])
    path.write_bytes(path.read_bytes().replace(b'"n":2', b'"n":7'))
    write(vault, LIVES[1], 1).close()
    server = Server()
    server.teller.add_earlier(vault, [])
    server.teller.pump()
    assert server.heard == [(LIVES[1], 1)]
    assert len(server.complaints) == 1 and "line 2" in server.complaints[0]


def test_lives_that_still_run_wait_until_they_are_over(vault: Vault) -> None:
    running = write(vault, LIVES[0], 2)
    server = Server()
    server.teller.add_earlier(vault, [LIVES[0]])
    server.teller.pump()
    assert server.heard == []
    running.close()
    server.teller.add_earlier(vault, [])
    server.teller.add_earlier(vault, [])
    server.teller.pump()
    assert server.heard == numbered(LIVES[0], 1, 2)


def test_a_life_that_is_over_is_told_to_its_end_even_when_its_folder_is_gone(vault: Vault) -> None:
    own, other = write(vault, LIVES[0], 3), write(vault, LIVES[1], 2)
    server = Server()
    server.teller.add_own(vault, LIVES[0], own)
    assert server.teller.end_own()
    own.close()
    server.teller.add_own(vault, LIVES[1], other)
    vault.journal(LIVES[1]).unlink()
    assert not server.teller.end_own(), "nobody may close it"
    server.teller.pump()
    assert server.heard == [*numbered(LIVES[0], 1, 3), *numbered(LIVES[1], 1, 2)]
    server.teller.acknowledge(LIVES[0], 3)
    server.teller.acknowledge(LIVES[1], 2)
    server.teller.note()
    assert server.teller.unacknowledged == 0
