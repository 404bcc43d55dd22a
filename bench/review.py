"""Review of an hour: hang-up → playable, first picture, seek, and the memory of who serves it, in a real browser over a real server.

    python -m bench.review [--minutes 60] [--seeks 20]

A talk is put into a server's store as if it had begun an hour ago, with an hour's worth of sealed segments (two cameras, two microphones)
as a writer would have left them; kiosk and counter take it up after a "restart", talk on, hang up, and a supervisor looks.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import random
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.visits import percentile
from config.catalogue import load_catalogue
from config.clock import SystemClock
from recordings.data_key import DataKey
from recordings.keys import load_public
from recordings.names import SegmentName
from recordings.sealing import SegmentSealer
from recordings.segments import Ended, Frame, Piece, Publication, SegmentMaker
from recordings.vault import Vault
from signaling.domain.effects import Enter
from signaling.domain.events import Answered, BytesOnDisk, ConnectionOffered, CounterChosen
from signaling.domain.machine import SessionPolicy, step
from signaling.domain.parties import Party
from signaling.domain.presence import start_shift
from signaling.domain.session import begin
from signaling.domain.states import Consent, SealedTo, Ticket
from signaling.office.evidence_ports import Fact
from signaling.office.ports import BY_ITSELF, Opening
from signaling.store.sqlite import FILE_NAME, SqlStore, open_store
from tests.browser.window import DESK, PORTRAIT, Window, sees, shows, touch, until, window
from tests.encoded import audio, video

FPS = 15
LIFE = "00000000000000aa"
EPOCH = 1
PUBLICATIONS = ("resident.camera", "resident.microphone", "clerk.camera", "clerk.microphone")
PICTURE = """([at]) => new Promise((done) => {
  const player = document.querySelector("session-player"), begun = performance.now();
  player.seek(at);
  const look = () => {
    const shown = [...player.querySelectorAll("video")].some((v) => v.readyState >= 2 && !v.seeking && Math.abs(v.currentTime * 1000 - at) < 1500);
    shown ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look);
  };
  look();
})"""
FIRST = """() => new Promise((done) => {
  const begun = performance.now();
  addEventListener("player-first-picture", () => done(performance.now() - begun), {capture: true, once: true});
  document.querySelector("[data-test=purpose-say]").click();
})"""
LAST_SEGMENT = """async ([session]) => {
  const begun = performance.now();
  for (;;) {
    const timeline = await (await fetch(`/api/v1/sessions/${session}/timeline`, {cache: "no-store"})).json();
    const camera = timeline.tracks.find((t) => t.publication === "resident.camera");
    const last = camera.segments.filter((s) => true).at(-1);
    if (!timeline.live && last !== undefined) {
      const answer = await fetch(`/api/v1/sessions/${session}/segments/resident.camera/${last.epoch}/${last.segment}`, {cache: "no-store"});
      if (answer.ok && (await answer.arrayBuffer()).byteLength > 0) return performance.now() - begun;
    }
  }
}"""


def hour(publication: str, seconds: int) -> Iterator[tuple[Ended, bytes]]:
    """Segments of a publication, from 0 on: four encoded seconds again and again, with times that go on."""
    kind: Any = "video" if publication.endswith("camera") else "audio"
    unit = video([round(n * 1000 / FPS) for n in range(4 * FPS)], width=640, height=360) if kind == "video" else audio(range(0, 4000, 20))
    maker = SegmentMaker(Publication(publication, EPOCH, kind))
    content = bytearray()
    for number in range(seconds // 4):
        for frame in unit:
            at = 4000 * number + frame.at_ms
            for made in maker.frame(moved(frame, at)):
                if isinstance(made, Piece):
                    content += made.data
                elif isinstance(made, Ended):
                    yield made, bytes(content)
                    content.clear()
    for made in maker.close("room"):
        if isinstance(made, Piece):
            content += made.data
        elif isinstance(made, Ended):
            yield made, bytes(content)


def moved(frame: Frame, at: int) -> Frame:
    return replace(frame, at_ms=at)


async def begin_long_ago(store: SqlStore, data: Path, seconds: int) -> str:
    """A talk between the first kiosk and the first clerk of the trial, answered `seconds` ago; its session."""
    now, policy, session = SystemClock().now(), SessionPolicy(), "hour-long-session"
    service = next(o.service.code for o in load_catalogue().offered_at("haiyan", now) if o.home == "jinshan")
    public = load_public(data, "jinshan")
    consents = tuple(Consent(code, version.version, "zh-CN", True) for code, version in load_catalogue().consents(now))

    def make(serial: int) -> Opening:
        ticket = Ticket(session, f"J{serial:03d}", f"310116-330424-20261128-{serial:04d}", "haiyan-k1", "haiyan", "jinshan", service, "zh-CN", (), (Party("王小明"),),
                        now - seconds, consents, SealedTo(base64.b64encode(public.sealing).decode(), public.sealing_fingerprint))  # fmt: skip
        state, effects = begin(ticket, now - seconds)
        return Opening(state, [e for e in effects if isinstance(e, Enter)])

    stored = await store.open_session(session, "jinshan", "20261128", make, now - seconds, BY_ITSELF)
    for event in (CounterChosen("jinshan-clerk-1", "jinshan-1"), Answered("jinshan-clerk-1"), ConnectionOffered("resident"),
                  ConnectionOffered("clerk"), BytesOnDisk(now - seconds + 1)):  # fmt: skip
        state, effects = step(stored.state, event, now - seconds, policy)
        stored = await store.advance(stored, state, [e for e in effects if isinstance(e, Enter)], now - seconds, BY_ITSELF)
    await store.save_shift(start_shift("jinshan-clerk-1", "jinshan-1", now - seconds), BY_ITSELF)
    return session


async def put_hour(store: SqlStore, data: Path, session: str, seconds: int) -> int:
    """Seal the segments, lay them into the vault, enter them; how many there are."""
    public = load_public(data, "jinshan")
    key = DataKey.new(session, LIFE)
    wrapped = key.wrap("jinshan", public.sealing)
    vault = Vault(data / "recordings")
    vault.put_key(wrapped)
    facts = [Fact(1), Fact(2, session, "rec-key-wrapped", {
        "key": wrapped.key, "home_key": wrapped.home_key, "sealed": hashlib.sha256(wrapped.encode()).hexdigest(),
    })]  # fmt: skip
    origin = round(SystemClock().now() * 1000)
    for publication in PUBLICATIONS:
        for ended, clear in hour(publication, seconds):
            name = SegmentName(session, publication, EPOCH, ended.segment)
            sealer = SegmentSealer(key, name, ended.media, origin)
            content = sealer.head + sealer.chunk(clear, True)
            vault.create_segment(name, content).close()
            facts.append(Fact(len(facts) + 1, session, "rec-segment", {
                "publication": publication, "epoch": EPOCH, "segment": ended.segment, "serial": sealer.header.serial, "key": wrapped.key,
                "start": ended.start, "end": ended.end, "frames": ended.frames, "bytes": len(content),
                "sealed": hashlib.sha256(content).hexdigest(), "clear": hashlib.sha256(clear).hexdigest(), "media": ended.media,
                "width": ended.width, "height": ended.height, "first": ended.first, "last": ended.last, "clock_error": 0, "state": "whole",
            }))  # fmt: skip
    facts += [Fact(len(facts) + 1 + n, session, "rec-gap", {
        "publication": publication, "epoch": EPOCH, "start": 1000 * seconds, "end": 1000 * seconds + 60_000, "lost": None, "cause": "node",
    }) for n, publication in enumerate(PUBLICATIONS)]  # fmt: skip
    for at in range(0, len(facts), 200):
        await store.evidence.keep(LIFE, facts[at : at + 200], SystemClock().now())
    return len(facts) - 2 - len(PUBLICATIONS)


def memory(pid: int) -> float:
    """Resident now, in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--seeks", type=int, default=20)
    arguments = parser.parse_args()
    seconds = 60 * arguments.minutes
    with tempfile.TemporaryDirectory() as folder:
        async with window(Path(folder) / "data") as w:
            code = await w.served.enrolment_code("haiyan-k1")
            await w.served.crash()
            async with await open_store(w.served.data / FILE_NAME, SystemClock()) as store:
                session = await begin_long_ago(store, w.served.data, seconds)
                begun = time.perf_counter()
                count = await put_hour(store, w.served.data, session, seconds)
            print(f"an hour's worth: {count} segments, sealed and entered in {time.perf_counter() - begun:.1f} s")
            await w.served.start()
            await measure(w, session, code, seconds, arguments.seeks)


