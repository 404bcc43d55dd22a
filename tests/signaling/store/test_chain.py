"""From what the domain enters to chained entries."""

from __future__ import annotations

from recordings.ledger import head_of, start, verify
from signaling.domain.effects import Enter
from signaling.store.chain import chained


def test_a_ledger_goes_on_where_it_ended() -> None:
    first = list(chained("session-1", None, [Enter("ticket-taken"), Enter("consent-given", {"text": "recording"})], 1.0, "kiosk:haiyan-1"))
    then = list(chained("session-1", head_of(first[-1]), [Enter("ringing", {"clerk": "li"})], 2.0, "server"))
    assert first[0].prev == start("session-1").digest
    assert [(e.seq, e.at, e.actor) for e in (*first, *then)] == [
        (1, "1970-01-01T00:00:01.000Z", "kiosk:haiyan-1"), (2, "1970-01-01T00:00:01.000Z", "kiosk:haiyan-1"), (3, "1970-01-01T00:00:02.000Z", "server"),
    ]
    assert verify("session-1", [*first, *then]) == head_of(then[0])


def test_nothing_entered_is_nothing_written() -> None:
    assert list(chained("session-1", None, [], 1.0, "server")) == []


def test_numbers_with_fractions_are_text_and_truth_is_no_number() -> None:
    (entry,) = chained("session-1", None, [Enter("measured", {"seconds": 2.0, "count": 2, "yes": True, "why": None})], 1.0, "server")
    assert repr(dict(sorted(entry.body.items()))) == "{'count': 2, 'seconds': '2.000', 'why': None, 'yes': True}"
