"""Stories of the writer as a program: it ends with its node and not before, it mends what others left, one bad order is nobody else's end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from recordings import writer_wire as wire
from tests.media.film import SESSION, Home, journals, open_segments
from tests.recordings.writing import AUDIO, VIDEO, opening, pictures, sound, track, writing
from tests.waiting import until

OTHER = "s-20261123-0002"


async def test_what_it_was_given_is_on_the_disk_when_it_ends(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as writer:
        writer.say(opening(home), track(), track(2, "resident.camera", VIDEO), *sound(0, 300), *pictures(0, 100, 2))
        writer.say(wire.CloseSession(SESSION, 6000))
        await until(lambda: writer.lines("room-closed"))
        assert await writer.ended() == 0
        assert [line["what"] for line in writer.lines()][:2] == ["writer-started", "key-wrapped"]
        assert writer.lines() == journals(tmp_path / "recordings")
        spans = {(line["publication"], line["segment"]): (line["start"], line["end"]) for line in writer.lines("segment")}
        assert spans == {
            ("resident.microphone", 0): (0, 4000), ("resident.microphone", 1): (4000, 6000), ("resident.camera", 0): (0, 6000),
        }  # fmt: skip
        assert {line["clock_error"] for line in writer.lines("segment")} == {5}
        assert not writer.lines("gap")
    segments = open_segments(tmp_path / "recordings", home)
    numbers = [n for s in segments if s.name.publication == "resident.microphone" for n in s.numbers]
    assert numbers == list(range(300))
    assert not list((tmp_path / "recordings" / "journal").glob("*.progress"))
    for file in (tmp_path / "recordings").rglob("*.*"):
        assert file.stat().st_mode & 0o377 == 0 or file.suffix == ".acked", f"{file.name} can be written, or read by others"


async def test_signals_for_a_whole_group_do_not_end_it(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as writer:
        writer.say(opening(home), track(), *sound(0, 50))
        await until(lambda: writer.lines("first-byte"))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(writer.process.pid, number)
        writer.say(*sound(50, 200), wire.CloseSession(SESSION, 5000))
        await until(lambda: writer.lines("room-closed"))
        assert writer.process.returncode is None
        assert await writer.ended() == 0


async def test_when_its_node_is_gone_it_finishes_and_says_so(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as writer:
        writer.say(opening(home), track(), *sound(0, 50))
        await until(lambda: writer.lines("first-byte"))
        assert await writer.ended() == 0
        assert [line["state"] for line in writer.lines("segment")] == ["whole"]
        (gap,) = writer.lines("gap")
        assert (gap["cause"], gap["start"]) == ("node", 1000)
        assert not writer.lines("room-closed")


async def test_nonsense_on_the_line_ends_it_with_everything_on_the_disk(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as writer:
        writer.say(opening(home), track(), *sound(0, 50))
        writer.say_bytes(b"\xff" * 64)
        assert await writer.ended() == 0
        assert writer.events("node-line-broken")
    (segment,) = open_segments(tmp_path / "recordings", home)
    assert segment.numbers == list(range(50)) and segment.state == "whole"


async def test_a_bad_order_is_refused_and_the_other_session_goes_on(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as writer:
        writer.say(opening(home), track())
        writer.say(wire.OpenSession(OTHER, 0, "jinshan", b"short"), track(2, session=OTHER), *sound(0, 10, 2))
        writer.say(wire.OpenSession("../../etc", 0, "jinshan", home.public))
        writer.say(track(3, "../resident.camera"), *sound(0, 10, 3), *sound(0, 50), wire.CloseSession(SESSION, 1000))
        await until(lambda: writer.lines("room-closed"))
        assert await writer.ended() == 0
        assert len(writer.events("order-refused")) == 3
        assert {line.get("session", SESSION) for line in writer.lines()} == {SESSION}
    assert [folder.name for folder in (tmp_path / "recordings" / "sessions").iterdir()] == [SESSION]


async def test_the_next_writer_goes_on_where_the_killed_one_stopped(tmp_path: Path) -> None:
    home, order = Home(), opening(Home())
    order = opening(home, origin=order.origin)
    async with writing(tmp_path) as first:
        first.say(order, track(), *sound(0, 150))
        await until(lambda: first.lines("first-byte"))
        first.process.kill()
        await first.process.wait()
    async with writing(tmp_path) as second:
        resumed = wire.OpenTrack(1, SESSION, "resident.microphone", 1, AUDIO, resumed=True)
        await until(lambda: second.lines("gap"))
        second.say(order, resumed, *sound(500, 50), wire.CloseSession(SESSION, 11_000))
        await until(lambda: second.lines("room-closed"))
        assert await second.ended() == 0
        cut, whole = second.lines("segment")
        assert (cut["state"], cut["segment"], whole["state"], whole["segment"]) == ("cut", 0, "whole", 1)
        assert second.lines()[:3] == first.lines()[:3], "the first life's lines were never acknowledged"
        assert {line["cause"] for line in second.lines("gap")} == {"writer-crash"}
        assert min(line["start"] for line in second.lines("gap")) <= 3000
        assert max(line["end"] for line in second.lines("gap")) == 10_000
    first_part, second_part = open_segments(tmp_path / "recordings", home)
    assert (first_part.state, second_part.numbers) == ("cut", list(range(500, 550)))


async def test_a_writer_that_still_runs_is_left_alone_and_recovered_when_it_is_gone(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as first:
        first.say(opening(home), track(), *sound(0, 50))
        await until(lambda: first.lines("first-byte"))
        os.kill(first.process.pid, signal.SIGSTOP)
        async with writing(tmp_path) as second:
            second.say(opening(home, OTHER), track(session=OTHER), *sound(0, 50), wire.CloseSession(OTHER, 1000))
            await until(lambda: any(line["session"] == OTHER for line in second.lines("room-closed")))
            assert not [line for line in second.lines() if line.get("session") == SESSION]
            second.say(opening(home, OTHER + "b"))
            first.process.kill()
            await first.process.wait()
            await until(lambda: [line for line in second.lines("segment") if line["state"] == "cut"])
            assert await second.ended() == 0
    (segment,) = open_segments(tmp_path / "recordings", home)
    assert segment.state == "cut"


async def test_lines_are_told_until_they_are_acknowledged(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as first:
        first.say(opening(home), track(), *sound(0, 50), wire.CloseSession(SESSION, 1000))
        await until(lambda: first.lines("room-closed"))
        last = first.told[-1]
        first.say(wire.Ack(last.life, last.n - 1))
        assert await first.ended() == 0
    async with writing(tmp_path) as second:
        await until(lambda: second.told)
        assert second.told == [last]
        second.say(wire.Ack(last.life, last.n))
        assert await second.ended() == 0
    async with writing(tmp_path) as third:
        assert await third.ended() == 0
        assert third.told == []


async def test_without_work_it_leaves_no_trace(tmp_path: Path) -> None:
    async with writing(tmp_path) as writer:
        assert await writer.ended() == 0
    assert [path.name for path in tmp_path.iterdir() if path.name != "writer.log"] == []


async def test_pictures_without_a_keyframe_make_it_ask_for_one(tmp_path: Path) -> None:
    home = Home()
    async with writing(tmp_path) as writer:
        writer.say(opening(home), track(2, "resident.camera", VIDEO), *pictures(0, 20, 2)[1:])
        await until(lambda: writer.wanted)
        assert set(writer.wanted) == {2} and len(writer.wanted) <= 2
        writer.say(*pictures(20, 20, 2), wire.CloseSession(SESSION, 1600))
        await until(lambda: writer.lines("room-closed"))
        (gap,) = writer.lines("gap")
        assert gap["cause"] == "no-keyframe" and gap["end"] == 800
        assert await writer.ended() == 0


@pytest.mark.parametrize("rounds", [3])
async def test_many_sessions_at_once_each_with_its_own_key(tmp_path: Path, rounds: int) -> None:
    home = Home()
    sessions = [f"s-20261123-1{number:03}" for number in range(12)]
    async with writing(tmp_path) as writer:
        for number, session in enumerate(sessions):
            writer.say(opening(home, session), track(number, session=session))
        for part in range(rounds):
            for number in range(len(sessions)):
                writer.say(*sound(part * 100, 100, number))
        for session in sessions:
            writer.say(wire.CloseSession(session, rounds * 2000))
        await until(lambda: len(writer.lines("room-closed")) == len(sessions))
        assert await writer.ended() == 0
        keys = {line["session"]: line["key"] for line in writer.lines("key-wrapped")}
        assert len(set(keys.values())) == len(sessions)
    for session in sessions:
        numbers = [n for segment in open_segments(tmp_path / "recordings", home, session) for n in segment.numbers]
        assert numbers == list(range(rounds * 100))
