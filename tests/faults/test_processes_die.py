"""Server and node are killed in the middle of a talk: the media goes on, the visit goes on, nothing is lost or doubled."""

from __future__ import annotations

from pathlib import Path

from tests.serving import Served, serving
from tests.simulated import clerk, resident
from tests.waiting import until


async def ledger_of(served: Served, session: str) -> list[str]:
    """What the ledger says happened, in order."""
    from config.clock import SystemClock
    from signaling.store.sqlite import FILE_NAME, open_store

    store = await open_store(served.data / FILE_NAME, SystemClock())
    try:
        return [entry.what for entry in await store.ledger_of(session)]
    finally:
        await store.close()


def is_recorded(served: Served, session: str) -> bool:
    """Whether the light is on."""
    return [body["on"] for what, body in served.ledger(session) if what == "recording-light"][-1:] == [True]


async def test_the_server_is_killed_and_the_talk_does_not_notice(tmp_path: Path) -> None:
    async with (
        serving(tmp_path / "data") as served,
        clerk(served) as li,
        resident(served) as wang,
    ):
        await wang.says("first frame")
        await li.says("first frame")
        node = served.node_pid()
        marks = len(wang.lines), len(li.lines)
        await served.crash()
        await served.start()
        await wang.says("line established", after=marks[0])
        await li.says("line established", after=marks[1])
        assert served.node_pid() == node, "the restarted server takes over the running node"
        li.process.terminate()  # the clerk finishes what runs and goes home
        at_kiosk, at_counter = await wang.result(), await li.result()
        assert at_kiosk["session"] == at_counter["session"]
        assert at_kiosk["epochs"] == at_counter["epochs"] == 1, f"the media connections lived on\n{wang.log}\n\n{li.log}\n{served.log()}"
        assert at_kiosk["received"]["microphone"]["lost"] == at_counter["received"]["microphone"]["lost"] == 0
        assert at_kiosk["outcome"] == "accepted"
        story = await ledger_of(served, at_kiosk["session"])
    assert story.count("ticket-taken") == story.count("answered") == story.count("talk-ended") == story.count("closed") == 1
    assert story.count("reopened") == 1
    assert story.count("line-back") == 2


async def test_the_node_is_killed_and_both_ends_meet_again_on_a_fresh_one(tmp_path: Path) -> None:
    async with (
        serving(tmp_path / "data") as served,
        clerk(served) as li,
        resident(served) as wang,
    ):
        await wang.says("first frame")
        await li.says("first frame")
        marks = len(wang.lines), len(li.lines)
        dead = await served.crash_node()
        for end, mark in zip((wang, li), marks, strict=True):
            await end.says('connection="publish"', after=mark)
            await end.says('connection="subscribe"', after=mark)
        assert served.node_pid() != dead
        session = next(line.split('session="')[1].split('"')[0] for line in wang.lines if "ticket taken" in line)
        await until(lambda: is_recorded(served, session))
        li.process.terminate()  # the clerk finishes what runs and goes home
        at_kiosk, at_counter = await wang.result(), await li.result()
        story = await ledger_of(served, at_kiosk["session"])
    assert at_kiosk["session"] == at_counter["session"]
    assert at_kiosk["epochs"] == at_counter["epochs"] == 2, "same session, next epoch"
    assert at_kiosk["outcome"] == "accepted"
    assert story.count("node-lost") == 1
