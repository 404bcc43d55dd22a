"""The manifest: computed from ledger and files, in one form, with names that are made from checked parts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from recordings import canonical, ledger, manifest
from recordings.coverage import BadFact
from recordings.keys import KeysError
from recordings.manifest import Listed
from tests.recordings.packages import HOME, HOST, ORIGIN, SESSION, Story

FILES = [Listed("b.txt", 2, "b" * 64), Listed("a.txt", 1, "a" * 64)]
STORY = Story().begin().talk().close()


def built(story: Story = STORY) -> dict[str, Any]:
    value: dict[str, Any] = canonical.read(manifest.build(story.session, story.entries, FILES, "clear"))
    return value


def test_it_says_what_is_there() -> None:
    value = built()
    assert value["files"] == [{"digest": "a" * 64, "name": "a.txt", "size": 1}, {"digest": "b" * 64, "name": "b.txt", "size": 2}]
    assert (value["session"], value["home"], value["host"], value["form"], value["origin"]) == (SESSION, "jinshan", "haiyan", "clear", ORIGIN)
    assert value["ledger"]["seq"] == len(STORY.entries)
    assert value["ledger"]["digest"] == STORY.entries[-1].digest
    assert value["completeness"] == {"complete": True, "missing": []}
    assert value["algorithms"]["signature"] == "Ed25519"
    camera = next(t for t in value["tracks"] if t["publication"] == "clerk.camera")
    assert [(s["segment"], s["start"], s["end"], s["state"]) for s in camera["segments"]] == [
        (0, 900, 4900, "whole"), (1, 9010, 13_000, "cut"), (3, 15_500, 20_000, "whole"),
    ]  # fmt: skip
    assert camera["gaps"] == [{"cause": "writer-crash", "end": 15_500, "epoch": 1, "start": 13_000}]


def test_it_says_what_is_missing() -> None:
    story = Story().begin()
    story.first_byte("resident.camera", 100)
    story.segment("resident.camera", 0, 100, 4000)
    story.writer("room-closed", {"end": 9000})
    value = built(story)
    assert value["completeness"]["complete"] is False
    assert {"end": 9000, "publication": "resident.camera", "start": 4000} in value["completeness"]["missing"]
    assert {"end": 9000, "publication": "clerk.camera", "start": 0} in value["completeness"]["missing"]


def test_it_is_written_of_a_whole_ledger_with_a_ticket_only() -> None:
    with pytest.raises(ledger.Broken):
        manifest.build(SESSION, STORY.entries[1:], FILES, "clear")
    with pytest.raises(ValueError, match="ticket"):
        manifest.home_and_host(STORY.entries[1:])
    story = Story().begin()
    story.writer("gap", {})
    with pytest.raises(BadFact):
        built(story)


def test_the_signature_can_be_checked_by_hand() -> None:
    described = manifest.build(SESSION, STORY.entries, FILES, "clear")
    at = ledger.utc(1_790_000_000)
    signature = HOME.private.sign(manifest.to_sign(described, SESSION, "jinshan", at))
    value = json.loads(manifest.record(described, SESSION, "jinshan", at, HOME.fingerprint, signature))
    signed = json.dumps(value["export"], sort_keys=True, separators=(",", ":")).encode()
    Ed25519PublicKey.from_public_bytes(HOME.public).verify(signature, signed)
    assert value["export"].keys() == {"at", "by", "digest", "format", "session"}


def test_names_are_made_from_checked_parts() -> None:
    assert manifest.segment_file("resident.camera", 2, 17, "clear", SESSION) == "segments/resident.camera-2-17.webm"
    assert manifest.segment_file("resident.camera", 2, 17, "sealed", SESSION) == "segments/resident.camera-2-17.seg"
    assert manifest.playable_file("helper-2.microphone") == "playable/helper-2.microphone.webm"
    assert manifest.consent_file("recording", "2026-11-01", "zh-CN") == "consents/recording.2026-11-01.zh-CN.txt"
    assert manifest.filed_file("still-taken", "m-1", "jpg") == "stills/m-1.jpg"
    assert manifest.filed_file("form-page", "7100-0", manifest.SUFFIX["image/png"]) == "forms/7100-0.png"
    assert manifest.filed_file("texts-kept", "9000", manifest.SUFFIX["application/json"]) == "texts/9000.json"
    assert manifest.public_key_file(HOST.keys()) == f"keys/{HOST.fingerprint}.json"
    assert (manifest.head_file(30, "home"), manifest.day_file("2026-11-23")) == ("signatures/head-30-home.json", "signatures/day-2026-11-23.json")


@pytest.mark.parametrize("part", ["", "..", "../x", "a/b", "a\\b", " ", "名"])
def test_what_comes_from_outside_becomes_no_name(part: str) -> None:
    for make in (
        lambda: manifest.segment_file(part, 1, 0, "clear", SESSION),
        lambda: manifest.consent_file(part, "2026-11-01", "zh-CN"),
        lambda: manifest.consent_file("recording", part, "zh-CN"),
        lambda: manifest.consent_file("recording", "2026-11-01", part),
        lambda: manifest.filed_file("still-taken", part, "jpg"),
        lambda: manifest.filed_file("still-taken", "m-1", part),
        lambda: manifest.filed_file(part, "m-1", "jpg"),
    ):
        with pytest.raises(ValueError):
            make()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"signing":1}', HOME.keys() + b"\n"])
def test_what_are_no_public_keys_has_no_name(content: bytes) -> None:
    with pytest.raises(KeysError):
        manifest.public_key_file(content)
