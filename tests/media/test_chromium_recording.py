"""A real Chromium is recorded: its pictures and its sound decode from the sealed files without a mistake, and follow each other in time."""

from __future__ import annotations

import io
from itertools import pairwise
from statistics import mean, median

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

PICTURE = 0.05
"""Seconds from one picture of the fake device to the next. What turns in it is a bright wedge that fills and begins anew every 0.6 s."""


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


def bright(picture: av.VideoFrame) -> float:
    """How much of the picture the wedge fills."""
    return float((picture.to_ndarray(format="gray") > 100).mean())


def strays(film: list[av.VideoFrame], one: av.VideoFrame, other: av.VideoFrame) -> float:
    """By how many seconds the wedge went further from `one` to `other` than it should in the time between; `film` tells how fast it turns."""
    steps = [(bright(b) - bright(a), b.time - a.time) for a, b in pairwise(film)]
    speed = median(grown / seconds for grown, seconds in steps if grown > 0)
    turn = median(speed * seconds - grown for grown, seconds in steps if grown < 0)
    beside = bright(other) - bright(one) - speed * (other.time - one.time)
    return ((beside + turn / 2) % turn - turn / 2) / speed


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
    beside = strays(pictures[0], pictures[0][-1], pictures[1][0])
    assert abs(beside) < PICTURE / 2, "the second file begins with the picture that follows the first one's last"

    sounds = decode(node, home, "resident.microphone")
    heard = lines(server, "segment", publication="resident.microphone")
    played = [sum(frame.samples for frame in segment) / 48 for segment in sounds]
    spans = [line["end"] - line["start"] for line in heard]
    # Each packet is there and in its place (0 ms of difference in 28 files of 7 runs); but where the clock is moved between two files, the
    # last packet before lasts until the first one after: 29 ms instead of 20 for 9 ms (4009 of 4000 played), 1 ms for 19 or more back.
    assert all(abs(a - b) < 20 for a, b in zip(played, spans, strict=True))
    assert mean(abs(frame.to_ndarray()).mean() for segment in sounds for frame in segment) > 0, "the fake device beeps"
    assert (await server.do(api.ListRooms)).rooms == []
