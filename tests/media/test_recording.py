"""Recording as the server sees it: orders that are obeyed or refused, and lines that are told until they are acknowledged."""

from __future__ import annotations

from media import node_api as api
from tests.media.film import HOME, SESSION, Home, frames, journals, open_segments
from tests.media.node_process import Node, Server, dialled
from tests.media.raw_end import publishing
from tests.media.recorded import Film, arrived, closed, lines, record, rolling
from tests.waiting import until


async def test_an_order_that_cannot_be_obeyed_is_refused(server: Server) -> None:
    home = Home()
    for wrong in ({"home_key": "AAAA"}, {"home_key": "no base64!"}, {"session": "../../etc"}, {"home": "Jin Shan"}):
        order = {"room": "r", "session": SESSION, "origin": 0, "home": HOME, "home_key": home.key, **wrong}
        assert (await server.ask(api.Record, **order)).code == "bad-record"
    assert (await server.do(api.ListRooms)).rooms[0].recorded is None


async def test_lines_are_told_again_to_the_next_server_until_they_are_acknowledged(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone"])
    await record(server, home)
    sound = Film(resident, "0")
    async with rolling(sound):
        await until(lambda: lines(server, "first-byte"))
    told = [news for news in server.news if isinstance(news, api.JournalLine)]
    assert [line.n for line in told] == list(range(1, len(told) + 1))
    await server.do(api.AckJournal, life=told[0].life, n=2)
    async with dialled(node) as second:
        await until(lambda: len([news for news in second.news if isinstance(news, api.JournalLine)]) >= len(told) - 2)
        again = [news for news in second.news if isinstance(news, api.JournalLine)]
        assert again[: len(told) - 2] == told[2:]
        assert (await second.do(api.ListRooms)).rooms[0].recorded == SESSION
        await closed(second)
        last = [news for news in second.news if isinstance(news, api.JournalLine)][-1]
        await second.do(api.AckJournal, life=last.life, n=last.n)
    async with dialled(node) as third:
        await third.do(api.ListRooms)
        assert not lines(third)
    await resident.close()


async def test_a_node_that_is_told_to_end_lets_the_writer_finish(server: Server, node: Node) -> None:
    home = Home()
    resident = await publishing(server, "r", "resident", ["microphone", "camera"])
    await record(server, home)
    films = Film(resident, "0"), Film(resident, "1")
    async with rolling(*films):
        await until(lambda: len(lines(server, "first-byte")) == 2)
    await arrived(server, *films)
    node.terminate()
    await until(lambda: "node-draining" in node.log)
    node.terminate()
    assert await node.process.wait() == 0
    written = journals(node.folder / "recordings")
    assert [line["state"] for line in written if line["what"] == "segment"] == ["whole", "whole"]
    assert written[-1]["what"] == "room-closed"
    segments = open_segments(node.folder / "recordings", home)
    assert (frames(segments, "resident.microphone"), frames(segments, "resident.camera")) == (films[0].sent, films[1].sent)
    await resident.close()
