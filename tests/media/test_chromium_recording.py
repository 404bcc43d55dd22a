"""A real Chromium is recorded: its pictures and its sound decode from the sealed files without a mistake, and follow each other in time."""

from __future__ import annotations

import io
from itertools import pairwise
from statistics import mean

import av
from playwright.async_api import Page

from media import node_api as api
from recordings.data_key import unwrap
from recordings.sealing import SegmentOpener, opened
from recordings.vault import Vault
from tests.media.film import HOME, SESSION, Home
from tests.media.node_process import Node, Server
from tests.media.recorded import closed, lines, record
from tests.media.test_chromium_forwarding import SMALL, page  # noqa: F401 - a fixture
from tests.waiting import until

MOVES = 16
"""Mean difference of two pictures' bytes above which they are not the same one."""


def decode(node: Node, home: Home, publication: str) -> list[list[av.VideoFrame | av.AudioFrame]]:
    """The decoded frames of each segment, each file opened alone."""
    vault = Vault(node.folder / "recordings")
    found = []
    for name in vault.segments(SESSION):
        if name.publication != publication:
            continue
        with vault.open_segment(name) as file:
            key = unwrap(vault.read_key(vault.keys(SESSION)[0]), HOME, home.private)
            clear = b"".join(opened(file, SegmentOpener(key, name)))
        with av.open(io.BytesIO(clear)) as container:
            found.append(list(container.decode(container.streams[0])))
    return found


async def test_what_a_browser_sends_decodes_from_the_files(page: Page, server: Server, node: Node) -> None:  # noqa: F811 - the fixture
    home = Home()
    await record(server, home)
    await page.evaluate(f"publish('r', 'resident', 1, 1, {SMALL})")
    await until(lambda: len(lines(server, "segment", publication="resident.camera")) >= 3, 60)
    plis = (await page.evaluate("sending()"))["plis"]
    await closed(server)
    told = lines(server, "segment", publication="resident.camera")
    assert not lines(server, "gap")
    assert plis >= 3, "a keyframe was asked for every four seconds"
    assert all(before["end"] == after["start"] for before, after in pairwise(told))
    assert all(4000 <= line["end"] - line["start"] < 7000 for line in told[:-1])
    assert told[-1]["clock_error"] < 45

    pictures = decode(node, home, "resident.camera")
    assert [len(segment) for segment in pictures] == [line["frames"] for line in told]
    assert {(frame.width, frame.height) for segment in pictures for frame in segment} == {(told[0]["width"], told[0]["height"])}
    last, first = pictures[0][-1].to_ndarray(), pictures[1][0].to_ndarray()
    assert abs(last.astype(int) - first.astype(int)).mean() < MOVES, "the second file begins with the picture that follows the first one's last"

    sounds = decode(node, home, "resident.microphone")
    heard = lines(server, "segment", publication="resident.microphone")
    played = [sum(frame.samples for frame in segment) / 48 for segment in sounds]
    spans = [line["end"] - line["start"] for line in heard]
    # Each packet is there and in its place (0 ms of difference in 28 files of 7 runs); but where the clock is moved between two files, the
    # last packet before lasts until the first one after: 29 ms instead of 20 for 9 ms (4009 of 4000 played), 1 ms for 19 or more back.
    assert all(abs(a - b) < 20 for a, b in zip(played, spans, strict=True))
    assert mean(abs(frame.to_ndarray()).mean() for segment in sounds for frame in segment) > 0, "the fake device beeps"
    assert (await server.do(api.ListRooms)).rooms == []
