"""The offline verifier against whoever owns the home's key: whatever stands in a signed file is answered with a verdict and a place."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from recordings import canonical, heads, ledger, manifest
from tests.recordings.packages import HOME, HOST, SESSION, Desk, Story, anchors, resigned, unzip, with_day


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_whatever_a_signed_manifest_head_or_entry_holds_is_answered_and_never_an_accident(desk: Desk) -> None:
    """Every value of every JSON file is replaced by something else and signed by the home: a verdict with a place, each time."""
    chance = random.Random(11)
    files = unzip(with_day()[0].pack())
    odd: list[Any] = [None, True, -1, 0, 2**53 - 1, "", "x", "..", [], [1], {}, {"a": {}}, "0" * 64]

    def replaced(value: Any) -> Any:
        if isinstance(value, dict) and value and chance.random() < 0.9:
            key = chance.choice(sorted(value))
            return {**value, key: replaced(value[key])} if chance.random() < 0.95 else {k: v for k, v in value.items() if k != key}
        if isinstance(value, list) and value and chance.random() < 0.9:
            i = chance.randrange(len(value))
            return [*value[:i], replaced(value[i]), *value[i + 1 :]]
        return chance.choice(odd)

    def rechained(lines: list[bytes]) -> bytes:
        story = Story()
        entries = [canonical.read(line) for line in lines]
        bent = chance.randrange(30)  # over what comes later, nobody but the exporter signed
        for number, entry in enumerate(entries):
            body = replaced(entry["body"]) if number == bent else entry["body"]
            story.add(entry["what"], body if isinstance(body, dict) else {}, entry["actor"])
        return b"".join(ledger.encode(e) + b"\n" for e in story.entries)

    def admit(m: dict[str, Any]) -> None:
        entries = [ledger.decode(line) for line in bent["ledger.jsonl"].splitlines()]
        m["ledger"] = {"digest": entries[-1].digest, "root": heads.head(SESSION, entries, "jinshan", "home", ledger.utc(1)).root, "seq": len(entries)}

    for name in ("signatures/head-30-home.json", "signatures/day-2026-11-23.json", f"keys/{HOST.fingerprint}.json"):
        for _ in range(120):
            changed = canonical.write(replaced(canonical.read(files[name])))
            result = desk.examine(resigned({**files, name: changed}, HOME), anchors())
            assert result["exit"] == 1 or changed == files[name] or name.startswith("keys/"), changed
    for _ in range(150):
        package = resigned(files, HOME, lambda m: m.update({k: replaced(m[k]) for k in [chance.choice(sorted(m.keys() - {"session"}))]}))
        assert desk.examine(package, anchors())["exit"] == 1 or unzip(package)["manifest.json"] == files["manifest.json"]
    for _ in range(150):
        bent = {**files, "ledger.jsonl": rechained(files["ledger.jsonl"].splitlines())}
        if bent["ledger.jsonl"] == files["ledger.jsonl"]:
            continue
        assert desk.examine(resigned(bent, HOME, admit), anchors())["exit"] == 1, "the heads were signed before"
        # And signed anew altogether: whatever it says then, it says it in words.
        entries = [ledger.decode(line) for line in bent["ledger.jsonl"].splitlines()]
        anew = {n: data for n, data in bent.items() if not n.startswith(("signatures/head", "signatures/day"))}
        for role, by in (("home", HOME), ("host", HOST)):
            anew[manifest.head_file(len(entries), role)] = by.sign(entries, "home" if role == "home" else "host")
        assert desk.examine(resigned(anew, HOME, admit), anchors())["exit"] == 1, "entries speak of other heads"
