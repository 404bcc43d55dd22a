"""Stories of a recorded room on a real node with its real writer: what was sent lies sealed on the disk, what is missing is told."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from statistics import median

from config.clock import SystemClock
from media import node_api as api
from tests.media.film import HOME, SESSION, Home, frames, journals, of, open_segments
from tests.media.node_process import Node, Server
from tests.media.raw_end import publishing, subscribing
from tests.media.recorded import Film, arrived, closed, lines, record, rolling
from tests.waiting import until


async def test_what_was_sent_lies_sealed_on_the_disk_frame_by_frame(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    origin = await record(server, home)
    sound, camera = Film(resident, "0"), Film(resident, "1", size=2500)
    async with rolling(sound, camera):
        await until(lambda: len(lines(server, "segment", publication="resident.camera")) >= 1)
        await until(lambda: len(lines(server, "segment", publication="resident.microphone")) >= 1)
    await arrived(server, sound, camera)
    await closed(server)

    segments = open_segments(node.folder / "recordings", home)
    for publication, film in (("resident.microphone", sound), ("resident.camera", camera)):
        found = of(segments, publication)
        assert frames(segments, publication) == film.sent
        told = lines(server, "segment", publication=publication)
        assert [line["sealed"] for line in told] == [segment.sealed for segment in found]
        assert [line["clear"] for line in told] == [segment.clear for segment in found]
        assert [line["segment"] for line in told] == list(range(len(found)))
        assert {line["state"] for line in told} == {segment.state for segment in found} == {"whole"}
        assert sum(line["frames"] for line in told) == len(film.sent)
        assert all(before["end"] == after["start"] for before, after in pairwise(told))
        assert abs(found[0].blocks[0].at_ms - (film.times[0] * 1000 - origin)) < 1000
    assert not lines(server, "gap")
    assert all(segment.blocks[0].keyframe for segment in of(segments, "resident.camera"))
    assert {(line["width"], line["height"]) for line in lines(server, "segment", publication="resident.camera")} == {(640, 360)}
    assert {line["publication"] for line in lines(server, "first-byte")} == {"resident.microphone", "resident.camera"}
    written = journals(node.folder / "recordings")
    assert [line["n"] for line in written] == list(range(1, len(written) + 1))
    assert written == lines(server)
    await resident.close()


async def test_nothing_is_recorded_before_the_order_and_the_order_may_come_again(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone"])
    sound = Film(resident, "0")
    before = [await sound.show() for _ in range(20)]
    await arrived(server, sound)
    assert (await server.do(api.ListRooms)).rooms[0].recorded is None
    origin = await record(server, home)
    await record(server, home, origin=origin)
    assert (await server.do(api.ListRooms)).rooms[0].recorded == SESSION
    other = await server.ask(api.Record, room="r", session="s-20261123-0002", origin=origin, home=HOME, home_key=home.key)
    assert other.code == "already-recorded"
    after = [await sound.show() for _ in range(20)]
    await arrived(server, sound)
    await closed(server)
    recorded = frames(open_segments(node.folder / "recordings", home), "resident.microphone")
    assert recorded == after
    assert not set(recorded) & set(before)
    await resident.close()


async def test_only_the_publications_that_were_named_are_recorded(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    await server.do(
        api.Record, room="r", session=SESSION, origin=round(SystemClock().now() * 1000), home=HOME, home_key=home.key,
        publications=["resident.microphone"],
    )  # fmt: skip
    sound, camera = Film(resident, "0"), Film(resident, "1")
    for _ in range(10):
        await sound.show()
        await camera.show()
    await arrived(server, sound, camera)
    await closed(server)
    segments = open_segments(node.folder / "recordings", home)
    assert {segment.name.publication for segment in segments} == {"resident.microphone"}
    await resident.close()


async def test_a_lost_packet_that_is_sent_again_is_recorded_in_its_place(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["camera"])
    resident.repairs = True
    await record(server, home)
    camera = Film(resident, "0", size=2500)
    for number in range(62):
        await camera.show(lose=frozenset([number % 3]) if number % 7 == 3 else frozenset())
        await asyncio.sleep(0.005)
    await arrived(server, camera)
    await closed(server)
    assert frames(open_segments(node.folder / "recordings", home), "resident.camera") == camera.sent
    assert not lines(server, "gap")
    (segment,) = lines(server, "segment")
    assert segment["frames"] == 62 and segment["last"] - segment["first"] == 62 * 3 - 1
    await resident.close()


async def test_what_never_comes_is_a_gap_until_the_next_keyframe_which_is_asked_for(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    await record(server, home)
    sound, camera = Film(resident, "0"), Film(resident, "1", size=2500)
    async with rolling(sound, camera):
        await until(lambda: len(camera.sent) >= 30)
    await camera.show(lose=frozenset([1]))
    lost_picture = len(camera.sent) - 1
    resident.seqs["0"] = resident.seqs["0"] + 3 & 0xFFFF  # three packets of sound
    async with rolling(sound, camera):
        await until(lambda: lines(server, "gap", publication="resident.camera") and lines(server, "gap", publication="resident.microphone"))
    await arrived(server, sound, camera, missing=4)
    await closed(server)
    segments = open_segments(node.folder / "recordings", home)
    numbers = [number for segment in of(segments, "resident.camera") for number in segment.numbers]
    missing = sorted(set(range(len(camera.sent))) - set(numbers))
    assert missing == list(range(lost_picture, missing[-1] + 1)) and len(missing) >= 1
    assert camera.sent[missing[-1] + 1][0] & 1 == 0, "it goes on with a keyframe"
    assert frames(segments, "resident.microphone") == sound.sent
    (gap,) = lines(server, "gap", publication="resident.camera")
    assert (gap["lost"], gap["cause"]) == (1, "loss")
    blocks = [block for segment in of(segments, "resident.camera") for block in segment.blocks]
    before, after = blocks[lost_picture - 1], blocks[lost_picture]
    assert before.at_ms < gap["start"] <= gap["end"] == after.at_ms
    (gap,) = lines(server, "gap", publication="resident.microphone")
    assert (gap["lost"], gap["cause"]) == (3, "loss")
    await resident.close()


async def test_hold_and_mute_are_not_on_the_disk_and_are_explained(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    await record(server, home)
    sound, camera = Film(resident, "0"), Film(resident, "1")
    async with rolling(sound, camera):
        await until(lambda: len(camera.sent) >= 20 and len(sound.sent) >= 20)
    await arrived(server, sound, camera)
    await server.do(api.SetHold, room="r", on=True)
    secret = [len(sound.sent), len(camera.sent)]
    async with rolling(sound, camera):
        await until(lambda: len(camera.sent) >= 40 and len(sound.sent) >= 40)
    await arrived(server, sound, camera)
    secret += [len(sound.sent), len(camera.sent)]
    await server.do(api.SetHold, room="r", on=False)
    async with rolling(sound, camera):
        await until(lambda: len(camera.sent) >= 60 and len(sound.sent) >= 60)
    await arrived(server, sound, camera)
    await server.do(api.SetSourceOn, room="r", participant="resident", source="microphone", on=False)
    muted = len(sound.sent)
    for _ in range(10):
        await sound.show()
    await arrived(server, sound)
    await server.do(api.SetSourceOn, room="r", participant="resident", source="microphone", on=True)
    heard_again = len(sound.sent)
    async with rolling(sound):
        await until(lambda: len(sound.sent) >= heard_again + 20)
    await arrived(server, sound)
    await closed(server)

    segments = open_segments(node.folder / "recordings", home)
    heard = [number for segment in of(segments, "resident.microphone") for number in segment.numbers]
    seen = [number for segment in of(segments, "resident.camera") for number in segment.numbers]
    assert heard == [*range(secret[0]), *range(secret[2], muted), *range(heard_again, len(sound.sent))]
    assert set(seen) & set(range(secret[1], secret[3])) == set()
    assert seen[: secret[1]] == list(range(secret[1])) and seen[secret[1]] >= secret[3]
    holds = lines(server, "interval", kind="hold", publication="*")
    assert [hold["end"] is None for hold in holds] == [True, False] and holds[0]["start"] == holds[1]["start"]
    mutes = lines(server, "interval", kind="mute", publication="resident.microphone")
    assert [mute["end"] is None for mute in mutes] == [True, False]
    assert {gap["cause"] for gap in lines(server, "gap")} <= {"no-keyframe"}
    for segment in lines(server, "segment"):
        assert segment["end"] <= holds[1]["start"] + 40 or segment["start"] >= holds[1]["end"] - 40, "none reaches into the hold"
    for segment in lines(server, "segment", publication="resident.microphone"):
        assert segment["end"] <= mutes[1]["start"] + 40 or segment["start"] >= mutes[1]["end"] - 40, "nor into the mute"
    await resident.close()


async def test_a_reconnect_is_the_next_epoch_and_the_time_between_is_a_gap(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    await record(server, home)
    films = Film(resident, "0"), Film(resident, "1")
    async with rolling(*films):
        await until(lambda: len(films[1].sent) >= 20)
    await arrived(server, *films)
    await resident.close()
    await until(lambda: any(isinstance(news, api.OfferWanted) for news in server.news))
    await asyncio.sleep(0.3)  # time that nobody covers
    resident = await publishing(server, "r", "resident", ["microphone", "camera"], epoch=2)
    again = Film(resident, "0"), Film(resident, "1", width=1280, height=720)
    async with rolling(*again):
        await until(lambda: len(again[1].sent) >= 20)
    await until(lambda: lines(server, "first-byte", epoch=2, publication="resident.camera"))
    await arrived(server, *again, before=films)
    await closed(server)
    segments = open_segments(node.folder / "recordings", home)
    for publication, first, second in zip(("resident.microphone", "resident.camera"), films, again, strict=True):
        assert [f for s in of(segments, publication) if s.name.epoch == 1 for f in s.frames] == first.sent
        assert [f for s in of(segments, publication) if s.name.epoch == 2 for f in s.frames] == second.sent
        (gap,) = lines(server, "gap", publication=publication)
        assert gap["cause"] == "line" and gap["epoch"] == 2
        told = lines(server, "segment", publication=publication)
        assert told[0]["end"] == gap["start"] and gap["end"] == told[-1]["start"]
    assert lines(server, "segment", publication="resident.camera")[-1]["width"] == 1280
    await resident.close()


async def test_who_leaves_owes_nothing_who_vanishes_owes_until_the_room_closes(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone"])
    helper = await publishing(server, "r", "helper", ["microphone"])
    await record(server, home)
    films = Film(resident, "0"), Film(helper, "0")
    async with rolling(*films):
        await until(lambda: min(len(film.sent) for film in films) >= 20)
    await arrived(server, films[0])
    await server.do(api.Leave, room="r", participant="helper")
    await resident.close()
    await until(lambda: any(isinstance(news, api.OfferWanted) and news.participant == "resident" for news in server.news))
    await asyncio.sleep(0.3)  # time that nobody covers
    await closed(server)
    assert not lines(server, "gap", publication="helper.microphone")
    (gap,) = lines(server, "gap", publication="resident.microphone")
    assert gap["cause"] == "line"
    assert gap["end"] == lines(server, "room-closed")[0]["end"]
    await helper.close()


async def test_cameras_are_asked_for_a_keyframe_every_four_seconds_while_their_picture_changes(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["camera"])
    await record(server, home)
    camera = Film(resident, "0")
    async with rolling(camera):
        await until(lambda: len(lines(server, "segment")) >= 2)
    told = lines(server, "segment")
    held_up = max(after - before for before, after in pairwise(camera.times)) * 1000  # nobody can send a keyframe while the machine stands still
    assert all(4000 <= line["end"] - line["start"] < 6000 + held_up for line in told)
    assert told[0]["end"] == told[1]["start"]
    await arrived(server, camera)
    await closed(server)
    assert frames(open_segments(node.folder / "recordings", home), "resident.camera") == camera.sent
    await resident.close()


async def test_the_recorder_takes_nothing_from_the_others(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    await record(server, home)
    camera = Film(resident, "0", size=2500)
    async with rolling(camera):
        await until(lambda: len(camera.sent) >= 30)
    await arrived(server, camera)
    await until(lambda: len(clerk.of("0")) >= len(camera.sent) * 3)
    figures = await server.figures("r", "resident", "camera")
    assert figures.dropped == 0
    assert figures.forwarded == {"clerk": figures.received, "recorder": figures.received}
    await asyncio.gather(resident.close(), clerk.close())


async def test_sound_and_picture_are_together_once_the_sender_has_reported(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    await record(server, home)
    sound, camera = Film(resident, "0"), Film(resident, "1", slow=0.120)
    async with rolling(sound, camera, reports=True):
        await until(lambda: len(lines(server, "segment")) >= 4)
    await arrived(server, sound, camera)
    await closed(server)
    segments = open_segments(node.folder / "recordings", home)
    late = {}
    for publication, film in (("resident.microphone", sound), ("resident.camera", camera)):
        told = lines(server, "segment", publication=publication)
        assert told[0]["clock_error"] == 100 and told[-1]["clock_error"] < 45
        at = {n: b.at_ms for s in of(segments, publication)[1:] for n, b in zip(s.numbers, s.blocks, strict=True)}
        late[publication] = median(at[n] - (film.times[n] - film.slow) * 1000 for n in at)
    assert abs(late["resident.microphone"] - late["resident.camera"]) <= 45, "the picture was captured 120 ms before it was sent"
    await resident.close()


async def test_a_room_that_is_held_when_recording_begins_says_so(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone"])
    await server.do(api.SetHold, room="r", on=True)
    await server.do(api.SetSourceOn, room="r", participant="resident", source="microphone", on=False)
    await record(server, home)
    await server.do(api.SetHold, room="r", on=False)
    await server.do(api.SetSourceOn, room="r", participant="resident", source="microphone", on=True)
    sound = Film(resident, "0")
    async with rolling(sound):
        await until(lambda: len(sound.sent) >= 20)
    await arrived(server, sound)
    await closed(server)
    told = [(line["kind"], line["publication"], line["end"] is None) for line in lines(server, "interval")]
    assert told == [
        ("hold", "*", True), ("mute", "resident.microphone", True), ("hold", "*", False), ("mute", "resident.microphone", False),
    ]  # fmt: skip
    assert frames(open_segments(node.folder / "recordings", home), "resident.microphone") == sound.sent
    over = max(line["end"] for line in lines(server, "interval") if line["end"] is not None)
    assert all(segment["start"] >= over - 40 for segment in lines(server, "segment")), "what is recorded came after both"
    await resident.close()


async def test_a_suspension_is_seen_and_heard_by_all_but_the_recorder(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
    await record(server, home)
    films = Film(resident, "0"), Film(resident, "1")
    spoken = []
    for on in (True, False):
        async with rolling(*films):
            before = len(films[1].sent)
            await until(lambda before=before: len(films[1].sent) >= before + 20)
        await arrived(server, *films)
        await server.do(api.SetSuspended, room="r", on=on)
        await server.do(api.SetSuspended, room="r", on=on)
        spoken.append([len(film.sent) for film in films])
    async with rolling(*films):
        await until(lambda: len(films[1].sent) >= 60)
    await arrived(server, *films)
    await until(lambda: len(clerk.of("0")) == len(films[0].sent) and len(clerk.of("1")) == len(films[1].sent))
    await closed(server)
    segments = open_segments(node.folder / "recordings", home)
    for index, publication in enumerate(("resident.microphone", "resident.camera")):
        numbers = [number for segment in of(segments, publication) for number in segment.numbers]
        begin, end = spoken[0][index], spoken[1][index]
        assert numbers[:begin] == list(range(begin)) and numbers[-1] == len(films[index].sent) - 1
        assert not set(numbers) & set(range(begin, end))
    told = lines(server, "interval", kind="suspension", publication="*")
    assert [line["end"] is None for line in told] == [True, False]
    assert {gap["cause"] for gap in lines(server, "gap")} <= {"no-keyframe"}
    await asyncio.gather(resident.close(), clerk.close())
