"""What was recorded is played by a real Chromium: appended to a MediaSource segment by segment, and as one file; torn, lossy, at any rate."""

from __future__ import annotations

import base64
import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import accumulate
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from recordings.playable import Playable
from recordings.remux import Part, remux
from recordings.segments import Ended, Frame, Made, Piece, Publication, SegmentMaker
from recordings.webm_read import read
from tests.browser.window import CHROMIUM, until
from tests.encoded import audio, files, recorded, video

CAMERA, MICROPHONE = Publication("resident.camera", 1, "video"), Publication("resident.microphone", 1, "audio")
VIDEO, AUDIO = "video/webm;codecs=vp8", "audio/webm;codecs=opus"
SPEED = 16  # of playing through; the fastest that Chromium knows

PLAYER = """() => {
  window.player = {};
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const ranges = (told) => Array.from({ length: told.length }, (_, i) => [told.start(i), told.end(i)]);
  const happens = (target, what) => new Promise((resolve) => target.addEventListener(what, resolve, { once: true }));
  const make = (media) => {
    document.body.replaceChildren(document.createElement(media.split("/")[0]));
    const element = (player.element = document.body.firstChild);
    element.muted = true;
    player.failed = null;
    player.ended = false;
    element.addEventListener("error", () => (player.failed = element.error.message));
    element.addEventListener("ended", () => (player.ended = true));
    return element;
  };
  player.open = async (media) => {
    const source = (player.source = new MediaSource());
    make(media).src = URL.createObjectURL(source);
    await happens(source, "sourceopen");
    player.buffer = source.addSourceBuffer(media);
  };
  player.append = async (data) => {
    player.buffer.appendBuffer(bytes(data));
    await happens(player.buffer, "updateend");
    return ranges(player.buffer.buffered);
  };
  player.end = () => player.source.endOfStream();
  player.file = async (media, data) => {
    const element = make(media);
    const began = performance.now();
    element.src = URL.createObjectURL(new Blob([bytes(data)], { type: media }));
    await happens(element, "loadeddata");
    return performance.now() - began;
  };
  player.number = () => {  // the number that is drawn into the picture as 16 squares
    const element = player.element;
    const canvas = document.createElement("canvas");
    canvas.width = element.videoWidth;
    canvas.height = element.videoHeight;
    const picture = canvas.getContext("2d");
    picture.drawImage(element, 0, 0);
    const side = Math.floor(canvas.width / 16);
    let number = 0;
    for (let bit = 0; bit < 16; bit += 1)
      if (picture.getImageData(bit * side + side / 2, canvas.height / 8, 1, 1).data[0] > 128) number |= 1 << bit;
    return number;
  };
  player.seek = async (at) => {
    const element = player.element, began = performance.now();
    const seeked = happens(element, "seeked");
    element.currentTime = at;
    await seeked;
    return { at: element.currentTime, took: performance.now() - began, width: element.videoWidth };
  };
  player.play = async (at, speed) => {
    const element = player.element, began = performance.now();
    player.first = null;
    element.requestVideoFrameCallback?.(() => (player.first = performance.now() - began));
    element.currentTime = at;
    element.playbackRate = speed;
    await element.play();
  };
  player.told = () => {
    const element = player.element;
    return {
      ended: player.ended, failed: player.failed, at: element.currentTime, duration: element.duration, first: player.first ?? null,
      pictures: element.getVideoPlaybackQuality?.().totalVideoFrames ?? null,
    };
  };
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is needed: `make test` installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> Page:
    page = await browser.new_page()
    await page.goto("about:blank")
    await page.evaluate(PLAYER)
    return page


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def appended(page: Page, media: str, pieces: Iterable[bytes]) -> list[list[float]]:
    """What is buffered after all of them."""
    await page.evaluate("media => player.open(media)", media)
    ranges: list[list[float]] = []
    for piece in pieces:
        ranges = await page.evaluate("data => player.append(data)", text(piece))
    await page.evaluate("() => player.end()")
    return ranges


async def plays_through(page: Page, start_ms: int, end_ms: int) -> dict[str, Any]:
    """From the beginning to the end without a stop."""
    await page.evaluate("([at, speed]) => player.play(at, speed)", [start_ms / 1000, SPEED])
    await until(page, "() => player.ended || player.failed !== null")
    told: dict[str, Any] = await page.evaluate("() => player.told()")
    assert told["failed"] is None and told["at"] == pytest.approx(end_ms / 1000, abs=0.1)
    return told


async def seeks(page: Page, times: Sequence[int], places: Sequence[int]) -> list[int]:
    """Jump to each of these pictures and wait until it, and no other, is shown; how long each jump took (ms)."""
    took = []
    for place in places:
        sought = await page.evaluate("at => player.seek(at)", times[place] / 1000 + 0.0005)
        assert await until(page, "number => player.number() === number", place)
        took.append(round(sought["took"]))
    return took


def one_range(ranges: list[list[float]], start_ms: int, end_ms: int) -> None:
    assert len(ranges) == 1, f"played with holes: {ranges}"
    assert ranges[0] == pytest.approx([start_ms / 1000, end_ms / 1000], abs=0.0015)


def steady(fps: float, seconds: float, start_ms: int = 0) -> list[int]:
    return [start_ms + round(number * 1000 / fps) for number in range(round(seconds * fps))]


def bursts() -> list[int]:
    """15 pictures a second for two seconds, then three seconds with one, five times."""
    return list(accumulate(([67] * 30 + [1000] * 3) * 5, initial=0))[:-1]


def stills() -> list[int]:
    """Nothing changes on a screen for nine seconds."""
    return [at + pause for pause in (0, 11_000, 22_000) for at in steady(15, 2)]


RATES = {
    "5 fps": (steady(5, 12, 1000), 20), "15 fps": (steady(15, 12, 600_000), 62), "30 fps": (steady(30, 12), 121), "1 fps": (steady(1, 16), 5),
    "bursts and pauses": (bursts(), 50), "still pictures": (stills(), 40), "one keyframe in half a minute": (steady(15, 30), 10_000),
}  # fmt: skip


@pytest.mark.parametrize("rate", RATES)
async def test_every_rate_is_one_range_and_plays_through(page: Page, rate: str) -> None:
    times, every = RATES[rate]
    frames = video(times, range(0, len(times), every))
    made = recorded(SegmentMaker(CAMERA), frames, times[-1] + 100)
    end_ms = times[-1] + 100
    one_range(await appended(page, VIDEO, files(made).values()), times[0], end_ms)
    took = await seeks(page, times, [len(times) * part // 4 for part in (3, 1, 2)])
    told = await plays_through(page, times[0], end_ms)
    assert told["pictures"] >= len(times), "every picture was decoded"
    print(f"{rate}: first picture {told['first']:.0f} ms, seeks {took} ms")


async def test_a_picture_that_changes_its_size_plays_on(page: Page) -> None:
    small, large = video(steady(15, 5)), video(steady(15, 5, 5000), width=320, height=240)
    made = recorded(SegmentMaker(CAMERA), [*small, *large], 10_000)
    assert len(files(made)) == 2
    one_range(await appended(page, VIDEO, files(made).values()), 0, 10_000)
    assert [(await page.evaluate("at => player.seek(at)", at))["width"] for at in (2, 7, 4)] == [160, 320, 160]
    await plays_through(page, 0, 10_000)


async def test_a_gap_is_a_gap_and_nothing_else_is(page: Page) -> None:
    maker = SegmentMaker(CAMERA)
    before, after = video(steady(15, 6), [31, 62]), video(steady(15, 6, 9000), [0, 45])
    made = [one for frame in before for one in maker.frame(frame)]
    made += maker.gap("line", 40) + [one for frame in after for one in maker.frame(frame)] + maker.close("room", 15_000)
    ranges = await appended(page, VIDEO, files(made).values())
    assert [pytest.approx(one, abs=0.002) for one in ([0, 6.0], [9.0, 15.0])] == ranges


async def test_each_segment_plays_alone(page: Page) -> None:
    times = steady(15, 12, 30_000)
    made = recorded(SegmentMaker(CAMERA), video(times, [62, 124]), 42_000)
    ended = [one for one in made if isinstance(one, Ended)]
    assert len(ended) == 3
    for one in ended:
        data = files(made)[one.segment]
        one_range(await appended(page, VIDEO, [data]), one.start, one.end)
        told = await plays_through(page, one.start, one.end)
        loaded = await page.evaluate("([media, data]) => player.file(media, data)", [VIDEO, text(data)])
        print(f"alone: first picture {told['first']:.0f} ms; as a file after {loaded:.0f} ms")
        await plays_through(page, one.start, read(data).blocks[-1].at_ms)


async def test_a_session_that_still_runs_is_seen_as_far_as_it_is_written(page: Page) -> None:
    maker, seen = SegmentMaker(CAMERA), 0.0
    frames = video(steady(5, 6), [21])
    await page.evaluate("media => player.open(media)", VIDEO)
    for frame in frames:
        for one in [*maker.frame(frame), *maker.tick(frame.at_ms)]:
            if isinstance(one, Piece) and one.data:
                ranges = await page.evaluate("data => player.append(data)", text(one.data))
                seen = ranges[-1][1] if ranges else 0.0
                assert len(ranges) <= 1
        assert seen == pytest.approx(frame.at_ms / 1000, abs=0.0015), "all but the frame whose end is not known yet"


def torn(made: Sequence[Made], segment: int, pieces: int) -> bytes:
    """The first pieces of a segment: what is left when its writer was killed."""
    return b"".join([one.data for one in made if isinstance(one, Piece) and one.segment == segment][:pieces])


def playable(data: bytes) -> bytes:
    mended = Playable()
    return mended.feed(data) + mended.close()


@pytest.mark.parametrize("pieces", [1, 4, 7])
async def test_a_torn_segment_plays_and_so_does_what_follows(page: Page, pieces: int) -> None:
    maker, made = SegmentMaker(CAMERA), []
    for frame in video(steady(15, 12), [62, 124]):
        made += maker.frame(frame)
        if frame.at_ms % 500 < 50:
            made += maker.tick(frame.at_ms)
    made += maker.close("room", 12_000)
    whole, cut = files(made), torn(made, 1, pieces)
    assert read(cut).blocks[-1].duration_ms is None, "killed after a tick: the end of a frame is missing"
    start, end = read(cut).blocks[0].at_ms, read(playable(cut)).blocks[-1].at_ms + 67
    one_range(await appended(page, VIDEO, [playable(cut)]), start, end)
    await plays_through(page, start, end)
    ranges = await appended(page, VIDEO, [whole[0], playable(cut), whole[2]])
    assert ranges[0] == pytest.approx([0, end / 1000], abs=0.0015) and ranges[-1][1] == pytest.approx(12, abs=0.0015)
    await page.evaluate("([media, data]) => player.file(media, data)", [VIDEO, text(cut)])
    await plays_through(page, start, read(cut).blocks[-1].at_ms)


def lossy(lost: int, every: int) -> list[Frame]:
    """Sound of which `lost` packets in a row never came, again and again."""
    return [frame for number, frame in enumerate(audio(range(0, 12_000, 20))) if number % every >= lost or number < every]


@pytest.mark.parametrize("lost", [1, 2, 10, 45])
async def test_sound_with_short_holes_plays_through(page: Page, lost: int) -> None:
    made = recorded(SegmentMaker(MICROPHONE), lossy(lost, 130))
    raw = await appended(page, AUDIO, files(made).values())
    one_range(await appended(page, AUDIO, [playable(data) for data in files(made).values()]), 0, 12_000)
    await plays_through(page, 0, 12_000)
    print(f"{lost} packets lost: {len(raw)} ranges without the bridge, 1 with it")


async def test_whole_sound_is_one_range(page: Page) -> None:
    made = recorded(SegmentMaker(MICROPHONE), audio(range(0, 12_000, 20)))
    one_range(await appended(page, AUDIO, files(made).values()), 0, 12_000)
    await plays_through(page, 0, 12_000)


def as_one_file(made: Iterable[Made], zero_ms: int = 0) -> bytes:
    return b"".join(remux([Part(read(data).blocks[0].at_ms, lambda data=data: [data]) for data in files(made).values()], zero_ms))  # type: ignore[misc]  # data is bound here


@pytest.mark.parametrize(("start_ms", "zero_ms"), [(0, 0), (90_000, 0), (90_000, 90_000)])
async def test_the_whole_publication_is_one_file_with_an_end(page: Page, start_ms: int, zero_ms: int) -> None:
    times = [*steady(15, 9, start_ms), *steady(15, 6, start_ms + 20_000)]
    made = recorded(SegmentMaker(CAMERA), video(times, [45, 90, 135, 180]), times[-1] + 67)
    loaded = await page.evaluate("([media, data]) => player.file(media, data)", [VIDEO, text(as_one_file(made, zero_ms))])
    end_ms = times[-1] + 67 - zero_ms
    assert (await page.evaluate("() => player.told()"))["duration"] == pytest.approx(end_ms / 1000, abs=0.0015)
    took = await seeks(page, [at - zero_ms for at in times], [200, 20, 100, 140])
    told = await plays_through(page, start_ms - zero_ms, end_ms)
    assert told["pictures"] >= len(times)
    print(f"one file: loaded after {loaded:.0f} ms, seeks {took} ms")


async def test_the_whole_sound_is_one_file_and_a_gap_is_silence(page: Page) -> None:
    maker = SegmentMaker(MICROPHONE)
    made = recorded(maker, [*lossy(10, 130), *audio(range(20_000, 26_000, 20))])
    await page.evaluate("([media, data]) => player.file(media, data)", [AUDIO, text(as_one_file(made))])
    assert (await page.evaluate("() => player.told()"))["duration"] == pytest.approx(26, abs=0.0015)
    for at in (22, 3, 15):
        assert (await page.evaluate("at => player.seek(at)", at))["at"] == pytest.approx(at, abs=0.01)
    await plays_through(page, 0, 26_000)
