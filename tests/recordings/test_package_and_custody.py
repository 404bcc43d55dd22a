"""From a sealed segment on the disk to a package that an auditor proves: real keys, two custody processes, nothing by hand."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from recordings import canonical, heads, ledger, manifest, verify
from recordings.custody_client import Custody
from recordings.keys import PublicKeys, make_keys
from recordings.names import SegmentName
from recordings.package import Contents, Part, write
from tests.recordings.custodian import NOW, Recorded, custody
from tests.recordings.packages import ORIGIN, Story, digest


@contextlib.asynccontextmanager
async def both(data: Path) -> AsyncIterator[tuple[Custody, Custody]]:
    for jurisdiction in ("jinshan", "haiyan"):
        make_keys(data, jurisdiction, NOW)
    async with custody(data, "jinshan") as home, custody(data, "haiyan") as host:
        yield home, host


def recorded(data: Path, keys: PublicKeys) -> tuple[Story, Recorded, dict[SegmentName, bytes]]:
    """Three segments of one publication in the vault, and the ledger that notes them."""
    disk, story, clear = Recorded(data), Story(), dict[SegmentName, bytes]()
    story.key = disk.key.id
    story.add("ticket-taken", {"home": "jinshan", "host": "haiyan"})
    story.consent("recording")
    story.add("recording-ordered", {"home_key": keys.sealing_fingerprint, "origin": ORIGIN, "required": ["resident.camera"]})
    story.writer("key-wrapped", {"home_key": keys.sealing_fingerprint, "key": disk.key.id, "sealed": digest(disk.wrapped)})
    story.first_byte("resident.camera", 0)
    for number in range(3):
        chunks = [f"segment {number}, half second {i} ".encode() * 500 for i in range(8)]
        name = disk.segment(chunks, SegmentName(story.session, "resident.camera", 1, number))
        clear[name] = b"".join(chunks)
        sealed = (disk.vault.root / "sessions" / name.session / name.file).read_bytes()
        story.segment("resident.camera", number, 4000 * number, 4000 * (number + 1))
        noted = story.entries.pop()
        body = {**noted.body, "clear": digest(clear[name]), "sealed": digest(sealed)}
        story.add(noted.what, body, noted.actor)
    return story.close(12_000), disk, clear


async def signature_record(by: Custody, story: Story, jurisdiction: str, role: heads.Role) -> bytes:
    head = heads.head(story.session, story.entries, jurisdiction, role, ledger.utc(NOW))
    return canonical.write(await by.sign(canonical.read(head.to_sign())))


async def test_what_custody_signs_and_opens_is_proven_years_later(tmp_path: Path) -> None:
    async with both(tmp_path) as (home, host):
        keys = {"jinshan": await home.public(), "haiyan": await host.public()}
        story, disk, clear = recorded(tmp_path, keys["jinshan"])
        records = [await signature_record(home, story, "jinshan", "home"), await signature_record(host, story, "haiyan", "host")]

        opened: dict[str, bytes] = {}
        for name in clear:
            async with contextlib.aclosing(home.open_segment(disk.wrapped, name)) as pieces:
                opened[manifest.segment_file(name.publication, name.epoch, name.segment, "clear", name.session)] = b"".join([p async for p in pieces])
        consent = {manifest.consent_file("recording", "2026-11-01", "zh-CN"): "我同意".encode()}
        sealed = {f"segments/{name.file}": (disk.vault.root / "sessions" / name.session / name.file).read_bytes() for name in clear}
        wrapped = {manifest.wrapped_key_file(disk.key.id): disk.wrapped}

        loop = asyncio.get_running_loop()

        def sign(statement: bytes) -> bytes:
            return asyncio.run_coroutine_threadsafe(home.sign_bytes(statement), loop).result()[1]

        def parts(files: dict[str, bytes]) -> list[Part]:
            return [Part(name, partial(iter, (data,))) for name, data in files.items()]

        plain = Contents(story.session, ledger.utc(NOW + 1), "clear", story.entries, parts({**consent, **opened}), records, [k.encode() for k in keys.values()])
        kept = replace(plain, at=ledger.utc(NOW + 2), form="sealed", parts=parts({**consent, **sealed, **wrapped}))
        known = tmp_path / "anchors.json"
        known.write_text(json.dumps({
            "format": "virtual-window-anchors/1", "keys": [{"jurisdiction": j, "key": k.signing_fingerprint} for j, k in keys.items()],
        }))  # fmt: skip
        for contents in (plain, kept):
            path = tmp_path / f"{contents.form}.zip"
            with path.open("w+b") as out:
                await asyncio.to_thread(write, out, contents, keys["jinshan"].signing, sign)
            result = verify.verify(str(path), verify.read_anchors(str(known)))
            assert (result["exit"], result["problems"]) == (0, []), contents.form
            assert result["code"] == heads.short_code(records[0])
            assert verify.verify(str(path))["exit"] == 3
