"""Stories of the node as a program: found by its file, outliving its server, drained and ended by signals."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from media import node_api as api
from tests.media.node_process import ROOT, Node, Server, dialled, running_node
from tests.media.raw_end import RawEnd, publishing, subscribing, vp8
from tests.waiting import until


async def test_it_says_where_it_is_to_its_owner_only(node: Node) -> None:
    path = node.folder / "node.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(node.facts) == {"node", "pid", "url", "token", "started", "protocol"}
    assert node.facts["pid"] == node.process.pid
    assert node.facts["protocol"] == api.NODE_PROTOCOL
    assert node.facts["url"].startswith("ws://127.0.0.1:")


async def talk(server: Server) -> tuple[RawEnd, RawEnd]:
    resident = await publishing(server, "r", "resident", ["camera"], epoch=2)
    return resident, await subscribing(server, "r", "clerk", [("resident", "camera")])


async def flows(resident: RawEnd, clerk: RawEnd, number: int) -> None:
    await resident.send("0", vp8(number, key=True), ts=number * 3000)
    await until(lambda: any(packet.payload == vp8(number, key=True) for packet in clerk.of("0")))


async def test_the_talk_outlives_its_server_and_the_next_server_finds_it(node: Node) -> None:
    async with dialled(node) as first:
        await first.do(api.OpenRoom, room="r")
        resident, clerk = await talk(first)
        await first.do(api.SetHold, room="r", on=True)
        await first.do(api.SetHold, room="r", on=False)
        first.socket.transport.abort()  # as when the server is killed
    await flows(resident, clerk, 1)
    async with dialled(node) as second:
        rooms = await second.do(api.ListRooms)
        assert rooms.rooms == [api.RoomState(room="r", held=False, epochs={"resident": 2})]
        assert rooms.node == node.facts["node"]
        await flows(resident, clerk, 2)
        assert (await second.figures("r", "resident", "camera")).forwarded == {"clerk": 2}
        again = await publishing(second, "r", "resident", ["camera"], epoch=3)
        await flows(again, clerk, 3)
    await asyncio.gather(resident.close(), clerk.close(), again.close())


async def test_sigterm_takes_no_new_rooms_and_ends_when_the_last_one_closes(node: Node) -> None:
    async with dialled(node) as server:
        await server.do(api.OpenRoom, room="r")
        resident, clerk = await talk(server)
        node.terminate()
        await until(lambda: "node-draining" in node.log)
        assert (await server.ask(api.OpenRoom, room="another")).code == "draining"
        await flows(resident, clerk, 1)
        await server.do(api.CloseRoom, room="r")
        assert await node.process.wait() == 0
    assert not (node.folder / "node.json").exists()
    await asyncio.gather(resident.close(), clerk.close())


async def test_a_drain_order_does_the_same(node: Node) -> None:
    async with dialled(node) as server:
        await server.do(api.OpenRoom, room="r")
        await server.do(api.Drain)
        assert (await server.ask(api.OpenRoom, room="another")).code == "draining"
        assert node.process.returncode is None
        await server.do(api.CloseRoom, room="r")
        assert await node.process.wait() == 0


async def test_a_second_sigterm_closes_all_and_says_so(node: Node) -> None:
    async with dialled(node) as server:
        await server.do(api.OpenRoom, room="r")
        resident, clerk = await talk(server)
        node.terminate()
        await until(lambda: "node-draining" in node.log)
        node.terminate()
        assert await node.process.wait() == 0
        await until(lambda: any(isinstance(n, api.RoomClosed) for n in server.news))
        await until(lambda: resident.pc.connectionState == clerk.pc.connectionState == "closed")
    await asyncio.gather(resident.close(), clerk.close())


async def test_it_ends_by_itself_when_nobody_needs_it_any_more(tmp_path: Path) -> None:
    async with running_node(tmp_path / "node", "--idle-minutes", "0.1") as node:  # so long nobody needs it before it is dialled
        async with dialled(node) as server:
            await server.do(api.OpenRoom, room="r")
            resident, clerk = await talk(server)
        await until(lambda: any(json.loads(line)["event"] == "server-gone" for line in node.log.splitlines()))
        async with running_node(tmp_path / "other", "--idle-minutes", "0.1") as other:
            assert await other.process.wait() == 0, "an idle time has passed, with a talk here and no server"
        await flows(resident, clerk, 1)
        assert node.process.returncode is None
        await asyncio.gather(resident.close(), clerk.close())
        assert await node.process.wait() == 0


async def test_one_folder_one_node(node: Node) -> None:
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "media.node", "--data", str(node.folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _, errors = await second.communicate()
    assert second.returncode == 3
    assert b"another node" in errors
    assert json.loads((node.folder / "node.json").read_text())["pid"] == node.process.pid


async def test_after_a_kill_the_folder_is_free_for_the_next(tmp_path: Path) -> None:
    async with running_node(tmp_path / "node") as node:
        node.process.kill()
        await node.process.wait()
    async with running_node(tmp_path / "node") as successor:
        assert successor.facts["pid"] == successor.process.pid
        assert not [name for name in os.listdir(tmp_path / "node") if name.endswith(".new")]


async def test_ports_and_addresses_are_those_it_was_told(tmp_path: Path) -> None:
    async with (
        running_node(
            tmp_path / "node", "--addresses", "127.0.0.1", "--port-range", "22000-22003", "--public-address", "203.0.113.7"
        ) as node,
        dialled(node) as server,
    ):
        await server.do(api.OpenRoom, room="r")
        ends = [RawEnd() for _ in range(5)]
        replies = []
        for number, end in enumerate(ends):
            sdp = await end.offer(["audio"], "sendonly")
            replies.append(
                await server.ask(api.Publish, room="r", participant=f"p{number}", epoch=1, sdp=sdp, sources={"0": "microphone"})
            )
        answers = [reply.sdp for reply in replies if isinstance(reply, api.Answered)]
        candidates = [line.split()[4:6] for sdp in answers for line in sdp.splitlines() if line.startswith("a=candidate:")]
        assert len(answers) == 4
        assert {host for host, _ in candidates} == {"203.0.113.7"}
        assert sorted(int(port) for _, port in candidates) == [22000, 22001, 22002, 22003]
        assert isinstance(replies[4], api.Failed) and replies[4].code == "too-many"
        await asyncio.gather(*(end.close() for end in ends))


async def test_a_line_that_falls_silent_is_told_twice_and_told_good_again(server: Server) -> None:
    resident = await publishing(server, "r", "resident", ["microphone"])
    connection = resident.transport.transport._connection
    for protocol in connection._protocols:  # neither a word nor an answer any more
        protocol.datagram_received = protocol.send_stun = lambda data, addr: None
    levels: list[str] = []

    def heard(level: str) -> bool:
        levels[:] = [n.level for n in server.news if isinstance(n, api.LineChanged) and n.participant == "resident"]
        return level in levels

    await until(lambda: heard("degraded"))
    await until(lambda: heard("lost"))
    for protocol in connection._protocols:
        del protocol.datagram_received, protocol.send_stun
    await until(lambda: heard("good"))
    assert levels == ["degraded", "lost", "good"]
    told = [n for n in server.news if isinstance(n, api.LineChanged)]
    assert [(n.connection, n.epoch) for n in told] == [("publish", 1)] * 3
    assert told[0].silent >= 2.0 and told[1].silent >= 5.0
    await resident.close()
