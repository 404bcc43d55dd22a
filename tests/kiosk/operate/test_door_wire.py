"""What can be said through the door, and what cannot."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operate import door_wire as wire
from kiosk.operate import grant as rules


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"type": "hello", "token": "t"}, wire.Hello("t")),
        ({"type": "grant", "id": "g1", "window": "tax", "level": "view", "seconds": 60}, wire.Grant("g1", "tax", "view", 60)),
        ({"type": "act", "n": 3, "action": {"do": "press", "x": 0.5, "y": 2}}, wire.Act(3, wire.Press(0.5, 2))),
        ({"type": "act", "n": 4, "action": {"do": "key", "name": "Tab"}}, wire.Act(4, wire.Key("Tab"))),
        ({"type": "revoke", "reason": "hold"}, wire.Revoke("hold")),
    ],
)
def test_what_the_page_says_is_read(said: dict[str, Any], meant: wire.FromPage) -> None:
    assert wire.read(json.dumps(said)) == meant


@pytest.mark.parametrize(
    "frame",
    [
        "", "[]", "{", '{"type":"open","url":"x"}', '{"token":"t"}', '{"type":"hello","token":1}', '{"type":"hello","token":"t","x":1}',
        '{"type":"grant","id":"g 1","window":"tax","level":"view","seconds":60}', '{"type":"grant","id":"g","window":"../x","level":"view","seconds":60}',
        '{"type":"grant","id":"g","window":"tax","level":"all","seconds":60}', '{"type":"grant","id":"g","window":"tax","level":"view","seconds":0}',
        '{"type":"act","n":1,"action":{"do":"paste"}}', '{"type":"act","n":1,"action":{"do":"move","x":NaN,"y":0}}', '{"type":"act","n":-1,"action":{"do":"release"}}',
        '{"type":"act","n":1,"action":{"do":"press","x":1,"y":1,"button":3}}', '{"type":"revoke","reason":"She said no"}', b'{"type":"hello","token":"t"}',
    ],
)  # fmt: skip
def test_anything_else_is_refused(frame: str | bytes) -> None:
    with pytest.raises(ValueError):
        wire.read(frame)


def test_every_action_has_its_rule() -> None:
    said = [wire.Move(0, 1), wire.Press(0, 1), wire.Release(), wire.Wheel(0, 1, -3), wire.Text("王"), wire.Key("A", "Control")]
    meant = [
        rules.Move(0, 1),
        rules.Press(0, 1),
        rules.Release(),
        rules.Wheel(0, 1, -3),
        rules.Text("王"),
        rules.Key("A", "Control"),
    ]
    assert [wire.rule(each) for each in said] == meant


def test_what_the_agent_says_is_plain_json() -> None:
    assert json.loads(wire.write(wire.Ready([wire.Choice("tax", "税务", "Tax")]))) == {
        "type": "ready", "windows": [{"window": "tax", "zh": "税务", "en": "Tax"}]
    }  # fmt: skip
    assert json.loads(wire.write(wire.Acted(3, 0, "covered"))) == {"type": "acted", "n": 3, "count": 0, "refused": "covered"}
    lines = [wire.line({"did": "typed", "field": "phone", "count": 11}), wire.line({"did": "clicked", "field": "", "count": 1})]
    assert json.loads(wire.write(wire.Happened("g1", 1, lines))) == {
        "type": "happened", "id": "g1", "n": 1, "entries": [{"did": "typed", "field": "phone", "count": 11}, {"did": "clicked"}]
    }  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    [
        {"did": "granted", "level": "control", "seconds": 600}, {"did": "pressed", "key": "Control+A", "field": "phone", "count": 2},
        {"did": "pressed", "key": "PageUp", "count": 1}, {"did": "scrolled", "field": "field-2", "count": 3},
        {"did": "refused", "code": "covered", "count": 5}, {"did": "refused", "code": "busy"}, {"did": "revoked", "reason": "line-lost"},
    ],
)  # fmt: skip
def test_every_entry_of_a_journal_is_a_line(entry: dict[str, str | int]) -> None:
    told = json.loads(wire.write(wire.Happened("g", 1, [wire.line(entry)])))["entries"][0]
    assert told == {name: value for name, value in entry.items() if (name, value) != ("count", 1)}


@pytest.mark.parametrize("name", sorted(rules.MODIFIED))
def test_every_key_that_is_allowed_can_be_told(name: str) -> None:
    for modifier in rules.MODIFIED[name]:
        wire.line({"did": "pressed", "key": f"{modifier}+{name}" if modifier else name, "field": "x", "count": 1})


WORDS = st.text(min_size=1).filter(lambda text: not wire.re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", text))


@given(st.sampled_from(["granted", "clicked", "scrolled", "typed", "pressed", "refused", "revoked", "said"]), WORDS, st.text())
def test_no_word_of_a_page_and_no_text_can_be_in_a_line(did: str, words: str, text: str) -> None:
    for entry in ({"did": did, "field": words}, {"did": did, "text": text}, {"did": did, "field": "name", "label": text}, {"did": did, "code": words},
                  {"did": did, "reason": words}):  # fmt: skip
        with pytest.raises(msgspec.ValidationError):
            wire.line(entry)
