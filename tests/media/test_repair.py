"""Stories of repair on a real node: lost packets on either side, keyframe requests, reports, and limits."""

from __future__ import annotations

import asyncio
import itertools
import random

from media import node_api as api
from media import rtcp
from tests.media.node_process import Server
from tests.media.raw_end import RawEnd, publishing, subscribing, vp8
from tests.waiting import LONG, until

VIDEOS: list[api.Source] = ["camera", "screen", "document"]
SENDER = 4711
"""SSRC under which our ends speak RTCP."""


async def test_a_packet_lost_on_the_way_in_is_asked_for_and_comes_by_rtx_whichever_video_it_is(server: Server) -> None:
    resident = await publishing(server, "r", "resident", VIDEOS)
    resident.repairs = True
    clerk = await subscribing(server, "r", "clerk", [("resident", source) for source in VIDEOS])
    for number in range(12):
        for mid in ("0", "1", "2"):
            await resident.send(mid, vp8(number, key=number == 0), ts=number * 3000, lost=number == 4 + int(mid))
    for mid, source in zip(("0", "1", "2"), VIDEOS, strict=True):
        await until(lambda mid=mid: len(clerk.of(mid)) == 12)
        assert sorted(packet.payload[2:6] for packet in clerk.of(mid)) == [n.to_bytes(4) for n in range(12)]
        in_order = sorted(clerk.of(mid), key=lambda packet: packet.ts)
        assert all(b.seq == a.seq + 1 & 0xFFFF for a, b in itertools.pairwise(in_order))
        figures = await server.figures("r", "resident", source)
        assert (figures.received, figures.recovered, figures.lost, figures.dropped) == (12, 1, 0, 0)
    await asyncio.gather(resident.close(), clerk.close())


