"""The offline verifier against whoever owns the home's key: whatever stands in a signed file is answered with a verdict and a place."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest

from recordings import canonical, heads, ledger, manifest
from tests.recordings.packages import HOME, HOST, SESSION, Desk, Story, anchors, resigned, rezip, unzip, with_day


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


def test_an_end_that_counts_beyond_the_file_is_answered(desk: Desk) -> None:
    """Crafted, not cut: numbers of ZIP64 that nothing can hold, and a record of it where there is no room for one."""
    large = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 0x032D, 45, 0, 0, 0xFFFF, 0xFFFF, 1, 2**64 - 1) + struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    whole = with_day()[0].pack()
    for package in (b"signatures/manifest.json" + large + end, b"PK\6\6signatures/manifest.json" + end, whole[:-22] + large + end, whole[:-22] + end):
        assert "end record" in desk.broken(package)


def test_a_signed_time_that_no_calendar_has_is_answered(desk: Desk) -> None:
    package = with_day()[0].pack()
    files = unzip(package)
    described = canonical.write(canonical.read(files["manifest.json"]))
    at = "2026-99-99T99:99:99.000Z"
    signature = HOME.private.sign(manifest.to_sign(described, SESSION, HOME.code, at))
    record = manifest.record(described, SESSION, HOME.code, at, HOME.fingerprint, signature)
    forged = rezip([*((n, d) for n, d in files.items() if n != "signatures/manifest.json"), ("signatures/manifest.json", record)])
    assert "signatures/manifest.json" in desk.broken(forged)


def test_a_keys_file_that_is_too_large_is_not_read(desk: Desk) -> None:
    files = {**unzip(with_day()[0].pack()), "keys/" + "0" * 64 + ".json": b"[" + b"[]," * 40_000 + b"[]]"}
    assert "too large" in desk.broken(resigned(files, HOME))
