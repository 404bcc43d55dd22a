"""The offline verifier against forgers: with an editor, with a key of their own, and with the home's own key."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recordings import canonical, heads, ledger
from tests.recordings.packages import (
    HOME,
    HOST,
    ORIGIN,
    REQUIRED,
    SESSION,
    Desk,
    Jurisdiction,
    Packing,
    Story,
    anchors,
    digest,
    resigned,
    rezip,
    unzip,
    whole,
)

FILES = unzip(whole().pack())
THIEF = Jurisdiction("jinshan", "stolen name")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def with_lines(change: Callable[[list[bytes]], Any]) -> dict[str, bytes]:
    """The files with a changed ledger; `change` edits the list of lines."""
    lines = FILES["ledger.jsonl"].splitlines(keepends=True)
    change(lines)
    return {**FILES, "ledger.jsonl": b"".join(lines)}


def without(name: str) -> dict[str, bytes]:
    return {n: data for n, data in FILES.items() if n != name}


# --- an editor: the ZIP is put together again as it should be, nothing is signed anew --------------


@pytest.mark.parametrize("name", [n for n in FILES if n not in ("manifest.json", "signatures/manifest.json")])
def test_a_changed_missing_or_renamed_file_is_named(desk: Desk, name: str) -> None:
    chance = random.Random(name)
    for _ in range(10):
        data = bytearray(FILES[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert f"{name} (bytes" in desk.broken(rezip({**FILES, name: bytes(data)}))
    for data in (FILES[name][:-1], FILES[name] + b"\0", b""):
        assert name in desk.broken(rezip({**FILES, name: data}))
    assert f"{name}: is missing" in desk.broken(rezip(without(name)))
    first, *between, m, s = sorted((("x" + n if n == name else n), data) for n, data in FILES.items() if not n.endswith("manifest.json")), *list(FILES.items())[-2:]
    del between
    renamed = desk.broken(rezip([*first, m, s]))
    assert f"{name}: is missing" in renamed and f"x{name}: is not listed" in renamed


def test_an_added_file_is_named(desk: Desk) -> None:
    for name in ("segments/resident.camera-9-0.webm", "stills/m-2.jpg", "A.txt", "zzz.txt", "keys/x.json"):
        *files, m, s = [*FILES.items()]
        assert f"{name}: is not listed" in desk.broken(rezip([*sorted([*files, (name, b"added")]), m, s]))


def test_swapped_files_are_named(desk: Desk) -> None:
    a, b = "segments/resident.camera-1-0.webm", "segments/resident.camera-1-1.webm"
    said = desk.broken(rezip({**FILES, a: FILES[b], b: FILES[a]}))
    assert a in said and b in said


def test_a_changed_manifest_is_named(desk: Desk) -> None:
    chance = random.Random(1)
    for name in ("manifest.json", "signatures/manifest.json"):
        for _ in range(300):
            data = bytearray(FILES[name])
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            said = desk.broken(rezip({**FILES, name: bytes(data)}))
            assert "manifest.json" in said or "keys/" in said, said


# --- a key of their own ---------------------------------------------------------------------------


def forged() -> Packing:
    """Everything made anew, by people who own no key that anybody knows."""
    return whole(home=THIEF, host=Jurisdiction("haiyan", "stolen name"))


def test_a_wholly_forged_package_is_never_proven(desk: Desk) -> None:
    package = forged().pack()
    unconfirmed = desk.examine(package)
    assert unconfirmed["exit"] == 3
    assert any(THIEF.fingerprint in line for line in unconfirmed["not_proven"])
    said = desk.broken(package, anchors())
    assert THIEF.fingerprint in said
    assert "signatures/head-30-home.json" in said and "signatures/head-30-host.json" in said and "signatures/manifest.json" in said


def test_a_package_signed_again_by_another_key_is_not_the_homes(desk: Desk) -> None:
    package = resigned(FILES, THIEF)
    assert desk.examine(package)["exit"] == 3
    assert f"signed by the key {THIEF.fingerprint}" in desk.broken(package)
    assert "does not speak of this manifest" in desk.broken(resigned(FILES, HOST)), "a real key, but of another jurisdiction"


def test_a_thief_who_bends_the_ledger_cannot_bend_its_signed_heads(desk: Desk) -> None:
    def bend(lines: list[bytes]) -> None:
        story = Story()
        for line in lines:
            old = ledger.decode(line[:-1])
            story.add(old.what, {**old.body, "outcome": "returned"} if old.what == "closed" else old.body, old.actor)
        lines[:] = [ledger.encode(entry) + b"\n" for entry in story.entries]

    def admit(m: dict[str, Any]) -> None:
        entries = [ledger.decode(line) for line in bent["ledger.jsonl"].splitlines()]
        m["ledger"] = {"digest": entries[-1].digest, "root": heads.head(SESSION, entries, "jinshan", "home", ledger.utc(1)).root, "seq": len(entries)}

    bent = with_lines(bend)
    for signer in (THIEF, HOME):
        said = desk.broken(resigned(bent, signer, admit))
        assert "signatures/head-30-home.json: signs another ledger" in said
        assert "digest, root differ at entry 30" in said


# --- the home's own key: what the ledger and its signatures alone still show -----------------------


@pytest.mark.parametrize("at", [0, 1, 9, 17, 28, 33])
def test_entries_that_were_removed_doubled_moved_or_inserted_are_named(desk: Desk, at: int) -> None:
    last = len(FILES["ledger.jsonl"].splitlines())
    other = whole(session="s-20261123-0002").story.entries[at]

    def said(change: Callable[[list[bytes]], Any]) -> str:
        return desk.broken(resigned(with_lines(change), HOME))

    assert f"entry {min(at + 1, last - 1)}: " in said(lambda lines: lines.pop(at))
    assert f"entry {at + 2}: entry {at + 1} stands here" in said(lambda lines: lines.insert(at, lines[at]))
    assert f"entry {at + 1}: " in said(lambda lines: lines.insert(at, ledger.encode(other) + b"\n"))
    assert f"entry {at + 1}: " in said(lambda lines: lines.__setitem__(at, ledger.encode(other) + b"\n"))
    if at:
        assert f"entry {at}: entry {at + 1} stands here" in said(lambda lines: lines.insert(at - 1, lines.pop(at)))


def test_every_edited_entry_is_named_by_itself_or_its_follower(desk: Desk) -> None:
    chance = random.Random(3)
    lines = FILES["ledger.jsonl"].splitlines(keepends=True)
    for i, line in enumerate(lines):
        for _ in range(20):
            bent = bytearray(line)
            bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
            files = {**FILES, "ledger.jsonl": b"".join([*lines[:i], bytes(bent), *lines[i + 1 :]])}
            said = desk.broken(resigned(files, HOME))
            assert f"entry {i + 1}: " in said or f"entry {i + 2}: " in said, (i, bent, said)


def test_a_cut_tail_is_seen_whatever_is_signed_again(desk: Desk) -> None:
    entries = whole().story.entries
    for kept in (10, 29, 30, 33):
        cut = {**FILES, "ledger.jsonl": b"".join(ledger.encode(e) + b"\n" for e in entries[:kept])}
        assert f"entry {kept}: the ledger ends here" in desk.broken(resigned(cut, HOME))
        story = whole().story
        story.entries = story.entries[:kept]
        shorter = [HOME.sign(story.entries, "home"), HOST.sign(story.entries, "host")]
        admitted = Packing(story, shorter)
        # Of a ledger that its own home and host cut before they ever spoke of it, nobody outside knows; of any other, somebody does.
        result = desk.examine(admitted.pack(), anchors())
        assert result["exit"] == (1 if kept in (10, 29, 33) else 0), (kept, result)


def test_a_head_of_an_earlier_time_does_not_stand_for_what_came_later(desk: Desk) -> None:
    packing = whole()
    early = packing.story.entries[:12]
    packing.records = [HOME.sign(early, "home"), HOST.sign(early, "host")]
    said = desk.broken(packing.pack())
    assert "entry 30: is evidence, and the home has signed entries up to 12 only" in said
    assert "entry 31: speaks of a signature of jinshan over entries 1 to 30 that is not here" in said


def test_a_package_without_a_head_of_the_home_is_broken(desk: Desk) -> None:
    packing = Packing(Story().begin().talk().close(), [])
    packing.records = [HOST.sign(packing.story.entries, "host")]
    assert "home has signed entries up to 0 only" in desk.broken(packing.pack())


def test_a_pending_countersignature_is_said(desk: Desk) -> None:
    story = Story().begin().talk().close()
    result = desk.examine(Packing(story, story.signed("home")).pack(), anchors())
    assert result["exit"] == 0
    assert any("haiyan" in line and "pending" in line for line in result["not_proven"])


def test_a_signature_record_is_for_its_role_and_jurisdiction(desk: Desk) -> None:
    story = Story().begin().talk().close()
    for wrong in (HOST.sign(story.entries, "home"), HOME.sign(story.entries, "host")):
        assert "by differ" in desk.broken(Packing(story, [wrong]).pack())
    record = heads.read(HOME.sign(story.entries, "home"))
    foreign = heads.Record(record.head, HOST.fingerprint, HOST.private.sign(record.head.to_sign())).encode()
    assert "the package has no such key of jinshan" in desk.broken(Packing(story, [foreign]).pack())
    stolen = heads.Record(record.head, HOME.fingerprint, THIEF.private.sign(record.head.to_sign())).encode()
    assert "the signature is not by the key" in desk.broken(Packing(story, [stolen]).pack())


def test_a_record_has_one_form_whoever_signs_it(desk: Desk) -> None:
    """What the signature does not cover: more fields, another spelling of base64, a key under another name, a time that is none."""
    name = "signatures/head-30-home.json"
    value = canonical.read(FILES[name])
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spelled = value["signature"][:-3] + alphabet[alphabet.index(value["signature"][-3]) ^ 1] + "=="
    for change in ({"extra": 1}, {"signature": spelled}):
        assert f"{name}: " in desk.broken(resigned({**FILES, name: canonical.write({**value, **change})}, HOME)), change
    timeless = {**value["head"], "at": "yesterday"}
    signed = {"head": timeless, "key": HOME.fingerprint, "signature": base64.b64encode(HOME.private.sign(canonical.write(timeless))).decode()}
    assert f"{name}: signature or time are not in their form" in desk.broken(resigned({**FILES, name: canonical.write(signed)}, HOME))
    last = canonical.read(FILES["signatures/manifest.json"])
    for change in ({"extra": 1}, {"signature": "AAAA"}):
        assert "signatures/manifest.json: " in desk.broken(rezip({**FILES, "signatures/manifest.json": canonical.write({**last, **change})}))
    key = f"keys/{HOST.fingerprint}.json"
    for data in (HOME.keys(), canonical.write({**canonical.read(HOST.keys()), "extra": 1})):
        assert f"{key}: does not hold the public keys that its name says" in desk.broken(resigned({**FILES, key: data}, HOME))


def test_home_and_host_are_the_tickets(desk: Desk) -> None:
    alone = {n: data for n, data in FILES.items() if n not in ("signatures/head-30-host.json", f"keys/{HOST.fingerprint}.json")}
    assert "not those of the ticket, jinshan and haiyan" in desk.broken(resigned(alone, HOME, lambda m: m.update(host="jinshan")))


def test_a_ledger_ends_with_its_last_line(desk: Desk) -> None:
    assert "does not end with a newline" in desk.broken(resigned({**FILES, "ledger.jsonl": FILES["ledger.jsonl"][:-1]}, HOME))


# --- sessions mixed up ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger.jsonl", "segments/resident.camera-1-0.webm", "segments/clerk.camera-1-1.seg", "signatures/head-30-home.json"])
def test_nothing_of_another_session_passes(desk: Desk, name: str) -> None:
    other = unzip(whole(session="s-20261123-0002").pack())
    assert desk.examine(rezip(other), anchors())["exit"] == 0, "it is a whole package itself"
    place = {"ledger.jsonl": "entry 1", "signatures/head-30-home.json": name}.get(name, name)
    assert place in desk.broken(resigned({**FILES, name: other[name]}, HOME))


def test_a_manifest_of_another_session_does_not_fit(desk: Desk) -> None:
    other = unzip(whole(session="s-20261123-0002").pack())
    last = {n: other[n] for n in ("manifest.json", "signatures/manifest.json")}
    desk.broken(rezip({**FILES, **last}))
    desk.broken(rezip({**FILES, "signatures/manifest.json": other["signatures/manifest.json"]}))


def test_every_bent_byte_of_what_the_home_signs_again_is_seen_in_what_was_signed_before(desk: Desk) -> None:
    """The home lists whatever is there and signs it; segments, stills, keys and heads still answer to the ledger."""
    chance = random.Random(5)
    vouched = [n for n in FILES if n.startswith(("segments/", "stills/", "signed/", "notices/", "signatures/head", "keys/"))]
    vouched.remove("segments/clerk.camera-1-1.webm")  # of a segment that was cut, only the sealed bytes were noted
    for name in vouched:
        for _ in range(15):
            data = bytearray(FILES[name])
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            result = desk.examine(resigned({**FILES, name: bytes(data)}, HOME), anchors())
            # A public key file has fields that nothing else speaks of; which key signs is not among them.
            assert result["exit"] == 1 or name.startswith("keys/"), (name, data)


def test_the_exporter_cannot_say_something_else_than_the_ledger(desk: Desk) -> None:
    def set_to(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
        return lambda m: m.update({field: value})

    for field, value in (("tracks", []), ("intervals", []), ("origin", ORIGIN + 1), ("completeness", {"complete": False, "missing": []}),
                         ("home", "haiyan"), ("host", "pinghu"), ("session", "s-20261123-0009"), ("form", "sealed"), ("form", "open"),
                         ("format", "virtual-window-package/2"), ("algorithms", {}), ("files", []), ("ledger", {}), ("extra", 1)):  # fmt: skip
        assert desk.broken(resigned(FILES, HOME, set_to(field, value))), field
    itself = {"digest": "0" * 64, "name": "manifest.json", "size": 1}
    assert "names itself" in desk.broken(resigned(FILES, HOME, lambda m: m.update(files=[*m["files"], itself])))
    assert digest(canonical.write(canonical.read(FILES["manifest.json"]))) == digest(FILES["manifest.json"])
    assert [t["publication"] for t in canonical.read(FILES["manifest.json"])["tracks"]] == REQUIRED