async def measure(w: Window, session: str, code: str, seconds: int, seeks: int) -> None:
    """Take the talk up, hang up, look."""
    kiosk, desk = await w.page(w.in_the_hall, PORTRAIT), await w.page(w.in_the_office, DESK)
    await kiosk.goto(f"/kiosk#enrol={code}")
    await w.log_in(desk, w.served.person("jinshan"), "/counter")
    await sees(desk, "resident")
    for page in (kiosk, desk):
        await until(page, "() => document.querySelector('[data-test=recording]')?.dataset.recording === 'recording'")
    supervisor = await w.review(path=f"/review#session={session}")
    await touch(supervisor, "purpose-quality")
    await touch(supervisor, "purpose-say")
    await until(supervisor, "() => document.querySelector('session-player') !== null")
    await supervisor.goto("/review")  # nobody polls while the clock runs
    await touch(desk, "end")
    await touch(desk, "end-referred")
    clicked = time.perf_counter()
    await touch(desk, "end-yes")
    await supervisor.evaluate(LAST_SEGMENT, [session])
    print(f"hang-up → playable to its last second: {1000 * (time.perf_counter() - clicked):.0f} ms")
    await shows(kiosk, "receipt-code")
    print(f"hang-up → the receipt's code on the kiosk: {1000 * (time.perf_counter() - clicked):.0f} ms")

    await supervisor.goto(f"/review#session={session}")
    await supervisor.reload()
    await touch(supervisor, "purpose-quality")
    print(f"purpose said → first picture: {await supervisor.evaluate(FIRST):.0f} ms")
    assert w.served.process is not None
    server = w.served.process.pid
    before = memory(server)
    chance = random.Random(3)
    times = [await supervisor.evaluate(PICTURE, [chance.randrange(0, 1000 * seconds - 5000)]) for _ in range(seeks)]
    print(f"seek: p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms, max {max(times):.0f} ms ({len(times)} seeks)")
    after_seeks = memory(server)
    await supervisor.evaluate("() => { const p = document.querySelector('session-player'); p.seek(0); p.play(); }")
    await until(supervisor, "() => document.querySelector('session-player').at > 20000")
    print(f"server: {before:.0f} MB before, {after_seeks:.0f} MB after the seeks, {memory(server):.0f} MB after 20 s of playing")


if __name__ == "__main__":
    asyncio.run(main())