async def test_a_packet_that_never_comes_is_asked_for_ten_times_and_then_a_keyframe_is_wanted(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    for number in range(8):
        await resident.send("0", vp8(number, key=number == 0), ts=number * 3000, lost=number == 5)
    await until(lambda: resident.reported(rtcp.KeyframeRequest))
    assert len(resident.reported(rtcp.Nack)) == 10
    figures = await server.figures("r", "resident", "camera")
    assert (figures.received, figures.lost, figures.keyframes_asked) == (7, 1, 1)
    await asyncio.gather(resident.close(), clerk.close())


async def test_what_a_consumer_missed_is_repeated_by_the_node_and_not_asked_of_the_source(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    for number in range(10):
        await resident.send("0", vp8(number, key=number == 0), ts=number * 3000)
    await until(lambda: len(clerk.of("0")) == 10)
    missed = clerk.of("0")[2:5]
    await clerk.send_rtcp(rtcp.write_nack(SENDER, clerk.remote_ssrc("0"), [packet.seq for packet in missed]))
    await until(lambda: len(clerk.repaired("0")) == 3)
    assert clerk.repaired("0") == {packet.seq: packet.payload for packet in missed}
    assert resident.reported(rtcp.Nack) == []
    assert (await server.figures("r", "resident", "camera")).forwarded == {"clerk": 10}
    await asyncio.gather(resident.close(), clerk.close())


async def test_three_videos_survive_loss_on_both_sides_whole(server: Server) -> None:
    chance = random.Random(20)
    resident = await publishing(server, "r", "resident", VIDEOS)
    resident.repairs = True
    clerk = await subscribing(server, "r", "clerk", [("resident", source) for source in VIDEOS])
    for number in range(150):
        for mid in ("0", "1", "2"):
            await resident.send(
                mid, vp8(number, key=number == 0), ts=number * 3000, lost=0 < number < 149 and chance.random() < 0.08
            )
        if number == 0:
            await until(lambda: all(clerk.of(mid) for mid in ("0", "1", "2")))
            clerk.lose = 0.08
        await asyncio.sleep(0.002)
    wanted = {number.to_bytes(4) for number in range(150)}

    async def ask_again() -> bool:
        complete = True
        for mid in ("0", "1", "2"):
            got = {packet.seq: packet.payload for packet in clerk.of(mid)} | clerk.repaired(mid)
            complete &= {payload[2:6] for payload in got.values()} == wanted
            first = clerk.of(mid)[0].seq
            missing = [seq for seq in ((first + n) & 0xFFFF for n in range(150)) if seq not in got]
            if missing:
                await clerk.send_rtcp(rtcp.write_nack(SENDER, clerk.remote_ssrc(mid), missing))
        return complete

    async with asyncio.timeout(LONG):
        while not await ask_again():
            await asyncio.sleep(0.05)
    for source in VIDEOS:
        figures = await server.figures("r", "resident", source)
        assert (figures.received, figures.lost, figures.dropped) == (150, 0, 0)
        assert figures.recovered > 0
    await asyncio.gather(resident.close(), clerk.close())


async def test_an_rtx_packet_that_nobody_missed_is_not_forwarded_twice(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    seq = await resident.send("0", vp8(0, key=True), ts=0)
    await until(lambda: len(clerk.of("0")) == 1)
    for _ in range(5):
        await resident.resend("0", seq, vp8(0, key=True), ts=0)
    await resident.send("0", vp8(1), ts=3000)
    await until(lambda: len(clerk.of("0")) == 2)
    assert [packet.payload for packet in clerk.of("0")] == [vp8(0, key=True), vp8(1)]
    assert (await server.figures("r", "resident", "camera")).received == 2
    await asyncio.gather(resident.close(), clerk.close())


async def test_many_wishes_for_a_keyframe_become_few_and_end_when_it_comes(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    await resident.send("0", vp8(0, key=True), ts=0)
    await until(lambda: clerk.of("0"))
    for _ in range(200):
        await clerk.send_rtcp(rtcp.write_pli(SENDER, clerk.remote_ssrc("0")))
    await until(lambda: resident.reported(rtcp.KeyframeRequest))
    assert resident.reported(rtcp.KeyframeRequest)[0].media == (resident.local("0").sender._ssrc,)
    await resident.send("0", vp8(1, key=True), ts=3000)
    await until(lambda: len(clerk.of("0")) == 2)
    figures = await server.figures("r", "resident", "camera")
    assert figures.keyframes_asked < 20  # two hundred wishes, at most two a second become requests
    await asyncio.gather(resident.close(), clerk.close())


async def test_the_sources_clock_reaches_the_consumer_under_one_name_for_sound_and_picture(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "microphone"), ("resident", "camera")])
    await resident.send("0", b"sound", ts=48000)
    await resident.send("1", vp8(0, key=True), ts=90000)
    await until(lambda: clerk.of("0") and clerk.of("1"))
    ntp = 3_900_000_000 << 32
    for mid, ts in (("0", 48000), ("1", 90000)):
        await resident.send_rtcp(rtcp.write_sender_report(rtcp.SenderReport(resident.local(mid).sender._ssrc, ntp, ts, 1, 100)))
    await until(lambda: len({report.ssrc for report in clerk.reported(rtcp.SenderReport)}) == 2)
    reports = {report.ssrc: report for report in reversed(clerk.reported(rtcp.SenderReport))}
    for mid, ts, rate in (("0", 48000, 48000), ("1", 90000, 90000)):
        report = reports[clerk.remote_ssrc(mid)]
        since = (report.ntp - ntp) / 2**32
        assert abs((report.rtp - ts) / rate - since) < 0.001  # on the line that the source drew
        assert (report.packets, report.octets) == (1, len(clerk.of(mid)[0].payload))
    names = {line.split("cname:")[1] for line in clerk.pc.remoteDescription.sdp.splitlines() if "cname:" in line}
    assert len(names) == 1
    await asyncio.gather(resident.close(), clerk.close())


async def test_the_source_is_told_what_got_lost_on_its_way(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone"])
    for number in range(100):
        await resident.send("0", b"x" * 50, ts=number * 960, lost=number % 10 == 5)
    await until(lambda: any(report.blocks and report.blocks[0].lost == 10 for report in resident.reported(rtcp.ReceiverReport)))
    block = next(r.blocks[0] for r in resident.reported(rtcp.ReceiverReport) if r.blocks and r.blocks[0].lost == 10)
    assert block.ssrc == resident.local("0").sender._ssrc
    assert block.highest & 0xFFFF == (65500 + 99) & 0xFFFF
    await resident.close()


async def keep_sending(resident: RawEnd) -> None:
    """About 800 kbit/s of video."""
    number = 0
    while True:
        await resident.send("0", vp8(number, key=number % 50 == 0, size=1000), ts=number * 900)
        number += 1
        await asyncio.sleep(0.01)


async def test_a_slow_consumer_slows_the_source_down_but_never_below_the_floor(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera")])
    sending = asyncio.get_running_loop().create_task(keep_sending(resident))
    await until(lambda: [remb for remb in resident.reported(rtcp.Remb) if remb.bitrate > 1_000_000])
    for limit, expected in ((400_000, 400_000), (100_000, 150_000)):
        before = len(resident.reports)

        async def told(limit: int = limit, expected: int = expected, before: int = before) -> bool:
            await clerk.send_rtcp(rtcp.write_remb(SENDER, limit, (clerk.remote_ssrc("0"),)))
            return any(isinstance(m, rtcp.Remb) and abs(m.bitrate - expected) < 2000 for m in resident.reports[before:])

        async with asyncio.timeout(LONG):
            while not await told():
                await asyncio.sleep(0.1)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await asyncio.gather(resident.close(), clerk.close())


async def test_a_line_too_weak_for_video_keeps_its_sound(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["camera", "microphone"])
    clerk = await subscribing(server, "r", "clerk", [("resident", "camera"), ("resident", "microphone")])
    sending = asyncio.get_running_loop().create_task(keep_sending(resident))

    async def without_video() -> bool:
        await clerk.send_rtcp(rtcp.write_remb(SENDER, 100_000, (clerk.remote_ssrc("0"),)))
        return (await server.figures("r", "resident", "camera")).dropped > 0

    async with asyncio.timeout(LONG):
        while not await without_video():
            await asyncio.sleep(0.1)
    await resident.send("1", b"still heard", ts=960)
    await until(lambda: clerk.of("1"))
    assert (await server.figures("r", "resident", "microphone")).dropped == 0
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await asyncio.gather(resident.close(), clerk.close())
